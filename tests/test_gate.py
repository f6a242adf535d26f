"""The score gate holds, and would fail if it should."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import gate
from floors import Score, below, pinned


@pytest.fixture(scope="module")
def scored() -> tuple[str, dict[str, Score]]:
    gold = gate.annotated()
    pairs = list(gate.read_sample(gold))
    return gate.part_of(pairs, gold), gate.score(pairs)[0]


def floors() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gate.FLOORS.read_text("utf-8"))
    return found


def test_no_field_falls_below_its_floor(scored: tuple[str, dict[str, Score]]) -> None:
    part, scores = scored
    assert below(scores, floors()[part]) == []


def test_the_sample_is_the_pinned_one_and_large_enough() -> None:
    assert floors()["digest"] == gate.digest()
    assert len(gate.annotated()) >= 60


def test_a_lower_score_is_seen(scored: tuple[str, dict[str, Score]]) -> None:
    part, scores = scored
    worse = {**scores, "tags": {**scores["tags"], "recall": scores["tags"]["recall"] - 0.01}}
    assert below(worse, floors()[part])
    with pytest.raises(SystemExit, match="--lower"):
        pinned(part, worse, floors(), lower=False)


def test_a_changed_sample_has_another_digest(tmp_path: Path) -> None:
    changed = tmp_path / "annotations.jsonl"
    changed.write_bytes(gate.GOLD.read_bytes().replace(b"07MARENGO212", b"07MARENGO213", 1))
    assert gate.digest(changed) != gate.digest()
