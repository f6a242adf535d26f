"""Kills an ingest at random instants and looks whether anything that it had acknowledged is lost, or is there twice.

    python bench/kill.py --times N [--csv CSV] [--seed S] [--json]

Each round starts `reftel ingest`, ends it with SIGKILL after a random time, and opens what it left: all that it reported
as done must be there, every release once, the database whole and the index able to follow. Then the next round goes on
with the same archive, until all of the CSV is in it; then a new one is begun. Now and then the index is deleted or
overwritten with noise before a round. Without a CSV, 6,000 cables are made from the sample archive. The last line says how
many rounds kept everything.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from reftel.archive import check, open_archive
from reftel.release import Release
from reftel.search import fault_of, search
from reftel.sources import read_paths

SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "telegrams"
MADE = 6_000


def make_csv(path: Path) -> None:
    """Cables of the samples over and over, each with a number of its own."""
    texts = [one.text for one in read_paths([SAMPLES]) if isinstance(one, Release)]
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        for number in range(1, MADE + 1):
            date = f"{number % 12 + 1}/{number % 28 + 1}/2007 09:30"
            text = f"{texts[number % len(texts)]}\n{number}"
            writer.writerow([number, date, f"07MARENGO{number}", "Embassy Marengo", "UNCLASSIFIED", "", "", text])


def acknowledged(lines: bytes) -> int:
    """How many releases the last whole line of progress reports as kept or known."""
    whole = lines[: lines.rfind(b"\n") + 1].splitlines()
    return max((json.loads(line).get("done", 0) for line in whole), default=0)


def one_round(csv_file: Path, archive: Path, seconds: float, output: Path) -> tuple[int, bool]:
    """Done as acknowledged, and whether the ingest came to its end before it was killed."""
    command = [sys.executable, "-m", "reftel", "ingest", str(csv_file), "--archive", str(archive), "--jsonl"]
    with output.open("wb") as out:
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            child.wait()
    return acknowledged(output.read_bytes()), child.returncode == 0


def faults(archive: Path, done: int, wanted: int | None) -> list[str]:
    """What is not as it should be: in words, empty where nothing is."""
    if not (archive / "archive.sqlite").exists():
        return [f"{done} acknowledged, no archive"] if done else []
    with open_archive(archive, create=True) as opened:
        kept = len(opened)
        ids = opened.counts().ids
        found = [f"{fault.code}: {fault.message}" for fault in check(opened)]
        if kept < done:
            found.append(f"{done} acknowledged, {kept} kept")
        if ids != kept:
            found.append(f"{kept} releases of {ids} cables")
        hits = search(opened, "").total  # brings the index up to date
        if hits != kept or fault_of(opened):
            found.append(f"the index finds {hits} of {kept}")
        if wanted is not None and kept != wanted:
            found.append(f"{kept} of {wanted} at the end")
        return found


def spoil(archive: Path, chance: random.Random) -> None:
    """Deletes the index, or writes noise over one of its files."""
    files = sorted(path for path in (archive / "index").rglob("*") if path.is_file())
    if not files:
        return
    if chance.random() < 0.5:
        shutil.rmtree(archive / "index")
    else:
        chance.choice(files).write_bytes(chance.randbytes(500))


def measure(times: int, csv_file: Path, folder: Path, seed: int) -> dict[str, object]:
    chance, whole = random.Random(seed), len([one for one in read_paths([csv_file]) if isinstance(one, Release)])
    kept = runs = ended = 0
    failed: list[str] = []
    archive, longest = folder / "archive-0", 4.0
    while runs < times:
        began = time.monotonic()
        done, came_to_end = one_round(csv_file, archive, chance.uniform(0.05, longest), folder / "out")
        longest = max(longest, 1.2 * (time.monotonic() - began)) if not came_to_end else longest
        wrong = faults(archive, done, whole if came_to_end else None)
        runs += not came_to_end
        kept += not came_to_end and not wrong
        failed += [f"round {runs}: {words}" for words in wrong]
        if came_to_end:
            ended += 1
            shutil.rmtree(archive)
            archive = folder / f"archive-{ended}"
        elif chance.random() < 0.2:
            spoil(archive, chance)
        if sys.stderr.isatty():
            print(f"\r{runs} killed, {kept} kept all, {ended} came to their end", end="", file=sys.stderr)
    return {"killed": runs, "kept_all": kept, "came_to_their_end": ended, "failed": failed}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--csv", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reftel-kill-") as name:
        folder = Path(name)
        csv_file = options.csv or folder / "cables.csv"
        if options.csv is None:
            make_csv(csv_file)
        figures = measure(options.times, csv_file, folder, options.seed)
    if options.json:
        print(json.dumps(figures))
    else:
        for words in figures["failed"] if isinstance(figures["failed"], list) else []:
            print(words)
        print(f"{figures['came_to_their_end']} ingests came to their end")
        print(f"{figures['kept_all']} / {figures['killed']} kept everything")
    return 1 if figures["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
