"""From the tree of a query to a query of the index."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any as Anything

import tantivy

from reftel.archive import Archive
from reftel.search import asking
from reftel.search import rows as _rows  # noqa: F401 - as asking does, it registers fields
from reftel.search.alike import alike_query
from reftel.search.fields import FIELDS, Kind, either
from reftel.search.layout import PARTS, schema
from reftel.search.parts import rows_where
from reftel.search.terms import stands_somewhere, word_query
from reftel.search.tree import (
    Alike,
    All,
    Any,
    Everything,
    In,
    Leaf,
    Meaning,
    Node,
    Not,
    Nothing,
    Phrase,
    Word,
    leaves,
    wanted,
)

Make = Callable[["Compiler", Leaf], tantivy.Query]
_SUBJECT = 3.0  # what a word in the subject counts more
_FEW = 64  # rows
_CODE = 0.1  # what a code counts whose meaning was asked for
_MUST, _MUST_NOT, _SHOULD = tantivy.Occur.Must, tantivy.Occur.MustNot, tantivy.Occur.Should


class Compiler:
    """Makes queries for one archive and its index; `notes` are sentences on what was not taken as it was written."""

    def __init__(self, archive: Archive, searcher: Anything) -> None:
        self.archive, self.searcher = archive, searcher
        self.notes: list[str] = []

    def raised(self, query: tantivy.Query, tree: Node) -> tantivy.Query:
        """`query`, which was made of `tree`, with words that stand in the subject counting more."""
        higher = [(_SHOULD, tantivy.Query.boost_query(one, _SUBJECT)) for one in self._in_subject(tree)]
        return tantivy.Query.boolean_query([(_MUST, query), *higher]) if higher else query

    def node(self, node: Node) -> tantivy.Query:
        """The query of one part of the tree."""
        match node:
            case Word() | Phrase():
                return self.words("text", node)
            case In():
                return self._field(node)
            case All():
                return self._all(node.parts)
            case Any():
                return either([self.node(part) for part in node.parts])
            case Not():
                return self._all((node,))
            case Meaning():
                codes = [tantivy.Query.const_score_query(self.node(code), _CODE) for code in node.codes]
                return either([self.node(node.words), *codes])
            case Alike():
                return alike_query(self, node)
            case Nothing():
                return tantivy.Query.empty_query()
            case Everything():
                return tantivy.Query.all_query()

    def words(self, field: str, leaf: Leaf) -> tantivy.Query:
        """What finds `leaf` in a text field; a word that holds a telegram's number finds the telegram as well."""
        part = field in PARTS
        query = word_query(self.searcher, "text" if part else field, leaf)
        if part:
            holds = tantivy.Query.const_score_query(asking.listed("has", [field]), 0.0)
            query = tantivy.Query.boolean_query([(_MUST, query), (_MUST, holds)])
        if part:
            return self._where(field, leaf, query)
        if field == "text" and isinstance(leaf, Word) and (number := asking.number_in(leaf.text)):
            return either([query, _const(tantivy.Query.term_query(schema(), "id", number, index_option="basic"))])
        return query

    def rows(self, rows: Iterable[int]) -> tantivy.Query:
        """What finds the releases with these numbers."""
        return _const(with_rows(list(rows)))

    def _all(self, parts: tuple[Node, ...]) -> tantivy.Query:
        joined, parts = self._of_one_thing(parts)
        clauses = [(_MUST, query) for query in joined]
        for part in parts:
            if isinstance(part, Not):
                clauses.append((_MUST_NOT, self.node(part.what)))
            else:
                clauses.append((_MUST, self.node(part)))
        if not joined and all(isinstance(part, Not) for part in parts):
            clauses.append((_MUST, tantivy.Query.all_query()))
        return tantivy.Query.boolean_query(clauses)

    def _of_one_thing(self, parts: tuple[Node, ...]) -> tuple[list[tantivy.Query], tuple[Node, ...]]:
        """The queries of parts that must hold together of one thing in a record, and the other parts."""
        kinds: dict[Kind, list[Node]] = {}
        for part in parts:
            if kind := kind_of(part):
                kinds.setdefault(kind, []).append(part)
        groups = {
            kind: ones
            for kind, ones in kinds.items()
            if len(ones) > 1 and not all(isinstance(one, Not) for one in ones)
        }
        taken = {id(one) for ones in groups.values() for one in ones}
        queries = [_const(kind.make(self, All(tuple(ones)))) for kind, ones in groups.items()]
        return queries, tuple(part for part in parts if id(part) not in taken)

    def _field(self, node: In) -> tantivy.Query:
        field = FIELDS[node.field]
        if not isinstance(node.what, Word | Phrase):
            return tantivy.Query.empty_query()
        made = field.make(self, node.what)
        return made if field.scored else _const(made)

    def _in_subject(self, tree: Node) -> list[tantivy.Query]:
        found = []
        for field, leaf in wanted(tree):
            # Looking first is cheap, and what stands in no subject need not be weighed.
            plain = not field and (isinstance(leaf, Phrase) or not (leaf.prefix or leaf.fuzzy))
            if plain and stands_somewhere(self.searcher, "subject", leaf):
                found.append(word_query(self.searcher, "subject", leaf))
        return found

    def _where(self, field: str, leaf: Leaf, query: tantivy.Query) -> tantivy.Query:
        rows = rows_where(self.archive, self.searcher, field, leaf, query)
        return query if rows is None else tantivy.Query.boolean_query([(_MUST, query), (_MUST, self.rows(rows))])


def kind_of(node: Node) -> Kind | None:
    """The kind of thing of which all that `node` asks is asked; None where there is none, or more than one."""
    kinds = {FIELDS[field].of if field else None for field, _ in leaves(node)}
    return kinds.pop() if len(kinds) == 1 else None


def with_rows(rows: list[int]) -> tantivy.Query:
    """What finds the releases with these numbers, scored one way or another."""
    if len(rows) > _FEW:
        return tantivy.Query.term_set_query(schema(), "row", rows)
    # A set is looked up in the whole list of terms, which takes longer than to look up a few.
    return either([tantivy.Query.term_query(schema(), "row", row, index_option="basic") for row in rows])


def _const(query: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, 0.0)
