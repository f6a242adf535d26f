"""What a record cites, as rows that can be asked from both ends."""

from __future__ import annotations

import msgspec

from reftel.archive.packing import printable
from reftel.cable import Cable
from reftel.record import Record


class Cited(msgspec.Struct, frozen=True, array_like=True):
    """One row of the table `reference`, but for the release it stands in."""

    kind: str
    letter: str
    label: str
    target: str
    year_given: bool
    title: str
    start: int
    stop: int


def cited_in(record: Record) -> tuple[Cited, ...]:
    """Every reference of `record` in its order, then every cable that its running text names by number."""
    if not isinstance(record, Cable):
        return ()
    found = [
        Cited(
            reference.kind,
            reference.letter,
            printable(reference.label),
            reference.target,
            reference.year_given,
            printable(" ".join(reference.title.value.split())) if reference.title else "",
            reference.span.start,
            reference.span.end,
        )
        for reference in record.references
    ]
    for mention in record.mentions:
        if mention.target:
            start, stop = mention.span.start, mention.span.end
            label = printable(" ".join(record.text[start:stop].split()))
            found.append(Cited("mention", "", label, mention.target, mention.year_given, "", start, stop))
    return tuple(found)
