"""The body becomes blocks: numbered paragraphs, headings, sub-paragraphs, lists and tables, in the text's order.

Numbered paragraphs are found first, as a sequence; what stands between two of them is read line by line only where it
holds blank lines, rules or items, so that plain paragraphs cost one search.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import NamedTuple

from reftel.cable.lines import Group, group_lines, looks_like_heading, looks_like_table
from reftel.cable.marks import END_LABEL, ENTIRE_TEXT, LABEL, MARK, MARK_TEXT, canonical_mark, role_of
from reftel.cable.records import Block, Role
from reftel.finding import Span, Value

_NUMBERED = re.compile(
    r"\n[ \t>\\]*(?P<pilcrow>¶[ \t]*)?(?:-[ \t]+)?\(?(?P<number>\d{1,3})[ \t]?[.)](?![\d])(?=(?P<marked>[ \t]*\(?[A-Z/]{1,6}\))?)"
)
_AT_START = re.compile(_NUMBERED.pattern.removeprefix(r"\n"))
# In a flattened text paragraphs run on in one line: a number with its mark, or one behind a sentence's end.
_INLINE = re.compile(
    rf"(?<=[\s.)\]\"”])(?P<number>\d{{1,3}})\.[ \t]?(?=(?P<marked>{MARK_TEXT})|(?<=[.)\"”?!][ ]\d\.[ ])[A-Z]|(?<=[.)\"”?!][ ]\d\d\.[ ])[A-Z])",
    re.IGNORECASE,
)
_PARTS = re.compile(
    r"\n[ \t\\]*(?:(?=\n)|[-=_*#‐~+]{3,}|[-*•]{1,2}[ \t]+\S|\(?[A-Za-z][.)][ \t]|\([a-z0-9ivx]{1,4}\)[ \t]|\d{1,2}[.)][ \t])"
)
# The first letters of every label, to spare other paragraphs the pattern.
_LABEL_STARTS = frozenset(
    {"SUM", "COM", "ACT", "INT", "NOT", "BAC", "BEG", "(SU", "(CO", "(NO", "(BE", "---", "-- ", "==="}
)
_SENTENCE_END = re.compile(r"[.!?:;\"”’')\]][\s\\]*$")


class _Start(NamedTuple):
    """A numbered paragraph's beginning: its line, its number as written and where, and what follows the number."""

    at: int
    number_at: int
    number: str
    after: int


def read_blocks(clean: str, start: int, end: int) -> list[Block]:
    """The blocks of `clean[start:end]`."""
    starts = _starts(clean, start, end)
    layout = _Layout(_is_upper(clean, start, end), _has_columns(clean, start, end))
    blocks: list[Block] = []
    first = starts[0].at if starts else end
    if first > start:
        _loose(clean, start, first, layout, blocks)
    for one, following in zip_longest(starts, starts[1:]):
        _numbered(clean, one, following.at if following else end, layout, blocks)
    return _joined_headings(clean, blocks)


class _Layout(NamedTuple):
    """What is asked once of a whole body: is it in capitals, does it hold columns or rules inside lines."""

    upper: bool
    columns: bool


def _has_columns(clean: str, start: int, end: int) -> bool:
    return any(clean.find(sign, start, end) >= 0 for sign in ("   ", "----", "	", "===="))


def _is_upper(clean: str, start: int, end: int) -> bool:
    """Whether the body is in capitals throughout, as telegrams were until the 1990s."""
    sample = clean[start : min(end, start + 1000)]
    return sample.count("E") + sample.count("A") > 4 * (sample.count("e") + sample.count("a"))


def _starts(clean: str, start: int, end: int) -> list[_Start]:
    """The numbered paragraphs that make a sequence; other numbers at a line's start are items or wrapped dates."""
    found: list[_Start] = []
    last = 0
    for match in _candidates(clean, start, end):
        # A pilcrow is the publisher's word that a paragraph begins here.
        number, marked = int(match["number"]), match["marked"] is not None or "¶" in match[0]
        if _accepted(number, last, marked, bool(found), clean, match.start()):
            at = match.start() + (1 if clean[match.start()] == "\n" else 0)
            found.append(_Start(at, match.start("number"), match["number"], match.end()))
            last = number
    return found


def _candidates(clean: str, start: int, end: int) -> list[re.Match[str]]:
    found = list(_NUMBERED.finditer(clean, start, end))
    first = _AT_START.match(clean, start, end)
    if first and (not found or found[0].start() > first.start()):
        found.insert(0, first)
    if clean.count("\n", start, end) * 400 < end - start:  # flattened: paragraphs run on in one line
        at_line = {match.start("number") for match in found}
        found += [match for match in _INLINE.finditer(clean, start, end) if match.start("number") not in at_line]
        found.sort(key=lambda match: match.start("number"))
    return found


def _accepted(number: int, last: int, marked: bool, any_before: bool, clean: str, at: int) -> bool:
    if number == 0 or number > 400:
        return False
    if marked:
        return True
    if number == last + 1:
        return True
    blank_before = at == 0 or clean[max(0, at - 3) : at].strip(" \t\\") in ("\n", "\n\n", "")
    if not any_before:
        return number <= 30 and (blank_before or number <= 2)
    ended = blank_before or _SENTENCE_END.search(clean[max(0, at - 3) : at]) is not None
    return ended and last < number <= last + 3


def _numbered(clean: str, start: _Start, end: int, layout: _Layout, blocks: list[Block]) -> None:
    """One numbered paragraph, and what follows it up to the next."""
    number = Value(start.number, Span(start.number_at, start.number_at + len(start.number)), "paragraph-number")
    mark, at = _mark(clean, start.after, end)
    words = clean[at:end].rstrip(" \t\n\\\r")
    if not _has_parts(words, layout):
        blocks.append(_paragraph(clean, start.at, Span(at, at + len(words)), number, mark))
        return
    groups = group_lines(clean, at, at + len(words))
    _assemble(clean, groups, layout, blocks, _Opening(start.at, number, mark))


def _has_parts(words: str, layout: _Layout) -> bool:
    """Whether the paragraph holds blank lines, rules, items or columns, and must be read line by line."""
    if layout.columns and ("   " in words or "----" in words or "\t" in words or "====" in words):
        return True
    return _PARTS.search(words) is not None


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
        role, at = role_of(label["first"]), label.end()
        while at < end and clean[at] in " \t\\\n":
            at += 1
    elif "ction request" in opening or "CTION REQUEST" in opening:
        role = "action-request"
    stop = end
    last = clean[max(at, end - 80) : end]
    if ("END" in last or "nd " in last or "nd\n" in last) and (closing := _end_label(clean, at, end)):
        stop = _trim_end(clean, at, closing)
    return Block("paragraph", Span(start, end), Span(at, max(at, stop)), number, mark, role)


def _is_label(clean: str, label: re.Match[str], end: int) -> bool:
    """A word such as Summary is a label when a stop follows, or when it stands in capitals before a new sentence."""
    if label["stop"] is not None:
        return True
    return label["first"].isupper() and not clean[label.end() : min(end, label.end() + 40)].isupper()


def _end_label(clean: str, start: int, end: int) -> int | None:
    """Where a closing label at the very end of a paragraph begins."""
    tail = max(start, end - 80)
    for match in END_LABEL.finditer(clean, tail, end):
        if not clean[match.end() : end].strip(' \t\n.)\\-"”'):
            return match.start()
    return None


def _heads(
    clean: str, group: Group, upper: bool, ruled: bool, pending: tuple[int, int, _Opening | None] | None
) -> bool:
    text = clean[group.start : group.end]
    if ruled and len(text) <= 240 and text.count("\n") <= 2 and not (len(text) > 90 and _SENTENCE_END.search(text)):
        return True
    open_sentence = pending is not None and not _SENTENCE_END.search(clean[max(0, pending[1] - 4) : pending[1]])
    return looks_like_heading(text, upper=upper, alone=group.blank_before, open_sentence=open_sentence)


def _continues(clean: str, before_end: int, group: Group) -> bool:
    """Whether the group goes on with the paragraph before it: a page break stood in mid-sentence."""
    if not group.blank_before:
        return True
    first = clean[group.start]
    if MARK.match(clean, group.start, group.end):
        return False
    ended = _SENTENCE_END.search(clean[max(0, before_end - 4) : before_end]) is not None
    return (first.islower() or first in ",;") or not ended


def _heading(clean: str, group: Group, ruled: bool) -> Block:
    text = clean[group.start : group.end]
    at = group.start + len(text) - len(text.lstrip(" \t-=_*#"))
    stop = group.end - (len(text) - len(text.rstrip(" \t\\-=_*#\n")))
    mark, begin = _mark(clean, at, stop)
    label = LABEL.match(clean, begin, stop)
    role = role_of(label["first"]) if label and not clean[label.end() : stop].strip() else ""
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
