"""Many queries at once, as the command asks and prints them."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

import reftel.desk.asking  # noqa: F401 - it brings the fields mine:, tagged: and noted:
from reftel.archive import open_archive
from reftel.cli.output import print_rows, say, show
from reftel.cli.progress import counted
from reftel.cli.safe import line
from reftel.cli.streams import STDIN
from reftel.errors import QueryError, SourceError
from reftel.export.tables import armed
from reftel.search import Answer, Batch, batch, read_queries

_COLUMNS = (
    "name", "query", "post", "from", "to", "class", "tag", "hits", "first", "last", "undated", "alone", "notes",
)  # fmt: skip
_MATRIX = 8  # queries whose overlaps are shown all at once
_PAIRS = 20  # overlaps that are shown of more


def batch_and_print(archive: Path, file: str, style: str) -> int:
    """Prints what each query of `file` finds; returns how many different records were found."""
    if style not in ("text", "csv", "jsonl"):
        raise QueryError(f"{style!r} is no format of a batch", hint="text, csv or jsonl")
    queries = read_queries(_bytes(file))
    if not queries:
        raise QueryError(
            "there are no queries in it", where=file, hint="write one a line, or a table with a column query"
        )
    with open_archive(archive) as opened, counted("asked", len(queries)) as progress:
        found = batch(opened, queries, progress)
    if style == "csv":
        _print_csv(found)
    elif style == "jsonl":
        print_rows(found.answers)
    else:
        show(_answers(found), *_overlaps(found.answers))
    say(f"{found.together:,} different records")
    return found.together


def _bytes(file: str) -> bytes:
    if file == STDIN:
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror or error}", where=file) from error


def _print_csv(found: Batch) -> None:
    """A row a query, and behind its own columns one for its hits in common with each query."""
    text = io.TextIOWrapper(sys.stdout.buffer, "utf-8", "replace", newline="", write_through=True)
    try:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow([*_COLUMNS, *(armed(f"with {one.name}") for one in found.answers)])
        for one in found.answers:
            common = [one.hits if other is one else one.overlaps.get(other.name, 0) for other in found.answers]
            writer.writerow([armed(cell) if isinstance(cell, str) else cell for cell in (*_cells(one), *common)])
    finally:
        text.detach()  # the stream is not ours to close


def _cells(one: Answer) -> tuple[str | int, ...]:
    asked = one.query
    return (
        one.name, asked.words, asked.post, asked.since, asked.until, asked.level, " ".join(asked.tags),
        one.hits, one.first, one.last, one.undated, one.alone, "; ".join(one.notes),
    )  # fmt: skip


def _answers(found: Batch) -> RenderableType:
    table = _table("query", "hits", "first", "last", "alone")
    notes: list[Text] = []
    for one in found.answers:
        name = Text(line(one.name), "bold" if one.hits else "dim")
        table.add_row(name, f"{one.hits:,}", one.first[:10], one.last[:10], f"{one.alone:,}")
        notes += [Text.assemble((f"{line(one.name)}: ", "bold"), line(note)) for note in one.notes]
    return Group(table, Text(), *notes, *([Text()] if notes else []))


def _overlaps(answers: tuple[Answer, ...]) -> list[RenderableType]:
    """All overlaps of a few queries; the greatest of many."""
    shown = [one for one in answers if one.overlaps]
    if not shown:
        return []
    return [_matrix(shown) if len(shown) <= _MATRIX else _pairs(shown)]


def _matrix(answers: list[Answer]) -> Table:
    table = _table("in common", *(str(number) for number in range(1, len(answers) + 1)))
    for number, one in enumerate(answers, 1):
        cells = [Text("·", "dim") if other is one else f"{one.overlaps.get(other.name, 0):,}" for other in answers]
        table.add_row(Text(f"{number} {line(one.name)}"), *cells)
    return table


def _pairs(answers: list[Answer]) -> RenderableType:
    table = _table("in common", "records", "of the first", "of the second")
    pairs = [
        (count, one, other)
        for at, one in enumerate(answers)
        for other in answers[at + 1 :]
        if (count := one.overlaps.get(other.name, 0))
    ]
    pairs.sort(key=lambda pair: -pair[0])
    for count, one, other in pairs[:_PAIRS]:
        name = Text.assemble(line(one.name), ("  and  ", "dim"), line(other.name))
        table.add_row(name, f"{count:,}", f"{count / one.hits:.0%}", f"{count / other.hits:.0%}")
    left = len(pairs) - _PAIRS
    return Group(table, *([Text(f"and {left:,} more pairs (--format csv has them all)", "dim")] if left > 0 else []))


def _table(first: str, *columns: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column(first, overflow="fold")
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    return table
