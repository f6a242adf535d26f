"""More like this: the words that tell most of a record, looked for in the others.

A word tells much where it stands often in the record and in few others. Numbers, months and marks tell nothing: a
telegram's number, its dates and its routing would lead to its neighbours in the files and not in matter. What was
transmitted above the first paragraph is left out but for the subject.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

import tantivy

from reftel.archive import Stored, fullest
from reftel.archive.packing import printable
from reftel.search.fields import Field, register
from reftel.search.forms import any_form, rarity
from reftel.search.layout import analyser, stemmed
from reftel.search.tree import Alike, All, In, Leaf, Node, Not, Nothing, Phrase, Telling, Word
from reftel.search.tree import Any as Either

if TYPE_CHECKING:
    from reftel.search.compiling import Compiler

_MOST_RECORDS = 5  # of one query
_MOST_WORDS = 25
_SHARED = 0.12  # of the words, which another record must have
_LONGEST = 500_000  # characters that are read
_WEIGHED = 3_000  # different words that are looked up
_SUBJECT = 3  # what a word of the subject counts
_SHORTEST = 3  # letters
_COMMON = 0.2  # of the records: a word in more of them tells nothing
_FEW = 10  # records are not many for a word, however few there are in all
_FURNITURE = frozenset(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec "
    "unclassified unclas confidential secret sbu fouo lou noforn paragraph para summary comment quote unquote reftel".split()
)


def with_alikes(compiler: Compiler, node: Node) -> Node:
    """The tree, with each `like:` replaced by the words that it stands for."""
    return _expanded(compiler, node, count(1))


def _expanded(compiler: Compiler, node: Node, number: Iterator[int]) -> Node:
    match node:
        case In(field="like", what=Word() | Phrase() as leaf):
            if next(number) <= _MOST_RECORDS:
                return alike(compiler, leaf)
            compiler.notes.append(f"only the first {_MOST_RECORDS} records of like: were read")
            return Nothing()
        case All():
            return All(tuple(_expanded(compiler, part, number) for part in node.parts))
        case Either():
            return Either(tuple(_expanded(compiler, part, number) for part in node.parts))
        case Not():
            return Not(_expanded(compiler, node.what, number))
        case _:
            return node


def alike(compiler: Compiler, leaf: Leaf) -> Node:
    """What is like the record that `leaf` names; nothing, and a note, where there is none."""
    archive, name = compiler.archive, leaf.text
    found = archive.named(name)
    if not found:
        compiler.notes.append(f"no record is known as {printable(name)[:80]}, so nothing is like it")
        return Nothing()
    longest = fullest(found)
    number = longest.facts.id
    if others := sorted({one.facts.id for one in found} - {number}):
        compiler.notes.append(f"{printable(name)[:80]} is {', '.join([number, *others])}; like: takes {number}")
    own = {longest.row, *(archive.rows_named(number) if number else ())}
    copies = [set(_terms(one.release.text)) for one in archive.rows(sorted(own - {longest.row}))]
    words = tuple(_telling(compiler.searcher, longest, copies))
    return Alike(leaf, number or longest.key, words, tuple(sorted(own)))


def alike_query(compiler: Compiler, node: Alike) -> tantivy.Query:
    """What has enough of the words, best those that have the most telling ones; the record itself is not among them."""
    if not node.words:
        return tantivy.Query.empty_query()
    words = [(tantivy.Occur.Should, _boosted(compiler, one)) for one in node.words]
    enough = math.ceil(len(words) * _SHARED)
    return tantivy.Query.boolean_query(
        [
            (tantivy.Occur.Must, tantivy.Query.boolean_query(words, minimum_number_should_match=enough)),
            (tantivy.Occur.MustNot, compiler.rows(node.left_out)),
        ]
    )


def _boosted(compiler: Compiler, one: Telling) -> tantivy.Query:
    return tantivy.Query.boost_query(compiler.words("text", Word(one.word)), _often(one.times))


def _often(times: int) -> float:
    return 1 + math.log(times)


def _telling(searcher: Any, stored: Stored, copies: Sequence[set[str]]) -> Iterator[Telling]:
    times, spelled = _counted(stored)
    records, weighed = int(searcher.num_docs), []
    for term, often in times.most_common(_WEIGHED):
        having = max(int(searcher.doc_freq("text", word)) for word in spelled[term])
        own = 1 + sum(term in copy for copy in copies)
        if own < having <= max(_FEW, records * _COMMON):  # else it leads nowhere, or everywhere
            # Rare words that stand here once are often slips of the pen: they come after those that come back.
            weight = _often(often) * rarity(having, records)
            weighed.append((often == 1, -weight, term, often, having))
    for _, _, term, often, _ in sorted(weighed)[:_MOST_WORDS]:
        word = spelled[term].most_common(1)[0][0]
        yield Telling(word, often, int(searcher.search(any_form(searcher, "text", word), 1).count))


def _counted(stored: Stored) -> tuple[Counter[str], dict[str, Counter[str]]]:
    """How often each term stands in the record, and the words that became it."""
    times: Counter[str] = Counter()
    spelled: dict[str, Counter[str]] = {}
    for text, weight in _passages(stored):
        plain = printable(text[:_LONGEST])
        for term, word in zip(stemmed().analyze(plain), analyser().analyze(plain), strict=True):
            if len(word) >= _SHORTEST and word.isalpha() and word not in _FURNITURE:
                times[term] += weight
                spelled.setdefault(term, Counter())[word] += 1
    return times, spelled


def _terms(text: str) -> list[str]:
    return stemmed().analyze(printable(text[:_LONGEST]))


def _passages(stored: Stored) -> Iterator[tuple[str, int]]:
    from reftel.cable import Cable  # noqa: PLC0415 - large, and for this question only

    text, record = stored.release.text, stored.record
    yield stored.facts.subject, _SUBJECT
    blocks = record.blocks if isinstance(record, Cable) else ()
    body = blocks[0].span.start if blocks else 0
    yield text[body:], 1


def _like(compiler: Compiler, leaf: Leaf) -> tantivy.Query:
    return compiler.node(alike(compiler, leaf))


register(Field("like", "what is like this one, by its most telling words", "like:07MARENGO212", _like, scored=True))
