"""The body of a cable on the terminal: numbers and portion marks in a gutter, the text run together and wrapped."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from reftel.cable import Cable
from reftel.cable.records import Block
from reftel.cable.reflow import reflow
from reftel.cli.safe import line, safe, styled
from reftel.cli.words import mark_style
from reftel.finding import Span

_APART = {"summary": "Summary", "action-request": "Action requested"}  # roles that stand in a frame of their own
_NAMED = {"comment": "Comment", "introduction": "Introduction", "note": "Note", "contents": "Contents"}


def lay_out_body(cable: Cable) -> Iterator[RenderableType]:
    """The cable's blocks in their order; its text as it stands where no block was found in it."""
    if not cable.blocks and cable.text.strip():
        yield Padding(styled(cable.text.strip("\n").expandtabs(8)), (1, 1, 0, 1))
    marked = any(block.mark for block in cable.blocks)
    for role, group in groupby(cable.blocks, key=lambda block: block.role if block.role in _APART else ""):
        shown = [_block(cable, block, marked=marked) for block in group]
        if role:
            framed = Group(*(part.renderable if isinstance(part, Padding) else part for part in shown))
            yield Padding(
                Panel(framed, title=_APART[role], title_align="left", border_style="dim", box=box.ROUNDED), (1, 0, 0, 0)
            )
        else:
            yield from shown
    for name in cable.signature:
        yield Padding(styled(line(name.value), "bold"), (1, 1, 0, 1))


def _block(cable: Cable, block: Block, *, marked: bool) -> RenderableType:
    if block.kind == "heading":
        return Padding(_heading(cable, block), (1, 1, 0, 1))
    if block.kind == "table":
        text: Text = styled(block.content.of(cable.text).strip("\n").expandtabs(8))
        text.no_wrap, text.overflow = True, "fold"
    else:
        text = _prose(cable, block)
    return Padding(_with_gutter(block, text, marked=marked), (1, 1, 0, 1 + 2 * block.level))


def _with_gutter(block: Block, text: Text, *, marked: bool) -> RenderableType:
    number = line(block.number.value).rstrip(".") + "." if block.number else ""
    mark = f"({line(block.mark.value).strip('()')})" if block.mark else ""
    if not number and not mark:
        return text
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right", no_wrap=True, min_width=3)
    if marked:  # a cable without portion marks needs no room for them
        grid.add_column(no_wrap=True, min_width=5, max_width=16)
    grid.add_column(ratio=1, overflow="fold")
    grid.add_row(Text(number, "bold"), *([Text(mark, mark_style(mark))] if marked else []), text)
    return grid


def _heading(cable: Cable, block: Block) -> Text:
    """A heading; one that continues an earlier one is joined to it."""
    shown = Text()
    if block.continues is not None and 0 <= block.continues < len(cable.blocks):
        earlier = cable.blocks[block.continues]
        shown.append(line(earlier.content.of(cable.text)).rstrip(". …") + " … ", "dim")
        shown.append(line(block.content.of(cable.text)).lstrip(". …"), "bold")
    else:
        shown.append(line(block.content.of(cable.text)), "bold")
    return shown


def _prose(cable: Cable, block: Block) -> Text:
    flowed = reflow(cable.text, block.content, tuple(found.span for found in cable.breaks if found.span))
    shown = Text(safe(flowed.text))  # safe() keeps every place, so that spans still fit
    for style, spans in (
        ("cyan underline", [mention.span for mention in cable.mentions]),
        ("dim reverse", [found.span for found in cable.redactions if found.span]),
        ("yellow", [found.span for found in cable.findings if found.span and found.code in ("text-cut", "garbled")]),
    ):
        for span in _within(spans, block.content):
            place = flowed.shown(span)
            shown.stylize(style, place.start, place.end)
    if block.role in _NAMED:
        return Text.assemble((f"{_NAMED[block.role]}: ", "italic"), shown)
    return shown


def _within(spans: list[Span], whole: Span) -> list[Span]:
    return [
        Span(max(span.start, whole.start), min(span.end, whole.end))
        for span in spans
        if span.start < whole.end and whole.start < span.end
    ]
