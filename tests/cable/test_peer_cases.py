"""The peer's own cases, through `reftel.read` alone: the share that passes may not fall below what was promised."""

from __future__ import annotations

from conftest import shared_data
from peer_cases import cases, score


def test_at_least_98_of_100_pass() -> None:
    result = score(cases(shared_data("cablemap_cases")))
    failed = [one["id"] for one in result["failed"]]
    assert result["passed"] / result["total"] >= 0.98, failed
