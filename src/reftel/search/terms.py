"""Terms of words: in all their forms, by their beginnings, nearly spelled; numbers with and without leading zeros."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice, product
from typing import Any

import tantivy

from reftel.search.fields import either
from reftel.search.layout import analyser, schema
from reftel.search.tree import Leaf, Phrase, Word

Terms = tuple[tuple[int, str], ...]  # terms with their positions
_LONGEST_NUMBER = 8  # digits to which a serial is filled up with zeros
_MOST_SPELLINGS = 16  # of one phrase
_SPECIAL = re.compile(r"([\\.+*?()|\[\]{}^$#&\-~/@<>\"])")


def terms_of(text: str) -> Terms:
    """The terms of `text` as the index has them."""
    return tuple((token.position, token.text) for token in analyser().pre_tokenize(text).tokens)


def word_query(searcher: Any, field: str, leaf: Leaf) -> tantivy.Query:
    """What finds `leaf` in a text field, scored."""
    if isinstance(leaf, Word) and (leaf.prefix or leaf.fuzzy):
        return _open_word(field, leaf)
    terms = terms_of(leaf.text)
    near = leaf.near if isinstance(leaf, Phrase) else 0
    if not terms:
        return tantivy.Query.empty_query()
    if isinstance(leaf, Phrase) and leaf.text.endswith("*") and len(terms) > 1:
        return tantivy.Query.phrase_prefix_query(schema(), field, list(terms))
    return either([_fixed(field, spelling, near) for spelling in _spellings(searcher, field, terms)])


def _fixed(field: str, terms: Terms, near: int) -> tantivy.Query:
    if len(terms) == 1:
        return tantivy.Query.term_query(schema(), field, terms[0][1])
    return tantivy.Query.phrase_query(schema(), field, list(terms), slop=near)


def _open_word(field: str, leaf: Word) -> tantivy.Query:
    """Beginnings and near spellings are compared with the stems that the index holds; a word's own stem counts as well."""
    terms = [term for _, term in terms_of(leaf.text)]
    if len(terms) != 1:
        return tantivy.Query.phrase_query(schema(), field, list(terms_of(leaf.text))) if terms else either([])
    own = tantivy.Query.term_query(schema(), field, terms[0])
    if leaf.fuzzy:
        near = tantivy.Query.fuzzy_term_query(schema(), field, terms[0], distance=leaf.fuzzy)
        return either([own, near])
    begins = "".join(token for token in _bare(leaf.text))
    return either([own, tantivy.Query.regex_query(schema(), field, f"{literal(begins)}.*")])


def _bare(text: str) -> Iterator[str]:
    """`text` folded as terms are, without the stem."""
    from reftel.search.layout import unstemmed  # noqa: PLC0415 - made only when it is needed

    yield from unstemmed().analyze(text)


def literal(text: str) -> str:
    """`text` for a pattern of the index, every sign meaning itself."""
    return _SPECIAL.sub(r"\\\1", text)


def _spellings(searcher: Any, field: str, terms: Terms) -> Iterable[Terms]:
    """`terms`, and with each number filled with zeros, or without them, as far as the index has it so."""
    if not any(term.isdigit() for _, term in terms):
        return (terms,)
    choices = [[(at, one) for one in _numbers(searcher, field, term)] for at, term in terms]
    return list(islice(product(*choices), _MOST_SPELLINGS))


def _numbers(searcher: Any, field: str, term: str) -> list[str]:
    if not (term.isdigit() and term.isascii()) or len(term) > _LONGEST_NUMBER:
        return [term]
    bare = term.lstrip("0") or "0"
    filled = [bare.zfill(length) for length in range(len(bare), _LONGEST_NUMBER + 1)]
    return [one for one in filled if searcher.doc_freq(field, one)] or [term]
