"""Twins: releases whose words are the same under different numbers, or under a number that is damaged or lost.

One transmission may have been given two numbers, or its number was garbled on the way. But the same words may also be a
form filled in twice, one telegram to several posts, or a quotation; numbers, posts, days and lengths tell these apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from types import TracebackType
from typing import Literal

import msgspec
from rapidfuzz.distance import OSA

from reftel.archive.archive import Archive
from reftel.archive.keeping import number_of
from reftel.archive.pairs import Pair, Pairs, found_pairs, kept_pairs

Relation = Literal["damaged-number", "no-number", "two-numbers", "other-post", "sent-again", "stands-in"]

JOINED = 0.85  # from this confidence on two releases are copies of one transmission
_PART = 0.5  # of the longer text; a shorter one stands in it, as a quotation does
_SHORTEST_POST = 3
_LOT = 500
_LISTED = "SELECT row, key, id, sent, post FROM release"


class Side(msgspec.Struct, frozen=True):
    """One of two releases: its number here, address, id as it was read, date and post; how many words it has."""

    row: int
    key: str
    id: str
    sent: str
    post: str
    words: int


class Twin(msgspec.Struct, frozen=True):
    """Two releases with the same words and different numbers.

    `share` of the shorter text's runs of four words stands in the longer. `relation` says what that may mean, `reason` why,
    in words; from a `confidence` of 0.85 on they are taken for copies of one transmission.
    """

    one: Side
    other: Side
    share: float
    relation: Relation
    reason: str
    confidence: float

    @property
    def joined(self) -> bool:
        """Whether both are taken for one transmission."""
        return self.confidence >= JOINED


class Twins:
    """The twins in an archive, as far as it was compared; a context manager."""

    def __init__(self, pairs: Pairs) -> None:
        self._pairs = pairs

    def __enter__(self) -> Twins:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pairs.__exit__(kind, error, trace)

    @property
    def behind(self) -> int:
        """How many releases were not compared yet."""
        return self._pairs.behind

    def bring_up(self, progress: Callable[[int], None] | None = None) -> None:
        """Compares every release that was not compared yet; what is done stays. `progress` is told how many are."""
        self._pairs.bring_up(progress)

    def of(self, rows: Iterable[int]) -> list[Twin]:
        """The twins of the releases with these numbers; the release of `rows` is `one`."""
        return self._judge([pair for row in rows for pair in self._pairs.of(row)])

    def rows(self) -> set[int]:
        """The numbers of all releases that have twins."""
        return self._pairs.rows()

    def __iter__(self) -> Iterator[Twin]:
        """Every twin, the earlier kept release first; of several releases with the same two ids only two are named."""
        seen: set[tuple[str, ...]] = set()
        last = (0, 0)
        while page := self._pairs.after(*last, _LOT):
            for twin in self._judge([pair.turned for pair in page]):
                ids = tuple(sorted((twin.one.id or twin.one.key, twin.other.id or twin.other.key)))
                if ids not in seen:
                    seen.add(ids)
                    yield twin
            last = page[-1][:2]

    def _judge(self, pairs: Sequence[Pair]) -> list[Twin]:
        listed = {told[0]: told for told in _listed(self._pairs.archive, {row for pair in pairs for row in pair[:2]})}
        sides = [(Side(*listed[one.row], one.words), Side(*listed[one.other], one.more), one.share) for one in pairs]
        return [judged(one, other, share) for one, other, share in sides]


def open_twins(archive: Archive) -> Twins | None:
    """What was compared so far, to be asked; None where nothing was."""
    found = found_pairs(archive)
    return None if found is None else Twins(found)


def make_twins(archive: Archive) -> Twins:
    """The same, made where there is none, ready to be brought up."""
    return Twins(kept_pairs(archive))


def _listed(archive: Archive, rows: Iterable[int]) -> Iterator[tuple[int, str, str, str, str]]:
    """Row, address, id, date and post of each release."""
    ahead = iter(rows)
    while lot := list(islice(ahead, _LOT)):
        marks = ", ".join("?" * len(lot))
        for row, key, number, sent, post in archive.ask(f"{_LISTED} WHERE row IN ({marks})", lot):
            yield row, key.hex(), number, sent, post


def judged(one: Side, other: Side, share: float) -> Twin:
    """What two releases with the same words are to each other."""
    relation, numbers, trust = _numbers(one, other)
    days, known = _days(one, other)
    if known == "different":
        trust = min(trust, 0.5)
        relation = relation if relation == "damaged-number" else "sent-again"
    elif known == "unknown":
        trust *= 0.95
    told = [f"{share:.0%} of the shorter text stands in the other", numbers, days]
    if min(one.words, other.words) < _PART * max(one.words, other.words):
        told.append("one is much longer")
        if relation not in {"damaged-number", "no-number"}:
            relation, trust = "stands-in", min(trust, 0.5)
    return Twin(one, other, round(share, 3), relation, "; ".join(told), round(share * trust, 3))


def _days(one: Side, other: Side) -> tuple[str, Literal["same", "different", "unknown"]]:
    first, second = one.sent[:10], other.sent[:10]
    if min(len(first), len(second)) < 10:
        return "the day of one is not known", "unknown"
    return ("sent on the same day", "same") if first == second else ("sent on different days", "different")


def _numbers(one: Side, other: Side) -> tuple[Relation, str, float]:
    """What their numbers say, in words, and how far they can be copies of one transmission if their words are the same."""
    year, serial = number_of(one.id)
    other_year, other_serial = number_of(other.id)
    posts = sorted((one.post, other.post), key=len)
    if not serial or not other_serial:
        apart = posts[0] and posts[0] != posts[1]
        return "no-number", "one has no number of a telegram", 0.6 if apart else 0.95
    if posts[0] == posts[1]:
        if serial == other_serial:
            return "damaged-number", "the same number in another year", 0.9
        return "two-numbers", "two numbers of one post", 0.9
    if (year, serial) == (other_year, other_serial) and len(posts[0]) >= _SHORTEST_POST:
        if posts[0] in posts[1]:
            return "damaged-number", "the same number, one post's name within the other's", 0.95
        if OSA.distance(*posts) == 1:
            return "damaged-number", "the same number, one letter of the post apart", 0.95
    return "other-post", "numbers of two posts", 0.6
