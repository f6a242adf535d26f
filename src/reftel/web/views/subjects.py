"""The pages of what records have in common: a post, a TAG, a person, a country, a class, a date; and the shelves of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from reftel import handbook
from reftel.analysis.heads import Signer, signers
from reftel.archive import Archive, post_key
from reftel.archive.gaps import Coverage, Ghost, coverage, ghosts
from reftel.archive.overview import overview
from reftel.archive.packing import printable
from reftel.errors import NotFound
from reftel.search import Bucket, Hits, Query, search
from reftel.web import addresses
from reftel.web.asked import Absent, Searched, Shelf, Subject
from reftel.web.charts import Chart, Place, over_time, place
from reftel.web.views.header import country, meaning
from reftel.web.views.keeping import kept
from reftel.web.views.names import named_posts, post_name
from reftel.web.views.results import Choice, HitShown, address_of, changing, filter_of, hit_shown

Kind = Literal["post", "tag", "person", "country", "class", "date", "publisher"]
_FIELDS = {"post": "post", "tag": "tag", "person": "signer", "country": "country", "class": "class", "date": "sent"}
_KEPT_AS = {
    "post": "post",
    "tag": "tag",
    "person": "signer",
    "class": "level",
}  # fields of the index with the values themselves
_FACETS = ("post", "tag", "signer", "class", "country", "month")
_BACK = {"post": "post", "tag": "tag", "signer": "person", "class": "class", "country": "country"}
_SHOWN = 12
_SIGNERS = 16


class SubjectView(msgspec.Struct, frozen=True):
    """One post, TAG, person, country, class or date: what it is, its records over time, and what goes with it."""

    kind: Kind
    value: str
    title: str
    about: str
    total: int
    chart: Chart
    facets: dict[str, tuple[Choice, ...]]
    hits: tuple[HitShown, ...]
    next: str
    search: str
    notes: tuple[str, ...]
    post: handbook.Post | None = None
    place: Place | None = None
    coverage: tuple[Coverage, ...] = ()
    signers: tuple[Signer, ...] = ()


def post_view(archive: Archive, asked: Subject) -> SubjectView:
    """The page of a post, in any spelling."""
    key = post_key(asked.name)
    known = handbook.posts().get(key)
    found = _view(archive, asked, "post", key)
    if not found.total and known is None:
        raise NotFound(f"no post is known as {asked.name}", hint="/browse/post lists those of this archive")
    placed = known is not None and known.latitude is not None and known.longitude is not None
    return msgspec.structs.replace(
        found,
        title=post_name(archive, key),
        post=known,
        place=place(known.latitude, known.longitude) if known and placed else None,  # type: ignore[arg-type]
        coverage=tuple(coverage(archive, post=key)),
        signers=kept(archive, ("signers", key), lambda: signers(archive, key, _SIGNERS)),
    )


def tag_view(archive: Archive, asked: Subject) -> SubjectView:
    """The page of a TAG."""
    found = _in_any_case(archive, asked, "tag")
    return msgspec.structs.replace(found, about=meaning(found.value, "tag"))


def person_view(archive: Archive, asked: Subject) -> SubjectView:
    """The page of who signs so."""
    return _in_any_case(archive, asked, "person")


def country_view(archive: Archive, asked: Subject) -> SubjectView:
    """The page of a country: the posts in it."""
    return _known(_view(archive, asked, "country", asked.name))


def class_view(archive: Archive, asked: Subject) -> SubjectView:
    """The page of a classification."""
    return _in_any_case(archive, asked, "class")


def date_view(archive: Archive, asked: Subject) -> SubjectView:
    """The page of a year, a month or a day."""
    return _known(_view(archive, asked, "date", asked.name))


def _in_any_case(archive: Archive, asked: Subject, kind: Kind) -> SubjectView:
    """The page of a value as it is written in the address, else in capitals, as almost all are kept."""
    name = " ".join(asked.name.strip('"“” ').split()) or asked.name
    for value in dict.fromkeys((asked.name, name, name.upper())):
        found = _view(archive, asked, kind, value)
        if found.total:
            return found
    return _known(found)


def _nowhere(value: str) -> str:
    return ""


def _known(found: SubjectView) -> SubjectView:
    if not found.total:
        raise NotFound(f"nothing here has {found.kind} {found.value}", hint="/browse lists what there is")
    return found


def _view(archive: Archive, asked: Subject, kind: Kind, value: str) -> SubjectView:
    words = filter_of(_FIELDS[kind], value)
    if not words and kind not in _KEPT_AS:
        raise NotFound(f"{value} cannot be asked for", hint="/browse lists what there is")
    query = Query(sort=asked.sort, cursor=asked.after, limit=asked.limit, facet_size=_SHOWN)
    as_kept = kind in _KEPT_AS
    query = msgspec.structs.replace(
        query, exact=((_KEPT_AS[kind], printable(value)),) if as_kept else (), within=() if as_kept else (words,)
    )
    found = search(archive, msgspec.structs.replace(query, facets=_FACETS))
    narrower = Searched(within=(words,) if words else (), sort="oldest")
    can_be_asked = bool(words) and (not as_kept or value == value.upper())
    return SubjectView(
        kind=kind,
        value=value,
        title=value,
        about="",
        total=found.total,
        chart=over_time(found.facets["month"], changing(narrower, "from", "to") if can_be_asked else _nowhere),
        facets=_facets(archive, found, (kind, value), narrower if can_be_asked else None),
        hits=tuple(hit_shown(archive, hit, "") for hit in found.hits),
        next=addresses.of(kind, value, after=found.cursor, sort=asked.sort) if found.cursor else "",
        search=address_of(narrower) if can_be_asked else "",
        notes=found.notes,
    )


def _facets(
    archive: Archive, found: Hits, subject: tuple[Kind, str], narrower: Searched | None
) -> dict[str, tuple[Choice, ...]]:
    """What goes with it; each leads to the records that have both, as far as words can ask for them."""
    told = {}
    narrowed = changing(narrower, "within") if narrower else _nowhere
    for name, back in _BACK.items():
        ones = tuple(
            Choice(one.value, one.count, narrowed(words) if (words := filter_of(name, one.value)) else "")
            for one in found.facets[name]
            if (back, one.value) != subject
        )
        if ones:
            told[name] = named_posts(archive, ones) if name == "post" else ones
    return told


class ShelfView(msgspec.Struct, frozen=True):
    """A page of the values of one kind with their counts, each with its meaning and its page; `total` is how many there are."""

    by: str
    entries: tuple[Entry, ...]
    total: int
    next: str


class Entry(msgspec.Struct, frozen=True):
    """One value."""

    value: str
    says: str
    count: int
    address: str


class ShelvesView(msgspec.Struct, frozen=True):
    """What can be browsed by, and how many values each has."""

    shelves: dict[str, int]


_COUNTED = {"date": "month", "post": "post", "country": "country", "class": "class", "tag": "tag", "person": "signer"}


def shelves_view(archive: Archive, asked: object) -> ShelvesView:
    """The shelves."""
    return kept(archive, "shelves", lambda: _shelves(archive))


def _shelves(archive: Archive) -> ShelvesView:
    found = search(archive, Query(limit=0, facets=tuple(_COUNTED.values()), facet_size=0)).facets
    shelves = {by: len(found[facet]) for by, facet in _COUNTED.items()}
    return ShelvesView({**shelves, "publisher": len(overview(archive).publishers)})


def shelf_view(archive: Archive, asked: Shelf) -> ShelfView:
    """A page of one shelf."""
    if asked.by == "publisher":
        counts = kept(archive, "overview", lambda: overview(archive)).publishers
        entries = (Entry(name, "", count, addresses.of("publisher", name)) for name, count in counts.items())
        return _page(asked, tuple(entries))
    facet = _COUNTED[asked.by]
    found = kept(
        archive, ("shelf", facet), lambda: search(archive, Query(limit=0, facets=(facet,), facet_size=0)).facets[facet]
    )
    shown = found[asked.start : asked.start + asked.limit]
    return _page(asked, tuple(_entries(archive, asked.by, shown)), len(found))


def _page(asked: Shelf, entries: tuple[Entry, ...], total: int = 0) -> ShelfView:
    """What is on the page of a shelf; of all its `entries`, where there is no `total`."""
    shown = entries if total else entries[asked.start : asked.start + asked.limit]
    total = total or len(entries)
    behind = asked.start + len(shown)
    limit = str(asked.limit) if asked.limit != Shelf("post").limit else ""
    following = addresses.of(f"browse/{asked.by}", start=str(behind), limit=limit) if behind < total and shown else ""
    return ShelfView(asked.by, shown, total, following)


def _entries(archive: Archive, by: str, buckets: tuple[Bucket, ...]) -> Iterator[Entry]:
    for one in buckets:
        says = ""
        if by == "post":
            known = handbook.posts().get(one.value)
            name = post_name(archive, one.value)
            says = (
                ", ".join(part for part in (name, country(known.country)) if part)
                if known
                else name * (name != one.value)
            )
        elif by == "tag":
            says = meaning(one.value, "tag")
        address = addresses.of(by, one.value) if by in _KEPT_AS or filter_of(by, one.value) else ""
        yield Entry(one.value, says, one.count, address)


class GhostRow(msgspec.Struct, frozen=True):
    """A cable that is cited and not here, as it is listed; `likely` is a day, or a year where nothing tells more."""

    id: str
    address: str
    likely: str
    cited: int
    title: str


class GhostsView(msgspec.Struct, frozen=True):
    """The cables that are cited and not here, of one post where one is named; `more` where there are more."""

    post: str
    ghosts: tuple[GhostRow, ...]
    more: bool


def ghosts_view(archive: Archive, asked: Absent) -> GhostsView:
    """The first `limit` ghosts, post by post in the order of their numbers."""
    return kept(archive, asked, lambda: _ghosts(archive, asked))


def _ghosts(archive: Archive, asked: Absent) -> GhostsView:
    rows: list[GhostRow] = []
    post = post_key(asked.post)
    for one in ghosts(archive, post=post, about=False):
        if len(rows) == asked.limit:
            return GhostsView(post, tuple(rows), more=True)
        rows.append(_ghost_row(one))
    return GhostsView(post, tuple(rows), more=False)


def _ghost_row(one: Ghost) -> GhostRow:
    likely = (one.day.likely or one.day.first[:4]) if one.day else ""
    return GhostRow(one.id, addresses.record(one.id), likely, len(one.cited_by), next(iter(one.titles), ""))
