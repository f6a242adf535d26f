"""How many hits there are of each year, post, TAG ...: true counts over all of them, not over those shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
import tantivy

from reftel.archive import Archive
from reftel.errors import QueryError
from reftel.handbook import posts
from reftel.search.asking import country_names
from reftel.search.layout import counted
from reftel.search.values import values_of

_ALL = 65_000  # different values of one field; as many as the index counts at once
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
_MADE = (*_IN_ORDER, "country")  # made of all values of another field
_SPARE = 10  # values asked for beyond those wanted, so that equal counts seldom ask twice

# The counts over all records of each open archive, and of how many records they are.
_whole: WeakKeyDictionary[Archive, tuple[int, dict[str, Counter[int]]]] = WeakKeyDictionary()


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
    """Counts what `query` finds in the index of `archive`; `total` is how many that are, as far as is known."""

    def __init__(self, archive: Archive, searcher: Any, query: tantivy.Query, total: int = 0) -> None:
        self._archive, self._searcher, self._query = archive, searcher, query
        self._everything = _everything(archive, searcher)
        # What most records have is counted sooner in those that do not have it.
        self._others = total * 2 > int(searcher.num_docs)

    def facets(self, names: Sequence[str], size: int = 0) -> dict[str, tuple[Bucket, ...]]:
        """For each of `names` its values with their counts, the most first, years and months in their order.

        No more than `size` of them where that is not 0.
        """
        if not names:
            return {}
        self._archive.go_on()
        size = max(size, 0)
        few = size if 2 * size + _SPARE < _ALL else 0
        sizes = {_FIELDS[name]: few for name in names}
        sizes.update({_FIELDS[name]: 0 for name in names if name in _MADE})
        counts = self._without_others(sizes) if self._others else self._most(sizes)
        return {name: self._buckets(name, counts[_FIELDS[name]], size) for name in names}

    def _most(self, sizes: Mapping[str, int]) -> dict[str, Counter[int]]:
        """The counts of each field, of at least so many values that most hits have; of all for 0.

        The index leaves out any of those that equally many hits have: then all are asked for.
        """
        spare = {field: size and 2 * size + _SPARE for field, size in sizes.items()}
        found = self._asked(self._query, spare)
        unsure = [field for field, size in sizes.items() if size and _level(found[field], size, spare[field])]
        return {**found, **self._asked(self._query, dict.fromkeys(unsure, 0))} if unsure else found

    def _without_others(self, fields: Collection[str]) -> dict[str, Counter[int]]:
        if missing := [field for field in fields if field not in self._everything]:
            self._everything.update(self._asked(tantivy.Query.all_query(), dict.fromkeys(missing, 0)))
        others = tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, tantivy.Query.all_query()), (tantivy.Occur.MustNot, self._query)]
        )
        without = self._asked(others, dict.fromkeys(fields, 0))
        return {field: self._everything[field] - without[field] for field in fields}  # leaves out what comes to nothing

    def _asked(self, query: tantivy.Query, sizes: Mapping[str, int]) -> dict[str, Counter[int]]:
        asked = {
            field: {"field": _numbers(field), "size": size or _ALL, "segment_size": _ALL}
            for field, size in sizes.items()
        }
        answer = self._searcher.aggregate(query, {field: {"terms": terms} for field, terms in asked.items()})
        return {field: Counter({one["key"]: one["doc_count"] for one in answer[field]["buckets"]}) for field in sizes}

    def _buckets(self, name: str, counts: Counter[int], size: int) -> tuple[Bucket, ...]:
        if name not in _MADE and 0 < size < len(counts):
            least = sorted(counts.values(), reverse=True)[size - 1]
            counts = Counter({number: count for number, count in counts.items() if count >= least})
        named = self._named(name, counts)
        by_name = name in _IN_ORDER
        order = sorted(named.items(), key=None if by_name else lambda one: (-one[1], one[0]))
        return tuple(Bucket(value, count) for value, count in (order if by_name else order[: size or None]))

    def _named(self, name: str, counts: Counter[int]) -> Mapping[str, int]:
        if name == "year":
            return _sums((f"{month // 100:04d}", count) for month, count in counts.items())
        if name == "month":
            return {_month(month): count for month, count in counts.items()}
        values = values_of(self._archive, self._searcher, _FIELDS[name])
        if name == "country":
            return _sums((_country(values.get(number, "")), count) for number, count in counts.items())
        # A value too long for the index's list of values is in none.
        return {values[number]: count for number, count in counts.items() if number in values}


def _numbers(field: str) -> str:
    """The field of the index that holds the values as numbers."""
    return field if field == "month" else counted(field)


def _everything(archive: Archive, searcher: Any) -> dict[str, Counter[int]]:
    """The counts over all records, as far as they were needed before; rows are only ever added."""
    held = _whole.get(archive)
    if held is None or held[0] != searcher.num_docs:
        held = _whole[archive] = (int(searcher.num_docs), {})
    return held[1]


def _level(counts: Counter[int], size: int, asked: int) -> bool:
    """Whether values may have been left out that as many hits have as the last of the `size` that are wanted."""
    if len(counts) < asked:
        return False
    order = sorted(counts.values(), reverse=True)
    return order[size - 1] == order[-1]


@lru_cache(maxsize=4096)
def _month(number: int) -> str:
    year, month = divmod(number, 100)
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
