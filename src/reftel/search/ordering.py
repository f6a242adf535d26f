"""The hits in an order, a page at a time. A page begins behind the last hit of the one before, wherever that was.

Every order ends in time and row, so that no two hits are equal and pages neither repeat nor leave out a hit.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import tantivy

from reftel.archive import Archive
from reftel.errors import NoCursor, QueryError
from reftel.search.facets import Counting
from reftel.search.index import Index
from reftel.search.layout import ALL_TIME, UNDATED, columns, schema

SORTS = ("relevance", "oldest", "newest", "post", "citations")
_MOVING = ("relevance", "citations")  # what is added may change the place of what was there
Placed = tuple[int, float]  # row and score
_MUST = tantivy.Occur.Must
_ROW = 0xFFFF_FFFF  # the low half of a time key
_CITED = """SELECT name.row, sum(times) FROM
            (SELECT target, count(DISTINCT row) AS times FROM reference WHERE target <> '' GROUP BY target)
            JOIN name ON name.id = target GROUP BY name.row"""


_DEEPEST = 1 << 40
_SPARE = 32  # hits asked for beyond those wanted, so that equal scores seldom ask twice
_REACH = 1024  # hits looked through at first for those of one score


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ended: the order, how many hits lie before, how many there are in all, and the last one's place.

    `records` is how many there were in the archive: scores weigh words by it.
    """

    sort: str
    depth: int
    total: int
    first: float = 0.0
    name: str = ""
    time: int = 0
    records: int = 0

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(msgspec.msgpack.encode(self)).decode().rstrip("=")


_CURSORS = msgspec.msgpack.Decoder(Cursor)


def read_cursor(text: str, sort: str) -> Cursor | None:
    """The cursor that was written so; None for no text. NoCursor for what is none of this order."""
    if not text:
        return None
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        cursor = _CURSORS.decode(data)
    except (msgspec.MsgspecError, binascii.Error, ValueError) as error:
        raise NoCursor("this is no cursor", hint="take it from the page before, or leave it out") from error
    if not (
        0 <= cursor.depth <= _DEEPEST and cursor.total <= _DEEPEST and cursor.first == cursor.first
    ):  # not a number
        raise NoCursor("this is no cursor", hint="take it from the page before, or leave it out")
    if cursor.sort != sort or not 0 <= cursor.time <= ALL_TIME:
        raise NoCursor(f"this cursor is of another order: {cursor.sort[:20]}", hint="leave it out")
    return cursor


class Page(msgspec.Struct, frozen=True):
    """How many hits there are in all, those of this page, and the cursor to the next; empty at the end."""

    total: int
    placed: tuple[Placed, ...]
    cursor: str = ""


class Ordering:
    """One query's hits in one order."""

    def __init__(self, archive: Archive, index: Index, query: tantivy.Query, sort: str) -> None:
        self._archive, self._query, self._sort = archive, query, sort
        self._index, self._searcher = index, index.searcher()
        self._keys: dict[str, Callable[[Cursor, int], list[Cursor]]] = {
            "relevance": self._by_score,
            "oldest": self._oldest,
            "newest": self._newest,
            "post": self._by_post,
            "citations": self._by_citations,
        }
        self._counted: int | None = None
        self._records = int(self._searcher.num_docs)

    def page(self, limit: int, after: Cursor | None = None) -> Page:
        """The next `limit` hits behind `after`."""
        start = after or Cursor(self._sort, 0, -1)
        if after and self._sort in _MOVING and after.records != self._records:
            what = "the archive has grown since the page before, and the order may have changed"
            raise QueryError(what, hint="begin again, or sort by date")
        found = self._keys[self._sort](start, limit + 1) if limit else []
        total = start.total if after else self._total()
        shown = found[:limit]
        more = len(found) > limit
        last = msgspec.structs.replace(shown[-1], total=total, records=self._records) if more and shown else ""
        cursor = str(last)
        scored = self._sort == "relevance"
        return Page(total, tuple((one.time & _ROW, one.first if scored else 0.0) for one in shown), cursor)

    def every(self, size: int) -> Iterator[tuple[Placed, ...]]:
        """All hits, `size` at a time."""
        if self._sort in ("relevance", "citations"):  # weighed all together: once, not once a page
            whole = self.page(max(self._total(), 1)).placed
            yield from (whole[start : start + size] for start in range(0, len(whole), size))
            return
        after = None
        while True:
            page = self.page(size, after)
            yield page.placed
            after = read_cursor(page.cursor, self._sort)
            if after is None:
                return

    def _total(self) -> int:
        if self._counted is None:
            self._counted = int(self._searcher.search(self._query, 1).count)
        return self._counted

    def _by_score(self, after: Cursor, limit: int) -> list[Cursor]:
        order = self._best(after.depth + limit + 1)
        if after.depth:
            order = [one for one in order if one > (-after.first, after.time)]
        return [
            Cursor("relevance", after.depth + at, -1, -negative, "", time)
            for at, (negative, time) in enumerate(order[:limit], 1)
        ]

    def _best(self, wanted: int) -> list[tuple[float, int]]:
        """Score, negative, and time of the first hits, in order: all but the last of `wanted` are sure to be the first.

        Equal scores that straddle the end are put in order too, so that ten hits are always the first ten of a hundred.
        """
        for many in (min(wanted + _SPARE, self._records + 1), min((wanted + _SPARE) * 8, self._records + 1)):
            found = self._searcher.search(self._query, many)
            self._counted, hits = int(found.count), found.hits
            if len(hits) < many:
                return self._in_order(hits)
            level = hits[-1][0]
            if hits[max(wanted - 2, 0)][0] != level:  # what scores more than the last is all here
                return self._in_order([one for one in hits if one[0] != level])
        first = self._in_order([one for one in hits if one[0] > level])
        missing = wanted - len(first)
        return first + [(-level, time) for time in self._scoring(level, missing)] if missing > 0 else first

    def _in_order(self, hits: list[Any]) -> list[tuple[float, int]]:
        times = self._searcher.fast_field_values("time", [address for _, address in hits])
        return sorted(zip((-score for score, _ in hits), times, strict=True))

    def _scoring(self, level: float, wanted: int) -> list[int]:
        """The first times of hits with just this score, `wanted` of them.

        A word that stands once in most records gives thousands the same score. Not all of them are fetched to find the
        earliest: hits are looked through from the first date on, until enough have the score.
        """
        reach = _REACH
        while reach < self._total():
            last = self._in_time(self._query, 0, ALL_TIME, reach)[-1]
            early = tantivy.Query.const_score_query(_between(0, last), 0.0)
            query = tantivy.Query.boolean_query([(_MUST, self._query), (_MUST, early)])
            hits = [one for one in self._searcher.search(query, reach).hits if one[0] == level]
            if len(hits) >= wanted:
                return [time for _, time in self._in_order(hits)][:wanted]
            reach *= 8
        hits = [one for one in self._searcher.search(self._query, self._total()).hits if one[0] == level]
        return [time for _, time in self._in_order(hits)][:wanted]

    def _oldest(self, after: Cursor, limit: int) -> list[Cursor]:
        low = after.time + 1 if after.depth else 0
        return self._cursors(after, self._in_time(self._query, low, ALL_TIME, limit))

    def _newest(self, after: Cursor, limit: int) -> list[Cursor]:
        """From the last date to the first; those without a date come last here too."""
        times: list[int] = []
        if not after.depth or after.time < UNDATED:
            high = after.time - 1 if after.depth else UNDATED - 1
            times = self._in_time(self._query, 0, high, limit, order=tantivy.Order.Desc)
        if len(times) < limit:
            low = after.time + 1 if after.depth and after.time >= UNDATED else UNDATED
            times += self._in_time(self._query, low, ALL_TIME, limit - len(times))
        return self._cursors(after, times)

    def _by_post(self, after: Cursor, limit: int) -> list[Cursor]:
        """Post by post in the order of their names, those without one last, and in each by time."""
        found: list[Cursor] = []
        counted = Counting(self._archive, self._index, self._query).facets(("post",))["post"]
        names = sorted(one.value for one in counted)
        for name in [*names, "\U0010ffff"]:
            if after.depth and name < after.name:
                continue
            low = after.time + 1 if after.depth and name == after.name else 0
            times = self._in_time(self._of_post(name), low, ALL_TIME, limit - len(found))
            found += self._cursors(after, times, name, len(found))
            if len(found) >= limit:
                break
        return found

    def _of_post(self, name: str) -> tantivy.Query:
        if name == "\U0010ffff":
            none = tantivy.Query.range_query(schema(), columns("post")[0], tantivy.FieldType.Unsigned, 0, 0)
            return tantivy.Query.boolean_query([(_MUST, self._query), (_MUST, none)])
        post = tantivy.Query.term_query(schema(), "post", name, index_option="basic")
        return tantivy.Query.boolean_query([(_MUST, self._query), (_MUST, post)])

    def _by_citations(self, after: Cursor, limit: int) -> list[Cursor]:
        """The most cited first: each citing release counts once, those that cite without a year as they were read."""
        times = self._in_time(self._query, 0, ALL_TIME, max(self._total(), 1))
        cited = dict(self._archive.ask(_CITED))
        order = sorted((-cited.get(time & _ROW, 0), time) for time in times)
        if after.depth:
            order = [one for one in order if one > (-after.first, after.time)]
        return [
            Cursor("citations", after.depth + at, -1, float(-negative), "", time)
            for at, (negative, time) in enumerate(order[:limit], 1)
        ]

    def _in_time(
        self, query: tantivy.Query, low: int, high: int, limit: int, *, order: Any = tantivy.Order.Asc
    ) -> list[int]:
        """The time keys from `low` to `high`, both included, of what `query` finds."""
        if limit <= 0 or low > high:
            return []
        if low > 0 or high < ALL_TIME:
            query = tantivy.Query.boolean_query([(_MUST, query), (_MUST, _between(low, high))])
        uncounted = query is self._query and self._counted is None
        found = self._searcher.search(
            query, min(limit, self._records + 1), count=uncounted, order_by_field="time", order=order
        )
        if uncounted:
            self._counted = int(found.count)
        return [time for time, _ in found.hits]

    def _cursors(self, after: Cursor, times: list[int], name: str = "", done: int = 0) -> list[Cursor]:
        return [Cursor(self._sort, after.depth + done + at, -1, 0.0, name, time) for at, time in enumerate(times, 1)]


def _between(low: int, high: int) -> tantivy.Query:
    """What has a time key from `low` to `high`."""
    return tantivy.Query.range_query(schema(), "time", tantivy.FieldType.Unsigned, low, high)
