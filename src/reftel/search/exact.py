"""Words exactly as they are written. The index holds stems; what they find is held against the texts themselves.

An index of unstemmed words beside the stems would make the whole build half as long again, for a question that is asked
now and then: the texts of what the stem finds are read instead, some forty thousand a second.
"""

from __future__ import annotations

import re
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

import tantivy

from reftel.archive import Archive
from reftel.archive.packing import decompress
from reftel.search.layout import unstemmed
from reftel.search.tree import Leaf

_PAGE = 500
_KEPT = 64  # answers
_answers: OrderedDict[tuple[str, int, str, Leaf], array[int]] = OrderedDict()


def rows_as_written(archive: Archive, searcher: Any, field: str, leaf: Leaf, query: tantivy.Query) -> array[int] | None:
    """The rows, of those that `query` finds, in which `leaf` stands as it is written; None where all are."""
    words = unstemmed().analyze(leaf.text)
    if not words:
        return None
    key = (str(archive.path), int(searcher.num_docs), field, leaf)
    if key not in _answers:
        _answers[key] = array("q", _checked(archive, _found(searcher, query), field, words))
        while len(_answers) > _KEPT:
            _answers.popitem(last=False)
    _answers.move_to_end(key)
    return _answers[key]


def _found(searcher: Any, query: tantivy.Query) -> list[int]:
    count = searcher.search(query, 1).count
    if not count:
        return []
    hits = searcher.search(query, count, count=False, order_by_field="row", order=tantivy.Order.Asc).hits
    return [row for row, _ in hits]


def _checked(archive: Archive, rows: list[int], field: str, words: list[str]) -> Iterator[int]:
    stands = standing(words)
    pages = (rows[start : start + _PAGE] for start in range(0, len(rows), _PAGE))
    if field == "text":
        for page in pages:
            marks = ", ".join("?" * len(page))
            fetched = archive.ask(
                f"SELECT row, text, subject FROM content JOIN release USING (row) WHERE row IN ({marks})", page
            )
            yield from (
                row
                for row, text, subject in fetched
                if stands(decompress(text).decode("utf-8", "replace")) or stands(subject)
            )
        return
    for page in pages:
        for stored in archive.rows(page):
            facts, text = stored.facts, stored.release.text
            spans = {"summary": facts.summary, "comment": facts.comments}.get(field, ())
            if any(stands(one) for one in ([span.of(text) for span in spans] if spans else [facts.subject])):
                yield stored.row


def standing(words: list[str]) -> Callable[[str], bool]:
    """Whether `words`, folded, stand in a text side by side, as they are written but for case and accents."""
    pattern = re.compile(r"(?<![a-z0-9])" + r"[^a-z0-9]+".join(map(re.escape, words)) + r"(?![a-z0-9])")
    rarest, row = max(words, key=len), f" {' '.join(words)} "

    def stands(text: str) -> bool:
        if text.isascii():
            lower = text.lower()
            return rarest in lower and pattern.search(lower) is not None
        return row in f" {' '.join(unstemmed().analyze(text.encode('utf-8', 'replace').decode('utf-8')))} "

    return stands
