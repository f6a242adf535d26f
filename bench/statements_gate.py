"""The score gate of statements: who said what, held against cables annotated by hand.

    python bench/statements_gate.py [--verbose] [--json] [--repin [--lower]]

Each line of tests/gold/statements.jsonl names a text by its place, the digest of what reftel reads there, and the
statements in it as ranges of offsets; no text stands in it. Prints precision, recall and F1 by kind, and how many
speakers of the matched are resolved as they should be. Fails when one falls below its floor, or when the annotations
are not those whose digest is pinned. Texts that are not here are left out; the floors of the samples' part hold then.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from floors import Gate, Score, arguments, digest_of
from reftel.finding import Span
from reftel.record import read_record
from reftel.release import Release
from reftel.sources import read_paths
from reftel.statements import Statement, read_statements
from reftel.statements.reading import kind_of

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
GOLD = ROOT / "tests" / "gold" / "statements.jsonl"
FLOORS = ROOT / "tests" / "gold" / "statements_floors.json"
ENOUGH = 0.5  # how much of two contents together must be in both
_WORD = re.compile(r"\w+")


class Marked(msgspec.Struct):
    """A statement as it was annotated: `speaker` is where the fullest name of each who speaks stands."""

    source: list[Span]
    cue: list[Span]
    content: list[Span]
    speaker: list[Span] | None = None
    own: bool = False


class Annotated(msgspec.Struct):
    """The statements of one record; `statements` are all that a careful reader finds in the text or in `part` of it."""

    source: str
    record: int
    sha256: str
    statements: list[Marked]
    part: Span | None = None


class Pair(msgspec.Struct):
    """An annotated text, and what is found in it."""

    gold: Annotated
    text: str
    found: tuple[Statement, ...]


def annotated(path: Path = GOLD) -> list[Annotated]:
    """The annotated records."""
    return [msgspec.json.decode(line, type=Annotated) for line in path.read_text("utf-8").splitlines() if line]


def digest(path: Path = GOLD) -> str:
    """The SHA-256 of the sample, in hexadecimal."""
    return digest_of(path)


def place_of(source: str) -> Path:
    """Where the file of an annotated record is: here, or among what is shared."""
    return SHARED / source.removeprefix("shared:") if source.startswith("shared:") else ROOT / source


def sha256_of(text: str) -> str:
    """The digest by which an annotated text is known again, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def pairs_of(gold: list[Annotated]) -> Iterator[Pair]:
    """Each annotated record whose text is here, with what is found in it; SystemExit where the text is another."""
    for source in dict.fromkeys(one.source for one in gold):
        path = place_of(source)
        if not path.exists():
            continue
        releases = [one for one in read_paths([path]) if isinstance(one, Release)]
        for one in gold:
            if one.source != source:
                continue
            release = releases[one.record - 1]
            if sha256_of(release.text) != one.sha256:
                raise SystemExit(f"{source}#{one.record} is not the text that was annotated")
            found = read_statements(read_record(release))
            yield Pair(one, release.text, found if one.part is None else tuple(_within(found, one.part)))


def _within(found: tuple[Statement, ...], part: Span) -> Iterator[Statement]:
    for one in found:
        if part.start <= one.content[0].start < part.end:
            yield one


def _tokens(words: list[tuple[int, int]], spans: tuple[Span, ...] | list[Span]) -> frozenset[int]:
    return frozenset(
        position
        for position, (start, end) in enumerate(words)
        if any(span.start < end and start < span.end for span in spans)
    )


def matches(pair: Pair) -> list[tuple[int, int]]:
    """(found, annotated) positions that agree."""
    return matches_of(pair.text, pair.found, pair.gold.statements)


def matches_of(
    text: str, first: Sequence[Statement | Marked], second: Sequence[Statement | Marked]
) -> list[tuple[int, int]]:
    """Positions that agree: contents half alike, and a word of the source shared or none on both."""
    words = [match.span() for match in _WORD.finditer(text)]
    found = [(_tokens(words, each.content), _tokens(words, each.source)) for each in first]
    gold = [(_tokens(words, each.content), _tokens(words, each.source)) for each in second]
    ranked = sorted(
        (-len(p & g) / len(p | g), -len(ps & gs), i, j)
        for i, (p, ps) in enumerate(found)
        for j, (g, gs) in enumerate(gold)
        if p & g
    )
    taken_found: set[int] = set()
    taken_gold: set[int] = set()
    out = []
    for alike, _, i, j in ranked:
        if i in taken_found or j in taken_gold:
            continue
        taken_found.add(i)
        taken_gold.add(j)
        source, its = found[i][1], gold[j][1]
        if -alike >= ENOUGH and (source & its or not (source or its)):
            out.append((i, j))
    return out


def _kind(pair: Pair, one: Marked) -> str:
    return "own" if one.own else kind_of(pair.text, one.content)


def score(pairs: list[Pair]) -> tuple[dict[str, Score], list[str]]:
    """(precision, recall and F1 of each kind and of all; the disagreements in words)."""
    hits: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    given: Counter[str] = Counter()
    wrong: list[str] = []
    for pair in pairs:
        agreed = matches(pair)
        for one in pair.found:
            given.update(("all", "own" if one.voice == "own" else one.kind))
        for marked in pair.gold.statements:
            wanted.update(("all", _kind(pair, marked)))
        for i, j in agreed:
            hits.update(("all", _kind(pair, pair.gold.statements[j])))
            _score_speaker(pair, pair.found[i], pair.gold.statements[j], (hits, wanted, given, wrong))
        wrong += _missed(pair, agreed)
    scores = {}
    for name in sorted(wanted):
        precision = min(1.0, hits[name] / given[name]) if given[name] else 1.0
        recall = hits[name] / wanted[name]
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        scores[name] = {"precision": precision, "recall": recall, "f1": f1, "items": wanted[name]}
    return scores, wrong


Tally = tuple[Counter[str], Counter[str], Counter[str], list[str]]


def _score_speaker(pair: Pair, found: Statement, marked: Marked, tally: Tally) -> None:
    if not marked.speaker:
        return
    hits, wanted, given, wrong = tally
    name = " and ".join(" ".join(span.of(pair.text).split()) for span in marked.speaker)
    got = found.speaker.name if found.speaker else ""
    wanted["speaker"] += 1
    given["speaker"] += 1
    if got == name:
        hits["speaker"] += 1
    else:
        wrong.append(f"{pair.gold.source}#{pair.gold.record} speaker: {got!r} is {name!r}")


def _missed(pair: Pair, agreed: list[tuple[int, int]]) -> list[str]:
    where = f"{pair.gold.source}#{pair.gold.record}"
    found, gold = {i for i, _ in agreed}, {j for _, j in agreed}
    lines = [
        f"{where} missed: {said(pair.text, one.source, one.cue, one.content)}"
        for position, one in enumerate(pair.gold.statements)
        if position not in gold
    ]
    lines += [
        f"{where} found: [{one.rule}] {said(pair.text, one.source, one.cue, one.content)}"
        for position, one in enumerate(pair.found)
        if position not in found
    ]
    return lines


def said(text: str, *parts: tuple[Span, ...] | list[Span]) -> str:
    """The words of some spans, cut short."""
    return " | ".join(" ... ".join(" ".join(span.of(text).split())[:90] for span in part) for part in parts)


def main() -> int:
    """Score, compare, report."""
    options = arguments(__doc__)
    gold = annotated()
    pairs = list(pairs_of(gold))
    own = [pair for pair in pairs if not pair.gold.source.startswith("shared:")]
    part = "all" if len(pairs) == len(gold) else "samples"
    scores, wrong = score(pairs if part == "all" else own)
    held = Gate(GOLD, FLOORS)
    if options.repin:
        held.pin({"samples": score(own)[0], **({"all": scores} if part == "all" else {})}, lower=options.lower)
    problems = held.problems(part, scores)
    if options.json:
        print(json.dumps({"records": len(pairs), "part": part, "scores": scores, "problems": problems}))
        return 1 if problems else 0
    for name, one in scores.items():
        print(f"{name:10} P {one['precision']:.4f}  R {one['recall']:.4f}  F1 {one['f1']:.4f}  of {one['items']:.0f}")
    for line in (wrong if options.verbose else []) + problems:
        print(line)
    print(f"F1 {scores['all']['f1']:.4f} over {len(pairs)} records ({part})")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
