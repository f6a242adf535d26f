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
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from reftel.desk.entry import Entry
from reftel.errors import DeskUnusable
from reftel.own_file import Kind, OwnFile

_STANDS = "FROM entry WHERE kind = '{}' AND NOT gone AND id NOT IN (SELECT id FROM past)"
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
    f"""CREATE VIEW collections AS SELECT thing AS id, json_extract(body, '$.what.name') AS name,
        json_extract(body, '$.what.about') AS about, author, at {_STANDS.format("collection")}""",
    f"""CREATE VIEW cables AS SELECT collection, record, json_extract(body, '$.what.title') AS title,
        json_extract(body, '$.what.sent') AS sent, json_extract(body, '$.what.rank') AS rank, author, at
        {_STANDS.format("cable")}""",
    f"""CREATE VIEW notes AS SELECT thing AS id, record, json_extract(body, '$.what.text') AS text, {_TARGET}, author, at
        {_STANDS.format("note")}""",
    f"""CREATE VIEW tags AS SELECT json_extract(body, '$.what.word') AS tag, record, {_TARGET}, author, at
        {_STANDS.format("tag")}""",
)
_KIND = Kind(application=0x7266_646B, says="collections and notes", error=DeskUnusable, steps=(_FIRST,))
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
    """The entries in one file. Its methods raise DeskUnusable where it cannot be used."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._file = OwnFile(path, _KIND)
        self.path = self._file.path

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
        many = "SELECT thing FROM entry WHERE id NOT IN (SELECT id FROM past) GROUP BY thing HAVING count(*) > 1"
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
        return [self._row(*row) for row in rows], [word for (word,) in words]

    def count(self, kind: str) -> int:
        """How many things of one kind stand."""
        if not self.path.exists():
            return 0
        with self._file.reading() as connection:
            query = f"SELECT count(DISTINCT thing) {_STANDS.format(kind)}"
            return int(connection.execute(query).fetchone()[0])

    def sizes(self) -> dict[str, int]:
        """How many records stand in each collection, by its id."""
        if not self.path.exists():
            return {}
        with self._file.reading() as connection:
            query = f"SELECT collection, count(DISTINCT thing) {_STANDS.format('cable')} GROUP BY collection"
            return dict(connection.execute(query).fetchall())

    def _read(self, where: str, values: Sequence[object] = ()) -> list[Row]:
        if not self.path.exists():
            return []
        with self._file.reading() as connection:
            rows = connection.execute(f"{_READ} WHERE {where} ORDER BY id", values).fetchall()
        return [self._row(*row) for row in rows]

    def past(self) -> list[str]:
        """The addresses of all entries whose place others took."""
        with self._file.reading() as connection:
            return [one for (one,) in connection.execute("SELECT id FROM past ORDER BY id")]

    def add(self, entries: Iterable[Entry], past: Iterable[str] = ()) -> int:
        """How many of `entries` are new; all are durable on return, or none. Those they take the place of are past."""
        ones = list(entries)
        told = {*past, *(before for one in ones for before in one.after)}
        with self._file.writing() as connection:
            start = connection.total_changes
            connection.executemany(_INSERT, map(_cells, ones))
            added = connection.total_changes - start
            connection.executemany("INSERT OR IGNORE INTO past (id) VALUES (?)", [(one,) for one in sorted(told)])
        return added

    def _row(self, name: str, body: str, past: int) -> Row:
        try:
            return Row(name, _decoder.decode(body), bool(past))
        except msgspec.MsgspecError as error:
            raise DeskUnusable("an entry cannot be read", where=str(self.path), hint="restore a copy") from error


def _cells(entry: Entry) -> tuple[object, ...]:
    body = msgspec.json.encode(entry).decode("utf-8")
    about = (entry.record, entry.collection)
    return (entry.id, entry.thing, entry.what.kind, entry.author, entry.at, int(entry.gone), *about, body)
