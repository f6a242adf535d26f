"""Incident reports and documents as sheets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reftel.document import Document
from reftel.finding import Span
from reftel.incident import Incident
from reftel.plain_words import day, iso_moment
from reftel.publish.pdf.flowing import Found, flowed_runs, lined_runs
from reftel.publish.pdf.marking import behind
from reftel.publish.pdf.sheets import Piece, Row, Run, folded, plain
from reftel.release import Release

_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?!\s*\n)[^\n]*)*")
_CELLS = " | "
_FEWEST_ROWS = 2
_SIDES = (
    ("Friendly", "friendly"), ("Host nation", "host_nation"), ("Civilian", "civilian"), ("Enemy", "enemy"),
)  # fmt: skip


def rows_of_incident(release: Release, incident: Incident) -> Iterator[Row]:
    """What, when, where, who, as far as the report says it."""
    at = incident.occurred
    place = f"{_degrees(incident.latitude, 'N', 'S')}, {_degrees(incident.longitude, 'E', 'W')}"
    located = incident.latitude is not None and incident.longitude is not None
    for name, value in (
        ("Occurred", f"{day(at)}, {at:%H:%M}, as the report gives it" if at else iso_moment(release.given.date)),
        ("Kind", ", ".join(part for part in map(folded, (incident.type, incident.category)) if part)),
        ("Place", place if located else folded(release.given.place)),
        ("Grid reference", folded(incident.mgrs)),
        ("Region", folded(incident.region)),
        ("Attack on", folded(incident.attack_on)),
        ("Complex attack", {True: "yes", False: "no", None: ""}[incident.complex_attack]),
        ("Reporting unit", folded(incident.reporting_unit)),
        ("Unit", _with(folded(incident.unit_name), folded(incident.type_of_unit))),
        ("Affiliation", folded(incident.affiliation)),
        ("Classification", folded(incident.classification or release.given.classification).capitalize()),
        ("Tracking number", folded(incident.tracking_number)),
        ("Originator", folded(incident.originator_group)),
        ("Updated by", folded(incident.updated_by_group)),
        ("CCIR", folded(incident.ccir)),
        ("Sigact", folded(incident.sigact)),
    ):
        if value:
            yield Row(name, (plain(value),))


def _degrees(value: float | None, positive: str, negative: str) -> str:
    return f"{abs(value or 0):.4f}° {positive if (value or 0) >= 0 else negative}"


def _with(name: str, kind: str) -> str:
    return f"{name} ({kind})" if name and kind else name or kind


def casualties_of(incident: Incident) -> Iterator[Piece]:
    """The table of those hurt and taken; nothing where the report counts nobody."""
    counts = incident.casualties
    rows = []
    for name, side in _SIDES:
        hurt = [getattr(counts, f"{side}_{what}", None) for what in ("wounded", "killed", "detained")]
        if any(hurt):
            rows.append((name, *("" if count is None else f"{count:,}" for count in hurt)))
    if rows:
        yield Piece("table", cells=(("", "Wounded", "Killed", "Detained"), *rows), headed=True)


def rows_of_document(release: Release, document: Document) -> Iterator[Row]:
    """The fields that the publisher gave."""
    for name, value in (
        ("Kind", folded(document.genre).capitalize()),
        ("From", folded(document.sender)),
        ("To", folded(document.recipient)),
        ("Place", folded(document.place)),
        ("Date", iso_moment(folded(document.sent))),
        ("Classification", folded(release.given.classification)),
    ):
        if value:
            yield Row(name, (plain(value),))


def pieces_of_text(text: str, release: Release, found: Found, within: Span | None = None) -> Iterator[Piece]:
    """A text that is parted by empty lines; its line ends within a paragraph stand, for they mean something."""
    whole = within or Span(0, len(text))
    places = [Span(*match.span()) for match in _PARAGRAPH.finditer(text, whole.start, whole.end)]
    headings = [mark.span for mark in release.marks if mark.kind == "heading"]
    signed = [mark.span for mark in release.marks if mark.kind == "signed"]
    strays = behind(found.inserted, places)
    for at, place in enumerate(places):
        inside = found.between(place.start, place.end)
        more = tuple(strays.get(at, ()))
        lines = place.of(text).split("\n")
        if len(lines) >= _FEWEST_ROWS and all(_CELLS in line for line in lines):
            yield _table(lines)
            notes = (*(one.run for one in inside.inserted), *more)
            if notes:
                yield Piece("paragraph", (Run("Notes to the table: ", "quiet"), *notes))
        elif any(span.start <= place.start and place.end <= span.end for span in headings):
            yield Piece("heading", (*flowed_runs(text, place, inside), *more))
        elif len(lines) == 1 and any(place.start == span.start and span.end >= place.end - 1 for span in signed):
            yield Piece("signature", (*flowed_runs(text, place, inside), *more))
        else:
            yield Piece("paragraph", (*lined_runs(text, place, inside), *more))


def _table(lines: list[str]) -> Piece:
    rows = [tuple(folded(cell) for cell in line.split(_CELLS)) for line in lines]
    width = max(map(len, rows))
    return Piece("table", cells=tuple((*row, *("",) * (width - len(row))) for row in rows))
