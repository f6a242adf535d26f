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

_SPEAKS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula, or hides one behind
_LOT = 1000


class Csv:
    """The format `csv`."""

    name: ClassVar[str] = "csv"
    about: ClassVar[str] = "A table in UTF-8 with a header row, safe to open in a spreadsheet"

    def write(self, records: Iterable[Stored], out: BinaryIO, rows: RowKind) -> int:
        """How many rows were written."""
        return write_csv(Row, _rows(records, rows), out)


def write_csv(kind: type[msgspec.Struct], rows: Iterable[msgspec.Struct], out: BinaryIO) -> int:
    """How many of `rows`, flat structs of one `kind`, were written as a table."""
    text = io.TextIOWrapper(out, "utf-8", "replace", newline="", write_through=True)
    try:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(kind.__struct_fields__)
        count = 0
        for count, row in enumerate(rows, 1):  # noqa: B007 - the last number is the count
            writer.writerow([armed(cell) if isinstance(cell, str) else cell for cell in msgspec.structs.astuple(row)])
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
        return write_parquet(Row, _rows(records, rows), out)


def write_parquet(kind: type[msgspec.Struct], rows: Iterator[msgspec.Struct], out: BinaryIO) -> int:
    """How many of `rows`, flat structs of one `kind`, were written; MissingExtra where pyarrow is not installed."""
    try:
        import pyarrow as arrow  # noqa: PLC0415 - large, and an extra
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtra("Parquet files need pyarrow", hint="pip install 'reftel[parquet]'") from error
    types = {int: arrow.int64(), float: arrow.float64(), str: arrow.string()}
    columns = {one.name: types[one.type] for one in msgspec.structs.fields(kind)}
    schema, count = arrow.schema(list(columns.items())), 0
    with parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        while lot := list(islice(rows, _LOT)):
            count += len(lot)
            writer.write_table(arrow.table({name: _column(lot, name) for name in columns}, schema=schema))
    return count


def _column(lot: list[msgspec.Struct], name: str) -> list[Any]:
    cells = [getattr(row, name) for row in lot]
    return [printable(cell) if isinstance(cell, str) else cell for cell in cells]


def _rows(records: Iterable[Stored], kind: RowKind) -> Iterator[Row]:
    for stored in records:
        yield from rows_of(stored, kind)


CSV, JSONL, PARQUET = Csv(), JsonLines(), Parquet()
