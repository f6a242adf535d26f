"""Dates as telegrams write them: date-time groups, and the many ways of a declassification date."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from reftel.cable.identity import full_year

MONTHS = {name: number for number, name in enumerate(
    "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(), start=1)}  # fmt: skip
# P R 281848Z DEC 66, with a blank before Z in the 1970s.
DTG = re.compile(
    r"(?<![A-Za-z0-9])(?P<precedence>[ZOPRYBW](?:[ \t]+[ZOPRYBW]){0,3}[ \t]*)?(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)"
    r"[ \t]?Z[ \t]+(?P<month>[A-Z]{3})[A-Z]{0,6}\.?,?[ \t]+(?P<year>(?:19|20)?\d\d)(?!\d)(?P<signals>(?:[ \t]+Z[A-Z]{2})*)"
)
_SLASHED = re.compile(r"(?P<a>\d{1,4})\s?[/.-]\s?(?P<b>\d{1,2})\s?[/.-]\s?(?P<c>\d{2,4})")
_WORDED = re.compile(
    r"(?:(?P<day>\d{1,2})[\s-]*)?(?P<month>[A-Za-z]{3})[A-Za-z]{0,6}\.?[\s-]*(?P<day2>\d{1,2})?,?[\s-]*(?P<year>(?:19|20)\d\d)"
)
_DTG_SHORT = re.compile(r"\d{6}Z\s+(?P<month>[A-Za-z]{3})[a-z]*\s+(?P<year>\d{2,4})")
_PACKED = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?!\d)")


def in_utc(at: datetime) -> datetime:
    """`at` in UTC and without a zone; as it is written where it has none, or where the calendar ends before."""
    if at.tzinfo is None:
        return at
    try:
        return at.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:  # the first or last day of the calendar
        return at.replace(tzinfo=None)


def dtg_time(match: re.Match[str]) -> datetime | None:
    """The time a date-time group names, UTC; None where its figures name none."""
    month = MONTHS.get(match["month"])
    if month is None:
        return None
    try:
        return datetime(_year(match["year"]), month, int(match["day"]), int(match["hour"]), int(match["minute"]))
    except ValueError:
        return None


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else full_year(int(digits))


def find_date(text: str, start: int, end: int) -> tuple[date, int, int, float] | None:
    """(date, start, end, confidence) of the first date in `text[start:end]`; month before day unless impossible."""
    for match in _SLASHED.finditer(text, start, end):
        if found := _slashed(match):
            return (*found[:1], match.start(), match.end(), found[1])
    if packed := _PACKED.search(text, start, end):
        return _made(packed, int(packed["year"]), int(packed["month"]), int(packed["day"]))
    if short := _DTG_SHORT.search(text, start, end):
        return _made(short, _year(short["year"]), MONTHS.get(short["month"].upper(), 0), int(short[0][:2]))
    for match in _WORDED.finditer(text, start, end):
        month = MONTHS.get(match["month"].upper(), 0)
        if found_date := _made(match, int(match["year"]), month, int(match["day"] or match["day2"] or 1)):
            return found_date
    return None


def _slashed(match: re.Match[str]) -> tuple[date, float] | None:
    a, b, c = match["a"], match["b"], match["c"]
    if len(a) == 4:
        orders = [(int(a), int(b), int(c), 1.0), (int(a), int(c), int(b), 0.6)] if len(c) <= 2 else []
    elif len(a) <= 2 and len(c) in (2, 4):
        year = int(c) if len(c) == 4 else _declassification_year(int(c))
        orders = [(year, int(a), int(b), 1.0), (year, int(b), int(a), 0.6)]
    else:
        orders = []
    for year, month, day, confidence in orders:
        try:
            return date(year, month, day), confidence
        except ValueError:
            continue
    return None


def _declassification_year(two_digits: int) -> int:
    return two_digits + (1900 if two_digits >= 70 else 2000)


def _made(match: re.Match[str], year: int, month: int, day: int) -> tuple[date, int, int, float] | None:
    try:
        return date(year, month, day), match.start(), match.end(), 0.9
    except ValueError:
        return None
