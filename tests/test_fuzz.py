"""A short run of the fuzzer; the long one is bench/fuzz.py."""

from __future__ import annotations

from fuzz import files, one, texts


def test_damaged_inputs_neither_raise_nor_mislead() -> None:
    seeds, kept = texts(), files()
    # How long an input takes says nothing on a busy machine; the long run asks that.
    found = [(seed, *one(seed, seeds, kept)[:2]) for seed in range(1200)]
    assert [(seed, what, trace) for seed, what, trace in found if what and not what.startswith("slow")] == []
