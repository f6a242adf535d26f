"""Statements found in a folder of plain texts, written in the form that attribution scorers read.

    bench/statements.py TEXT_FOLDER --out PREDICTIONS.jsonl [--confidence C] [--json]

One line of JSON an attribution: `doc` (the file's name without .txt), `source`, `cue` and `content`, each a list of
[start, end] in characters of that file. Prints how many were written, and words read a second, as its last line.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

from reftel.finding import Span
from reftel.statements import Statement, read_statements
from reftel.statements.records import LEAST

WRITTEN = ("doc", "source", "cue", "content")
_WORD = re.compile(r"\w+")
_PRONOUN = re.compile(r"[\s,-]*(who|which)\b", re.IGNORECASE)


def rows_of(doc: str, found: tuple[Statement, ...], text: str) -> list[dict[str, Any]]:
    """A row an attribution: the statements of one cue are one, and what a quoted speaker reports is none of its own.

    In a relative clause scorers of attribution take "who" as the source, where reftel gives the noun phrase before it.
    """
    rows: dict[Any, dict[str, Any]] = {}
    for position, one in enumerate(found):
        if one.rule == "comment" or one.rule.startswith("quoted"):
            continue
        content = [[span.start, span.end] for span in one.content]
        known = rows.setdefault(
            one.cue or position,
            {
                "doc": doc,
                "source": [_pronoun_behind(text, span) or [span.start, span.end] for span in one.source],
                "cue": [[span.start, span.end] for span in one.cue],
                "content": [],
                "rule": one.rule,
                "verb": one.verb,
                "confidence": one.confidence,
            },
        )
        known["content"] = sorted([*known["content"], *content])
    return list(rows.values())


def _pronoun_behind(text: str, source: Span) -> list[int] | None:
    pronoun = _PRONOUN.match(text, source.end)
    return list(pronoun.span(1)) if pronoun else None


def main() -> int:
    """Read, write, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--confidence", type=float, default=LEAST, help="leave out what is less sure than this")
    parser.add_argument("--rules", action="store_true", help="also write each one's rule, verb and confidence")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    texts = statements = words = 0
    spent = 0.0
    with options.out.open("w", encoding="utf-8") as out:
        for path in sorted(options.folder.glob("*.txt")):
            with path.open(encoding="utf-8", newline="") as file:
                text = file.read()
            started = time.process_time()
            found = read_statements(text, least=options.confidence)
            spent += time.process_time() - started
            texts += 1
            words += len(_WORD.findall(text))
            for row in rows_of(path.stem, found, text):
                out.write(json.dumps(row if options.rules else {name: row[name] for name in WRITTEN}) + "\n")
                statements += 1
    figures = {"texts": texts, "statements": statements, "words": words, "words_per_second": words / max(spent, 1e-9)}
    if options.json:
        print(json.dumps(figures))
    else:
        print(
            f"{texts:,} texts, {statements:,} statements; {figures['words_per_second']:,.0f} words a second on one core"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
