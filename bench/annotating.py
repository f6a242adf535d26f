"""Annotations of statements in words made offsets, and two annotators held beside each other.

    python bench/annotating.py offsets FOLDER > statements.jsonl
    python bench/annotating.py agree FOLDER OTHER_FOLDER [--json]

A folder holds a file a record. Its first line is `# SOURCE RECORD`, with SOURCE as in tests/gold/statements.jsonl; each other
line is a statement, written as docs/explanation/statements-gold.md says. `agree` scores the second folder against the
first as the gate scores the reader, prints what only one of them has, and as its last line their F1.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from reftel.finding import Span
from reftel.release import Release
from reftel.sources import read_paths
from statements_gate import Annotated, Marked, matches_of, place_of, said, sha256_of

_NTH = re.compile(r"(.*?)\s*@(\d+)$", re.DOTALL)
_PARTS = 5


class Unplaced(ValueError):
    """A line whose words do not stand in the text, or not in the form of the guideline."""


def text_of(source: str, record: int) -> str:
    """The text of a record, as the reader reads it."""
    releases = [one for one in read_paths([place_of(source)]) if isinstance(one, Release)]
    return releases[record - 1].text


def _places(text: str, words: str) -> list[Span]:
    pattern = r"\s+".join(re.escape(word) for word in words.split())
    before = r"(?<!\w)" if words[:1].isalnum() else ""
    after = r"(?!\w)" if words[-1:].isalnum() else ""
    return [Span(*match.span()) for match in re.finditer(before + pattern + after, text)]


def _place(text: str, words: str, near: Sequence[int]) -> Span:
    """Where `words` stand: the place that is asked for, else the one nearest to `near`, else the first."""
    match = _NTH.match(words)
    wanted, number = (match[1], int(match[2])) if match else (words, 0)
    found = _places(text, wanted)
    if not found or number > len(found):
        raise Unplaced(f"does not stand in the text: {words}")
    if number:
        return found[number - 1]
    if not near:
        return found[0]
    return min(found, key=lambda one: min(max(at - one.end, one.start - at, 0) for at in near))


def _spans(text: str, part: str, near: Sequence[int]) -> list[Span]:
    if part.strip() == "-":
        return []
    placed: list[Span] = []
    for piece in part.split(" ... "):
        placed.append(_place(text, piece.strip(), [placed[-1].end] if placed else near))
    return placed


def marked(text: str, line: str, after: int) -> Marked:
    """The statement of one line; `after` is where the content of the line before began. Unplaced where it cannot be."""
    parts = line.split(" | ")
    if len(parts) != _PARTS:
        raise Unplaced(f"has not {_PARTS} parts: {line}")
    source, cue, content, speaker, own = parts
    contents = _spans(text, content, [after])
    if not contents:
        raise Unplaced(f"has no content: {line}")
    edges = [contents[0].start, *(one.end for one in contents)]
    cues = _spans(text, cue, edges)
    sources = _spans(text, source, [*(one.start for one in cues), *(one.end for one in cues)] or edges)
    names = _spans(text, speaker, []) if speaker.strip() != "-" else None
    return Marked(sources, cues, contents, names, own.strip() == "own")


def read(file: Path) -> Annotated:
    """The annotations in a file; Unplaced names the line that is wrong."""
    head, *lines = file.read_text("utf-8").splitlines()
    source, record = head.removeprefix("#").split()
    text, after, statements = text_of(source, int(record)), 0, []
    for number, line in enumerate(lines, 2):
        if not line.strip():
            continue
        try:
            one = marked(text, line.strip(), after)
        except Unplaced as error:
            raise Unplaced(f"{file.name}:{number} {error}") from None
        after = one.content[0].start
        statements.append(one)
    return Annotated(source, int(record), sha256_of(text), statements)


def folder(path: Path) -> Iterator[Annotated]:
    """All that is annotated in a folder; lines that cannot be placed are told, and end it behind the last file."""
    wrong = []
    for file in sorted(path.glob("*.txt")):
        try:
            yield read(file)
        except Unplaced as error:
            wrong.append(str(error))
    if wrong:
        raise SystemExit("\n".join(wrong))


def agreement(first: Path, second: Path) -> tuple[dict[str, float], list[str]]:
    """(how many each found, how many of them are alike, F1; what only one of them has)."""
    others = {(one.source, one.record): one for one in folder(second)}
    counts, lines = {"first": 0, "second": 0, "alike": 0}, []
    for one in folder(first):
        other = others.get((one.source, one.record))
        if other is None:
            continue
        text = text_of(one.source, one.record)
        pairs = matches_of(text, one.statements, other.statements)
        counts["first"] += len(one.statements)
        counts["second"] += len(other.statements)
        counts["alike"] += len(pairs)
        held = {i for i, _ in pairs}, {j for _, j in pairs}
        for name, there, found in (("first", one, held[0]), ("second", other, held[1])):
            lines += [
                f"{one.source}#{one.record} only {name}: {said(text, each.source, each.cue, each.content)}"
                for at, each in enumerate(there.statements)
                if at not in found
            ]
    total = counts["first"] + counts["second"]
    return {**counts, "f1": round(2 * counts["alike"] / total, 4) if total else 1.0}, lines


def main() -> int:
    """Offsets or agreement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("offsets", "agree"))
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.what == "offsets":
        for one in folder(options.folders[0]):
            print(msgspec.json.encode(one).decode())
        return 0
    figures, lines = agreement(*options.folders[:2])
    if options.json:
        print(json.dumps({**figures, "differences": lines}))
        return 0
    print("\n".join(lines))
    print(
        f"{figures['first']:.0f} and {figures['second']:.0f} statements, {figures['alike']:.0f} alike: F1 {figures['f1']:.4f}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
