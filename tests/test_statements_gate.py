"""The score gate of statements holds, and would fail if it should; the bench writes what scorers read."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

import statements as bench
import statements_gate as gate
from floors import below


@pytest.fixture(scope="module")
def pairs() -> list[gate.Pair]:
    return list(gate.pairs_of(gate.annotated()))


def floors() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gate.FLOORS.read_text("utf-8"))
    return found


def test_no_kind_falls_below_its_floor(pairs: list[gate.Pair]) -> None:
    whole = len(pairs) == len(gate.annotated())
    own = [pair for pair in pairs if not pair.gold.source.startswith("shared:")]
    scores = gate.score(pairs if whole else own)[0]
    assert below(scores, floors()["all" if whole else "samples"]) == []


def test_the_annotations_are_the_pinned_ones() -> None:
    assert floors()["digest"] == gate.digest()
    assert len(gate.annotated()) >= 20


def test_the_model_extract_is_read_as_well_as_it_must_be(pairs: list[gate.Pair]) -> None:
    seed = [pair for pair in pairs if pair.gold.source == "shared:seed/cable_page.txt"]
    if not seed:
        pytest.skip("../shared/data/seed is not here")
    scores = gate.score(seed)[0]
    assert scores["all"]["f1"] >= 0.80
    assert scores["speaker"]["recall"] >= 0.90


def test_annotated_spans_stand_in_the_text(pairs: list[gate.Pair]) -> None:
    for pair in pairs:
        for one in pair.gold.statements:
            for span in (*one.source, *one.cue, *one.content, *(one.speaker or ())):
                assert span.of(pair.text).strip()


def test_what_is_missed_lowers_the_score(pairs: list[gate.Pair]) -> None:
    scores = gate.score(pairs)[0]
    worse = [gate.Pair(pair.gold, pair.text, pair.found[1:]) for pair in pairs]
    assert gate.score(worse)[0]["all"]["recall"] < scores["all"]["recall"]
    fallen = {**scores, "all": {**scores["all"], "recall": scores["all"]["recall"] - 0.01}}
    assert below(fallen, scores)


def test_attributions_are_written_as_the_scorer_reads_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "He said that the road was open and that the guards had left."
    (tmp_path / "a.txt").write_text(text, "utf-8")
    out = tmp_path / "out.jsonl"
    monkeypatch.setattr(sys, "argv", ["statements.py", str(tmp_path), "--out", str(out)])
    assert bench.main() == 0
    row = json.loads(out.read_text("utf-8"))
    assert set(row) == {"doc", "source", "cue", "content"}
    assert [text[start:end] for start, end in row["content"]] == ["that the road was open", "that the guards had left"]
