"""Statements of a text, of a cable, of any record: pure functions, no files, no database."""

from __future__ import annotations

from reftel.cable.records import Cable
from reftel.document import Document
from reftel.finding import Span
from reftel.record import Record
from reftel.statements.found import Found
from reftel.statements.plain import found_in, paragraphs
from reftel.statements.records import Kind, Speaker, Statement


def read_statements(record: Record | str) -> tuple[Statement, ...]:
    """The statements in a record, or in a plain text, in the order of the text. Never raises on content.

    Spans are offsets into `record.text`, or into the text itself. An incident report has none.
    """
    if isinstance(record, str):
        return _of_text(record)
    if isinstance(record, Cable):
        return _of_cable(record)
    if isinstance(record, Document):
        return _of_text(record.text)
    return ()


def _of_text(text: str) -> tuple[Statement, ...]:
    found = [_made(text, one) for place in paragraphs(text) for one in found_in(text, place.start, place.end)]
    return tuple(sorted(found, key=_place))


def _of_cable(cable: Cable) -> tuple[Statement, ...]:
    made: list[Statement] = []
    for position, block in enumerate(cable.blocks):
        if block.kind in ("heading", "table"):
            continue
        number = block.number.value.rstrip(".") if block.number else ""
        mark = block.mark.value if block.mark else ""
        made += [
            _made(cable.text, one, position, number, mark)
            for one in found_in(cable.text, block.content.start, block.content.end)
        ]
    return tuple(sorted(made, key=_place))


def _place(one: Statement) -> tuple[int, int]:
    first = one.content[0] if one.content else one.cue[0]
    return first.start, -first.end


def _made(text: str, one: Found, block: int | None = None, number: str = "", mark: str = "") -> Statement:
    name = " ".join(one.source[0].of(text).split()) if one.source else ""
    return Statement(
        source=tuple(one.source),
        cue=tuple(one.cue),
        content=tuple(one.content),
        kind=kind_of(text, one.content),
        verb=one.verb,
        speaker=Speaker(name, "unknown", one.source[0], confidence=0.5) if one.source else None,
        block=block,
        paragraph=number,
        mark=mark,
        rule=one.rule,
        confidence=one.confidence,
    )


def kind_of(text: str, content: list[Span]) -> Kind:
    """Direct where all of the words stand in quotation marks, mixed where some do."""
    pieces = [span.of(text).strip() for span in content]
    marks = '"“”«»'
    if all(piece and (piece[0] in marks or piece.startswith(("''", "``"))) for piece in pieces):
        whole = all(piece[-1] in marks or piece.endswith("''") for piece in pieces)
        return "direct" if whole else "mixed"
    return "mixed" if any(sign in piece for piece in pieces for sign in (*marks, "''")) else "indirect"
