"""What is not here: cables that others cite, and how many a post must have sent."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from reftel.archive.archive import Archive
from reftel.archive.keeping import number_of
from reftel.archive.links import Link, Neighbour, cited_by, links_without_year, neighbours

_CITED = """SELECT DISTINCT target FROM reference WHERE target <> '' AND kind IN ('cable', 'mention')
            AND NOT EXISTS (SELECT 1 FROM name WHERE name.id = reference.target) ORDER BY target"""
_SERIALS = """SELECT DISTINCT post, year, serial FROM release WHERE serial > 0 AND (? = '' OR post = ?)
              AND (? = 0 OR year = ?) ORDER BY post, year, serial"""
_DOUBT = 0.05  # one minus the level of the interval
_GARBLED = 3  # a highest number so many times the next is a slip of a digit


class Ghost(msgspec.Struct, frozen=True):
    """A cable that is cited and not here: by whom and in which words, between which of its post's numbers it stands.

    It was sent not before `after` and not after `before` or the first cable that cites it (`until`, a date or empty).
    `titles` are what REF lines call it.
    """

    id: str
    cited_by: tuple[Link, ...]
    titles: tuple[str, ...]
    after: Neighbour | None
    before: Neighbour | None
    until: str


class Coverage(msgspec.Struct, frozen=True):
    """How many cables of a post and year are here, the highest number met, and how many were sent, as far as can be said.

    `estimate` is that of the German tank problem: numbers run from 1, each kept one is as likely as any other. `low` and
    `high` bound it with 95 per cent. `garbled` numbers, far above all others, were left out.
    """

    post: str
    year: int
    here: int
    highest: int
    estimate: int
    low: int
    high: int
    garbled: int = 0


def ghosts(archive: Archive) -> Iterator[Ghost]:
    """Every cable that is cited and not here, in the order of their ids."""
    numbers = {number for (number,) in archive.ask(_CITED)}
    # Where a year was inferred, the archive may know better than the reader did, and mean one that is not here.
    numbers |= {link.target for link in links_without_year(archive) if not link.likely[0].here}
    for number in sorted(numbers):
        found = ghost(archive, number)
        if found is not None:
            yield found


def ghost(archive: Archive, spelling: str) -> Ghost | None:
    """What is known of a cable that is not here; None where it is, or where nobody cites it."""
    citing = cited_by(archive, spelling)
    if not citing or archive.rows_named(citing[0].target):
        return None
    number = citing[0].target
    after, before = neighbours(archive, number) if number_of(number)[1] else (None, None)
    days = sorted(link.sent[:10] for link in citing if len(link.sent) >= 10)
    ends = [*days[:1], *([before.sent[:10]] if before else [])]
    titles = tuple(dict.fromkeys(link.title for link in citing if link.title))
    return Ghost(number, citing, titles, after, before, min(ends, default=""))


def coverage(archive: Archive, *, post: str = "", year: int = 0) -> Iterator[Coverage]:
    """How complete each post's each year is; `post` is a key of the handbook, `year` one year, empty and 0 for all."""
    lot: list[int] = []
    last = ("", 0)
    for name, of_year, serial in archive.ask(_SERIALS, (post, post, year, year)):
        if (name, of_year) != last and lot:
            yield estimated(*last, lot)
            lot = []
        last = (name, of_year)
        lot.append(serial)
    if lot:
        yield estimated(*last, lot)


def estimated(post: str, year: int, serials: list[int]) -> Coverage:
    """The estimate from the rising, different numbers `serials` of one post and year."""
    kept = list(serials)
    while len(kept) >= 5 and kept[-1] > _GARBLED * kept[-2]:
        kept.pop()
    count, highest = len(kept), kept[-1]
    estimate = round(highest + highest / count - 1)
    high = round(highest * _DOUBT ** (-1 / count))
    return Coverage(post, year, len(serials), highest, estimate, highest, max(high, estimate), len(serials) - count)
