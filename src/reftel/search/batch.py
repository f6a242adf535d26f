"""Many queries at once: what each finds, and how much of it the others find as well.

Each result is held as one bit for each release of the archive, so that two hundred results of a quarter of a million
cables take six megabytes, and the common part of any two is counted in microseconds. All counts are exact.
"""

from __future__ import annotations

import csv
import io
import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from reftel.archive import Archive
from reftel.archive.packing import printable
from reftel.errors import QueryError
from reftel.search.query import Query, rows_found

MOST = 1_000  # queries of one batch
_LONGEST_NAME = 60
_LONGEST_FILE = 10_000_000  # bytes
_COLUMNS = {
    "query": "words", "words": "words", "search": "words", "q": "words", "name": "name", "label": "name", "post": "post",
    "from": "since", "since": "since", "to": "until", "until": "until", "class": "level", "level": "level",
    "tag": "tags", "tags": "tags",
}  # fmt: skip
_ARMED = re.compile(r"^'(?='*[=+@-])")  # an apostrophe that keeps a spreadsheet from running a cell
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class Named(msgspec.Struct, frozen=True):
    """A query and what it is called."""

    name: str
    query: Query


class Answer(msgspec.Struct, frozen=True):
    """What one query of a batch found.

    `hits` releases, the `first` and `last` of them by when they were sent (ISO 8601, empty where none has a date),
    `undated` without a date, `alone` that no other query of the batch found. `overlaps` are the hits it has in common
    with each other query that has any, by name. `notes` say what was mended in the words, or why they could not be asked.
    """

    name: str
    query: Query
    hits: int
    first: str
    last: str
    undated: int
    alone: int
    overlaps: dict[str, int]
    notes: tuple[str, ...] = ()


class Batch(msgspec.Struct, frozen=True):
    """The answers in the order of the queries, and how many different releases they found together."""

    answers: tuple[Answer, ...]
    together: int


class _Result(msgspec.Struct, frozen=True):
    bits: int
    first: str
    last: str
    undated: int
    notes: tuple[str, ...]


def batch(archive: Archive, queries: Sequence[Named], progress: Callable[[int], None] | None = None) -> Batch:
    """What each of `queries` finds in `archive`, and what they find in common; `progress` is told how many are done."""
    if len(queries) > MOST:
        raise QueryError(f"{len(queries):,} queries are too many at once", hint=f"ask {MOST:,} or fewer")
    undated = _bits(array("I", (row for (row,) in archive.ask("SELECT row FROM release WHERE sent = ''"))))
    results = []
    for done, one in enumerate(queries, 1):
        results.append(_result(archive, one.query, undated))
        if progress:
            progress(done)
    once, seen = 0, 0
    for result in results:
        once, seen = (once | result.bits) & ~(seen & result.bits), seen | result.bits
    common = _overlaps(queries, results)
    answers = [_answer(*each, once) for each in zip(queries, results, common, strict=True)]
    return Batch(tuple(answers), seen.bit_count())


def _result(archive: Archive, query: Query, undated: int) -> _Result:
    if query == Query():  # an empty row of a table is a slip, and no wish for everything
        return _Result(0, "", "", 0, ("nothing was asked",))
    try:
        found = rows_found(archive, query)
    except QueryError as error:
        return _Result(0, "", "", 0, (f"not asked: {error}",))
    bits = _bits(found.rows)
    without = (bits & undated).bit_count()
    dated = len(found.rows) - without
    ends = [_sent(archive, found.rows[at]) for at in (0, dated - 1)] if dated else ["", ""]
    return _Result(bits, ends[0], ends[1], without, found.notes)


def _overlaps(queries: Sequence[Named], results: Sequence[_Result]) -> list[dict[str, int]]:
    """For each query those that share hits with it, in their order, and how many."""
    common: list[dict[str, int]] = [{} for _ in queries]
    for at, result in enumerate(results):
        for other in range(at + 1, len(results)):
            if count := (result.bits & results[other].bits).bit_count():
                common[at][queries[other].name] = count
                common[other][queries[at].name] = count
    return common


def _answer(one: Named, result: _Result, common: dict[str, int], once: int) -> Answer:
    return Answer(
        one.name, one.query, result.bits.bit_count(), result.first, result.last, result.undated,
        (result.bits & once).bit_count(), common, result.notes,
    )  # fmt: skip


def _bits(rows: array[int]) -> int:
    """A number with the bit of each row set."""
    if not rows:
        return 0
    cells = bytearray(max(rows) // 8 + 1)
    for row in rows:
        cells[row >> 3] |= 1 << (row & 7)
    return int.from_bytes(cells, "little")


def _sent(archive: Archive, row: int) -> str:
    return str(archive.ask("SELECT sent FROM release WHERE row = ?", (row,))[0][0])


def read_queries(data: bytes) -> list[Named]:
    """The queries of a file: a table whose header names a column `query`, else a query a line.

    A table may have a column `name` and the filters of search (`post`, `from`, `to`, `class`, `tag`); its cells are parted
    by commas, semicolons or tabs; an apostrophe before what a spreadsheet would run is taken away, so that what a batch
    printed as CSV can be asked again. Of lines, empty ones and those that begin with # are passed over. Names are each used
    once; what has none is called as it is asked. QueryError for more than can be asked at once.
    """
    if len(data) > _LONGEST_FILE:
        raise QueryError("this file is too long for one of queries", hint="10 MB or less")
    text = _decoded(data)
    table = _table(text)
    return list(_once(_lines(text) if table is None else table))


def _decoded(data: bytes) -> str:
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    return printable(data.decode(encoding, "replace"))


def _lines(text: str) -> list[Named]:
    rows = (line.strip() for line in text.splitlines())
    return [Named("", Query(words=row)) for row in rows if row and not row.startswith("#")]


def _table(text: str) -> list[Named] | None:
    head = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    rows = _rows(text.lstrip(), delimiter)
    columns = [_COLUMNS.get(cell.strip().lower(), "") for cell in next(rows, [])]
    if "words" not in columns:
        return None
    return [_named(columns, row) for row in rows if any(cell.strip() for cell in row)]


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    limit = csv.field_size_limit(_LONGEST_FILE)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise QueryError(f"the table of queries cannot be read: {error}", hint="save it again as CSV") from error
    finally:
        csv.field_size_limit(limit)


def _named(columns: Sequence[str], row: Sequence[str]) -> Named:
    cells: dict[str, str] = {}
    for column, cell in zip(columns, row, strict=False):
        if column and cell.strip():
            cells.setdefault(column, _ARMED.sub("", cell.strip()))
    tags = tuple(re.split(r"[\s,;]+", cells.get("tags", "").strip())) if cells.get("tags") else ()
    query = Query(
        words=cells.get("words", ""), post=cells.get("post", ""), since=cells.get("since", ""),
        until=cells.get("until", ""), level=cells.get("level", ""), tags=tags,
    )  # fmt: skip
    return Named(cells.get("name", ""), query)


def _once(queries: Iterable[Named]) -> Iterator[Named]:
    """The queries with names that are each used once: the second `harbour` is `harbour (2)`."""
    used: set[str] = set()
    for one in queries:
        wanted = " ".join((one.name or one.query.words or "everything").split())
        base = wanted if one.name else wanted[:_LONGEST_NAME]
        name, again = base, 1
        while name in used:
            again += 1
            name = f"{base} ({again})"
        used.add(name)
        yield Named(name, one.query)
