"""Cables read a second on one core, and the CPU of reading beside the CPU of a tantivy index of the same text.

    python bench/reading.py CSV [--limit N] [--json]

CSV is in the Cablegate form (backslash escapes). Both passes go over the same rows in lots, in turn, in one run, so
that a machine whose speed drifts slows both. Prints the ratio of reading to indexing as its last line.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

import tantivy

import reftel

LOT = 1000
Row = list[str]


def rows(path: Path) -> Iterator[Row]:
    """The rows of the CSV, streamed."""
    csv.field_size_limit(1 << 30)
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.reader(stream, escapechar="\\", doublequote=False)


def schema() -> tantivy.Schema:
    """The least that makes cables searchable: number, date, words."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_date_field("sent", stored=True, fast=True)
    builder.add_text_field("text", stored=False, tokenizer_name="en_stem")
    return builder.build()


def read_lot(lot: list[tuple[str, str, datetime]]) -> int:
    """Read every cable of the lot, all fields; the number of blocks, so that nothing can be skipped."""
    return sum(len(reftel.read(text, id=number, sent=sent).blocks) for text, number, sent in lot)


def index_lot(writer: tantivy.IndexWriter, lot: list[tuple[str, str, datetime]]) -> None:
    """Hand every cable of the lot to tantivy."""
    for text, number, sent in lot:
        document = tantivy.Document()
        document.add_text("id", number)
        document.add_date("sent", sent)
        document.add_text("text", text)
        writer.add_document(document)


def measure(path: Path, limit: int | None) -> dict[str, float]:
    """CPU seconds of both passes over the same rows, and peak memory after the first lot and at the end.

    tantivy indexes in threads of its own: its CPU is what the process used and the main thread did not, with what
    the main thread spent handing over documents.
    """
    source = islice(rows(path), limit)
    reading = handing = 0.0
    cables = blocks = 0
    first_peak = 0
    process, main_thread = time.process_time(), time.thread_time()
    with tempfile.TemporaryDirectory() as folder:
        writer = tantivy.Index(schema(), path=folder).writer()
        while lot := [
            (row[6] + "\n" + row[7], row[2], datetime.strptime(row[1], "%m/%d/%Y %H:%M")) for row in islice(source, LOT)
        ]:
            start = time.thread_time()
            blocks += read_lot(lot)
            reading += time.thread_time() - start
            start = time.thread_time()
            index_lot(writer, lot)
            handing += time.thread_time() - start
            cables += len(lot)
            first_peak = first_peak or _peak()
        start = time.thread_time()
        writer.commit()
        writer.wait_merging_threads()
        handing += time.thread_time() - start
    threads = (time.process_time() - process) - (time.thread_time() - main_thread)
    indexing = threads + handing
    return {
        "cables": cables,
        "blocks": blocks,
        "reading_cpu": reading,
        "indexing_cpu": indexing,
        "cables_per_second": cables / reading,
        "ratio": reading / indexing,
        "peak_mb_after_first_lot": first_peak / 1024,
        "peak_mb": _peak() / 1024,
    }


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("csv", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(options.csv, options.limit)
    if options.json:
        print(json.dumps(figures))
        return 0
    for name, value in figures.items():
        print(f"{name:26} {value:,.2f}")
    print(f"reading / indexing CPU = {figures['ratio']:.3f} at {figures['cables_per_second']:,.0f} cables/s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
