"""The reader's own collections, tags and notes in the query language: `mine:`, `tagged:` and `noted:`.

A query is asked of an archive, and a desk is no part of it: the one that was laid beside the archive is asked, else the one
among the user's own files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import tantivy

from reftel.archive import Archive, Stored
from reftel.errors import DeskError
from reftel.search.fields import Field, register

if TYPE_CHECKING:
    from reftel.desk.desk import Desk
    from reftel.desk.standing import Collection
    from reftel.search.compiling import Compiler
    from reftel.search.tree import Leaf

FILE = "REFTEL_DESK"
_beside: WeakKeyDictionary[Archive, Desk | None] = WeakKeyDictionary()


def desk_file(given: Path | None = None) -> Path:
    """Where the user's desk is: as given, else as REFTEL_DESK says, else among the settings of his programs."""
    named = os.environ.get(FILE, "")
    if given or named:
        return given or Path(named)
    import click  # noqa: PLC0415 - where nothing was said

    return Path(click.get_app_dir("reftel")) / "desk.sqlite"


def lay_beside(archive: Archive, desk: Desk | None) -> None:
    """From now on queries of `archive` ask `desk`; None where they are to ask no desk at all."""
    _beside[archive] = desk


def desk_beside(archive: Archive) -> Desk:
    """The desk that is asked by queries of `archive`; DeskError where there is to be none."""
    from reftel.desk.desk import Desk  # noqa: PLC0415 - for questions to it only

    if archive not in _beside:
        return Desk(desk_file())
    desk = _beside[archive]
    if desk is None:
        raise DeskError("no desk lies open here")
    return desk


def rows_of(archive: Archive, records: Iterable[str]) -> Iterator[int]:
    """The rows of all releases of these records that are here."""
    for record in dict.fromkeys(records):
        rows = archive.rows_named(record)
        yield from rows or (one.row for one in archive.named(record))


def records_of(archive: Archive, collection: Collection, *, every_release: bool = False) -> Iterator[Stored]:
    """The records of a collection in its order: the release that was put there, else the fullest; or every release."""
    for item in collection.items:
        found = archive.named(item.record)
        if every_release or not found:
            yield from found
            continue
        own = [one for one in found if one.key == item.release]
        yield own[0] if own else max(found, key=lambda one: len(one.release.text))


def _field(records: Callable[[Desk, str], Iterable[str]]) -> Callable[[Compiler, Leaf], tantivy.Query]:
    def query(compiler: Compiler, leaf: Leaf) -> tantivy.Query:
        try:
            desk = desk_beside(compiler.archive)
            rows = list(rows_of(compiler.archive, records(desk, leaf.text.strip())))
        except DeskError as error:
            compiler.notes.append(f"{error.message}{f' ({error.hint})' if error.hint else ''}")
            rows = []
        return compiler.rows(rows) if rows else tantivy.Query.empty_query()

    return query


def _mine(desk: Desk, name: str) -> list[str]:
    return [item.record for item in desk.collection(name).items]


def _tagged(desk: Desk, word: str) -> list[str]:
    wanted = " ".join(word.split()).casefold()
    return [one.target.record for one in desk.tags() if one.word.casefold() == wanted]


def _noted(desk: Desk, words: str) -> list[str]:
    wanted = " ".join(words.split()).casefold()
    return [one.target.record for one in desk.notes() if wanted in " ".join(one.text.split()).casefold()]


for _one in (
    Field("mine", "in a collection of your own", 'mine:"harbour dues"', _field(_mine), beside=True),
    Field("tagged", "has a tag of your own, on it or on a paragraph", "tagged:mud", _field(_tagged), beside=True),
    Field("noted", "has a note of your own with these words", "noted:puddle", _field(_noted), beside=True),
):
    register(_one)
