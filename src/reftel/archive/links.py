"""References followed both ways, in the light of what the archive holds: which cable is meant, who cites it, is it here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from reftel.archive.archive import Archive
from reftel.archive.keeping import number_of
from reftel.archive.weighing import Asked, Fetched, Holdings, Likely, likely
from reftel.cable.identity import canonical

_FIELDS = """reference.row, reference.kind, reference.letter, reference.label, reference.target, reference.year_given,
             reference.title, reference.start, reference.stop, release.id, release.sent, release.year"""
_POST = "rtrim(substr(target, 3), '0123456789')"  # of a canonical id
_FROM = "FROM reference JOIN release USING (row)"


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
    holdings = Asked(archive)
    for row in archive.rows_named(spelling):
        for cells in archive.ask(f"SELECT {_FIELDS} {_FROM} WHERE reference.row = ? ORDER BY position", (row,)):
            link = _link(holdings, cells)
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
    holdings = Asked(archive)
    return each_once(link for cells in rows if (link := _link(holdings, cells)).target == number)


def each_once(links: Iterable[Link]) -> tuple[Link, ...]:
    """The releases of one cable say the same; a cable that cites twice is listed once for each entry as written."""
    return tuple({(link.citing or link.row, link.label, link.kind): link for link in links}.values())


def links_by_post(archive: Archive) -> Iterator[tuple[str, list[Link]]]:
    """Every reference to a cable or other record, one cited post after the other, in the order of their dates.

    One pass over the archive; no more than one post's references are in memory.
    """
    query = (
        f"SELECT {_POST} AS cited_post, {_FIELDS} {_FROM} WHERE target <> '' ORDER BY cited_post, sent, row, position"
    )
    holdings = Fetched(archive)
    for post, lot in groupby(archive.walk(query), key=itemgetter(0)):
        yield post, [_link(holdings, cells[1:]) for cells in lot]


def _number(archive: Archive, spelling: str) -> str:
    """The canonical id of what is named; that of a kept release where the spelling gives no year."""
    number = canonical(spelling)
    if number_of(number)[1]:
        return number
    rows = archive.rows_named(spelling)
    ids = archive.ask("SELECT id FROM release WHERE row = ?", rows[:1]) if rows else []
    return str(ids[0][0]) if ids else number


def _link(holdings: Holdings, cells: tuple[Any, ...]) -> Link:
    row, kind, letter, label, target, given, title, start, stop, citing, sent, year = cells
    meant = likely(holdings, target, bool(given), sent, year) if target else ()
    return Link(row, citing, sent, kind, letter, label, title, start, stop, bool(given), meant)
