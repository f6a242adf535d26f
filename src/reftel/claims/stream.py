"""The statements of whatever a query finds, record by record, in the order of the search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext

import msgspec

from reftel.archive import Archive, Stored
from reftel.claims.decisions import Judged
from reftel.claims.held import Held, condition, condition_of
from reftel.finding import Span
from reftel.search import Query, every_hit
from reftel.search.tree import Node
from reftel.statements import Statement
from reftel.statements.rows import StatementRow, rows_of, words


class Told(msgspec.Struct, frozen=True):
    """A release, and those of its statements that were asked for; `whole` are all of them."""

    stored: Stored
    statements: tuple[Judged, ...]
    whole: tuple[Judged, ...]


class ClaimRow(StatementRow, frozen=True):
    """A statement's row, with the record's date, post and subject, and what was decided about it, by whom and when.

    `key` is the address of the release in the archive.
    """

    sent: str
    post: str
    subject: str
    key: str
    verdict: str
    judge: str
    judged: str


def told_by(
    archive: Archive, query: Query | str, *, confidence: float = 0.0, held: Held | None = None
) -> Iterator[Told]:
    """Every release that matches and has statements of which all holds that `query` asks of statements.

    Releases that were not read yet are read now; what `query` asks of statements finds only those that were.
    """
    wanted = Query(words=query) if isinstance(query, str) else query
    with nullcontext(held) if held else Held(archive) as holding:
        chosen = holding.chosen(condition(wanted))
        for stored in every_hit(archive, wanted):
            whole = tuple(holding.of(stored))
            found = tuple(one for one in whole if one.statement.confidence >= confidence and chosen.has(stored, one))
            if found:
                yield Told(stored, found, whole)


def first_places(archive: Archive, trees: Sequence[Node], rows: Sequence[int]) -> dict[int, tuple[Span, ...]]:
    """Where the first statement stands, in each of `rows` that has one, of which all holds that `trees` ask."""
    asked = condition_of(trees)
    if asked is None:
        return {}
    with Held(archive) as held:
        return {row: spans_of(one.statement) for row, one in held.first(asked, rows).items()}


def spans_of(one: Statement) -> tuple[Span, ...]:
    """Where a statement stands: its source, its cue and its content."""
    return (*one.source, *one.cue, *one.content)


def claim_rows(told: Told) -> list[ClaimRow]:
    """The rows of the statements that were asked for."""
    stored, facts = told.stored, told.stored.facts
    about = {"sent": facts.sent, "post": facts.post, "subject": " ".join(facts.subject.split()), "key": stored.key}
    found = []
    for one in told.statements:
        (row,) = rows_of(stored.release.text, (one.statement,), facts.id)
        mark = one.mark
        judged = {
            "verdict": mark.verdict if mark else "", "judge": mark.author if mark else "", "judged": mark.at if mark else ""
        }  # fmt: skip
        found.append(ClaimRow(**{**msgspec.structs.asdict(row), "position": one.position, **about, **judged}))
    return found


def whole(told: Told, one: Judged) -> dict[str, object]:
    """A statement with the words of its source, cue and content, where it stands, and what was decided: as JSON has it."""
    stored, facts = told.stored, told.stored.facts
    said = {name: words(stored.release.text, getattr(one.statement, name)) for name in ("source", "cue", "content")}
    found: dict[str, object] = {
        "record": facts.id, "sent": facts.sent, "post": facts.post, "key": stored.key, "position": one.position,
        "words": said, "statement": one.statement,
    }  # fmt: skip
    return {**found, "judged": one.mark} if one.mark else found
