"""What a batch of queries costs beside asking them one by one, in one run.

    python bench/batch.py ARCHIVE [--queries N] [--json]

The queries are words of the archive, from one that almost all records have down to one that a handful have, in even steps of
rank. One by one each is searched for its first page of twenty; the batch finds all rows of each and counts what any two
have in common. Some hundred of these counts are made again with sets of rows and compared. The last line is the ratio of
the times.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import time
from pathlib import Path
from typing import Any

import tantivy

from reftel.archive import Archive, open_archive
from reftel.search import Batch, Named, Query, batch, rows_found, search
from reftel.search.index import open_index

CHECKED = 100
FEWEST = 5  # records that have a word


def words(archive: Archive, count: int) -> list[str]:
    """`count` words, the frequent ones as close to each other as the rare ones."""
    found = open_index(archive).searcher().terms_with_prefix("text", "", tantivy.Query.all_query(), None)
    ranked = [term for term, having in sorted(found, key=lambda one: (-one[1], one[0])) if having >= FEWEST]
    places = sorted({round(len(ranked) ** (at / (count * 4))) - 1 for at in range(count * 4 + 1)})
    step = max(len(places) / count, 1.0)
    return [ranked[places[int(at * step)]] for at in range(min(count, len(places)))]


def wrong(archive: Archive, queries: list[Named], found: Batch) -> int:
    """How many of some hundred overlaps are not those of sets of rows."""
    chosen = random.Random(7)
    faults = 0
    for _ in range(CHECKED):
        one, other = chosen.sample(range(len(queries)), 2)
        left, right = (set(rows_found(archive, queries[at].query).rows) for at in (one, other))
        faults += found.answers[one].overlaps.get(queries[other].name, 0) != len(left & right)
    return faults


def measure(place: Path, count: int) -> dict[str, Any]:
    with open_archive(place) as archive:
        queries = [Named(word, Query(words=word)) for word in words(archive, count)]
        search(archive, queries[0].query)
        started = time.perf_counter()
        for one in queries:
            search(archive, one.query)
        alone = time.perf_counter() - started
        started = time.perf_counter()
        found = batch(archive, queries)
        together = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        return {
            "records": len(archive),
            "queries": len(queries),
            "hits": sum(one.hits for one in found.answers),
            "overlaps": sum(len(one.overlaps) for one in found.answers) // 2,
            "one_by_one_seconds": round(alone, 2),
            "batch_seconds": round(together, 2),
            "peak_megabytes": peak,
            "wrong": wrong(archive, queries, found),
            "ratio": round(together / alone, 2),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = measure(arguments.archive, arguments.queries)
    if arguments.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name}: {figure:,}")
    print(f"a batch of {figures['queries']} takes {figures['ratio']} times as long as one page of each")


if __name__ == "__main__":
    main()
