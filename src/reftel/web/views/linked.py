"""What is tied to a record: what it cites and who cites it, its thread, and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import msgspec

from reftel.archive import Archive
from reftel.archive.gaps import Ghost
from reftel.archive.keeping import number_of
from reftel.archive.link import Link
from reftel.archive.overview import Listed, Neighbours
from reftel.archive.threads import Thread, thread
from reftel.errors import NotFound
from reftel.web import addresses
from reftel.web.asked import Threaded

_MOST = 50  # citing cables on a record's own page


class Tie(msgspec.Struct, frozen=True, omit_defaults=True):
    """A reference, out or in: the other record, whether it is here, as it is written, and why that one is meant."""

    id: str
    address: str
    label: str
    kind: str
    here: bool
    letter: str = ""
    title: str = ""
    sent: str = ""
    inferred: bool = False
    reason: str = ""
    confidence: float = 1.0
    others: tuple[str, ...] = ()


class Ties(msgspec.Struct, frozen=True):
    """What a record cites, who cites it (the first of them), and how many do in all."""

    cites: tuple[Tie, ...]
    cited_by: tuple[Tie, ...]
    cited_by_total: int


class Beside(msgspec.Struct, frozen=True):
    """A record in a list, with its address."""

    record: Listed
    address: str


class Shelved(msgspec.Struct, frozen=True):
    """What stands before and behind a record; by the numbers of its post, or in its file."""

    before: tuple[Beside, ...]
    behind: tuple[Beside, ...]
    by_number: bool


class TurnShown(msgspec.Struct, frozen=True, omit_defaults=True):
    """One cable of a thread, and which it answers or cites."""

    id: str
    address: str
    here: bool
    steps: int
    sent: str = ""
    post: str = ""
    subject: str = ""
    answers: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()


class ThreadView(msgspec.Struct, frozen=True):
    """A thread in the order of time; `cut` where there is more of it."""

    name: str
    turns: tuple[TurnShown, ...]
    cut: bool


def ties_of(outward: Iterable[Link], inward: Iterable[Link]) -> Ties:
    """The references of a record, both ways: what it cites, and what cites it."""
    cites, cited = _each_once(map(_outward, outward)), _each_once(map(inward_tie, inward))
    return Ties(cites, cited[:_MOST], len(cited))


def _each_once(ties: Iterable[Tie]) -> tuple[Tie, ...]:
    """The ties without mentions of what a REF block names too."""
    found = tuple(ties)
    listed = {tie.id for tie in found if tie.kind != "mention"}
    return tuple(tie for tie in found if tie.kind != "mention" or tie.id not in listed)


def _outward(link: Link) -> Tie:
    best = link.likely[0] if link.likely else None
    return Tie(
        id=link.target,
        address=addresses.record(link.target) if link.target else "",
        label=link.label,
        kind=link.kind,
        here=best is not None and best.here,
        letter=link.letter,
        title=link.title,
        inferred=best is not None and not link.year_given,
        reason=best.reason if best else "",
        confidence=best.confidence if best else 1.0,
        others=tuple(one.id for one in link.likely[1:]),
    )


def inward_tie(link: Link) -> Tie:
    """A reference as the cited record lists it."""
    best = link.likely[0] if link.likely else None
    return Tie(
        id=link.citing,
        address=addresses.record(link.citing) if link.citing else "",
        label=link.label,
        kind=link.kind,
        here=True,
        title=link.title,
        sent=link.sent,
        inferred=best is not None and not link.year_given,
        reason=best.reason if best else "",
        confidence=best.confidence if best else 1.0,
    )


def shelved(found: Neighbours) -> Shelved:
    """The neighbours with their addresses."""
    before, behind = (
        tuple(Beside(one, addresses.record(one.id, one.key)) for one in ones) for ones in (found.before, found.behind)
    )
    return Shelved(before, behind, found.by_number)


def thread_view(archive: Archive, asked: Threaded) -> ThreadView:
    """The thread around a cable; NotFound where none is known by that name."""
    found = thread(archive, asked.name, steps=asked.steps)
    if not found.turns:
        raise NotFound(f"no cable is known as {asked.name}", hint="try a search")
    return shown_thread(asked.name, found)


def shown_thread(name: str, found: Thread) -> ThreadView:
    """A thread with its addresses."""
    turns = []
    for one in found.turns:
        ties = [tie for tie in found.ties if tie.citing == one.id]
        turns.append(
            TurnShown(
                id=one.id,
                address=addresses.record(one.id),
                here=one.here,
                steps=one.steps,
                sent=one.sent,
                post=one.post,
                subject=one.subject,
                answers=tuple(tie.cited for tie in ties if tie.relation == "answers"),
                cites=tuple(tie.cited for tie in ties if tie.relation == "cites"),
            )
        )
    return ThreadView(name, tuple(turns), found.cut)


class GhostView(msgspec.Struct, frozen=True, tag="ghost", tag_field="kind"):
    """A cable that is cited and not here: all that is known of it."""

    kind: ClassVar[str] = "ghost"
    id: str
    post: str
    ghost: Ghost
    cited_by: tuple[Tie, ...]
    after: str
    before: str


def post_of(number: str) -> str:
    """The post in a telegram's number; empty for the name of any other record."""
    return number[2:].rstrip("0123456789") if number_of(number)[1] else ""


def ghost_view(found: Ghost) -> GhostView:
    """The page of a ghost."""
    around = [addresses.record(one.id) if one else "" for one in (found.after, found.before)]
    return GhostView(found.id, post_of(found.id), found, tuple(map(inward_tie, found.cited_by)), *around)
