"""What a page costs beside the same questions put to the Python interface, for one reader and for twenty at once.

    python bench/web.py ARCHIVE [--pages N] [--readers N] [--json]

The archive is served by `reftel serve` in a process of its own, and asked over the loopback. Searches are of words of the
archive, from frequent to rare; cables are spread over all of it. The interface is asked the same in this process: a search
with the same counts; a record with its references both ways and its neighbours. The last line is the ratio of the medians
of one reader to those.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from batch import words
from reftel.archive import Archive, open_archive
from reftel.archive.links import cited_by, references_of
from reftel.archive.overview import neighbours
from reftel.search import Query, search
from reftel.search.index import open_index
from reftel.web.addresses import of, record
from reftel.web.views.results import FACETS

_TARGET = {"search": 50.0, "record": 20.0}  # milliseconds of twenty readers' 95th of a hundred


@contextmanager
def served(archive: Path) -> Iterator[tuple[str, int]]:
    """Host and port of a server of its own."""
    command = [sys.executable, "-m", "reftel", "serve", "--archive", str(archive), "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        said = process.stderr.readline()
        match = re.search(r"http://([\d.]+):(\d+)/", said)
        if match is None:
            raise SystemExit(f"the server did not start: {said}")
        yield match[1], int(match[2])
    finally:
        process.terminate()
        process.wait(20)


class Reader:
    """One connection that is kept open; `weights` are the bytes of each answer as they came over the wire."""

    def __init__(self, host: str, port: int) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=60)
        self.weights: list[int] = []

    def get(self, address: str) -> None:
        """Asks for a page and reads it to its end."""
        self._connection.request("GET", address, headers={"Accept-Encoding": "gzip"})
        reply = self._connection.getresponse()
        body = reply.read()
        if reply.status != 200 or not gzip.decompress(body).rstrip().endswith(b"</html>"):
            raise SystemExit(f"{address}: {reply.status}")
        self.weights.append(len(body))


def timed(ask: Callable[[str], object], asked: Sequence[str]) -> list[float]:
    """Milliseconds of each."""
    times = []
    for one in asked:
        started = time.perf_counter()
        ask(one)
        times.append((time.perf_counter() - started) * 1000)
    return times


def together(place: tuple[str, int], readers: int, asked: Sequence[str]) -> tuple[list[float], float]:
    """Milliseconds of each answer to `readers` who all ask at once, and the answers of a second."""
    own = threading.local()

    def get(address: str) -> None:
        if not hasattr(own, "reader"):
            own.reader = Reader(*place)
        own.reader.get(address)

    started = time.perf_counter()
    with ThreadPoolExecutor(readers) as pool:
        times = list(pool.map(lambda one: timed(get, [one])[0], asked))
    return times, len(asked) / (time.perf_counter() - started)


def part(times: Sequence[float], share: float) -> float:
    return round(sorted(times)[min(int(len(times) * share), len(times) - 1)], 2)


def questions(archive: Archive, count: int) -> dict[str, tuple[list[str], list[str], Callable[[str], object]]]:
    """For each kind of page: what the interface is asked, the addresses of the same, and how it is asked."""
    sought = words(archive, count)
    newest = archive.last_row()
    rows = archive.rows([max(1, round(newest * at / count)) for at in range(1, count + 1)])
    names = [one.facts.id or one.key for one in rows]

    def find(word: str) -> object:
        return search(archive, Query(words=word, facets=(*FACETS, "month"), facet_size=8, explain=True))

    def read(name: str) -> object:
        found = archive.named(name)
        return references_of(archive, name), cited_by(archive, name), neighbours(archive, found[0])

    return {
        "search": (sought, [of("search", q=word) for word in sought], find),
        "record": (names, [record(name) for name in names], read),
    }


def measure(path: Path, count: int, readers: int) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    with open_archive(path) as archive:
        open_index(archive)  # brought up to date before anybody is timed
    with open_archive(path) as archive, served(path) as place:
        figures["records"] = archive.last_row()
        for kind, (asked, addresses, ask) in questions(archive, count).items():
            reader = Reader(*place)
            timed(ask, asked[:5])
            timed(reader.get, addresses[:5] * 4)  # each of the server's threads has opened the archive
            api = timed(ask, asked)
            alone = timed(reader.get, addresses)
            many, rate = together(place, readers, addresses)
            for name, times in (("api", api), ("one", alone), (str(readers), many)):
                figures[f"{kind}_{name}_p50_ms"], figures[f"{kind}_{name}_p95_ms"] = part(times, 0.5), part(times, 0.95)
            figures[f"{kind}_{readers}_a_second"] = round(rate, 1)
            figures[f"{kind}_heaviest_bytes"] = max(reader.weights)
            figures[f"{kind}_ratio"] = round(part(alone, 0.5) / part(api, 0.5), 2)
            figures[f"{kind}_target_met"] = part(many, 0.95) < _TARGET[kind]
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--pages", type=int, default=200, help="pages of each kind")
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = measure(arguments.archive, arguments.pages, arguments.readers)
    if arguments.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name}: {figure:,}" if not isinstance(figure, bool) else f"{name}: {'yes' if figure else 'no'}")
    print(
        f"a page takes {figures['search_ratio']} times as long as its search and {figures['record_ratio']} times as its record"
    )


if __name__ == "__main__":
    main()
