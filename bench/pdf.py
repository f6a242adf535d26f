"""What a PDF costs: one cable, and a thousand in one file.

    python bench/pdf.py ARCHIVE [--singles N] [--records N] [--json]

The first records of the archive are set, N of them one by one, the median told; then N in one file with its contents and
outline. Laying out the data (asking the archive for references, citing cables, other releases) is counted in, and told
apart. Both are told by the clock and by the processor, whose figure does not suffer from a busy machine. A large file is set
in parts, each in a process of its own: their work is counted in. The file is read back and its pages and bookmarks counted.
The last line is the milliseconds of one, and the seconds and megabytes of all.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import statistics
import time
from itertools import islice
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from reftel.archive import Archive, Stored, open_archive
from reftel.publish.pdf import Style, pdf_of
from reftel.publish.pdf.edition import book_of


def one_by_one(archive: Archive, records: list[Stored]) -> dict[str, float]:
    pdf_of(archive, records[:1])  # the first loads the compiler and its fonts
    walls, works, data = [], [], []
    for stored in records:
        wall, work = time.perf_counter(), time.process_time()
        pdf_of(archive, [stored])
        walls.append(time.perf_counter() - wall)
        works.append(time.process_time() - work)
        started = time.process_time()
        book_of(archive, [stored], Style())
        data.append(time.process_time() - started)
    return {
        "one_ms": round(1000 * statistics.median(walls), 1),
        "one_cpu_ms": round(1000 * statistics.median(works), 1),
        "one_slowest_ms": round(1000 * max(walls), 1),
        "one_data_cpu_ms": round(1000 * statistics.median(data), 1),
    }


def together(archive: Archive, records: list[Stored]) -> dict[str, float]:
    wall, work = time.perf_counter(), time.process_time()
    made = pdf_of(archive, records, Style(title="All"))
    parts = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall, work = time.perf_counter() - wall, time.process_time() - work + parts.ru_utime + parts.ru_stime
    read = PdfReader(io.BytesIO(made))
    return {
        "records": len(records),
        "seconds": round(wall, 1),
        "cpu_seconds": round(work, 1),
        "megabytes": round(len(made) / 1e6, 1),
        "pages": len(read.pages),
        "bookmarks": sum(not isinstance(one, list) for one in read.outline),
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "peak_of_a_part_megabytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }


def measure(place: Path, singles: int, records: int) -> dict[str, Any]:
    with open_archive(place) as archive:
        found = list(islice(archive, max(singles, records)))
        characters = sum(len(one.release.text) for one in found[:records])
        return {
            **one_by_one(archive, found[:singles]),
            "characters": characters,
            **together(archive, found[:records]),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--singles", type=int, default=50)
    parser.add_argument("--records", type=int, default=1_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = measure(arguments.archive, arguments.singles, arguments.records)
    if arguments.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name}: {figure:,}")
    print(
        f"one record in {figures['one_ms']} ms; {figures['records']:,} in one file in {figures['seconds']} s, {figures['megabytes']} MB"
    )


if __name__ == "__main__":
    main()
