"""Networks of statements: who speaks of what, who of whom and for or against, who agrees with whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from reftel.archive import Archive
from reftel.claims.held import Held
from reftel.claims.parties import Parties, Party, PartyKind
from reftel.claims.stream import Told, told_by
from reftel.errors import NotFound, QueryError
from reftel.search import Query
from reftel.statements import Statement

Kind = Literal["actors", "concepts", "endorsement"]
KINDS: dict[str, str] = {
    "actors": "who speaks of whom, for or against",
    "concepts": "who speaks in cables with which TAGS",
    "endorsement": "who agrees or disagrees with whom",
}


class Tie(msgspec.Struct, frozen=True):
    """That one party said something of another once: in which record and month, and with which sign."""

    source: Party
    target: Party
    sign: Literal[-1, 0, 1]
    record: str
    sent: str


class Node(msgspec.Struct):
    """A party, and how many statements it made in the network."""

    id: str
    label: str
    kind: PartyKind
    statements: int = 0


class Edge(msgspec.Struct):
    """All that one party said of another: how many statements, how many of them for and against, how many in which record, from when to when.

    `sign` is 1 where it is more often for, -1 where more often against, 0 where neither.
    """

    source: str
    target: str
    statements: int = 0
    favourable: int = 0
    against: int = 0
    first: str = ""
    last: str = ""
    records: dict[str, int] = msgspec.field(default_factory=dict)

    @property
    def sign(self) -> int:
        """For, against, or neither."""
        return (self.favourable > self.against) - (self.favourable < self.against)

    def add(self, tie: Tie) -> None:
        """Takes in one statement."""
        self.statements += 1
        self.favourable += tie.sign > 0
        self.against += tie.sign < 0
        self.records[tie.record] = self.records.get(tie.record, 0) + 1
        day = tie.sent[:10]
        self.first = min(filter(None, (self.first, day)), default="")
        self.last = max(self.last, day)


class Network(msgspec.Struct, frozen=True):
    """A network: its parties by their ids, and its edges by those of both ends; in the order of ids."""

    kind: Kind
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def network_of(archive: Archive, query: Query | str, kind: str = "actors", *, confidence: float = 0.0) -> Network:
    """The network of the statements that `query` finds. Raises QueryError for a kind that is none, NotFound for no statements.

    A record counts once, by the first of its releases in the order of search.
    """
    nodes: dict[str, Node] = {}
    edges: dict[tuple[str, str], Edge] = {}
    for tie in ties(archive, query, kind, confidence=confidence):
        for party in (tie.source, tie.target):
            nodes.setdefault(party.id, Node(party.id, party.label, party.kind))
        nodes[tie.source.id].statements += 1
        ends = (tie.source.id, tie.target.id)
        edges.setdefault(ends, Edge(*ends)).add(tie)
    return Network(
        kind_named(kind), tuple(nodes[one] for one in sorted(nodes)), tuple(edges[ends] for ends in sorted(edges))
    )


def ties(archive: Archive, query: Query | str, kind: str = "actors", *, confidence: float = 0.0) -> Iterator[Tie]:
    """Every single tie of the network of that kind, in the order of search."""
    wanted = kind_named(kind)
    with read_of(archive) as held:
        making = Ties(Parties(held), wanted)
        for told in once_each(told_by(archive, query, confidence=confidence, held=held)):
            for one in told.statements:
                yield from making.of(one.statement, told)


def read_of(archive: Archive) -> Held:
    """The statements of an archive; NotFound where none were read."""
    found = Held(archive)
    if found.claims is None:
        raise NotFound("no statements were read yet", where=str(archive.path), hint="run `reftel statements`")
    return found


def once_each(found: Iterator[Told]) -> Iterator[Told]:
    """The first release of each record."""
    seen: set[str] = set()
    for told in found:
        name = told.stored.facts.id or told.stored.key
        if name not in seen:
            seen.add(name)
            yield told


class Ties:
    """Makes the ties of single statements."""

    def __init__(self, parties: Parties, kind: Kind) -> None:
        self.parties, self.kind = parties, kind

    def of(self, one: Statement, told: Told) -> Iterator[Tie]:
        """The ties of a statement of `told`."""
        facts = told.stored.facts
        source = self.parties.speaker(one, facts.post)
        if source is None:
            return
        record = facts.id or told.stored.key
        for target, sign in self._targets(one, told):
            if target.id != source.id:
                yield Tie(source, target, sign, record, facts.sent)

    def _targets(self, one: Statement, told: Told) -> Iterator[tuple[Party, Literal[-1, 0, 1]]]:
        facts = told.stored.facts
        if self.kind == "concepts":
            yield from ((Party(f"tag:{tag}", tag, "tag"), 0) for tag in dict.fromkeys(facts.tags))
        elif self.kind == "endorsement":
            if one.answer is not None and (other := self._answered(one, told)):
                yield other, 1 if one.answer.sense == "agrees" else -1
        else:
            for about in {each.id: each for each in one.about}.values():
                signs = sum(stance.sign for stance in one.stances if stance.target == about.id)
                yield self.parties.about(about), 1 if signs > 0 else -1 if signs < 0 else 0

    def _answered(self, one: Statement, told: Told) -> Party | None:
        answer, post = one.answer, told.stored.facts.post
        if answer is None:
            return None
        other = next((each.statement for each in told.whole if each.position == answer.statement), None)
        if other is not None:
            return self.parties.speaker(other, post)
        return self.parties.called(answer.speaker, post) if answer.speaker else None


def kind_named(kind: str) -> Kind:
    """The kind of network that is called so; QueryError where there is none."""
    if kind not in KINDS:
        raise QueryError(f"there is no network {kind!r}", hint=f"one of {', '.join(KINDS)}")
    return kind  # type: ignore[return-value]
