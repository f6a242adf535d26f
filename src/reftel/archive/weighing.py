"""Which cable a reference means, weighed by what the archive holds of the cited post.

A reference without a year is tried with the year of the citing cable and the year before. The cited post's neighbouring
numbers, which the archive may hold with their dates, say which of them can be: a number is sent after those below it and
before those above it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date
from typing import Protocol

import msgspec

from reftel.archive.archive import Archive
from reftel.archive.keeping import number_of

_BELOW = """SELECT id, serial, sent FROM release WHERE post = ? AND year = ? AND serial < ? AND serial > 0 AND length(sent) >= 10
            ORDER BY serial DESC, row DESC LIMIT 1"""
_ABOVE = """SELECT id, serial, sent FROM release WHERE post = ? AND year = ? AND serial > ? AND length(sent) >= 10
            ORDER BY serial, row LIMIT 1"""
_HERE = "SELECT release.sent FROM name JOIN release USING (row) WHERE name.id = ? ORDER BY release.row LIMIT 1"
_OF_YEAR = """SELECT id, serial, sent FROM release WHERE post = ? AND year = ? AND serial > 0 AND length(sent) >= 10
              ORDER BY serial, row"""
_NAMED = """SELECT name.id, release.sent FROM name JOIN release USING (row) WHERE name.id >= ? AND name.id < ?
            ORDER BY release.row DESC"""
_AFTER_DIGITS = ":"  # the character behind 9

_SURE, _LIKELY, _EVEN, _HARDLY, _NOT = 0.97, 0.85, 0.5, 0.15, 0.02
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


class Holdings(Protocol):
    """What of a post's cables is here; `number` is a canonical id."""

    def sent(self, number: str) -> str | None:
        """When that cable was sent, empty where that is not known; None where it is not here."""
        ...

    def around(self, number: str) -> tuple[Neighbour | None, Neighbour | None]:
        """The nearest numbers below and above that are here with their dates."""
        ...


class Asked:
    """The holdings of an archive, asked one by one: for a few questions."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def sent(self, number: str) -> str | None:
        """When that cable was sent, empty where that is not known; None where it is not here."""
        found = self._archive.ask(_HERE, (number,))
        return str(found[0][0]) if found else None

    def around(self, number: str) -> tuple[Neighbour | None, Neighbour | None]:
        """The nearest numbers below and above that are here with their dates."""
        post, year, serial = _parts(number)
        found = [self._archive.ask(query, (post, year, serial)) for query in (_BELOW, _ABOVE)]
        below, above = (Neighbour(*rows[0]) if rows else None for rows in found)
        return below, above


class Fetched:
    """The same, fetched a post's year at a time: for many questions, post after post."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._post = ""
        self._named: dict[int, dict[str, str]] = {}
        self._dated: dict[int, tuple[list[int], list[Neighbour]]] = {}

    def sent(self, number: str) -> str | None:
        """When that cable was sent, empty where that is not known; None where it is not here."""
        post, year, serial = _parts(number)
        if not serial:
            return Asked(self._archive).sent(number)
        self._turn_to(post)
        if year not in self._named:
            first = number[: len(number) - len(str(serial))]
            self._named[year] = dict(self._archive.ask(_NAMED, (first, f"{first}{_AFTER_DIGITS}")))
        return self._named[year].get(number)

    def around(self, number: str) -> tuple[Neighbour | None, Neighbour | None]:
        """The nearest numbers below and above that are here with their dates."""
        post, year, serial = _parts(number)
        self._turn_to(post)
        if year not in self._dated:
            found = [Neighbour(*cells) for cells in self._archive.ask(_OF_YEAR, (post, year))]
            self._dated[year] = [one.serial for one in found], found
        serials, neighbours = self._dated[year]
        below, above = bisect_left(serials, serial), bisect_right(serials, serial)
        return neighbours[below - 1] if below else None, neighbours[above] if above < len(serials) else None

    def _turn_to(self, post: str) -> None:
        if post != self._post:
            self._post = post
            self._named.clear()
            self._dated.clear()


def _parts(number: str) -> tuple[str, int, int]:
    """Post, year and serial."""
    year, serial = number_of(number)
    return number[2 : len(number) - len(str(serial))], year, serial


def likely(holdings: Holdings, target: str, given: bool, sent: str, year: int) -> tuple[Likely, ...]:
    """The cables that a reference to `target` may mean, the likeliest first.

    `given` says whether the year was written; `sent` and `year` are those of the citing cable.
    """
    return tuple(sorted(_likely(holdings, target, given, sent, year), key=lambda one: -one.confidence))


def _likely(holdings: Holdings, target: str, given: bool, sent: str, year: int) -> Iterator[Likely]:
    target_year, serial = number_of(target)
    if given or not serial or not year:
        reason = "the year is given" if given else "as it was read"
        yield Likely(target, _SURE if given else _EVEN, reason, holdings.sent(target) is not None)
        return
    for candidate in dict.fromkeys((target_year, year, year - 1)):
        yield _weighed(holdings, f"{candidate % 100:02d}{target[2:]}", sent, same_year=candidate == year)


def _weighed(holdings: Holdings, number: str, sent: str, *, same_year: bool) -> Likely:
    """How likely `number` is what a cable of the day `sent` cites, from what is here of its post."""
    day = sent[:10]
    found = holdings.sent(number)
    here = found is not None
    if found is not None and len(day) == 10 and len(found) >= 10:
        own = found[:10]
        if own <= day:
            return Likely(number, _SURE if same_year else 0.9, f"it is here, sent {own}, before the citing cable", True)
        return Likely(number, _NOT, f"it is here, but was sent {own}, after the citing cable", True)
    below, above = holdings.around(number)
    if below and len(day) == 10 and below.sent[:10] > day:
        return Likely(number, _NOT, f"{below.id}, a lower number, was sent only on {below.sent[:10]}", here)
    if above and len(day) == 10 and above.sent[:10] <= day:
        reason = f"{above.id}, a higher number, had been sent by {above.sent[:10]}"
        return Likely(number, _LIKELY if same_year else 0.6, reason, here)
    if same_year and below and _far_ahead(below, number_of(number)[1], day):
        return Likely(number, _HARDLY, f"by then the post had come to about number {below.serial}", here)
    if not same_year:
        early = len(day) == 10 and int(day[5:7]) <= _EARLY
        return Likely(number, 0.4 if early else _HARDLY, "the year before", here)
    return Likely(number, _EVEN, "the year of the citing cable", here)


def _far_ahead(below: Neighbour, serial: int, day: str) -> bool:
    """Whether the post cannot have come as far as `serial` by `day`, at twice the pace at which it came to `below`."""
    if len(day) < 10:
        return False
    reached, asked = date.fromisoformat(below.sent[:10]), date.fromisoformat(day)
    spent, still = reached.timetuple().tm_yday, (asked - reached).days
    return still >= 0 and serial > below.serial + 2 * (still + 3) * below.serial / max(spent, 1)
