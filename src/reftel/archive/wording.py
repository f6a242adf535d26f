"""Two texts laid side by side, word by word: what they share, what only one has, where one holds back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

import msgspec
from rapidfuzz.distance import LCSseq

from reftel.cable.sheet import Sheet
from reftel.finding import Span

Kind = Literal["same", "left-only", "right-only", "changed"]

HELD_BACK = "\0"  # the key of every sign that something was taken out
_MOST_WORDS = 20_000  # the alignment's memory grows with the product of both lengths: 50 MB at this one
_SHINGLE = 4
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
    found = _WORD.finditer(Sheet(text).clean)
    return [Word(HELD_BACK if one["held"] else one[0].casefold(), one.start(), one.end()) for one in found]


def align(left: Sequence[Word], right: Sequence[Word]) -> list[Stretch]:
    """The stretches of both, in order; together they cover every word. Beyond 20,000 words a side is one stretch."""
    head, rest = left[:_MOST_WORDS], left[_MOST_WORDS:]
    other, beyond = right[:_MOST_WORDS], right[_MOST_WORDS:]
    codes = LCSseq.opcodes([word.key for word in head], [word.key for word in other])
    found = [(code.src_start, code.src_end, code.dest_start, code.dest_end, code.tag == "equal") for code in codes]
    if rest or beyond:
        found.append((len(head), len(left), len(other), len(right), False))
    return [_stretch(left, right, one) for one in _merged(found)]


def _merged(codes: list[tuple[int, int, int, int, bool]]) -> list[tuple[int, int, int, int, bool]]:
    """Neighbouring differences are one: a deletion beside an insertion is a change."""
    merged: list[tuple[int, int, int, int, bool]] = []
    for code in codes:
        if merged and merged[-1][4] == code[4]:
            before = merged.pop()
            merged.append((before[0], code[1], before[2], code[3], code[4]))
        else:
            merged.append(code)
    return merged


def _stretch(left: Sequence[Word], right: Sequence[Word], code: tuple[int, int, int, int, bool]) -> Stretch:
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
    keys = [word.key for word in words[:_MOST_WORDS] if word.key != HELD_BACK]
    return {tuple(keys[at : at + _SHINGLE]) for at in range(len(keys) - _SHINGLE + 1)}
