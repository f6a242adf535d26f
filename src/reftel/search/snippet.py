"""The passage of a text that shows best why it was found."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from reftel.finding import Span
from reftel.search.index import analyser

Phrase = tuple[tuple[int, str], ...]  # terms with their positions

_LENGTH = 240
_LEAD = 60  # shown before the first word found
_LONGEST_TEXT = 500_000  # beyond that, only the beginning is looked through
_MOST = 2_000  # words found that are weighed against each other


class Snippet(msgspec.Struct, frozen=True):
    """`text` is what stands in `span` of the release's text; `highlights` are the words found, as spans of it too."""

    text: str
    span: Span
    highlights: tuple[Span, ...] = ()


def make_snippet(text: str, phrases: Sequence[Phrase], *, body: int = 0, otherwise: int = 0) -> Snippet:
    """The passage with the most different phrases in it, from `body` on if they stand there, else from the head.

    Where none stands in the text, the passage at `otherwise`.
    """
    found = _occurrences(text[:_LONGEST_TEXT], phrases)
    found = [one for one in found if one[1].start >= body] or found
    start = _best_start(found) if found else otherwise
    span = _whole_words(text, start, start + _LENGTH)
    inside = (place for _, place in found if span.start <= place.start and place.end <= span.end)
    return Snippet(span.of(text), span, tuple(sorted(set(inside))))


def _occurrences(text: str, phrases: Sequence[Phrase]) -> list[tuple[int, Span]]:
    """(which phrase, where) of every word of every phrase that stands whole in the text, in the text's order."""
    if not phrases:
        return []
    wanted = {term for phrase in phrases for _, term in phrase}
    tokens = {
        token.position: (token.text, Span(token.char_offset_from, token.char_offset_to))
        for token in analyser().pre_tokenize(text).tokens
        if token.text in wanted
    }
    found: list[tuple[int, Span]] = []
    for number, phrase in enumerate(phrases):
        first, word = phrase[0]
        for position, (term, _) in tokens.items():
            if term != word:
                continue
            places = [tokens.get(position + at - first) for at, _ in phrase]
            if all(place and place[0] == term for place, (_, term) in zip(places, phrase, strict=True)):
                found.extend((number, place[1]) for place in places if place)
    return sorted(found, key=lambda one: one[1])[:_MOST]


def _best_start(found: list[tuple[int, Span]]) -> int:
    best, start = 0, 0
    last = 0
    for first, (_, place) in enumerate(found):
        last = max(last, first)
        while last < len(found) and found[last][1].end <= place.start + _LENGTH - _LEAD:
            last += 1
        kinds = len({number for number, _ in found[first:last]}) * 100 + min(last - first, 99)
        if kinds > best:
            best, start = kinds, place.start - _LEAD
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
