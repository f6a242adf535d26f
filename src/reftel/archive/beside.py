"""Files beside `archive.sqlite` that are made from it: they follow it, go on where they stopped, and may be deleted at any time.

Each has a table `upto` of one row: the last row of the archive that is in it, that row's content address, and what made it.
What is damaged, another archive's, or made by what is not of today is thrown away and made anew. That is done in the file as
it lies there, never by another in its place: a process that still had the old one open would take the new one's journal for its
own. Each beginning has a number of its own (`user_version`), so that such a process does not go on in what it did not begin.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from types import TracebackType
from typing import Self

import msgspec

from reftel.archive.archive import Archive
from reftel.errors import ArchiveError

_CACHE = "PRAGMA cache_size = -65536"  # 64 MB
_KEY = "SELECT key FROM release WHERE row = ?"


class Kind(msgspec.Struct, frozen=True):
    """What a file is: its name, what it is for and what makes it anew in words, its tables, and who makes it today."""

    file: str
    holds: str
    anew: str
    tables: tuple[str, ...]
    maker: Callable[[], int | str]


class Beside:
    """Such a file, open; a context manager. `beginning` is the number of its beginning, where it is written."""

    def __init__(self, archive: Archive, connection: sqlite3.Connection, beginning: int = 0) -> None:
        self.archive = archive
        self._connection, self._beginning = connection, beginning

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    @property
    def upto(self) -> int:
        """The last row of the archive that is in it."""
        return int(self._connection.execute("SELECT row FROM upto").fetchone()[0])

    @property
    def behind(self) -> int:
        """How many releases are not in it yet."""
        return self.archive.last_row() - self.upto


def found(archive: Archive, kind: Kind) -> sqlite3.Connection | None:
    """The file as far as it was made, to be asked; None where there is none that is whole, of this archive and of today."""
    place = archive.path / kind.file
    if not place.is_file():
        return None
    # Where one may write, what a process that was killed left half done is taken back first.
    connection = _connected(archive, kind, "rw" if archive.writable else "ro&immutable=1")
    if _belongs(connection, archive, kind):
        return connection
    connection.close()
    return None


def made(archive: Archive, kind: Kind) -> sqlite3.Connection:
    """The file, ready to be written, made where there is none; ArchiveError where it cannot be."""
    try:
        connection = _sound(archive, kind)
        if connection is None:
            _cut_off(archive, kind)
            connection = _sound(archive, kind)
    except (sqlite3.Error, OSError) as error:
        raise explained(error, archive, kind) from error
    if connection is None:
        raise ArchiveError(f"{kind.file} cannot be made", where=str(archive.path), hint="try again")
    return connection


def in_memory(kind: Kind) -> sqlite3.Connection:
    """The same tables, empty, in a file of SQLite's own that goes away when it is closed."""
    connection = sqlite3.connect("", isolation_level=None)
    _make_tables(connection, kind)
    return connection


def began(connection: sqlite3.Connection) -> int:
    """The number of a file's beginning: another once it was thrown away and is made anew."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def going_on(connection: sqlite3.Connection, beginning: int) -> Iterator[sqlite3.Connection]:
    """A transaction, as `writing`; ArchiveError where the file was begun anew since its beginning had this number."""
    with writing(connection):
        if began(connection) != beginning:
            raise ArchiveError("another process has begun it anew in the meantime", hint="run it again")
        yield connection


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """A transaction: all that is written in it is durable at its end, or none."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def clear_errors(archive: Archive, kind: Kind) -> Iterator[None]:
    """Errors of SQLite in words."""
    try:
        yield
    except sqlite3.Error as error:
        raise explained(error, archive, kind) from error


def explained(error: Exception, archive: Archive, kind: Kind) -> ArchiveError:
    """The error in words. A damaged file is thrown away: all that is in it can be made anew."""
    where, name = str(archive.path), f"{kind.file}, {kind.holds},"
    if "full" in str(error) or "No space" in str(error):
        return ArchiveError("the disk is full", where=where, hint="make room, run it again")
    damaged = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)
    if damaged and archive.writable:
        with suppress(sqlite3.Error, OSError):
            _cut_off(archive, kind, patience=1)
            return ArchiveError(f"{name} was damaged and is emptied; {kind.anew}", where=where, hint="run it again")
    hint = "wait if another process is at it, else delete it: it is made anew"
    return ArchiveError(f"{name} cannot be used: {error}", where=where, hint=hint)


def _connected(archive: Archive, kind: Kind, mode: str, patience: float = 30) -> sqlite3.Connection:
    uri = f"{(archive.path / kind.file).absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=patience, isolation_level=None)


def _cut_off(archive: Archive, kind: Kind, patience: float = 30) -> None:
    """Makes a file empty that is too damaged to be emptied by SQLite, while no other process is at it."""
    with closing(_connected(archive, kind, "rw", patience)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:  # locked, or forbidden
            raise
        except sqlite3.DatabaseError:  # it is no database: nobody can be at it
            pass
        os.truncate(archive.path / kind.file, 0)


def _sound(archive: Archive, kind: Kind) -> sqlite3.Connection | None:
    """The file, made where there is none; None where it is no good."""
    connection = _connected(archive, kind, "rwc")
    try:
        connection.execute(_CACHE)
        with writing(connection):
            if not _belongs(connection, archive, kind):
                _drop_tables(connection)
                _make_tables(connection, kind)
        return connection
    except sqlite3.OperationalError:  # locked, full or forbidden, which throwing it away would not mend
        connection.close()
        raise
    except sqlite3.DatabaseError:
        pass
    connection.close()
    return None


def _drop_tables(connection: sqlite3.Connection) -> None:
    """Drops all that is in a file; DatabaseError where it cannot be dropped, so that it is cut off."""
    listed = (
        "SELECT type, name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    )
    try:
        for sort, name in connection.execute(listed).fetchall():
            quoted = name.replace('"', '""')
            connection.execute(f'DROP {sort} IF EXISTS "{quoted}"')
    except sqlite3.OperationalError as error:
        raise sqlite3.DatabaseError(str(error)) from error


def _make_tables(connection: sqlite3.Connection, kind: Kind) -> None:
    connection.execute(f"PRAGMA user_version = {secrets.randbelow((1 << 31) - 1) + 1}")
    for statement in kind.tables:
        connection.execute(statement)


def _belongs(connection: sqlite3.Connection, archive: Archive, kind: Kind) -> bool:
    """Whether it was made from this archive, by today's maker. Rows are never changed, so the last one stands for all."""
    try:
        row, key, maker = connection.execute("SELECT * FROM upto").fetchone()
    except (sqlite3.DatabaseError, TypeError, ValueError):
        return False
    return not row or (maker == kind.maker() and archive.ask(_KEY, (row,)) == [(key,)])
