"""How many hits there are of each year, post, TAG ...: true counts over all of them, not over those shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import tantivy

from reftel.errors import QueryError
from reftel.handbook import posts
from reftel.search.asking import country_names

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


def counted(searcher: Any, query: tantivy.Query, names: Sequence[str], size: int = 0) -> dict[str, tuple[Bucket, ...]]:
    """For each of `names` its values with their counts, the most first, years and months in their order.

    No more than `size` of them where that is not 0.
    """
    if not names:
        return {}
    fields = {_FIELDS[name] for name in names}
    asked = {field: {"terms": {"field": field, "size": _ALL, "segment_size": _ALL}} for field in fields}
    answer = searcher.aggregate(query, asked)
    counts = {field: Counter({one["key"]: one["doc_count"] for one in answer[field]["buckets"]}) for field in fields}
    return {name: _buckets(name, counts[_FIELDS[name]], size) for name in names}


def _buckets(name: str, counts: Counter[Any], size: int) -> tuple[Bucket, ...]:
    named = _named(name, counts)
    if name in _IN_ORDER:
        order = sorted(named.items())
    else:
        order = sorted(named.items(), key=lambda one: (-one[1], one[0]))
        order = order[:size] if size else order
    return tuple(Bucket(value, count) for value, count in order)


def _named(name: str, counts: Counter[Any]) -> Counter[str]:
    if name == "year":
        return _sums((f"{int(month) // 100:04d}", count) for month, count in counts.items())
    if name == "month":
        return _sums((_month(int(month)), count) for month, count in counts.items())
    if name == "country":
        return _sums((_country(post), count) for post, count in counts.items())
    return counts


def _month(number: int) -> str:
    year, month = divmod(number, 100)
    return f"{year:04d}-{month:02d}" if month else f"{year:04d}"


def _country(post: str) -> str:
    known = posts().get(post)
    return country_names().get(known.country, known.country) if known else ""


def _sums(pairs: Iterable[tuple[str, int]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for value, count in pairs:
        if value:
            found[value] += count
    return found
