"""Two long texts cut into pairs of pieces that are short enough to be compared word by word.

A run of words that stands once in each text, and in the same order as all other such runs, is where both may be cut: what
they share lies on the same side of it in both. Memory grows with the sum of the lengths, never with their product.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from math import isqrt
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

_RUNS = (8, 4)  # words of a run: long ones first, shorter ones where those leave too much
_SURE = 4  # equal words in a row at which a window may end
_LEAST = 4  # a window goes on by this part of itself at least

_Place = tuple[int, int]  # so many words of the left text, so many of the right


class Code(NamedTuple):
    """Words of the left text, words of the right, and whether they are the same."""

    first: int
    last: int
    begin: int
    end: int
    same: bool


def compare(left: Sequence[str], right: Sequence[str], most: int) -> Iterator[Code]:
    """What two lists of words share and where they differ, in order; together the codes cover both.

    Pieces whose lengths multiply to `most` at most are compared exactly (longest common subsequence).
    """
    for start, stop in _pieces(left, right, (0, 0), (len(left), len(right)), most):
        yield from _windows(left, right, start, stop, most)


def _pieces(
    left: Sequence[str], right: Sequence[str], start: _Place, stop: _Place, most: int, runs: Sequence[int] = _RUNS
) -> Iterator[tuple[_Place, _Place]]:
    if not runs or _fits(start, stop, most):
        yield start, stop
        return
    last = before = start
    for place in [*_common(left, right, start, stop, runs[0]), stop]:
        if before != last and not _fits(last, place, most):
            yield from _pieces(left, right, last, before, most, runs[1:])
            last = before
        before = place
    yield from _pieces(left, right, last, stop, most, runs[1:])


def _fits(start: _Place, stop: _Place, most: int) -> bool:
    return (stop[0] - start[0]) * (stop[1] - start[1]) <= most


def _common(left: Sequence[str], right: Sequence[str], start: _Place, stop: _Place, run: int) -> list[_Place]:
    """Where the runs of words begin that stand once on either side: the longest chain that rises on both."""
    here, there = (
        _once(words, *ends, run) for words, ends in zip((left, right), zip(start, stop, strict=True), strict=True)
    )
    shared = ((at, there[key]) for key, at in here.items() if at >= 0 and there.get(key, -1) >= 0)
    pairs = sorted((at, other) for at, other in shared if left[at : at + run] == right[other : other + run])
    return _rising(pairs)


def _once(words: Sequence[str], start: int, stop: int, run: int) -> dict[int, int]:
    """The hash of each run of words and where it stands; -1 where it does more than once."""
    found: dict[int, int] = {}
    for at in range(start, stop - run + 1):
        key = hash(tuple(words[at : at + run]))
        found[key] = -1 if key in found else at
    return found


def _rising(pairs: Sequence[_Place]) -> list[_Place]:
    """The longest chain of `pairs`, which rise on the left, that rises on the right too (patience sorting)."""
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, (_, other) in enumerate(pairs):
        pile = bisect_left(tops, other)
        before.append(ends[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(other)
            ends.append(number)
        else:
            tops[pile], ends[pile] = other, number
    chain: list[_Place] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _windows(left: Sequence[str], right: Sequence[str], start: _Place, stop: _Place, most: int) -> Iterator[Code]:
    """One piece, compared whole where it fits, else window by window, each from where the last was sure."""
    size = isqrt(most)
    at, begin = start
    while at < stop[0] or begin < stop[1]:
        whole = _fits((at, begin), stop, most)
        last, end = stop if whole else (min(at + size, stop[0]), min(begin + size, stop[1]))
        codes = [
            Code(at + one.src_start, at + one.src_end, begin + one.dest_start, begin + one.dest_end, one.tag == "equal")
            for one in LCSseq.opcodes(left[at:last], right[begin:end])
        ]
        if not whole:
            codes = _sure(codes, (at + size // _LEAST, begin + size // _LEAST))
        yield from codes
        at, begin = codes[-1].last, codes[-1].end


def _sure(codes: list[Code], least: _Place) -> list[Code]:
    """`codes` up to the last words that are the same and not by chance; all where that would be too few."""
    for number in range(len(codes) - 1, -1, -1):
        code = codes[number]
        if code.last < least[0] and code.end < least[1]:
            break
        if code.same and code.last - code.first >= _SURE:
            return codes[: number + 1]
    return codes
