"""What a page costs beside the same questions put to the Python interface, for one reader and for twenty at once.

    python bench/web.py ARCHIVE [--pages N] [--readers N] [--pause SECONDS] [--json]

The archive is served by `reftel serve` as anybody would, and asked over the loopback. Searches are of words of the archive,
from frequent to rare; cables are spread over all of it. No page is asked for twice, so that nothing that is kept of an
earlier answer helps.

Readers look at a page before they ask for the next: the pauses of each are drawn from an exponential distribution with a
mean of `--pause` seconds, which is fast clicking rather than reading. The same number who never pause are measured besides:
that is the most that the machine gives, and each answer waits for those before it.

The interface is asked the same in this process, in turns with one reader. A search: with the same counts. A record: bare,
that is the record with its references both ways and its neighbours; and whole, that is all that stands on its page, as
data. The last line is the ratio of the medians of one reader to those.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from batch import words
from reftel.archive import Archive, open_archive
from reftel.archive.links import cited_by, references_of
from reftel.archive.overview import neighbours
from reftel.search import Query, search
from reftel.search.index import open_index
from reftel.web.addresses import of, record
from reftel.web.asked import Named
from reftel.web.views.record import record_view
from reftel.web.views.results import FACETS

_TARGET = {"search": 50.0, "record": 20.0}  # milliseconds of twenty readers' 95th of a hundred
_FIRST = 40  # questions that are not timed


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
        try:
            reply = self._asked(address)
        except (http.client.RemoteDisconnected, ConnectionError):  # it was idle for longer than it is kept
            self._connection.close()
            reply = self._asked(address)
        body = reply.read()
        if reply.status != 200 or not gzip.decompress(body).rstrip().endswith(b"</html>"):
            raise SystemExit(f"{address}: {reply.status}")
        self.weights.append(len(body))

    def _asked(self, address: str) -> http.client.HTTPResponse:
        self._connection.request("GET", address, headers={"Accept-Encoding": "gzip"})
        return self._connection.getresponse()


def milliseconds(ask: Callable[[str], object], one: str) -> float:
    started = time.perf_counter()
    ask(one)
    return (time.perf_counter() - started) * 1000


def in_turns(asks: Sequence[tuple[Callable[[str], object], Sequence[str]]]) -> list[list[float]]:
    """Milliseconds of each; all ask their first, then their second, and so on, each time another begins."""
    times: list[list[float]] = [[] for _ in asks]
    for at in range(len(asks[0][1])):
        for step in range(len(asks)):
            turn = (at + step) % len(asks)
            ask, asked = asks[turn]
            times[turn].append(milliseconds(ask, asked[at]))
    return times


def together(place: tuple[str, int], readers: int, asked: Sequence[str], pause: float) -> tuple[list[float], float]:
    """Milliseconds of each answer to `readers` who all ask at once, and the answers of a second."""

    def read(number: int) -> list[float]:
        reader, chance, times = Reader(*place), random.Random(number), []
        for one in asked[number::readers]:
            if pause:
                time.sleep(chance.expovariate(1 / pause))
            times.append(milliseconds(reader.get, one))
        return times

    started = time.perf_counter()
    with ThreadPoolExecutor(readers) as pool:
        times = [one for found in pool.map(read, range(readers)) for one in found]
    return times, len(asked) / (time.perf_counter() - started)


def part(times: Sequence[float], share: float) -> float:
    return round(sorted(times)[min(int(len(times) * share), len(times) - 1)], 2)


class Kind(NamedTuple):
    """A kind of page: what the interface is asked, its address, and each way to ask the interface."""

    asked: list[str]
    addresses: list[str]
    ways: dict[str, Callable[[str], object]]


def kinds(archive: Archive, count: int) -> dict[str, Kind]:
    """The kinds of page, each with `count` different questions of all sorts in a random order."""
    chance = random.Random(7)
    sought = words(archive, count)
    newest = archive.last_row()
    rows = archive.rows(sorted({max(1, round(newest * at / count)) for at in range(1, count + 1)}))
    names = [one.facts.id or one.key for one in rows]
    chance.shuffle(sought)
    chance.shuffle(names)

    def find(word: str) -> object:
        return search(archive, Query(words=word, facets=(*FACETS, "month"), facet_size=8, explain=True))

    def bare(name: str) -> object:
        found = archive.named(name)
        return references_of(archive, name), cited_by(archive, name), neighbours(archive, found[0])

    def whole(name: str) -> object:
        return record_view(archive, Named(name))

    return {
        "search": Kind(sought, [of("search", q=word) for word in sought], {"api": find}),
        "record": Kind(names, [record(name) for name in names], {"api": bare, "whole": whole}),
    }


def measure(path: Path, count: int, readers: int, pause: float) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    with open_archive(path) as archive:
        open_index(archive)  # brought up to date before anybody is timed
    with open_archive(path) as archive, served(path) as place:
        figures["records"] = archive.last_row()
        for name, kind in kinds(archive, 3 * count + _FIRST).items():
            figures.update(measured(name, kind, place, (readers, pause)))
    return figures


def measured(name: str, kind: Kind, place: tuple[str, int], load: tuple[int, float]) -> dict[str, Any]:
    """The figures of one kind of page; a third of the questions for each way of asking."""
    readers, pause = load
    reader = Reader(*place)
    third = (len(kind.asked) - _FIRST) // 3
    for at in range(_FIRST):  # what is made at the first question is made
        reader.get(kind.addresses[-1 - at])
        for way in kind.ways.values():
            way(kind.asked[-1 - at])
    alone, *direct = in_turns(
        [(reader.get, kind.addresses[:third]), *((way, kind.asked[:third]) for way in kind.ways.values())]
    )
    at_once, most = together(place, readers, kind.addresses[third : 2 * third], 0)
    pausing, rate = together(place, readers, kind.addresses[2 * third : 3 * third], pause)
    named = [
        *zip(kind.ways, direct, strict=True),
        ("one", alone),
        (f"{readers}", pausing),
        (f"{readers}_restless", at_once),
    ]
    figures: dict[str, Any] = {}
    for who, taken in named:
        figures[f"{name}_{who}_p50_ms"], figures[f"{name}_{who}_p95_ms"] = part(taken, 0.5), part(taken, 0.95)
    figures[f"{name}_{readers}_a_second"], figures[f"{name}_{readers}_restless_a_second"] = (
        round(rate, 1),
        round(most, 1),
    )
    figures[f"{name}_heaviest_bytes"] = max(reader.weights)
    for named_way, times in zip(kind.ways, direct, strict=True):
        figures[f"{name}_ratio_to_{named_way}"] = round(part(alone, 0.5) / part(times, 0.5), 2)
        figures[f"{name}_{readers}_p95_ratio_to_{named_way}"] = round(part(pausing, 0.95) / part(times, 0.95), 2)
    figures[f"{name}_target_met"] = part(pausing, 0.95) < _TARGET[name]
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--pages", type=int, default=200, help="pages of each kind")
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--pause", type=float, default=3.0, help="seconds between a reader's pages, on average")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = measure(arguments.archive, arguments.pages, arguments.readers, arguments.pause)
    if arguments.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name}: {figure:,}" if not isinstance(figure, bool) else f"{name}: {'yes' if figure else 'no'}")
    print(
        f"a page takes {figures['search_ratio_to_api']} times as long as its search, {figures['record_ratio_to_whole']} times as its record's data"
    )


if __name__ == "__main__":
    main()
