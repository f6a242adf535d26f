"""The check that every span of a record is a range of its text, and that what stands there is what the value says.

Page and section lines that fall inside a value are no part of it: slices are compared on the working copy of the text,
which has the same offsets and blanks in their place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from reftel.archive.checking import spans_in
from reftel.cable.identity import letters
from reftel.cable.records import Block, Cable, Recipient, Reference, Tag
from reftel.cable.sheet import Sheet
from reftel.finding import Finding, Span, Value


def structs(node: Any) -> Iterator[msgspec.Struct]:
    """Every struct in a record, the record itself first."""
    if isinstance(node, Span):
        return
    if isinstance(node, msgspec.Struct):
        yield node
        for name in node.__struct_fields__:
            yield from structs(getattr(node, name))
    elif isinstance(node, tuple | list):
        for one in node:
            yield from structs(one)


def check(cable: Cable) -> None:
    """AssertionError where a span lies outside the text or does not hold what its value says."""
    for span in spans_in(cable):
        assert 0 <= span.start <= span.end <= len(cable.text), span
    clean = Sheet(cable.text).clean
    for struct in structs(cable):
        _slices_back(clean, struct)


def _slices_back(text: str, struct: msgspec.Struct) -> None:
    if isinstance(struct, Tag):
        assert _folded(struct.span.of(text)), struct
        assert struct.code in struct.span.of(text).upper() or struct.rule in _REWORDED, struct
    elif isinstance(struct, Recipient):
        written = struct.span.of(text).upper()
        assert all(word in written for word in struct.name.upper().split()), struct
    elif isinstance(struct, Reference):
        _reference(struct, text)
    elif isinstance(struct, Block):
        _block(struct)
    elif isinstance(struct, Value) and struct.span is not None and isinstance(struct.value, str):
        _value(struct, struct.span.of(text))
    elif isinstance(struct, Finding) and struct.span is not None:
        assert struct.span.start < struct.span.end, struct


def _reference(reference: Reference, text: str) -> None:
    written = reference.span.of(text)
    assert _folded(written), reference
    assert letters(written) == letters(reference.label), reference
    if reference.kind == "cable":
        serial = re.search(r"\d+$", reference.target)
        assert serial, reference
        digits = re.sub(r"\D", "", written.upper().replace("O", "0"))
        assert serial[0] in digits or serial[0] == "0", reference


def _block(block: Block) -> None:
    assert block.span.start <= block.content.start <= block.content.end <= block.span.end, block
    assert block.span.start < block.span.end, block


_REWORDED = {"tags-repaired", "tags-multiword", "tags-phrase", "person-in-brackets", "person-in-plain"}
_VERBATIM = {
    "last-line", "last-word", "behind-unquote", "classified-by-title", "redaction", "page-line", "section-line",
    "paragraph-number", "item-letter", "transmission-id", "routing-indicator", "office", "order", "ref-title",
    "classified-by", "drafted-by", "approved-by", "attention-line", "station", "security", "operating-signal",
}  # fmt: skip


def _value(value: Value[str], written: str) -> None:
    if value.rule in ("page-line", "section-line"):  # blanked in the working copy, which is what they are for
        assert not written.strip(), value
        return
    assert written.strip() or not value.value, value
    if value.rule in _VERBATIM:
        plain, said = letters(written), letters(value.value)
        assert plain == said or value.rule == "station", (value, written)
    elif value.rule == "subject-line" and "&" not in written:
        assert letters(written) == letters(value.value), (value, written)
    elif value.rule == "paragraph-number":
        assert written == value.value, (value, written)


def _folded(text: str) -> str:
    return " ".join(text.split())
