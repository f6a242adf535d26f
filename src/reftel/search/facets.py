"""How many hits there are of each year, post, TAG ...: true counts over all of them, not over those shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from heapq import nlargest
from types import MappingProxyType
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
import tantivy

from reftel.archive import Archive
from reftel.errors import QueryError
from reftel.handbook import posts
from reftel.search.asking import country_names
from reftel.search.index import Index
from reftel.search.layout import PLACED, PROFILE, columns, month_of, together
from reftel.search.rows import rows_between

_ALL = 65_000  # different values that the index counts at once
_FEW = 8_000  # hits, fewer than _ALL, for which the one column of a list is quicker than those of its first values
_MOST = 1_000  # values of a field that are told of few hits in this way
_SPARE = 10  # values asked for beyond those wanted, so that equal counts seldom ask twice
_FIELDS = {
    "year": "month",
    "month": "month",
    "post": "post",
    "country": "post",
    "class": "level",
    "caption": "caption",
    "tag": "tag",
    "signer": "signer",
    "to": "to",
    "form": "form",
    "finding": "finding",
    "kind": "kind",
    "in": "collection",
}
FACETS = tuple(_FIELDS)
_IN_ORDER = ("year", "month")
_MUST, _MUST_NOT = tantivy.Occur.Must, tantivy.Occur.MustNot

# The counts over all records of each open index, as far as they were needed before.
_whole: WeakKeyDictionary[Index, dict[str, Counter[int]]] = WeakKeyDictionary()


class Bucket(msgspec.Struct, frozen=True):
    """One value of a field and how many of all hits have it."""

    value: str
    count: int


def facet_names(names: Iterable[str]) -> tuple[str, ...]:
    """The facets that are meant, `all` for all of them; QueryError for what is none."""
    wanted = [one for name in names for one in name.replace(",", " ").lower().split()]
    if "all" in wanted:
        return FACETS
    wrong = next((one for one in wanted if one not in _FIELDS), "")
    if wrong:
        raise QueryError(f"{wrong!r} cannot be counted by", hint=f"all, or some of {', '.join(FACETS)}")
    return tuple(dict.fromkeys(wanted))


class Counting:
    """Counts what `query` finds in the index of `archive`.

    `total` is how many that are: None where it is not known and to be found out, 0 where that would take too long.
    """

    def __init__(self, archive: Archive, index: Index, query: tantivy.Query, total: int | None = 0) -> None:
        self._archive, self._values, self._query = archive, index.values, query
        self._searcher = index.searcher()
        self._everything = _whole.setdefault(index, {})
        self._last = int(self._searcher.num_docs)
        self._known = total

    def facets(self, names: Sequence[str], size: int = 0) -> dict[str, tuple[Bucket, ...]]:
        """For each of `names` its values with their counts, the most first, years and months in their order.

        No more than `size` of them where that is not 0.
        """
        if not names:
            return {}
        self._archive.go_on()
        fields = tuple(dict.fromkeys(_numbered(_FIELDS[name]) for name in names))
        counts = self._counts(fields, size)
        values = {
            field: Counter(self._named(field, numbers)) for field, numbers in counts.items() if field != "profile"
        }
        if "profile" in counts:
            values |= self._parts(counts["profile"])
        return {name: _buckets(name, values[_FIELDS[name]], max(size, 0)) for name in names}

    def _counts(self, fields: Sequence[str], size: int) -> dict[str, Counter[int]]:
        """How many hits have each number of each field, at least for the `size` numbers that most have; for all where it is 0."""
        if self._total * 2 > self._last:  # what most records have is counted sooner in those that do not have it
            return self._without_others(fields)
        if 0 < self._total <= _FEW and 0 < size <= _MOST:
            return self._of_few(fields, size)
        return self._numbers(self._query, fields)

    @cached_property
    def _total(self) -> int:
        if self._known is None:  # the index is quicker at counting a column than at counting hits that it might weigh
            found = self._searcher.aggregate(self._query, {"found": {"value_count": {"field": "row"}}})
            return int(found["found"]["value"])
        return self._known

    def _of_few(self, fields: Sequence[str], size: int) -> dict[str, Counter[int]]:
        most = {together(field): 2 * size + _SPARE for field in fields if field in PLACED}
        found = _read(self._searcher.aggregate(self._query, _terms(map(together, fields), most)))
        # The index leaves out any of those values that equally many hits have: then all are asked for.
        if unsure := [name for name, asked in most.items() if _level(found[name], size, asked)]:
            found |= self._asked(self._query, unsure, (0, self._last))
        return {field: _some(found[together(field)]) for field in fields}

    def _without_others(self, fields: Sequence[str]) -> dict[str, Counter[int]]:
        if missing := [field for field in fields if field not in self._everything]:
            self._everything.update(self._numbers(tantivy.Query.all_query(), missing))
        without = self._numbers(_but(tantivy.Query.all_query(), _MUST_NOT, self._query), fields)
        return {field: self._everything[field] - without[field] for field in fields}  # leaves out what comes to nothing

    def _numbers(self, query: tantivy.Query, fields: Iterable[str]) -> dict[str, Counter[int]]:
        names = {field: columns(field) for field in fields}
        found = self._asked(query, [column for several in names.values() for column in several], (0, self._last))
        return {field: _some(*(found[column] for column in several)) for field, several in names.items()}

    def _asked(self, query: tantivy.Query, names: Sequence[str], rows: tuple[int, int]) -> dict[str, Counter[int]]:
        """The numbers in each of these columns; `rows` are the first and the last that `query` may find.

        Where there are more than the index counts at once, the records are counted in two halves.
        """
        last = rows[1] - rows[0] < _ALL // 64  # so few records have too many only where one is not what it should be
        try:
            answer = self._searcher.aggregate(query, _terms(names))
        except ValueError:  # too many in all of the columns
            if last:
                raise
            answer = None
        if answer and (last or not any(answer[name]["sum_other_doc_count"] for name in names)):
            return _read(answer)
        middle = sum(rows) // 2
        low, high = (
            self._asked(_but(query, _MUST, rows_between(*part)), names, part)
            for part in ((rows[0], middle), (middle + 1, rows[1]))
        )
        return {name: low[name] + high[name] for name in names}

    def _named(self, field: str, counts: Mapping[int, int]) -> dict[str, int]:
        if field == "month":
            return {_month(number): count for number, count in counts.items()}
        return {self._values.named(field, number): count for number, count in counts.items()}

    def _parts(self, counts: Mapping[int, int]) -> dict[str, Counter[str]]:
        """The counts of each field of a profile."""
        found: dict[str, Counter[str]] = {field: Counter() for field in PROFILE}
        for profile, count in self._named("profile", counts).items():
            for field, value in _profile(profile):
                found[field][value] += count
        return found


def _terms(names: Iterable[str], most: Mapping[str, int] = MappingProxyType({})) -> dict[str, Any]:
    """What asks the index for the numbers in some columns, for so many of them as `most` says, else for all."""
    return {name: {"terms": {"field": name, "size": most.get(name, _ALL), "segment_size": _ALL}} for name in names}


def _read(answer: Mapping[str, Any]) -> dict[str, Counter[int]]:
    return {name: Counter({one["key"]: one["doc_count"] for one in found["buckets"]}) for name, found in answer.items()}


def _some(first: Counter[int], *others: Counter[int]) -> Counter[int]:
    """All of them together, without those that stand for no value."""
    for one in others:
        first.update(one)
    del first[0]
    return first


def _level(counts: Counter[int], size: int, asked: int) -> bool:
    """Whether values may have been left out that as many hits have as the last of the `size` that are wanted."""
    return len(counts) >= asked and nlargest(size, counts.values())[-1] == min(counts.values())


def _numbered(field: str) -> str:
    return "profile" if field in PROFILE else field


def _but(query: tantivy.Query, occur: tantivy.Occur, other: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.boolean_query([(_MUST, query), (occur, other)])


@lru_cache(maxsize=4096)
def _profile(text: str) -> list[tuple[str, str]]:
    return msgspec.json.decode(text, type=list[tuple[str, str]])


def _buckets(name: str, counts: Mapping[str, int], size: int) -> tuple[Bucket, ...]:
    if name == "year":
        counts = _sums((month[:4], count) for month, count in counts.items())
    if name == "country":
        counts = _sums((_country(post), count) for post, count in counts.items())
    if name in _IN_ORDER:
        return tuple(Bucket(value, count) for value, count in sorted(counts.items()))
    # Of ten thousand values few are told: only those are put in order that may be among them.
    least = nlargest(size, counts.values())[-1] if 0 < size < len(counts) else 0
    order = sorted((-count, value) for value, count in counts.items() if count >= least)
    return tuple(Bucket(value, -count) for count, value in order[: size or None])


@lru_cache(maxsize=4096)
def _month(number: int) -> str:
    year, month = month_of(number)
    return f"{year:04d}-{month:02d}" if month else f"{year:04d}"


@lru_cache(maxsize=4096)
def _country(post: str) -> str:
    known = posts().get(post)
    return country_names().get(known.country, known.country) if known else ""


def _sums(pairs: Iterable[tuple[str, int]]) -> Counter[str]:
    found: dict[str, int] = {}
    for value, count in pairs:
        if value:
            found[value] = found.get(value, 0) + count
    return Counter(found)
