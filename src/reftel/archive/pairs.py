"""Pairs of releases with the same words, kept beside the archive in `twins.sqlite`.

All of it is made from `archive.sqlite` (see beside.py). Ingest does not touch it.

upto      how far the archive was compared: the last row, its content address, and the rule of the sketches.
sketch    a cable's row, how many words it has, and how many numbers its sketch.
posting   a number of a sketch, and a row that has it. Numbers that many cables share tell nothing and are not followed.
twin      two rows, the later first, and what share of the shorter text's runs of four words stands in the longer.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

from reftel.archive import beside
from reftel.archive.archive import Archive
from reftel.archive.packing import decompress
from reftel.archive.sketches import RULE, sketch
from reftel.archive.wording import ALIKE, TOO_SHORT, Word, likeness, words_of
from reftel.errors import ArchiveError

FILE = "twins.sqlite"

_COMMON = 16  # cables that share a number of their sketches; a number of more is one of a form's
_SHARED = 0.25  # of the numbers of the smaller sketch; fewer are not worth comparing
_LOT = 2_000  # releases that are durable together
_REMEMBERED = 64  # releases whose words are at hand

_TABLES = (
    "CREATE TABLE upto (row INTEGER NOT NULL, key BLOB NOT NULL, rule INTEGER NOT NULL) STRICT",
    "CREATE TABLE sketch (row INTEGER PRIMARY KEY, words INTEGER NOT NULL, numbers INTEGER NOT NULL) STRICT",
    """CREATE TABLE posting (number INTEGER NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (number, row))
       STRICT, WITHOUT ROWID""",
    """CREATE TABLE twin (row INTEGER NOT NULL, other INTEGER NOT NULL, share REAL NOT NULL, PRIMARY KEY (row, other))
       STRICT, WITHOUT ROWID""",
    "CREATE INDEX twin_other ON twin (other)",
    "INSERT INTO upto VALUES (0, x'', 0)",
)
_KIND = beside.Kind(
    FILE, "where cables with the same words are listed", "it is made anew when needed", _TABLES, lambda: RULE
)
_NEXT = """SELECT release.row, release.key, release.kind, content.text FROM release JOIN content USING (row)
           WHERE release.row > ? ORDER BY release.row LIMIT ?"""
_SAME_NUMBER = f"SELECT row FROM posting WHERE number = ? LIMIT {_COMMON + 1}"
_PAIR = """SELECT twin.row, twin.other, twin.share, one.words, two.words FROM twin
           JOIN sketch one ON one.row = twin.row JOIN sketch two ON two.row = twin.other"""


class Pair(NamedTuple):
    """Two rows, what share of the shorter text stands in the longer, and how many words each has."""

    row: int
    other: int
    share: float
    words: int
    more: int

    @property
    def turned(self) -> Pair:
        """The same pair from the other side."""
        return Pair(self.other, self.row, self.share, self.more, self.words)


class Pairs(beside.Beside):
    """The pairs that were found in an archive, as far as each release was compared with all before it."""

    def of(self, row: int) -> list[Pair]:
        """The pairs of one release, which is their `row`."""
        found = self._ask(f"{_PAIR} WHERE twin.row = ?1 OR twin.other = ?1 ORDER BY 1, 2", (row,))
        return [pair if pair.row == row else pair.turned for pair in found]

    def after(self, row: int, other: int, most: int) -> list[Pair]:
        """The next `most` pairs behind that of these two, the later release first."""
        return self._ask(f"{_PAIR} WHERE (twin.row, twin.other) > (?, ?) ORDER BY 1, 2 LIMIT ?", (row, other, most))

    def rows(self) -> set[int]:
        """Every release that is one of a pair."""
        with beside.clear_errors(self.archive, _KIND):
            return {
                int(row) for (row,) in self._connection.execute("SELECT row FROM twin UNION SELECT other FROM twin")
            }

    def bring_up(self, progress: Callable[[int], None] | None = None) -> None:
        """Compares every release that was not compared yet; each lot is kept. `progress` is told how many are done."""
        began, known = self.upto, _Known(self.archive)
        with beside.clear_errors(self.archive, _KIND):
            while self._compare_next(known):
                if progress is not None:
                    progress(self.upto - began)

    def backup(self, to: sqlite3.Connection) -> None:
        """Copies all of it."""
        self._connection.backup(to)

    def _ask(self, query: str, values: Sequence[object]) -> list[Pair]:
        with beside.clear_errors(self.archive, _KIND):
            return [Pair(*cells) for cells in self._connection.execute(query, values)]

    def _compare_next(self, known: _Known) -> bool:
        """Whether there was a lot to compare; it is durable on return."""
        with beside.going_on(self._connection, self._beginning) as connection:
            lot = self.archive.ask(_NEXT, (self.upto, _LOT))  # another process may compare at the same time
            for row, _, kind, stored in lot:
                with suppress(ArchiveError, UnicodeDecodeError):  # a text that cannot be read has no twin
                    if kind == "cable":
                        _compare(connection, known, row, decompress(stored).decode("utf-8", "surrogatepass"))
            if lot:
                connection.execute("UPDATE upto SET row = ?, key = ?, rule = ?", (*lot[-1][:2], RULE))
        return bool(lot)


def found_pairs(archive: Archive) -> Pairs | None:
    """What was found so far, to be asked; None where nothing was compared, or the file is damaged or another archive's."""
    connection = beside.found(archive, _KIND)
    return None if connection is None else Pairs(archive, connection)


def kept_pairs(archive: Archive) -> Pairs:
    """The same, made where there is none, ready to be brought up.

    They are kept beside the archive; where nobody may write there, in a temporary file that goes away with them.
    """
    if archive.writable:
        connection = beside.made(archive, _KIND)
        return Pairs(archive, connection, beside.began(connection))
    connection = beside.in_memory(_KIND)
    kept = found_pairs(archive)
    if kept is not None:
        with kept:
            kept.backup(connection)
    return Pairs(archive, connection, beside.began(connection))


class _Known:
    """The words of releases that were compared of late."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._words: dict[int, tuple[str, list[Word]]] = {}

    def release(self, row: int) -> tuple[str, list[Word]]:
        """Its id and words; a release that cannot be read has none."""
        if row not in self._words:
            if len(self._words) >= _REMEMBERED:
                self._words.clear()
            self._words[row] = ("", [])
            with suppress(ArchiveError, UnicodeDecodeError):
                (stored,) = self._archive.rows([row])
                self._words[row] = (stored.facts.id, words_of(stored.release.text))
        return self._words[row]


def _compare(connection: sqlite3.Connection, known: _Known, row: int, text: str) -> None:
    """Keeps the sketch of one cable, and its pairs among those before it."""
    numbers, words = sketch(text)
    if words < TOO_SHORT:
        return
    connection.execute("INSERT INTO sketch VALUES (?, ?, ?)", (row, words, len(numbers)))
    shared: Counter[int] = Counter()
    for number in numbers:
        found = connection.execute(_SAME_NUMBER, (number,)).fetchall()
        if len(found) <= _COMMON:
            connection.execute("INSERT INTO posting VALUES (?, ?)", (number, row))
            shared.update(other for (other,) in found)
    for other, count in shared.items():
        size = connection.execute("SELECT numbers FROM sketch WHERE row = ?", (other,)).fetchone()[0]
        if count < max(_SHARED * min(size, len(numbers)), 2):
            continue
        (one_id, one), (other_id, two) = known.release(row), known.release(other)
        if one_id != other_id or not one_id:
            share = likeness(one, two)
            if share >= ALIKE:
                connection.execute("INSERT INTO twin VALUES (?, ?, ?)", (row, other, share))
