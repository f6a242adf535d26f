"""Who speaks and who is spoken of, as one and the same over many records: the nodes of networks."""

from __future__ import annotations

from typing import Literal

import msgspec

from reftel.claims.held import Held
from reftel.claims.names import plain, tokens
from reftel.claims.reading import By, by_of
from reftel.statements import About, Statement

PartyKind = Literal["person", "group", "organization", "role", "press", "post", "state", "leader", "tag"]


class Party(msgspec.Struct, frozen=True):
    """One who takes part: `id` is the same wherever he does, `label` is what he is called."""

    id: str
    label: str
    kind: PartyKind


class Parties:
    """Tells who speaks, over all records of an archive."""

    def __init__(self, held: Held) -> None:
        self._people = held.people()
        self._names: dict[str, str] = {}
        self._actors: dict[tuple[str, ...], Party] = {}
        for code, name, kind, written in held.claims.actors() if held.claims else ():
            party = Party(f"{kind}:{code}", name, kind)
            for spelling in (name, written):
                self._actors.setdefault(tokens(spelling), party)

    def speaker(self, one: Statement, post: str) -> Party | None:
        """Who makes a statement in a cable of `post`; None where it is nobody who could be told apart."""
        by = by_of(one)
        if by is None or by.kind == "post" or one.voice == "own":
            return Party(f"post:{post}", post or "(unknown post)", "post") if one.voice == "own" or by else None
        return self.named(by, post)

    def named(self, by: By, post: str) -> Party | None:
        """Whoever is called so in a cable of `post`."""
        words = plain(by.name)
        if by.kind == "pronoun" or not words:
            return self._press(by) if by.kind == "press" else None
        if person := self._people.id_of(by, post):
            return Party(f"person:{person}", self._label(person), "person")
        if known := self._actors.get(tokens(by.name) or words):
            return known
        if by.kind == "press":
            return self._press(by)
        if by.kind == "organization":
            return Party(f"organization:{'-'.join(words)}", by.name, "organization")
        # "The Minister", "one analyst", a surname alone: others elsewhere are called so as well.
        kind: PartyKind = "person" if by.kind == "person" else "group" if by.kind == "group" else "role"
        return Party(f"{kind}:{'-'.join(words)}@{post}", f"{by.name} ({post})" if post else by.name, kind)

    def about(self, one: About) -> Party:
        """Whom a statement is about."""
        return Party(f"{one.kind}:{one.id}", one.name, one.kind)

    def called(self, name: str, post: str) -> Party | None:
        """Whoever is meant by a name in a cable of `post`: who bears it there, else the only one who bears it anywhere."""
        by = By(" ".join(name.split()), "person")
        found = None if self._people.id_of(by, post) else self._people.only(by.name)
        return Party(f"person:{found}", self._label(found), "person") if found else self.named(by, post)

    def _press(self, by: By) -> Party | None:
        paper = by.paper or by.name
        return Party(f"press:{'-'.join(tokens(paper))}", paper, "press") if tokens(paper) else None

    def _label(self, person: str) -> str:
        if person not in self._names:
            self._names[person] = self._people.label(person)
        return self._names[person]
