"""The tables of `archive.sqlite`, and how a file becomes or is recognised as one.

release   one row a release: its content address, kind, form, publisher, and the few facts it is listed by.
          `id` is the canonical id, `sent` ISO 8601 in UTC; empty where unknown. Rows are never changed or removed.
content   the bytes of that release: `text` (UTF-8), `rest` of the release and the `record` read from it (MessagePack, field
          by field as in release.py, cable/records.py, incident/ and document.py, their text left out); text and record
          are compressed (Zstandard).
name      every id that leads to a release: canonical, and as its publisher writes it.
reject    what could not be read: where, why, its first bytes.

`user_version` is the number of this layout. `application_id` is "rftl".
"""

from __future__ import annotations

import sqlite3

from reftel.errors import ArchiveError, NoArchive

VERSION = 1
APPLICATION = 0x7266_746C

_TABLES = (
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


def prepare(connection: sqlite3.Connection, *, create: bool) -> None:
    """Makes sure that the file holds these tables; makes them where it is empty and `create` says so."""
    if sqlite3.sqlite_version_info < (3, 37):
        raise ArchiveError(f"SQLite {sqlite3.sqlite_version} is too old", hint="use a Python with SQLite 3.37 or newer")
    if create and _is_empty(connection):
        _make(connection)
    version = _pragma(connection, "user_version")
    if _is_empty(connection):
        raise NoArchive("the archive is empty: its making was cut short", hint="run `reftel ingest` on it again")
    if _pragma(connection, "application_id") != APPLICATION:
        raise ArchiveError("archive.sqlite was not made by reftel")
    if version != VERSION:
        raise ArchiveError(f"the archive has layout {version}, this reftel reads {VERSION}", hint="update reftel")


def _make(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _is_empty(connection):  # another process may have been quicker
            for statement in _TABLES:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _is_empty(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,))


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
