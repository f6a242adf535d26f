"""The table of all that can be done on the desk: each address, what it takes, and what it does.

Each deed is one form that is posted; what it gives is the page to go to. The routes, the OpenAPI document and the contract
test are made from this table, as they are from that of pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Literal
from urllib.parse import quote

import msgspec

from reftel.archive import Archive, Stored, fullest
from reftel.archive.packing import printable
from reftel.cable.identity import canonical
from reftel.claims.decisions import Decisions, claim_of, judge, whole_of
from reftel.claims.held import Held
from reftel.desk import Card, Claim, Judgements, Target, card_of, from_json, target_on, words_in
from reftel.errors import DeskError, NotFound
from reftel.finding import Span
from reftel.search import every_hit, search, searched_to
from reftel.web import addresses
from reftel.web.asked import Name, Searched, Short
from reftel.web.own import Own
from reftel.web.views.own import collection_address
from reftel.web.views.record import chosen_of
from reftel.web.views.results import query_of

LARGEST_FORM, LARGEST_FILE = 512 * 1024, 16 * 1024 * 1024  # bytes

_ABOVE = 49  # records that are shown above one that was moved
_MOST_GATHERED = 2_000

Called = Annotated[str, msgspec.Meta(max_length=200, description="a name")]
Long = Annotated[str, msgspec.Meta(max_length=40_000)]
Quoted = Annotated[str, msgspec.Meta(max_length=20_000, description="the very words, as they stand in the text")]
Id = Annotated[str, msgspec.Meta(max_length=40)]
Ids = Annotated[tuple[Id, ...], msgspec.Meta(max_length=50, description="the versions that were looked at")]


class Deed(msgspec.Struct, frozen=True):
    """One thing that can be done. `largest` is how many bytes it may be asked with; `file` whether it takes a file."""

    name: str
    about: str
    takes: type[Any]
    act: Callable[[Own, Archive, Any], str]
    largest: int = LARGEST_FORM
    file: bool = False

    @property
    def path(self) -> str:
        """Where it is posted to."""
        return f"/desk/{self.name}"


class Made(msgspec.Struct, frozen=True):
    """A collection's name and what it is about; `record` is put in it at once."""

    called: Called
    about: Long = ""
    record: Short = ""


class Described(msgspec.Struct, frozen=True):
    """A collection as it is called and described from now on."""

    collection: Name
    called: Called
    about: Long = ""
    seen: Ids = ()


class Chosen(msgspec.Struct, frozen=True):
    """A collection."""

    collection: Name


class Put(msgspec.Struct, frozen=True):
    """A record that is put into a collection, or into the one of the name `called`, made where there is none; `then` is the page to go on to."""

    record: Name
    collection: Short = ""
    called: Called = ""
    then: Literal["record", "collection"] = "record"


class Taken(msgspec.Struct, frozen=True):
    """A record of a collection."""

    collection: Name
    record: Name


class Moved(msgspec.Struct, frozen=True):
    """A record of a collection and its place from now on, counted from 1."""

    collection: Name
    record: Name
    to: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class Written(msgspec.Struct, frozen=True):
    """A note, a tag or both: on a record, its part `at`, or `words` of it; `before` is what stands in front of the words."""

    record: Name
    release: Short = ""
    at: Short = ""
    words: Quoted = ""
    before: Long = ""
    text: Long = ""
    tag: Called = ""


class Rewritten(msgspec.Struct, frozen=True):
    """A note as it is from now on."""

    note: Id
    text: Long
    seen: Ids = ()


class Noted(msgspec.Struct, frozen=True):
    """A note."""

    note: Id


class Tagged(msgspec.Struct, frozen=True):
    """A tag on something."""

    tag: Id


class Saved(Searched, frozen=True, omit_defaults=True, rename={"since": "from", "until": "to", "level": "class"}):
    """A search, and the name under which it is kept."""

    called: Called = ""


class Gathered(Searched, frozen=True, omit_defaults=True, rename={"since": "from", "until": "to", "level": "class"}):
    """A search, and the collection into which all that it finds is put; a new one where none is called so."""

    called: Called = ""


class Named(msgspec.Struct, frozen=True):
    """A saved search."""

    called: Called


class Seen(msgspec.Struct, frozen=True):
    """A saved search, and the record up to which it was looked through."""

    called: Called
    row: Annotated[int, msgspec.Meta(ge=0, le=1 << 40)]


class Received(msgspec.Struct, frozen=True):
    """What another desk wrote."""

    file: bytes = b""


class Judged(msgspec.Struct, frozen=True):
    """A statement, by the place of its words in a release, and what is decided about it; the rest is as it is right."""

    record: Name
    start: Annotated[int, msgspec.Meta(ge=0, le=1 << 40)]
    end: Annotated[int, msgspec.Meta(ge=0, le=1 << 40)]
    verdict: Literal["confirmed", "corrected", "rejected"]
    release: Short = ""
    speaker: Called = ""
    kind: Short = ""
    role: Called = ""
    affiliation: Called = ""
    about: Long = ""
    modality: Short = ""


class Said(msgspec.Struct, frozen=True):
    """Words that were said, as they stand in the text, and the statement that they are."""

    record: Name
    words: Quoted
    release: Short = ""
    speaker: Called = ""
    kind: Short = ""
    role: Called = ""
    affiliation: Called = ""
    about: Long = ""
    modality: Short = ""


class Withdrawn(msgspec.Struct, frozen=True):
    """A decision about a statement of a record."""

    decision: Id
    record: Name


class Matched(msgspec.Struct, frozen=True):
    """Two who speak, by their ids, and whether they are one and the same."""

    one: Name
    other: Name
    same: Literal["yes", "no"] = "yes"


def _create(own: Own, archive: Archive, asked: Made) -> str:
    cards = [_card(archive, asked.record)] if asked.record else []
    return collection_address(own.desk.create(asked.called, asked.about, cards).id)


def _describe(own: Own, archive: Archive, asked: Described) -> str:
    changed = own.desk.describe(asked.collection, called=asked.called, about=asked.about, seen=asked.seen)
    return collection_address(changed.id)


def _remove(own: Own, archive: Archive, asked: Chosen) -> str:
    own.desk.remove(asked.collection)
    return "/desk"


def _add(own: Own, archive: Archive, asked: Put) -> str:
    card = _card(archive, asked.record)
    if not asked.collection and not asked.called:
        raise DeskError("which collection?", hint="choose one, or name a new one")
    chosen = asked.collection
    if asked.called:
        chosen = _put(own, asked.called, [card])
    else:
        own.desk.add(chosen, [card])
    shown = asked.then == "record" and card.release
    return addresses.record(card.record, at="own") if shown else _page_of_collection(own, chosen)


def _card(archive: Archive, name: str) -> Card:
    """A record as it is put into a collection; a telegram that is not here by its number alone."""
    number = canonical(name)
    if number[:2].isdigit() and not archive.named(name):
        return Card(number)
    return card_of(fullest(archive.meant(name)))


def _take_out(own: Own, archive: Archive, asked: Taken) -> str:
    own.desk.take_out(asked.collection, asked.record)
    return _page_of_collection(own, asked.collection)


def _page_of_collection(own: Own, name: str) -> str:
    return collection_address(own.desk.collection(name).id)


def _move(own: Own, archive: Archive, asked: Moved) -> str:
    moved = own.desk.move(asked.collection, asked.record, asked.to)
    start = max(1, asked.to - _ABOVE)
    page = addresses.of("desk/collection", moved.id, start=str(start) if start > 1 else "")
    return f"{page}#{quote(asked.record, safe='')}"


def _write(own: Own, archive: Archive, asked: Written) -> str:
    releases = archive.meant(asked.record)
    stored = chosen_of(releases, asked.release)
    span = words_in(stored, asked.at, asked.words, asked.before) if asked.words.strip() else None
    target = target_on(stored, asked.at, span)
    text, tag = asked.text.strip(), asked.tag.strip()
    if not text and not tag:
        raise DeskError("nothing was written", hint="write a note, a tag or both")
    if tag and text:
        own.desk.write_and_tag(target, text, tag)
    elif tag:
        own.desk.tag(target, tag)
    else:
        own.desk.write(target, text)
    return _page_of(target, "" if stored is fullest(releases) else stored.key)


def _page_of(target: Target, release: str) -> str:
    return addresses.of("record", target.record, release=release[:16]) + f"#{quote(target.at or 'own', safe='')}"


def _rewrite(own: Own, archive: Archive, asked: Rewritten) -> str:
    return _page_of(own.desk.rewrite(asked.note, asked.text, asked.seen).target, "")


def _unwrite(own: Own, archive: Archive, asked: Noted) -> str:
    return _page_of(own.desk.unwrite(asked.note).target, "")


def _untag(own: Own, archive: Archive, asked: Tagged) -> str:
    return _page_of(own.desk.untag(asked.tag).target, "")


def _save(own: Own, archive: Archive, asked: Saved) -> str:
    to = searched_to(archive)
    query = query_of(asked, cursor="", limit=0)
    search(archive, query)  # what cannot be asked is not saved
    kept = own.searches.save(asked.called, query)
    own.searches.mark(kept.name, archive, to)
    return f"/desk/searches#{quote(kept.name, safe='')}"


def _gather(own: Own, archive: Archive, asked: Gathered) -> str:
    query = query_of(asked, cursor="", limit=0)
    total = search(archive, query).total
    if total > _MOST_GATHERED:
        what = f"{total:,} records are too many to be put into a collection while you wait"
        raise DeskError(what, hint="narrow the search, or: reftel collection add NAME --search QUERY")
    return collection_address(_put(own, asked.called, map(card_of, every_hit(archive, query))))


def _put(own: Own, name: str, cards: Iterable[Card]) -> str:
    """The id of the collection of this name, made where there is none, with `cards` in it."""
    wanted = " ".join(name.split()).casefold()
    if not any(one.name.casefold() == wanted for one, _ in own.desk.sized()):
        return own.desk.create(name, cards=cards).id
    found = own.desk.collection(name)
    own.desk.add(found.id, cards)
    return found.id


def _forget(own: Own, archive: Archive, asked: Named) -> str:
    own.searches.forget(asked.called)
    return "/desk/searches"


def _see(own: Own, archive: Archive, asked: Seen) -> str:
    own.searches.mark(asked.called, archive, asked.row)
    return f"/desk/searches#{quote(asked.called, safe='')}"


def _judge(own: Own, archive: Archive, asked: Judged) -> str:
    stored = _stored(archive, asked.record, asked.release)
    with Held(archive, Decisions(own.desk)) as held:
        ones = held.of(stored, rejected=True)
    one = next((one for one in ones if whole_of(one.statement) == Span(asked.start, asked.end)), None)
    if one is None:
        raise NotFound(f"{asked.record} has no statement at this place", hint="open the page again")
    claim = claim_of(stored.release.text, one.statement)
    if asked.verdict == "corrected":
        claim = msgspec.structs.replace(_claim(asked), source=claim.source, cue=claim.cue, verb=claim.verb)
    judge(own.desk, stored, one, asked.verdict, claim)
    return addresses.record(asked.record, at="statements")


def _add_statement(own: Own, archive: Archive, asked: Said) -> str:
    stored = _stored(archive, asked.record, asked.release)
    target = target_on(stored, span=words_in(stored, "", asked.words))
    claim = msgspec.structs.replace(_claim(asked), source=asked.speaker)
    Judgements(own.desk).judge(target, "added", claim)
    return addresses.record(asked.record, at="statements")


def _stored(archive: Archive, name: str, release: str) -> Stored:
    return chosen_of(archive.meant(name), release)


def _claim(asked: Judged | Said) -> Claim:
    about = tuple(one for each in asked.about.split(",")[:50] if (one := printable(" ".join(each.split()))[:300]))
    speaker, kind, role, affiliation = (
        " ".join(printable(one).split()) for one in (asked.speaker, asked.kind, asked.role, asked.affiliation)
    )
    return Claim(speaker, kind, role, affiliation, about, printable(asked.modality))


def _withdraw(own: Own, archive: Archive, asked: Withdrawn) -> str:
    Judgements(own.desk).withdraw(asked.decision)
    return addresses.record(asked.record, at="statements")


def _match(own: Own, archive: Archive, asked: Matched) -> str:
    Judgements(own.desk).match(printable(asked.one), printable(asked.other), same=asked.same == "yes")
    return addresses.of("speaker", asked.one)


def _merge(own: Own, archive: Archive, asked: Received) -> str:
    merged = own.desk.merge(*from_json(asked.file))
    return addresses.of("desk", received=str(merged.received), new=str(merged.new))


DEEDS = (
    Deed("create", "Make a collection.", Made, _create),
    Deed("describe", "Call or describe a collection otherwise.", Described, _describe),
    Deed("remove", "Take a collection away.", Chosen, _remove),
    Deed("add", "Put a record into a collection.", Put, _add),
    Deed("take-out", "Take a record out of a collection.", Taken, _take_out),
    Deed("move", "Give a record another place in a collection.", Moved, _move),
    Deed("write", "Note or tag something.", Written, _write),
    Deed("rewrite", "Write a note anew.", Rewritten, _rewrite),
    Deed("unwrite", "Take a note away.", Noted, _unwrite),
    Deed("untag", "Take a tag away.", Tagged, _untag),
    Deed("save", "Save a search; what it finds now counts as seen.", Saved, _save),
    Deed("gather", "Put all that a search finds into a collection.", Gathered, _gather),
    Deed("forget", "Take a saved search away.", Named, _forget),
    Deed("see", "Note how far a saved search was looked through.", Seen, _see),
    Deed("judge", "Say that a statement is right, otherwise, or none.", Judged, _judge),
    Deed("add-statement", "Put in a statement that was not found.", Said, _add_statement),
    Deed("withdraw", "Take a decision about a statement back.", Withdrawn, _withdraw),
    Deed("match", "Say that two are one person, or are not.", Matched, _match),
    Deed("merge", "Put another's desk to this one.", Received, _merge, LARGEST_FILE, file=True),
)
