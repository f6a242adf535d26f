"""The body becomes blocks: numbered paragraphs, headings, sub-paragraphs, lists and tables, in the text's order.

Numbered paragraphs are found first, as a sequence; what stands between two of them is read line by line only where it
holds blank lines, rules or items, so that plain paragraphs cost one search.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import zip_longest
from typing import NamedTuple

from reftel.cable.lines import Group, group_lines, looks_like_heading, looks_like_table
from reftel.cable.marks import END_LABEL, ENTIRE_TEXT, LABEL, MARK, canonical_mark, role_of, short_mark
from reftel.cable.numbering import SENTENCE_END, Start, scan
from reftel.cable.records import Block, Role
from reftel.finding import Span, Value

# The first letters of every label, to spare other paragraphs the pattern.
_LABEL_STARTS = frozenset(
    {"SUM", "COM", "ACT", "INT", "NOT", "BAC", "BEG", "(SU", "(CO", "(NO", "(BE", "EXE", "---", "-- ", "==="}
)


_SMALL_ES = 70  # of a thousand letters


def read_blocks(clean: str, start: int, end: int) -> list[Block]:
    """The blocks of `clean[start:end]`."""
    found = scan(clean, start, end)
    layout = _Layout(_is_upper(clean, start, end), _has_columns(clean, start, end), found.parts)
    blocks: list[Block] = []
    first = found.starts[0].at if found.starts else end
    if first > start:
        _loose(clean, start, first, layout, blocks)
    for one, following in zip_longest(found.starts, found.starts[1:]):
        _numbered(clean, one, following.at if following else end, layout, blocks)
    return _joined_headings(clean, blocks)


class _Layout(NamedTuple):
    """What is asked once of a whole body: is it in capitals, does it hold columns, where are its lines not plain."""

    upper: bool
    columns: bool
    parts: list[int]


def _has_columns(clean: str, start: int, end: int) -> bool:
    return any(clean.find(sign, start, end) >= 0 for sign in ("   ", "----", "\t"))


def _is_upper(clean: str, start: int, end: int) -> bool:
    """Whether the body is in capitals throughout, as telegrams were until the 1990s."""
    sample = clean[start : min(end, start + 1000)]
    if sample.count("e") > _SMALL_ES:  # more than a quarter of the capitals that such a sample can have
        return False
    return sample.count("E") + sample.count("A") > 4 * (sample.count("e") + sample.count("a"))


def _numbered(clean: str, start: Start, end: int, layout: _Layout, blocks: list[Block]) -> None:
    """One numbered paragraph, and what follows it up to the next."""
    number = Value(start.number, Span(start.number_at, start.number_at + len(start.number)), "paragraph-number")
    if start.mark is not None:
        mark: Value[str] | None = Value(short_mark(start.mark.of(clean)), start.mark, "portion-mark")
        at = start.mark.end
        while at < end and clean[at] in " \t":
            at += 1
    else:
        mark, at = _mark(clean, start.after, end)
    words = clean[at:end].rstrip(" \t\n\\\r")
    stop = at + len(words)
    if not _has_parts(words, at, stop, layout):
        blocks.append(_paragraph(clean, start.at, Span(at, stop), number, mark))
        return
    _assemble(clean, group_lines(clean, at, stop), layout, blocks, _Opening(start.at, number, mark))


def _has_parts(words: str, at: int, stop: int, layout: _Layout) -> bool:
    """Whether the paragraph holds blank lines, rules, items or columns, and must be read line by line."""
    if layout.columns and ("   " in words or "----" in words or "\t" in words):
        return True
    position = bisect_left(layout.parts, at)
    return position < len(layout.parts) and layout.parts[position] < stop


def _loose(clean: str, start: int, end: int, layout: _Layout, blocks: list[Block]) -> None:
    """Text without a paragraph number."""
    stop = _trim_end(clean, start, end)
    if clean[start:stop].strip():
        _assemble(clean, group_lines(clean, start, stop), layout, blocks, None)


class _Opening(NamedTuple):
    """Where a numbered paragraph's first group begins, with its number and mark."""

    at: int
    number: Value[str]
    mark: Value[str] | None


def _assemble(clean: str, groups: list[Group], layout: _Layout, blocks: list[Block], opening: _Opening | None) -> None:
    """Blocks from groups of lines: what continues a paragraph joins it, what heads the next is a heading."""
    pending: tuple[int, int, _Opening | None] | None = None
    for position, group in enumerate(groups):
        first = opening is not None and position == 0
        ruled = group.ruled_before or group.ruled_after
        if group.kind == "text" and not first and _heads(clean, group, layout.upper, ruled, pending):
            _flush(clean, pending, blocks)
            pending = None
            blocks.append(_heading(clean, group, ruled))
        elif group.kind == "item":
            _flush(clean, pending, blocks)
            pending = None
            blocks.append(_item(clean, group))
        elif not first and looks_like_table(clean, group):
            _flush(clean, pending, blocks)
            pending = None
            blocks.append(Block("table", Span(group.start, group.end), Span(group.start, group.end), rule="columns"))
        elif pending is not None and not group.ruled_before and _continues(clean, pending[1], group):
            pending = (pending[0], group.end, pending[2])
        else:
            _flush(clean, pending, blocks)
            pending = None
            pending = (opening.at if first and opening else group.start, group.end, opening if first else None)
    _flush(clean, pending, blocks)
    if opening is not None and not groups:
        after = opening.number.span.end if opening.number.span else opening.at
        blocks.append(
            Block("paragraph", Span(opening.at, after), Span(after, after), number=opening.number, mark=opening.mark)
        )


def _flush(clean: str, pending: tuple[int, int, _Opening | None] | None, blocks: list[Block]) -> None:
    if pending is None:
        return
    start, end, opening = pending
    if opening is not None:
        after = _text_after(clean, opening)
        blocks.append(_paragraph(clean, start, Span(after, end), opening.number, opening.mark))
        return
    mark, at = _mark(clean, start, end)
    blocks.append(_paragraph(clean, start, Span(at, end), None, mark))


def _text_after(clean: str, opening: _Opening) -> int:
    """Where the text begins behind an opening's number and mark."""
    last = opening.mark or opening.number
    at = last.span.end if last.span else opening.at
    while at < len(clean) and clean[at] in (" \t" if opening.mark else " \t.)"):
        at += 1
    return at


def _mark(clean: str, at: int, end: int) -> tuple[Value[str] | None, int]:
    """The portion mark at `at`, and where the text behind it begins."""
    while at < end and clean[at] in " \t":
        at += 1
    for pattern in (MARK, ENTIRE_TEXT):
        if match := pattern.match(clean, at, end):
            value = Value(canonical_mark(match), Span(*match.span()), "portion-mark")
            at = match.end()
            while at < end and clean[at] in " \t":
                at += 1
            return value, at
    return None, at


def _paragraph(clean: str, start: int, words: Span, number: Value[str] | None, mark: Value[str] | None) -> Block:
    """A paragraph block: its label, if any, becomes its role and leaves the content."""
    role: Role = ""
    at, end = words.start, words.end
    opening = clean[at : min(end, at + 120)]
    if opening[:3].upper() in _LABEL_STARTS and (label := LABEL.match(clean, at, end)) and _is_label(clean, label, end):
        role, at = role_of(label[0]), label.end()
        while at < end and clean[at] in " \t\\\n":
            at += 1
    elif "ction request" in opening or "CTION REQUEST" in opening:
        role = "action-request"
    stop = end
    last = clean[max(at, end - 80) : end]
    if ("END" in last or "End" in last or " end " in last) and (closing := _end_label(clean, at, end, role)):
        stop = _trim_end(clean, at, closing)
    return Block("paragraph", Span(start, end), Span(at, max(at, stop)), number, mark, role)


def _is_label(clean: str, label: re.Match[str], end: int) -> bool:
    """A word such as Summary is a label when a stop follows, or when it stands in capitals before a new sentence."""
    if label["stop"] is not None or (label["closed"] and label[0].lstrip(" \t_=-").startswith("(")):
        return True
    return label["first"].isupper() and not clean[label.end() : min(end, label.end() + 40)].isupper()


def _end_label(clean: str, start: int, end: int, role: Role) -> int | None:
    """Where a closing label at the very end of a paragraph begins."""
    tail = max(start, end - 80)
    for match in END_LABEL.finditer(clean, tail, end):
        if not role and not match["first"].upper().startswith("SUM"):
            continue  # "End note.)" belongs to a note inside the paragraph
        if not clean[match.end() : end].strip(' \t\n.)\\-"”'):
            return match.start()
    return None


def _heads(
    clean: str, group: Group, upper: bool, ruled: bool, pending: tuple[int, int, _Opening | None] | None
) -> bool:
    text = clean[group.start : group.end]
    if ruled and len(text) <= 240 and text.count("\n") <= 2 and not (len(text) > 90 and SENTENCE_END.search(text)):
        return True
    open_sentence = pending is not None and not SENTENCE_END.search(clean[max(0, pending[1] - 4) : pending[1]])
    return looks_like_heading(text, upper=upper, alone=group.blank_before, open_sentence=open_sentence)


def _continues(clean: str, before_end: int, group: Group) -> bool:
    """Whether the group goes on with the paragraph before it: a page break stood in mid-sentence."""
    if not group.blank_before:
        return True
    first = clean[group.start]
    if MARK.match(clean, group.start, group.end):
        return False
    ended = SENTENCE_END.search(clean[max(0, before_end - 4) : before_end]) is not None
    return (first.islower() or first in ",;") or not ended


def _heading(clean: str, group: Group, ruled: bool) -> Block:
    text = clean[group.start : group.end]
    at = group.start + len(text) - len(text.lstrip(" \t-=_*#"))
    stop = group.end - (len(text) - len(text.rstrip(" \t\\-=_*#\n")))
    mark, begin = _mark(clean, at, stop)
    label = LABEL.match(clean, begin, stop)
    role = role_of(label[0]) if label and not clean[label.end() : stop].strip() else ""
    return Block(
        "heading", Span(group.start, group.end), Span(begin, max(begin, stop)), mark=mark, role=role,
        rule="heading-with-rule" if ruled else "heading-alone", confidence=1.0 if ruled else 0.8,
    )  # fmt: skip


def _item(clean: str, group: Group) -> Block:
    span, content = Span(group.start, group.end), Span(group.content, group.end)
    if not group.letter:
        return Block("list", span, content, level=1, rule="item")
    at = clean.find(group.letter, group.start, group.content)
    number = Value(group.letter, Span(at, at + len(group.letter)), "item-letter")
    mark, begin = _mark(clean, group.content, group.end)
    return Block("paragraph", span, Span(begin, group.end), number, mark, level=1, rule="item")


def _joined_headings(clean: str, blocks: list[Block]) -> list[Block]:
    """Headings that go on over the text between them ("... or", "...Pact as") name the one they continue."""
    last: int | None = None
    for position, block in enumerate(blocks):
        if block.kind != "heading":
            continue
        if last is not None and (rule := _goes_on(clean, blocks[last], block, next_to=last == position - 1)):
            blocks[position] = Block(
                "heading",
                block.span,
                block.content,
                mark=block.mark,
                role=block.role,
                continues=last,
                rule=rule,
                confidence=0.9,
            )
        last = position
    return blocks


def _goes_on(clean: str, before: Block, block: Block, *, next_to: bool) -> str:
    """The rule by which a heading continues the one before it; empty where it does not."""
    if block.content.of(clean).startswith(("...", "…")) and before.content.of(clean).endswith(("...", "…")):
        return "heading-continued"
    between = clean[before.span.end : block.span.start]
    if next_to and between.count("\n") == 2 and re.fullmatch(r"[ \t\\]*\n[ \t]*[-=_*#]{3,}[ \t\\]*\n[ \t]*", between):
        return "heading-line-by-line"  # each line of one heading with a rule of its own
    return ""


def _trim_end(clean: str, start: int, end: int) -> int:
    while end > start and clean[end - 1] in " \t\n\\\r":
        end -= 1
    return end
