"""A desk: the reader's own collections, notes and tags, and all that is done with them."""

from __future__ import annotations

import getpass
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from reftel.archive import Stored
from reftel.archive.packing import printable
from reftel.desk.entry import (
    FARTHEST,
    Collected,
    Entry,
    Judged,
    Matched,
    Noted,
    Placed,
    Tagged,
    Target,
    What,
    meant,
    name_of,
    new_thing,
    now,
    text_of,
)
from reftel.desk.file import DeskFile
from reftel.desk.standing import Collection, Item, Of, Standing, Version, collections, of, standing, version
from reftel.errors import DeskError

_GAP = 1 << 20  # between the places of two records, so that many may be moved in between
_SHORTEST_ID = 6
AUTHOR = "REFTEL_AUTHOR"


class Card(msgspec.Struct, frozen=True):
    """What is put into a collection: a record, and what it is called."""

    record: str
    release: str = ""
    title: str = ""
    sent: str = ""


class Note(msgspec.Struct, frozen=True):
    """A note: who wrote it and when, and when it was last changed."""

    id: str
    text: str
    target: Target
    author: str
    at: str
    changed: str = ""
    others: tuple[Version, ...] = ()
    heads: tuple[str, ...] = ()


class Tag(msgspec.Struct, frozen=True):
    """A tag on one target."""

    id: str
    word: str
    target: Target
    author: str
    at: str
    others: tuple[Version, ...] = ()


class Around(msgspec.Struct, frozen=True):
    """What is the reader's own about one record: notes, tags, his collections and whether each holds it, his tags' words."""

    notes: list[Note]
    tags: list[Tag]
    collections: list[tuple[Collection, bool]]
    words: list[str]


class Torn(msgspec.Struct, frozen=True):
    """A thing of which two versions stand: in words, and the record, its part and the collection that it is about."""

    says: str
    record: str = ""
    at: str = ""
    collection: str = ""


class Merged(msgspec.Struct, frozen=True):
    """What came of a merge: entries received, those that were new, and the things of which two versions stand now."""

    received: int
    new: int
    disagreements: tuple[Torn, ...]


def card_of(stored: Stored) -> Card:
    """A record of an archive, as it is put into a collection."""
    facts = stored.facts
    title = " ".join((facts.subject or stored.release.title or stored.release.given.title).split())
    return Card(facts.id or stored.key, stored.key, title, facts.sent)


def author_of(given: str = "") -> str:
    """Who writes: as given, else from REFTEL_AUTHOR, else the name of the user on this machine."""
    try:
        return name_of(given or os.environ.get(AUTHOR, "") or getpass.getuser(), "author")
    except (OSError, KeyError):  # a user without a name
        return "unknown"


class Desk:
    """The desk in one file, which is made when the first thing is put on it. Any number of processes may use it at once.

    Its methods raise DeskError for what cannot be, and where the file cannot be used. Of what cannot be read `tell` is told.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        author: str = "",
        clock: Callable[[], str] = now,
        tell: Callable[[str], object] | None = None,
    ) -> None:
        self.file = DeskFile(path, tell)
        self.path, self.author = self.file.path, author_of(author)
        self._clock = clock

    @property
    def writable(self) -> bool:
        """Whether anything can be put on it."""
        return self.file.writable

    # Collections

    def collections(self) -> list[Collection]:
        """All collections, by name."""
        return collections(self.file.entries("collection", "cable"))

    def sized(self) -> list[tuple[Collection, int]]:
        """All collections by name, without their records, and how many each has."""
        sizes = self.file.sizes()
        return [(one, sizes.get(one.id, 0)) for one in collections(self.file.entries("collection"))]

    def around(self, record: str) -> Around:
        """What is the reader's own about one record."""
        entries, words = self.file.around(record)
        things = standing(entries)
        return Around(
            _notes(things),
            _tags(things),
            [(msgspec.structs.replace(one, items=()), bool(one.items)) for one in collections(entries)],
            words,
        )

    def collection(self, name: str) -> Collection:
        """The collection of this id or name, or whose id starts so; DeskError where there is none, or more than one."""
        everything = collections(self.file.entries("collection"))
        wanted = " ".join(name.split())
        found = [one for one in everything if one.id == wanted] or [
            one for one in everything if one.name.casefold() == wanted.casefold()
        ]
        if not found and len(wanted) >= _SHORTEST_ID:
            found = [one for one in everything if one.id.startswith(wanted.lower())]
        if len(found) == 1:
            own = found[0].id
            both = *self.file.entries("collection", thing=own), *self.file.entries("cable", collection=own)
            return next(iter(collections(both)), found[0])
        if found:
            which = ", ".join(_short_ids([one.id for one in found]))
            raise DeskError(f"{len(found)} collections are called {wanted!r}", hint=f"say which by its id: {which}")
        known = ", ".join(one.name for one in everything[:10])
        hint = f"there are: {known}" if known else "reftel collection create NAME"
        raise DeskError(f"there is no collection {wanted!r}", where=str(self.path), hint=hint)

    def create(self, name: str, about: str = "", cards: Iterable[Card] = ()) -> Collection:
        """A new collection, with `cards` in it; DeskError where the name is taken."""
        clean = name_of(name)
        if any(one.name.casefold() == clean.casefold() for one in collections(self.file.entries("collection"))):
            raise DeskError(f"there is a collection {clean!r} already", hint="choose another name")
        made = Collection(new_thing(), clean, text_of(about), self.author, "", ())
        self.file.add([self._entry(made.id, Collected(clean, made.about), None), *self._behind(made, cards)])
        return self.collection(made.id)

    def describe(self, name: str, *, called: str, about: str, seen: Sequence[str] = ()) -> Collection:
        """The collection of this name, called and described so from now on. `seen` are the versions that were looked at."""
        found = self.collection(name)
        self.enter(found.id, Collected(name_of(called), text_of(about)), seen)
        return self.collection(found.id)

    def remove(self, name: str) -> Collection:
        """Takes a collection away, and gives it as it was; what is noted on its records stays."""
        found = self.collection(name)
        self.enter(found.id, Collected(found.name, found.about), gone=True)
        return found

    def add(self, name: str, cards: Iterable[Card]) -> int:
        """How many of `cards` are new in the collection; they stand at its end, in their order."""
        found = self.collection(name)
        made = self._behind(found, cards)
        self.file.add(made)
        there = {item.record for item in found.items}
        return sum(one.record not in there for one in made)

    def _behind(self, found: Collection, cards: Iterable[Card]) -> list[Entry]:
        """What puts the new ones of `cards` at the end of a collection."""
        new: dict[str, Card] = {}
        for given in cards:
            card = Card(*map(printable, (given.record, given.release, given.title, given.sent)))
            new.setdefault(card.record, card)
        for item in found.items:
            new.pop(item.record, None)
        places, made = self._places(found), list[Entry]()
        start = max((item.rank for item in found.items), default=0)
        if start + _GAP * len(new) > FARTHEST:  # as far as any place may be: all are given places anew
            made, start = self._anew(found, found.items, places), _GAP * len(found.items)
        return made + [self._placed(found, card, start + at * _GAP, places) for at, card in enumerate(new.values(), 1)]

    def take_out(self, name: str, record: str) -> Item:
        """Takes a record out of a collection; DeskError where it is not in it."""
        found, item = self._item(name, record)
        self.file.add([self._placed(found, item, item.rank, self._places(found), gone=True)])
        return item

    def move(self, name: str, record: str, to: int) -> Collection:
        """The collection with a record at the place `to`, counted from 1."""
        found, item = self._item(name, record)
        at = min(max(to, 1), len(found.items)) - 1
        if found.items[at] is item:
            return found
        order = [one for one in found.items if one is not item]
        order.insert(at, item)
        rank = _between(order[at - 1] if at else None, order[at + 1] if at + 1 < len(order) else None)
        places = self._places(found)
        if rank is None:
            self.file.add(self._anew(found, order, places, item))
        else:
            self.file.add([self._placed(found, item, rank, places)])
        return self.collection(found.id)

    def _item(self, name: str, record: str) -> tuple[Collection, Item]:
        found = self.collection(name)
        for item in found.items:
            if item.record == record:
                return found, item
        raise DeskError(f"{record} is not in {found.name!r}", hint=f"reftel collection show {found.name!r}")

    def _places(self, found: Collection) -> Mapping[Of, Standing]:
        return standing(self.file.entries("cable", collection=found.id))

    def _placed(
        self, found: Collection, one: Card | Item, rank: int, places: Mapping[Of, Standing], *, gone: bool = False
    ) -> Entry:
        what = Placed(found.id, one.record, rank, one.release, one.title[:1000], one.sent)
        thing = meant(what)
        return self._entry(thing, what, places.get((thing, what.kind)), gone=gone)

    def _anew(
        self, found: Collection, order: Sequence[Item], places: Mapping[Of, Standing], moved: Item | None = None
    ) -> list[Entry]:
        """What gives all a place in this order, with room between them."""
        return [
            self._placed(found, one, at * _GAP, places)
            for at, one in enumerate(order, 1)
            if one.rank != at * _GAP or one is moved
        ]

    # Notes and tags

    def notes(self, record: str = "") -> list[Note]:
        """The notes on a record, or all, in the order in which they were written."""
        return _notes(standing(self.file.entries("note", record=record)))

    def note(self, thing: str) -> Note:
        """The note whose id starts so; DeskError where there is none."""
        start = thing.strip().lower()
        found = _notes(standing(self.file.beginning("note", start))) if len(start) >= _SHORTEST_ID else []
        if len(found) != 1:
            raise DeskError(f"there is no note {thing.strip()[:40]!r}", hint="reftel note list tells the id of each")
        return found[0]

    def write(self, target: Target, text: str) -> Note:
        """A new note on `target`."""
        made = self._noting(target, text)
        self.file.add([made])
        return self.note(made.thing)

    def _noting(self, target: Target, text: str) -> Entry:
        return self._entry(new_thing(), Noted(_words(text), target), None)

    def write_and_tag(self, target: Target, text: str, word: str) -> None:
        """A new note on `target`, and the tag `word`: both, or none of them."""
        self.file.add([self._noting(target, text), *self._tagging(target, word)[1]])

    def rewrite(self, thing: str, text: str, seen: Sequence[str] = ()) -> Note:
        """The note with another text. `seen` are the versions that were looked at; any other stays beside it."""
        found = self.note(thing)
        self.enter(found.id, Noted(_words(text), found.target), seen)
        return self.note(found.id)

    def unwrite(self, thing: str) -> Note:
        """Takes a note away, and gives it as it was."""
        found = self.note(thing)
        self.enter(found.id, Noted(found.text, found.target), gone=True)
        return found

    def tags(self, record: str = "") -> list[Tag]:
        """The tags on a record, or all, by their words."""
        return _tags(standing(self.file.entries("tag", record=record)))

    def words(self) -> dict[str, int]:
        """How often each tag is used, by its word."""
        counts = Counter(one.word for one in self.tags())
        return dict(sorted(counts.items(), key=lambda one: (one[0].casefold(), one[0])))

    def tag(self, target: Target, word: str) -> Tag:
        """The tag `word` on `target`; the one that is there, where it is."""
        thing, made = self._tagging(target, word)
        if made:
            self.file.add(made)
        return self._tagged(thing)

    def _tagging(self, target: Target, word: str) -> tuple[str, list[Entry]]:
        """The thing that such a tag is, and what puts it there where it is not."""
        what = Tagged(name_of(word, "tag"), target)
        thing = meant(what)
        there = standing(self.file.entries("tag", thing=thing)).get((thing, what.kind))
        return thing, [self._entry(thing, what, there)] if there is None or there.gone else []

    def untag(self, thing: str) -> Tag:
        """Takes a tag away, and gives it as it was."""
        found = self._tagged(thing)
        self.enter(thing, Tagged(found.word, found.target), gone=True)
        return found

    def _tagged(self, thing: str) -> Tag:
        found = _tags(standing(self.file.entries("tag", thing=thing)))
        if not found:
            raise DeskError("this tag is not there", hint="it may have been taken away already")
        return found[0]

    # Merging

    def everything(self) -> tuple[list[Entry], list[str]]:
        """All entries, and the addresses of those that others took the place of."""
        return [row.entry for row in self.file.entries()], self.file.past()

    def merge(self, entries: Sequence[Entry], past: Sequence[str]) -> Merged:
        """Puts the entries of another desk to those of this; nothing of either is lost, and twice is as once."""
        return self.merge_all([(entries, past)])[0]

    def merge_all(self, desks: Sequence[tuple[Sequence[Entry], Sequence[str]]]) -> list[Merged]:
        """The same for several: all of them are taken in, or none."""
        counts = self.file.add_all(desks)
        torn = self._torn()
        return [
            Merged(len(entries), new, tuple(torn[thing] for thing in sorted(torn.keys() & set(map(of, entries)))))
            for (entries, _), new in zip(desks, counts, strict=True)
        ]

    def disagreements(self) -> tuple[Torn, ...]:
        """What two people made of one thing and nobody has settled."""
        return tuple(self._torn().values())

    def _torn(self) -> dict[Of, Torn]:
        return {thing: _told(one) for thing, one in standing(self.file.torn()).items() if one.others}

    def enter(self, thing: str, what: What, seen: Sequence[str] = (), *, gone: bool = False) -> None:
        """Says `what` of `thing`, in place of the versions `seen` of it, or of all."""
        before = standing(self.file.entries(what.kind, thing=thing)).get((thing, what.kind))
        self.file.add([self._entry(thing, what, before, seen, gone=gone)])

    def _entry(
        self, thing: str, what: What, before: Standing | None, seen: Sequence[str] = (), *, gone: bool = False
    ) -> Entry:
        after = tuple(sorted(set(seen or (before.heads if before else ()))))
        return Entry(thing, self.author, self._clock(), what, after, gone, before.begun if before else None)


def _between(below: Item | None, above: Item | None) -> int | None:
    """A rank between those of two, or beside that of one; None where there is no room."""
    if below and above:
        rank = (below.rank + above.rank) // 2
        return rank if rank > below.rank else None
    rank = below.rank + _GAP if below else above.rank - _GAP if above else _GAP
    return rank if abs(rank) <= FARTHEST else None


def _short_ids(ids: Sequence[str]) -> list[str]:
    """The beginnings of ids, as long as they must be to be told apart."""
    length = next((many for many in (8, 16) if len({one[:many] for one in ids}) == len(ids)), None)
    return [one[:length] for one in ids]


def _words(text: str) -> str:
    clean = text_of(text)
    if not clean:
        raise DeskError("a note needs words", hint="write some")
    return clean


def _notes(things: Mapping[Of, Standing]) -> list[Note]:
    found = [
        _note(thing, one, one.entry.what) for (thing, _), one in things.items() if isinstance(one.entry.what, Noted)
    ]
    return sorted((note for note in found if note), key=lambda one: (one.at, one.id))


def _tags(things: Mapping[Of, Standing]) -> list[Tag]:
    found = [
        _tag(thing, one, one.entry.what) for (thing, _), one in things.items() if isinstance(one.entry.what, Tagged)
    ]
    return sorted((tag for tag in found if tag), key=lambda one: (one.word.casefold(), one.at, one.id))


def _note(thing: str, one: Standing, what: Noted) -> Note | None:
    if one.gone:
        return None
    changed = one.entry.at if one.entry.begun else ""
    others = tuple(map(version, one.others))
    return Note(thing, what.text, what.target, one.begun.author, one.begun.at, changed, others, one.heads)


def _tag(thing: str, one: Standing, what: Tagged) -> Tag | None:
    if one.gone:
        return None
    return Tag(thing, what.word, what.target, one.begun.author, one.begun.at, tuple(map(version, one.others)))


def _told(one: Standing) -> Torn:
    """A thing of which two versions stand."""
    what = one.entry.what
    by = f"versions by {', '.join(dict.fromkeys(entry.author for entry in (one.entry, *one.others)))}"
    if isinstance(what, Collected):
        return Torn(f"the collection {what.name!r}: {by}", collection=one.entry.thing)
    if isinstance(what, Placed):
        return Torn(f"{what.record} in a collection: {by}", what.record, collection=what.collection)
    if isinstance(what, Matched):
        return Torn(f"whether {what.one} and {what.other} are one person: {by}")
    called = (
        f"the tag {what.word!r}"
        if isinstance(what, Tagged)
        else "a statement"
        if isinstance(what, Judged)
        else "a note"
    )
    place = f"{what.target.record}{f' {what.target.at}' if what.target.at else ''}"
    return Torn(f"{called} on {place}: {by}", what.target.record, what.target.at)
