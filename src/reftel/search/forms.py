"""The forms of a word that an index has: it holds words as they are written, and they are brought together when asked for.

Reducing every word of a collection to its stem would take a third of the time of building its index, and lose how the words
were written. All words with one stem begin alike (below), so those that an index has are found in its sorted list of terms.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec
import tantivy

from reftel.search.fields import either
from reftel.search.layout import schema, stemmed

_MOST_FORMS = 32  # of one word, the most frequent first
_SHORT = 2  # letters of a stem with which too many words begin: its forms are made, and looked up
_ENDINGS = "s e es ed d ing ings er ly y ies ied ying".split()


class Form(msgspec.Struct, frozen=True):
    """One word as it is written in an index, and how many records have it."""

    text: str
    count: int


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The English stem of a word in small letters; the word itself where it has none."""
    terms = stemmed().analyze(word)
    return terms[0] if len(terms) == 1 else word


def beginnings(stem_: str) -> tuple[str, ...]:
    """With which letters every word begins that has this stem (`negoti`, `countr`, `mak`): the stem, or its last letter changed.

    An y became an i, an e is put behind what lost -ing, -ying became -ie, -ility became -bl, and skies are of the sky: the
    rules of the English Snowball stemmer.
    """
    head, last = stem_[:-1], stem_[-1:]
    changed = {"i": ("y",), "e": ("ing",), "y": ("ies",), "l": ("ilit",) if stem_.endswith("bl") else ()}.get(last, ())
    dying = (head[:-1] + "ying",) if stem_.endswith("ie") else ()
    return (stem_, *(head + one for one in changed), *dying)


def forms_of(searcher: Any, field: str, word: str) -> tuple[Form, ...]:
    """All words that `field` has in the index with the stem of `word`, the most frequent first; none where it has none."""
    if word.isdigit() or not word.isascii():
        count = int(searcher.doc_freq(field, word))
        return (Form(word, count),) if count else ()
    return _forms(searcher, field, stem(word))


def _forms(searcher: Any, field: str, stem_: str) -> tuple[Form, ...]:
    found = _short_forms(searcher, field, stem_) if len(stem_) <= _SHORT else _long_forms(searcher, field, stem_)
    return tuple(sorted(found, key=lambda form: (-form.count, form.text))[:_MOST_FORMS])


def _short_forms(searcher: Any, field: str, stem_: str) -> Iterator[Form]:
    heads = {stem_, stem_[:-1], stem_ + stem_[-1:]}
    for word in {head + ending for head in heads for ending in ("", *_ENDINGS)}:
        if word and stem(word) == stem_ and (count := int(searcher.doc_freq(field, word))):
            yield Form(word, count)


def _long_forms(searcher: Any, field: str, stem_: str) -> Iterator[Form]:
    for beginning in beginnings(stem_):
        for word, count in searcher.terms_with_prefix(field, beginning, None, None):
            if word.isascii() and not word.isdigit() and stem(word) == stem_:
                yield Form(word, int(count))


def any_form(searcher: Any, field: str, word: str) -> tantivy.Query:
    """What has `word` in one of its forms. Each counts as the commonest does: a rare form is no rarer a word."""
    forms = forms_of(searcher, field, word)
    if len(forms) <= 1:
        return tantivy.Query.term_query(schema(), field, forms[0].text if forms else word)
    records = int(searcher.num_docs)
    whole = rarity(min(sum(form.count for form in forms), records), records)
    return either([_weighed(field, form, whole / rarity(form.count, records)) for form in forms])


def _weighed(field: str, form: Form, weight: float) -> tantivy.Query:
    return tantivy.Query.boost_query(tantivy.Query.term_query(schema(), field, form.text), weight)


def rarity(having: int, records: int) -> float:
    """The weight that BM25 gives a word by how many records have it."""
    return math.log(1 + (records - having + 0.5) / (having + 0.5))
