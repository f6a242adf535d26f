"""Where a note belongs in a text: made when it is written, and found again when the text has become another.

In the manner of the selectors of W3C Web Annotation: path, position and quote. Where the position still slices to the
quote, that is the place. Else the quote is looked for by its letters and figures alone, for releases of one cable break
their lines, hyphens and blanks differently; what stands before and behind chooses among several places. A quote that is
not there word for word is sought as it may have been altered. What is not found is lost, and is told to be lost.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from reftel.archive import Stored
from reftel.archive.packing import printable
from reftel.desk.entry import Target
from reftel.errors import DeskError, NotFound
from reftel.finding import Span
from reftel.paths import Part, parts_of

How = Literal["whole", "there", "moved", "altered", "lost"]
_AROUND = 40  # characters of prefix and suffix
_WORD = re.compile(r"[^\W_]+")
_SHORTEST_ALTERED = 12  # letters; what is shorter stands nearly so anywhere
_LONGEST_ALTERED = 600
_EFFORT = 300_000_000  # letters held against letters in one release, about a second; what is sought after that is lost
_ALIKE = 80.0  # of 100: how alike an altered quote must be
_MOST_PLACES = 1_000


class Found(msgspec.Struct, frozen=True):
    """Where a target is in one release: how it was found, how surely, and the part of the record in which it stands."""

    how: How
    confidence: float
    release: str
    span: Span | None = None
    at: str = ""
    number: str = ""


def target_on(stored: Stored, at: str = "", span: Span | None = None) -> Target:
    """The record as a whole, its part called `at`, or the words in `span` of its text; NotFound where there are none."""
    name, text = printable(stored.facts.id or stored.key), stored.release.text
    parts = parts_of(stored.record, text)
    if span is None and at:
        span = next((one.span for one in parts if one.name == at), None)
        if span is None:
            raise NotFound(f"{name} has no part called {printable(at)}", hint="p3 is the paragraph with the number 3")
    if span is None:
        return Target(record=name, release=stored.key)
    if not 0 <= span.start < span.end <= len(text):
        raise DeskError(f"{span.start} to {span.end} is no place in {name}", hint=f"it has {len(text):,} characters")
    return Target(
        record=name,
        release=stored.key,
        at=at or (part.name if (part := _part_at(parts, span)) else ""),
        start=span.start,
        end=span.end,
        exact=printable(span.of(text)),
        prefix=printable(text[max(0, span.start - _AROUND) : span.start]),
        suffix=printable(text[span.end : span.end + _AROUND]),
    )


def words_in(stored: Stored, at: str, words: str, before: str = "") -> Span:
    """Where `words` stand in the part called `at`, or anywhere; DeskError where they do not.

    They may be written with other blanks, line ends and hyphens. `before` is what stands in front of the one that is meant.
    """
    text = stored.release.text
    whole = next((one.span for one in parts_of(stored.record, text) if one.name == at), None)
    letters = Letters(printable(text), whole or Span(0, len(text)))
    places = letters.places(words)
    if not places:
        where = f"paragraph {at[1:]}" if at.startswith("p") else "it"
        raise DeskError(f"these words do not stand in {where}: {words.strip()[:80]}", hint="copy them from the text")
    front = only_letters(before)
    return letters.span(max(places, key=lambda one: (_shared_end(letters.text[: one[0]], front), -one[0])))


def only_letters(text: str) -> str:
    """The letters and figures of `text` in small, without all else."""
    return "".join(_small(match[0]) for match in _WORD.finditer(text))


def _small(word: str) -> str:
    """The word in small letters, each by itself: a piece of a word is then a piece of the whole in small letters."""
    if word.isascii():
        return word.lower()
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in word)


class Letters:
    """The letters and figures of a stretch of text, each traced to its place."""

    def __init__(self, text: str, within: Span | None = None) -> None:
        self._starts: list[int] = []
        self._sources: list[int] = []
        words, at = [], 0
        stretch = within or Span(0, len(text))
        for match in _WORD.finditer(text, stretch.start, stretch.end):
            words.append(_small(match[0]))
            self._starts.append(at)
            self._sources.append(match.start())
            at += len(match[0])
        self.text = "".join(words)

    def places(self, quote: str) -> list[tuple[int, int]]:
        """Where the letters of `quote` stand, from the first place to the last."""
        wanted = only_letters(quote)
        return [(at, at + len(wanted)) for at in _all(self.text, wanted)] if wanted else []

    def span(self, place: tuple[int, int]) -> Span:
        """The place in the text itself."""
        return Span(self._source(place[0]), self._source(place[1] - 1) + 1)

    def _source(self, at: int) -> int:
        word = bisect_right(self._starts, at) - 1
        return self._sources[word] + at - self._starts[word]


def _all(text: str, wanted: str) -> Iterator[int]:
    at = text.find(wanted)
    for _ in range(_MOST_PLACES):
        if at < 0:
            return
        yield at
        at = text.find(wanted, at + 1)


def _shared_end(left: str, right: str) -> int:
    """How many characters at their ends two texts share."""
    count = 0
    for one, other in zip(reversed(left), reversed(right), strict=False):
        if one != other:
            break
        count += 1
    return count


class Finder:
    """Finds targets again in one release; its letters are counted once, and only where they are needed."""

    def __init__(self, stored: Stored) -> None:
        self._stored, self._text = stored, printable(stored.release.text)
        self._parts: list[Part] | None = None
        self._letters: Letters | None = None
        self._effort = _EFFORT

    def find(self, target: Target) -> Found:
        """Where `target` is in this release."""
        key = self._stored.key
        if not target.exact:
            return Found("whole", 1.0, key)
        span = Span(target.start, target.end)
        if target.release == key and span.of(self._text) == target.exact:
            return self._found("there", 1.0, span)
        if self._letters is None:
            self._letters = Letters(self._text)
        return self._quoted(target, self._letters) or self._altered(target, self._letters) or Found("lost", 0.0, key)

    def _found(self, how: How, confidence: float, span: Span) -> Found:
        if self._parts is None:
            self._parts = parts_of(self._stored.record, self._stored.release.text)
        part = _part_at(self._parts, span)
        return Found(how, confidence, self._stored.key, span, part.name if part else "", part.number if part else "")

    def _quoted(self, target: Target, letters: Letters) -> Found | None:
        places = letters.places(target.exact)
        if not places:
            return None
        front, behind = only_letters(target.prefix), only_letters(target.suffix)

        def agrees(place: tuple[int, int]) -> int:
            start, end = place
            before = _shared_end(letters.text[max(0, start - len(front)) : start], front)
            return before + _shared_end(letters.text[end : end + len(behind)][::-1], behind[::-1])

        best = max(map(agrees, places))
        alike = [letters.span(place) for place in places if agrees(place) == best]
        span = min(alike, key=lambda one: abs(one.start - target.start))
        return self._found("moved", 1.0 if len(alike) == 1 else 0.6, span)

    def _altered(self, target: Target, letters: Letters) -> Found | None:
        from rapidfuzz import fuzz  # noqa: PLC0415 - where a quote is not there word for word

        wanted = only_letters(target.exact)[:_LONGEST_ALTERED]
        if not _SHORTEST_ALTERED <= len(wanted) <= len(letters.text):
            return None
        self._effort -= len(wanted) * len(letters.text)
        if self._effort < 0:
            return None
        best = fuzz.partial_ratio_alignment(wanted, letters.text, score_cutoff=_ALIKE)
        if best is None or best.dest_start >= best.dest_end:
            return None
        return self._found("altered", round(best.score / 100, 2), letters.span((best.dest_start, best.dest_end)))


def _part_at(parts: Sequence[Part], span: Span) -> Part | None:
    return next((one for one in parts if one.span.start < span.end and span.start < one.span.end), None)


def find(target: Target, releases: Sequence[Stored]) -> Found:
    """Where `target` is among the releases of its record: in its own, else where it is found best."""
    own = sorted(releases, key=lambda one: (one.key != target.release, -len(one.release.text), one.row))
    found = [Finder(one).find(target) for one in own[:1]]
    if found and found[0].how in ("whole", "there"):
        return found[0]
    found += [Finder(one).find(target) for one in own[1:]]
    order = {"there": 0, "moved": 1, "altered": 2, "lost": 3, "whole": 0}
    return min(found, key=lambda one: (order[one.how], -one.confidence), default=Found("lost", 0.0, ""))
