"""The Cablegate table: eight columns, no header row, quotes escaped by a backslash or doubled, streamed.

Columns: row number; `m/d/yyyy h:mm`; id; origin; classification; references joined by `|`; header; body. A release's
text is header, line feed, body.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Generator, Iterator
from typing import ClassVar

from reftel.finding import Finding
from reftel.release import Given, Origin, Reject, Release
from reftel.sources.base import Input
from reftel.sources.text import head_text, unscramble

PUBLISHER = "Cablegate"
LARGEST_FIELD = 32 << 20

_ROW_START = re.compile(r'^"?\d{1,9}"?,"?\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d\d"?,"?[^",\n]{3,60}"?,', re.MULTILINE)
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}):(\d\d)")
_DOUBLED = re.compile(r'[^,\n"\\]""[^,"]|[^,\n"\\]"""')
_BACKSLASHED = re.compile(r'\\"(?!,"|\n)')
_ESCAPED_BYTES = re.compile(r"[\udc80-\udcff]")


class CablegateCsv:
    """The form `cablegate-csv`."""

    name: ClassVar[str] = "cablegate-csv"
    title: ClassVar[str] = "Cablegate CSV"
    about: ClassVar[str] = "The whole collection as one table of eight columns; backslash escapes or doubled quotes"

    def recognise(self, head: bytes) -> float:
        """Sure where the first row begins as rows do; less so where one begins later."""
        text = head_text(head)
        if _ROW_START.match(text):
            return 0.98
        return 0.6 if _ROW_START.search(text) else 0.0

    def read(self, source: Input) -> Iterator[Release | Reject]:
        """A Release for each row; a row that breaks the form is a Reject, and reading goes on at the next row."""
        with source.open() as stream:
            lines = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
            yield from _Rows(source, lines, backslash=_uses_backslashes(head_text(source.head))).releases()


FORM = CablegateCsv()


def _uses_backslashes(head: str) -> bool:
    """Whether quotes are escaped by a backslash: where the head shows neither habit, as the collection itself does."""
    doubled = len(_DOUBLED.findall(head))
    return not doubled or len(_BACKSLASHED.findall(head)) > doubled


class _Rows:
    """One pass over a table, which remembers the lines of the row being read so that a broken one costs only itself."""

    def __init__(self, source: Input, lines: Iterator[str], *, backslash: bool) -> None:
        self.source, self.lines, self.backslash = source, lines, backslash
        self.seen: list[str] = []
        self.again: list[str] = []
        self.number = 0

    def releases(self) -> Iterator[Release | Reject]:
        """Each row in order."""
        limit = csv.field_size_limit(LARGEST_FIELD)
        try:
            more = True
            while more:
                more = yield from self._until_broken()
        finally:
            csv.field_size_limit(limit)

    def _until_broken(self) -> Generator[Release | Reject, None, bool]:
        """Rows up to one that breaks the reader; whether there is more to read behind it."""
        reader = csv.reader(
            self._feed(), escapechar="\\" if self.backslash else None, doublequote=not self.backslash, strict=False
        )
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                yield self._broken(str(error))
                return True
            if row is None:
                return False
            if not row:
                self.seen.clear()
                continue
            self.number += 1
            if len(row) != 8 or not _DATE.match(row[1]):
                yield self._broken(f"a row of {len(row)} columns, not 8" if len(row) != 8 else "the date is not a date")
                if self.again:
                    return True
                continue
            if len(self.seen) > 1 and (swallowed := self._swallowed(row)):
                yield swallowed
                return True
            self.seen.clear()
            yield self._release(row)

    def _feed(self) -> Iterator[str]:
        """The lines for the reader: those to be read again, then the file's; each is remembered."""
        seen = self.seen
        while self.again:
            line = self.again.pop(0)
            seen.append(line)
            yield line
        for line in self.lines:
            seen.append(line)
            yield line

    def _swallowed(self, row: list[str]) -> Reject | None:
        """A row whose lost quote swallowed the beginning of another."""
        if not any(_ROW_START.search(cell) for cell in row[6:]):
            return None
        return self._broken("a quote is lost, and the next row stands inside this one")

    def _broken(self, reason: str) -> Reject:
        """A Reject for the row just read; what of its lines begins a row anew will be read again."""
        lines = list(self.seen)
        self.seen.clear()
        start = next((n for n, line in enumerate(lines) if n and _ROW_START.match(line)), len(lines))
        self.again = lines[start:] + self.again
        origin = Origin(self.source.origin.file, self.source.origin.member, self.number)
        return Reject(origin, reason, "".join(lines)[:64].encode("utf-8", "surrogateescape")[:64], FORM.name)

    def _release(self, row: list[str]) -> Release:
        text = f"{row[6]}\n{row[7]}"
        findings: tuple[Finding, ...] = ()
        if not text.isascii():
            text, findings = _mended(text)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        given = Given(
            id=row[2],
            date=_iso(row[1]),
            origin=row[3],
            classification=row[4],
            references=tuple(row[5].split("|")) if row[5] else (),
            fields={"row": row[0]},
        )
        origin = Origin(self.source.origin.file, self.source.origin.member, self.number)
        return Release(text, "cable", FORM.name, origin, publisher=PUBLISHER, given=given, findings=findings)


def _iso(date: str) -> str:
    """`2/20/2010 19:31` as `2010-02-20T19:31:00`."""
    month, day, year, hour, minute = _DATE.match(date).groups()  # type: ignore[union-attr]  # the caller has matched it
    return f"{year}-{month:0>2}-{day:0>2}T{hour:0>2}:{minute}:00"


def _mended(text: str) -> tuple[str, tuple[Finding, ...]]:
    """Text whose bytes were not UTF-8, or were scrambled before, made readable."""
    findings: list[Finding] = []
    if _ESCAPED_BYTES.search(text):
        text = _ESCAPED_BYTES.sub(lambda byte: bytes([ord(byte[0]) - 0xDC00]).decode("cp1252", "replace"), text)
        findings.append(Finding("encoding-repaired", "bytes that are not UTF-8 were read as Windows-1252", None, 0.8))
    text, spans = unscramble(text)
    if spans:
        findings.append(
            Finding("encoding-repaired", f"{len(spans)} words were restored from a wrong encoding", spans[0], 0.9)
        )
    return text, tuple(findings)
