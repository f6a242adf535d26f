"""Rows of a table in CSV whose fields hold line breaks: streamed, bounded, and a broken row costs only itself.

A row is recognised by its first columns. Where a row begins while another is still open, the open one has lost a quote:
it is given up, and reading goes on at the new one.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import TextIOWrapper

import msgspec

LARGEST_FIELD = 32 << 20  # characters; also the longest line that is taken in at once


class Row(msgspec.Struct, frozen=True):
    """One row: its number from 1, its cells, the beginning of its text, and why it cannot be read, if so."""

    number: int
    cells: list[str]
    head: str
    broken: str = ""

    @property
    def first_bytes(self) -> bytes:
        """At most 64 bytes of the row."""
        return self.head.encode("utf-8", "surrogateescape")[:64]


class Table:
    """One pass over the rows of a table; `start` matches the beginning of every row."""

    def __init__(self, lines: TextIOWrapper, start: re.Pattern[str], *, backslash: bool = False) -> None:
        self._lines, self._starts, self._backslash = lines, start.match, backslash
        self._held = self._head = ""  # the first line of the next row, met too early; the first line of this one
        self._cut = self._ended = False

    def rows(self) -> Iterator[Row]:
        """Each row in order, the broken ones among them; blank lines are none."""
        csv.field_size_limit(max(LARGEST_FIELD, csv.field_size_limit()))
        number = 0
        while not self._ended:
            self._cut = False
            for cells, broken in self._until_broken():
                if cells or broken:
                    number += 1
                    yield Row(number, cells, self._head[:64], broken)
                self._head = ""

    def _until_broken(self) -> Iterator[tuple[list[str], str]]:
        """The cells of each row up to one that breaks, and for that one the reason."""
        escape = "\\" if self._backslash else None
        reader = csv.reader(self._feed(), escapechar=escape, doublequote=not self._backslash)
        while True:
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield [], f"the row cannot be read: {error}"
                self._skip()
                return
            if cells is None:
                return
            yield cells, "a quote is lost, and the next row stands inside this one" if self._cut else ""

    def _feed(self) -> Iterator[str]:
        """The lines for the reader, up to a row that begins inside another."""
        starts = self._starts
        while line := self._next():
            if self._head and starts(line):
                self._held, self._cut = line, True
                return
            self._head = self._head or line
            yield line

    def _next(self) -> str:
        line, self._held = self._held or self._lines.readline(LARGEST_FIELD), ""
        self._ended = not line
        return line

    def _skip(self) -> None:
        """Pass over the rest of a row that cannot be read."""
        while line := self._next():
            if self._starts(line):
                self._held = line
                return
