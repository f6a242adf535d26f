"""Floors of quality: scores of today held against those that were pinned, over an annotated sample whose digest is pinned too."""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

TOLERANCE = 0.0005
Score = dict[str, float]


def arguments(about: str | None) -> argparse.Namespace:
    """What a gate is told: to print JSON, to list what is wrong, to pin the scores of today, and to lower a floor by that."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--json", "--verbose", "--repin", "--lower"):
        parser.add_argument(name, action="store_true")
    return parser.parse_args()


def digest_of(sample: Path) -> str:
    """The SHA-256 of an annotated sample, in hexadecimal."""
    return hashlib.sha256(sample.read_bytes()).hexdigest()


def below(scores: dict[str, Score], floors: dict[str, Score]) -> list[str]:
    """What fell below its floor, in words."""
    return [
        f"{name} {kind} {scores.get(name, {}).get(kind, 0.0):.4f} is below {floor[kind]:.4f}"
        for name, floor in floors.items()
        for kind in ("precision", "recall")
        if scores.get(name, {}).get(kind, 0.0) < floor[kind] - TOLERANCE
    ]


def pinned(part: str, scores: dict[str, Score], floors: dict[str, Any], *, lower: bool) -> dict[str, Any]:
    """The floors with today's scores for `part`; SystemExit where one would be lowered without leave."""
    if not lower and (fallen := below(scores, floors.get(part, {}))):
        raise SystemExit("refused to lower a floor without --lower: " + "; ".join(fallen))
    kept = {name: {kind: round(one[kind], 4) for kind in ("precision", "recall")} for name, one in scores.items()}
    return {**floors, part: kept}


class Gate:
    """The floors in `file` for the annotated `sample`."""

    def __init__(self, sample: Path, file: Path) -> None:
        self._sample, self._file = sample, file
        self._floors: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.exists() else {}

    def pin(self, parts: dict[str, dict[str, Score]], *, lower: bool) -> None:
        """Makes the scores of each part its floors, and the digest of the sample that of today."""
        for part, scores in parts.items():
            self._floors = pinned(part, scores, self._floors, lower=lower)
        self._floors["digest"] = digest_of(self._sample)
        self._file.write_text(json.dumps(self._floors, indent=1, sort_keys=True) + "\n", "utf-8")

    def problems(self, part: str, scores: dict[str, Score]) -> list[str]:
        """What fell below the floors of `part`, and whether the sample is another, in words."""
        found = below(scores, self._floors.get(part, {}))
        if self._floors.get("digest") != digest_of(self._sample):
            found.append("the annotated sample is not the pinned one (pin it with --repin and say why)")
        return found
