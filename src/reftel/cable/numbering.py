"""Numbered paragraphs found as a sequence, and where anything stands that asks for a closer look, in one scan."""

from __future__ import annotations

import re
from typing import NamedTuple

from reftel.cable.marks import MARK_TEXT
from reftel.finding import Span

# One scan from line break to line break: a number with, most often, its portion mark; or the beginning of something
# that is not plain text (a blank line, a rule, an item). Literal first character: the engine then leaps between lines.
_LINE = (
    r"[ \t>\\]*(?:(?P<pilcrow>¶[ \t]*)?(?:-[ \t]+)?\(?(?P<number>\d{1,3})[ \t]?[.)](?!\d)"
    r"(?:[ \t]*(?P<mark>\((?:TS|SBU|LOU|U|C|S)(?:(?://?)NF)?\))|(?P<marked>(?=[ \t]*\(?[A-Z/]{1,6}\)))|)"
    r"|(?P<part>(?=\n)(?!\n[ \t>]*(?:¶[ \t]*)?\(?\d{1,3}[ \t]?[.)])|[-=_*#‐~+]{3,}|[-*•]{1,2}[ \t]+\S|\(?[A-Za-z][.)][ \t]|\([a-z0-9ivx]{1,4}\)[ \t]))"
)
# Most lines begin with a word, which two looks tell.
_EVENT = re.compile(r"\n(?![A-Za-z][^.)])" + _LINE)
_EVENT_AT = re.compile(_LINE)
# In a flattened text paragraphs run on in one line: a number with its mark, or one behind a sentence's end.
_INLINE = re.compile(
    rf"(?<=[\s.)\]\"”])(?P<number>\d{{1,3}})\.[ \t]?(?=(?P<marked>{MARK_TEXT})|(?<=[.)\"”?!][ ]\d\.[ ])[A-Z]|(?<=[.)\"”?!][ ]\d\d\.[ ])[A-Z])",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"[.!?:;\"”’')\]][\s\\]*$")
_BEGINNING = 2_000
_LINE_LENGTH = 400  # a text with longer lines on average is flattened


class Start:
    """A numbered paragraph's beginning: its line, its number as written and where, its mark if it is a plain one.

    `sure` says that a mark or a pilcrow vouches for it, whatever number stands before. No tuple: there is one for each
    paragraph, and compiled code makes and reads an object of a class of its own several times faster.
    """

    __slots__ = ("after", "at", "mark", "number", "number_at", "sure")

    def __init__(self, at: int, number: tuple[int, str], after: int, mark: Span | None, sure: bool) -> None:
        self.at, self.after, self.mark, self.sure = at, after, mark, sure
        self.number_at, self.number = number


class Scan(NamedTuple):
    """The paragraphs' beginnings, and the offsets of the lines that are not plain text, both in order."""

    starts: list[Start]
    parts: list[int]


def scan(clean: str, start: int, end: int) -> Scan:
    """The numbered paragraphs of `clean[start:end]` that make a sequence.

    Other numbers at a line's start are items or wrapped dates, and count as parts.
    """
    candidates, parts = _candidates(clean, start, end)
    found: list[Start] = []
    last = 0
    skipped: set[int] = set()  # numbers jumped over, which may follow yet: paragraphs out of order
    for one in candidates:
        number = int(one.number)
        if (one.sure and number) or number in skipped or _accepted(clean, one, last, any_before=bool(found)):
            found.append(one)
            if len(found) > 1 and number > last + 1:
                skipped.update(range(last + 1, min(number, last + 5)))
            skipped.discard(number)
            last = max(last, number) if number in range(last) else number
        else:
            parts.append(one.at)
    parts.sort()
    return Scan(found, parts)


def _candidates(clean: str, start: int, end: int) -> tuple[list[Start], list[int]]:
    found: list[Start] = []
    parts: list[int] = []
    begin = start - 1 if start and clean[start - 1] == "\n" else start
    if begin == start and (first := _EVENT_AT.match(clean, start, end)) and first["number"]:
        found.append(_candidate(first, start))
    for match in _EVENT.finditer(clean, begin, end):
        if match["part"] is not None:
            parts.append(match.start())
        else:
            found.append(_candidate(match, match.start() + 1))
    if _is_flat(clean, start, end):
        found = _with_inline(clean, start, end, found)
    return found, parts


def _is_flat(clean: str, start: int, end: int) -> bool:
    """Whether lines are so long that there can be none; a beginning of plain lines tells soon that they are not."""
    stops = (min(end, start + _BEGINNING), end)
    return all(clean.count("\n", start, stop) * _LINE_LENGTH < stop - start for stop in stops)


def _candidate(match: re.Match[str], at: int) -> Start:
    number, mark, marked, pilcrow = match.group("number", "mark", "marked", "pilcrow")
    number_at = match.start("number")
    if mark is not None:
        begin, end = match.span("mark")
        return Start(at, (number_at, number), begin, Span(begin, end), True)
    # A pilcrow is the publisher's word that a paragraph begins here.
    return Start(at, (number_at, number), match.end(), None, marked is not None or pilcrow is not None)


def _with_inline(clean: str, start: int, end: int, found: list[Start]) -> list[Start]:
    at_line = {one.number_at for one in found}
    for match in _INLINE.finditer(clean, start, end):
        at = match.start("number")
        if at not in at_line:
            found.append(Start(at, (at, match["number"]), match.end(), None, match["marked"] is not None))
    return sorted(found, key=lambda one: one.at)


def _accepted(clean: str, one: Start, last: int, *, any_before: bool) -> bool:
    number = int(one.number)
    if number == 0 or number > 400:
        return False
    if one.sure or number == last + 1:
        return True
    at = one.at
    blank_before = at <= 1 or clean[max(0, at - 4) : at].rstrip(" \t\\").endswith("\n\n")
    blank_before = blank_before or clean[max(0, at - 4) : at].strip(" \t\\\n") == ""
    if not any_before:
        return number <= 30 and (blank_before or number <= 2)
    ended = blank_before or SENTENCE_END.search(clean[max(0, at - 4) : at]) is not None
    return ended and last < number <= last + 3
