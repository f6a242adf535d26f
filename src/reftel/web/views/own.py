"""The pages of the reader's own desk: collections, notes, tags, saved searches; and what of it stands on a record's page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from reftel.archive import Archive, Stored
from reftel.desk import Collection, Desk, Finder, Found, Item, Note, Tag, Version
from reftel.desk.desk import Torn
from reftel.errors import DeskError, NotFound, SavedError
from reftel.export import formats
from reftel.paths import parts_of
from reftel.search import Query
from reftel.search.rows import above
from reftel.web import addresses
from reftel.web.asked import Kept, Leafed, Listed, Nothing, Opened, Searched
from reftel.web.own import State, own_of
from reftel.web.shown import Marking

_QUOTED = 300  # characters of a quote in a list
_LONGEST_TITLE = 120


class NoteShown(msgspec.Struct, frozen=True):
    """A note with its place: how its words were found, where that is, and how much they are."""

    id: str
    text: str
    author: str
    at: str
    changed: str
    others: tuple[Version, ...]
    heads: tuple[str, ...]
    record: str
    title: str
    here: bool
    how: str
    confidence: float
    part: str
    quote: str
    address: str


class TagShown(msgspec.Struct, frozen=True):
    """A tag with its place."""

    id: str
    word: str
    author: str
    at: str
    record: str
    title: str
    here: bool
    how: str
    part: str
    quote: str
    address: str


class InCollection(msgspec.Struct, frozen=True):
    """A collection, and whether the record is in it."""

    id: str
    name: str
    address: str
    holds: bool


class Margin(msgspec.Struct, frozen=True):
    """What the reader has written on one record, and the collections that it may be put in."""

    state: State
    release: str
    collections: tuple[InCollection, ...]
    notes: tuple[NoteShown, ...]
    tags: tuple[TagShown, ...]
    words: tuple[str, ...]


class Row(msgspec.Struct, frozen=True):
    """A record in a collection: its place, what it was called when it was put there, and what is noted on it."""

    place: int
    record: str
    title: str
    sent: str
    author: str
    at: str
    here: bool
    address: str
    notes: int
    others: tuple[Version, ...] = ()


class CollectionShown(msgspec.Struct, frozen=True):
    """A collection in a list."""

    id: str
    name: str
    about: str
    author: str
    at: str
    records: int
    address: str
    others: tuple[Version, ...] = ()


class WordCount(msgspec.Struct, frozen=True):
    """A tag, how often it is used, on how many records, and its page."""

    word: str
    count: int
    records: int
    address: str


class Unsettled(msgspec.Struct, frozen=True):
    """What two people made of one thing and nobody has settled, and where both are shown."""

    says: str
    address: str


class DeskView(msgspec.Struct, frozen=True):
    """The desk: what lies on it."""

    state: State
    author: str
    collections: tuple[CollectionShown, ...]
    notes: int
    tags: tuple[WordCount, ...]
    searches: int
    export: str
    unsettled: tuple[Unsettled, ...] = ()
    received: int = 0
    new: int = 0


class CollectionView(msgspec.Struct, frozen=True):
    """One collection with its records in their order, and every way to take it away."""

    state: State
    id: str
    name: str
    about: str
    author: str
    at: str
    others: tuple[Version, ...]
    heads: tuple[str, ...]
    items: tuple[Row, ...]
    total: int
    away: int
    exports: dict[str, str]
    pdf: str
    search: str
    next: str = ""


class NotesView(msgspec.Struct, frozen=True):
    """Notes, newest first."""

    state: State
    total: int
    notes: tuple[NoteShown, ...]
    next: str = ""


class TagsView(msgspec.Struct, frozen=True):
    """Every tag."""

    state: State
    tags: tuple[WordCount, ...]


class TagView(msgspec.Struct, frozen=True):
    """One tag, and all that has it."""

    state: State
    word: str
    tags: tuple[TagShown, ...]
    search: str


class SearchKept(msgspec.Struct, frozen=True):
    """A saved search: what it finds here, how much of it is new, and the addresses of both."""

    name: str
    asked: str
    saved: str
    looked: str
    total: int
    new: int
    row: int
    address: str
    new_address: str


class SearchesView(msgspec.Struct, frozen=True):
    """The saved searches. `to` is the newest record of the archive: what comes after it is new, once they are seen."""

    state: State
    to: int
    searches: tuple[SearchKept, ...]


def _desk(archive: Archive) -> tuple[Desk | None, State]:
    own = own_of(archive)
    return (own.desk, own.state) if own else (None, State())


def collection_address(name: str) -> str:
    """The page of a collection."""
    return addresses.of("desk/collection", name)


def desk_view(archive: Archive, asked: Opened) -> DeskView:
    """What lies on the desk."""
    own = own_of(archive)
    if own is None:
        return DeskView(State(), "", (), 0, (), 0, "")
    shown = tuple(_collection_shown(one, size) for one, size in own.desk.sized())
    try:
        searches = sum(1 for _ in own.searches)
    except SavedError:  # their own page says what is wrong with them
        searches = 0
    return DeskView(
        own.state, own.desk.author, shown, own.desk.file.count("note"), _words(own.desk), searches, "/desk/export/desk",
        tuple(Unsettled(one.says, _shown_at(one)) for one in own.desk.disagreements()), asked.received, asked.new,
    )  # fmt: skip


def _shown_at(one: Torn) -> str:
    if one.collection:
        return collection_address(one.collection)
    return addresses.of("record", one.record) + f"#{one.at or 'own'}"


def _collection_shown(one: Collection, size: int) -> CollectionShown:
    address = collection_address(one.id)
    return CollectionShown(one.id, one.name, one.about, one.author, one.at, size, address, one.others)


def _words(desk: Desk) -> tuple[WordCount, ...]:
    """The tags by their words; those that differ in capitals only are one."""
    by_word: dict[str, list[Tag]] = {}
    for one in desk.tags():
        by_word.setdefault(one.word.casefold(), []).append(one)
    return tuple(
        WordCount(
            ones[0].word, len(ones), len({one.target.record for one in ones}), addresses.of("desk/tag", ones[0].word)
        )
        for ones in by_word.values()
    )


def collection_view(archive: Archive, asked: Leafed) -> CollectionView:
    """One collection; NotFound where there is none of that name."""
    desk, state = _desk(archive)
    found = collection_named(desk, asked.name)
    noted = Counter(one.target.record for one in desk.notes()) if desk else Counter[str]()
    here = [bool(archive.rows_named(one.record) or archive.named(one.record)) for one in found.items]
    end = asked.start - 1 + asked.limit
    items = tuple(
        _row(at, one, here[at - 1], noted[one.record])
        for at, one in enumerate(found.items[asked.start - 1 : end], asked.start)
    )
    name = found.id
    exports = {one.name: f"/desk/export/{one.name}/{name}" for one in formats()}
    return CollectionView(
        state, found.id, found.name, found.about, found.author, found.at, found.others, found.heads, items,
        len(here), here.count(False), {"desk": f"/desk/export/desk/{name}", **exports}, f"/desk/pdf/{name}",
        addresses.of("search", q=f'mine:"{name}"'),
        collection_address(name) + f"?start={end + 1}" if end < len(here) else "",
    )  # fmt: skip


def collection_named(desk: Desk | None, name: str) -> Collection:
    """The collection of this name; NotFound where there is none, or more than one."""
    if desk is None:
        raise NotFound("no desk lies open here", hint="start the server on this machine alone")
    try:
        return desk.collection(name)
    except DeskError as error:
        raise NotFound(error.message, hint=error.hint) from error


def _row(at: int, one: Item, here: bool, notes: int) -> Row:
    address = addresses.record(one.record)
    return Row(at, one.record, one.title, one.sent, one.author, one.at, here, address, notes, one.others)


class Placer:
    """Finds notes and tags of many records, each release counted once."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._releases: dict[str, list[Stored]] = {}
        self._finders: dict[str, Finder] = {}

    def releases(self, record: str) -> list[Stored]:
        """The releases of a record."""
        if record not in self._releases:
            self._releases[record] = self._archive.named(record)
        return self._releases[record]

    def in_release(self, stored: Stored, one: Note | Tag) -> Found:
        """Where a note or tag stands in one release."""
        return self._finders.setdefault(stored.key, Finder(stored)).find(one.target)

    def best(self, one: Note | Tag) -> tuple[Stored | None, Found]:
        """Where it stands, in its own release or in the best of the others."""
        found = self.releases(one.target.record)
        own = sorted(found, key=lambda each: (each.key != one.target.release, -len(each.release.text)))
        order = {"whole": 0, "there": 0, "moved": 1, "altered": 2, "lost": 3}
        told = [(each, self.in_release(each, one)) for each in own]
        return min(told, key=lambda each: order[each[1].how], default=(None, Found("lost", 0.0, "")))


class Place(msgspec.Struct, frozen=True):
    """Where a note or tag stands: its record's title where that is told, whether it is here, how it was found, its address."""

    title: str
    here: bool
    found: Found
    part: str
    address: str


def _place(placer: Placer, one: Note | Tag, found: Found | None) -> Place:
    """Where it stands: in the release that is shown, where it was `found` there; else where it is best."""
    if found is not None and found.how != "lost":
        return Place("", True, found, found.at, addresses.of("record", one.target.record))
    stored, best = placer.best(one)
    title = ""
    if stored is not None and found is None:
        title = " ".join((stored.facts.subject or stored.release.title).split())[:_LONGEST_TITLE]
    chosen = best.release if len(placer.releases(one.target.record)) > 1 else ""
    address = addresses.of("record", one.target.record, release=chosen[:16]) + (f"#{best.at}" if best.at else "")
    return Place(title, stored is not None, best, best.at if found is None else "", address)


def note_shown(placer: Placer, one: Note, found: Found | None = None) -> NoteShown:
    """A note with its place; in the release that is shown, where `found` says so."""
    place = _place(placer, one, found)
    return NoteShown(
        one.id, one.text, one.author, one.at, one.changed, one.others, one.heads, one.target.record, place.title,
        place.here, place.found.how, place.found.confidence, place.part, _cut(one.target.exact), place.address,
    )  # fmt: skip


def tag_shown(placer: Placer, one: Tag, found: Found | None = None) -> TagShown:
    """A tag with its place."""
    place = _place(placer, one, found)
    return TagShown(
        one.id, one.word, one.author, one.at, one.target.record, place.title, place.here, place.found.how, place.part,
        _cut(one.target.exact), place.address,
    )  # fmt: skip


def _cut(quote: str) -> str:
    folded = " ".join(quote.split())
    return folded[:_QUOTED] + ("…" if len(folded) > _QUOTED else "")


def notes_view(archive: Archive, asked: Listed) -> NotesView:
    """Notes, newest first, a page at a time."""
    desk, state = _desk(archive)
    every = sorted(desk.notes() if desk else [], key=lambda one: (one.at, one.id), reverse=True)
    left = [one for one in every if not asked.after or f"{one.at} {one.id}" < asked.after]
    page, placer = left[: asked.limit], Placer(archive)
    more = len(left) > len(page)
    following = addresses.of("desk/notes", after=f"{page[-1].at} {page[-1].id}") if more else ""
    return NotesView(state, len(every), tuple(note_shown(placer, one) for one in page), following)


def tags_view(archive: Archive, asked: Nothing) -> TagsView:
    """Every tag, by its word."""
    desk, state = _desk(archive)
    return TagsView(state, _words(desk) if desk else ())


def tag_view(archive: Archive, asked: Kept) -> TagView:
    """All that has one tag; NotFound where nothing has."""
    desk, state = _desk(archive)
    wanted = " ".join(asked.name.split()).casefold()
    found = [one for one in desk.tags() if one.word.casefold() == wanted] if desk else []
    if not found:
        raise NotFound("nothing has this tag", hint="/desk/tags has all of them")
    placer = Placer(archive)
    search = addresses.of("search", q=f'tagged:"{found[0].word}"') if '"' not in found[0].word else ""
    return TagView(state, found[0].word, tuple(tag_shown(placer, one) for one in found), search)


def searches_view(archive: Archive, asked: Nothing) -> SearchesView:
    """The saved searches, and what is new since they were looked at."""
    own = own_of(archive)
    if own is None:
        return SearchesView(State(), 0, ())
    state = msgspec.structs.replace(own.state, writable=own.lets and own.searches.writable)
    to = archive.last_row()
    shown = tuple(
        SearchKept(
            one.name, said_query(one.query), one.saved, one.seen.looked, one.total, one.new, one.seen.row,
            _address(one.query), _address(one.query, one.seen.row) if one.new else "",
        )
        for one in own.searches.news(archive)
    )  # fmt: skip
    return SearchesView(state, to, shown)


def said_query(query: Query) -> str:
    """A query on one line."""
    span = f"{query.since or '…'} – {query.until or '…'}" if query.since or query.until else ""
    parts = (query.words, query.post, query.level, span, *query.tags, *query.within)
    return " · ".join(part for part in parts if part)


def _address(query: Query, row: int = 0) -> str:
    """The page of a search; of what came after the record `row`, where it is given."""
    within = (*query.within, *([above(row)] if row else []))
    asked = Searched(
        q=query.words, post=query.post, since=query.since, until=query.until, level=query.level, tag=query.tags,
        within=within,
    )  # fmt: skip
    values = {
        name: value if isinstance(value, str) else tuple(value) for name, value in msgspec.to_builtins(asked).items()
    }
    return "/search" + addresses.with_query({**values, "sort": "" if query.sort == "relevance" else query.sort})


def margin_of(archive: Archive, name: str, stored: Stored) -> tuple[Margin | None, list[Marking]]:
    """What the reader wrote on a record, as it stands in the release that is shown, and what is marked in its text."""
    own = own_of(archive)
    if own is None:
        return None, []
    try:
        around = own.desk.around(name)
    except DeskError as error:  # an archive can be read whatever became of the desk
        return Margin(State(True, False, error.message), stored.key, (), (), (), ()), []
    notes, tags = around.notes, around.tags
    placer = Placer(archive)
    every: list[Note | Tag] = [*notes, *tags]
    found = {one.id: placer.in_release(stored, one) for one in every}
    collections = tuple(
        InCollection(one.id, one.name, collection_address(one.id), holds) for one, holds in around.collections
    )
    margin = Margin(
        own.state,
        stored.key,
        collections,
        tuple(note_shown(placer, one, found[one.id]) for one in notes),
        tuple(tag_shown(placer, one, found[one.id]) for one in tags),
        tuple(around.words),
    )
    return margin, list(_marks(stored, found.values())) if found else []


def _marks(stored: Stored, found: Iterable[Found]) -> Iterator[Marking]:
    """The words that are noted or tagged; what is said of a whole part marks no words of it."""
    parts = {part.span for part in parts_of(stored.record, stored.release.text)}
    for one in found:
        if one.span is not None and one.span not in parts:
            yield Marking("noted", one.span)
