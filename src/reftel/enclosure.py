"""Enclosures: the papers that are printed inside the paper with which they came, each with its own writer and day."""

from __future__ import annotations

import re
from itertools import pairwise

import msgspec

from reftel.cable.records import Citation
from reftel.finding import Span
from reftel.release import Mark, Release

_HEAD = 300  # characters in which an enclosure says what it is
_KIND = re.compile(r"\b(?:memorandum|telegram|note(?= from| to|\n)|letter)\b", re.IGNORECASE)
_PARTIES = re.compile(
    r"^(?P<sender>[^\n\[\]]{3,120}?) to (?:the )?(?P<recipient>[A-Z][^\n\[\]]{2,120}?)\.?$", re.MULTILINE
)


class Enclosure(msgspec.Struct, frozen=True):
    """One enclosure: where it stands in the text, its kind, day (ISO 8601), sender and recipient; empty where unknown."""

    span: Span
    kind: str
    day: str
    sender: str
    recipient: str


def enclosures_in(release: Release) -> tuple[Enclosure, ...]:
    """What is enclosed in `release`, in its order; an enclosure inside another comes after it."""
    if not release.from_volume:
        return ()
    return tuple(_enclosure(release, mark) for mark in release.marks if mark.kind == "attachment" and mark.span.end)


def day_of_paper(release: Release) -> str:
    """When `release` is dated, ISO 8601: as its mark-up says, else by the line with which memoranda close."""
    if release.given.date or not release.from_volume:
        return release.given.date
    from reftel.cable.cited_days import closing_day  # noqa: PLC0415

    first = min((one.span.start for one in enclosures_in(release)), default=len(release.text))
    return closing_day(release.text[:first])


def citations_in(release: Release) -> tuple[Citation, ...]:
    """What the text of a volume's paper cites by number or day, each enclosure read as of its own day; nothing elsewhere."""
    if not release.from_volume:
        return ()
    from reftel.cable.citations import find_citations  # noqa: PLC0415 - a search need not wait for its patterns

    text, own = release.text, day_of_paper(release)
    enclosed = enclosures_in(release)
    if not enclosed:
        return find_citations(text, own)
    edges = sorted({0, len(text), *(at for one in enclosed for at in (one.span.start, one.span.end))})
    found: list[Citation] = []
    for start, stop in pairwise(edges):
        inside = innermost(enclosed, start)
        for one in find_citations(text[start:stop], inside.day if inside else own):
            span = Span(one.span.start + start, one.span.end + start)
            found.append(msgspec.structs.replace(one, span=span))
    return tuple(found)


def innermost(enclosed: tuple[Enclosure, ...], at: int) -> Enclosure | None:
    """The smallest enclosure in which the offset `at` lies; None where it lies in none."""
    inside = [one for one in enclosed if one.span.start <= at < one.span.end]
    return min(inside, key=lambda one: one.span.end - one.span.start, default=None)


def _enclosure(release: Release, mark: Mark) -> Enclosure:
    from reftel.cable.cited_days import closing_day  # noqa: PLC0415

    head = release.text[mark.span.start : min(mark.span.end, mark.span.start + _HEAD)]
    kind, parties = _KIND.search(head), _PARTIES.search(head)
    dates = (
        one.target[:10]
        for one in release.marks
        if one.kind == "date" and one.target and mark.span.start <= one.span.start < mark.span.end
    )
    return Enclosure(
        mark.span,
        kind[0].lower() if kind else "letter" if parties else "",
        next(dates, "") or closing_day(mark.span.of(release.text)),
        parties["sender"] if parties else "",
        parties["recipient"] if parties else "",
    )
