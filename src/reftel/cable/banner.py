"""The classification line and what follows it: level, captions, section count, number, attention lines, order."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from reftel.cable.dates import find_date
from reftel.cable.head import CLASS_LINE, Field
from reftel.cable.records import Classification, Declassification
from reftel.finding import Span, Value

LEVELS = ("UNCLASSIFIED", "LIMITED OFFICIAL USE", "CONFIDENTIAL", "SECRET", "TOP SECRET")
_LEVEL_OF = {"U": LEVELS[0], "L": LEVELS[1], "C": LEVELS[2], "S": LEVELS[3], "T": LEVELS[4]}
_CAPTION = re.compile(
    r"(?<![A-Za-z])(?:(?P<sensitive>SENSITIVE(?!\s+BUT\s+UNCLAS))|(?P<fouo>FOR OFFICIAL USE ONLY|FOUO)|(?P<noforn>NOFORNN?|NOFOR(?=\s|$)|//\s*NF)"
    r"|(?P<plain>SIPDIS|EXDIS|NODIS|STADIS|LIMDIS|EFTO|NOTAL|ROGER CHANNEL|TERREP|DISSEM|CHEROKEE|NODISSEM|GAMMA|ORCON"
    r"|N O D I S|E X D I S|L I M D I S|S T A D I S))(?![A-Za-z])",
    re.IGNORECASE,
)
_SECTION = re.compile(r"S\w{4,6}N\s+(\d{1,2})\s+[O0]F\s+(\d{1,2})", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?P<glued>(?<![A-Z0-9])\d\d[A-Z]{3,20}\d{1,7}(?!\w))|(?P<post>[A-Za-z][A-Za-z0'’.-]*(?:[ \t]+[A-Za-z][A-Za-z0'’.-]*){0,4})"
    r"[ \t]*(?:\n[ \t]*)?(?P<serial>\d{1,8})[ \t]*(?P<rest>[^\n]*)$"
)
_ATTENTION = re.compile(
    r"^[ \t]*(?P<line>(?:[A-Z][A-Za-z0-9/&,. '-]{1,60}?)[ \t]+(?:FOR|PASS(?:[ \t]+TO)?|ALSO FOR)[ \t:]+[A-Za-z0-9/][^\n]{1,160})$",
    re.MULTILINE,
)
_ORDER_NUMBER = re.compile(r"\d{4,5}")
_EXEMPTION = re.compile(
    r"\bX-?[1-8]\b|\b(?:X?GDS(?:-?\d)?|OADR|R[DP]S-?\d?|XDS-?\d?|ADS|MR)\b|\b25X\d\b", re.IGNORECASE
)
_DECL = re.compile(r"\bDECL(?:AS(?:SIFY)?|ASSIFIED)?\b\s*(?:ON)?\s*:?", re.IGNORECASE)
_NOT_APPLICABLE = re.compile(r"^[\s:.\-]*(N\s?/?\s?A)\b", re.IGNORECASE)
_EVENT = re.compile(r"^[\s:.]*((?:UPON|AFTER|WHEN|ON|AT|UNTIL|FOLLOWING|WITH|IF)\b[^\n]{3,200})", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_NUMBER_ALONE = re.compile(r"\n[ \t]*\d{3,8}[ \t]*(?=\n|$)")
_SLASHES = re.compile(r"//|[()]")


class Banner(NamedTuple):
    """The classification line taken apart: level, where the line ends, section count, post and serial as written."""

    classification: Classification
    end: int
    section: tuple[int, int] | None
    post: str
    serial: str
    number: Span | None
    start: int


def read_banner(clean: str, end: int) -> Banner | None:
    """The classification line that carries the number, or else the first one, in `clean[:end]`; None without any."""
    first: Banner | None = None
    for match in CLASS_LINE.finditer(clean, 0, end):
        found = _read_line(clean, match)
        if not _plausible(clean, match, found):
            continue
        if found.number is not None:
            return found
        first = first or found
    return first


def _plausible(clean: str, match: re.Match[str], found: Banner) -> bool:
    """Whether a line that begins with a level is a classification line, not prose, and not the one at the foot."""
    rest = match["rest"].strip(" \t\\/-.")
    rest = _CAPTION.sub("", rest).strip(" \t\\/-.") if rest else rest
    if found.number is None and len(clean) - match.end() < match.start():
        return False
    if not rest or found.section is not None:
        return True
    capital = match["level"].isupper() or " " in match["level"]
    if found.number is not None:
        return len(rest.split()) <= (9 if capital else 4)
    return capital and rest.isupper() and len(rest.split()) <= 4


def _read_line(clean: str, match: re.Match[str]) -> Banner:
    raw = match["level"]
    initial = raw[0].upper()
    level = Value(_LEVEL_OF.get(initial, LEVELS[0]), Span(*match.span("level")), "classification-line")
    begin, stop = match.span("rest")
    section = _SECTION.search(clean, begin, stop)
    number_at = section.end() if section else begin
    if not _DIGIT.search(clean, number_at, stop):  # the number may have wrapped to the next line
        following = _NUMBER_ALONE.match(clean, stop)
        stop = following.end() if following else stop
    post, serial, span = _number(clean, number_at, stop) if _DIGIT.search(clean, number_at, stop) else ("", "", None)
    return Banner(
        Classification(level=level),
        stop,
        (int(section[1]), int(section[2])) if section else None,
        post,
        serial,
        span,
        match.start("level"),
    )


def _number(clean: str, begin: int, stop: int) -> tuple[str, str, Span | None]:
    text = _CAPTION.sub(lambda caption: " " * len(caption[0]), clean[begin:stop])
    text = _SLASHES.sub(lambda mark: " " * len(mark[0]), text)
    if not (found := _NUMBER.search(text)):
        return "", "", None
    if found["glued"]:
        return "", found["glued"], Span(begin + found.start("glued"), begin + found.end("glued"))
    return found["post"], found["serial"], Span(begin + found.start("post"), begin + found.end("serial"))


def with_captions(clean: str, banner: Banner, until: int, tails: list[Field]) -> Classification:
    """`banner`'s classification with the captions and attention lines that stand up to `until` and in `tails`."""
    zone_end = max(banner.end, until)
    captions: dict[str, Value[str]] = {}
    for start, end in [
        (banner.start, zone_end),
        *((field.start, field.end) for field in tails if field.kind == "tags"),
    ]:
        for match in _CAPTION.finditer(clean, start, end):
            name = _caption_name(match)
            captions.setdefault(name, Value(name, Span(*match.span()), "caption"))
    attention = (
        ()
        if clean.find(" FOR ", banner.end, zone_end) < 0 and clean.find(" PASS", banner.end, zone_end) < 0
        else tuple(
            Value(match["line"].strip(), _stripped(clean, *match.span("line")), "attention-line")
            for match in _ATTENTION.finditer(clean, banner.end, zone_end)
            if not CLASS_LINE.match(match["line"])
        )
    )
    return Classification(banner.classification.level, tuple(captions.values()), attention)


def _caption_name(match: re.Match[str]) -> str:
    if match["sensitive"]:
        return "SENSITIVE"
    if match["fouo"]:
        return "FOR OFFICIAL USE ONLY"
    if match["noforn"]:
        return "NOFORN"
    name = match["plain"].upper()
    return name.replace(" ", "") if name[1:2] == " " else name


def _stripped(clean: str, start: int, end: int) -> Span:
    while end > start and clean[end - 1].isspace():
        end -= 1
    return Span(start, end)


def read_order(clean: str, field: Field) -> Declassification:
    """The executive order line: the order's number, and when, why not, or after what the telegram is declassified."""
    end = min(field.end, field.start + 260)
    if (blank := clean.find("\n\n", field.start, end)) >= 0:
        end = blank
    if not (number := _ORDER_NUMBER.search(clean, field.start, end)):
        return Declassification()
    order = Value(number[0], Span(*number.span()), "order", 1.0 if len(number[0]) == 5 else 0.6)
    rest_at = number.end()
    line_end = clean.find("\n", rest_at, end)
    line_end = end if line_end < 0 else line_end
    if plain := _NOT_APPLICABLE.match(clean[rest_at:line_end]):
        span = Span(rest_at + plain.start(1), rest_at + plain.end(1))
        return Declassification(order, not_applicable=Value(True, span, "order-not-applicable"))
    decl = _DECL.search(clean, rest_at, line_end)
    at = decl.end() if decl else rest_at
    exemptions = tuple(
        Value(match[0].upper(), Span(*match.span()), "exemption")
        for match in _EXEMPTION.finditer(clean, rest_at, line_end)
    )
    if found := find_date(clean, at, line_end):
        on: Value[date] = Value(found[0], Span(found[1], found[2]), "declassification-date", found[3])
        return Declassification(order, on=on, exemptions=exemptions, event=_event(clean, at, found[1]))
    return Declassification(order, exemptions=exemptions, event=_event(clean, at, line_end))


def _event(clean: str, at: int, end: int) -> Value[str] | None:
    if not (match := _EVENT.match(clean[at:end])):
        return None
    text = match[1].rstrip(" \t\\.,")
    if len(text.split()) < 2:
        return None
    start = at + match.start(1)
    return Value(" ".join(text.split()), Span(start, start + len(text)), "declassification-event", 0.9)
