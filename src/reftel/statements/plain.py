"""Statements in a plain text: paragraph by paragraph, in the order of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from reftel.finding import Span
from reftel.statements.classes import settle
from reftel.statements.found import Found
from reftel.statements.frames import Sentence, find
from reftel.statements.sentences import fold, sentences
from reftel.statements.tokens import Items, read_items

_BLANK: Final = re.compile(r"\n[ \t\r]*\n\s*")
_LONG_LINE: Final = 150
_QUOTED_WORDS: Final = 5  # a quotation with fewer is not searched for statements of its own


def paragraphs(text: str) -> Iterator[Span]:
    """The paragraphs of a text: between blank lines; each line where lines are too long to be wrapped."""
    at = 0
    for match in _BLANK.finditer(text):
        yield from _lines(text, at, match.start())
        at = match.end()
    yield from _lines(text, at, len(text))


def _lines(text: str, start: int, end: int) -> Iterator[Span]:
    stretch = text[start:end]
    if not stretch.strip():
        return
    lines = stretch.split("\n")
    if len(lines) == 1 or max(map(len, lines)) <= _LONG_LINE:
        yield Span(start, end)
        return
    for line in lines:
        if line.strip():
            yield Span(start, start + len(line))
        start += len(line) + 1


def found_in(text: str, start: int, end: int) -> list[Found]:
    """What is reported in one paragraph."""
    upper = _is_upper(text, start, end)
    items = read_items(text, start, end, upper=upper)
    return _in_items(text, items, end)


def _is_upper(text: str, start: int, end: int) -> bool:
    sample = text[start : min(end, start + 600)]
    return sample.isupper() and len(sample) > 20


def _in_items(text: str, items: Items, end: int) -> list[Found]:
    folded = fold(text, items, end)
    found: list[Found] = []
    last_quote: Found | None = None
    for first, last in sentences(text, folded):
        if _only_quote(folded, first, last):
            if last_quote is not None:
                last_quote.content.append(Span(folded.starts[first], folded.ends[last - 1]))
            continue
        settle(folded, first, last)
        here = find(Sentence(folded, first, last))
        found += here
        quoting = [one for one in here if one.rule.startswith("quote")]
        last_quote = quoting[-1] if quoting else None
    for quote in folded.quotes:
        if quote is not None and quote.last - quote.first + 1 >= _QUOTED_WORDS:
            inner = Items()
            for position in range(quote.first, quote.last + 1):
                inner.take(items, position)
            found += _in_items(text, inner, quote.end)
    return found


def _only_quote(items: Items, first: int, last: int) -> bool:
    return any(items.tags[at] == '"' for at in range(first, last)) and all(
        items.tags[at] in '".,…-' for at in range(first, last)
    )
