"""Records to PDF, as the command does it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import cast, get_args

import msgspec

from reftel.archive import Archive, Stored, open_archive
from reftel.cli.exporting import writing
from reftel.cli.output import say
from reftel.cli.progress import counted
from reftel.desk import desk_beside, records_of
from reftel.errors import NotFound, QueryError
from reftel.publish.pdf import Paper, Style, Volume, printed, volumes
from reftel.search import every_hit, rows_found


class Wanted(msgspec.Struct, frozen=True):
    """What is to be set: records by name, all that a query finds, or a collection of one's own; in files of at most `size`."""

    names: tuple[str, ...]
    query: str | None
    every: bool
    size: int
    collection: str = ""

    def __post_init__(self) -> None:
        """QueryError unless it is one of the three."""
        if [bool(self.names), self.query is not None, bool(self.collection)].count(True) != 1:
            what = "either IDs or --search or --collection are wanted, one of them"
            raise QueryError(what, hint="reftel pdf ID --out FILE")


def set_and_say(place: Path, wanted: Wanted, *, out: str, title: str, paper: str, fonts: tuple[str, ...]) -> int:
    """How many records were set; writes the file, or several, and says which."""
    if paper not in get_args(Paper):
        raise QueryError(f"{paper!r} is no paper", hint=f"one of {', '.join(get_args(Paper))}")
    style = Style(cast(Paper, paper), title or (wanted.query or wanted.collection).strip(), fonts)
    with open_archive(place) as archive:
        records, total = _wanted(archive, wanted)
        several = total > wanted.size
        if out == "-" and several:
            raise QueryError(f"{total:,} records are more than one file of {wanted.size:,}", hint="--out FILE")
        if not total:
            say("nothing was found")
            return 0
        with counted("laid out", total) as progress:
            for one in volumes(archive, records, style, wanted.size, progress):
                _write(one, out, several=several)
    return total


def _wanted(archive: Archive, wanted: Wanted) -> tuple[Iterable[Stored], int]:
    """The records, and how many they are."""
    if wanted.query is not None:
        return every_hit(archive, wanted.query), len(rows_found(archive, wanted.query).rows)
    if wanted.collection:
        chosen = list(
            records_of(archive, desk_beside(archive).collection(wanted.collection), every_release=wanted.every)
        )
        return chosen, len(chosen)
    found: dict[str, Stored] = {}
    for name in wanted.names:
        records = printed(archive, name, every_release=wanted.every)
        if not records:
            raise NotFound(f"no record is known as {name}", where=str(archive.path), hint="try `reftel search`")
        found.update((one.key, one) for one in records)
    return found.values(), len(found)


def _write(volume: Volume, out: str, *, several: bool) -> None:
    path = Path(out)
    name = str(path.with_stem(f"{path.stem}-{volume.number}")) if several else out
    with writing(name) as file:
        file.write(volume.pdf)
    if out != "-":
        say(f"{volume.records:,} {'record' if volume.records == 1 else 'records'} set in {name}")
