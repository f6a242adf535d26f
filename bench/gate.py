"""The score gate: what the reader finds, held against cables annotated by hand.

    python bench/gate.py [--verbose] [--json] [--repin [--lower]]

Prints precision, recall and F1 of each field over the annotated sample. Fails when a field falls below its floor, or
when the sample is not the one whose digest is pinned. `--repin` pins the scores and the digest of today, and refuses
to lower a floor without `--lower`. Annotations of public-domain texts that are not kept with the project name them by
their place under ../shared/data; where that is absent, the part that stands on our own samples is scored alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reftel.cable import Cable
from reftel.record import read_record
from reftel.release import Release
from reftel.sources import read_paths

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
GOLD = ROOT / "tests" / "gold" / "annotations.jsonl"
FLOORS = ROOT / "tests" / "gold" / "floors.json"
TOLERANCE = 0.0005
# Every reference without a year gives this one; it says nothing about the quality of reading.
UNSCORED_FINDINGS = {"year-inferred"}

Annotation = dict[str, Any]
Score = dict[str, float]


def annotated(path: Path = GOLD) -> list[Annotation]:
    """The annotated cables."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]


def digest(path: Path = GOLD) -> str:
    """The SHA-256 of the sample, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _folded(text: str) -> str:
    return " ".join(text.split())


def fields_of(cable: Cable) -> dict[str, Any]:
    """The annotated fields as the reader gives them."""
    head, order, sender = cable.classification, cable.declassification, cable.transmission.sender
    numbered = [block for block in cable.blocks if block.number and not block.level]
    return {
        "id": cable.id.value if cable.id else None,
        "sent": cable.sent.at.isoformat(timespec="minutes")
        if cable.sent and cable.sent.precision == "minute"
        else None,
        "level": head.level.value if head.level else None,
        "captions": sorted(caption.value for caption in head.captions),
        "order": order.order.value if order.order else None,
        "declassify": order.on.value.isoformat() if order.on else order.event.value if order.event else None,
        "exemptions": [one.value for one in order.exemptions],
        "classified_by": cable.authority.name.value if cable.authority.name else None,
        "reasons": [reason.value for reason in cable.authority.reasons],
        "tags": [tag.code for tag in cable.tags],
        "subject": cable.subject.value if cable.subject else None,
        "references": [[one.letter, one.kind, one.target or one.label] for one in cable.references],
        "from": sender.name if sender else None,
        "action": [one.name for one in cable.transmission.action],
        "info": [one.name for one in cable.transmission.info],
        "paragraphs": [
            [block.number.value if block.number else "", block.mark.value if block.mark else ""] for block in numbered
        ],
        "headings": [_folded(b.content.of(cable.text)) for b in cable.blocks if b.kind == "heading"],
        "summary": [" ".join(span.of(cable.text).split()[:5]) for span in cable.summary],
        "signature": [name.value for name in cable.signature],
        "findings": sorted({one.code for one in cable.findings} - UNSCORED_FINDINGS),
    }


def read_sample(gold: list[Annotation]) -> Iterator[tuple[Annotation, Cable]]:
    """Each annotated cable whose text is here, with what the reader makes of it."""
    for source in dict.fromkeys(one["source"] for one in gold):
        path = SHARED / source.removeprefix("shared:") if source.startswith("shared:") else ROOT / source
        if not path.exists():
            continue
        cables = [read_record(one) for one in read_paths([path]) if isinstance(one, Release)]
        for one in gold:
            if one["source"] == source:
                cable = cables[one["record"] - 1]
                if isinstance(cable, Cable):
                    yield one, cable


def items(value: Any) -> Counter[str]:
    """A field as a bag of items: a list item by item, anything else as one; an absent value is no item."""
    values = value if isinstance(value, list) else [] if value is None else [value]
    return Counter(json.dumps(one, ensure_ascii=False) for one in values)


def score(pairs: list[tuple[Annotation, Cable]]) -> tuple[dict[str, Score], list[str]]:
    """(precision, recall and F1 of each field over all its items; the disagreements in words)."""
    hits: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    given: Counter[str] = Counter()
    wrong: list[str] = []
    for one, cable in pairs:
        found = fields_of(cable)
        for name, expected in one["fields"].items():
            right, read = items(expected), items(found[name])
            hits[name] += (right & read).total()
            wanted[name] += right.total()
            given[name] += read.total()
            if right != read:
                wrong.append(
                    f"{one['source']}#{one['record']} {name}: missed {list(right - read)}, read {list(read - right)}"
                )
    scores = {}
    for name in sorted(wanted | given):
        precision = hits[name] / given[name] if given[name] else 1.0
        recall = hits[name] / wanted[name] if wanted[name] else 1.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        scores[name] = {"precision": precision, "recall": recall, "f1": f1, "items": wanted[name]}
    return scores, wrong


def below(scores: dict[str, Score], floors: dict[str, Score]) -> list[str]:
    """The fields that fell below their floors, in words."""
    return [
        f"{name} {kind} {scores.get(name, {}).get(kind, 0.0):.4f} is below {floor[kind]:.4f}"
        for name, floor in floors.items()
        for kind in ("precision", "recall")
        if scores.get(name, {}).get(kind, 0.0) < floor[kind] - TOLERANCE
    ]


def part_of(pairs: list[tuple[Annotation, Cable]], gold: list[Annotation]) -> str:
    """Which floors hold: those of all, or of what stands on our own samples."""
    return "all" if len(pairs) == len(gold) else "samples"


def pinned(part: str, scores: dict[str, Score], floors: dict[str, Any], *, lower: bool) -> dict[str, Any]:
    """The floors with today's scores for `part`; SystemExit where one would be lowered without leave."""
    if not lower and (fallen := below(scores, floors.get(part, {}))):
        raise SystemExit("refused to lower a floor without --lower: " + "; ".join(fallen))
    kept = {name: {kind: round(one[kind], 4) for kind in ("precision", "recall")} for name, one in scores.items()}
    return {**floors, "digest": digest(), part: kept}


def main() -> int:
    """Score, compare, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--repin", action="store_true")
    parser.add_argument("--lower", action="store_true")
    options = parser.parse_args()
    gold = annotated()
    pairs = list(read_sample(gold))
    scores, wrong = score(pairs)
    floors = json.loads(FLOORS.read_text("utf-8")) if FLOORS.exists() else {}
    part = part_of(pairs, gold)
    if options.repin:
        own = [pair for pair in pairs if not pair[0]["source"].startswith("shared:")]
        floors = pinned("samples", score(own)[0], floors, lower=options.lower)
        if part == "all":
            floors = pinned("all", scores, floors, lower=options.lower)
        FLOORS.write_text(json.dumps(floors, indent=1, sort_keys=True) + "\n", "utf-8")
    problems = below(scores, floors.get(part, {}))
    if floors.get("digest") != digest():
        problems.append("the annotated sample is not the pinned one (pin it with --repin and say why)")
    mean = sum(one["f1"] for one in scores.values()) / max(1, len(scores))
    if options.json:
        print(json.dumps({"cables": len(pairs), "part": part, "scores": scores, "problems": problems, "mean_f1": mean}))
        return 1 if problems else 0
    for name, one in scores.items():
        print(f"{name:14} P {one['precision']:.4f}  R {one['recall']:.4f}  F1 {one['f1']:.4f}  of {one['items']:.0f}")
    for line in (wrong if options.verbose else []) + problems:
        print(line)
    print(f"mean F1 {mean:.4f} over {len(pairs)} cables ({part})")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
