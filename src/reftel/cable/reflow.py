"""Reflow: hard-wrapped lines become paragraphs for display, and every character still maps to its place in the text."""

from __future__ import annotations

import re
from bisect import bisect_right

import msgspec

from reftel.finding import Span

# A word broken at a line's end is joined; a hyphen stays where the word is a compound of its own.
_BROKEN = re.compile(r"(?<=[A-Za-z])-[ \t\\]*\n\s*(?=[A-Za-z])")
_SPACE = re.compile(r"[\s\\]*\n[\s\\]*|[ \t]{2,}|\t")
_COMPOUND_FIRST = frozenset(
    "pro anti non pre post self semi ex co counter inter intra multi pan neo quasi cross half well long short high low mid "
    "vice all so re sub ultra trans bi tri hard soft old new first second third two three four five six seven eight nine ten "
    "decision policy law peace vote market state year day month week old time government embassy host oil gas arms war soviet "
    "russian american british french german chinese us anglo sino afro euro jr full part ad hoc counter right left north south".split()
)


class Piece(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`length` characters of the display from `shown` on stand in the text from `source` on."""

    shown: int
    source: int
    length: int


class Reflowed(msgspec.Struct, frozen=True):
    """A text for display and where each character of it stands in the release's text."""

    text: str
    pieces: tuple[Piece, ...]

    def source(self, offset: int) -> int:
        """The place in the release's text of the displayed character at `offset`.

        A blank that stands for a line break maps to that line break.
        """
        position = bisect_right(self.pieces, offset, key=lambda piece: piece.shown) - 1
        if position < 0:
            return 0
        piece = self.pieces[position]
        return piece.source + min(offset - piece.shown, piece.length - 1)

    def shown(self, span: Span) -> Span:
        """The displayed range of what stands in `span` of the release's text; empty where nothing of it is shown."""
        starts = [(max(p.source, span.start), min(p.source + p.length, span.end), p) for p in self.pieces]
        inside = [(low - p.source + p.shown, high - p.source + p.shown) for low, high, p in starts if low < high]
        return Span(inside[0][0], inside[-1][1]) if inside else Span(0, 0)


def reflow(text: str, span: Span, breaks: tuple[Span, ...] = ()) -> Reflowed:
    """`text[span]` with its lines run together, words broken at line ends joined, and `breaks` (page lines) left out."""
    shown: list[str] = []
    pieces: list[Piece] = []
    at, out = span.start, 0
    for start, end, insert in _cuts(text, span, breaks):
        if start > at:
            shown.append(text[at:start])
            pieces.append(Piece(out, at, start - at))
            out += start - at
        if insert and out and end < span.end:
            shown.append(insert)
            pieces.append(Piece(out, start, 1))
            out += 1
        at = max(at, end)
    if at < span.end:
        shown.append(text[at : span.end])
        pieces.append(Piece(out, at, span.end - at))
    return Reflowed("".join(shown), tuple(pieces))


def _cuts(text: str, span: Span, breaks: tuple[Span, ...]) -> list[tuple[int, int, str]]:
    """(start, end, what is shown instead) of each stretch that is not shown as it stands, in order, disjoint."""
    found: list[tuple[int, int, str]] = []
    for cut in breaks:
        if span.start <= cut.start and cut.end <= span.end:
            found.append((*_widened(text, cut, span), " "))
    covered = [(start, end) for start, end, _ in found]

    def free(start: int, end: int) -> bool:
        return not any(start < high and low < end for low, high in covered)

    for match in _BROKEN.finditer(text, span.start, span.end):
        if free(*match.span()):
            keep = _keeps_hyphen(text, match)
            found.append((match.start() + keep, match.end(), ""))
            covered.append(match.span())
    for match in _SPACE.finditer(text, span.start, span.end):
        if free(*match.span()):
            found.append((match.start(), match.end(), " "))
    return sorted(found)


def _widened(text: str, cut: Span, span: Span) -> tuple[int, int]:
    """A page line with the white space around it, which goes with it."""
    start, end = cut.start, cut.end
    while start > span.start and text[start - 1] in " \t\n\\":
        start -= 1
    while end < span.end and text[end] in " \t\n\\":
        end += 1
    return start, end


def _keeps_hyphen(text: str, match: re.Match[str]) -> int:
    """1 where the hyphen belongs to the word (pro-government), 0 where only the line's end put it there."""
    first = re.search(r"[A-Za-z]+$", text[max(0, match.start() - 24) : match.start()])
    following = re.match(r"[A-Za-z]+", text[match.end() : match.end() + 24])
    if first is None or following is None:
        return 1
    word, behind = first[0], following[0]
    if word.lower() in _COMPOUND_FIRST or (behind[0].isupper() and not word.isupper()):
        return 1
    return 0
