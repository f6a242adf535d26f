"""Files of the user's own: small SQLite files outside every archive, which any number of processes may use at once."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from reftel.errors import ReftelError

_BUSY_SECONDS = 10.0


class Kind(msgspec.Struct, frozen=True):
    """A kind of such file: how SQLite knows it, what it is called, its error, and the steps that make its tables.

    `user_version` is how many of the steps were taken; a file that lacks some is brought up when it is next written to.
    """

    application: int
    says: str
    error: type[ReftelError]
    steps: tuple[tuple[str, ...], ...]


class OwnFile:
    """One file, made when it is first written to. All errors of SQLite and of the disk are of its kind."""

    def __init__(self, path: str | os.PathLike[str], kind: Kind) -> None:
        self.path, self.kind = Path(path), kind

    @property
    def writable(self) -> bool:
        """Whether it could be written to now, as far as permissions tell."""
        if self.path.exists():
            return os.access(self.path, os.W_OK) and os.access(self.path.parent, os.W_OK)
        place = next((one for one in self.path.absolute().parents if one.exists()), None)
        return place is not None and os.access(place, os.W_OK)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The file to read from; empty tables where nothing was written yet, and where they are older than those of today."""
        if not self.path.exists() or (self.path.is_file() and not self.path.stat().st_size):
            connection = sqlite3.connect(":memory:", isolation_level=None)
            self._take(connection, self.kind.steps)
            with self._closing(connection):
                yield connection
            return
        # Whoever may write also undoes what a process that was killed left half done.
        with self._open("rw" if self.writable else "ro") as connection:
            if (made := self._made(connection)) < len(self.kind.steps):
                self._bring_up(connection, made)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all that is written in it is durable at its end, or none."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._error(f"cannot be made: {error.strerror or error}") from error
        with self._open("rwc") as connection:
            connection.execute("BEGIN IMMEDIATE")
            self._take(connection, self.kind.steps[self._made(connection) :])
            yield connection
            connection.execute("COMMIT")

    def _bring_up(self, connection: sqlite3.Connection, made: int) -> None:
        if not self.writable:
            raise self._error(f"the {self.kind.says} have an older layout, on a read-only place", hint="copy the file")
        connection.execute("BEGIN IMMEDIATE")
        self._take(connection, self.kind.steps[self._made(connection) :])
        connection.execute("COMMIT")

    def _take(self, connection: sqlite3.Connection, steps: Sequence[tuple[str, ...]]) -> None:
        if not steps:
            return
        for step in steps:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {self.kind.application}")
        connection.execute(f"PRAGMA user_version = {len(self.kind.steps)}")

    @staticmethod
    def _made(connection: sqlite3.Connection) -> int:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])

    @contextmanager
    def _open(self, mode: str) -> Iterator[sqlite3.Connection]:
        uri = f"{self.path.absolute().as_uri()}?mode={mode}"
        try:
            connection = sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
        except sqlite3.Error as error:
            raise self._error(f"cannot be opened: {error}") from error
        with self._closing(connection):
            connection.execute("PRAGMA foreign_keys = ON")
            made = int(connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
            ours = connection.execute("PRAGMA application_id").fetchone()[0] == self.kind.application
            if made and not ours:
                raise self._error(f"this is no file of {self.kind.says}")
            if self._made(connection) > len(self.kind.steps):
                raise self._error(f"the {self.kind.says} are of a newer reftel", hint="update reftel")
            yield connection

    @contextmanager
    def _closing(self, connection: sqlite3.Connection) -> Iterator[None]:
        """Closes `connection` at the end; what was not committed is undone by that."""
        try:
            yield
        except sqlite3.Error as error:
            raise self._error(f"the {self.kind.says} cannot be used: {error}") from error
        finally:
            connection.close()

    def _error(self, what: str, hint: str = "") -> ReftelError:
        return self.kind.error(what, where=str(self.path), hint=hint)
