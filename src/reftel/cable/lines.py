"""Lines of a stretch of text grouped by blank lines, rules and items, and what a heading or a table looks like."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

_RULE = re.compile(r"[ \t\\]*(?:[-=_*#‐~+]{3,}|[-=_*](?:[ \t]+[-=_*]){2,})(?:[ \t]+[-=_*#‐~+]+)*[ \t\\]*$")
_RULED_TEXT = re.compile(
    r"[ \t]*(?:[-=_*#‐~+]{3,}[ \t]*(?P<inside>[^\s=_*#‐~+-][^\n]{0,90}?)[ \t]*[-=_*#‐~+]{3,}|(?P<under>[A-Z][^\n]{1,60}?)[ \t]+[-=_]{4,})[ \t\\]*$"
)
_INLINE_RULED = re.compile(r"(?<![-=])[-=]{4,}[ \t]*(?P<inside>[A-Z][^\n=-]{1,80}?)[ \t]*[-=]{4,}")
_ITEM = re.compile(
    r"[ \t]*(?:(?P<dash>--?|\*|•|o(?=[ \t]{2}))[ \t]+|\(?(?P<letter>[A-Za-z]|[ivx]{1,4}|\d{1,2})[.)][ \t]+|\((?P<inner>[a-z]|\d{1,2}|[ivx]{1,4})\)[ \t]*)(?=\S)"
)
_NOISE = re.compile(
    r"[ \t]*(?:SIPDIS|NOFORN|SENSITIVE|(?:UNCLASSIFIED|CONFIDENTIAL|SECRET|LIMITED OFFICIAL USE)|NNNN|GP-\d|EXEMPT|\*{2,}[ \t]*Current .*|\*{3,}.*)[ \t\\]*$"
)
_COLUMNS = re.compile(r"\S(?: {3,}|\t+[ \t]*)\S|[^\s.!?:;,\"”)] {2}\S")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’.-]*")
_SMALL = frozenset(
    "a an and as at but by for from in into is it its of on or per than that the their to under up via vs with over".split()
)


class Group(NamedTuple):
    """Lines that belong together. `content` is behind an item's dash or letter; ruled means a rule line beside it."""

    kind: Literal["text", "item"]
    start: int
    end: int
    content: int
    letter: str
    blank_before: bool
    ruled_before: bool
    ruled_after: bool


def group_lines(clean: str, start: int, end: int) -> list[Group]:
    """The groups of `clean[start:end]`, rules and caption lines left out."""
    groups: list[Group] = []
    blank, ruled = start == 0 or clean[start - 1 : start] == "\n", False
    last_letter = ""
    for at, stop in _pieces(clean, start, end):
        line = clean[at:stop]
        if not line.strip(" \t\\"):
            blank = True
            continue
        if _RULE.match(line):
            if groups and not blank:
                groups[-1] = groups[-1]._replace(ruled_after=True)
            ruled, blank = True, True
            continue
        if _NOISE.match(line):
            continue
        heading = _RULED_TEXT.match(line)
        begin = at + len(line) - len(line.lstrip(" \t"))
        finish = at + len(line.rstrip(" \t\\"))
        item = None if heading or ruled else _ITEM.match(line)
        letter = (item["letter"] or item["inner"] or "") if item else ""
        if item and letter and not _next_letter(last_letter, letter):
            item = None
        if item:
            groups.append(Group("item", begin, finish, at + item.end(), letter, blank, False, False))
            last_letter = letter or last_letter
        elif heading:
            groups.append(Group("text", begin, finish, begin, "", True, True, True))
            blank, ruled = True, False
            continue
        elif groups and not blank and not ruled:
            groups[-1] = groups[-1]._replace(end=finish)
        else:
            groups.append(Group("text", begin, finish, begin, "", blank, ruled, False))
        blank, ruled = False, False
    return groups


def _pieces(clean: str, start: int, end: int) -> list[tuple[int, int]]:
    """(start, end) of each line; a heading between rules that flattening left inside a line stands alone."""
    out: list[tuple[int, int]] = []
    at = start
    while at <= end:
        stop = clean.find("\n", at, end)
        stop = end if stop < 0 else stop
        if "----" in clean[at:stop] or "====" in clean[at:stop]:
            for match in _INLINE_RULED.finditer(clean, at, stop):
                if clean[at : match.start()].strip():
                    out.append((at, match.start()))
                    at = match.start()
                out.append((at, match.end()))
                at = match.end()
        if at < stop or (stop == at and (not out or out[-1][1] < at or clean[at - 1 : at] == "\n")):
            out.append((at, stop))
        at = stop + 1
    return out


def _next_letter(last: str, new: str) -> bool:
    """Whether `new` begins a list or follows `last` in it."""
    if new.lower() in ("a", "1", "i"):
        return True
    if not last:
        return False
    if new.isdigit() and last.isdigit():
        return int(new) == int(last) + 1
    if len(new) == len(last) == 1 and new.isalpha() and last.isalpha():
        return ord(new.lower()) - ord(last.lower()) == 1
    return len(new) > 1 or len(last) > 1


def looks_like_heading(text: str, *, upper: bool, alone: bool, open_sentence: bool) -> bool:
    """Whether `text`, a group of lines, is a heading by its own form; `upper` says that the whole body is in capitals."""
    lines = text.count("\n") + 1
    if not alone or lines > 2 or len(text) > 140:
        return False
    plain = text.strip(" \t\\\n")
    if plain.endswith((".", ",", ";")) and not plain.endswith("..."):
        return False
    words = _WORD.findall(plain)
    if not plain.strip("xX \n\t") or not words or len(words) > 18 or plain[0].islower():
        return False
    if upper:
        return not open_sentence and lines == 1 and len(words) <= 10 and len(plain) > 3 and not plain.endswith(")")
    if plain.isupper():
        return len(plain) > 3
    long_words = [word for word in words if len(word) > 3 and word.lower() not in _SMALL]
    capital = sum(1 for word in long_words if word[0].isupper())
    if open_sentence and (len(long_words) < 2 or capital < len(long_words)):
        return False
    return (
        bool(long_words)
        and capital >= 0.7 * len(long_words)
        and (len(words) > 1 or plain.endswith(":") or not open_sentence)
    )


def looks_like_table(clean: str, group: Group) -> bool:
    """Whether at least half of the group's lines, and two of them, stand in columns."""
    text = clean[group.start : group.end]
    if "   " not in text and "\t" not in text:
        return False
    lines = text.split("\n")
    columned = sum(1 for line in lines if _COLUMNS.search(line.strip()))
    return columned >= 2 and columned * 2 >= len(lines)
