"""Codes found by what they mean: `human rights` leads to the TAG PHUM, `weapons of mass destruction` to WMD."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache

from reftel import handbook
from reftel.search.tree import All, Any, In, Meaning, Node, Not, Phrase, Word

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 8  # words of a meaning
_ASIDE = re.compile(r"\s*\([^)]*\)")


def folded(text: str) -> tuple[str, ...]:
    """The words of `text` in lower case."""
    return tuple(_WORD.findall(text.lower()))


@lru_cache(maxsize=1)
def tag_meanings() -> dict[tuple[str, ...], tuple[str, ...]]:
    """The codes of TAGS by the words that they mean; an aside in brackets does not count."""
    found = defaultdict(list)
    for tag in handbook.tag_codes().values():
        if tag.meaning:
            found[folded(_ASIDE.sub("", tag.meaning))].append(tag.code)
    return {words: tuple(codes) for words, codes in found.items()}


@lru_cache(maxsize=1)
def acronym_meanings() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Short words by what they stand for."""
    found = defaultdict(list)
    for acronym in handbook.acronyms().values():
        found[folded(_ASIDE.sub("", acronym.meaning))].append(acronym.code)
    return {words: tuple(codes) for words, codes in found.items()}


def tags_meaning(text: str) -> tuple[str, ...]:
    """The codes of the TAGS that mean `text`, else of those whose meaning holds all its words."""
    words = folded(text)
    if found := tag_meanings().get(words):
        return found
    wanted = set(words)
    return tuple(code for one, codes in tag_meanings().items() if wanted and wanted <= set(one) for code in codes)


def captions_meaning(text: str) -> tuple[str, ...]:
    """The captions whose code, spelling or meaning holds all words of `text`."""
    wanted, upper = set(folded(text)), " ".join(text.upper().split())
    table = handbook.captions()
    exact = tuple(one.code for one in table.values() if upper == one.code or upper in one.spellings)
    return exact or tuple(one.code for one in table.values() if wanted and wanted <= set(folded(one.meaning)))


def with_meanings(node: Node) -> Node:
    """The tree with codes beside the words that are their meaning, two words or more."""
    match node:
        case Phrase():
            codes = () if node.exact or node.near else _codes(folded(node.text))
            return Meaning(node, codes) if codes else node
        case All():
            return _in_runs(node)
        case Any():
            return Any(tuple(with_meanings(part) for part in node.parts))
        case Not():
            return node  # what is unwanted is unwanted as it is said
        case _:
            return node


def _in_runs(node: All) -> Node:
    parts: list[Node] = []
    at = 0
    while at < len(node.parts):
        run = _run(node.parts, at)
        for length in range(len(run), 1, -1):
            if codes := _codes(tuple(run[:length])):
                parts.append(Meaning(All(node.parts[at : at + length]), codes))
                at += length
                break
        else:
            parts.append(with_meanings(node.parts[at]))
            at += 1
    return All(tuple(parts)) if len(parts) > 1 else parts[0]


def _run(parts: tuple[Node, ...], at: int) -> list[str]:
    run: list[str] = []
    for part in parts[at : at + _LONGEST]:
        words = folded(part.text) if isinstance(part, Word) and not (part.exact or part.prefix or part.fuzzy) else ()
        if len(words) != 1:
            break
        run.append(words[0])
    return run


def _codes(words: tuple[str, ...]) -> tuple[Node, ...]:
    if not 2 <= len(words) <= _LONGEST:
        return ()
    tags = [In("tag", Word(code)) for code in tag_meanings().get(words, ())]
    return (*tags, *(Word(code) for code in acronym_meanings().get(words, ()) if len(folded(code)) == 1))
