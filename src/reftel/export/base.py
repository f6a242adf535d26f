"""The one interface of every export, and where they register."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import entry_points
from typing import BinaryIO, Literal, Protocol, cast

from reftel.archive import Stored
from reftel.errors import NotRecognised

GROUP = "reftel.exports"
RowKind = Literal["records", "paragraphs"]


class Format(Protocol):
    """A file format: `name` for the command line, `about` for people, and one function."""

    name: str
    about: str

    def write(self, records: Iterable[Stored], out: BinaryIO, rows: RowKind) -> int:
        """How many rows were written to `out`, streamed; formats with one entry a record take no note of `rows`."""
        ...


@lru_cache(maxsize=1)
def formats() -> tuple[Format, ...]:
    """Every format that can be written, ours and those of plug-ins, in the order of their names."""
    found = [cast(Format, point.load()) for point in entry_points(group=GROUP)]
    return tuple(sorted(found, key=lambda one: one.name))


def format_named(name: str) -> Format:
    """The format called `name`; NotRecognised, with the names there are, where none is."""
    for one in formats():
        if one.name == name:
            return one
    raise NotRecognised(f"there is no format {name!r}", hint="known: " + ", ".join(one.name for one in formats()))
