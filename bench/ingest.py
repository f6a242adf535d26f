"""How long ingest takes, from a CSV to searchable, against a raw tantivy build of the same text in the same run.

    python bench/ingest.py CSV [--json] [--jobs N]

The raw build is csv.reader feeding an index that holds text (not stored, in English stems, with positions), number and
date and nothing else: two threads, one commit, merges waited for. Ingest reads every field of every cable, keeps all of
it, and indexes more fields. Its index holds words as they are written, and their forms are brought together when they
are asked for; `plain` is the raw build that does so too. The last line is the ratio of wall times to the build with stems.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tantivy

from reftel.archive import ingest, open_archive
from reftel.search import Query, following, search
from reftel.search.layout import analyser, stemmed

RAW_HEAP = 400_000_000
WORDS = "words"


def rows(path: Path) -> Iterator[list[str]]:
    csv.field_size_limit(1 << 30)
    with path.open(newline="", encoding="utf-8", errors="replace") as file:
        yield from csv.reader(file, escapechar="\\", doublequote=False)


def raw_build(path: Path, directory: Path, words: tantivy.TextAnalyzer) -> int:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    builder.add_date_field("sent", indexed=True, fast=True)
    builder.add_text_field("text", tokenizer_name=WORDS)
    index: Any = tantivy.Index(builder.build(), path=str(directory))
    index.register_tokenizer(WORDS, words)
    writer = index.writer(RAW_HEAP, 2)
    for row in rows(path):
        document = tantivy.Document()
        document.add_text("id", row[2])
        document.add_date("sent", datetime.strptime(row[1], "%m/%d/%Y %H:%M").replace(tzinfo=UTC))
        document.add_text("text", row[6] + "\n" + row[7])
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return int(index.searcher().num_docs)


def whole_ingest(path: Path, directory: Path, jobs: int | None) -> int:
    with open_archive(directory, create=True) as archive:
        with following(archive, many=True) as index:
            ingest(archive, [path], jobs=jobs, follower=index)
        return search(archive, Query(limit=1)).total


def cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def measure(path: Path, jobs: int | None) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        raw_place, plain_place, archive_place = Path(folder, "raw"), Path(folder, "plain"), Path(folder, "archive")
        raw_place.mkdir()
        plain_place.mkdir()
        started, cpu = time.perf_counter(), cpu_seconds()
        raw_count = raw_build(path, raw_place, stemmed())
        raw_seconds, raw_cpu = time.perf_counter() - started, cpu_seconds() - cpu
        started = time.perf_counter()
        raw_build(path, plain_place, analyser())
        plain_seconds = time.perf_counter() - started
        started, cpu = time.perf_counter(), cpu_seconds()
        count = whole_ingest(path, archive_place, jobs)
        seconds, ingest_cpu = time.perf_counter() - started, cpu_seconds() - cpu
        size = sum(file.stat().st_size for file in archive_place.rglob("*") if file.is_file())
        return {
            "records": count,
            "raw_records": raw_count,
            "raw_seconds": round(raw_seconds, 2),
            "raw_cpu_seconds": round(raw_cpu, 2),
            "plain_seconds": round(plain_seconds, 2),
            "ingest_seconds": round(seconds, 2),
            "ingest_cpu_seconds": round(ingest_cpu, 2),
            "records_per_second": round(count / seconds, 1),
            "archive_bytes_per_csv_byte": round(size / path.stat().st_size, 3),
            "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "cpu_ratio": round(ingest_cpu / raw_cpu, 3),
            "ratio_to_plain": round(seconds / plain_seconds, 3),
            "ratio": round(seconds / raw_seconds, 3),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--jobs", type=int)
    arguments = parser.parse_args()
    figures = measure(arguments.csv, arguments.jobs)
    if arguments.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name}: {figure}")


if __name__ == "__main__":
    main()
