"""A passage of a text as runs: reflowed, with what was found in it in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from reftel.cable.reflow import Piece as Stretch
from reftel.cable.reflow import Reflowed, reflow
from reftel.finding import Span
from reftel.publish.pdf.sheets import Run, Runs


class Styled(msgspec.Struct, frozen=True):
    """A passage of the text that is set in a style, or leads to a label."""

    span: Span
    run: Run


class Inserted(msgspec.Struct, frozen=True):
    """What the edition puts in at an offset of the text: the mark of a note, a page of the source."""

    at: int
    run: Run


class Found(msgspec.Struct, frozen=True):
    """What was found in a text: passages to be styled, the first ones first where they overlap, and what is put in."""

    styled: tuple[Styled, ...] = ()
    inserted: tuple[Inserted, ...] = ()
    breaks: tuple[Span, ...] = ()

    def between(self, start: int, end: int) -> Found:
        """What of it belongs to that range of the text."""
        return Found(
            tuple(one for one in self.styled if one.span.start < end and start < one.span.end),
            tuple(one for one in self.inserted if start <= one.at <= end),
            self.breaks,
        )


def flowed_runs(text: str, span: Span, found: Found) -> Runs:
    """`text[span]` with its lines run together."""
    return _runs(reflow(text, span, found.breaks), span, found)


def lined_runs(text: str, span: Span, found: Found) -> Runs:
    """`text[span]` as it stands, line by line."""
    whole = Reflowed(span.of(text), (Stretch(0, span.start, max(span.end - span.start, 1)),))
    return _runs(whole, span, found)


def _runs(flowed: Reflowed, span: Span, found: Found) -> Runs:
    styled = [(flowed.shown(_within(one.span, span)), one.run) for one in found.styled]
    styled = [(place, run) for place, run in styled if place.start < place.end]
    placed = [(_shown_at(flowed, span, one.at), one.run) for one in found.inserted]
    return tuple(_cut(flowed.text, styled, placed))


def _within(span: Span, whole: Span) -> Span:
    return Span(max(span.start, whole.start), min(span.end, whole.end))


def _shown_at(flowed: Reflowed, span: Span, at: int) -> int:
    """The displayed offset behind all that stands before `at`."""
    if at <= span.start:
        return 0
    return flowed.shown(Span(span.start, min(at, span.end))).end


def _cut(text: str, styled: Sequence[tuple[Span, Run]], placed: Sequence[tuple[int, Run]]) -> Iterable[Run]:
    edges = {0, len(text), *(at for at, _ in placed)}
    for place, _ in styled:
        edges |= {place.start, place.end}
    inside = sorted(edge for edge in edges if 0 <= edge <= len(text))
    put_in = _by_place(placed)
    for number, start in enumerate(inside):
        yield from (_apart(text, start, run) for run in put_in(start))
        if number + 1 < len(inside):
            end = inside[number + 1]
            over = next((run for place, run in styled if place.start <= start and end <= place.end), Run())
            yield msgspec.structs.replace(over, text=text[start:end])


def _apart(text: str, at: int, run: Run) -> Run:
    """A page's mark, parted from the words beside it; but a word that runs over the page's end stays in one piece."""
    before, behind = text[max(at - 1, 0) : at], text[at : at + 1]
    if run.style != "page" or (before.isalnum() and behind.isalnum()):
        return run
    left = "" if not before or before.isspace() else " "
    right = "" if not behind or behind.isspace() else " "
    return msgspec.structs.replace(run, text=f"{left}{run.text}{right}")


def _by_place(placed: Sequence[tuple[int, Run]]) -> Callable[[int], list[Run]]:
    by_place: dict[int, list[Run]] = {}
    for at, run in placed:
        by_place.setdefault(at, []).append(run)
    return lambda at: by_place.get(at, [])
