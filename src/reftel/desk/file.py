"""The file of a desk: `desk.sqlite`, the user's own, outside every archive.

entry   one row an entry, never changed: its address `id`, the `thing` it is about, its `kind` (collection, cable, note, tag),
        `author`, time `at` (UTC), `gone` where it takes the thing away, the `record` and the `collection` it is about (empty
        where there is none), and `body`, the whole entry as JSON, from which all other columns are made.
past    the addresses of entries whose place others took. Some may not be here themselves: an export without its history
        still says which they were.

Four views say in words what stands: `collections`, `cables`, `notes` and `tags`, for people who open the file with SQLite's
own tools or with Datasette. `user_version` is the number of the layout, `application_id` is "rfdk".
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from reftel.desk.entry import Entry, encoded
from reftel.errors import DeskError, DeskUnusable
from reftel.own_file import Kind, OwnFile

_CURRENT = "SELECT thing || kind FROM entry WHERE {which} AND id NOT IN (SELECT id FROM past)"
# As `standing` has it: no other takes its place, or all of its thing are past, and none that is here followed this one.
# No subquery asks about the row outside it, and each gives one column: so each is answered once, and looked up in.
_HOLDS = f"""(id NOT IN (SELECT id FROM past) OR (
        thing || kind NOT IN ({_CURRENT}) AND thing || kind || id NOT IN (
            SELECT thing || kind || before.value FROM entry, json_each(body, '$.after') AS before
            WHERE {{which}} AND thing || kind NOT IN ({_CURRENT}))))"""


def _stands(kind: str) -> str:
    which = f"kind = '{kind}'"
    return f"FROM entry WHERE {which} AND NOT gone AND {_HOLDS.format(which=which)}"


_TARGET = """json_extract(body, '$.what.target.at') AS paragraph, json_extract(body, '$.what.target.exact') AS words,
             json_extract(body, '$.what.target.release') AS release"""
_FIRST = (
    """CREATE TABLE entry (
        id TEXT PRIMARY KEY,
        thing TEXT NOT NULL,
        kind TEXT NOT NULL,
        author TEXT NOT NULL,
        at TEXT NOT NULL,
        gone INTEGER NOT NULL,
        record TEXT NOT NULL,
        collection TEXT NOT NULL,
        body TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX entry_thing ON entry (thing)",
    "CREATE INDEX entry_record ON entry (record, kind)",
    "CREATE INDEX entry_kind ON entry (kind)",
    "CREATE INDEX entry_collection ON entry (collection) WHERE collection <> ''",
    "CREATE TABLE past (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
)
_SECOND = (
    *(f"DROP VIEW IF EXISTS {name}" for name in ("collections", "cables", "notes", "tags")),
    f"""CREATE VIEW collections AS SELECT thing AS id, json_extract(body, '$.what.name') AS name,
        json_extract(body, '$.what.about') AS about, author, at {_stands("collection")}""",
    f"""CREATE VIEW cables AS SELECT collection, record, json_extract(body, '$.what.title') AS title,
        json_extract(body, '$.what.sent') AS sent, json_extract(body, '$.what.rank') AS rank, author, at
        {_stands("cable")}""",
    f"""CREATE VIEW notes AS SELECT thing AS id, record, json_extract(body, '$.what.text') AS text, {_TARGET}, author, at
        {_stands("note")}""",
    f"""CREATE VIEW tags AS SELECT json_extract(body, '$.what.word') AS tag, record, {_TARGET}, author, at
        {_stands("tag")}""",
)
_KIND = Kind(application=0x7266_646B, says="collections and notes", error=DeskUnusable, steps=(_FIRST, _SECOND))
_INSERT = "INSERT OR IGNORE INTO entry (id, thing, kind, author, at, gone, record, collection, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_READ = "SELECT id, body, EXISTS (SELECT 1 FROM past WHERE past.id = entry.id) FROM entry"
_WORDS = 500
_decoder = msgspec.json.Decoder(Entry)


class Row(NamedTuple):
    """An entry as it is kept: its id, itself, and whether another takes its place."""

    id: str
    entry: Entry
    past: bool


class DeskFile:
    """The entries in one file. Its methods raise DeskUnusable where it cannot be used.

    An entry that cannot be read is left out, and `tell` is told of it once: the others can be read without it.
    """

    def __init__(self, path: str | os.PathLike[str], tell: Callable[[str], object] | None = None) -> None:
        self._file = OwnFile(path, _KIND)
        self.path = self._file.path
        self._tell, self._left_out = tell, set[str]()

    @property
    def writable(self) -> bool:
        """Whether anything can be added, as far as permissions tell."""
        return self._file.writable

    def entries(self, *kinds: str, **wanted: str) -> list[Row]:
        """The entries of these kinds; where `record`, `thing` or `collection` is wanted, only those that have it."""
        where, values = [], list[Any]()
        if kinds:
            where.append(f"kind IN ({', '.join('?' * len(kinds))})")
            values += kinds
        for name, value in wanted.items():
            if value:
                where.append(f"{name} = ?")
                values.append(value)
        return self._read(" AND ".join(where) or "1", values)

    def beginning(self, kind: str, start: str) -> list[Row]:
        """The entries of the things of one kind whose ids begin so."""
        return self._read("kind = ? AND thing BETWEEN ? AND ?", (kind, start, f"{start}g"))

    def torn(self) -> list[Row]:
        """The entries of things of which more than one stands."""
        many = f"SELECT thing FROM entry WHERE {_HOLDS.format(which=1)} GROUP BY thing, kind HAVING count(*) > 1"
        return self._read(f"thing IN ({many})")

    def around(self, record: str) -> tuple[list[Row], list[str]]:
        """What a page about one record needs, read at once: the entries on it and those of all collections; and the tags in use."""
        if not self.path.exists():
            return [], []
        with self._file.reading() as connection:
            rows = connection.execute(
                f"{_READ} WHERE record = ? OR kind = 'collection' ORDER BY id", (record,)
            ).fetchall()
            words = connection.execute(f"SELECT DISTINCT tag FROM tags ORDER BY tag LIMIT {_WORDS}").fetchall()
        return self._rows(rows), [word for (word,) in words]

    def count(self, kind: str) -> int:
        """How many things of one kind stand."""
        if not self.path.exists():
            return 0
        with self._file.reading() as connection:
            query = f"SELECT count(DISTINCT thing) {_stands(kind)}"
            return int(connection.execute(query).fetchone()[0])

    def sizes(self) -> dict[str, int]:
        """How many records stand in each collection, by its id."""
        if not self.path.exists():
            return {}
        with self._file.reading() as connection:
            query = f"SELECT collection, count(DISTINCT thing) {_stands('cable')} GROUP BY collection"
            return dict(connection.execute(query).fetchall())

    def _read(self, where: str, values: Sequence[object] = ()) -> list[Row]:
        if not self.path.exists():
            return []
        with self._file.reading() as connection:
            rows = connection.execute(f"{_READ} WHERE {where} ORDER BY id", values).fetchall()
        return self._rows(rows)

    def past(self) -> list[str]:
        """The addresses of all entries whose place others took."""
        with self._file.reading() as connection:
            return [one for (one,) in connection.execute("SELECT id FROM past ORDER BY id")]

    def add(self, entries: Iterable[Entry], past: Iterable[str] = ()) -> int:
        """How many of `entries` are new; all are durable on return, or none. Those they take the place of are past.

        DeskError for what could not be read again.
        """
        return self.add_all([(entries, past)])[0]

    def add_all(self, parts: Iterable[tuple[Iterable[Entry], Iterable[str]]]) -> list[int]:
        """The same for several parts (entries, past) at once: how many of each are new."""
        made = [_written(entries, past) for entries, past in parts]
        with self._file.writing() as connection:
            return [_put(connection, *one) for one in made]

    def _rows(self, rows: Iterable[tuple[str, str, int]]) -> list[Row]:
        return [row for one in rows if (row := self._row(*one))]

    def _row(self, name: str, body: str, past: int) -> Row | None:
        try:
            return Row(name, _decoder.decode(body), bool(past))
        except msgspec.MsgspecError as error:
            if self._tell and name not in self._left_out:
                self._tell(f"{self.path}: the entry {name} cannot be read, and is left out: {error}")
            self._left_out.add(name)
            return None


def _written(entries: Iterable[Entry], past: Iterable[str]) -> tuple[list[tuple[object, ...]], list[tuple[str]]]:
    ones = list(entries)
    told = {*past, *(before for one in ones for before in one.after)}
    return [_cells(one) for one in ones], [(one,) for one in sorted(told)]


def _put(connection: sqlite3.Connection, rows: list[tuple[object, ...]], past: list[tuple[str]]) -> int:
    start = connection.total_changes
    connection.executemany(_INSERT, rows)
    added = connection.total_changes - start
    connection.executemany("INSERT OR IGNORE INTO past (id) VALUES (?)", past)
    return added


def _cells(entry: Entry) -> tuple[object, ...]:
    body = encoded(entry)
    try:
        _decoder.decode(body)
    except msgspec.MsgspecError as error:  # the limits are told to whoever reads, and hold for whoever writes
        what = f"the {entry.what.kind} {entry.record[:60]}".strip()
        raise DeskError(f"{what} cannot be kept on a desk: {error}") from error
    about = (entry.record, entry.collection)
    return (entry.id, entry.thing, entry.what.kind, entry.author, entry.at, int(entry.gone), *about, body.decode())
