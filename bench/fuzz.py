"""Fuzz the reader of cables and the readers of every form.

    python bench/fuzz.py --runs N [--seed S] [--jobs J] [--keep FOLDER] [--json]

Three inputs of four are texts for `reftel.read`: samples damaged at random, pieces of the trade's words, and baits for
slow patterns. The fourth is a file of a form, damaged in its bytes. Each run checks that nothing raises, that every span
slices back to its value, that the same text reads the same twice, and that no input takes longer than a second for
each 100 kB. Failing inputs are kept with --keep. The last line says how many runs failed.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import random
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import reftel
from cable.spans import check
from cable.strategies import WORDS
from reftel.record import read_record
from reftel.release import Origin, Release
from reftel.sources import read_input
from reftel.sources.base import HEAD_BYTES, Input

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
BAITS = (
    " " * 5000, "-" * 5000, "A. " * 2000, "x" * 50_000, "(" * 5000, "REF: " * 1500, "FM\nTO\n" * 1000, "1. (C) " * 1500,
    "PAGE 01 " * 1500, "END SUMMARY " * 900, "0" * 5000, "\\\n" * 3000, "COMMENT: " * 900, "TAGS: " + "ECON" * 1500,
    "REF: " + "STATE 1 " * 1200, "CLASSIFIED BY " * 600, "A" * 20_000, "\n" * 8000, "ref a, b and c " * 900, "=-" * 3000,
    "INFO " + "A/" * 3000, "R 0101" * 1500, "UNCLAS " * 1500, "SUBJECT: " + "A-\n" * 2000, "* \n" * 2500, "1.\n2.\n" * 800,
)  # fmt: skip
ALLOWED = 1.0  # seconds, for each 100 kB begun


def texts() -> list[str]:
    """The sample telegrams."""
    return [path.read_text("utf-8") for path in sorted(SAMPLES.rglob("*.txt"))]


def files() -> list[bytes]:
    """The sample files of every form."""
    return [path.read_bytes() for path in sorted(SAMPLES.rglob("*")) if path.is_file() and path.name[0] != "."]


def damaged(source: random.Random, text: str) -> str:
    """`text` with a few pieces cut, doubled, swapped, raised, lowered or strewn with the trade's words."""
    for _ in range(source.randint(1, 6)):
        a, b = sorted((source.randint(0, len(text)), source.randint(0, len(text))))
        b = min(b, a + source.choice((1, 5, 60, 600)))
        piece = text[a:b]
        text = source.choice(
            (
                text[:a] + text[b:],
                text[:b] + piece + text[b:],
                text[:a] + piece.upper() + text[b:],
                text[:a] + piece.lower() + text[b:],
                text[:a] + piece[::-1] + text[b:],
                text[:a] + source.choice(WORDS) + text[b:],
                text[:a] + piece.replace("\n", " ") + text[b:],
                text[:a] + piece.replace(" ", source.choice(("", "\n", "  ", "\\\n"))) + text[b:],
                text[:a] + chr(source.choice((0, 9, 13, 0x130, 0xDF, 0x202E, 0xD800, 0xFFFD, 0x1F600))) + text[b:],
            )
        )
    return text


def a_text(source: random.Random, seeds: list[str]) -> str:
    """One text to read."""
    kind = source.random()
    if kind < 0.6:
        return damaged(source, source.choice(seeds))
    if kind < 0.95:
        return source.choice(("\n", " ", "")).join(source.choices(WORDS, k=source.randint(0, 60)))
    return damaged(source, source.choice(BAITS) + source.choice(WORDS) + source.choice(BAITS)[:2000])


def some_bytes(source: random.Random, seeds: list[bytes]) -> bytes:
    """One file, damaged in its bytes."""
    data = bytearray(source.choice(seeds)[:40_000])
    for _ in range(source.randint(1, 8)):
        at = source.randint(0, max(0, len(data) - 1))
        if source.random() < 0.5:
            data[at : at + source.choice((1, 4, 200))] = source.randbytes(source.choice((0, 1, 4, 40)))
        else:
            data[at:at] = data[at // 2 : at // 2 + source.choice((1, 40, 400))]
    return bytes(data)


def read_text(text: str, number: str, sent: str) -> None:
    """One text read and checked."""
    cable = reftel.read(text, id=number, sent=sent)
    check(cable)
    assert reftel.read(text, id=number, sent=sent) == cable, "the same text read differently"


def read_bytes(data: bytes) -> None:
    """One file read and checked, by every record in it."""
    source = Input(Origin("fuzz"), data[:HEAD_BYTES], lambda: io.BytesIO(data))
    for release in read_input(source):
        if not isinstance(release, Release):
            assert "the reader failed" not in release.reason, release.reason
            continue
        record = read_record(release)
        for mark in release.marks:
            assert 0 <= mark.span.start <= mark.span.end <= len(release.text), mark
        if isinstance(record, reftel.Cable):
            check(record)


def one(seed: int, seeds: list[str], kept: list[bytes]) -> tuple[str, str, bytes]:
    """Run number `seed`: (what failed, empty where nothing did; the trace; the input)."""
    source = random.Random(seed)
    run: Callable[[], None]
    if seed % 4:
        text = a_text(source, seeds)
        number = source.choice(("", "05ALMATY4412", "1978LAGOS06873_d", "x", "08ECTION02OF02MANAMA492"))
        sent = source.choice(("", "2005", "2005-01-07T10:00", "nonsense"))
        data, run = text.encode("utf-8", "surrogatepass"), lambda: read_text(text, number, sent)
    else:
        data = some_bytes(source, kept)
        run = lambda: read_bytes(data)  # noqa: E731  # the two branches give the same kind of thing
    start = time.thread_time()
    try:
        run()
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:120]}", traceback.format_exc(limit=6), data
    spent = time.thread_time() - start
    if spent > ALLOWED * 2 * (1 + len(data) // 100_000):  # twice: the text is read twice
        return f"slow: {spent:.1f} s for {len(data)} bytes", "", data
    return "", "", b""


def lot(job: tuple[int, int]) -> list[tuple[int, str, str, bytes]]:
    """The failures among runs `first` to `last`."""
    seeds, kept = texts(), files()
    return [(seed, *found) for seed in range(*job) if (found := one(seed, seeds, kept))[0]]


def lots(first: int, runs: int, size: int = 500) -> Iterator[tuple[int, int]]:
    """The runs in lots."""
    for start in range(first, first + runs, size):
        yield start, min(start + size, first + runs)


def main() -> int:
    """Run, report, and fail where an input did."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    start, failures = time.monotonic(), []
    with multiprocessing.get_context("spawn").Pool(options.jobs) as pool:
        for found in pool.imap_unordered(lot, lots(options.seed, options.runs)):
            for seed, what, trace, data in found:
                failures.append((seed, what))
                if not options.json and len(failures) <= 20:
                    print(f"run {seed}: {what}\n{trace}", file=sys.stderr)
                if options.keep:
                    options.keep.mkdir(parents=True, exist_ok=True)
                    (options.keep / f"{seed}.txt").write_bytes(data)
    rate = options.runs / (time.monotonic() - start)
    if options.json:
        print(json.dumps({"runs": options.runs, "failed": failures, "runs_per_second": rate}))
    else:
        print(f"{len(failures)} of {options.runs:,} runs failed ({rate:,.0f} a second)")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
