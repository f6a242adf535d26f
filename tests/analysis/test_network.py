"""Networks: what is written is what was said, and every format is read back by another reader than ours."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import networkx
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from archive.building import kept
from claims.said import cables
from claims.telling import talk
from reftel.analysis.dna import as_shown
from reftel.analysis.graphs import write_gexf, write_graphml
from reftel.analysis.network import Edge, Network, Node, network_of
from reftel.archive import Archive, open_archive
from reftel.cli.app import app
from reftel.errors import NotFound, QueryError

PETROV, BERG = "person:ivan-petrov.fr", "person:anna-berg.fr"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with talk(tmp_path / "a") as opened:
        yield opened


def run(archive: Archive, *more: str) -> Any:
    return CliRunner().invoke(app, ["network", *more, "--as-is", "--archive", str(archive.path)])


def told(network: Network) -> dict[tuple[str, str], tuple[int, int]]:
    return {(one.source, one.target): (one.statements, one.sign) for one in network.edges}


def test_who_speaks_of_whom_and_how(archive: Archive) -> None:
    network = network_of(archive, "")
    assert told(network) == {
        (PETROV, "state:RU"): (2, 0),  # once for, once against
        (PETROV, "state:FR"): (1, 1),
        (PETROV, "organization:CIS"): (1, 1),
        (BERG, "state:FR"): (1, -1),
        ("role:minister@OSLO", "state:RU"): (1, 0),
    }
    assert next(one for one in network.nodes if one.id == PETROV) == Node(PETROV, "Ivan Petrov", "person", 4)


def test_a_query_and_a_window_narrow_it(archive: Archive) -> None:
    assert set(told(network_of(archive, "said-by:petrov modality:denied"))) == {(PETROV, "state:RU")}
    assert set(told(network_of(archive, "said-about:moscow post:paris"))) == {
        (PETROV, "state:RU"), (PETROV, "state:FR"), (PETROV, "organization:CIS")
    }  # fmt: skip
    assert told(network_of(archive, "sent:1999")) == {}


def test_who_agrees_with_whom(archive: Archive) -> None:
    assert told(network_of(archive, "", "endorsement")) == {("person:anna-berg.no", PETROV): (1, 1)}


def test_speakers_and_tags(archive: Archive) -> None:
    assert {target for _, target in told(network_of(archive, "said-by:petrov", "concepts"))} == {
        "tag:ECON",
        "tag:EWWT",
        "tag:FR",
    }


def test_a_record_counts_once(tmp_path: Path, archive: Archive) -> None:
    again = network_of(archive, "")
    records = Counter(record for one in again.edges for record in one.records)
    assert set(records) <= {"87PARIS1", "87PARIS2", "87OSLO3"}


def test_what_is_no_network_is_refused(tmp_path: Path, archive: Archive) -> None:
    with pytest.raises(QueryError, match="there is no network"):
        network_of(archive, "", "friends")
    assert run(archive, "--format", "xls").exit_code == 2
    assert run(archive, "--format", "dna").exit_code == 2
    assert run(archive, "harbourless").exit_code == 1
    with kept(tmp_path / "b", *cables(1)) as other, pytest.raises(NotFound, match="no statements were read"):
        network_of(other, "")


def test_the_name_of_the_file_says_what_is_written(archive: Archive, tmp_path: Path) -> None:
    for name, begins in (("a.graphml", b"<?xml"), ("a.json", b"{"), ("a.csv", b"month"), ("a.xyz", b"<?xml")):
        assert run(archive, "--out", str(tmp_path / name)).exit_code == 0
        assert (tmp_path / name).read_bytes().startswith(begins), name
    assert b"<graphml" in (tmp_path / "a.graphml").read_bytes()
    assert b"<gexf" in (tmp_path / "a.xyz").read_bytes()


def gexf_of(data: bytes) -> tuple[dict[Any, dict[Any, Any]], dict[Any, dict[Any, Any]]]:
    """Nodes and edges of a GEXF file with their values by title, read by nothing of ours."""
    space = {"g": "http://gexf.net/1.3"}
    root = etree.fromstring(data)
    assert root.tag == "{http://gexf.net/1.3}gexf"
    assert root.get("version") == "1.3"
    titles = {
        (kind.get("class"), one.get("id")): one.get("title")
        for kind in root.iterfind(".//g:attributes", space)
        for one in kind
    }

    def values(element: Any, kind: str) -> dict[Any, Any]:
        return {
            titles[kind, one.get("for")]: one.get("value") for one in element.iterfind("g:attvalues/g:attvalue", space)
        }

    nodes = {
        one.get("id"): {"label": one.get("label"), **values(one, "node")} for one in root.iterfind(".//g:node", space)
    }
    edges = {
        (one.get("source"), one.get("target")): {"weight": one.get("weight"), **values(one, "edge")}
        for one in root.iterfind(".//g:edge", space)
    }
    return nodes, edges


def test_gexf_is_read_back(archive: Archive, tmp_path: Path) -> None:
    network = network_of(archive, "")
    path = tmp_path / "n.gexf"
    assert run(archive, "--out", str(path)).exit_code == 0
    graph = networkx.read_gexf(path, version="1.3")
    nodes, edges = gexf_of(path.read_bytes())
    assert set(graph.nodes) == set(nodes) == {one.id for one in network.nodes}
    assert set(graph.edges) == set(edges) == {(one.source, one.target) for one in network.edges}
    for one in network.edges:
        mine, theirs = graph.edges[one.source, one.target], edges[one.source, one.target]
        assert (mine["weight"], mine["sign"], mine["favourable"], mine["records"]) == (
            one.statements, one.sign, one.favourable, len(one.records)
        )  # fmt: skip
        assert (float(theirs["weight"]), int(theirs["sign"]), theirs["first"]) == (one.statements, one.sign, one.first)
    assert graph.is_directed()


def test_graphml_is_read_back(archive: Archive, tmp_path: Path) -> None:
    network = network_of(archive, "")
    path = tmp_path / "n.graphml"
    assert run(archive, "--format", "graphml", "--out", str(path)).exit_code == 0
    graph = networkx.read_graphml(path)
    assert {one: graph.nodes[one]["label"] for one in graph} == {one.id: one.label for one in network.nodes}
    assert {ends: graph.edges[ends]["sign"] for ends in graph.edges} == {
        (one.source, one.target): one.sign for one in network.edges
    }
    root = etree.parse(path).getroot()
    ids = [one.get("id") for one in root.iter("{*}node", "{*}edge", "{*}key")]
    assert len(ids) == len(set(ids))
    for one in root.iter("{*}edge"):
        assert graph.edges[one.get("source"), one.get("target")]["weight"] == float(
            one.findtext("{*}data[@key='weight']") or ""
        )


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=12), min_size=2, max_size=5, unique=True), st.text(max_size=20))
def test_no_name_breaks_a_graph(names: list[str], about: str) -> None:
    nodes = tuple(Node(f"n{at}", name, "role", 1) for at, name in enumerate(names))
    edges = tuple(Edge("n0", one.id, 1, 1, 0, records={"x": 1}) for one in nodes[1:])
    network = Network("actors", nodes, edges)
    for write, read in (
        (write_gexf, lambda file: networkx.read_gexf(file, version="1.3")),
        (write_graphml, networkx.read_graphml),
    ):
        out = io.BytesIO()
        assert write(network, out, about) == len(edges)
        out.seek(0)
        graph = read(out)
        assert set(graph.edges) == {("n0", one.id) for one in nodes[1:]}


def test_dyads_by_month(archive: Archive) -> None:
    result = run(archive, "--format", "dyads")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    network = network_of(archive, "")
    for one in network.edges:
        mine = [row for row in rows if (row["source"], row["target"]) == (one.source, one.target)]
        assert sum(int(row["statements"]) for row in mine) == one.statements
        assert sum(int(row["against"]) for row in mine) == one.against
        assert min(row["month"] for row in mine) == one.first[:7]
    assert [row["month"] for row in rows] == sorted(row["month"] for row in rows)


def test_a_database_for_dna(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "n.dna"
    assert run(archive, "--format", "dna", "--out", str(path)).exit_code == 0
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
        assert file.execute("SELECT Value FROM SETTINGS WHERE Property = 'version'").fetchone()[0].startswith("3.1")
        ((coder, locked),) = file.execute("SELECT Name, Password FROM CODERS")
        rows = file.execute(
            """SELECT d.Title, substr(d.Text, s.Start + 1, s.Stop - s.Start), p.Value, o.Value, c.Value, b.Value
               FROM STATEMENTS s JOIN DOCUMENTS d ON d.ID = s.DocumentId
               JOIN DATABOOLEAN b ON b.StatementId = s.ID AND b.RoleVariableLinkId = 4
               JOIN DATASHORTTEXT dp ON dp.StatementId = s.ID AND dp.RoleVariableLinkId = 1 JOIN ENTITIES p ON p.ID = dp.Entity
               JOIN DATASHORTTEXT do ON do.StatementId = s.ID AND do.RoleVariableLinkId = 2 JOIN ENTITIES o ON o.ID = do.Entity
               JOIN DATASHORTTEXT dc ON dc.StatementId = s.ID AND dc.RoleVariableLinkId = 3 JOIN ENTITIES c ON c.ID = dc.Entity
               WHERE p.VariableId = 1 AND o.VariableId = 2 AND c.VariableId = 3 ORDER BY s.ID"""
        ).fetchall()
        dates = file.execute("SELECT date(Date, 'unixepoch') FROM DOCUMENTS ORDER BY ID").fetchall()
        attributes = file.execute("SELECT count(*) FROM ATTRIBUTEVALUES").fetchone()[0]
        entities = file.execute("SELECT count(*) FROM ENTITIES").fetchone()[0]
    assert coder == "reftel"
    salt, digest = base64.b64decode(locked)[:16], base64.b64decode(locked)[16:]
    found = salt + b"reftel"
    for _ in range(100_000):
        found = hashlib.sha256(found).digest()
    assert found == digest
    assert [row[1:] for row in rows] == [
        ("Russia and the CIS are friends of France", "Ivan Petrov", "", "Russia", 1),
        ("Russia and the CIS are friends of France", "Ivan Petrov", "", "France", 1),
        ("Russia and the CIS are friends of France", "Ivan Petrov", "", "Commonwealth of Independent States", 1),
        ("Moscow sank it", "Ivan Petrov", "", "Russia", 0),
        ("France sank it", "Anna Berg", "", "France", 0),
        ("Russia is late", "", "The Minister (OSLO)", "Russia", 1),
    ]
    assert dates == [("1987-02-02",), ("1987-03-03",), ("1987-04-04",)]
    assert attributes == entities * 3


@given(st.text(alphabet=st.sampled_from("ab\r\n\u00e9\U0001f600"), max_size=40), st.data())
def test_places_are_those_that_java_counts(text: str, data: st.DataObject) -> None:
    shown, places = as_shown(text)
    starts = [at for at in range(len(text) + 1) if text[max(at - 1, 0) : at + 1] != "\r\n"]
    start, end = sorted((data.draw(st.sampled_from(starts)), data.draw(st.sampled_from(starts))))
    units = shown.encode("utf-16-le")
    slice_ = units[places.of(start) * 2 : places.of(end) * 2].decode("utf-16-le")
    assert slice_ == text[start:end].replace("\r\n", "\n").replace("\r", "\n")


def test_an_archive_that_is_only_looked_at(archive: Archive, tmp_path: Path) -> None:
    before = (archive.path / "statements.sqlite").read_bytes()
    assert run(archive, "--format", "json").exit_code == 0
    assert (archive.path / "statements.sqlite").read_bytes() == before
    with open_archive(archive.path) as again:
        assert told(network_of(again, "")) == told(network_of(archive, ""))


def test_json_is_written_to_the_file_that_is_said(archive: Archive, tmp_path: Path) -> None:
    out = tmp_path / "network.json"
    result = run(archive, "--format", "json", "--out", str(out))
    assert "written to" in result.stderr
    assert result.stdout == ""
    assert out.read_text("utf-8") == run(archive, "--format", "json").stdout
