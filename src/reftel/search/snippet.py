"""The passage of a text that shows best why it was found, and the paragraph that it stands in."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import msgspec

from reftel.finding import Span
from reftel.search.forms import stem
from reftel.search.layout import PARTS, TEXTS, analyser, stemmed
from reftel.search.tree import Leaf, Phrase, Word, in_any_form

_LENGTH = 240
_LEAD = 60  # shown before the first word found
_LONGEST_TEXT = 500_000  # beyond that, only the beginning is looked through
_MOST = 100  # places of one word or phrase that are weighed
_LOOKED_AT = 2_000  # words that begin as a wanted one does
_WORD = re.compile(r"[^\W_]+")
_SHOWN = {"", *TEXTS, *PARTS}


class Snippet(msgspec.Struct, frozen=True):
    """`text` is what stands in `span` of the release's text; `highlights` are the words found, as spans of it too."""

    text: str
    span: Span
    highlights: tuple[Span, ...] = ()


class Paragraph(msgspec.Struct, frozen=True, omit_defaults=True):
    """The block of a cable that a hit leads to: its place among the blocks, from 0, its span, number, mark and role."""

    block: int
    span: Span
    number: str = ""
    mark: str = ""
    role: str = ""


class _Written(msgspec.Struct, frozen=True, gc=False):
    value: str


class _Block(msgspec.Struct, frozen=True, gc=False):
    span: Span
    number: _Written | None = None
    mark: _Written | None = None
    role: str = ""


class Shape(msgspec.Struct, frozen=True):
    """As much of a stored record as a hit needs; reading no more of it takes a fifth of the time."""

    blocks: tuple[_Block, ...] = ()
    summary: tuple[Span, ...] = ()

    def paragraph(self, at: int) -> Paragraph | None:
        """The block in which the offset `at` stands, or the last that begins before it; None before the first."""
        number = bisect_right(self.blocks, at, key=lambda block: block.span.start) - 1
        if number < 0:
            return None
        block = self.blocks[number]
        return Paragraph(
            number,
            block.span,
            block.number.value if block.number else "",
            block.mark.value if block.mark else "",
            block.role,
        )


class Seeker:
    """Finds the words and phrases of a query in texts, as the index found them."""

    def __init__(self, leaves: Iterable[tuple[str, Leaf]]) -> None:
        self._sought = [one for field, leaf in leaves if field in _SHOWN and (one := _Sought(leaf)).terms]

    def places(self, text: str) -> list[tuple[int, Span]]:
        """(which of the words and phrases, where) of what stands in `text`, in its order."""
        if not self._sought:
            return []
        folded = fold(text[:_LONGEST_TEXT])
        found = [(number, place) for number, one in enumerate(self._sought) for place in one.places(folded)]
        return sorted(found, key=lambda one: one[1])


class _Sought:
    """One word or phrase, and how it is recognised."""

    def __init__(self, leaf: Leaf) -> None:
        self._strict = leaf.exact  # in numbers, too
        self._apart = isinstance(leaf, Phrase) and leaf.near > 0
        self._fuzzy = leaf.fuzzy if isinstance(leaf, Word) else 0
        self._open_end = leaf.prefix if isinstance(leaf, Word) else leaf.text.endswith("*")
        self._any_form = in_any_form(leaf) and not self._fuzzy and not self._open_end
        self.terms = (stemmed() if self._any_form else analyser()).analyze(leaf.text)
        self._met: dict[str, bool] = {}  # words that were compared with one nearly spelled

    def places(self, text: str) -> Iterator[Span]:
        """The spans of its words in folded `text`; those of a phrase only where it stands whole."""
        if self._apart:
            for term in dict.fromkeys(self.terms):
                yield from (Span(*place) for place in _first(self._words(text, term)))
            return
        for place in _first(self._words(text, self.terms[0])):
            whole = self._whole(text, place)
            yield from (Span(*one) for one in whole)

    def _whole(self, text: str, first: tuple[int, int]) -> list[tuple[int, int]]:
        places, at = [first], first[1]
        for term in self.terms[1:]:
            match = _WORD.search(text, at)
            if match is None or not self._is(match[0], term):
                return []
            places.append(match.span())
            at = match.end()
        return places

    def _words(self, text: str, term: str) -> Iterator[tuple[int, int]]:
        if self._fuzzy:
            if near := [re.escape(word) for word in dict.fromkeys(_WORD.findall(text)) if self._is_near(word, term)]:
                whole = re.compile(rf"(?<![^\W_])(?:{'|'.join(near)})(?![^\W_])")
                yield from (match.span() for match in whole.finditer(text))
            return
        head = self._head(term)
        at = text.find(head)
        for _ in range(_LOOKED_AT):
            if at < 0:
                return
            start = at
            while start and text[start - 1] == "0" and head.isdigit():
                start -= 1
            match = _WORD.match(text, start)
            if match is None:
                return
            if (not start or not _is_letter(text[start - 1])) and self._is(match[0], term):
                yield match.span()
            at = text.find(head, match.end())

    def _is_near(self, word: str, term: str) -> bool:
        if (known := self._met.get(word)) is None:
            known = self._met[word] = self._is(word, term)
        return known

    def _head(self, term: str) -> str:
        """Letters with which every form of the word begins: stems may end otherwise than the word (countri, country)."""
        if term.isdigit() and not self._strict:
            return term.lstrip("0") or "0"
        if not self._any_form:
            return term
        return term[:-1] if len(term) > 3 else term[:2] if len(term) > 2 else term

    def _is(self, word: str, term: str) -> bool:
        if term.isdigit() and word.isdigit() and not self._strict:
            return word.lstrip("0") == term.lstrip("0")
        if self._open_end and term == self.terms[-1]:
            return word.startswith(term)
        if self._fuzzy:
            return _apart(word, term, self._fuzzy) <= self._fuzzy or _stem(word) == _stem(term)
        return _stem(word) == term if self._any_form else word == term


@lru_cache(maxsize=65_536)
def _apart(word: str, term: str, most: int) -> int:
    """How many letters lie between two words; more than `most` where they are more."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - for near spellings only

    return OSA.distance(word, term, score_cutoff=most)


def make_snippet(text: str, seeker: Seeker, *, body: int = 0, otherwise: int = 0, also: Sequence[Span] = ()) -> Snippet:
    """The passage with the most different words and phrases in it, from `body` on if they stand there, else from the head.

    Where none stands in the text, the passage at `otherwise`. `also` are places that were found otherwise, of any length.
    """
    others = [(-1 - number, place) for number, place in enumerate(also)]
    found = sorted([*seeker.places(text), *others], key=lambda one: one[1]) if others else seeker.places(text)
    found = [one for one in found if one[1].start >= body] or found
    start = _best_start(found) if found else otherwise
    span = _whole_words(text, start, start + _LENGTH)
    inside = (place for _, place in found if span.start <= place.start and place.end <= span.end)
    cut = (Span(max(one.start, span.start), min(one.end, span.end)) for one in also)
    return Snippet(span.of(text), span, tuple(sorted({*inside, *(one for one in cut if one.start < one.end)})))


def fold(text: str) -> str:
    """`text` in lower case and without accents, each character where it was."""
    if text.isascii():
        return text.lower()
    return "".join([character if character.isascii() else _plain(character) for character in text]).lower()


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    """One character for one, in lower case: the letter under an accent, or itself."""
    bare = unicodedata.normalize("NFKD", character)[0].lower()
    return bare if len(bare) == 1 else character


def _stem(word: str) -> str:
    return stem(word if word.isascii() else word.encode("utf-8", "replace").decode("utf-8"))


def _is_letter(character: str) -> bool:
    return character.isalnum()


def _first(places: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    return (place for _, place in zip(range(_MOST), places, strict=False))


def _best_start(found: Sequence[tuple[int, Span]]) -> int:
    best, start = 0, 0
    last = 0
    counts: dict[int, int] = {}
    for number, place in found:
        while last < len(found) and found[last][1].end <= place.start + _LENGTH - _LEAD:
            counts[found[last][0]] = counts.get(found[last][0], 0) + 1
            last += 1
        kinds = sum(1 for count in counts.values() if count) * 100 + min(sum(counts.values()), 99)
        if kinds > best:
            best, start = kinds, place.start - _LEAD
        if number in counts:
            counts[number] = max(counts[number] - 1, 0)
    return max(start, 0)


def _whole_words(text: str, start: int, end: int) -> Span:
    """`start` to `end`, moved inwards to white space, and no white space around it."""
    end = min(end, len(text))
    if 0 < start < len(text) and not text[start - 1].isspace():
        moved = next((at for at in range(start, min(start + 40, end)) if text[at].isspace()), start)
        start = moved
    if end < len(text) and not text[end].isspace():
        end = next((at for at in range(end, max(end - 40, start), -1) if text[at - 1].isspace()), end)
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(min(start, end), end)
