"""The transmission header of ACP-126 and ACP-127, and the heading of the 1970s with its offices and drafters."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache

from reftel.cable.dates import DTG, dtg_time
from reftel.cable.records import Recipient, Transmission
from reftel.finding import Span, Value
from reftel.handbook import precedences

_IDENTIFICATION = re.compile(r"VZCZC[A-Z]{3}\d{3,4}")
_ROUTES = re.compile(
    r"^(?P<pair>[ZOPR]{2}(?:[ \t]+[ZOPR]{2})*)[ \t]+(?P<routes>R[A-Z]{4,7}(?:\s+R[A-Z]{4,7})*)", re.MULTILINE
)
_ROUTE = re.compile(r"R[A-Z]{4,7}")
_STATION = re.compile(r"^DE[ \t]+(?P<station>[A-Z]{4,7}[ \t]+#?\d{4}(?:/\d+)?(?:[ \t]+\d{7})?)", re.MULTILINE)
_SECURITY = re.compile(
    r"^(?P<security>ZN[RY][ \t]+[A-Z]{5}(?:[ \t]+[A-Z]{5})?)(?P<signals>(?:[ \t]+Z[A-Z]{2})*)", re.MULTILINE
)
_SIGNAL = re.compile(r"Z[A-Z]{2}")
_SENDER_LINE = re.compile(r"(?m)^[ \t>]*FM[ \t]+[A-Z]")
_LEAD = re.compile(r"[ \t>]*(?P<lead>FM|TO|INFO|XMT|ZEN(?=/))(?:[ \t]+|$)")
# FM is also the foreign minister, and TO begins many a line of prose: at a header's start they are alone in the line's
# place, or followed by the next word of the header.
_AT_TOP = re.compile(r"\s*(?:(?:FM|TO|INFO)[ \t]|VZCZC|[ZOPR]{2}[ \t]+R[A-Z]{4}|PAGE[ \t]+01)")
_FROM_TO = re.compile(r"(?m)^[ \t]*FM[ \t]+[A-Z][^\n]*\n(?:[^\n]*\n){0,3}[ \t]*(?:TO|INFO)(?:[ \t]|$)")
_PRECEDENCES = frozenset({"NIACT", "FLASH", "IMMEDIATE", "PRIORITY", "ROUTINE"})
_NOT_ADDRESSEE = re.compile(
    r"[ \t]*(?:BT|ZEN|ZFF\d*|STATE GRNC|-{3,}|\d{6}Z|E\.?O\.|PAGE\b|NNNN|(?i:(?:mon|tues|wednes|thurs|fri|satur|sun)day, \d.*)"
    r"|(?:UNCLAS(?:SIFIED)?|CONFIDENTIAL|SECRET|LIMITED OFFICIAL)\b.*)[ \t]*$"
)
_OFFICES = re.compile(
    r"(?ms)^[ \t]*(?:ORIGIN|ACTION)[ \t]+(?P<offices>[A-Z]+-\d\d.*?)(?=^[ \t]*(?:DRAFTED|APPROVED|-{6,}|[ZOPR][ \t]+(?:[ZOPR] )?\d{6})|\Z)"
)
_OFFICE = re.compile(r"[A-Z][A-Z/]*-\d\d")
_DRAFTED = re.compile(r"DRAFTED BY:?[ \t]*(?P<name>[^\n]+)")
_APPROVED = re.compile(r"APPROVED BY:?[ \t]*(?P<name>[^\n]+)")
_LINE_LIMIT = 600
_LETTER = re.compile(r"[ZOPR]")
_XMT = re.compile(r"XMT[ \t]+")


@cache
def _by_letter() -> dict[str, str]:
    """The precedence of each letter alone; what is more urgent than its letter says so in words."""
    return {row.letter: row.name for row in precedences().values() if " " not in row.name}


@cache
def _respelt() -> dict[str, str]:
    return {spelling: row.name for row in precedences().values() for spelling in row.spellings}


def has_header(clean: str, end: int) -> bool:
    """Whether anything of a transmission header stands in `clean[:end]`."""
    if _AT_TOP.match(clean, 0, end) or clean.find("VZCZC", 0, end) >= 0 or clean.find("DRAFTED BY", 0, end) >= 0:
        return True
    return _FROM_TO.search(clean, 0, end) is not None or DTG.search(clean, 0, min(end, 3000)) is not None


def read_transmission(clean: str, end: int) -> Transmission:
    """What the transmission header in `clean[:end]` says; empty where there is none."""
    dtg = DTG.search(clean, 0, end)
    sender, action, info = _addressees(clean, end)
    routes = security = station = identification = None
    if clean.find("VZCZC", 0, end) >= 0 or clean.find("DE R", 0, end) >= 0 or clean.find("ZN", 0, end) >= 0:
        routes = _ROUTES.search(clean, 0, end)
        security = _SECURITY.search(clean, 0, end)
        station = _STATION.search(clean, 0, end)
        identification = _IDENTIFICATION.search(clean, 0, end)
    offices, drafted, approved = _heading(clean, end)
    return Transmission(
        identification=Value(identification[0], Span(*identification.span()), "transmission-id")
        if identification
        else None,
        precedences=_precedences(clean, dtg, routes),
        routes=tuple(_each(_ROUTE, clean, routes.span("routes"), "routing-indicator")) if routes else (),
        station=Value(" ".join(station["station"].split()), Span(*station.span("station")), "station")
        if station
        else None,
        security=Value(" ".join(security["security"].split()), Span(*security.span("security")), "security")
        if security
        else None,
        date_time_group=_date_time_group(dtg),
        sender=sender,
        action=tuple(action),
        info=tuple(info),
        signals=tuple(
            value
            for match in (security, dtg)
            if match
            for value in _each(_SIGNAL, clean, match.span("signals"), "operating-signal")
        ),
        offices=offices,
        drafted_by=drafted,
        approved_by=approved,
    )


def _each(pattern: re.Pattern[str], clean: str, span: tuple[int, int], rule: str) -> list[Value[str]]:
    return [Value(match[0], Span(*match.span()), rule) for match in pattern.finditer(clean, *span)]


def _date_time_group(dtg: re.Match[str] | None) -> Value[datetime] | None:
    if dtg is None or (at := dtg_time(dtg)) is None:
        return None
    return Value(at, Span(dtg.start("day"), dtg.end("year")), "date-time-group")


def _precedences(clean: str, dtg: re.Match[str] | None, routes: re.Match[str] | None) -> tuple[Value[str], ...]:
    source = dtg.span("precedence") if dtg and dtg["precedence"] else routes.span("pair") if routes else None
    if source is None:
        return ()
    found: dict[str, Value[str]] = {}
    for match in _LETTER.finditer(clean, *source):
        word = _by_letter()[match[0]]
        found.setdefault(word, Value(word, Span(*match.span()), "precedence-letter"))
    return tuple(sorted(found.values(), key=lambda value: _urgency()[value.value]))


@cache
def _urgency() -> dict[str, int]:
    return {name: place for place, name in enumerate(precedences())}


_Heading = tuple[tuple[Value[str], ...], Value[str] | None, Value[str] | None]


def _heading(clean: str, end: int) -> _Heading:
    """Offices, drafter and approver of the 1970s heading."""
    if all(clean.find(word, 0, end) < 0 for word in ("DRAFTED BY", "ORIGIN ", "ACTION ")):
        return (), None, None
    offices = _OFFICES.search(clean, 0, end)
    return (
        tuple(_each(_OFFICE, clean, offices.span("offices"), "office")) if offices else (),
        _named(_DRAFTED.search(clean, 0, end), "drafted-by"),
        _named(_APPROVED.search(clean, 0, end), "approved-by"),
    )


def _named(match: re.Match[str] | None, rule: str) -> Value[str] | None:
    return Value(match["name"].rstrip(), _trimmed(match), rule) if match else None


def _trimmed(match: re.Match[str]) -> Span:
    start = match.start("name")
    return Span(start, start + len(match["name"].rstrip()))


def _addressees(clean: str, end: int) -> tuple[Recipient | None, list[Recipient], list[Recipient]]:
    """Sender, action addressees, info addressees; lines under XMT are exclusions of the addressee before them."""
    lists: dict[str, list[Recipient]] = {"FM": [], "TO": [], "INFO": []}
    current, excluding = "", False
    # In the 1970s the offices of the Department stand in front, behind an INFO of their own.
    sender_line = _SENDER_LINE.search(clean, 0, end)
    at = sender_line.start() if sender_line else 0
    for _ in range(_LINE_LIMIT):
        if at >= end:
            break
        stop = clean.find("\n", at, end)
        stop = end if stop < 0 else stop
        start = at
        at = stop + 1
        if lead := _LEAD.match(clean, start, stop):
            start = lead.end()
            if lead["lead"] in lists:
                current, excluding = lead["lead"], False
            else:
                excluding = True
            if excluded := _XMT.match(clean, start, stop):
                start, excluding = excluded.end(), True
        if not current:
            continue
        line = clean[start:stop]
        if not line.strip(" \t\\"):
            if lists["TO"] or lists["INFO"]:
                current = "" if not _list_goes_on(clean, at, end) else current
            continue
        if _NOT_ADDRESSEE.match(line):
            continue
        _place(lists[current], read_addressee(clean, start, stop), excluding)
        if current == "FM":
            current = ""
    sender = lists["FM"][0] if lists["FM"] else None
    return sender, lists["TO"], lists["INFO"]


def _list_goes_on(clean: str, at: int, end: int) -> bool:
    """Whether addressees go on behind a blank line (a page break stood there)."""
    following = clean[at : min(end, at + 200)].lstrip().split("\n", 1)[0]
    return bool(re.match(r"(?:INFO\b|TO\b|R[A-Z]{4,7}/|(?:AM|US)[A-Z]+ [A-Z])", following))


def _place(found: list[Recipient], recipient: Recipient | None, excluding: bool) -> None:
    if recipient is None:
        return
    if not excluding:
        found.append(recipient)
    elif found:
        last = found[-1]
        found[-1] = Recipient(
            last.name,
            last.span,
            last.route,
            last.precedence,
            last.continuity,
            (*last.excluded, recipient),
            last.rule,
            last.confidence,
        )


def read_addressee(clean: str, start: int, end: int) -> Recipient | None:
    """`RUEHC/SECSTATE WASHDC IMMEDIATE 3355` in `clean[start:end]`; None where the line names nobody."""
    line = clean[start:end]
    start += len(line) - len(line.lstrip(" \t\\;,"))
    line = line.strip(" \t\\;,")
    words = line.split()
    if not words or len(line) > 200:
        return None
    if words[-1] == "BT" and len(words) > 1:
        words.pop()
    shortest = 2 if len(words) > 2 and words[-2] in _PRECEDENCES else 3
    continuity = words.pop() if len(words) > 1 and words[-1].isdigit() and shortest <= len(words[-1]) <= 8 else ""
    precedence = _respelt().get(words[-1], words[-1]) if len(words) > 1 else ""
    if precedence in _PRECEDENCES:
        words.pop()
        if len(words) > 1 and words[-1] == "NIACT":
            precedence = f"{words.pop()} {precedence}"
    else:
        precedence = ""
    behind = words[2:] if len(words) > 2 and words[1] == "/" else None  # a blank stands in front of the slash
    route, slash, rest = (words[0], "/", "") if behind is not None else words[0].partition("/")
    if slash and 2 <= len(route) <= 7 and route.isalpha() and route.isupper() and (rest or len(words) > 1):
        words = [rest, *(words[1:] if behind is None else behind)]
    else:
        route = ""
    name = " ".join(words).strip(" -")
    if not name:
        return None
    return Recipient(name, Span(start, start + len(line)), route, precedence, continuity)
