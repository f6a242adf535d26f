"""The Cablegate table: eight columns, no header row, quotes escaped by a backslash or doubled, streamed.

Columns: row number; `m/d/yyyy h:mm`; id; origin; classification; references joined by `|`; header; body. A release's
text is header, line feed, body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from reftel.errors import SourceError
from reftel.finding import Finding
from reftel.release import Given, Origin, Reject, Release
from reftel.sources.base import Input
from reftel.sources.table import Table
from reftel.sources.text import head_text, mend, one_line_end

PUBLISHER = "Cablegate"

_QUOTED_START = re.compile(r'"\d{1,9}","\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d\d","[^",\n]{3,60}",')
_PLAIN_START = re.compile(r'"?\d{1,9}"?,"?\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d\d"?,"?[^",\n]{3,60}"?,')
_SOME_START = re.compile("^" + _PLAIN_START.pattern, re.MULTILINE)
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}):(\d\d)")
# Two quotes where one that is not escaped can only close a field and be followed by a comma or a line's end.
_DOUBLED = re.compile(rb'[^,"\\]""|,"""[^",\r\n]')
_BACKSLASHED = re.compile(rb'\\"(?!,"|\n)')
_SEARCHED = 256 << 20  # bytes of a table that are searched for a quote inside a field


class CablegateCsv:
    """The form `cablegate-csv`."""

    name: ClassVar[str] = "cablegate-csv"
    title: ClassVar[str] = "Cablegate CSV"
    about: ClassVar[str] = "The whole collection as one table of eight columns; backslash escapes or doubled quotes"

    def recognise(self, head: bytes) -> float:
        """Sure where the first row begins as rows do; less so where one begins later."""
        text = head_text(head)
        if _PLAIN_START.match(text):
            return 0.98
        return 0.6 if _SOME_START.search(text) else 0.0

    def read(self, source: Input) -> Iterator[Release | Reject]:
        """A Release for each row; a row that breaks the form is a Reject, and reading goes on at the next row."""
        start = _QUOTED_START if _QUOTED_START.search(head_text(source.head)) else _PLAIN_START
        backslash = _uses_backslashes(source)
        with source.open() as stream:
            for row in Table(stream, start, backslash=backslash).rows():
                origin = Origin(source.origin.file, source.origin.member, row.number)
                reason = row.broken or _fault(row.cells)
                yield Reject(origin, reason, row.first_bytes, self.name) if reason else _release(row.cells, origin)


FORM = CablegateCsv()


def _uses_backslashes(source: Input) -> bool:
    """Whether quotes are escaped by a backslash, by the first quotes inside fields; so too where there are none."""
    with source.open() as stream:
        for _ in range(_SEARCHED >> 20):
            try:
                piece = stream.read(1 << 20)
            except SourceError:  # met again, and told, when the rows are read
                piece = source.head
            doubled, escaped = len(_DOUBLED.findall(piece)), len(_BACKSLASHED.findall(piece))
            if doubled != escaped:
                return escaped > doubled
            if len(piece) < 1 << 20:
                break
    return True


def _fault(cells: list[str]) -> str:
    """Why a row is none of this form; empty where it is."""
    if len(cells) != 8:
        return f"a row of {len(cells)} columns, not 8"
    return "" if _DATE.match(cells[1]) else "the date is not a date"


def _release(cells: list[str], origin: Origin) -> Release:
    row, date, number, post, classification, references, header, body = cells
    text, findings = mend(one_line_end(f"{header}\n{body}"))
    iso = _iso(date)
    if not iso:
        findings = [*findings, Finding("field-unreadable", f"the date is {date[:40]!r}, which no calendar has")]
    given = Given(
        id=_readable(number),
        date=iso,
        origin=_readable(post),
        classification=_readable(classification),
        references=tuple(_readable(references).split("|")) if references else (),
        fields={"row": _readable(row)},
    )
    return Release(text, "cable", FORM.name, origin, publisher=PUBLISHER, given=given, findings=tuple(findings))


def _readable(cell: str) -> str:
    """A short cell with bytes that are not UTF-8 read."""
    return cell if cell.isascii() else mend(cell)[0]


def _iso(date: str) -> str:
    """`2/20/2010 19:31` as `2010-02-20T19:31:00`; empty where there is no such minute."""
    match = _DATE.match(date)
    if match is None:
        return ""
    month, day, year, hour, minute = map(int, match.groups())
    try:
        return datetime(year, month, day, hour, minute).isoformat()
    except ValueError:
        return ""
