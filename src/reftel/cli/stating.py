"""Statements as the command prints them: laid out, as lines of JSON, or as a table."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from reftel.cli.output import print_json, say, show
from reftel.cli.safe import line
from reftel.export.tables import armed
from reftel.finding import Value
from reftel.incident import Incident
from reftel.record import Record, read_record
from reftel.release import Reject, Release
from reftel.statements import Statement, read_statements
from reftel.statements.records import LEAST
from reftel.statements.rows import StatementRow, rows_of, words


class Stated(NamedTuple):
    """A record's number, its text, and its statements."""

    record: str
    text: str
    statements: tuple[Statement, ...]


def stated_in(met: Iterable[Release | Reject], confidence: float = LEAST) -> Iterator[Stated]:
    """The statements of each record that was met; says of each reject on standard error why it is one."""
    for one in met:
        if isinstance(one, Reject):
            say(f"rejected: {one.origin}: {one.reason}", "yellow")
            continue
        record = read_record(one)
        if isinstance(record, Incident):
            continue
        yield Stated(_number(record), one.text, read_statements(record, least=confidence))


def _number(record: Record) -> str:
    number = record.id
    return number.value if isinstance(number, Value) else number or ""


def print_statements(found: Iterable[Stated], *, style: str) -> int:
    """How many statements were printed."""
    count = 0
    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    if style == "csv":
        writer.writerow(StatementRow.__struct_fields__)
    for one in found:
        count += len(one.statements)
        if style == "jsonl":
            for statement in one.statements:
                print_json(_whole(one, statement))
        elif style == "csv":
            for row in rows_of(one.text, one.statements, one.record):
                writer.writerow(
                    [armed(cell) if isinstance(cell, str) else cell for cell in msgspec.structs.astuple(row)]
                )
        elif one.statements:
            show(_laid_out(one))
    return count


def _whole(one: Stated, statement: Statement) -> dict[str, object]:
    """The statement, with its record's number and the words of its source, cue and content."""
    said = {name: words(one.text, getattr(statement, name)) for name in ("source", "cue", "content")}
    return {"record": one.record, "words": said, "statement": statement}


def _laid_out(one: Stated) -> RenderableType:
    parts: list[RenderableType] = [Text(line(one.record) or "(no number)", "bold cyan")]
    for row in rows_of(one.text, one.statements):
        head = Text(f"¶{line(row.paragraph)} " if row.paragraph else "", "dim")
        head.append(line(row.speaker or row.source) or "(nobody named)", "bold")
        told = ", ".join(filter(None, (row.role, row.affiliation)))
        head.append(f" ({line(told)})" if told else "")
        head.append(f" {line(row.cue or row.verb)}", "green")
        parts += [Padding(head, (0, 0, 0, 2)), Padding(Text(line(row.content)), (0, 0, 0, 4))]
        notes = "; ".join(filter(None, (row.modality, f"about {row.about}" if row.about else "", row.answer)))
        if notes:
            parts.append(Padding(Text(line(notes), "dim"), (0, 0, 0, 4)))
    return Group(*parts, Text(""))
