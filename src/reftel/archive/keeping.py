"""Writing one release into the tables, and filling those that are derived from it again from what is kept."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable

import msgspec

from reftel.archive.cited import Cited, cited_in
from reftel.archive.entry import Entry, Facts
from reftel.archive.papers import CitedPaper, EnclosedPaper, Paper, cited_papers, enclosed_papers, paper_of
from reftel.cable.identity import full_year
from reftel.record import Record
from reftel.release import Release

_NUMBER = re.compile(r"(\d\d)[A-Z]+?(\d{1,7})")

_ADD_RELEASE = """INSERT OR IGNORE INTO release
    (key, kind, form, publisher, id, sent, post, level, year, serial, subject, collection)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_ADD_REFERENCE = "INSERT INTO reference VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ADD_PAPER = "INSERT INTO paper VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ADD_CITATION = "INSERT INTO citation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ADD_ENCLOSURE = "INSERT INTO enclosure VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_LIST_AGAIN = "UPDATE release SET kind = ?, form = ?, publisher = ?, id = ?, sent = ?, post = ?, level = ?, year = ?, serial = ?, subject = ? WHERE row = ?"


def number_of(number: str) -> tuple[int, int]:
    """Year and serial of a telegram's canonical id; (0, 0) for any other id."""
    match = _NUMBER.fullmatch(number)
    return (full_year(int(match[1])), int(match[2])) if match else (0, 0)


def keep_entry(connection: sqlite3.Connection, entry: Entry, collection: str = "") -> int:
    """The row that `entry` has now; 0 where a release of the same content was kept before."""
    facts = entry.facts
    listed = (
        *(entry.key, facts.kind, facts.form, entry.publisher, facts.id, facts.sent, facts.post, facts.level),
        *(*number_of(facts.id), facts.subject, collection),
    )
    cursor = connection.execute(_ADD_RELEASE, listed)
    if not cursor.rowcount:
        return 0
    row = cursor.lastrowid or 0
    connection.execute("INSERT INTO content VALUES (?, ?, ?, ?)", (row, entry.text, entry.rest, entry.record))
    connection.executemany("INSERT OR IGNORE INTO name VALUES (?, ?)", [(name, row) for name in facts.known_as])
    _add_references(connection, row, entry.cited)
    if entry.paper is not None:
        _add_paper(connection, row, entry.paper, entry.cited_papers, entry.enclosures)
    return row


def list_again(connection: sqlite3.Connection, row: int, facts: Facts, record: Record, release: Release) -> None:
    """Makes what the tables say of `release`, kept in `row`, what it and its record say."""
    listed = (
        *(facts.kind, facts.form, release.publisher, facts.id, facts.sent, facts.post, facts.level),
        *(*number_of(facts.id), facts.subject, row),
    )
    connection.execute(_LIST_AGAIN, listed)
    connection.execute("DELETE FROM name WHERE row = ?", (row,))
    connection.executemany("INSERT OR IGNORE INTO name VALUES (?, ?)", [(name, row) for name in facts.known_as])
    connection.execute("DELETE FROM reference WHERE row = ?", (row,))
    _add_references(connection, row, cited_in(record))
    for table in ("paper", "citation", "enclosure"):
        connection.execute(f"DELETE FROM {table} WHERE row = ?", (row,))
    if (paper := paper_of(release)) is not None:
        _add_paper(connection, row, paper, cited_papers(release, record), enclosed_papers(release))


def replace_record(connection: sqlite3.Connection, row: int, entry: Entry) -> None:
    """Puts what was read anew in place of the record of the release in `row`; its text stays."""
    connection.execute("UPDATE content SET record = ? WHERE row = ?", (entry.record, row))


def _add_references(connection: sqlite3.Connection, row: int, cited: Iterable[Cited]) -> None:
    rows = [(row, position, *msgspec.structs.astuple(one)) for position, one in enumerate(cited)]
    if rows:
        connection.executemany(_ADD_REFERENCE, rows)


def _add_paper(
    connection: sqlite3.Connection,
    row: int,
    paper: Paper,
    cited: Iterable[CitedPaper],
    enclosed: Iterable[EnclosedPaper],
) -> None:
    connection.execute(_ADD_PAPER, (row, *msgspec.structs.astuple(paper)))
    rows = [(row, position, *msgspec.structs.astuple(one)) for position, one in enumerate(cited)]
    if rows:
        connection.executemany(_ADD_CITATION, rows)
    rows = [(row, position, *msgspec.structs.astuple(one)) for position, one in enumerate(enclosed)]
    if rows:
        connection.executemany(_ADD_ENCLOSURE, rows)
