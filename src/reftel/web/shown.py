"""Text as it is shown: lines run together, marks laid on it, and every character traced to its place in the release."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise

import msgspec

from reftel.cable.reflow import Piece, reflow
from reftel.finding import Span

# Control characters of both sets, those that turn the direction of what follows, and halves of characters.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class Marking(msgspec.Struct, frozen=True):
    """What is to be marked in a text: `kind` is found, mention, redaction, doubt or gloss; `says` is told beside it."""

    kind: str
    span: Span
    address: str = ""
    says: str = ""


class Marked(msgspec.Struct, frozen=True, omit_defaults=True):
    """A mark on a text that is shown, from `start` to `end` of it; `span` is its place in the release's text."""

    kind: str
    start: int
    end: int
    span: Span
    address: str = ""
    says: str = ""


class Shown(msgspec.Struct, frozen=True):
    """What is shown of `span`. Each piece is (offset in `text`, offset in the release's text, length)."""

    text: str
    span: Span
    pieces: tuple[Piece, ...] = ()
    marks: tuple[Marked, ...] = ()


class Run(msgspec.Struct, frozen=True):
    """A stretch of text that has the same marks all over."""

    text: str
    kinds: tuple[str, ...] = ()
    says: str = ""


class Group(msgspec.Struct, frozen=True):
    """Runs under one link, or under none."""

    address: str
    says: str
    runs: tuple[Run, ...]


def visible(text: str) -> str:
    """`text` with every character that could steer what follows shown as the sign for an unknown one; as long as before."""
    if text.isprintable():  # most are, and this is said at once
        return text
    return _UNSAFE.sub(lambda match: " " if match[0] == "\r" else "\N{REPLACEMENT CHARACTER}", text)


def lay(text: str, span: Span, marks: Iterable[Marking] = (), breaks: tuple[Span, ...] = ()) -> Shown:
    """`text[span]` with its lines run together."""
    flowed = reflow(text, span, breaks)
    inside = _inside(marks, span)
    placed = ((one, flowed.shown(one.span)) for one in inside)
    return Shown(flowed.text, span, flowed.pieces, tuple(_marked(one, at) for one, at in placed if at.start < at.end))


def lay_as_is(text: str, span: Span, marks: Iterable[Marking] = ()) -> Shown:
    """`text[span]` as it stands, for tables and for the raw text."""
    pieces = (Piece(0, span.start, span.end - span.start),) if span.end > span.start else ()
    placed = ((one, Span(one.span.start - span.start, one.span.end - span.start)) for one in _inside(marks, span))
    return Shown(span.of(text), span, pieces, tuple(_marked(one, at) for one, at in placed))


def _marked(one: Marking, at: Span) -> Marked:
    return Marked(one.kind, at.start, at.end, one.span, one.address, one.says)


def _inside(marks: Iterable[Marking], whole: Span) -> Iterator[Marking]:
    """The marks that touch `whole`, cut to it, in their order."""
    for one in sorted(marks, key=lambda mark: mark.span):
        start, end = max(one.span.start, whole.start), min(one.span.end, whole.end)
        if start < end:
            yield msgspec.structs.replace(one, span=Span(start, end))


def groups(shown: Shown) -> list[Group]:
    """The text cut where a mark begins or ends, and put together again under its links."""
    edges = sorted({0, len(shown.text), *(edge for mark in shown.marks for edge in (mark.start, mark.end))})
    cut: list[tuple[tuple[str, str, int], Run]] = []
    for start, end in pairwise(edges):
        over = [mark for mark in shown.marks if mark.start <= start and end <= mark.end]
        link = next((mark for mark in over if mark.address), None)
        kinds = tuple(dict.fromkeys(mark.kind for mark in over))
        says = "; ".join(dict.fromkeys(mark.says for mark in over if mark.says and mark is not link))
        place = (link.address, link.says, link.start) if link else ("", "", -1)
        cut.append((place, Run(shown.text[start:end], kinds, says)))
    return [
        Group(address, says, tuple(run for _, run in runs))
        for (address, says, _), runs in groupby(cut, key=lambda one: one[0])
    ]
