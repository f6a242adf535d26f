"""The parts of a record by name: `p3` is the paragraph with the number 3, `b7` the seventh block, where it stands alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import msgspec

from reftel.cable import Cable
from reftel.cable.records import Block
from reftel.finding import Span
from reftel.incident import Incident
from reftel.record import Record


class Part(msgspec.Struct, frozen=True):
    """A part of a record: its name, its number and mark where it has them, and where its words stand in the text."""

    name: str
    span: Span
    number: str = ""
    mark: str = ""


def anchors(blocks: Sequence[Block]) -> list[str]:
    """The name of each block of a cable: by its number where it is the first with it, else by where it stands."""
    used: Counter[str] = Counter()
    found = []
    for at, block in enumerate(blocks, 1):
        number = re.sub(r"\W", "", block.number.value) if block.number else ""
        used[number] += 1
        found.append(f"p{number}" if number and used[number] == 1 else f"b{at}")
    return found


def paragraphs(text: str) -> list[Span]:
    """The stretches of `text` between empty lines."""
    found, start = [], 0
    for part in text.split("\n\n"):
        end = start + len(part)
        if part.strip():
            found.append(Span(start + len(part) - len(part.lstrip()), start + len(part.rstrip())))
        start = end + 2
    return found


def parts_of(record: Record, text: str) -> list[Part]:
    """The parts of a record whose text is `text`, in their order."""
    if isinstance(record, Cable):
        if not record.blocks:
            return [Part("b1", Span(0, len(text)))] if text.strip() else []
        return [
            Part(
                name,
                block.content,
                block.number.value.rstrip(".") if block.number else "",
                block.mark.value.strip("()") if block.mark else "",
            )
            for name, block in zip(anchors(record.blocks), record.blocks, strict=True)
        ]
    if isinstance(record, Incident):
        return [Part("p1", record.summary_span if record.summary_span.end else Span(0, len(text)))]
    return [Part(f"b{at}", span) for at, span in enumerate(paragraphs(text), 1)]
