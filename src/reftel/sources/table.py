"""Rows of a table in CSV whose fields hold line breaks: streamed, bounded, and a broken row costs only itself.

A row is recognised by its first columns. Where a row begins while another is still open, the open one has lost a quote:
it is given up, and reading goes on at the new one. So the text is cut where rows begin, and each piece is given to the csv
module whole, which is several times faster than line by line; a piece that is more than one row goes in by lines.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

import msgspec

from reftel.sources.limits import STEP

LARGEST_FIELD = 32 << 20  # characters; also the longest piece that is taken in at once
_LONGEST_START = 500  # characters in which a row is known by its beginning
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


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
    """One pass over the rows of a table in UTF-8; bytes that are not come as lone surrogates.

    `start` matches the beginning of every row.
    """

    def __init__(self, stream: BinaryIO, start: re.Pattern[str], *, backslash: bool = False) -> None:
        # A longer read would lose all that it has where a container breaks.
        self._read: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
        # A row's beginning behind a line feed, sought by its first letters, is found in half the time.
        self._starts = re.compile(rf"\n{start.pattern}")
        self._starts_anyhow = re.compile(rf"[\r\n](?=(?:{start.pattern}))")
        self._backslash = backslash

    def rows(self) -> Iterator[Row]:
        """Each row in order, the broken ones among them; blank lines are none."""
        csv.field_size_limit(max(LARGEST_FIELD, csv.field_size_limit()))
        number = 0
        for piece in self._pieces():
            for head, cells, broken in self._rows_in(piece):
                number += 1
                yield Row(number, cells, head[:64], broken)

    def _pieces(self) -> Iterator[str]:
        """The text, cut where rows begin, and where a piece is longer than any row may be."""
        decode = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape").decode
        held, searched = "", 0
        while data := self._read(max(STEP, len(held))):  # twice as much each time, for a row of megabytes
            held, begin = held + decode(data), 0
            starts = self._starts_anyhow if "\r" in held else self._starts
            for found in starts.finditer(held, searched):
                yield held[begin : found.start() + 1]
                begin = found.start() + 1
            held = held[begin:]
            if len(held) > 2 * LARGEST_FIELD:
                yield held[:-_LONGEST_START]
                held = held[-_LONGEST_START:]
            searched = max(len(held) - _LONGEST_START, 0)
        if held := held + decode(b"", final=True):
            yield held

    def _rows_in(self, piece: str) -> Iterator[tuple[str, list[str], str]]:
        """The head, the cells and the fault of each row in a piece; mostly there is one."""
        try:
            found: Iterable[tuple[str, list[str], str]] = list(self._parse([piece]))
        except csv.Error:  # a row of another kind stands behind the first
            found = self._by_lines(_LINES.findall(piece))
        for head, cells, broken in found:
            if cells or broken:
                yield head, cells, broken

    def _by_lines(self, lines: list[str]) -> Iterator[tuple[str, list[str], str]]:
        """As far as they can be read; what follows a row that cannot be read is part of it."""
        rows = self._parse(lines)
        while True:
            try:
                yield next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                yield lines[0], [], f"the row cannot be read: {error}"
                return

    def _parse(self, lines: Iterable[str]) -> Iterator[tuple[str, list[str], str]]:
        fed = _Fed(lines)
        escape = "\\" if self._backslash else None
        for cells in csv.reader(fed, escapechar=escape, doublequote=not self._backslash):
            yield fed.head, cells, _LOST_QUOTE if fed.asked_for_more else ""
            fed.head = ""


_LOST_QUOTE = "a quote is lost, and the next row stands inside this one"


class _Fed:
    """Lines on their way to the csv module: which one a row began with, and whether more than all were asked for."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.head, self.asked_for_more = "", False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines, None)
        if line is None:
            self.asked_for_more = True
            raise StopIteration
        self.head = self.head or line
        return line
