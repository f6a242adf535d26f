"""The statements of an archive, kept beside it in `statements.sqlite`.

All of it is made from `archive.sqlite` (see archive/beside.py), and made anew where it was read by another reader than
today's. Ingest does not touch it; what people decided about statements is not in it (see decisions.py).

upto       how far the archive was read: the last row, its content address, and what read it.
told       a release's row, id, post and date, how many statements it has, the reason where it could not be read, and all of
           them, packed.
speaker    everybody who speaks, as he is named in one record or more: name, kind, role, affiliation, paper, author; `words`
           are all of them as they are looked for, `stems` the same in any form.
statement  a line for each statement: release, position, speaker, voice, modality, confidence.
actor      everybody who is spoken of: id, name, kind, how he is written, and the words of that.
about      which statement is about whom.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import msgspec

from reftel.archive import Archive, beside
from reftel.claims.reading import By, Of, Reading, Stored, read_all, reader_version, unpacked
from reftel.errors import ArchiveError
from reftel.search.layout import analyser, stemmed
from reftel.statements import Statement
from reftel.statements.records import ActorKind

FILE = "statements.sqlite"

_LOT = 100  # releases that travel together
_TOGETHER = 20  # lots that are durable together
_REMEMBERED = 200_000  # speakers and actors whose ids are at hand
_TABLES = (
    "CREATE TABLE upto (row INTEGER NOT NULL, key BLOB NOT NULL, reader TEXT NOT NULL) STRICT",
    """CREATE TABLE told (row INTEGER PRIMARY KEY, record TEXT NOT NULL, post TEXT NOT NULL, sent TEXT NOT NULL,
       statements INTEGER NOT NULL, reason TEXT NOT NULL, body BLOB NOT NULL) STRICT""",
    """CREATE TABLE speaker (id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, role TEXT NOT NULL,
       affiliation TEXT NOT NULL, paper TEXT NOT NULL, author TEXT NOT NULL, words TEXT NOT NULL, stems TEXT NOT NULL,
       UNIQUE (name, kind, role, affiliation, paper, author)) STRICT""",
    """CREATE TABLE statement (row INTEGER NOT NULL, position INTEGER NOT NULL, speaker INTEGER NOT NULL, voice TEXT NOT NULL,
       modality TEXT NOT NULL, confidence REAL NOT NULL, PRIMARY KEY (row, position)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX statement_speaker ON statement (speaker, row, position)",
    "CREATE INDEX statement_modality ON statement (modality, row, position)",
    """CREATE TABLE actor (id INTEGER PRIMARY KEY, code TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
       written TEXT NOT NULL, words TEXT NOT NULL, UNIQUE (code, name, kind, written)) STRICT""",
    """CREATE TABLE about (actor INTEGER NOT NULL, row INTEGER NOT NULL, position INTEGER NOT NULL,
       PRIMARY KEY (actor, row, position)) STRICT, WITHOUT ROWID""",
    "INSERT INTO upto VALUES (0, x'', '')",
)
# The columns of these two but their ids, and how many of the first tell one row from another.
_COLUMNS = {
    "speaker": (("name", "kind", "role", "affiliation", "paper", "author", "words", "stems"), 6),
    "actor": (("code", "name", "kind", "written", "words"), 4),
}
_NEXT = """SELECT release.row, release.kind, content.text, content.record FROM release JOIN content USING (row)
           WHERE release.row > ? ORDER BY release.row LIMIT ?"""
_LISTED = "SELECT row, id, post, sent FROM release WHERE row BETWEEN ? AND ?"
_KEY = "SELECT key FROM release WHERE row = ?"
_KIND = beside.Kind(
    FILE, "where statements are kept", "it is made anew by `reftel statements`", _TABLES, reader_version
)
_OWN = "post embassy mission consulate"  # what the author of a telegram is asked for by
NOBODY = 0  # the speaker of a statement of which none is named


class Counts(msgspec.Struct, frozen=True):
    """How many releases were read, how many statements they have, of how many speakers; how many could not be read."""

    releases: int
    statements: int
    speakers: int
    unread: int


class Claims(beside.Beside):
    """The statements of an archive, as far as it was read."""

    def __init__(self, archive: Archive, connection: sqlite3.Connection, beginning: int = 0) -> None:
        super().__init__(archive, connection, beginning)
        self._speakers: dict[By, int] = {}
        self._actors: dict[Of, int] = {}

    @property
    def mark(self) -> bytes:
        """What is the same as long as nothing more is read: the address of the last release, and what read it."""
        row, key, reader = self._connection.execute("SELECT row, key, reader FROM upto").fetchone()
        return b"%d %s %s" % (row, key, str(reader).encode())

    @property
    def reader(self) -> str:
        """What read them: another may find others."""
        return str(self._connection.execute("SELECT reader FROM upto").fetchone()[0])

    def counts(self) -> Counts:
        """How much there is."""
        releases, statements, unread = self.ask("SELECT count(*), total(statements), total(reason <> '') FROM told")[0]
        (speakers,) = self.ask("SELECT count(*) FROM speaker")[0]
        return Counts(releases, int(statements), speakers, int(unread))

    def of(self, row: int) -> tuple[Statement, ...] | None:
        """The statements of the release with this number; None where it was not read yet, or what is kept is damaged.

        The archive itself is whole then, and has all that they are read from.
        """
        with suppress(ArchiveError):
            found = self.ask("SELECT body FROM told WHERE row = ?", (row,))
            return unpacked(found[0][0]) if found else None
        return None

    def has(self, row: int) -> bool:
        """Whether the release with this number was read."""
        return bool(self.ask("SELECT 1 FROM told WHERE row = ?", (row,)))

    def actors(self) -> list[tuple[str, str, ActorKind, str]]:
        """Everybody who is spoken of: id, name, kind, and how he is written."""
        found = self.ask("SELECT code, name, kind, written FROM actor ORDER BY code, name, written")
        return [(code, name, kind, written) for code, name, kind, written in found]

    def ask(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows that an SQL `query` gives, for this room alone."""
        with beside.clear_errors(self.archive, _KIND):
            return self._connection.execute(query, tuple(values)).fetchall()

    def bring_up(self, progress: Callable[[int], None] | None = None, jobs: int | None = None) -> None:
        """Reads every release that was not read yet; each lot is kept. `progress` is told how many are done."""
        began = done = self.upto
        waiting: list[Reading] = []
        readings = read_all(self._lots(began), jobs)
        for count, lot in enumerate(readings, 1):
            waiting += lot
            if count % _TOGETHER == 0:
                done, waiting = self._keep(waiting), []
            if progress is not None and waiting:
                progress(waiting[-1].row - began)
        if waiting:
            done = self._keep(waiting)
        if progress is not None:
            progress(done - began)

    def _lots(self, row: int) -> Iterator[list[Stored]]:
        while lot := self.archive.ask(_NEXT, (row, _LOT)):
            yield [(one[0], one[1], one[2], one[3]) for one in lot]
            row = lot[-1][0]

    def _keep(self, readings: list[Reading]) -> int:
        """The last row of `readings`, which are durable on return. Another process may have been quicker with some."""
        last = readings[-1].row
        key = self.archive.ask(_KEY, (last,))[0][0]
        listed = {row: about for row, *about in self.archive.ask(_LISTED, (readings[0].row, last))}
        try:
            going_on = beside.going_on(self._connection, self._beginning)
            with beside.clear_errors(self.archive, _KIND), going_on as connection:
                upto = self.upto
                for reading in readings:
                    if reading.row > upto:
                        self._add(connection, reading, listed[reading.row])
                if last > upto:
                    connection.execute("UPDATE upto SET row = ?, key = ?, reader = ?", (last, key, reader_version()))
        except BaseException:
            self._forget()  # what was added was undone
            raise
        return last

    def _forget(self) -> None:
        self._speakers.clear()
        self._actors.clear()

    def _add(self, connection: sqlite3.Connection, reading: Reading, listed: Sequence[str]) -> None:
        if len(self._speakers) + len(self._actors) > _REMEMBERED:
            self._forget()
        row = reading.row
        told = (row, *listed, len(reading.lines), reading.reason, reading.body)
        connection.execute("INSERT INTO told VALUES (?, ?, ?, ?, ?, ?, ?)", told)
        lines = [
            (row, at, self._speaker(connection, one.by, one.voice), one.voice, one.modality, one.confidence)
            for at, one in enumerate(reading.lines)
        ]
        connection.executemany("INSERT INTO statement VALUES (?, ?, ?, ?, ?, ?)", lines)
        about = [(self._actor(connection, of), row, at) for at, one in enumerate(reading.lines) for of in one.about]
        connection.executemany("INSERT OR IGNORE INTO about VALUES (?, ?, ?)", about)

    def _speaker(self, connection: sqlite3.Connection, by: By | None, voice: str) -> int:
        if by is None and voice != "own":
            return NOBODY
        by = by or By("", "post")
        if by not in self._speakers:
            words = words_of_speaker(by)
            cells = (*msgspec.structs.astuple(by), row_of(words), row_of(words, stems=True))
            self._speakers[by] = _known(connection, "speaker", cells)
        return self._speakers[by]

    def _actor(self, connection: sqlite3.Connection, of: Of) -> int:
        if of not in self._actors:
            cells = (*msgspec.structs.astuple(of), row_of_actor(of))
            self._actors[of] = _known(connection, "actor", cells)
        return self._actors[of]


def words_of_speaker(by: By) -> str:
    """All words by which a speaker is looked for."""
    kind = _OWN if by.kind == "post" else by.kind if by.kind in ("group", "press", "organization") else ""
    return " | ".join((by.name, by.role, by.affiliation, by.paper, by.author, kind))


def row_of(text: str, *, stems: bool = False) -> str:
    """The words of `text` in a row with blanks around each, so that some of them side by side can be looked for."""
    make = stemmed() if stems else analyser()
    return " " + " | ".join(" ".join(make.analyze(part)) for part in text.split("|")) + " "


def row_of_actor(of: Of) -> str:
    """All words by which somebody who is spoken of is looked for, in a row."""
    return row_of(f"{of.id} | {of.name} | {of.written}")


def _known(connection: sqlite3.Connection, table: str, cells: tuple[object, ...]) -> int:
    """The id of the row of `table` with these cells, which is added where there is none."""
    names, told = _COLUMNS[table]
    marks = ", ".join("?" * len(cells))
    connection.execute(f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({marks})", cells)
    where = " AND ".join(f"{name} = ?" for name in names[:told])
    return int(connection.execute(f"SELECT id FROM {table} WHERE {where}", cells[:told]).fetchone()[0])


def open_claims(archive: Archive) -> Claims | None:
    """What was read so far, to be asked; None where nothing was, or by another reader, or the file is damaged."""
    connection = beside.found(archive, _KIND)
    return None if connection is None else Claims(archive, connection)


def make_claims(archive: Archive) -> Claims:
    """The same, made where there is none, ready to be brought up; ArchiveError where nobody may write."""
    if not archive.writable:
        what = f"{FILE}, where statements are kept, cannot be written on a read-only place"
        raise ArchiveError(what, where=str(archive.path), hint="copy the archive, read the copy")
    connection = beside.made(archive, _KIND)
    return Claims(archive, connection, beside.began(connection))
