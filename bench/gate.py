"""The score gate: what the reader finds, held against cables annotated by hand.

    python bench/gate.py [--verbose] [--json] [--repin [--lower]]

Prints precision, recall and F1 of each field over the annotated sample. Fails when a field falls below its floor, or
when the sample is not the one whose digest is pinned. `--repin` pins the scores and the digest of today, and refuses
to lower a floor without `--lower`. Annotations of public-domain texts that are not kept with the project name them by
their place under ../shared/data; where that is absent, the part that stands on our own samples is scored alone.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from floors import Gate, Score, arguments, digest_of
from reftel.cable import Cable
from reftel.record import read_record
from reftel.release import Release
from reftel.sources import read_paths

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
GOLD = ROOT / "tests" / "gold" / "annotations.jsonl"
FLOORS = ROOT / "tests" / "gold" / "floors.json"
# Every reference without a year gives this one; it says nothing about the quality of reading.
UNSCORED_FINDINGS = {"year-inferred"}

Annotation = dict[str, Any]


def annotated(path: Path = GOLD) -> list[Annotation]:
    """The annotated cables."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]


def digest(path: Path = GOLD) -> str:
    """The SHA-256 of the sample, in hexadecimal."""
    return digest_of(path)


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


def part_of(pairs: list[tuple[Annotation, Cable]], gold: list[Annotation]) -> str:
    """Which floors hold: those of all, or of what stands on our own samples."""
    return "all" if len(pairs) == len(gold) else "samples"


def main() -> int:
    """Score, compare, report."""
    options = arguments(__doc__)
    gold = annotated()
    pairs = list(read_sample(gold))
    scores, wrong = score(pairs)
    part, held = part_of(pairs, gold), Gate(GOLD, FLOORS)
    if options.repin:
        own = [pair for pair in pairs if not pair[0]["source"].startswith("shared:")]
        held.pin({"samples": score(own)[0], **({"all": scores} if part == "all" else {})}, lower=options.lower)
    problems = held.problems(part, scores)
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
