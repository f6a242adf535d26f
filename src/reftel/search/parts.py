"""Words of one part of a record, a summary or a comment, are looked for in the texts.

The index holds all words of a record as one: an index of the parts beside it would make the build a tenth longer, for
questions that are asked now and then. What it finds is held against the texts instead, some tens of thousands a second, and
the answer is kept while the archive is open.
"""

from __future__ import annotations

import re
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
import tantivy

from reftel.archive import Archive
from reftel.archive.packing import decompress, unpack
from reftel.finding import Span
from reftel.search.layout import analyser, stemmed
from reftel.search.tree import Leaf, Phrase, Word, in_any_form

_PAGE = 500
_KEPT = 64  # answers
_RECORDS = "SELECT row, text, record FROM content WHERE row IN ({})"
Stands = Callable[[str], bool]
# The answers of each open archive, and of how many records they are.
_answers: WeakKeyDictionary[Archive, tuple[int, OrderedDict[tuple[str, Leaf], array[int]]]] = WeakKeyDictionary()


class _Parts(msgspec.Struct, frozen=True):
    """As much of a stored cable as is needed here."""

    summary: tuple[Span, ...] = ()
    comments: tuple[Span, ...] = ()


def rows_where(archive: Archive, searcher: Any, field: str, leaf: Leaf, query: tantivy.Query) -> array[int] | None:
    """The rows, of those that `query` finds, in which `leaf` stands in the part called `field`; None for all."""
    if not analyser().analyze(leaf.text):
        return None
    held = _answers.get(archive)
    if held is None or held[0] != searcher.num_docs:
        held = _answers[archive] = (int(searcher.num_docs), OrderedDict())
    answers = held[1]
    found = answers.pop((field, leaf), None)
    if found is None:
        found = array("q", _checked(archive, _found(searcher, query), field, leaf))
    answers[field, leaf] = found
    while len(answers) > _KEPT:
        answers.popitem(last=False)
    return found


def _found(searcher: Any, query: tantivy.Query) -> list[int]:
    count = searcher.search(query, 1).count
    if not count:
        return []
    hits = searcher.search(query, count, count=False, order_by_field="row", order=tantivy.Order.Asc).hits
    return [row for row, _ in hits]


def _checked(archive: Archive, rows: list[int], field: str, leaf: Leaf) -> Iterator[int]:
    for start in range(0, len(rows), _PAGE):
        yield from _in_parts(archive, rows[start : start + _PAGE], field, leaf)


def _in_parts(archive: Archive, page: list[int], field: str, leaf: Leaf) -> Iterator[int]:
    stands = as_written(leaf) if leaf.exact else as_indexed(leaf)
    for row, text, record in archive.ask(_RECORDS.format(", ".join("?" * len(page))), page):
        parts = unpack(decompress(record), _Parts)
        spans = parts.summary if field == "summary" else parts.comments
        whole = decompress(text).decode("utf-8", "surrogatepass") if spans else ""
        if any(stands(span.of(whole).encode("utf-8", "replace").decode("utf-8")) for span in spans):
            yield row


def as_written(leaf: Leaf) -> Stands:
    """Whether the words of `leaf` stand in a text side by side, as they are written but for case and accents."""
    words = analyser().analyze(leaf.text)
    pattern = re.compile(r"(?<![a-z0-9])" + r"[^a-z0-9]+".join(map(re.escape, words)) + r"(?![a-z0-9])")
    rarest, row = max(words, key=len), f" {' '.join(words)} "

    def stands(text: str) -> bool:
        if text.isascii():
            lower = text.lower()
            return rarest in lower and pattern.search(lower) is not None
        return row in f" {' '.join(analyser().analyze(text))} "

    return stands


def as_indexed(leaf: Leaf) -> Stands:
    """Whether `leaf` stands in a text as the index would find it there: in any form, or as it is written."""
    stands = _compared(leaf, stemmed() if in_any_form(leaf) else analyser())
    heads = [] if isinstance(leaf, Word) and (leaf.prefix or leaf.fuzzy) else _heads(leaf)

    def quickly(text: str) -> bool:
        lower = text.lower() if text.isascii() else ""
        return (not lower or all(head in lower for head in heads)) and stands(text)

    return quickly


def _heads(leaf: Leaf) -> list[str]:
    """How every form of its longer words begins: only short words have stems that begin otherwise."""
    terms = stemmed().analyze(leaf.text)
    terms = terms[:-1] if leaf.text.endswith("*") else terms
    return [term[:-1] for term in terms if len(term) > 4 and not term.isdigit()]


def _compared(leaf: Leaf, make: Any) -> Stands:
    """Whether `leaf` stands in a text, both made terms by `make`."""

    def terms_of(text: str) -> list[str]:
        return [_number(term) for term in make.analyze(text)]

    terms, begins = terms_of(leaf.text), (analyser().analyze(leaf.text) or [""])[-1]
    if isinstance(leaf, Word) and len(terms) == 1 and leaf.fuzzy:
        from rapidfuzz.distance import OSA  # noqa: PLC0415 - for near spellings only

        most = leaf.fuzzy
        return lambda text: (
            any(OSA.distance(one, begins, score_cutoff=most) <= most for one in analyser().analyze(text))
            or terms[0] in terms_of(text)
        )
    if isinstance(leaf, Word) and len(terms) == 1 and leaf.prefix:
        return lambda text: any(one.startswith(begins) for one in analyser().analyze(text))
    if isinstance(leaf, Phrase) and leaf.text.endswith("*") and len(terms) > 1:
        return lambda text: _stands(terms[:-1], terms_of(text), begins)
    if isinstance(leaf, Phrase) and leaf.near:
        return lambda text: _near(terms, terms_of(text), leaf.near)
    return lambda text: _stands(terms, terms_of(text))


def _number(term: str) -> str:
    return term.lstrip("0") or "0" if term.isdigit() else term


def _stands(terms: list[str], text: list[str], begins: str = "") -> bool:
    """Whether `terms` stand side by side, and behind them, where it is wanted, a word that begins so."""
    length = len(terms)
    if length == 1 and not begins:
        return terms[0] in text
    return any(
        text[at : at + length] == terms and "".join(text[at + length : at + length + 1]).startswith(begins)
        for at, one in enumerate(text)
        if one == terms[0]
    )


def _near(terms: list[str], text: list[str], near: int) -> bool:
    """Whether all `terms` stand in a stretch with at most `near` other words."""
    length, wanted = len(terms) + near, set(terms)
    return any(wanted <= set(text[at : at + length]) for at, one in enumerate(text) if one in wanted)
