"""Several statements of one verb: each further clause that "and that", or a dash and "that", joins is one of its own."""

from __future__ import annotations

from typing import Final

from reftel.finding import Span
from reftel.statements.ends import Sentence, clause_end
from reftel.statements.found import Found

_CLAUSES: Final = frozenset("clause addressed-clause".split())
_PARTED: Final = frozenset("that-clause noun noun-is adjective passive-that quoted-as".split())


def parted(sentence: Sentence, found: list[Found]) -> list[Found]:
    """The finds of a sentence, and a find of its own for each further that-clause of one of them.

    Where several have the clause in their content, it is the first verb's behind a comma and the last one's without.
    """
    whole = [one for one in found if _may_part(sentence, one)]
    if not whole:
        return found
    owned: dict[int, Found] = {}
    for cut in _cuts(sentence):
        at = sentence.items.starts[cut]
        around = [one for one in whole if one.content[0].start < at < one.content[0].end]
        if around:
            comma = sentence.items.tags[cut - 1] in ",-"
            around.sort(key=_begin)
            owned[cut] = around[0] if comma else around[-1]
    leader = min((one for one in whole if _opens_with_that(sentence, one)), key=_begin, default=None)
    if not owned and (leader is None or _next_in_list(sentence, leader) < 0):
        return found
    out: list[Found] = []
    for one in found:
        parts = _parts(sentence, one, owned) if any(one is each for each in whole) else [one]
        out += parts
        if one is leader:
            out += _list(sentence, parts[-1])
    return out


def _may_part(sentence: Sentence, one: Found) -> bool:
    if len(one.content) != 1:
        return False
    return one.rule in _CLAUSES or (one.rule in _PARTED and _opens_with_that(sentence, one))


def _opens_with_that(sentence: Sentence, one: Found) -> bool:
    items, begin = sentence.items, one.content[0].start
    return any(items.starts[at] == begin and items.tags[at] == "T" for at in range(sentence.first, sentence.last))


def _begin(one: Found) -> int:
    return one.content[0].start


def _cuts(sentence: Sentence) -> list[int]:
    """Where "and" stands before "that"."""
    tags = sentence.items.tags
    return [at for at in range(sentence.first + 1, sentence.last - 1) if tags[at] == "C" and tags[at + 1] == "T"]


def _parts(sentence: Sentence, one: Found, owned: dict[int, Found]) -> list[Found]:
    items = sentence.items
    begin, end = one.content[0].start, one.content[0].end
    parts: list[Found] = []
    for cut, owner in owned.items():
        at = items.starts[cut]
        if not begin < at < end:
            continue
        if owner is one:
            parts.append(_with(one, begin, _before(sentence, cut)))
            begin = items.starts[cut + 1]
        elif _begin(owner) < _begin(one):
            end = _before(sentence, cut)  # what follows is told by the verb around it
            break
    parts.append(_with(one, begin, max(begin, end)))
    return parts


def _before(sentence: Sentence, cut: int) -> int:
    at = cut - 1
    while at > sentence.first and sentence.items.tags[at] in ",-":
        at -= 1
    return sentence.items.ends[at]


def _with(one: Found, start: int, end: int) -> Found:
    part = Found(one.source, one.cue, [Span(start, max(start, end))], one.verb, one.rule, one.confidence)
    part.group = one.group
    return part


def _next_in_list(sentence: Sentence, one: Found) -> int:
    """Where the next "that" of a list stands right behind the content: `; -- that`, `; and that`; -1 where none does."""
    items = sentence.items
    end = one.content[0].end
    if not _opens_with_that(sentence, one):
        return -1
    at = next((k for k in range(sentence.first, sentence.last) if items.starts[k] >= end), sentence.last)
    if at >= sentence.last or items.tags[at] not in ";,-":
        return -1
    semicolon = False
    while at < sentence.last and (
        items.tags[at] in ";,-C#()" or (len(items.low[at]) == 1 and items.tags[at - 1] == "(")
    ):
        semicolon = semicolon or items.tags[at] in ";"
        at += 1
    return at if semicolon and at < sentence.last and items.tags[at] == "T" else -1


def _list(sentence: Sentence, one: Found) -> list[Found]:
    out: list[Found] = []
    while (at := _next_in_list(sentence, one)) >= 0:
        content = sentence.span(at, clause_end(sentence, at + 1, one.group))
        if not content.end or content.end <= one.content[0].end:
            break
        one = _with(one, content.start, content.end)
        out.append(one)
    return out
