"""The pages of what records have in common, and the shelves of them: lists of a bounded length, cut by year, month or day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from reftel import handbook
from reftel.archive.gaps import Coverage
from reftel.publish.site import paths
from reftel.publish.site.around import Kept
from reftel.search import Bucket
from reftel.search.layout import time_key
from reftel.web import addresses
from reftel.web.asked import Searched
from reftel.web.charts import Chart, Place, over_time, place
from reftel.web.views.header import meaning
from reftel.web.views.results import Choice, address_of, filter_of
from reftel.web.views.subjects import Entry, ShelfView

PAGE = 200  # records of one list
SHELF = 800  # values of one shelf
_SHOWN = 12
_FIELDS = {"post": "post", "tag": "tag", "person": "signer", "country": "country", "class": "class", "date": "sent"}
_BACK = {"post": "post", "tag": "tag", "signer": "person", "class": "class", "country": "country"}
_KINDS = ("post", "tag", "person", "country", "class")


class Columns(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a release is filed under, beyond what the archive's own list says."""

    country: str = ""
    tags: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()


_NONE = Columns()


class Line(msgspec.Struct, frozen=True):
    """A record in a list."""

    name: str
    address: str
    sent: str
    level: str
    subject: str


class Period(msgspec.Struct, frozen=True):
    """A year, month or day, or no date; or the value of a shelf: how many it has, and its page."""

    value: str
    count: int
    address: str


class SubjectPage(msgspec.Struct, frozen=True):
    """The page of a post, TAG, person, country, class or date."""

    kind: str
    value: str
    title: str
    about: str
    total: int
    chart: Chart
    facets: dict[str, tuple[Choice, ...]]
    rows: tuple[Line, ...]
    periods: tuple[Period, ...]
    search: str
    post: handbook.Post | None = None
    place: Place | None = None
    coverage: tuple[Coverage, ...] = ()


class Part(msgspec.Struct, frozen=True):
    """A part of a subject's list: the records of one period, or some of them."""

    kind: str
    title: str
    above: str
    period: str
    number: int
    parts: int
    rows: tuple[Line, ...]
    before: str
    behind: str


class Page(msgspec.Struct, frozen=True):
    """A page that is made of data alone: where it stands, and which template shows it."""

    path: str
    template: str
    data: object


class Subjects:
    """Every subject of an archive, with its releases in the order of time."""

    def __init__(
        self, rows: Sequence[Kept], columns: Mapping[int, Columns], coverage: Mapping[str, list[Coverage]]
    ) -> None:
        self._columns, self._coverage = columns, coverage
        self.of: dict[str, dict[str, list[Kept]]] = {kind: defaultdict(list) for kind in paths.SUBJECTS}
        for one in sorted(rows, key=lambda one: time_key(one.sent, one.row)):
            for kind, value in self._subjects(one):
                if filter_of(_FIELDS[kind], value):
                    self.of[kind][value].append(one)

    def _subjects(self, one: Kept) -> Iterator[tuple[str, str]]:
        columns = self._columns.get(one.row, _NONE)
        yield from (
            (kind, value)
            for kind, value in (("post", one.post), ("class", one.level), ("country", columns.country))
            if value
        )
        yield from (("tag", tag) for tag in dict.fromkeys(columns.tags) if tag)
        yield from (("person", name) for name in dict.fromkeys(columns.signers) if name)
        if len(one.sent) >= 4:
            yield "date", one.sent[:4]
        if len(one.sent) >= 7:
            yield "date", one.sent[:7]

    def counts(self, kind: str) -> list[tuple[str, int]]:
        """The values, the most frequent first; dates in their order."""
        found = [(value, len(rows)) for value, rows in self.of[kind].items()]
        return sorted(found, key=lambda one: one[0] if kind == "date" else (-one[1], one[0]))

    def months(self, rows: Sequence[Kept]) -> list[Bucket]:
        """How many were sent in each month; in a year, where no month is known."""
        counts = Counter(one.sent[:7] for one in rows if one.sent)
        return [Bucket(value, count) for value, count in sorted(counts.items())]

    def pages(self, link: Callable[[Kept], str]) -> Iterator[Page]:
        """The page of every subject, and the parts of its list; `link` is the address of a release's page."""
        for kind, values in self.of.items():
            for value, rows in values.items():
                yield from self._of(kind, value, rows, link)

    def _of(self, kind: str, value: str, rows: list[Kept], link: Callable[[Kept], str]) -> Iterator[Page]:
        whole = len(rows) <= PAGE
        lots: dict[str, list[Kept]] = defaultdict(list)
        for one in rows:
            lots[_period(kind, value, one.sent)].append(one)
        periods = () if whole else tuple(self._periods(kind, value, lots))
        yield Page(
            paths.subject(kind, value), "subject", self._page(kind, value, rows, periods, link if whole else None)
        )
        if whole or (kind == "date" and len(value) == 4 and "" not in lots):
            return
        title = self._title(kind, value)
        above = addresses.of(kind, value)
        for period, lot in lots.items():
            if kind == "date" and len(value) == 4 and period:
                continue  # months have pages of their own
            yield from _parts((kind, value, title, above), period, lot, link)

    def _periods(self, kind: str, value: str, lots: Mapping[str, list[Kept]]) -> Iterator[Period]:
        for period in sorted(lots, key=lambda one: (not one, one)):
            own = kind == "date" and len(value) == 4 and period
            address = addresses.of("date", period) if own else addresses.of(kind, value, part=period or "undated")
            yield Period(period, len(lots[period]), address)

    def _title(self, kind: str, value: str) -> str:
        known = handbook.posts().get(value) if kind == "post" else None
        return known.name if known else value

    def _page(
        self, kind: str, value: str, rows: list[Kept], periods: tuple[Period, ...], link: Callable[[Kept], str] | None
    ) -> SubjectPage:
        narrower = Searched(within=(filter_of(_FIELDS[kind], value),), sort="oldest")
        own = {one.value: one.address for one in periods}
        known = handbook.posts().get(value) if kind == "post" else None
        placed = known is not None and known.latitude is not None and known.longitude is not None
        return SubjectPage(
            kind=kind,
            value=value,
            title=self._title(kind, value),
            about=meaning(value, "tag") if kind == "tag" else "",
            total=len(rows),
            chart=over_time(self.months(rows), lambda day: own.get(day) or address_of(narrower, since=day, until=day)),
            facets=self._facets(kind, value, rows, narrower),
            rows=tuple(_line(one, link) for one in rows) if link else (),
            periods=periods,
            search=address_of(narrower),
            post=known,
            place=place(known.latitude, known.longitude) if known and placed else None,  # type: ignore[arg-type]
            coverage=tuple(self._coverage.get(value, ())) if kind == "post" else (),
        )

    def _facets(self, kind: str, value: str, rows: list[Kept], narrower: Searched) -> dict[str, tuple[Choice, ...]]:
        counts: dict[str, Counter[str]] = {one: Counter() for one in _KINDS}
        for one in rows:
            columns = self._columns.get(one.row, _NONE)
            counts["post"][one.post] += 1
            counts["class"][one.level] += 1
            counts["country"][columns.country] += 1
            counts["tag"].update(columns.tags)
            counts["person"].update(columns.signers)
        told: dict[str, tuple[Choice, ...]] = {}
        for name, back in _BACK.items():
            most = sorted(counts[back].items(), key=lambda one: (-one[1], one[0]))[: _SHOWN + 2]
            choices = (
                Choice(one, count, _both(narrower, filter_of(name, one)))
                for one, count in most
                if one and (back, one) != (kind, value)
            )
            if found := tuple(choices)[:_SHOWN]:
                told[name] = found
        return told

    def shelves(self) -> Iterator[Page]:
        """The lists of all values of each kind."""
        for kind in paths.SUBJECTS:
            counts = [(value, count) for value, count in self.counts(kind) if kind != "date" or len(value) == 7]
            entries = [Entry(value, _says(kind, value), count, addresses.of(kind, value)) for value, count in counts]
            yield from shelf(kind, entries)


def shelf(by: str, entries: Sequence[Entry]) -> Iterator[Page]:
    """A shelf, in parts of a bounded length."""
    parts = [entries[at : at + SHELF] for at in range(0, len(entries), SHELF)] or [[]]
    for number, lot in enumerate(parts, 1):
        following = addresses.of("browse", by, part=str(number + 1)) if number < len(parts) else ""
        yield Page(paths.shelf(by, number), "shelf", ShelfView(by, tuple(lot), len(entries), following))


def _says(kind: str, value: str) -> str:
    if kind == "post":
        known = handbook.posts().get(value)
        return ", ".join(part for part in (known.name, known.country) if part) if known else ""
    return meaning(value, "tag") if kind == "tag" else ""


def _period(kind: str, value: str, sent: str) -> str:
    """The year; in a year the month, in a month the day. Empty where that is not known."""
    length = {4: 7, 7: 10}[len(value)] if kind == "date" else 4
    return sent[:length] if len(sent) >= length else ""


def _parts(of: tuple[str, str, str, str], period: str, rows: list[Kept], link: Callable[[Kept], str]) -> Iterator[Page]:
    kind, value, title, above = of
    lots = [rows[at : at + PAGE] for at in range(0, len(rows), PAGE)]
    names = [f"{period or 'undated'}{f'.{number}' if number > 1 else ''}" for number in range(1, len(lots) + 1)]
    ways = ["", *(addresses.of(kind, value, part=name) for name in names), ""]
    for at, lot in enumerate(lots):
        lines = tuple(_line(one, link) for one in lot)
        part = Part(kind, title, above, period, at + 1, len(lots), lines, ways[at], ways[at + 2])
        yield Page(paths.subject(kind, value, names[at]), "period", part)


def _line(one: Kept, link: Callable[[Kept], str]) -> Line:
    return Line(one.id or one.key[:12], link(one), one.sent[:10], one.level, " ".join(one.subject.split()))


def _both(narrower: Searched, words: str) -> str:
    return address_of(narrower, within=(*narrower.within, words)) if words else ""
