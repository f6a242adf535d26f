"""Archive: one directory that keeps releases, what was read from them, and what could not be read."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import msgspec

from reftel.archive import schema
from reftel.archive.entry import Entry, Facts, facts_of, stored_record, stored_release
from reftel.archive.keeping import keep_entry, list_again
from reftel.archive.lock import WriterLock
from reftel.archive.packing import printable
from reftel.archive.refusals import DATABASE, explained
from reftel.cable.identity import canonical, letters
from reftel.errors import ArchiveError, NoArchive, NotFound, Overloaded
from reftel.record import Record
from reftel.release import Origin, Reject, Release

if TYPE_CHECKING:
    from reftel.sources import FileState


_BUSY_SECONDS = 10.0
_PAGE = 200  # rows fetched at a time when all are walked through
_STEPS = 100_000  # of SQLite's machine, about a millisecond, after which it is asked whether to go on
_SHORTEST_KEY = 8
_SHOWN_KEY = 12  # digits
_LISTED = "SELECT kind, form, id, sent, post, level, subject, collection FROM release WHERE row = ?"
_STORED = """SELECT release.row, release.key, release.kind, release.collection, content.text, content.rest, content.record
             FROM release JOIN content USING (row)"""


class Stored(msgspec.Struct, frozen=True, dict=True):
    """One kept release and what was read from it. `key` is its content address, 64 hex digits; `row` its number here."""

    row: int
    key: str
    release: Release
    record: Record
    collection: str = ""

    @cached_property
    def facts(self) -> Facts:
        """The fields by which it is listed and searched."""
        return msgspec.structs.replace(facts_of(self.release, self.record), collection=self.collection)


class Counts(msgspec.Struct, frozen=True):
    """How much an archive holds: releases in all and by form, different ids, rejects by reason."""

    releases: int
    ids: int
    forms: dict[str, int]
    rejects: dict[str, int]


class Archive:
    """An open archive; a context manager. One process writes at a time, any number read meanwhile."""

    def __init__(
        self, path: Path, connection: sqlite3.Connection, *, writable: bool, alone: tuple[int, int] | None = None
    ) -> None:
        self.path, self.writable = path, writable
        self._alone = alone  # size and time of a file that is read as one that nobody writes
        self.collection = ""  # what releases that are kept from now on are filed under
        self._connection = connection
        self._lock: WriterLock | None = None
        self._given_up: Callable[[], bool] | None = None

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leaves the archive as one quiet directory; closing twice does nothing."""
        try:
            self._let_go()
        finally:
            self._connection.close()

    def _let_go(self) -> None:
        if self._lock is None:
            return
        try:
            with self._clear_errors():
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            self._lock.release()
            self._lock = None

    def claim(self) -> None:
        """Becomes the archive's one writer until closed; ArchiveBusy where another process is."""
        if self._lock is None:
            if not self.writable:
                raise ArchiveError("the archive is on a read-only place", where=str(self.path), hint="copy it first")
            self._lock = WriterLock(self.path)

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Is the archive's one writer meanwhile, and afterwards what it was before; ArchiveBusy where another process is."""
        before = self._lock is not None
        self.claim()
        try:
            yield
        finally:
            if not before:
                self._let_go()

    def bring_up(self) -> None:
        """Brings an archive of an older layout up to the newest; ArchiveError where nobody may write to it."""
        if schema.layout(self._connection) == schema.VERSION:
            return
        if not self.writable:
            what = f"the archive has layout {schema.layout(self._connection)}, an older one, on a read-only place"
            raise ArchiveError(what, where=str(self.path), hint="copy it, open the copy")
        with self.claimed(), self._clear_errors():
            schema.bring_up(self._connection, self._list_again)

    def _list_again(self, everything: bool) -> None:
        for row, _, kind, text, rest, record in self.stored_bytes("" if everything else "frus-tei"):
            with suppress(ArchiveError, UnicodeDecodeError):  # what cannot be read, `check` names
                release = stored_release(text, rest)
                read = stored_record(kind, release.text, record)
                list_again(self._connection, row, facts_of(release, read), read, release)

    def keep(self, batch: Sequence[Entry]) -> list[int]:
        """The row of each entry of `batch`, 0 for one that was there before; all are durable on return, or none."""
        with self.writing() as connection:
            return [keep_entry(connection, entry, self.collection) for entry in batch]

    def keep_rejects(self, rejects: Sequence[Reject]) -> int:
        """How many of `rejects` are new; all are durable on return, or none."""
        rows = [
            (
                *(printable(part) for part in (reject.origin.file, reject.origin.member)),
                reject.origin.offset,
                *(printable(part) for part in (reject.form, reject.reason)),
                reject.head[:64],
            )
            for reject in rejects
        ]
        insert = "INSERT OR IGNORE INTO reject (file, member, offset, form, reason, head) VALUES (?, ?, ?, ?, ?, ?)"
        with self.writing() as connection:
            before = connection.total_changes
            connection.executemany(insert, rows)
            return connection.total_changes - before

    def keep_sources(self, files: Sequence[FileState], readers: str) -> None:
        """Takes note that `files` were read to their end by `readers`, and all that they hold is kept."""
        rows = [(printable(file.file), readers, file.size, file.changed, file.number) for file in files]
        insert = "INSERT OR REPLACE INTO source (file, readers, size, changed, number) VALUES (?, ?, ?, ?, ?)"
        with self.writing() as connection:
            connection.executemany(insert, rows)

    def has_source(self, file: FileState, readers: str) -> bool:
        """Whether `file`, as it is now, was read to its end by the same `readers`."""
        same = "SELECT 1 FROM source WHERE file = ? AND readers = ? AND size = ? AND changed = ? AND number = ?"
        values = (printable(file.file), readers, file.size, file.changed, file.number)
        with self._clear_errors():
            return self._connection.execute(same, values).fetchone() is not None

    def known(self, keys: Sequence[bytes]) -> set[bytes]:
        """Those of `keys`, content addresses, whose release is kept."""
        found: set[bytes] = set()
        for start in range(0, len(keys), _PAGE):
            part = keys[start : start + _PAGE]
            marks = ", ".join("?" * len(part))
            with self._clear_errors():
                rows = self._connection.execute(f"SELECT key FROM release WHERE key IN ({marks})", part)
                found.update(key for (key,) in rows)
        return found

    def last_row(self) -> int:
        """The number of the newest release; 0 in an empty archive. Rows count up from 1 without holes."""
        with self._clear_errors():
            newest = int(self._connection.execute("SELECT coalesce(max(row), 0) FROM release").fetchone()[0])
        self._unchanged()
        return newest

    def release(self, key: str) -> Stored:
        """The release with this content address, or whose address alone starts so (8 hex digits or more).

        NotFound where there is none, or where several start so.
        """
        found = self._by_key(key.strip().lower())
        if len(found) != 1:
            what = "several releases start with" if found else "no release has"
            raise NotFound(
                f"{what} the address {printable(key)!r}", where=str(self.path), hint="give more of its digits"
            )
        return found[0]

    def rows(self, rows: Sequence[int]) -> list[Stored]:
        """The releases with these numbers, in the order asked for; numbers that do not exist are left out."""
        found: dict[int, Stored] = {}
        for start in range(0, len(rows), _PAGE):
            part = rows[start : start + _PAGE]
            marks = ", ".join("?" * len(part))
            found.update((one.row, one) for one in self._stored(f"WHERE release.row IN ({marks})", tuple(part)))
        return [found[row] for row in rows if row in found]

    def named(self, spelling: str) -> list[Stored]:
        """Every release of the record that `spelling` names: an id in any spelling, or a content address.

        A telegram's number without its year gives those of all years. Empty where nothing is known by that name.
        """
        rows = self.rows_named(spelling)
        return self.rows(rows) if rows else self._by_key(spelling.strip().lower())

    def meant(self, spelling: str) -> list[Stored]:
        """Every release of the one record that `spelling` means; NotFound where none is known so, or it may mean several."""
        found, number = self.named(spelling), canonical(spelling)
        if not found:
            what = f"no record is known as {printable(spelling)}"
            raise NotFound(what, where=str(self.path), hint="try a search")
        ids = dict.fromkeys(one.facts.id or one.key[:_SHOWN_KEY] for one in found)
        if len(ids) > 1 and number not in ids:
            hint = f"one of {', '.join(list(ids)[:5])}"
            raise NotFound(f"{printable(spelling)} may mean several records", where=str(self.path), hint=hint)
        return [one for one in found if one.facts.id == number] or found

    def rows_named(self, spelling: str) -> list[int]:
        """The numbers of the releases that `spelling` names as an id, in the order they were kept."""
        text = printable(spelling)
        names = [name for name in dict.fromkeys((canonical(text), letters(text))) if name]
        marks = ", ".join("?" * len(names))
        exact = f"SELECT DISTINCT row FROM name WHERE id IN ({marks}) ORDER BY row"
        any_year = "SELECT DISTINCT row FROM name WHERE substr(id, 3) = ? AND id GLOB '[0-9][0-9]*' ORDER BY row"
        with self._clear_errors():
            found = self._connection.execute(exact, names).fetchall()
            if not found and names and names[0].isalnum() and not names[0][0].isdigit() and names[0][-1].isdigit():
                found = self._connection.execute(any_year, names[:1]).fetchall()
        return [row for (row,) in found]

    def since(self, row: int) -> Iterator[Stored]:
        """Every release whose number is above `row`, in the order they were kept; memory stays flat."""
        for cells in self._cells_since(row):
            yield self._made(cells)

    def facts_since(self, row: int) -> Iterator[tuple[int, Facts, str]]:
        """Row, facts and text of the same; of what cannot be read, what the table lists, and no text."""
        yield from map(self._facts, self._cells_since(row))

    def facts_of(self, rows: Sequence[int]) -> list[tuple[int, Facts, str]]:
        """The same of the releases with these numbers, in their order."""
        marks = ", ".join("?" * len(rows))
        found = {cells[0]: cells for cells in self.ask(f"{_STORED} WHERE release.row IN ({marks})", rows)}
        return [self._facts(found[row]) for row in rows if row in found]

    def _facts(self, cells: tuple[Any, ...]) -> tuple[int, Facts, str]:
        try:
            stored = self._made(cells)
        except ArchiveError:  # `reftel check` names it; all others are to be found
            return cells[0], self._listed(cells[0]), ""
        return stored.row, stored.facts, stored.release.text

    def _cells_since(self, row: int) -> Iterator[tuple[Any, ...]]:
        while page := self.ask(f"{_STORED} WHERE release.row > ? ORDER BY release.row LIMIT ?", (row, _PAGE)):
            yield from page
            row = page[-1][0]

    def _listed(self, row: int) -> Facts:
        kind, form, number, sent, post, level, subject, collection = self.ask(_LISTED, (row,))[0]
        known_as = tuple(name for (name,) in self.ask("SELECT id FROM name WHERE row = ? ORDER BY id", (row,)))
        return Facts(
            kind, form, number, known_as, sent, post, level, subject=" ".join(subject.split()), collection=collection
        )

    def __iter__(self) -> Iterator[Stored]:
        return self.since(0)

    def __len__(self) -> int:
        return self.counts().releases

    def __bool__(self) -> bool:
        return True

    def counts(self) -> Counts:
        """How much the archive holds."""
        with self._clear_errors():
            forms = dict(self._connection.execute("SELECT form, count(*) FROM release GROUP BY form ORDER BY form"))
            ids = self._connection.execute("SELECT count(DISTINCT id) FROM release WHERE id <> ''").fetchone()[0]
            by_reason = "SELECT reason, count(*) FROM reject GROUP BY reason ORDER BY count(*) DESC, reason"
            rejects = dict(self._connection.execute(by_reason))
        return Counts(releases=sum(forms.values()), ids=ids, forms=forms, rejects=rejects)

    def rejects(self) -> Iterator[Reject]:
        """What could not be read, in the order it was met."""
        row = 0
        query = "SELECT row, file, member, offset, reason, head, form FROM reject WHERE row > ? ORDER BY row LIMIT ?"
        while True:
            with self._clear_errors():
                page = self._connection.execute(query, (row, _PAGE)).fetchall()
            for _, file, member, offset, reason, head, form in page:
                yield Reject(Origin(file, member, offset), reason, head, form)
            if not page:
                return
            row = page[-1][0]

    def ask(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows that an SQL `query` gives, for this room and for search; no other room knows SQL."""
        with self._clear_errors():
            return self._connection.execute(query, tuple(values)).fetchall()

    def walk(self, query: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The same rows one by one; memory stays flat."""
        with self._clear_errors():
            cursor = self._connection.execute(query, tuple(values))
        while True:
            with self._clear_errors():
                page = cursor.fetchmany(_PAGE)
            if not page:
                return
            yield from page

    def integrity(self) -> list[str]:
        """What SQLite says is wrong with the file; empty where nothing is."""
        said = [str(row[0]) for row in self.ask("PRAGMA integrity_check(20)")]
        orphans = [f"{row[0]} row {row[1]} belongs to no release" for row in self.ask("PRAGMA foreign_key_check")]
        return [words for words in said if words != "ok"] + orphans[:20]

    def reindex(self) -> None:
        """Makes SQLite's own indexes anew from the tables."""
        with self.writing() as connection:
            connection.execute("REINDEX")

    def stored_bytes(self, form: str = "") -> Iterator[tuple[int, bytes, str, bytes, bytes, bytes]]:
        """Row, key, kind, text, rest and record of each release, or each of one form, as they are stored, unread."""
        row = 0
        query = """SELECT release.row, release.key, release.kind, content.text, content.rest, content.record
                   FROM release JOIN content USING (row) WHERE release.row > ? AND (? = '' OR release.form = ?)
                   ORDER BY release.row LIMIT ?"""
        while page := self.ask(query, (row, form, form, _PAGE)):
            yield from page
            row = page[-1][0]

    def _by_key(self, digits: str) -> list[Stored]:
        if len(digits) < _SHORTEST_KEY or len(digits) > 64 or not set(digits) <= set("0123456789abcdef"):
            return []
        low = bytes.fromhex(digits.ljust(64, "0"))
        high = bytes.fromhex(digits.ljust(64, "f"))
        return self._stored("WHERE release.key BETWEEN ? AND ? ORDER BY release.row LIMIT 2", (low, high))

    def _stored(self, where: str, values: tuple[object, ...]) -> list[Stored]:
        return [self._made(cells) for cells in self.ask(f"{_STORED} {where}", values)]

    def _made(self, cells: tuple[Any, ...]) -> Stored:
        row, key, kind, collection, text, rest, record = cells
        try:
            release = stored_release(text, rest)
            return Stored(row, key.hex(), release, stored_record(kind, release.text, record), collection)
        except ArchiveError as error:
            where = f"{self.path}, release {key.hex()[:_SHOWN_KEY]}"
            raise ArchiveError(
                error.message, where=where, hint="`reftel check` names all such; restore a copy"
            ) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction of the one writer, for the modules of this room: all of it is durable at its end, or none."""
        self.claim()
        with self._clear_errors():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk has ended it already
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def until(self, given_up: Callable[[], bool]) -> Iterator[None]:
        """What is asked of the archive meanwhile ends with Overloaded soon after `given_up` says so, also half-way."""
        self._given_up = given_up
        self._connection.set_progress_handler(given_up, _STEPS)
        try:
            yield
        finally:
            self._connection.set_progress_handler(None, 0)
            self._given_up = None

    def go_on(self) -> None:
        """Overloaded where whoever asked has given up; to be called between pieces of work that are not SQLite's."""
        if self._given_up is not None and self._given_up():
            raise Overloaded("this question was given up", hint="narrow it by a post, a year or more words")

    @contextmanager
    def _clear_errors(self) -> Iterator[None]:
        self.go_on()
        try:
            yield
        except sqlite3.Error as error:
            self.go_on()  # it was interrupted
            self._unchanged()
            raise explained(error, self.path) from error

    def _unchanged(self) -> None:
        """ArchiveError where the file is read as one that nobody writes, and somebody did."""
        if self._alone is not None and _state(self.path / DATABASE) != self._alone:
            what = "the archive has changed since it was opened, by one who may write to it"
            raise ArchiveError(what, where=str(self.path), hint="open it again")


def fullest(releases: Sequence[Stored]) -> Stored:
    """The release with the longest text, of those the one that was kept first."""
    return max(releases, key=lambda one: (len(one.release.text), -one.row))


def open_archive(path: str | os.PathLike[str], *, create: bool = False) -> Archive:
    """The archive in the directory `path`, made new where there is none and `create` says so; else NoArchive."""
    directory = Path(path)
    database = directory / DATABASE
    if not create and not database.is_file():
        raise NoArchive(
            "there is no archive here", where=str(directory), hint=f"reftel ingest PATH --archive {directory}"
        )
    try:
        if create:
            directory.mkdir(parents=True, exist_ok=True)
        writable = os.access(directory, os.W_OK) and (not database.exists() or os.access(database, os.W_OK))
        if create and not writable:
            raise ArchiveError("the archive is on a read-only place", where=str(directory), hint="copy it first")
        mode = "rwc" if create else "rw" if writable else _unwritable(database)
        alone = _state(database) if "immutable" in mode else None
        connection = sqlite3.connect(
            f"{database.absolute().as_uri()}?mode={mode}", uri=True, timeout=_BUSY_SECONDS, isolation_level=None
        )
    except (OSError, sqlite3.Error) as error:
        raise explained(error, directory) from error
    try:
        schema.prepare(connection, create=create)
        archive = Archive(directory, connection, writable=writable, alone=alone)
        archive.bring_up()
        connection.execute("PRAGMA synchronous = FULL")  # a batch that was acknowledged survives a loss of power
        connection.execute("PRAGMA cache_size = -32768")
        connection.execute(
            "PRAGMA wal_autocheckpoint = 8192"
        )  # pages: 32 MB, so that lots are not written twice at once
    except sqlite3.Error as error:
        connection.close()
        raise explained(error, directory) from error
    except ArchiveError as error:
        connection.close()
        raise type(error)(error.message, where=str(directory), hint=error.hint) from error
    return archive


def is_behind(path: str | os.PathLike[str]) -> bool:
    """Whether the archive at `path` has an older layout, which opening it will bring up; that may take minutes."""
    database = Path(path) / DATABASE
    if not database.is_file():
        return False
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection,
    ):
        return 0 < schema.layout(connection) < schema.VERSION
    return False


def _unwritable(database: Path) -> str:
    """How a database is opened where nobody may write.

    Write-ahead logging needs files beside the database even to read. Where they are, another user may be writing, and it is
    read with them; where none can be made it can be read without, as long as nobody writes.
    """
    log, shared = (database.with_name(f"{DATABASE}-{end}") for end in ("wal", "shm"))
    written = log.is_file() and (shared.is_file() or log.stat().st_size > 0)
    return "ro" if written else "ro&immutable=1"


def _state(database: Path) -> tuple[int, int]:
    found = database.stat()
    return found.st_size, found.st_mtime_ns
