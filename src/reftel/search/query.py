"""The query language, and the hits it gives.

Words are all wanted; "words in quotes" stand together; -word and -"words" must not occur. Nothing else has a meaning:
every other character is looked for or, where it is no letter or digit, passed over. So no query can be wrong. A
telegram's number in any spelling leads to the telegram first. Everything but words is a field of `Query`.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import msgspec
import tantivy

from reftel.archive import Archive, Stored
from reftel.archive.entry import level_of, post_key
from reftel.archive.packing import printable
from reftel.cable import Cable
from reftel.errors import QueryError
from reftel.search.index import UNDATED, analyser, open_index, schema, time_key
from reftel.search.snippet import Phrase, Snippet, make_snippet

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_PART = re.compile(r'(-?)"([^"]+)"|(-?)(\S+)')
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_FIELDS = {"text": 1.0, "subject": 3.0}  # where a word stands, and what it counts there
_FIRST = 1_000_000.0  # the score of the record whose number was asked for
_MANY_WORDS = 64
_FETCHED = 100  # whole records held at a time


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for: words, and filters that all must hold. Empty fields filter nothing.

    `post` and `level` in any spelling; `since` and `until` are years, months or days (`1975`, `1975-03`, `1975-03-21`),
    both included; records without a date are left out by them. `limit` is how many hits are wanted.
    """

    words: str = ""
    post: str = ""
    since: str = ""
    until: str = ""
    level: str = ""
    tags: tuple[str, ...] = ()
    limit: int = 20


class Hit(msgspec.Struct, frozen=True):
    """One release that was found. `sent` is ISO 8601 in UTC; what is unknown is empty. `key` is its content address."""

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


class Hits(msgspec.Struct, frozen=True):
    """How many releases match in all, and the first of them: best first, then earliest."""

    total: int
    hits: tuple[Hit, ...]


def search(archive: Archive, query: Query | str) -> Hits:
    """The releases in `archive` that match. Any words will do; QueryError for a date or limit that is none."""
    wanted = Query(words=query) if isinstance(query, str) else query
    if wanted.limit < 0:
        raise QueryError(f"{wanted.limit} is not a number of hits", hint="use 0 or more")
    index = open_index(archive)
    parts = list(_parts(wanted.words))
    by_score = any(not no for no, _ in parts)
    total, found = _ranked(index.searcher(), _compile(archive, wanted, parts), wanted.limit, by_score=by_score)
    scores = dict(found)
    phrases = [phrase for no, phrase in parts if not no]
    hits = (_hit(stored, scores[stored.row], phrases) for stored in archive.rows([row for row, _ in found]))
    return Hits(total=total, hits=tuple(hits))


def every_hit(archive: Archive, query: Query | str) -> Iterator[Stored]:
    """Every release that matches, whole, in the order in which `search` gives them; `limit` is passed over."""
    wanted = Query(words=query) if isinstance(query, str) else query
    parts = list(_parts(wanted.words))
    searcher, compiled = open_index(archive).searcher(), _compile(archive, wanted, parts)
    total = searcher.search(compiled, 1).count
    by_score = any(not no for no, _ in parts)
    _, found = _ranked(searcher, compiled, total, by_score=by_score)
    for start in range(0, len(found), _FETCHED):
        yield from archive.rows([row for row, _ in found[start : start + _FETCHED]])


def _hit(stored: Stored, score: float, phrases: list[Phrase]) -> Hit:
    facts = stored.facts
    record = stored.record
    body = record.blocks[0].span.start if isinstance(record, Cable) and record.blocks else 0
    start = record.summary[0].start if isinstance(record, Cable) and record.summary else body
    return Hit(
        id=facts.id,
        key=stored.key,
        kind=facts.kind,
        form=facts.form,
        sent=facts.sent,
        post=facts.post,
        level=facts.level,
        subject=" ".join(facts.subject.split()),
        score=score,
        snippet=make_snippet(stored.release.text, phrases, body=body, otherwise=start),
    )


def _parts(words: str) -> Iterable[tuple[bool, Phrase]]:
    """(must not occur, its terms with their positions) of each word and phrase that holds a letter or digit."""
    text = printable(words).translate(_QUOTES)
    for count, match in enumerate(_PART.finditer(text)):
        if count >= _MANY_WORDS:  # a pasted page: the first words say enough
            return
        body = match[2] or match[4] or ""
        terms = tuple((token.position, token.text) for token in analyser().pre_tokenize(body).tokens)
        if terms:
            yield bool(match[1] or match[3]), terms


def _compile(archive: Archive, query: Query, parts: list[tuple[bool, Phrase]]) -> tantivy.Query:
    must, must_not = tantivy.Occur.Must, tantivy.Occur.MustNot
    clauses = [(must_not if no else must, _somewhere(phrase)) for no, phrase in parts]
    if all(occur == must_not for occur, _ in clauses):
        nothing = query.words.strip() and not parts
        clauses.append((must, tantivy.Query.empty_query() if nothing else tantivy.Query.all_query()))
    words = tantivy.Query.boolean_query(clauses)
    if query.words.strip() and (rows := archive.rows_named(query.words)):
        named = tantivy.Query.const_score_query(tantivy.Query.term_set_query(schema(), "row", rows), _FIRST)
        words = tantivy.Query.boolean_query([(tantivy.Occur.Should, named), (tantivy.Occur.Should, words)])
    filters = [(must, tantivy.Query.const_score_query(one, 0.0)) for one in _filters(query)]
    return tantivy.Query.boolean_query([(must, words), *filters])


def _somewhere(phrase: Phrase) -> tantivy.Query:
    """The phrase in any of the text fields; its score adds up over them."""
    fields = []
    for name, weight in _FIELDS.items():
        fields.append((tantivy.Occur.Should, tantivy.Query.boost_query(_in_field(name, phrase), weight)))
    return tantivy.Query.boolean_query(fields)


def _in_field(name: str, phrase: Phrase) -> tantivy.Query:
    if len(phrase) == 1:
        return tantivy.Query.term_query(schema(), name, phrase[0][1])
    return tantivy.Query.phrase_query(schema(), name, list(phrase))


def _filters(query: Query) -> Iterable[tantivy.Query]:
    exact = [("post", post_key(query.post)), ("level", level_of(query.level))]
    exact += [("tag", tag.strip().upper()) for tag in query.tags]
    for name, value in exact:
        if value:
            yield tantivy.Query.term_query(schema(), name, printable(value), index_option="basic")
    if query.since or query.until:
        low = time_key(_first_day(query.since)) if query.since else 0
        high = time_key(_last_day(query.until) + "T23:59:59", 0xFFFF_FFFF) if query.until else UNDATED - 1
        yield tantivy.Query.range_query(schema(), "time", tantivy.FieldType.Unsigned, low, high)


def _first_day(text: str) -> str:
    year, month, day = _numbers(text)
    return _day(text, year, month or 1, day or 1)


def _last_day(text: str) -> str:
    year, month, day = _numbers(text)
    month = month or 12
    last = calendar.monthrange(year, month)[1] if 1 <= month <= 12 and year else 1
    return _day(text, year, month, day or last)


def _numbers(text: str) -> tuple[int, int, int]:
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise _no_date(text)
    return int(match[1]), int(match[2] or 0), int(match[3] or 0)


def _day(text: str, year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError as error:
        raise _no_date(text) from error


def _no_date(text: str) -> QueryError:
    return QueryError(
        f"{printable(text)!r} is not a date", hint="write a year, a month or a day: 1975, 1975-03, 1975-03-21"
    )


def _ranked(searcher: Any, query: tantivy.Query, limit: int, *, by_score: bool) -> tuple[int, list[tuple[int, float]]]:
    """How many match, and (row, score) of the first `limit`, best first, then earliest.

    Equal scores that straddle the limit are fetched whole, so that ten hits are always the first ten of a hundred.
    """
    if not by_score:  # every score is the same: in order of time
        found = searcher.search(query, max(limit, 1), order_by_field="time", order=tantivy.Order.Asc)
        rows = searcher.fast_field_values("row", [address for _, address in found.hits])
        return found.count, [(row, 0.0) for row in rows[:limit]]
    wanted = limit + 1
    while True:
        found = searcher.search(query, wanted)
        if len(found.hits) < wanted or limit == 0 or found.hits[limit - 1][0] != found.hits[-1][0]:
            break
        wanted *= 4
    addresses = [address for _, address in found.hits]
    times = searcher.fast_field_values("time", addresses)
    rows = searcher.fast_field_values("row", addresses)
    order = sorted(zip((-score for score, _ in found.hits), times, rows, strict=True))
    return found.count, [(row, -negative) for negative, _, row in order[:limit]]
