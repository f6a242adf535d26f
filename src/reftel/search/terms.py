"""Terms of words: in all their forms, by their beginnings, nearly spelled; numbers with and without leading zeros."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import permutations, product
from math import prod
from typing import Any

import tantivy

from reftel.search.fields import either
from reftel.search.forms import any_form, forms_of
from reftel.search.layout import analyser, schema
from reftel.search.tree import Leaf, Phrase, Word, in_any_form

Terms = tuple[tuple[int, str], ...]  # terms with their positions
_LONGEST_NUMBER = 8  # digits to which a serial is filled up with zeros
_MOST_TURNED = 3  # words that are looked for in every order
_MOST_SPELLINGS = 64  # of one phrase
_SPECIAL = re.compile(r"([\\.+*?()|\[\]{}^$#&\-~/@\"])")


def terms_of(text: str) -> Terms:
    """The terms of `text` as the index has them."""
    return tuple((token.position, token.text) for token in analyser().pre_tokenize(text).tokens)


def word_query(searcher: Any, field: str, leaf: Leaf) -> tantivy.Query:
    """What finds `leaf` in a text field, scored."""
    if isinstance(leaf, Word) and (leaf.prefix or leaf.fuzzy):
        return _open_word(searcher, field, leaf)
    terms = terms_of(leaf.text)
    if not terms:
        return tantivy.Query.empty_query()
    if isinstance(leaf, Phrase) and leaf.text.endswith("*") and len(terms) > 1:
        return tantivy.Query.phrase_prefix_query(schema(), field, list(terms))
    if len(terms) == 1 and in_any_form(leaf) and not terms[0][1].isdigit():
        return any_form(searcher, field, terms[0][1])
    near = leaf.near if isinstance(leaf, Phrase) else 0
    return either([_fixed(field, spelling, near) for spelling in _spellings(searcher, field, terms, leaf)])


def stands_somewhere(searcher: Any, field: str, leaf: Leaf) -> bool:
    """Whether `field` has every word of `leaf` in some record; two records may have them."""
    spellings = [_choices(searcher, field, term, leaf) for _, term in terms_of(leaf.text)]
    return all(any(searcher.doc_freq(field, one) for one in several) for several in spellings)


def _fixed(field: str, terms: Terms, near: int) -> tantivy.Query:
    if len(terms) == 1:
        return tantivy.Query.term_query(schema(), field, terms[0][1])
    # The index wants words in an order; to turn two of them round costs as much as two words between them.
    places, words = zip(*terms, strict=True)
    orders = dict.fromkeys(permutations(words)) if near and len(words) <= _MOST_TURNED else [words]
    whole: list[list[str | tuple[int, str]]] = [list(zip(places, one, strict=True)) for one in orders]
    return either([tantivy.Query.phrase_query(schema(), field, one, slop=near) for one in whole])


def _open_word(searcher: Any, field: str, leaf: Word) -> tantivy.Query:
    terms = terms_of(leaf.text)
    if len(terms) != 1:
        return tantivy.Query.phrase_query(schema(), field, list(terms)) if terms else either([])
    word = terms[0][1]
    if leaf.fuzzy:
        near = tantivy.Query.fuzzy_term_query(schema(), field, word, distance=leaf.fuzzy)
        return either([any_form(searcher, field, word), near])
    return tantivy.Query.regex_query(schema(), field, f"{literal(word)}.*")


def literal(text: str) -> str:
    """`text` for a pattern of the index, every sign meaning itself."""
    return _SPECIAL.sub(r"\\\1", text)


def _spellings(searcher: Any, field: str, terms: Terms, leaf: Leaf) -> Iterable[Terms]:
    """`terms` in every spelling that will do and that the index has, the commonest where those are too many."""
    choices = [list(_choices(searcher, field, term, leaf)) for _, term in terms]
    while prod(map(len, choices)) > _MOST_SPELLINGS:
        max(choices, key=len).pop()
    places = [at for at, _ in terms]
    return [tuple(zip(places, spelling, strict=True)) for spelling in product(*choices)]


def _choices(searcher: Any, field: str, term: str, leaf: Leaf) -> Sequence[str]:
    """The spellings of one term: its forms where any will do; a number filled with zeros, or without them."""
    if term.isdigit() and not leaf.exact:
        return _numbers(searcher, field, term)
    if in_any_form(leaf):
        return [form.text for form in forms_of(searcher, field, term)] or [term]
    return [term]


def _numbers(searcher: Any, field: str, term: str) -> list[str]:
    if not term.isascii() or len(term) > _LONGEST_NUMBER:
        return [term]
    bare = term.lstrip("0") or "0"
    filled = [bare.zfill(length) for length in range(len(bare), _LONGEST_NUMBER + 1)]
    return [one for one in filled if searcher.doc_freq(field, one)] or [term]
