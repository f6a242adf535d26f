"""What the reader decided about statements and persons: right, otherwise, none, or missing; one and the same, or two."""

from __future__ import annotations

import msgspec

from reftel.desk.desk import Desk
from reftel.desk.entry import Claim, Judged, Matched, Target, Verdict, meant
from reftel.desk.standing import Standing, Version, standing, version
from reftel.errors import DeskError

_SHORTEST_ID = 6


class Judgement(msgspec.Struct, frozen=True):
    """What stands decided about one statement, by whom and since when; `others` are what others say of it."""

    id: str
    verdict: Verdict
    target: Target
    claim: Claim
    author: str
    at: str
    others: tuple[Version, ...] = ()


class Pair(msgspec.Struct, frozen=True):
    """Two who were decided to be one person, or two; by whom and since when."""

    id: str
    one: str
    other: str
    same: bool
    author: str
    at: str
    others: tuple[Version, ...] = ()


class Judgements:
    """All that lies decided on a desk. Its methods raise DeskError for what cannot be."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def judge(self, target: Target, verdict: Verdict, claim: Claim | None = None) -> Judgement:
        """Decides about the statement whose words are at `target`, in place of what was decided about it before."""
        if not target.exact:
            raise DeskError("a statement needs words", hint="say which")
        what = Judged(verdict, target, claim or Claim())
        self.desk.enter(meant(what), what)
        return self.judgement(meant(what))

    def judgement(self, name: str) -> Judgement:
        """The one with this id, or whose id starts so; DeskError where there is none, or more than one."""
        found = [
            one
            for one in self.judgements()
            if one.id == name or (len(name) >= _SHORTEST_ID and one.id.startswith(name))
        ]
        if len(found) != 1:
            raise DeskError(f"{len(found) or 'no'} decisions are called {name!r}", hint="reftel decide list")
        return found[0]

    def withdraw(self, name: str) -> Judgement:
        """Takes a decision back, and gives it as it was: the statement is again as it is read."""
        found = self.judgement(name)
        self.desk.enter(found.id, Judged(found.verdict, found.target, found.claim), gone=True)
        return found

    def judgements(self, record: str = "") -> list[Judgement]:
        """Those on one record, or all, in the order in which they were made."""
        things = standing(self.desk.file.entries("statement", record=record))
        found = [
            _judgement(thing, one, one.entry.what)
            for (thing, _), one in things.items()
            if isinstance(one.entry.what, Judged)
        ]
        return sorted((one for one in found if one), key=lambda one: (one.at, one.id))

    def match(self, one: str, other: str, *, same: bool) -> Pair:
        """Decides that two are the same person, or are not."""
        left, right = sorted((one.strip(), other.strip()))
        if not left or left == right:
            raise DeskError("that takes two", hint="reftel persons tells their ids")
        what = Matched(left, right, same)
        self.desk.enter(meant(what), what)
        return next(pair for pair in self.pairs() if pair.id == meant(what))

    def unmatch(self, one: str, other: str) -> None:
        """Takes that back."""
        left, right = sorted((one.strip(), other.strip()))
        found = next((pair for pair in self.pairs() if (pair.one, pair.other) == (left, right)), None)
        if found is None:
            raise DeskError(f"nothing was decided about {left} and {right}", hint="reftel decide list")
        self.desk.enter(found.id, Matched(left, right, found.same), gone=True)

    def pairs(self) -> list[Pair]:
        """All that was decided about persons, in the order in which it was."""
        things = standing(self.desk.file.entries("person"))
        found = [
            _pair(thing, one, one.entry.what)
            for (thing, _), one in things.items()
            if isinstance(one.entry.what, Matched)
        ]
        return sorted((one for one in found if one), key=lambda one: (one.at, one.id))


def _judgement(thing: str, one: Standing, what: Judged) -> Judgement | None:
    if one.gone:
        return None
    others = tuple(map(version, one.others))
    return Judgement(thing, what.verdict, what.target, what.claim, one.entry.author, one.entry.at, others)


def _pair(thing: str, one: Standing, what: Matched) -> Pair | None:
    if one.gone:
        return None
    return Pair(thing, what.one, what.other, what.same, one.entry.author, one.entry.at, tuple(map(version, one.others)))
