"""Who headed a post at a time, from the archive itself: whoever is in charge signs all telegrams, whoever wrote them.

That is a chief of mission, or a chargé in a chief's absence. The rank is told by Classified By lines that name the signer.
"""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, timedelta
from typing import Any

import msgspec
import tantivy

from reftel.archive import Archive
from reftel.archive.packing import decompress, unpack
from reftel.errors import ArchiveError
from reftel.search.index import open_index
from reftel.search.layout import UNDATED, columns, schema, time_key

_AROUND = 45  # days before and after
_FEWEST = 3  # telegrams that tell anything
_SURE = 10
_LOOKED_AT = 5  # telegrams of a signer whose Classified By line is read
_AGREEING = 2  # of them, which are enough
_SIGNERS = 2_000  # of a post
_ROW = 0xFFFF_FFFF
_RECORD = "SELECT content.record FROM content WHERE row = ?"
_MUST = tantivy.Occur.Must


class Signer(msgspec.Struct, frozen=True):
    """Who signs a post's telegrams: how many, from when to when (ISO days), and the rank that Classified By lines give, if any."""

    name: str
    count: int
    first: str
    last: str
    rank: str = ""


class Head(msgspec.Struct, frozen=True):
    """Who likely headed a post on a day: `count` of the `signed` telegrams of the weeks around it are signed so.

    `confidence` is their share, less where they are few. `others` signed the rest.
    """

    name: str
    rank: str
    count: int
    signed: int
    first: str
    last: str
    confidence: float
    others: tuple[str, ...] = ()


class _Text(msgspec.Struct):
    value: str = ""


class _Authority(msgspec.Struct):
    name: _Text | None = None
    title: _Text | None = None


class _Classified(msgspec.Struct):
    """As much of a stored cable as is asked for here."""

    authority: _Authority | None = None


def signers(archive: Archive, post: str, most: int = 24) -> tuple[Signer, ...]:
    """Who signs the telegrams of `post`, a key of the handbook: the `most` frequent, in the order of their first day."""
    found = _counted(archive, _of_post(post), most)
    ranked = (msgspec.structs.replace(one, rank=_rank(archive, _of_post(post), one.name)) for one in found)
    return tuple(sorted(ranked, key=lambda one: (one.first, one.name)))


def head_at(archive: Archive, post: str, day: str) -> Head | None:
    """Who likely headed `post` on `day` (ISO 8601); None where too few telegrams of those weeks are here, or none signs most."""
    try:
        at = date.fromisoformat(day[:10])
        around = _between(_of_post(post), at - timedelta(days=_AROUND), at + timedelta(days=_AROUND))
    except (ValueError, OverflowError):
        return None
    found = _counted(archive, around, 50)
    signed = sum(one.count for one in found)
    if not found or found[0].count < _FEWEST or found[0].count * 2 <= signed:
        return None
    first = found[0]
    few = min(first.count / _SURE, 1.0)
    return Head(
        name=first.name,
        rank=_rank(archive, around, first.name),
        count=first.count,
        signed=signed,
        first=first.first,
        last=first.last,
        confidence=round(first.count / signed * (0.6 + 0.4 * few), 2),
        others=tuple(one.name for one in found[1:4]),
    )


def _of_post(post: str) -> tantivy.Query:
    dated = tantivy.Query.range_query(schema(), "time", tantivy.FieldType.Unsigned, 0, UNDATED - 1)
    return tantivy.Query.boolean_query([(_MUST, _term("post", post)), (_MUST, dated)])


def _between(query: tantivy.Query, first: date, last: date) -> tantivy.Query:
    low, high = time_key(first.isoformat()), time_key(f"{last.isoformat()}T23:59", _ROW)
    days = tantivy.Query.range_query(schema(), "time", tantivy.FieldType.Unsigned, low, high)
    return tantivy.Query.boolean_query([(_MUST, query), (_MUST, days)])


def _term(field: str, value: str) -> tantivy.Query:
    return tantivy.Query.term_query(schema(), field, value, index_option="basic")


def _counted(archive: Archive, query: tantivy.Query, most: int) -> list[Signer]:
    """Who signs what `query` finds, the most frequent first, with the first and the last day."""
    archive.go_on()
    days = {"first": {"min": {"field": "time"}}, "last": {"max": {"field": "time"}}}
    index = open_index(archive)
    asked = {name: {"terms": {"field": name, "size": _SIGNERS}, "aggs": days} for name in columns("signer")}
    answer: Any = index.searcher().aggregate(query, asked)
    found: dict[int, tuple[int, float, float]] = {}
    for one in (bucket for name in asked for bucket in answer[name]["buckets"] if bucket["key"]):
        count, first, last = found.get(one["key"], (0, math.inf, 0.0))
        days_ = min(first, one["first"]["value"]), max(last, one["last"]["value"])
        found[one["key"]] = (count + one["doc_count"], *days_)
    known = [
        Signer(index.values.named("signer", number), count, _day(first), _day(last))
        for number, (count, first, last) in found.items()
    ]
    return sorted(known, key=lambda one: (-one.count, one.first, one.name))[:most]


def _day(time: float) -> str:
    return (date.min + timedelta(minutes=int(time) >> 32)).isoformat()


def _rank(archive: Archive, query: tantivy.Query, signer: str) -> str:
    """The rank that two Classified By lines give to `signer`, else one, of the first telegrams of `query` that are signed so."""
    archive.go_on()
    signed = tantivy.Query.boolean_query([(_MUST, query), (_MUST, _term("signer", signer))])
    hits = open_index(archive).searcher().search(signed, _LOOKED_AT, count=False, order_by_field="time").hits
    ranks: Counter[str] = Counter()
    for time, _ in hits:
        for (record,) in archive.ask(_RECORD, (time & _ROW,)):
            try:
                found = unpack(decompress(record), _Classified).authority
            except ArchiveError:  # a record that cannot be read says nothing; `reftel check` names it
                continue
            if found and found.name and found.title and _same(found.name.value, signer):
                title = " ".join(found.title.value.split())
                ranks[title] += 1
                if ranks[title] == _AGREEING:
                    return title
    return ranks.most_common(1)[0][0] if ranks else ""


def _same(name: str, signer: str) -> bool:
    """Whether a name in full is that of a signer, who signs with the last of it, or with all."""
    words = [word.strip(".,").upper() for word in name.split()]
    signed = signer.upper().split()
    last = next((word for word in reversed(words) if word not in ("JR", "SR", "II", "III", "IV")), "")
    return bool(signed) and last == signed[-1].strip(".,")
