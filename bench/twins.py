"""How many damaged copies of cables are found by their words alone, and what else is taken for a copy.

    python bench/twins.py PATH... [--seed S] [--most N] [--json]

Every cable in PATHS is kept beside a copy of it that has no number and is damaged in one of six ways, all in one archive.
Copies that their text's own number joins, and those of less than 60 words, are left out. The last line says how many copies
were found, of how many.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from reftel.archive import Archive, make_entry, open_archive
from reftel.archive.pairs import kept_pairs
from reftel.archive.twins import make_twins
from reftel.archive.wording import TOO_SHORT, words_of
from reftel.release import Release
from reftel.sources import read_paths

Damage = Callable[[list[str], random.Random], list[str]]


def changed(share: float) -> Damage:
    """Some words have a wrong letter, some are lost, some have one more."""

    def damage(words: list[str], chance: random.Random) -> list[str]:
        return [_garbled(word, chance) if word.strip() and chance.random() < share else word for word in words]

    return damage


def _garbled(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    return chance.choice((f"{word[:at]}q{word[at + 1 :]}", f"{word}x", ""))


def held_back(words: list[str], chance: random.Random) -> list[str]:
    """Four passages, a twentieth of the text each, are x's."""
    part = max(len(words) // 20, 1)
    for _ in range(4):
        at = chance.randrange(len(words))
        words = [*words[:at], "XXXXXXXXXXXX", *words[at + part :]]
    return words


DAMAGES: dict[str, Damage] = {
    "the same": lambda words, chance: words,
    "2 words in 100 changed": changed(0.02),
    "8 words in 100 changed": changed(0.08),
    "a fifth held back": held_back,
    "the first half": lambda words, chance: words[: len(words) // 2],
    "the middle third": lambda words, chance: words[len(words) // 3 : 2 * len(words) // 3],
}


def cables_in(paths: list[Path]) -> Iterator[Release]:
    """Every cable that is long enough to be compared."""
    for one in read_paths(paths):
        if isinstance(one, Release) and one.kind == "cable" and len(words_of(one.text)) >= TOO_SHORT:
            yield one


def keep_all(archive: Archive, cables: list[Release], chance: random.Random) -> dict[tuple[int, int], str]:
    """Keeps each cable and its copy; by their two rows, how each copy was damaged."""
    copies: dict[tuple[int, int], str] = {}
    for number, cable in enumerate(cables):
        name = list(DAMAGES)[number % len(DAMAGES)]
        text = "".join(DAMAGES[name](re.split(r"(\s+)", cable.text), chance)) + "\n"
        given = msgspec.structs.replace(cable.given, id="")
        copy = msgspec.structs.replace(cable, text=text, given=given, publisher="copy")
        entries = [make_entry(cable), make_entry(copy)]
        row, other = archive.keep(entries)
        by_number = entries[0].facts.id and entries[0].facts.id == entries[1].facts.id
        if row and other and not by_number and len(words_of(text)) >= TOO_SHORT:
            copies[other, row] = name
    return copies


def measure(archive: Archive, cables: list[Release], seed: int) -> dict[str, object]:
    copies = keep_all(archive, cables, random.Random(seed))
    began = time.process_time()
    with make_twins(archive) as twins:
        twins.bring_up()
        seconds = time.process_time() - began
        others = [twin for twin in twins if (twin.other.row, twin.one.row) not in copies]
    with kept_pairs(archive) as pairs:
        found = {(pair.row, pair.other) for row in range(1, archive.last_row() + 1) for pair in pairs.of(row)}
    wanted = Counter(copies.values())
    hits = Counter(name for rows, name in copies.items() if rows in found)
    return {
        "cables": len(cables),
        "copies": {name: [hits[name], wanted[name]] for name in DAMAGES},
        "others_listed": len(others),
        "others_joined": [f"{twin.one.id} {twin.other.id}: {twin.reason}" for twin in others if twin.joined],
        "cpu_ms_a_cable": round(1000 * seconds / max(archive.last_row(), 1), 2),
        "found": hits.total(),
        "of": wanted.total(),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--most", type=int, default=5_000, help="cables, drawn at random where there are more")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    cables = list(cables_in(options.paths))
    random.Random(options.seed).shuffle(cables)
    with tempfile.TemporaryDirectory(prefix="reftel-twins-") as folder, open_archive(folder, create=True) as archive:
        figures = measure(archive, cables[: options.most], options.seed)
    if options.json:
        print(json.dumps(figures))
        return 0
    copies, joined = figures["copies"], figures["others_joined"]
    assert isinstance(copies, dict)
    assert isinstance(joined, list)
    for name, (hits, wanted) in copies.items():
        print(f"{name}: {hits} of {wanted}")
    print(f"{figures['cables']} cables, {figures['cpu_ms_a_cable']} ms of processor each")
    print(f"{figures['others_listed']} other pairs are listed, {len(joined)} joined", *joined, sep="\n  ")
    print(f"{figures['found']} of {figures['of']} damaged copies are found")
    return 0


if __name__ == "__main__":
    sys.exit(main())
