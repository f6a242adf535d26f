"""CSV, JSON lines and Parquet: the same rows in three formats."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO, ClassVar

import msgspec

from reftel.archive import Stored
from reftel.archive.packing import printable
from reftel.errors import MissingExtra
from reftel.export.base import RowKind
from reftel.export.rows import Row, rows_of

_COLUMNS = Row.__struct_fields__
_NUMBERS = {"position", "start", "end"}
_SPEAKS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula, or hides one behind
_LOT = 1000


class Csv:
    """The format `csv`."""

    name: ClassVar[str] = "csv"
    about: ClassVar[str] = "A table in UTF-8 with a header row, safe to open in a spreadsheet"

    def write(self, records: Iterable[Stored], out: BinaryIO, rows: RowKind) -> int:
        """How many rows were written."""
        text = io.TextIOWrapper(out, "utf-8", "replace", newline="", write_through=True)
        try:
            writer = csv.writer(text, lineterminator="\r\n")
            writer.writerow(_COLUMNS)
            count = 0
            for count, row in enumerate(_rows(records, rows), 1):  # noqa: B007 - the last number is the count
                writer.writerow(
                    [armed(cell) if isinstance(cell, str) else cell for cell in msgspec.structs.astuple(row)]
                )
        finally:
            text.detach()  # the file is its owner's to close
        return count


def armed(cell: str) -> str:
    """`cell` so that no spreadsheet runs it: an apostrophe stands before what would be a formula.

    Nothing is lost: a cell that begins so after apostrophes of its own gets one more, so that taking one away from each
    cell that matches `'+[=+@\\t\\r-]` gives the text back.
    """
    bare = cell.lstrip("'")
    return f"'{cell}" if bare.startswith(_SPEAKS) else cell


class JsonLines:
    """The format `jsonl`."""

    name: ClassVar[str] = "jsonl"
    about: ClassVar[str] = "One row a line as JSON, nothing left out"

    def write(self, records: Iterable[Stored], out: BinaryIO, rows: RowKind) -> int:
        """How many rows were written."""
        count = 0
        for count, row in enumerate(_rows(records, rows), 1):  # noqa: B007 - the last number is the count
            try:
                line = msgspec.json.encode(row)
            except UnicodeEncodeError:  # a lone surrogate, which JSON can say and UTF-8 cannot
                line = json.dumps(msgspec.to_builtins(row)).encode("ascii")
            out.write(line + b"\n")
        return count


class Parquet:
    """The format `parquet`; it needs the extra `reftel[parquet]`."""

    name: ClassVar[str] = "parquet"
    about: ClassVar[str] = "A table for pandas, DuckDB, R and the like; compressed"

    def write(self, records: Iterable[Stored], out: BinaryIO, rows: RowKind) -> int:
        """How many rows were written; MissingExtra where pyarrow is not installed."""
        try:
            import pyarrow as arrow  # noqa: PLC0415 - large, and an extra
            from pyarrow import parquet  # noqa: PLC0415
        except ImportError as error:
            raise MissingExtra("Parquet files need pyarrow", hint="pip install 'reftel[parquet]'") from error
        schema = arrow.schema([(name, arrow.int64() if name in _NUMBERS else arrow.string()) for name in _COLUMNS])
        count, source = 0, _rows(records, rows)
        with parquet.ParquetWriter(out, schema, compression="zstd") as writer:
            while lot := list(islice(source, _LOT)):
                count += len(lot)
                writer.write_table(arrow.table({name: _column(lot, name) for name in _COLUMNS}, schema=schema))
        return count


def _column(lot: list[Row], name: str) -> list[Any]:
    cells = [getattr(row, name) for row in lot]
    return cells if name in _NUMBERS else [printable(cell) for cell in cells]


def _rows(records: Iterable[Stored], kind: RowKind) -> Iterator[Row]:
    for stored in records:
        yield from rows_of(stored, kind)


CSV, JSONL, PARQUET = Csv(), JsonLines(), Parquet()
