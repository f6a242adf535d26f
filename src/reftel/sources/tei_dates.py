"""When a TEI document was sent, as its mark-up says, and where the mark-up contradicts itself or the print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

import msgspec
from lxml import etree

from reftel.finding import Finding
from reftel.release import FIRST_YEAR
from reftel.sources.tei_text import fold, is_document, local, plain

_MONTHS = "january february march april may june july august september october november december".split()
_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d:\d\d(?::\d\d)?(?:\.\d+)?)(Z|[+-]\d\d:\d\d)?)?)?)?")
_MONTH_DAY = re.compile(
    rf"\b({'|'.join(_MONTHS)})\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?:[,.]?\s+(\d{{4}})\b)?", re.IGNORECASE
)
_DAY_MONTH = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+({'|'.join(_MONTHS)})\b(?:[,.]?\s+(\d{{4}})\b)?", re.IGNORECASE
)
_PARTS_APART = frozenset(["attachment", "quote", "note", "table", "floatingText"])


class Dated(msgspec.Struct, frozen=True):
    """The date (ISO 8601, as precise as the mark-up), its latest bound if it is a range, and what is in doubt.

    `inferred` is the editors' word on how they dated it, `given_by` names the mark-up that was followed.
    """

    date: str = ""
    latest: str = ""
    inferred: str = ""
    given_by: str = ""
    findings: tuple[Finding, ...] = ()


def read_date(document: etree._Element) -> Dated:
    """The date of one document: the attributes of the document first, else its dateline.

    Never raises: what is no date is a finding, as is a dateline that disagrees.
    """
    findings: list[Finding] = []
    low = _clean(_attribute(document, "doc-dateTime-min"), findings)
    high = _clean(_attribute(document, "doc-dateTime-max"), findings)
    element = _dateline_date(document)
    marked = _clean(_marked(element), findings) if element is not None else ""
    if low:
        findings += _disagreement(low, high or low, marked)
        day, latest = _range(low, high)
        given_by = "document"
    else:
        day, latest, given_by = marked, "", "dateline" if marked else ""
        if element is not None:
            latest = _clean(element.get("to") or element.get("notAfter") or "", findings)
    if element is not None:
        findings += _misprint(marked or day, plain(element))
    if day and day[:4] < FIRST_YEAR and all(one.code != "date-disagrees" for one in findings):
        findings.append(Finding("date-disagrees", f"The mark-up gives the year {day[:4]}, in which nobody wrote this."))
    inferred = element.get("ana", "") if element is not None else ""
    return Dated(day, latest if latest != day else "", inferred, given_by, tuple(findings))


def _attribute(element: etree._Element, name: str) -> str:
    # A single document cut out of its volume has lost the declaration of the prefix.
    for key, value in element.attrib.items():
        if re.split(r"[}:]", str(key))[-1] == name:
            return str(value)
    return ""


def _marked(element: etree._Element) -> str:
    return element.get("when") or element.get("from") or element.get("notBefore") or element.get("notAfter") or ""


def _dateline_date(document: etree._Element) -> etree._Element | None:
    """The first date with a value in a dateline, else in a line set apart from the body, else in the closing."""
    dates = list(_own_dates(document))
    for places in ({"dateline"}, {"opener"}, {"right"}, {"closer", "postscript", "signed"}):
        for element in dates:
            if _places(element, document) & places:
                return element
    return None


def _own_dates(document: etree._Element) -> Iterator[etree._Element]:
    stack = [iter(document)]
    while stack:
        for child in stack[-1]:
            name = local(child)
            if name == "date" and _marked(child):
                yield child
            elif name and name not in _PARTS_APART and not is_document(child):
                stack.append(iter(child))
                break
        else:
            stack.pop()


def _places(element: etree._Element, document: etree._Element) -> set[str]:
    found: set[str] = set()
    parent = element.getparent()
    while parent is not None and parent is not document:
        found |= {local(parent), parent.get("rend", "")}
        parent = parent.getparent()
    return found


def _clean(value: str, findings: list[Finding]) -> str:
    """`value` as ISO 8601 without fractions; empty, with a finding, where it is no date."""
    value = fold(value)
    if not value:
        return ""
    match = _ISO.fullmatch(value)
    if match is not None and _exists(match):
        return value.replace("Z", "+00:00")
    findings.append(Finding("field-unreadable", f"The mark-up gives the date {value[:40]!r}, which is none."))
    return ""


def _exists(match: re.Match[str]) -> bool:
    year, month, day, clock, zone = match.groups()
    try:
        date(int(year), int(month or 1), int(day or 1))
        if clock:
            datetime.fromisoformat(f"2000-01-01T{clock}{(zone or '').replace('Z', '+00:00')}")
    except ValueError:
        return False
    return True


def _range(low: str, high: str) -> tuple[str, str]:
    """The date and its latest bound: a whole day, month or year is written as such, for no hour is known then."""
    if not high or high == low:
        return low, ""
    if low[10:19] == "T00:00:00" and high[10:19] == "T23:59:59":
        low, high = low[:10], high[:10]
    elif low[:16] == high[:16]:
        return low[:16] + ":00" + low[19:], ""
    return low, "" if high == low else high


def _disagreement(low: str, high: str, marked: str) -> Iterator[Finding]:
    if marked and not _between(low, high, marked):
        yield Finding("date-disagrees", f"The document's date is {low}, the dateline's is {marked}.")


def _between(low: str, high: str, marked: str) -> bool:
    if all(len(value) > 19 for value in (low, high, marked)):
        earliest, latest, moment = (datetime.fromisoformat(value) for value in (low, high, marked))
        # Both ends are the same instant where an hour is known; seconds are the editors' padding.
        return (moment - earliest).total_seconds() >= -60 and (moment - latest).total_seconds() <= 60
    length = min(len(low), len(high), len(marked), 10)
    return low[:length] <= marked[:length] <= high[:length]


def _misprint(marked: str, printed: str) -> Iterator[Finding]:
    """A finding where month, day or year as printed is not the marked one; silent where the print has none or two."""
    found = [(match[1], match[2], match[3]) for match in _MONTH_DAY.finditer(printed)]
    found += [(match[2], match[1], match[3]) for match in _DAY_MONTH.finditer(printed)]
    if len(marked) < 10 or not found:
        return
    for month, day, year in found:
        same_day = f"{_MONTHS.index(month.lower()) + 1:02}-{int(day):02}" == marked[5:10]
        if same_day and year in {None, marked[:4]}:
            return
    if len(found) == 1:
        yield Finding(
            "date-disagrees", f"The mark-up dates the document {marked[:10]}, the print {fold(printed)[:60]!r}."
        )
