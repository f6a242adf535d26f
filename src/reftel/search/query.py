"""Searching: a query in, hits out, each with the passage that shows why and the paragraph that it leads to.

What may be asked is told in `parse` and `fields`. No query can be wrong: what cannot be meant is mended or taken as
words, and the reply says so. A telegram's number in any spelling leads to the telegram first.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, TypeAlias
from typing import Any as Anything

import msgspec
import tantivy

from reftel.archive import Archive, Stored, post_key
from reftel.archive.entry import level_of
from reftel.archive.packing import decompress, printable, unpack
from reftel.errors import ArchiveError, NotFound, QueryError
from reftel.finding import Span
from reftel.search.alike import with_alikes
from reftel.search.compiling import Compiler, with_rows
from reftel.search.dates import sent_between
from reftel.search.explaining import Explanation, explain
from reftel.search.facets import Bucket, Counting, facet_names
from reftel.search.fields import FIELDS
from reftel.search.index import open_index
from reftel.search.layout import schema
from reftel.search.meaning import with_meanings
from reftel.search.ordering import SORTS, Ordering, Placed, read_cursor
from reftel.search.parse import parse
from reftel.search.snippet import Paragraph, Seeker, Shape, Snippet, make_snippet
from reftel.search.tree import Alike, All, Any, Node, Phrase, Telling, wanted
from reftel.search.tree import said as said_of

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

Facets: TypeAlias = dict[str, tuple[Bucket, ...]]
_FIRST = 1_000_000.0  # the score of the record whose number was asked for
_LONGEST_NUMBER = 100  # characters
_MANY = 500_000  # records; the first hits among fewer are found at once
_FETCHED = 100  # whole records held at a time
_LISTED = """SELECT release.row, release.id, release.key, release.kind, release.form, release.sent, release.post,
                    release.level, release.subject, release.collection, content.text, content.record
             FROM release JOIN content USING (row) WHERE release.row IN ({})"""


class Query(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is looked for: words in the query language, and filters that all must hold. Empty fields filter nothing.

    `post` and `level` in any spelling; `since` and `until` are years, months or days (`1975`, `1975-03`, `1975-03-21`),
    both included; records without a date are left out by them. `limit` is how many hits are wanted, `sort` their order
    (`relevance`, `oldest`, `newest`, `post`, `citations`), `cursor` where the page before ended. `within` are more queries
    in the same language, each understood by itself, which must hold as well and count for no rank. `exact` are values just
    as they are kept, each with its field of the index: what no words can say, for it may have any sign in it. `facets` are what all
    hits are counted by, `facet_size` how many values of each are told (0: all). `explain` asks for an explanation.
    """

    words: str = ""
    post: str = ""
    since: str = ""
    until: str = ""
    level: str = ""
    tags: tuple[str, ...] = ()
    limit: int = 20
    sort: str = "relevance"
    cursor: str = ""
    facets: tuple[str, ...] = ()
    facet_size: int = 10
    explain: bool = False
    within: tuple[str, ...] = ()
    exact: tuple[tuple[str, str], ...] = ()


class Hit(msgspec.Struct, frozen=True):
    """One release that was found. `sent` is ISO 8601 in UTC; what is unknown is empty. `key` is its content address.

    `paragraph` is the block of a cable in which the snippet stands; None where it stands before the first, and for
    other kinds of record.
    """

    id: str
    key: str
    kind: str
    form: str
    sent: str
    post: str
    level: str
    subject: str
    score: float
    snippet: Snippet
    paragraph: Paragraph | None = None
    collection: str = ""


class Hits(msgspec.Struct, frozen=True):
    """How many releases match in all, and one page of them; by default best first, then earliest.

    `cursor` asks for the next page, and is empty on the last. `facets` are those that were asked for. `notes` say what
    had to be mended or passed over in the words.
    """

    total: int
    hits: tuple[Hit, ...]
    cursor: str = ""
    facets: Facets = {}
    notes: tuple[str, ...] = ()
    explanation: Explanation | None = None


class Rows(msgspec.Struct, frozen=True):
    """The numbers of releases, and what had to be mended or passed over in the words that led to them."""

    rows: array[int]
    notes: tuple[str, ...] = ()


class Likeness(msgspec.Struct, frozen=True):
    """What is like a record: its id or address, its most telling words, and what they led to."""

    record: str
    words: tuple[Telling, ...]
    hits: Hits


class _Asked:
    """A query, understood and made ready for one archive."""

    def __init__(self, archive: Archive, query: Query) -> None:
        if query.limit < 0:
            raise QueryError(f"{query.limit} is not a number of hits", hint="use 0 or more")
        if query.sort not in SORTS:
            raise QueryError(f"{query.sort!r} is no order", hint=f"one of {', '.join(SORTS)}")
        self.archive, self.query = archive, query
        self.index = open_index(archive)
        self.searcher = self.index.searcher()
        self.compiler = Compiler(archive, self.searcher)
        self.tree = self._understood(query.words)
        self.within = [self._understood(words) for words in query.within]
        self.named = archive.rows_named(query.words) if 0 < len(query.words.strip()) <= _LONGEST_NUMBER else []
        found = self.compiler.node(self.tree)
        self.counted = self._filtered(self._by_number(found))  # the same records, with less to weigh
        self.compiled = self._filtered(self._by_number(self.compiler.raised(found, self.tree)))
        self.notes = tuple(dict.fromkeys(self.compiler.notes))
        self.sought = [leaf for tree in (self.tree, *self.within) for leaf in wanted(tree)]
        by_score = any(not field or FIELDS[field].scored for field, _ in wanted(self.tree))
        self.sort = "oldest" if query.sort == "relevance" and not by_score else query.sort
        self.ordering = Ordering(archive, self.index, self.compiled, self.sort)

    def _understood(self, words: str) -> Node:
        parsed = parse(words)
        self.compiler.notes += parsed.notes
        return with_alikes(self.compiler, with_meanings(parsed.tree))

    def _by_number(self, words: tantivy.Query) -> tantivy.Query:
        if not self.named:
            return words
        named = tantivy.Query.const_score_query(with_rows(self.named), _FIRST)
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, named), (tantivy.Occur.Should, words)])

    def _filtered(self, words: tantivy.Query) -> tantivy.Query:
        must = tantivy.Occur.Must
        filters = [(must, tantivy.Query.const_score_query(one, 0.0)) for one in self._filters()]
        return tantivy.Query.boolean_query([(must, words), *filters]) if filters else words

    def _filters(self) -> Iterator[tantivy.Query]:
        asked = self.query
        exact = [("post", post_key(asked.post)), ("level", level_of(asked.level))]
        exact += [("tag", tag.strip().upper()) for tag in asked.tags]
        exact += asked.exact
        for name, value in exact:
            if value:
                yield tantivy.Query.term_query(schema(), name, printable(value), index_option="basic")
        for name, given, value in (("post", asked.post, exact[0][1]), ("class", asked.level, exact[1][1])):
            if given.strip() and not value:
                self.compiler.notes.append(f"{printable(given.strip())} is no {name}, and nothing is found by it")
                yield tantivy.Query.empty_query()
        if asked.since or asked.until:
            yield sent_between(asked.since, asked.until)
        yield from (self.compiler.node(tree) for tree in self.within)

    @property
    def laborious(self) -> bool:
        """Whether finding the records takes longer than counting them: words are held against each other's places."""
        return any(isinstance(leaf, Phrase) for tree in (self.tree, *self.within) for _, leaf in wanted(tree))

    @property
    def at_once(self) -> bool:
        """Whether counting begins before the first hits are known: where either takes long, another processor may as well begin."""
        return self.laborious or self.searcher.num_docs > _MANY

    def counting(self, names: Sequence[str], total: int | None = None) -> Callable[[], Facets]:
        """What gives the facets of these names once they are counted, beside all else: the index does not hold up Python.

        `total` is how many records are found, None where that is not known yet.
        """
        if not names:
            return dict
        if total is None and self.laborious:
            total = 0  # to find that out takes as long as all the counting
        counting = Counting(self.archive, self.index, self.counted, total)
        return _beside().submit(counting.facets, names, self.query.facet_size).result

    def places(self, rows: Sequence[int]) -> dict[int, tuple[Span, ...]]:
        """Where that stands in these rows which only a room behind this can find: see `Kind`."""
        trees = (self.tree, *self.within)
        kinds = {FIELDS[field].of for tree in trees for field, _ in wanted(tree) if field}
        return {row: places for kind in kinds if kind for row, places in kind.places(self.archive, trees, rows).items()}

    def explained(self, total: int) -> Explanation:
        """How the query was understood, which found `total`."""
        found = explain(self.compiler, self.tree, total, self.said_filters())
        named = {stored.facts.id or stored.key: None for stored in self.archive.rows(self.named)}
        return msgspec.structs.replace(found, named=tuple(named))

    def said_filters(self) -> tuple[str, ...]:
        """The filters as the query language would have them."""
        asked = self.query
        said = [f"post:{asked.post}" if asked.post else "", f"class:{asked.level}" if asked.level else ""]
        said += [f"tag:{tag}" for tag in asked.tags]
        said += [f"sent:{asked.since}..{asked.until}" if asked.since or asked.until else ""]
        said += [f"({said_of(tree)})" if isinstance(tree, All | Any) else said_of(tree) for tree in self.within]
        return tuple(one for one in said if one)


def search(archive: Archive, query: Query | str) -> Hits:
    """The releases in `archive` that match. Any words will do; QueryError for a date, limit, order or facet that is none."""
    wanted_ = Query(words=query) if isinstance(query, str) else query
    names = facet_names(wanted_.facets)
    asked = _Asked(archive, wanted_)
    after = read_cursor(wanted_.cursor, asked.sort)
    counted = asked.counting(names) if asked.at_once else None
    page = asked.ordering.page(wanted_.limit, after)
    counted = counted or asked.counting(names, page.total)
    return Hits(
        total=page.total,
        hits=tuple(_hits(asked, page.placed)),
        cursor=page.cursor,
        facets=counted(),
        notes=asked.notes,
        explanation=asked.explained(page.total) if wanted_.explain else None,
    )


def every_hit(
    archive: Archive, query: Query | str, unreadable: Callable[[int, ArchiveError], None] | None = None
) -> Iterator[Stored]:
    """Every release that matches, whole, in the order in which `search` gives them; `limit` is passed over.

    A release that cannot be read raises ArchiveError; where `unreadable` is given, it is told of it, and the rest goes on.
    """
    asked = _Asked(archive, Query(words=query) if isinstance(query, str) else query)
    for placed in asked.ordering.every(_FETCHED):
        rows = [row for row, _ in placed]
        try:
            found = archive.rows(rows)
        except ArchiveError:
            if unreadable is None:
                raise
            yield from _one_by_one(archive, rows, unreadable)
        else:
            yield from found


def _one_by_one(
    archive: Archive, rows: Sequence[int], unreadable: Callable[[int, ArchiveError], None]
) -> Iterator[Stored]:
    for row in rows:
        try:
            yield from archive.rows([row])
        except ArchiveError as error:
            unreadable(row, error)


def rows_found(archive: Archive, query: Query | str) -> Rows:
    """The numbers of all releases that match, from the first sent to the last, those without a date behind them."""
    asked = _Asked(archive, Query(words=query) if isinstance(query, str) else query)
    count = int(asked.searcher.search(asked.compiled, 1).count)
    rows = array("I")
    if count:
        found = asked.searcher.search(
            asked.compiled, count, count=False, order_by_field="time", order=tantivy.Order.Asc
        )
        rows.extend(time & 0xFFFF_FFFF for time, _ in found.hits)
    return Rows(rows, asked.notes)


def places_of(words: str, text: str) -> tuple[Span, ...]:
    """Where the words and phrases of a query stand in `text`, in its order, as a hit's snippet would mark them."""
    sought = wanted(with_meanings(parse(words).tree))
    return tuple(dict.fromkeys(place for _, place in Seeker(sought).places(text)))


def like(archive: Archive, spelling: str, limit: int = 20) -> Likeness:
    """What is like the record of this name, best first, its own releases left out; NotFound where there is none.

    The same as a search for `like:` and the name, with the words that led there.
    """
    name = " ".join(spelling.replace('"', " ").split())
    found = search(archive, Query(words=f'like:"{name}"', limit=limit, explain=True))
    tree = found.explanation.tree if found.explanation else None
    if not isinstance(tree, Alike):
        raise NotFound(f"no record is known as {printable(spelling)}", where=str(archive.path), hint="try a search")
    return Likeness(tree.record, tree.words, found)


@cache
def _beside() -> ThreadPoolExecutor:
    """The threads that count; made anew in a forked process, which has none of its parent's."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - not for a search without facets

    if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
        os.register_at_fork(after_in_child=_beside.cache_clear)
    return ThreadPoolExecutor(os.cpu_count(), "counting")


def _hits(asked: _Asked, placed: Sequence[Placed]) -> Iterator[Hit]:
    archive, seeker = asked.archive, Seeker(asked.sought)
    found: dict[int, tuple[Anything, ...]] = {}
    rows = [row for row, _ in placed]
    also = asked.places(rows)
    for start in range(0, len(rows), _FETCHED):
        part = rows[start : start + _FETCHED]
        found.update((cells[0], cells) for cells in archive.ask(_LISTED.format(", ".join("?" * len(part))), part))
    yield from (_hit(found[row], score, seeker, also.get(row, ())) for row, score in placed if row in found)


def _hit(cells: tuple[Anything, ...], score: float, seeker: Seeker, also: Sequence[Span]) -> Hit:
    _, number, key, kind, form, sent, post, level, subject, collection, packed, record = cells
    text, shape = _shape(kind, packed, record)
    body = shape.blocks[0].span.start if shape.blocks else 0
    start = shape.summary[0].start if shape.summary else body
    snippet = make_snippet(text, seeker, body=body, otherwise=start, also=also)
    return Hit(
        id=number,
        key=key.hex(),
        kind=kind,
        form=form,
        sent=sent,
        post=post,
        level=level,
        subject=" ".join(subject.split()),
        score=score,
        snippet=snippet,
        paragraph=shape.paragraph(snippet.highlights[0].start if snippet.highlights else snippet.span.start),
        collection=collection,
    )


def _shape(kind: str, packed: bytes, record: bytes) -> tuple[str, Shape]:
    """The text, and where its parts are; neither where they cannot be read, which `reftel check` tells."""
    try:
        text = decompress(packed).decode("utf-8", "surrogatepass")
        return text, unpack(decompress(record), Shape) if kind == "cable" else Shape()
    except (ArchiveError, UnicodeDecodeError):
        return "", Shape()
