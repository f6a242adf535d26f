"""Saved searches: queries under a name, and for each archive how far its user has looked.

They are the user's and no part of an archive: a small SQLite file of his own, so that an archive on a read-only disk can
be watched as well, and one that is copied takes nobody's interests along. An archive is known by its first release, and a
mark by the address of the release it stands on: it holds where the archive was moved, copied or read again, and counts
for nothing where the file at that place is another archive.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from reftel.archive import Archive
from reftel.archive.packing import printable
from reftel.errors import QueryError, SavedError, SavedUnusable
from reftel.own_file import Kind, OwnFile
from reftel.search.index import last_row, open_index
from reftel.search.query import Query, search
from reftel.search.rows import above

_LONGEST_NAME = 100
_TABLES = (
    "CREATE TABLE search (name TEXT PRIMARY KEY, query TEXT NOT NULL, saved TEXT NOT NULL) STRICT",
    """CREATE TABLE mark (
        name TEXT NOT NULL REFERENCES search (name) ON DELETE CASCADE,
        archive TEXT NOT NULL,
        place TEXT NOT NULL,
        row INTEGER NOT NULL,
        key TEXT NOT NULL,
        looked TEXT NOT NULL,
        PRIMARY KEY (name, archive, place)
    ) STRICT""",
)
_KIND = Kind(application=0x7266_7473, says="saved searches", error=SavedUnusable, steps=(_TABLES,))  # "rfts"
_MARKS = "SELECT row, key, looked FROM mark WHERE name = ? AND archive = ? ORDER BY place = ? DESC, row DESC"
_SET = """INSERT INTO mark (name, archive, place, row, key, looked) VALUES (?, ?, ?, ?, ?, ?)
          ON CONFLICT (name, archive, place) DO UPDATE SET row = excluded.row, key = excluded.key, looked = excluded.looked"""


class Saved(msgspec.Struct, frozen=True):
    """A query under a name. `saved` is when, ISO 8601 in UTC."""

    name: str
    query: Query
    saved: str


class Mark(msgspec.Struct, frozen=True):
    """How far an archive was looked through: to the release with the number `row`, at `looked` (UTC); 0 and empty: never."""

    row: int = 0
    looked: str = ""


class News(msgspec.Struct, frozen=True):
    """What a saved search finds in an archive: in all, and new since it was last looked at."""

    name: str
    query: Query
    saved: str
    total: int
    new: int
    seen: Mark
    notes: tuple[str, ...] = ()


class SavedSearches:
    """The saved searches in one file, made when the first is saved. Any number of processes may use it at once.

    Its methods raise SavedError where the file cannot be used.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._file = OwnFile(path, _KIND)
        self.path = self._file.path

    @property
    def writable(self) -> bool:
        """Whether a search can be saved, as far as permissions tell."""
        return self._file.writable

    def __iter__(self) -> Iterator[Saved]:
        with self._file.reading() as connection:
            rows = connection.execute("SELECT name, query, saved FROM search ORDER BY name").fetchall()
        return iter([Saved(name, self._query(name, query), saved) for name, query, saved in rows])

    def get(self, name: str) -> Saved:
        """The saved search of this name; SavedError where there is none."""
        with self._file.reading() as connection:
            found = connection.execute(
                "SELECT name, query, saved FROM search WHERE name = ?", (_name(name),)
            ).fetchone()
        if found is None:
            raise self._none(name)
        return Saved(found[0], self._query(found[0], found[1]), found[2])

    def save(self, name: str, query: Query, *, replace: bool = False) -> Saved:
        """Keeps `query` under `name`; its page, facets and explanation are no part of it.

        SavedError where the name is taken, unless it is to be replaced; the marks of the one before go with it.
        """
        kept = Query(
            words=printable(query.words), post=printable(query.post), since=printable(query.since),
            until=printable(query.until), level=printable(query.level), sort=printable(query.sort),
            tags=tuple(map(printable, query.tags)), within=tuple(map(printable, query.within)),
        )  # fmt: skip
        made = Saved(_name(name), kept, _now())
        with self._file.writing() as connection:
            if replace:
                connection.execute("DELETE FROM search WHERE name = ?", (made.name,))
            text = msgspec.json.encode(msgspec.to_builtins(kept)).decode("utf-8")
            done = connection.execute(
                "INSERT OR IGNORE INTO search (name, query, saved) VALUES (?, ?, ?)", (made.name, text, made.saved)
            )
            if not done.rowcount:
                hint = "choose another name, or replace it"
                raise SavedError(f"there is a saved search {made.name!r} already", where=str(self.path), hint=hint)
        return made

    def forget(self, name: str) -> None:
        """Takes the saved search of this name away; SavedError where there is none."""
        self.get(name)
        with self._file.writing() as connection:
            connection.execute("DELETE FROM search WHERE name = ?", (_name(name),))

    def seen(self, name: str, archive: Archive) -> Mark:
        """How far `archive` was looked through for the search of this name."""
        with self._file.reading() as connection:
            return _seen(connection, name, archive)

    def mark(self, name: str, archive: Archive, row: int) -> Mark:
        """Takes note that `archive` was looked through to the release `row`; a mark never goes back."""
        row = min(row, archive.last_row())
        with self._file.writing() as connection:
            if connection.execute("SELECT 1 FROM search WHERE name = ?", (_name(name),)).fetchone() is None:
                raise self._none(name)
            if row <= (seen := _seen(connection, name, archive)).row:
                return seen
            now = _now()
            values = (_name(name), _key(archive, 1), _place(archive), row, _key(archive, row), now)
            connection.execute(_SET, values)
        return Mark(row, now)

    def news(self, archive: Archive) -> Iterator[News]:
        """What each saved search finds in `archive`, and how much of it is new; no mark is moved."""
        for one in self:
            seen = self.seen(one.name, archive)
            every = msgspec.structs.replace(one.query, limit=0)
            try:
                found = search(archive, every)
                new = search(archive, new_since(every, seen.row)).total if seen.row else found.total
            except QueryError as error:  # one that cannot be asked must not hide the others
                yield News(one.name, one.query, one.saved, 0, 0, seen, (str(error),))
                continue
            yield News(one.name, one.query, one.saved, found.total, new, seen, found.notes)

    def _none(self, name: str) -> SavedError:
        known = ", ".join(one.name for one in list(self)[:10])
        hint = f"there are: {known}" if known else "reftel save NAME WORDS..."
        return SavedError(f"there is no saved search {printable(name)!r}", where=str(self.path), hint=hint)

    def _query(self, name: str, text: str) -> Query:
        try:
            return msgspec.json.decode(text, type=Query)
        except msgspec.MsgspecError as error:
            raise SavedError(f"the saved search {name!r} cannot be read", where=str(self.path)) from error


def new_since(query: Query, row: int) -> Query:
    """What `query` finds among the releases that were kept after the one with this number."""
    return msgspec.structs.replace(query, within=(*query.within, above(row)))


def searched_to(archive: Archive) -> int:
    """The newest release that a search looks through now; those that another process keeps meanwhile come later."""
    return last_row(open_index(archive))


def _name(name: str) -> str:
    clean = " ".join(printable(name).split())
    if not clean or len(clean) > _LONGEST_NAME:
        raise SavedError(f"{clean[:_LONGEST_NAME]!r} is no name", hint=f"1 to {_LONGEST_NAME} characters")
    return clean


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _seen(connection: sqlite3.Connection, name: str, archive: Archive) -> Mark:
    """The mark that was set at this place, else the farthest that holds for an archive with the same first release."""
    found = connection.execute(_MARKS, (_name(name), _key(archive, 1), _place(archive))).fetchall()
    return next((Mark(row, looked) for row, key, looked in found if _key(archive, row) == key), Mark())


def _key(archive: Archive, row: int) -> str:
    found = archive.ask("SELECT key FROM release WHERE row = ?", (row,))
    return found[0][0].hex() if found else ""


def _place(archive: Archive) -> str:
    return printable(str(archive.path.absolute()))
