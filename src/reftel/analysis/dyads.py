"""Dyads by month: for each pair of parties and each month, how often one spoke of the other, and how."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from reftel.analysis.network import Edge, Tie
from reftel.claims.parties import Party


class Dyad(msgspec.Struct, frozen=True):
    """What one party said of another in one month; `month` is empty for cables without a date."""

    month: str
    source: str
    source_name: str
    source_kind: str
    target: str
    target_name: str
    target_kind: str
    statements: int
    favourable: int
    against: int
    sign: int
    records: int


def dyads(ties: Iterable[Tie]) -> Iterator[Dyad]:
    """The dyads of `ties`, month by month, then by the ids of both ends."""
    edges: dict[tuple[str, str, str], Edge] = {}
    parties: dict[str, Party] = {}
    for tie in ties:
        parties.setdefault(tie.source.id, tie.source)
        parties.setdefault(tie.target.id, tie.target)
        month = tie.sent[:7] if len(tie.sent) >= 7 else ""
        edges.setdefault((month, tie.source.id, tie.target.id), Edge(tie.source.id, tie.target.id)).add(tie)
    for month, source, target in sorted(edges):
        edge, one, other = edges[month, source, target], parties[source], parties[target]
        ends = (source, one.label, one.kind, target, other.label, other.kind)
        yield Dyad(month, *ends, edge.statements, edge.favourable, edge.against, edge.sign, len(edge.records))
