"""How fast an archive is searched, beside raw tantivy and SQLite FTS5 on the same texts, in one run.

    python bench/search.py ARCHIVE [--keep FOLDER] [--rounds N] [--json]

Two hundred queries of twenty kinds, drawn from the archive's own words and facts (query_mix.py), are answered by reftel
through its Python interface with all facets and with snippets; by tantivy alone, over an index that stores the texts, with
the same facets and snippets; and by FTS5 with rank and snippets (engines.py). The engines take turns at every query, after
a round that is not counted; a query's time is the middle one of its rounds. Then `reftel search` is started from a shell
and so is `python -c pass`, in turns. The last line is the ratios. With --keep the other engines' files stay for the next
run; they take three times the room of the texts.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import engines
from query_mix import Asked, in_reftel, mix
from reftel.archive import open_archive

COLD_STARTS = 9
_OF_WORDS = ("phrase", "prefix", "fuzzy")


def percentiles(times: Sequence[float]) -> dict[str, float]:
    """The 50th and 95th percentile, in milliseconds."""
    cut = quantiles(times, n=20, method="inclusive") if len(times) > 1 else list(times) * 19
    return {"p50": round(median(times) * 1e3, 3), "p95": round(cut[18] * 1e3, 3)}


class Timing:
    """The times of every query in every engine."""

    def __init__(self, asked: list[Asked], all_engines: Sequence[engines.Engine]) -> None:
        self.asked, self.engines = asked, all_engines
        self.answers: dict[str, list[engines.Answer | None]] = {one.name: [] for one in all_engines}
        self.times: dict[str, list[list[float]]] = {one.name: [[] for _ in asked] for one in all_engines}

    def warm(self) -> None:
        for engine in self.engines:
            self.answers[engine.name] = [engine.answer(one) for one in self.asked]

    def round(self) -> None:
        for at, one in enumerate(self.asked):
            for engine in self.engines:
                if self.answers[engine.name][at] is None:
                    continue
                started = time.perf_counter()
                engine.answer(one)
                self.times[engine.name][at].append(time.perf_counter() - started)

    def of(self, name: str, kind: str = "") -> list[float]:
        """The middle time of each query of one kind, or of all."""
        pairs = zip(self.asked, self.times[name], strict=True)
        return [median(times) for one, times in pairs if times and kind in ("", one.kind)]

    def different(self) -> list[str]:
        """The queries for which reftel and tantivy do not count the same, of those that mean the same to both.

        Phrases, beginnings and near spellings are held against stems there, and against the words themselves here.
        """
        pairs = zip(self.asked, self.answers["reftel"], self.answers["tantivy"], strict=True)
        same = [pair for pair in pairs if not any(leaf.how in _OF_WORDS for leaf in pair[0].leaves)]
        return [in_reftel(one) for one, ours, raw in same if ours and raw and ours.total != raw.total]

    def against_fts5(self, name: str) -> float:
        """How many times the queries a second of FTS5 an engine answers, over the queries that FTS5 has."""
        pairs = zip(self.times[name], self.times["fts5"], strict=True)
        both = [(median(ours), median(fts)) for ours, fts in pairs if fts]
        return sum(fts for _, fts in both) / sum(ours for ours, _ in both)


def summary(timing: Timing, kind: str = "") -> dict[str, Any]:
    """p50 and p95 of each engine, and the ratios to tantivy."""
    figures: dict[str, Any] = {}
    for engine in timing.engines:
        if times := timing.of(engine.name, kind):
            figures[engine.name] = percentiles(times)
    for name in ("p50", "p95"):
        figures[f"{name}_ratio"] = round(figures["reftel"][name] / figures["tantivy"][name], 2)
    return figures


def cold_start(archive: Path, words: str) -> dict[str, float]:
    """The middle wall time, in milliseconds, of a search from a shell and of Python doing nothing, and the difference."""
    command = str(Path(sys.executable).with_name("reftel"))
    searching = [command, "search", words, "--archive", str(archive)]
    nothing = [sys.executable, "-c", "pass"]
    times: dict[str, list[float]] = {"search": [], "nothing": []}
    for at in range(COLD_STARTS + 1):
        for name, line in (("nothing", nothing), ("search", searching)):
            started = time.perf_counter()
            subprocess.run(line, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if at:
                times[name].append((time.perf_counter() - started) * 1e3)
    differences = [search - bare for search, bare in zip(times["search"], times["nothing"], strict=True)]
    return {
        "search_ms": round(median(times["search"]), 1),
        "nothing_ms": round(median(times["nothing"]), 1),
        "more_ms": round(median(differences), 1),
    }


def measure(path: Path, folder: Path, rounds: int) -> dict[str, Any]:
    with open_archive(path) as archive:
        asked = mix(archive)
        started = time.perf_counter()
        raw, fts = engines.build(archive, folder)
        built = time.perf_counter() - started
        timing = Timing(asked, [engines.Reftel(archive), engines.Reftel(archive, facets=False), raw, fts])
        timing.warm()
        for _ in range(rounds):
            timing.round()
        records = archive.last_row()
    kinds = dict.fromkeys(one.kind for one in asked)
    word = next(in_reftel(one) for one in asked if one.kind in ("middling word", "rare word"))
    return {
        "records": records,
        "queries": len(asked),
        "build_seconds": round(built, 1),
        "kinds": {kind: summary(timing, kind) for kind in kinds},
        "all": summary(timing),
        "counted_otherwise": timing.different(),
        "times_fts5": round(timing.against_fts5("reftel"), 1),
        "times_fts5_without_facets": round(timing.against_fts5("bare"), 1),
        "cold": cold_start(path, word),
    }


def told(figures: dict[str, Any]) -> str:
    """The figures as a table."""
    lines = [f"{figures['records']:,} records, {figures['queries']} queries; milliseconds p50 / p95"]
    lines.append(f"{'':24}{'reftel':>18}{'without facets':>18}{'tantivy':>18}{'FTS5':>18}{'ratio to tantivy':>20}")
    for kind, one in (*figures["kinds"].items(), ("all", figures["all"])):
        cells = "".join(
            f"{one[name]['p50']:>9.2f} /{one[name]['p95']:>7.2f}" if name in one else f"{'-':>18}"
            for name in ("reftel", "bare", "tantivy", "fts5")
        )
        lines.append(f"{kind:24}{cells}{one['p50_ratio']:>11.2f} /{one['p95_ratio']:>6.2f}")
    lines += [f"counted otherwise than by tantivy: {words}" for words in figures["counted_otherwise"]]
    cold = figures["cold"]
    lines.append(f"from a shell: {cold['search_ms']} ms, python -c pass {cold['nothing_ms']} ms")
    lines.append(
        f"p50 {figures['all']['p50_ratio']} x and p95 {figures['all']['p95_ratio']} x raw tantivy; "
        f"{figures['times_fts5']} x the queries a second of FTS5 ({figures['times_fts5_without_facets']} x without facets); "
        f"first answer {cold['more_ms']} ms over python -c pass"
    )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--keep", type=Path, help="a folder for the other engines' files, used again if it holds them")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = (options.keep or Path(folder)) / "engines"
        figures = measure(options.archive, place, max(options.rounds, 1))
    print(json.dumps(figures) if options.json else told(figures))


if __name__ == "__main__":
    main()
