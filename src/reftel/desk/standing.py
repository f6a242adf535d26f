"""What entries come to: for each thing the one that stands, and those that stand beside it where two people disagree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from reftel.desk.entry import Begun, Collected, Entry, Judged, Matched, Noted, Placed, Tagged

# A thing and the kind of what is said of it: a note is never a version of a collection, whatever thing it names.
Of = tuple[str, str]


class Standing(msgspec.Struct, frozen=True):
    """A thing as it stands: its entry, and `others` that say otherwise and were written without knowing of it.

    `heads` are the addresses of all of them: what a change takes the place of.
    """

    entry: Entry
    others: tuple[Entry, ...]
    heads: tuple[str, ...]
    begun: Begun

    @property
    def gone(self) -> bool:
        """Whether everybody who spoke last of it took it away."""
        return self.entry.gone


class Version(msgspec.Struct, frozen=True):
    """What somebody else made of a thing: nobody has said yet which of the two holds."""

    author: str
    at: str
    says: str
    gone: bool = False


class Item(msgspec.Struct, frozen=True):
    """A record in a collection: what it was called when it was put there, by whom, and when."""

    record: str
    release: str
    title: str
    sent: str
    author: str
    at: str
    rank: int
    others: tuple[Version, ...] = ()


class Collection(msgspec.Struct, frozen=True):
    """A collection, with its records in their order. `heads` are what a change of its name or text takes the place of."""

    id: str
    name: str
    about: str
    author: str
    at: str
    items: tuple[Item, ...]
    others: tuple[Version, ...] = ()
    heads: tuple[str, ...] = ()


def standing(rows: Iterable[tuple[str, Entry, bool]]) -> dict[Of, Standing]:
    """Each thing of `rows` (id, entry, whether another takes its place); the same for the same rows in any order."""
    return {of: _standing(last(ones)) for of, ones in by_thing(rows).items()}


def of(entry: Entry) -> Of:
    """What an entry is about."""
    return entry.thing, entry.what.kind


def by_thing(rows: Iterable[tuple[str, Entry, bool]]) -> dict[Of, list[tuple[str, Entry, bool]]]:
    """The rows of each thing, in the order of their time."""
    things: dict[Of, list[tuple[str, Entry, bool]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row[1].at, row[0])):
        things[of(row[1])].append(row)
    return dict(sorted(things.items()))


def last(rows: Sequence[tuple[str, Entry, bool]]) -> list[tuple[str, Entry]]:
    """Those of the rows of one thing whose place no other takes.

    Where every one is said to be replaced, by none that is here, they are those that none here followed: nothing is lost by that.
    """
    left = [(name, entry) for name, entry, past in rows if not past]
    followed = {before for _, entry, _ in rows for before in entry.after}
    return left or [(name, entry) for name, entry, _ in rows if name not in followed] or [rows[-1][:2]]


def _standing(left: list[tuple[str, Entry]]) -> Standing:
    entries = [entry for _, entry in left]
    chosen = next((one for one in reversed(entries) if not one.gone), entries[-1])
    begun = min((one.origin for one in entries), key=lambda one: (one.at, one.author))
    others = tuple(one for one in entries if one is not chosen and differs(one, chosen))
    return Standing(chosen, others, tuple(sorted(name for name, _ in left)), begun)


def differs(left: Entry, right: Entry) -> bool:
    """Whether two entries of one thing say different things of it, so that somebody has to choose."""
    if left.gone != right.gone:
        return True
    if isinstance(left.what, Placed) and isinstance(right.what, Placed):
        # Whoever adds a record puts it at the end: only those who moved it meant its place.
        return bool(left.after and right.after) and left.what.rank != right.what.rank
    if isinstance(left.what, Tagged) and isinstance(right.what, Tagged):
        return False
    return left.what != right.what


def version(entry: Entry) -> Version:
    """An entry as it is told beside the one that stands."""
    what = entry.what
    says = ""
    if isinstance(what, Collected):
        says = "\n\n".join(part for part in (what.name, what.about) if part)
    elif isinstance(what, Noted):
        says = what.text
    elif isinstance(what, Judged):
        says = " ".join(part for part in (what.verdict, what.claim.speaker, what.claim.modality) if part)
    elif isinstance(what, Matched):
        says = "one and the same" if what.same else "two persons"
    return Version(entry.author, entry.at, says, entry.gone)


def collections(entries: Iterable[tuple[str, Entry, bool]]) -> list[Collection]:
    """The collections of `entries` that stand, by name."""
    things = standing(entries)
    items: dict[str, list[Item]] = defaultdict(list)
    for one in things.values():
        if isinstance(one.entry.what, Placed) and not one.gone:
            items[one.entry.what.collection].append(_item(one, one.entry.what))
    found = [
        _collection(thing, one, one.entry.what, items[thing])
        for (thing, _), one in things.items()
        if isinstance(one.entry.what, Collected) and not one.gone
    ]
    return sorted(found, key=lambda one: (one.name.casefold(), one.name, one.id))


def _collection(thing: str, one: Standing, what: Collected, items: list[Item]) -> Collection:
    ordered = tuple(sorted(items, key=lambda item: (item.rank, item.at, item.record)))
    others = tuple(map(version, one.others))
    return Collection(thing, what.name, what.about, one.begun.author, one.begun.at, ordered, others, one.heads)


def _item(one: Standing, what: Placed) -> Item:
    return Item(
        what.record, what.release, what.title, what.sent, one.begun.author, one.begun.at, what.rank,
        tuple(map(version, one.others)),
    )  # fmt: skip
