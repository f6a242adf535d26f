"""The tables of `archive.sqlite`, and how a file becomes or is recognised as one.

release   one row a release: its content address, kind, form, publisher, and the few facts it is listed by.
          `id` is the canonical id, `sent` ISO 8601 in UTC, no finer than what is known; empty where unknown. `year` and `serial` are those of a
          telegram's number, 0 where there is none; `collection` is what the user called the lot it came with.
          Rows are never changed or removed.
content   the bytes of that release: `text` (UTF-8), `rest` of the release and the `record` read from it (MessagePack, field
          by field as in release.py, cable/records.py, incident/ and document.py, their text left out); text and record
          are compressed (Zstandard).
name      every id that leads to a release: canonical, and as its publisher writes it.
reference every entry of a record's REF blocks as it was read, and after them the numbers of cables in its running text
          (kind `mention`); `target` is a canonical id or empty, `start` and `stop` are offsets into the text.
paper     by what a paper of an edited volume may be cited: number, day and hour (as they stand there), sender and recipient in
          words, its place among the volume's papers and its pages.
enclosure what is enclosed in a volume's paper and printed with it: kind, day, sender and recipient, as far as they stand there.
citation  every paper that a volume's paper cites by number or day; behind them what only the editors point to (kind `editors`).
          `note` is what the editors say of it, `target` where they point: an id, or a page (`frus1934v05#pg_801`).
source    files that were read to their end, as they were then, so that they are not read again unchanged.
reject    what could not be read: where, why, its first bytes.

Two views say the same in words, for people who open the file with SQLite's own tools or with Datasette: `listed` is `release`
with its address in hex digits, `cited` is `reference` with who cites, and whether what is cited is here. The years of `cited`
are as they were read; `reftel references` weighs them.

Beside it stand `index/`, the search index, `twins.sqlite`, the pairs of cables with the same words (its tables are described
in pairs.py), and `statements.sqlite`, who said what (in claims/kept.py). All are made from this file, follow it, and may be
deleted at any time; nothing is kept only there.

`user_version` is the number of this layout: how many of the steps below were taken. An archive of an older layout is
brought up when it is opened by somebody who may write. `application_id` is "rftl".
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from reftel.errors import ArchiveError, NoArchive

APPLICATION = 0x7266_746C

_FIRST = (
    """CREATE TABLE release (
        row INTEGER PRIMARY KEY,
        key BLOB NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        form TEXT NOT NULL,
        publisher TEXT NOT NULL,
        id TEXT NOT NULL,
        sent TEXT NOT NULL,
        post TEXT NOT NULL,
        level TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE content (
        row INTEGER PRIMARY KEY REFERENCES release (row),
        text BLOB NOT NULL,
        rest BLOB NOT NULL,
        record BLOB NOT NULL
    ) STRICT""",
    """CREATE TABLE name (
        id TEXT NOT NULL,
        row INTEGER NOT NULL REFERENCES release (row),
        PRIMARY KEY (id, row)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX name_without_year ON name (substr(id, 3))",
    """CREATE TABLE reject (
        row INTEGER PRIMARY KEY,
        file TEXT NOT NULL,
        member TEXT NOT NULL,
        offset INTEGER NOT NULL,
        form TEXT NOT NULL,
        reason TEXT NOT NULL,
        head BLOB NOT NULL,
        UNIQUE (file, member, offset, form, reason, head)
    ) STRICT""",
)

_REFERENCES_AND_SOURCES = (
    "ALTER TABLE release ADD COLUMN year INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE release ADD COLUMN serial INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE release ADD COLUMN subject TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE release ADD COLUMN collection TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX release_number ON release (post, year, serial)",
    "CREATE INDEX release_id ON release (id)",
    "CREATE INDEX release_sent ON release (sent)",
    """CREATE TABLE reference (
        row INTEGER NOT NULL REFERENCES release (row),
        position INTEGER NOT NULL,
        kind TEXT NOT NULL,
        letter TEXT NOT NULL,
        label TEXT NOT NULL,
        target TEXT NOT NULL,
        year_given INTEGER NOT NULL,
        title TEXT NOT NULL,
        start INTEGER NOT NULL,
        stop INTEGER NOT NULL,
        PRIMARY KEY (row, position)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX reference_target ON reference (target) WHERE target <> ''",
    """CREATE TABLE source (
        file TEXT NOT NULL,
        readers TEXT NOT NULL,
        size INTEGER NOT NULL,
        changed INTEGER NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY (file, readers)
    ) STRICT, WITHOUT ROWID""",
)

_NAMES_BY_ROW_AND_VIEWS = (
    "CREATE INDEX name_row ON name (row)",
    """CREATE VIEW listed AS
        SELECT row, id, sent, post, level, subject, kind, form, publisher, collection, lower(hex(key)) AS address
        FROM release""",
    """CREATE VIEW cited AS
        SELECT release.row, release.id AS citing, release.sent, release.post, release.subject, reference.kind,
               reference.letter, reference.label AS as_written, reference.title, reference.target AS cited,
               CASE reference.year_given WHEN 1 THEN 'given' ELSE 'inferred' END AS year,
               CASE WHEN reference.target = '' THEN 'no number'
                    WHEN EXISTS (SELECT 1 FROM name WHERE name.id = reference.target) THEN 'here'
                    ELSE 'not here' END AS found
        FROM reference JOIN release USING (row)""",
)

_PAPERS_AND_CITATIONS = (
    """CREATE TABLE paper (
        row INTEGER PRIMARY KEY REFERENCES release (row),
        volume TEXT NOT NULL,
        place_in_volume INTEGER NOT NULL,
        first_page INTEGER NOT NULL,
        last_page INTEGER NOT NULL,
        kind TEXT NOT NULL,
        number TEXT NOT NULL,
        day TEXT NOT NULL,
        hour TEXT NOT NULL,
        sender TEXT NOT NULL,
        recipient TEXT NOT NULL,
        place TEXT NOT NULL,
        circular INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX paper_number ON paper (number, day) WHERE number <> ''",
    "CREATE INDEX paper_day ON paper (day)",
    "CREATE INDEX paper_volume ON paper (volume, place_in_volume)",
    """CREATE TABLE citation (
        row INTEGER NOT NULL REFERENCES release (row),
        position INTEGER NOT NULL,
        kind TEXT NOT NULL,
        whose TEXT NOT NULL,
        party TEXT NOT NULL,
        recipient TEXT NOT NULL,
        number TEXT NOT NULL,
        day TEXT NOT NULL,
        hour TEXT NOT NULL,
        year_given INTEGER NOT NULL,
        label TEXT NOT NULL,
        start INTEGER NOT NULL,
        stop INTEGER NOT NULL,
        note TEXT NOT NULL,
        target TEXT NOT NULL,
        PRIMARY KEY (row, position)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE enclosure (
        row INTEGER NOT NULL REFERENCES release (row),
        position INTEGER NOT NULL,
        kind TEXT NOT NULL,
        day TEXT NOT NULL,
        sender TEXT NOT NULL,
        recipient TEXT NOT NULL,
        start INTEGER NOT NULL,
        stop INTEGER NOT NULL,
        PRIMARY KEY (row, position)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX enclosure_day ON enclosure (day) WHERE day <> ''",
    "CREATE INDEX citation_number ON citation (number) WHERE number <> ''",
    "CREATE INDEX citation_day ON citation (day) WHERE day <> ''",
    "CREATE INDEX citation_target ON citation (target) WHERE target <> ''",
)

# Each step makes layout n of layout n - 1. One that archives were made with is never changed.
_STEPS = (_FIRST, _REFERENCES_AND_SOURCES, _NAMES_BY_ROW_AND_VIEWS, _PAPERS_AND_CITATIONS)
VERSION = len(_STEPS)
_LISTED = 2  # the layout from which on the tables say all that they are to say of a release


def prepare(connection: sqlite3.Connection, *, create: bool) -> None:
    """Makes sure that the file is an archive; makes its tables where it is empty and `create` says so."""
    if sqlite3.sqlite_version_info < (3, 37):
        raise ArchiveError(f"SQLite {sqlite3.sqlite_version} is too old", hint="use a Python with SQLite 3.37 or newer")
    if create and _is_empty(connection):
        connection.execute("PRAGMA journal_mode = WAL")
        with _transaction(connection):
            if _is_empty(connection):  # another process may have been quicker
                _take_steps(connection, 0)
                connection.execute(f"PRAGMA application_id = {APPLICATION}")
    if _is_empty(connection):
        raise NoArchive("the archive is empty: its making was cut short", hint="run `reftel ingest` on it again")
    if _pragma(connection, "application_id") != APPLICATION:
        raise ArchiveError("archive.sqlite was not made by reftel")
    if (version := layout(connection)) > VERSION:
        raise ArchiveError(f"the archive has layout {version}, this reftel reads {VERSION}", hint="update reftel")


def layout(connection: sqlite3.Connection) -> int:
    """The number of the layout that the file has."""
    return _pragma(connection, "user_version")


def bring_up(connection: sqlite3.Connection, fill: Callable[[bool], None]) -> None:
    """Takes the steps to the newest layout and lets `fill` fill what is new in them, all in one transaction or not at all.

    `fill` is told whether that concerns every release, or only the papers of volumes.
    """
    with _transaction(connection):
        if (version := layout(connection)) < VERSION:
            _take_steps(connection, version)
            fill(version < _LISTED)


def _take_steps(connection: sqlite3.Connection, version: int) -> None:
    for step in _STEPS[version:]:
        for statement in step:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk has ended it already
            connection.execute("ROLLBACK")
        raise


def _is_empty(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,))


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
