"""What ten times more costs: two tables of one form are ingested, and searched with the same kinds of queries.

    python bench/growth.py SMALL.csv LARGE.csv [--keep FOLDER] [--rounds N] [--json]

Each is read into an archive of its own and indexed, as `reftel ingest` does it. Then two hundred queries drawn from each
archive's own words and facts (query_mix.py) are asked of it, in turns with the other, with all facets and with snippets.
The last line is the ratios: of seconds, of processor seconds, and of the 95th percentile of a query. An archive that
stands in FOLDER already is searched as it is, and its ingest counts as it was measured then.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from engines import Reftel
from query_mix import mix
from reftel.archive import ingest, open_archive
from reftel.search import following
from searching import percentiles


def cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def kept(table: Path, place: Path) -> dict[str, float]:
    """What it took to read `table` into the archive at `place`, now or when that was done."""
    told = place / "ingest.json"
    if told.is_file():
        return dict(json.loads(told.read_text("utf-8")))
    started, cpu = time.perf_counter(), cpu_seconds()
    with open_archive(place, create=True) as archive, following(archive, many=True) as index:
        ingest(archive, [table], follower=index)
        records = archive.last_row()
    figures = {
        "records": records,
        "seconds": round(time.perf_counter() - started, 1),
        "cpu_seconds": round(cpu_seconds() - cpu, 1),
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "bytes": sum(file.stat().st_size for file in place.rglob("*") if file.is_file()),
    }
    told.write_text(json.dumps(figures), "utf-8")
    return figures


def asked(places: tuple[Path, Path], rounds: int) -> list[dict[str, float]]:
    """The percentiles of a query's time in each archive, in milliseconds."""
    with open_archive(places[0]) as small, open_archive(places[1]) as large:
        engines = [Reftel(small), Reftel(large)]
        queries = [mix(small), mix(large)]
        times: list[list[list[float]]] = [[[] for _ in one] for one in queries]
        for round_ in range(rounds + 1):  # the first warms up
            for number in range(min(map(len, queries))):
                for which, engine in enumerate(engines):
                    started = time.perf_counter()
                    engine.answer(queries[which][number])
                    if round_:
                        times[which][number].append(time.perf_counter() - started)
    return [percentiles([median(one) for one in several if one]) for several in times]


def measure(tables: tuple[Path, Path], folder: Path, rounds: int) -> dict[str, Any]:
    places = (folder / "small", folder / "large")
    small, large = (kept(table, place) for table, place in zip(tables, places, strict=True))
    first, second = asked(places, rounds)
    return {
        "small": {**small, **first},
        "large": {**large, **second},
        "records_ratio": round(large["records"] / small["records"], 2),
        "seconds_ratio": round(large["seconds"] / small["seconds"], 2),
        "cpu_ratio": round(large["cpu_seconds"] / small["cpu_seconds"], 2),
        "p50_ratio": round(second["p50"] / first["p50"], 2),
        "p95_ratio": round(second["p95"] / first["p95"], 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("small", type=Path)
    parser.add_argument("large", type=Path)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure((arguments.small, arguments.large), arguments.keep or Path(folder), arguments.rounds)
    if arguments.json:
        print(json.dumps(figures))
        return
    for name in ("small", "large"):
        print(f"{name}: " + ", ".join(f"{key} {value:,}" for key, value in figures[name].items()))
    print(
        f"{figures['records_ratio']} x the records: {figures['seconds_ratio']} x the seconds, {figures['cpu_ratio']} x the "
        f"processor seconds, p50 {figures['p50_ratio']} x, p95 {figures['p95_ratio']} x"
    )


if __name__ == "__main__":
    main()
