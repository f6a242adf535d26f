"""The rows that tables are made of: one a record, or one a paragraph, each with the address and the span of its text."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from reftel import __version__
from reftel.archive import Facts, Stored
from reftel.archive.schema import VERSION
from reftel.cable import Cable
from reftel.export.base import RowKind

MADE_BY = f"reftel {__version__}, layout {VERSION}"


class Row(msgspec.Struct, frozen=True):
    """One row. Lists are joined by `; `.

    `source` is the address of the release in the archive, `sha256` that of its whole text, `start` and `end` are
    offsets in it (characters), and `text` is what stands there. `position` counts the record's blocks from 1, 0 for the
    record as a whole; `paragraph` is the number printed in the text. `version` says what read it.
    """

    id: str
    kind: str
    sent: str
    post: str
    level: str
    captions: str
    tags: str
    subject: str
    form: str
    publisher: str
    collection: str
    position: int
    paragraph: str
    mark: str
    role: str
    start: int
    end: int
    source: str
    sha256: str
    version: str
    file: str
    text: str


def rows_of(stored: Stored, kind: RowKind) -> Iterator[Row]:
    """The rows of one record. A record that has no paragraphs gives one row of its whole text."""
    facts, release, record = stored.facts, stored.release, stored.record
    blocks = record.blocks if isinstance(record, Cable) and kind == "paragraphs" else ()
    whole = _row(stored, facts, release.sha256)
    if not blocks:
        yield whole
    for position, block in enumerate(blocks, 1):
        yield msgspec.structs.replace(
            whole,
            position=position,
            paragraph=block.number.value if block.number else "",
            mark=block.mark.value if block.mark else "",
            role=block.role or block.kind,
            start=block.span.start,
            end=block.span.end,
            text=block.span.of(release.text),
        )


def _row(stored: Stored, facts: Facts, sha256: str) -> Row:
    release = stored.release
    return Row(
        id=facts.id, kind=facts.kind, sent=facts.sent, post=facts.post, level=facts.level,
        captions="; ".join(facts.captions), tags="; ".join(facts.tags), subject=" ".join(facts.subject.split()),
        form=facts.form, publisher=release.publisher, collection=facts.collection,
        position=0, paragraph="", mark="", role="", start=0, end=len(release.text),
        source=stored.key, sha256=sha256, version=MADE_BY, file=str(release.origin), text=release.text,
    )  # fmt: skip
