"""The statements of whatever a query finds, record by record, in the order of the search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from reftel.archive import Archive, Stored
from reftel.claims.kept import Claims, open_claims
from reftel.claims.matching import ROOM, asked_of_statements, matching
from reftel.finding import Span
from reftel.search import Query, every_hit, parse
from reftel.search.tree import All, Node
from reftel.statements import Statement, read_statements
from reftel.statements.rows import StatementRow, rows_of, words


class Told(msgspec.Struct, frozen=True):
    """A release, and those of its statements that were asked for, each with its position."""

    stored: Stored
    statements: tuple[tuple[int, Statement], ...]


class ClaimRow(StatementRow, frozen=True):
    """A statement's row, with the record's date, post and subject; `key` is the address of the release in the archive."""

    sent: str
    post: str
    subject: str
    key: str


def told_by(archive: Archive, query: Query | str, *, confidence: float = 0.0) -> Iterator[Told]:
    """Every release that matches and has statements of which all holds that `query` asks of statements.

    Releases that were not read yet are read now; what `query` asks of statements finds only those that were.
    """
    wanted = Query(words=query) if isinstance(query, str) else query
    with _Looking(archive, wanted, confidence) as looking:
        for stored in every_hit(archive, wanted):
            if found := looking.of(stored):
                yield Told(stored, found)


class _Looking:
    def __init__(self, archive: Archive, query: Query, confidence: float) -> None:
        self._claims = open_claims(archive)
        self._confidence = confidence
        asked = condition(query)
        self._chosen = matching(self._claims, asked) if self._claims and asked else None

    def __enter__(self) -> _Looking:
        return self

    def __exit__(self, *_: object) -> None:
        if self._claims:
            self._claims.__exit__(None, None, None)

    def of(self, stored: Stored) -> tuple[tuple[int, Statement], ...]:
        found = statements_of(self._claims, stored)
        chosen, room = self._chosen, stored.row * ROOM
        return tuple(
            (at, one)
            for at, one in enumerate(found)
            if one.confidence >= self._confidence and (chosen is None or room + at in chosen)
        )


def condition(query: Query) -> Node | None:
    """All that a query asks of statements; None where it asks nothing of them."""
    return _condition([parse(words).tree for words in (query.words, *query.within)])


def _condition(trees: Sequence[Node]) -> Node | None:
    parts = tuple(asked for tree in trees if (asked := asked_of_statements(tree)) is not None)
    return All(parts) if parts else None


def first_places(archive: Archive, trees: Sequence[Node], rows: Sequence[int]) -> dict[int, tuple[Span, ...]]:
    """Where the first statement stands, in each of `rows` that has one, of which all holds that `trees` ask."""
    asked, found = _condition(trees), open_claims(archive)
    if found is None or asked is None:
        return {}
    with found as claims:
        first: dict[int, int] = {}
        wanted = set(rows)
        for number in matching(claims, asked):
            row, at = divmod(number, ROOM)
            if row in wanted:
                first[row] = min(first.get(row, at), at)
        return {row: _spans((claims.of(row) or ())[at]) for row, at in first.items()}


def _spans(one: Statement) -> tuple[Span, ...]:
    return (*one.source, *one.cue, *one.content)


def statements_of(claims: Claims | None, stored: Stored) -> tuple[Statement, ...]:
    """The statements of a release: as they were kept, else read now."""
    kept = claims.of(stored.row) if claims else None
    return read_statements(stored.record) if kept is None else kept


def claim_rows(told: Told) -> list[ClaimRow]:
    """The rows of the statements that were asked for."""
    stored, facts = told.stored, told.stored.facts
    about = {"sent": facts.sent, "post": facts.post, "subject": " ".join(facts.subject.split()), "key": stored.key}
    found = []
    for at, one in told.statements:
        (row,) = rows_of(stored.release.text, (one,), facts.id)
        found.append(ClaimRow(**{**msgspec.structs.asdict(row), "position": at, **about}))
    return found


def whole(told: Told, at: int, one: Statement) -> dict[str, object]:
    """A statement with the words of its source, cue and content, and where it stands: as JSON has it."""
    stored, facts = told.stored, told.stored.facts
    said = {name: words(stored.release.text, getattr(one, name)) for name in ("source", "cue", "content")}
    return {
        "record": facts.id, "sent": facts.sent, "post": facts.post, "key": stored.key, "position": at,
        "words": said, "statement": one,
    }  # fmt: skip
