"""Statements of an archive, or of files, as the command prints them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from reftel.archive import Archive, open_archive
from reftel.claims import Told, make_claims, told_by
from reftel.claims.kept import Claims
from reftel.claims.stream import ClaimRow, claim_rows, whole
from reftel.cli.exporting import writing
from reftel.cli.output import json_of, print_json, say
from reftel.cli.progress import counted
from reftel.cli.stating import Stated, print_statements, stated_in
from reftel.cli.streams import met_in
from reftel.errors import QueryError
from reftel.export.tables import write_csv, write_parquet
from reftel.search import Query, rows_found

_ENDINGS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}


class Printing(msgspec.Struct, frozen=True):
    """How statements are printed: as text, csv, jsonl or parquet, where to, and how sure they must be."""

    style: str
    out: str = "-"
    confidence: float = 0.0


def style_of(style: str, out: str) -> str:
    """The style that was chosen; where none was, that of the file's name, or text. QueryError where the name tells none."""
    if style or out == "-":
        return style or "text"
    try:
        return _ENDINGS[Path(out).suffix.lower()]
    except KeyError:
        hint = "--csv, --jsonl or --parquet, or a name that ends so"
        raise QueryError(f"as what are statements to be written to {out}?", hint=hint) from None


def print_of_files(paths: Sequence[str], form: str | None, printing: Printing) -> int:
    """How many statements of the records in `paths` were printed."""
    if printing.style == "parquet" or printing.out != "-":
        raise QueryError("--parquet and --out are for an archive", hint="reftel ingest first, or use --csv or --jsonl")
    found = stated_in(met_in(paths, form), printing.confidence)
    return print_statements(found, style=printing.style)


def print_of_archive(path: Path, query: Query, printing: Printing, *, as_is: bool, jobs: int | None) -> int:
    """How many statements of the records that match were printed."""
    with open_archive(path) as archive:
        if not as_is and archive.writable:
            bring_up(archive, jobs)
        for note in rows_found(archive, query).notes:
            say(note)
        return _print(told_by(archive, query, confidence=printing.confidence), printing)


def bring_up(archive: Archive, jobs: int | None = None) -> None:
    """Reads what was not read yet, with progress where somebody watches."""
    with make_claims(archive) as claims:
        behind = claims.behind
        with counted("reading statements", behind or None) as progress:
            claims.bring_up(progress, jobs)
        if behind:
            _say_held(claims, behind)


def _say_held(claims: Claims, new: int) -> None:
    held = claims.counts()
    unread = f"; {held.unread:,} could not be read" if held.unread else ""
    say(f"{new:,} releases were read: {held.statements:,} statements of {held.releases:,} releases are kept{unread}")


def _print(found: Iterator[Told], printing: Printing) -> int:
    if printing.style == "text" and printing.out == "-":
        return print_statements(map(_stated, found), style="text")
    if printing.style == "jsonl" and printing.out == "-":
        return _print_lines(found)
    with writing(printing.out) as file:
        if printing.style == "parquet":
            return write_parquet(ClaimRow, _rows(found), file)
        if printing.style == "jsonl":
            count = 0
            for count, line in enumerate(_lines(found), 1):  # noqa: B007 - the last number is the count
                file.write(f"{json_of(line)}\n".encode())
            return count
        return write_csv(ClaimRow, _rows(found), file)


def _print_lines(found: Iterable[Told]) -> int:
    count = 0
    for count, line in enumerate(_lines(found), 1):  # noqa: B007 - the last number is the count
        print_json(line)
    return count


def _lines(found: Iterable[Told]) -> Iterator[dict[str, object]]:
    return (whole(told, one) for told in found for one in told.statements)


def _rows(found: Iterable[Told]) -> Iterator[ClaimRow]:
    return (row for told in found for row in claim_rows(told))


def _stated(told: Told) -> Stated:
    stored = told.stored
    return Stated(stored.facts.id or stored.key, stored.release.text, tuple(one.statement for one in told.statements))
