"""Statements in a plain text: paragraph by paragraph, in the order of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from reftel.finding import Span
from reftel.statements.asides import in_asides
from reftel.statements.casing import is_upper
from reftel.statements.classes import settle
from reftel.statements.ends import Sentence
from reftel.statements.found import Found
from reftel.statements.frames import in_verbs
from reftel.statements.nominal import HANDING, in_nouns
from reftel.statements.parts import parted
from reftel.statements.sentences import fold, sentences
from reftel.statements.tokens import Items, read_items

_BLANK: Final = re.compile(r"\n[ \t\r]*\n\s*")
_LONG_LINE: Final = 150
_QUOTED_WORDS: Final = 5  # a quotation with fewer is not searched for statements of its own
_DEEPEST: Final = 2  # quotations in each other that are searched
_QUOTING: Final = frozenset(("quote-before", "quote-after", "quote-alone", "before-quote"))
_UNSURE: Final = 0.4
_IN_CABLES: Final = 1.6  # how much surer what is unsure elsewhere is in a cable
_IN_CABLE_QUOTES: Final = 0.6
_IN_QUOTES: Final = 0.3  # what is reported inside a quotation is the quoted speaker's to report


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


def found_in(
    text: str, start: int, end: int, holes: tuple[tuple[int, int], ...] = (), *, cable: bool = False
) -> list[Found]:
    """What is reported in one paragraph; what stands in `holes` is passed over.

    In a `cable` most is reported, so that a frame which in other prose tells as often a deed is right more often.
    """
    upper = is_upper(text, start, end)
    found = _in_items(text, read_items(text, start, end, upper=upper, holes=holes, cable=cable))
    if cable:
        for one in found:
            if one.confidence < _UNSURE:
                one.confidence = round(one.confidence * _IN_CABLES, 3)
    return found


def sentence_spans(text: str, start: int, end: int, holes: tuple[tuple[int, int], ...] = ()) -> list[Span]:
    """Where the sentences of one paragraph stand."""
    items = fold(text, read_items(text, start, end, upper=is_upper(text, start, end), holes=holes))
    return [Span(items.starts[first], items.ends[last - 1]) for first, last in sentences(items)]


def _in_items(text: str, items: Items, depth: int = 0) -> list[Found]:
    """`depth` is how many quotations are around the items."""
    folded = fold(text, items)
    found: list[Found] = []
    last_quote: Found | None = None
    here: list[Found] = []  # what the sentence before reports
    for first, last in sentences(folded):
        if folded.tags[first] == '"' and not _has_tag(folded, first, last):
            only = _only_quote(folded, first, last)
            if last_quote is not None:
                last_quote.content.append(Span(folded.starts[first], folded.ends[first]))
            elif only and here and (alone := _alone(folded, first, here)) is not None:
                found.append(alone)
                last_quote = alone
            if only:
                continue
        settle(folded, first, last)
        sentence = Sentence(folded, first, last)
        here = in_verbs(sentence) + in_asides(sentence)
        nouns = in_nouns(sentence)
        here = [one for one in here if one.verb not in HANDING or not any(_hands_on(one, noun) for noun in nouns)]
        here += [one for one in nouns if not any(_tells_more(other, one) for other in here)]
        here = [one for one in parted(sentence, here) if _is_whole(one)]
        found += here
        quoting = [one for one in here if one.rule in _QUOTING]
        last_quote = quoting[-1] if quoting else None
    return found + _in_quotes(text, folded, depth + 1) if depth < _DEEPEST else found


def _is_whole(one: Found) -> bool:
    """Whether content stands there; pieces without a word are dropped."""
    one.source = [span for span in one.source if span.end > span.start]
    one.content = [span for span in one.content if span.end > span.start]
    return bool(one.content) and all(span.end > span.start for span in one.cue)


def _hands_on(verb: Found, noun: Found) -> bool:
    """Whether a verb only leads to the noun that tells: "expressed confidence that"."""
    return verb.rule.startswith("object") and bool(noun.cue) and noun.cue[0].start == verb.cue[0].start


def _tells_more(verb: Found, noun: Found) -> bool:
    """Whether a verb's find has the noun's in it: "voiced the hope that" is one statement."""
    if verb.source != noun.source or verb.confidence < noun.confidence or len(verb.content) != 1:
        return False
    return (
        verb.content[0].start <= noun.content[0].end <= verb.content[0].end
        and noun.cue[0].start <= verb.content[0].start
    )


def _alone(items: Items, at: int, before: list[Found]) -> Found | None:
    """A quotation that is a sentence by itself: said by whoever spoke in the sentence before."""
    quote = items.quotes[at]
    named = [one for one in before if one.source]
    if quote is None or quote.last - quote.first < _QUOTED_WORDS or not named:
        return None
    said = max(named, key=lambda one: one.confidence)
    return Found(said.source, [], [Span(quote.start, quote.end)], said.verb, "quote-alone", 0.5)


def _in_quotes(text: str, items: Items, depth: int) -> list[Found]:
    found: list[Found] = []
    for quote in items.quotes:
        if quote is None or quote.last - quote.first + 1 < _QUOTED_WORDS:
            continue
        for one in _in_items(text, quote.inner, depth):
            one.rule = one.rule if one.rule.startswith("quoted ") else f"quoted {one.rule}"
            one.confidence = round(one.confidence * (_IN_CABLE_QUOTES if items.cable else _IN_QUOTES), 3)
            found.append(one)
    return found


def _has_tag(items: Items, first: int, last: int) -> bool:
    """Whether the quotation that opens the sentence has a tag of its own, or is part of a clause."""
    if first + 1 >= last or items.tags[first + 1] in ".":
        return False
    quote = items.quotes[first]
    return quote is None or not (
        quote.sign and items.tags[first + 1] in "," and first + 2 < last and items.tags[first + 2] in "W"
    )


def _only_quote(items: Items, first: int, last: int) -> bool:
    return all(items.tags[at] in '".,…-' for at in range(first, last))
