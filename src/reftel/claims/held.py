"""The statements of an archive as they stand: as they were read, with what people decided about them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from threading import Lock

from reftel.archive import Archive, Stored
from reftel.claims.decisions import Decisions, Judged, decisions_beside
from reftel.claims.kept import Claims, open_claims
from reftel.claims.matching import ROOM, Holding, asked_of_statements, matching
from reftel.claims.persons import People
from reftel.claims.reading import line_of
from reftel.search import Query, parse
from reftel.search.tree import All, Node
from reftel.statements import read_statements

_LOT = 100  # releases that are at hand together
_NAMED = "SELECT key, id FROM release WHERE row = ?"
_KEPT = 2  # archives whose persons are at hand: to join them takes a second or two in a large one
_people: dict[object, People] = {}
_keeping = Lock()  # several threads ask at once


class Held:
    """The statements of an archive, and the decisions on the desk beside it; a context manager."""

    def __init__(self, archive: Archive, decisions: Decisions | None = None) -> None:
        self.archive = archive
        self.claims: Claims | None = open_claims(archive)
        self.decisions = decisions_beside(archive) if decisions is None else decisions
        self._decided = self.decisions.rows(archive)

    def __enter__(self) -> Held:
        return self

    def __exit__(self, *_: object) -> None:
        if self.claims:
            self.claims.__exit__(None, None, None)

    def at_hand(self, stored: Stored) -> bool:
        """Whether the statements of a release are kept, or people decided about them."""
        return stored.row in self._decided or bool(self.claims and self.claims.has(stored.row))

    def of(self, stored: Stored, *, rejected: bool = False) -> list[Judged]:
        """The statements of a release: as they were kept, else read now; and as they were decided to be."""
        self.archive.go_on()  # to find what was decided about takes its time
        kept = self.claims.of(stored.row) if self.claims else None
        read = read_statements(stored.record) if kept is None else kept
        return self.decisions.over(stored, read, rejected=rejected)

    def people(self) -> People:
        """The persons of the archive, as people joined and parted them."""
        joined, parted = self.decisions.pairs()
        key = (str(self.archive.path), self.claims.mark if self.claims else b"", tuple(joined), tuple(parted))
        with _keeping:
            kept = _people.get(key)
        if kept is not None:
            return kept
        people = People(self.claims, joined=joined, parted=parted)
        with _keeping:
            _people[key] = people
            while len(_people) > _KEPT:
                del _people[next(iter(_people))]
        return people

    def chosen(self, asked: Node | None) -> Chosen:
        """Tells of which statements all holds that is asked."""
        found = matching(self.claims, asked) if self.claims and asked else set[int]()
        return Chosen(asked, found, self._changed if asked else set(), Holding(self.claims))

    def rows(self, asked: Node) -> set[int]:
        """The rows of the releases with a statement of which all holds that is asked."""
        chosen = self.chosen(asked)
        rows = {number // ROOM for number in chosen.numbers} - self._changed
        changed = sorted(self._changed)
        lots = (self.archive.rows(changed[at : at + _LOT]) for at in range(0, len(changed), _LOT))
        return rows | {
            stored.row for lot in lots for stored in lot if any(chosen.has(stored, one) for one in self.of(stored))
        }

    def first(self, asked: Node, rows: Sequence[int]) -> dict[int, Judged]:
        """The first such statement of each of `rows` that has one."""
        chosen, wanted = self.chosen(asked), set(rows)
        few = {number // ROOM for number in chosen.numbers} & wanted | self._changed & wanted
        found = {}
        for stored in self.archive.rows(sorted(few)):
            ones = [one for one in self.of(stored) if chosen.has(stored, one)]
            if ones:
                found[stored.row] = ones[0]
        return found

    @cached_property
    def _changed(self) -> set[int]:
        """The rows of the releases of which a statement may not be as it is kept."""
        return {row for row in self._decided if not self._as_kept(row)}

    def _as_kept(self, row: int) -> bool:
        self.archive.go_on()
        kept = self.claims.of(row) if self.claims else None
        if kept is None:
            return False
        ((key, record),) = self.archive.ask(_NAMED, (row,))
        return self.decisions.only_confirm(record or key.hex(), key.hex(), kept)


class Chosen:
    """Of which statements all holds that was asked: of all, where nothing was."""

    def __init__(self, asked: Node | None, numbers: set[int], changed: set[int], holding: Holding) -> None:
        self.numbers = numbers
        self._asked, self._changed, self._holding = asked, changed, holding

    def has(self, stored: Stored, one: Judged) -> bool:
        """Whether this is one of them."""
        if self._asked is None:
            return True
        if stored.row in self._changed:
            return self._holding.holds(self._asked, line_of(stored.release.text, one.statement))
        return stored.row * ROOM + one.position in self.numbers


def condition(query: Query) -> Node | None:
    """All that a query asks of statements; None where it asks nothing of them."""
    return condition_of([parse(words).tree for words in (query.words, *query.within)])


def condition_of(trees: Sequence[Node]) -> Node | None:
    """The same of trees that must all hold."""
    parts = tuple(asked for tree in trees if (asked := asked_of_statements(tree)) is not None)
    return All(parts) if parts else None
