"""Whether an archive still says what it was given: hashes, records, spans and the tables made from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime
from typing import Any, Literal

import msgspec

from reftel.archive.archive import Archive
from reftel.archive.cited import cited_in
from reftel.archive.entry import Facts, facts_of, key_of, make_entry, stored_record, stored_release
from reftel.archive.keeping import list_again, number_of, replace_record
from reftel.archive.packing import decompress
from reftel.archive.papers import CitedPaper, EnclosedPaper, Paper, cited_papers, enclosed_papers, paper_of
from reftel.errors import ArchiveError
from reftel.finding import Span
from reftel.record import Record
from reftel.release import Release

Code = Literal[
    "database", "unreadable", "text-changed", "record-unreadable", "span-outside", "listed-wrong", "reads-new", "index"
]

_PLAIN = {str, int, float, bool, bytes, dict, date, datetime, type(None)}  # hold no span
_LISTED = """SELECT kind, form, publisher, id, sent, post, level, year, serial, subject
             FROM release WHERE row = ?"""
_GONE = "SELECT row, key FROM release WHERE row NOT IN (SELECT row FROM content) ORDER BY row"
_NAMES = "SELECT id FROM name WHERE row = ? ORDER BY id"
_CITED = """SELECT kind, letter, label, target, year_given, title, start, stop FROM reference
            WHERE row = ? ORDER BY position"""
_PAPER = f"SELECT {', '.join(Paper.__struct_fields__)} FROM paper WHERE row = ?"
_ENCLOSURES = f"SELECT {', '.join(EnclosedPaper.__struct_fields__)} FROM enclosure WHERE row = ? ORDER BY position"
_CITATIONS = f"SELECT {', '.join(CitedPaper.__struct_fields__)} FROM citation WHERE row = ? ORDER BY position"


class Fault(msgspec.Struct, frozen=True):
    """One thing that is not as it should be.

    `code` says what, `row` and `key` of which release (0 and empty where it is the whole archive), `message` in words;
    `mended` whether it was made good.
    """

    code: Code
    message: str
    row: int = 0
    key: str = ""
    mended: bool = False


def check(
    archive: Archive,
    *,
    repair: bool = False,
    deep: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Fault]:
    """Every fault of `archive`, release by release; memory stays flat.

    A release whose text is not what its address says, or that cannot be read, cannot be mended here: only a copy has it.
    All that is made from the text can be, and is where `repair` says so. `deep` reads every release again and compares.
    `progress` is told how many releases were looked at. Raises ArchiveError where the file is no database any more.
    """
    if repair:
        archive.claim()
    yield from _of_database(archive, repair=repair)
    for row, key in archive.walk(_GONE):
        yield Fault("unreadable", "its text is gone", row, key.hex())
    for count, (row, key, kind, text, rest, record) in enumerate(archive.stored_bytes(), 1):
        about = _About(archive, row, key, repair=repair)
        try:
            release = stored_release(text, rest)
        except (ArchiveError, UnicodeDecodeError) as error:
            yield about.fault("unreadable", f"the release cannot be read: {error}")
        else:
            yield from _of_release(about, release, kind, record, deep=deep)
        if progress is not None:
            progress(count)


class _About:
    """The release that is looked at, and whether what is wrong with it is to be mended."""

    def __init__(self, archive: Archive, row: int, key: bytes, *, repair: bool) -> None:
        self.archive, self.row, self.key, self.repair = archive, row, key, repair

    def fault(self, code: Code, message: str, mend: Callable[[Any], None] | None = None) -> Fault:
        mended = self.repair and mend is not None
        if mended and mend is not None:
            with self.archive.writing() as connection:
                mend(connection)
        return Fault(code, message, self.row, self.key.hex(), mended)


def _of_database(archive: Archive, *, repair: bool) -> Iterator[Fault]:
    said = left = _said_of(archive)
    if said and repair:  # what is wrong with an index alone is made anew from its table
        with suppress(ArchiveError):
            archive.reindex()
        left = _said_of(archive)
    for message in dict.fromkeys((*said, *left)):
        yield Fault("database", message, mended=message not in left)


def _said_of(archive: Archive) -> list[str]:
    try:
        return archive.integrity()
    except ArchiveError as error:
        return [error.message]


def _of_release(about: _About, release: Release, kind: str, stored: bytes, *, deep: bool) -> Iterator[Fault]:
    if key_of(release) != about.key:
        yield about.fault("text-changed", "the text is not the one that its address names")
        return
    try:
        record = stored_record(kind, release.text, stored)
    except ArchiveError as error:
        yield about.fault("record-unreadable", str(error), lambda to: _read_again(to, about.row, release))
        return
    outside = next((span for span in spans_in(record) if not 0 <= span.start <= span.end <= len(release.text)), None)
    if outside is not None:
        message = f"a value stands at {outside.start} to {outside.end}, outside the text"
        yield about.fault("span-outside", message, lambda to: _read_again(to, about.row, release))
        return
    # Compressed bytes differ from one version of Zstandard to the next.
    if deep and decompress(make_entry(release).record) != decompress(stored):
        message = "this reftel reads the text otherwise than the one that kept it"
        yield about.fault("reads-new", message, lambda to: _read_again(to, about.row, release))
        if about.repair:
            return
    facts = facts_of(release, record)
    if wrong := _wrongly_listed(about, facts, record, release):
        message = f"the table {wrong} does not say what the record says"
        yield about.fault("listed-wrong", message, lambda to: list_again(to, about.row, facts, record, release))


def _wrongly_listed(about: _About, facts: Facts, record: Record, release: Release) -> str:
    """The table that says something else than the record; empty where all say the same."""
    listed = (
        *(facts.kind, facts.form, release.publisher, facts.id, facts.sent, facts.post, facts.level),
        *(*number_of(facts.id), facts.subject),
    )
    cited = [msgspec.structs.astuple(one) for one in cited_in(record)]
    paper = paper_of(release)
    papers = cited_papers(release, record) if paper else ()
    for table, query, wanted in (
        ("release", _LISTED, [listed]),
        ("name", _NAMES, [(name,) for name in sorted(set(facts.known_as))]),
        ("reference", _CITED, cited),
        ("paper", _PAPER, [msgspec.structs.astuple(paper)] if paper else []),
        ("citation", _CITATIONS, [msgspec.structs.astuple(one) for one in papers]),
        ("enclosure", _ENCLOSURES, [msgspec.structs.astuple(one) for one in enclosed_papers(release) if paper]),
    ):
        try:
            if about.archive.ask(query, (about.row,)) != wanted:
                return table
        except ArchiveError:  # what stands there is no text any more
            return table
    return ""


def _read_again(connection: Any, row: int, release: Release) -> None:
    entry = make_entry(release)
    replace_record(connection, row, entry)
    list_again(connection, row, entry.facts, stored_record(release.kind, release.text, entry.record), release)


def spans_in(node: object) -> list[Span]:
    """Every span in a record."""
    found: list[Span] = []
    _gather(node, found)
    return found


def _gather(node: Any, found: list[Span]) -> None:
    for value in node if type(node) is tuple else [getattr(node, name) for name in node.__struct_fields__]:
        kind = type(value)
        if kind is Span:
            found.append(value)
        elif kind is tuple or kind not in _PLAIN:
            _gather(value, found)
