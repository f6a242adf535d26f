"""The one shape of every answer in JSON, and the one shape of every refusal."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any, Generic, Literal, TypeVar

import msgspec

from reftel.export.tables import armed

T = TypeVar("T")


class Answer(msgspec.Struct, Generic[T], frozen=True):
    """An answer: which page it is, its own address, that of the page after it (empty at the end), and its data."""

    page: str
    address: str
    data: T
    next: str = ""
    ok: Literal[True] = True


class Fault(msgspec.Struct, frozen=True):
    """Why there is no answer: a code that keeps, a sentence, and the next step."""

    code: Literal["not-found", "bad-request", "too-large", "not-allowed", "forbidden", "busy", "unusable", "failed"]
    message: str
    hint: str = ""


class Refusal(msgspec.Struct, frozen=True):
    """What is given in place of an answer."""

    error: Fault
    ok: Literal[False] = False


def as_json(value: object) -> bytes:
    """`value` as JSON in UTF-8; a lone half of a character is escaped, which JSON can say and UTF-8 cannot."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value)).encode("ascii")


def as_csv(rows: Iterable[msgspec.Struct]) -> bytes:
    """A table with a header row, safe to open in a spreadsheet; lists and parts are cells of JSON."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for at, row in enumerate(rows):
        cells = dict(_cells({name: msgspec.to_builtins(getattr(row, name)) for name in row.__struct_fields__}))
        if not at:
            writer.writerow(cells)
        writer.writerow(cells.values())
    return text.getvalue().encode("utf-8", "replace")


def _cells(row: dict[str, Any]) -> Iterator[tuple[str, object]]:
    for name, value in row.items():
        if isinstance(value, dict | list):
            yield name, armed(json.dumps(value, ensure_ascii=False)) if value else ""
        else:
            yield name, armed(value) if isinstance(value, str) else value
