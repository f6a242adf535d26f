"""Two texts laid side by side, word by word: what they share, what only one has, where one holds back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

import msgspec

from reftel.archive.anchors import Code, compare
from reftel.cable.sheet import Sheet
from reftel.finding import Span

Kind = Literal["same", "left-only", "right-only", "changed"]

ALIKE = 0.5  # likeness of two texts of one telegram; of 1,766 pairs of different ones of one post none had above 0.39
TOO_SHORT = 60  # words with which nobody can say whether two texts are one
HELD_BACK = "\0"  # the key of every sign that something was taken out
_MOST = 400_000_000  # words of one side times words of the other that are compared at once: 50 MB, one bit each
_SHINGLE = 4
_PLAIN = re.compile(r"[^\W_]+")
_RUN_OF_X = re.compile("[xX]{4}")
_WORD = re.compile(
    r"(?P<held>(?<![a-wyz])x{4,}|X{4,}|\[[^\[\]]{0,200}?(?:declassified|withheld|redacted|excised|removed|illegible)[^\[\]]{0,80}\])"
    r"|[^\W_]+",
    re.IGNORECASE,
)


class Word(NamedTuple):
    """A word as it is compared, and where it stands; every sign that something was taken out is the same word."""

    key: str
    start: int
    end: int


class Stretch(msgspec.Struct, frozen=True):
    """One stretch of two texts: `left` and `right` are the spans of its words, empty where a side has none of them."""

    kind: Kind
    left: Span
    right: Span
    left_words: tuple[int, int]
    right_words: tuple[int, int]


def words_of(text: str) -> list[Word]:
    """The words of `text` without page and section lines: line ends, case and punctuation do not count."""
    clean = Sheet(text).clean
    if "[" not in clean and not _RUN_OF_X.search(clean):  # looking for signs at every word takes twice as long
        return [Word(one[0].casefold(), *one.span()) for one in _PLAIN.finditer(clean)]
    return [Word(HELD_BACK if one["held"] else one[0].casefold(), *one.span()) for one in _WORD.finditer(clean)]


def align(left: Sequence[Word], right: Sequence[Word], most: int = _MOST) -> list[Stretch]:
    """The stretches of both, in order; together they cover every word.

    Texts whose lengths multiply to more than `most` are first cut where a run of words stands once in both.
    """
    found = compare([word.key for word in left], [word.key for word in right], most)
    return [_stretch(left, right, one) for one in _merged(found)]


def _merged(codes: Iterable[Code]) -> list[Code]:
    """Neighbours of one kind are one: a deletion beside an insertion is a change."""
    merged: list[Code] = []
    for code in codes:
        if merged and merged[-1].same == code.same:
            before = merged.pop()
            merged.append(Code(before.first, code.last, before.begin, code.end, code.same))
        else:
            merged.append(code)
    return merged


def _stretch(left: Sequence[Word], right: Sequence[Word], code: Code) -> Stretch:
    first, last, begin, end, same = code
    kind: Kind = "same" if same else "changed" if last > first and end > begin else "left-only"
    if kind == "left-only" and last == first:
        kind = "right-only"
    return Stretch(kind, _span(left, first, last), _span(right, begin, end), (first, last), (begin, end))


def _span(words: Sequence[Word], first: int, last: int) -> Span:
    """From the first word to the last; where there are none, the place between their neighbours."""
    if last > first:
        return Span(words[first].start, words[last - 1].end)
    place = words[first - 1].end if first else 0
    return Span(place, place)


def likeness(left: Sequence[Word], right: Sequence[Word]) -> float:
    """How much of the shorter text stands in the longer: the share of its runs of four words that are there (0 to 1)."""
    one, other = _shingles(left), _shingles(right)
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def _shingles(words: Sequence[Word]) -> set[tuple[str, ...]]:
    keys = [word.key for word in words if word.key != HELD_BACK]
    return {tuple(keys[at : at + _SHINGLE]) for at in range(len(keys) - _SHINGLE + 1)}
