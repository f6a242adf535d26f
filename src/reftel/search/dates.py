"""Days, months, years and ranges of them, as the index orders time."""

from __future__ import annotations

import calendar
import re
from datetime import date

import tantivy

from reftel.archive.packing import printable
from reftel.errors import QueryError
from reftel.search.layout import UNDATED, schema, time_key

_DATE = re.compile(r"(\d{4})(?:-(0?[1-9]|1[0-2])(?:-(0?[1-9]|[12]\d|3[01]))?)?")


def sent_between(since: str, until: str) -> tantivy.Query:
    """What was sent from `since` to `until`, both included, either of them empty; QueryError for what is no date."""
    low = time_key(_first_day(since)) if since else 0
    high = time_key(_last_day(until) + "T23:59:59", 0xFFFF_FFFF) if until else UNDATED - 1
    return tantivy.Query.range_query(schema(), "time", tantivy.FieldType.Unsigned, low, high)


def sent_in(text: str) -> tantivy.Query:
    """What was sent in a day, month or year, or between two with `..`; QueryError for what is no date."""
    first, dots, last = text.partition("..")
    if not dots:
        return sent_between(first, first)
    if not first and not last:
        raise _no_date(text)
    return sent_between(first, last)


def _first_day(text: str) -> str:
    year, month, day = _numbers(text)
    return _day(text, year, month or 1, day or 1)


def _last_day(text: str) -> str:
    year, month, day = _numbers(text)
    month = month or 12
    last = calendar.monthrange(year, month)[1] if 1 <= month <= 12 and year else 1
    return _day(text, year, month, day or last)


def _numbers(text: str) -> tuple[int, int, int]:
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise _no_date(text)
    return int(match[1]), int(match[2] or 0), int(match[3] or 0)


def _day(text: str, year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError as error:
        raise _no_date(text) from error


def _no_date(text: str) -> QueryError:
    return QueryError(
        f"{printable(text)!r} is not a date", hint="write a year, a month or a day: 1975, 1975-03, 1975-03-21"
    )
