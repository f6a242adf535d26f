"""Networks, as the command writes them."""

from __future__ import annotations

from pathlib import Path

import msgspec

from reftel.analysis.dna import write_dna
from reftel.analysis.dyads import Dyad, dyads
from reftel.analysis.graphs import write_gexf, write_graphml
from reftel.analysis.network import KINDS, Network, network_of, ties
from reftel.archive import Archive, open_archive
from reftel.cli.claiming import bring_up
from reftel.cli.exporting import writing
from reftel.cli.output import json_of, say
from reftel.errors import QueryError
from reftel.export.tables import write_csv
from reftel.search import Query, rows_found

_GRAPHS = {"gexf": write_gexf, "graphml": write_graphml}
_STYLES = (*_GRAPHS, "dyads", "dna", "json")
_ENDINGS = {".graphml": "graphml", ".csv": "dyads", ".dna": "dna", ".json": "json"}


class Drawing(msgspec.Struct, frozen=True):
    """What network is written, how and where to, and how sure its statements must be."""

    kind: str
    style: str
    out: str = "-"
    confidence: float = 0.0


def style_of(style: str, out: str) -> str:
    """The style that was chosen; where none was, that of the file's name, or GEXF."""
    return style or _ENDINGS.get(Path(out).suffix.lower(), "gexf")


def draw(path: Path, query: Query, drawing: Drawing, *, as_is: bool) -> int:
    """How many edges, dyads or statements were written."""
    if drawing.style not in _STYLES:
        raise QueryError(f"there is no format {drawing.style!r}", hint=f"one of {', '.join(_STYLES)}")
    if drawing.kind not in KINDS:
        raise QueryError(f"there is no network {drawing.kind!r}", hint=f"one of {', '.join(KINDS)}")
    with open_archive(path) as archive:
        if not as_is and archive.writable:
            bring_up(archive)
        for note in rows_found(archive, query).notes:
            say(note)
        return _draw(archive, query, drawing)


def _draw(archive: Archive, query: Query, drawing: Drawing) -> int:
    kind, sure = drawing.kind, drawing.confidence
    if drawing.style == "dna":
        if drawing.out == "-":
            raise QueryError("a database is a file", hint="say which: --out network.dna")
        count = write_dna(archive, query, drawing.out, kind, confidence=sure)
    elif drawing.style == "dyads":
        with writing(drawing.out) as file:
            count = write_csv(Dyad, dyads(ties(archive, query, kind, confidence=sure)), file)
    else:
        network = network_of(archive, query, kind, confidence=sure)
        count = len(network.edges)
        if drawing.style == "json":
            edges = [{**msgspec.structs.asdict(edge), "sign": edge.sign} for edge in network.edges]
            with writing(drawing.out) as file:
                file.write(f"{json_of({'kind': network.kind, 'nodes': network.nodes, 'edges': edges})}\n".encode())
        else:
            with writing(drawing.out) as file:
                _GRAPHS[drawing.style](network, file, _about(archive, query, network))
    if drawing.out != "-":
        say(f"{count:,} {'statements' if drawing.style == 'dna' else 'ties'} written to {drawing.out}")
    return count


def _about(archive: Archive, query: Query, network: Network) -> str:
    asked = query.words or "everything"
    days = f", {query.since or '...'} to {query.until or '...'}" if query.since or query.until else ""
    return f"{KINDS[network.kind]}: {asked}{days}, in {archive.path.absolute().name}"
