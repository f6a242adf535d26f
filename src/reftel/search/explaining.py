"""What was understood of a query, what each part of it finds, and why nothing was found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any as Anything

import msgspec
import tantivy

from reftel.search.compiling import Compiler
from reftel.search.fields import FIELDS
from reftel.search.terms import terms_of
from reftel.search.tree import All, Everything, In, Leaf, Node, Not, Nothing, Word, leaves, said

_NEAREST = 3
_LONGEST = 40  # letters of a word whose neighbours are looked for


class Found(msgspec.Struct, frozen=True):
    """One word, phrase or field of the query, how many records have it, and if none, the nearest that some have."""

    term: str
    count: int
    nearest: tuple[str, ...] = ()


class Explanation(msgspec.Struct, frozen=True):
    """The query as it was understood, in words and as a tree; what each term finds; why nothing was found.

    `named` are the ids of the records whose number the words as a whole are: they come first.
    """

    understood: str
    tree: Node
    terms: tuple[Found, ...]
    why_nothing: str = ""
    named: tuple[str, ...] = ()


def explain(compiler: Compiler, tree: Node, total: int, filters: tuple[str, ...] = ()) -> Explanation:
    """The explanation of a query that found `total`; `filters` are what had to hold besides, in words."""
    ends = {said(_whole(field, leaf)): (field, leaf) for field, leaf in leaves(tree)}
    terms = tuple(_found(compiler, term, field, leaf) for term, (field, leaf) in ends.items())
    why = "" if total else _why(compiler, tree, terms, filters)
    words = [] if isinstance(tree, Everything) and filters else [said(tree)]
    return Explanation(" AND ".join([*words, *filters]), tree, terms, why)


def _whole(field: str, leaf: Leaf) -> Node:
    return In(field, leaf) if field else leaf


def _found(compiler: Compiler, term: str, field: str, leaf: Leaf) -> Found:
    count = _count(compiler, _whole(field, leaf))
    scored = not field or FIELDS[field].scored
    near = tuple(_nearest(compiler.searcher, leaf)) if not count and scored and isinstance(leaf, Word) else ()
    return Found(term, count, near)


def _count(compiler: Compiler, node: Node) -> int:
    compiler.archive.go_on()
    return int(compiler.searcher.search(compiler.node(node), 1).count)


def _why(compiler: Compiler, tree: Node, terms: tuple[Found, ...], filters: tuple[str, ...]) -> str:
    parts = tree.parts if isinstance(tree, All) else (tree,)
    empty = [one for one in parts if not isinstance(one, Not) and not _count(compiler, one)]
    if isinstance(tree, Nothing):
        return ""
    if empty:
        return "; ".join(_nowhere(said(one), terms) for one in empty)
    for at, part in enumerate(parts if len(parts) > 1 else ()):
        rest = All((*parts[:at], *parts[at + 1 :]))
        if count := _count(compiler, rest if len(rest.parts) > 1 else rest.parts[0]):
            return f"without {said(part)} there would be {count:,}"
    if filters and (count := _count(compiler, tree)):
        return f"without {' and '.join(filters)} there would be {count:,}"
    return "each part stands somewhere, but nowhere all of them together"


def _nowhere(term: str, terms: tuple[Found, ...]) -> str:
    near = next((one.nearest for one in terms if one.term == term), ())
    return f"no record has {term}" + (f"; nearest are {', '.join(near)}" if near else "")


def _nearest(searcher: Anything, leaf: Word) -> Iterator[str]:
    """The terms nearest by letters, those in more records first."""
    terms = terms_of(leaf.text)
    if len(terms) != 1 or not 2 < len(terms[0][1]) <= _LONGEST:
        return
    term = terms[0][1]
    known = dict(searcher.terms_with_prefix("text", term[0], tantivy.Query.all_query(), None))
    from rapidfuzz import process  # noqa: PLC0415 - for what is misspelt only
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    near = process.extract(term, list(known), scorer=OSA.distance, score_cutoff=2, limit=50)
    for one, _, _ in sorted(near, key=lambda hit: (hit[1], -known[hit[0]]))[:_NEAREST]:
        yield one
