"""References followed both ways, in the light of what the archive holds: which cable is meant, who cites it, is it here.

A reference without a year is tried with the year of the citing cable and the year before. The cited post's neighbouring
numbers, which the archive may hold with their dates, say which of them can be: a number is sent after those below it and
before those above it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from reftel.archive.archive import Archive
from reftel.archive.keeping import number_of
from reftel.cable.identity import canonical

_FIELDS = """reference.row, reference.kind, reference.letter, reference.label, reference.target, reference.year_given,
             reference.title, reference.start, reference.stop, release.id, release.sent, release.year"""
_FROM = "FROM reference JOIN release USING (row)"
_BELOW = """SELECT id, serial, sent FROM release WHERE post = ? AND year = ? AND serial < ? AND length(sent) >= 10
            ORDER BY serial DESC LIMIT 1"""
_ABOVE = """SELECT id, serial, sent FROM release WHERE post = ? AND year = ? AND serial > ? AND length(sent) >= 10
            ORDER BY serial LIMIT 1"""
_HERE = (
    "SELECT release.row, release.sent FROM name JOIN release USING (row) WHERE name.id = ? ORDER BY release.row LIMIT 1"
)

_SURE, _LIKELY, _EVEN, _HARDLY, _NOT = 0.97, 0.85, 0.5, 0.15, 0.02
_LOT = 2_000  # releases looked at together
_EARLY = 2  # months in which a reference may well be to last year


class Neighbour(msgspec.Struct, frozen=True):
    """The nearest number of the same post and year that the archive holds with its date."""

    id: str
    serial: int
    sent: str


class Likely(msgspec.Struct, frozen=True):
    """One cable that may be meant, how sure that is (0 to 1), why in words, and whether the archive holds it."""

    id: str
    confidence: float
    reason: str
    here: bool


class Link(msgspec.Struct, frozen=True):
    """One reference: who cites, as written, and what is meant, the likeliest first; none where it is no cable.

    `start` and `stop` are offsets into the text of the release with number `row`.
    """

    row: int
    citing: str
    sent: str
    kind: str
    letter: str
    label: str
    title: str
    start: int
    stop: int
    year_given: bool
    likely: tuple[Likely, ...]

    @property
    def target(self) -> str:
        """The id of the cable that is most likely meant; empty where it is none."""
        return self.likely[0].id if self.likely else ""


def references_of(archive: Archive, spelling: str) -> tuple[Link, ...]:
    """What the record that `spelling` names cites, in the order of its text; each entry once, whatever the release."""
    seen: dict[tuple[str, str], Link] = {}
    for row in archive.rows_named(spelling):
        for cells in archive.ask(f"SELECT {_FIELDS} {_FROM} WHERE reference.row = ? ORDER BY position", (row,)):
            link = _link(archive, cells)
            seen.setdefault((link.target or link.label, link.kind), link)
    return tuple(seen.values())


def cited_by(archive: Archive, spelling: str) -> tuple[Link, ...]:
    """The references that mean the cable that `spelling` names, whether it is here or not, in the order of their dates."""
    number = _number(archive, spelling)
    year, serial = number_of(number)
    # References without a year may have been read as another year's.
    ids = {number} | {f"{(year + by) % 100:02d}{number[2:]}" for by in (-1, 1) if serial}
    marks = ", ".join("?" * len(ids))
    rows = archive.ask(f"SELECT {_FIELDS} {_FROM} WHERE target IN ({marks}) ORDER BY sent, row, position", tuple(ids))
    links = (link for cells in rows if (link := _link(archive, cells)).target == number)
    # The releases of one cable say the same; a cable that cites twice is listed once for each entry as written.
    return tuple({(link.citing or link.row, link.label, link.kind): link for link in links}.values())


def links_without_year(archive: Archive) -> Iterator[Link]:
    """Every reference to a cable whose year had to be inferred, in the order they were kept; memory stays flat."""
    row = 0
    query = f"""SELECT {_FIELDS} {_FROM} WHERE reference.row > ? AND reference.row <= ? AND year_given = 0
                AND target <> '' ORDER BY reference.row, position"""
    newest = archive.last_row()
    while row < newest:
        yield from (_link(archive, cells) for cells in archive.ask(query, (row, row + _LOT)))
        row += _LOT


def neighbours(archive: Archive, number: str) -> tuple[Neighbour | None, Neighbour | None]:
    """The nearest numbers below and above the canonical `number` that the archive holds with their dates."""
    year, serial = number_of(number)
    post = number[2 : len(number) - len(str(serial))]
    found = [archive.ask(query, (post, year, serial)) for query in (_BELOW, _ABOVE)]
    below, above = (Neighbour(*rows[0]) if rows else None for rows in found)
    return below, above


def _number(archive: Archive, spelling: str) -> str:
    """The canonical id of what is named; that of a kept release where the spelling gives no year."""
    number = canonical(spelling)
    if number_of(number)[1]:
        return number
    rows = archive.rows_named(spelling)
    ids = archive.ask("SELECT id FROM release WHERE row = ?", rows[:1]) if rows else []
    return str(ids[0][0]) if ids else number


def _link(archive: Archive, cells: tuple[Any, ...]) -> Link:
    row, kind, letter, label, target, given, title, start, stop, citing, sent, year = cells
    likely = tuple(_likely(archive, target, bool(given), sent, year)) if target else ()
    likely = tuple(sorted(likely, key=lambda one: -one.confidence))
    return Link(row, citing, sent, kind, letter, label, title, start, stop, bool(given), likely)


def _likely(archive: Archive, target: str, given: bool, sent: str, year: int) -> Iterator[Likely]:
    target_year, serial = number_of(target)
    if given or not serial or not year:
        here = archive.ask(_HERE, (target,))
        reason = "the year is given" if given else "as it was read"
        yield Likely(target, _SURE if given else _EVEN, reason, bool(here))
        return
    for candidate in dict.fromkeys((target_year, year, year - 1)):
        yield _weighed(archive, f"{candidate % 100:02d}{target[2:]}", sent, same_year=candidate == year)


def _weighed(archive: Archive, number: str, sent: str, *, same_year: bool) -> Likely:
    """How likely `number` is what a cable of the day `sent` cites, from what the archive holds of its post."""
    day = sent[:10]
    here = archive.ask(_HERE, (number,))
    if here and len(day) == 10 and len(here[0][1]) >= 10:
        own = here[0][1][:10]
        if own <= day:
            return Likely(number, _SURE if same_year else 0.9, f"it is here, sent {own}, before the citing cable", True)
        return Likely(number, _NOT, f"it is here, but was sent {own}, after the citing cable", True)
    below, above = neighbours(archive, number)
    if below and len(day) == 10 and below.sent[:10] > day:
        return Likely(number, _NOT, f"{below.id}, a lower number, was sent only on {below.sent[:10]}", bool(here))
    if above and len(day) == 10 and above.sent[:10] <= day:
        reason = f"{above.id}, a higher number, had been sent by {above.sent[:10]}"
        return Likely(number, _LIKELY if same_year else 0.6, reason, bool(here))
    if same_year and below and _far_ahead(below, number_of(number)[1], day):
        return Likely(number, _HARDLY, f"by then the post had come to about number {below.serial}", bool(here))
    if not same_year:
        early = len(day) == 10 and int(day[5:7]) <= _EARLY
        return Likely(number, 0.4 if early else _HARDLY, "the year before", bool(here))
    return Likely(number, _EVEN, "the year of the citing cable", bool(here))


def _far_ahead(below: Neighbour, serial: int, day: str) -> bool:
    """Whether the post cannot have come as far as `serial` by `day`, at twice the pace at which it came to `below`."""
    if len(day) < 10:
        return False
    reached, asked = date.fromisoformat(below.sent[:10]), date.fromisoformat(day)
    spent, still = reached.timetuple().tm_yday, (asked - reached).days
    return still >= 0 and serial > below.serial + 2 * (still + 3) * below.serial / max(spent, 1)
