"""Threads over the sample archive, and over small chains."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from archive.building import kept
from archive.test_links import citing, sent
from reftel.archive import ingest, open_archive
from reftel.archive.threads import thread
from reftel.cli.app import app

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def test_a_chain_is_followed_both_ways_as_far_as_asked(tmp_path: Path) -> None:
    chain = [sent(1, "1987-01-01"), *(citing(n, f"1987-01-{n:02d}", f"87 PARIS {n - 1}") for n in range(2, 8))]
    with kept(tmp_path / "a", *chain) as archive:
        near, far = thread(archive, "87PARIS4", steps=1), thread(archive, "87 Paris 4", steps=9)
        few = thread(archive, "87PARIS4", steps=9, most=3)
        assert thread(archive, "99NOWHERE1").turns == ()
    assert [turn.id for turn in near.turns] == ["87PARIS3", "87PARIS4", "87PARIS5"]
    assert [turn.id for turn in far.turns] == [f"87PARIS{n}" for n in range(1, 8)]
    assert [turn.steps for turn in far.turns] == [3, 2, 1, 0, 1, 2, 3]
    assert len(far.ties) == 6
    assert (len(few.turns), few.cut, far.cut) == (3, True, False)


def test_a_ring_of_references_ends(tmp_path: Path) -> None:
    with kept(tmp_path / "a", citing(1, "1987-01-01", "87 PARIS 2"), citing(2, "1987-01-01", "87 PARIS 1")) as archive:
        found = thread(archive, "87PARIS1", steps=50)
    assert len(found.turns) == 2
    assert {(tie.citing, tie.cited) for tie in found.ties} == {("87PARIS1", "87PARIS2"), ("87PARIS2", "87PARIS1")}


def test_a_cable_that_is_only_cited_stands_in_the_thread(tmp_path: Path) -> None:
    with kept(tmp_path / "a", citing(9, "1987-02-03", "86 LIMA 77")) as archive:
        found = thread(archive, "87PARIS9")
    assert [(turn.id, turn.here) for turn in found.turns] == [("87PARIS9", True), ("86LIMA77", False)]


def test_an_instruction_and_its_answers_are_told_apart_in_the_samples(tmp_path: Path) -> None:
    with open_archive(tmp_path / "a", create=True) as archive:
        ingest(archive, [SAMPLES], jobs=0)
        found = thread(archive, "07STATE31877")
    ties = {(tie.citing, tie.cited): tie.relation for tie in found.ties}
    assert ties["07MARENGO212", "07STATE31877"] == "answers"
    assert "cites" in ties.values()


@pytest.mark.parametrize("extra", [[], ["--json"]])
def test_the_command(tmp_path: Path, extra: list[str]) -> None:
    with kept(tmp_path / "a", citing(9, "1987-02-03", "86 LIMA 77")):
        pass
    done = CliRunner().invoke(app, ["thread", "87PARIS9", *extra, "--archive", str(tmp_path / "a")])
    assert done.exit_code == 0
    assert "86LIMA77" in done.stdout
    assert CliRunner().invoke(app, ["thread", "99X1", "--archive", str(tmp_path / "a")]).exit_code == 2
