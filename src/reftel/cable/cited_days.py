"""The day and the hour by which a paper is cited, made whole from the day of the paper that cites it."""

from __future__ import annotations

import re
from datetime import date, timedelta

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = (
    r"(?:Jan(?:uary|\b\.?)|Feb(?:ruary|\b\.?)|Mar(?:ch|\b\.?)|Apr(?:il|\b\.?)|May|June?\b\.?|July?\b\.?|Aug(?:ust|\b\.?)"
    r"|Sept?(?:ember|\b\.?)|Oct(?:ober|\b\.?)|Nov(?:ember|\b\.?)|Dec(?:ember|\b\.?))"
)
_TH = r"(?:st|nd|rd|th|d)?"
_YEAR = r"(?:1[6-9]|20)\d\d"
# A bracket behind a figure is the editors' correction of it: March 25 [21].
DATE = re.compile(
    rf"(?P<month>{_MONTH})(?:\s?\[(?P<month_mended>{_MONTH})\])?\s{{1,3}}(?P<day>\d{{1,2}}){_TH}(?!\d|[:.]\d)"
    rf"(?:\s?\[(?P<mended>\d{{1,2}}){_TH}\??\])?(?:(?:,\s?|\s{{1,3}})(?P<year>{_YEAR})\b(?:\s?\[(?P<year_mended>{_YEAR})\??\])?)?"
    rf"|(?:the\s)?(?P<day2>\d{{1,2}}){_TH}\s(?:day\s)?(?:of\s)?(?P<month2>{_MONTH})\b(?:,?\s{{1,3}}(?P<year2>{_YEAR})\b)?"
    rf"|(?:the\s)?(?P<day3>\d{{1,2}}){_TH}\s(?P<turn>instant|inst\b\.?|ultimo|ult\b\.?)"
    r"|(?:of\s)?(?P<same>(?:the\s)?(?:same|even)\s(?:date|day)|(?:this\s(?:date|day)|to-?day)(?:[’']s\sdate)?|yesterday)"
    r"|the\s(?P<day4>\d{1,2})(?:st|nd|rd|th|d)\b(?!\s[a-z]{4,}(?:ion|ment|graph|ence|ress|tury|icle)\b)",
    re.IGNORECASE,
)
HOUR = re.compile(
    r"(?P<hour>\d{1,2})(?:\s?\[(?P<mended>\d{1,2})\??\])?(?:[:.](?P<minute>\d\d))?\s?(?P<half>[ap])\.?\s?"
    r"(?:\[(?P<half_mended>[ap])\.?\s?m\.?\]\s?)?m\b\.?|(?P<noon>noon|midnight)\b",
    re.IGNORECASE,
)
# The editors correct an hour behind it: 9 p.m. [a.m.], noon [8 p.m.], 2 p.m. [noon.]
HOUR_MENDED = re.compile(
    r"\s?\[(?:(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s?)?(?:(?P<half>[ap])\.?\s?m\.?|(?P<noon>noon|midnight)\.?)\??\]",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    rf"^[A-Z][\w .’'-]{{2,40}}, (?P<month>{_MONTH}) (?P<day>\d{{1,2}}), (?P<year>{_YEAR})\.?\]?$", re.MULTILINE
)
_AHEAD = 3  # days by which clocks and couriers may put a cited paper after the citing one


def day_of(found: re.Match[str], sent: str) -> tuple[str, bool]:
    """(the day, ISO 8601; whether its year was written). Empty where the figures name no day, `--05-07` without any year."""
    citing = _iso_day(sent)
    year = found["year_mended"] or found["year"] or found["year2"]
    if month := found["month_mended"] or found["month"] or found["month2"]:
        day = int(found["mended"] or found["day"] or found["day2"])
        number = _MONTHS.index(month[:3].lower()) + 1
        if year:
            return _made(int(year), number, day), True
        return _latest(number, day, citing, sent), False
    if citing is None:
        return "", False
    if found["same"]:
        back = found["same"].lower() == "yesterday" and citing > date.min
        return (citing - timedelta(days=back)).isoformat(), False
    day = int(found["day3"] or found["day4"])
    last = (found["turn"] or "").lower().startswith("ult")
    return _within(citing, day, last_month=last or day > citing.day + _AHEAD), False


def closing_day(text: str) -> str:
    """The day of the first line of `text` that is nothing but a place and a day, as memoranda close; else nothing."""
    found = _CLOSING.search(text)
    return _made(int(found["year"]), _MONTHS.index(found["month"][:3].lower()) + 1, int(found["day"])) if found else ""


def in_month_of(day: str, other: str) -> str:
    """That day of the month of the month of `other`; as it is where one of them is no whole day, or the month too short."""
    if len(day) != 10 or len(other) != 10:
        return day
    return _made(int(other[:4]), int(other[5:7]), int(day[8:])) or day


def hour_of(found: re.Match[str], correction: re.Match[str] | None = None) -> str:
    """The hour as `16:00`, as its `correction` has it where there is one; empty where it is none."""
    if correction is not None and (correction["noon"] or correction["hour"]):
        return _hour(correction, correction["hour"], correction["half"])
    half = correction["half"] if correction is not None else found["half_mended"] or found["half"]
    return _hour(found, found["mended"] or found["hour"], half)


def _hour(found: re.Match[str], figure: str | None, half: str | None) -> str:
    if found["noon"] and not figure:
        return "12:00" if found["noon"].lower() == "noon" else "00:00"
    if not figure or not half:
        return ""
    hour, minute = int(figure), int(found["minute"] or 0)
    if not 1 <= hour <= 12 or minute > 59:
        return ""
    late = half.lower() == "p"
    return f"{hour % 12 + 12 * late:02d}:{minute:02d}"


def _iso_day(sent: str) -> date | None:
    try:
        return date.fromisoformat(sent[:10])
    except ValueError:
        return None


def _made(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _latest(month: int, day: int, citing: date | None, sent: str) -> str:
    """That day of the year of the citing paper, or of the year before where it would lie ahead."""
    if citing is None:
        return _made(int(sent[:4]), month, day) if re.match(r"\d{4}", sent) else _yearless(month, day)
    made = _made(citing.year, month, day)
    if made and (date.fromisoformat(made) - citing).days > _AHEAD and citing.year > 1:
        return _made(citing.year - 1, month, day)
    return made


def _yearless(month: int, day: int) -> str:
    return f"--{month:02d}-{day:02d}" if _made(2000, month, day) else ""


def _within(citing: date, day: int, *, last_month: bool) -> str:
    year, month = citing.year, citing.month
    if last_month:
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return _made(year, month, day) if year > 0 else ""
