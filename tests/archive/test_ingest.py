from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.building import incident, telegram
from reftel.archive import Facts, Tally, ingest, ingest_met, open_archive
from reftel.archive.entry import key_of
from reftel.archive.worker import Worker, read_lot
from reftel.release import Origin, Reject, Release
from reftel.search import search

TESTS = Path(__file__).parents[1]


class Heard:
    """A follower that remembers what it was told."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, str]] = []

    def add(self, row: int, facts: Facts, text: str) -> None:
        assert text
        self.rows.append((row, facts.id))


def keyed(*releases: Release) -> list[tuple[bytes, Release]]:
    return [(key_of(release), release) for release in releases]


def many(count: int) -> Iterator[Release]:
    return (telegram(number) for number in range(1, count + 1))


@pytest.mark.parametrize("jobs", [0, 1, 3])
def test_every_release_is_kept_in_order_and_the_follower_hears_of_it(tmp_path: Path, jobs: int) -> None:
    heard, reports = Heard(), list[int]()
    with open_archive(tmp_path, create=True) as archive:
        tally = ingest_met(
            archive, many(1000), jobs=jobs, follower=heard, progress=lambda so_far: reports.append(so_far.done)
        )
        assert [one.facts.id for one in archive] == [f"87PARIS{number}" for number in range(1, 1001)]
    assert heard.rows == [(number, f"87PARIS{number}") for number in range(1, 1001)]
    assert dict(tally.kept) == {"cablegate-csv": 1000}
    assert reports[-1] == 1000
    assert reports == sorted(reports)


def test_a_second_ingest_adds_nothing_and_reads_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_archive(tmp_path, create=True) as archive:
        ingest_met(archive, many(50))
        monkeypatch.setattr("reftel.archive.worker.make_entry", lambda release, key: pytest.fail("read again"))
        tally = ingest_met(archive, many(50))
        assert (tally.known, tally.done, tally.kept.total()) == (50, 50, 0)
        assert len(archive) == 50


def test_the_same_release_twice_in_one_lot_is_kept_once(tmp_path: Path) -> None:
    with open_archive(tmp_path, create=True) as archive:
        tally = ingest_met(archive, [telegram(1), telegram(1), telegram(2)])
        assert (tally.kept.total(), tally.known, len(archive)) == (2, 1, 2)


def test_rejects_are_counted_by_reason_and_kept(tmp_path: Path) -> None:
    met: list[Release | Reject] = [
        telegram(1),
        Reject(Origin("x"), "cut short", b"\x00"),
        incident("K"),
        Reject(Origin("y"), "cut short"),
    ]
    with open_archive(tmp_path, create=True) as archive:
        tally = ingest_met(archive, met)
        assert dict(tally.rejects) == archive.counts().rejects == {"cut short": 2}
        assert tally.failed == 2
        assert len(archive) == 2


def test_files_are_read_by_the_readers_of_their_form(tmp_path: Path) -> None:
    row = '"1","12/15/1987 13:09","87PARIS7","Embassy Paris","UNCLASSIFIED","","","UNCLAS PARIS 000007\n\n1. (U) Ships."\n'
    (tmp_path / "c.csv").write_text(row)
    with open_archive(tmp_path / "a", create=True) as archive:
        tally = ingest(archive, [tmp_path / "c.csv"])
        assert dict(tally.kept) == {"cablegate-csv": 1}
        assert [one.facts.id for one in archive.named("PARIS 7")] == ["87PARIS7"]


def test_a_release_that_cannot_be_read_is_a_reject_and_costs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def make(release: Release, key: bytes) -> object:
        if release.origin.offset == 2:
            raise ZeroDivisionError("by zero")
        return None

    monkeypatch.setattr("reftel.archive.worker.make_entry", make)
    outcomes = read_lot(keyed(telegram(1), telegram(2), telegram(3)))
    assert [outcome.reason for outcome in outcomes] == ["", "reading failed: ZeroDivisionError: by zero", ""]


def test_a_reading_process_that_dies_is_started_again() -> None:
    worker = Worker()
    try:
        worker._process.kill()
        outcomes = worker.read(keyed(telegram(1), telegram(2)))
    finally:
        worker.close()
    assert [outcome.entry.facts.id for outcome in outcomes if outcome.entry] == ["87PARIS1", "87PARIS2"]


def test_a_worker_reads_as_it_is_read_here() -> None:
    releases = keyed(telegram(1, body="\x00\ud800"), incident("K"))
    worker = Worker()
    try:
        assert worker.read(releases) == read_lot(releases)
        assert isinstance(worker.read([])[:1], list)
    finally:
        worker.close()
    with pytest.raises(EOFError):
        worker.read(releases)


def test_an_ingest_that_is_stopped_keeps_what_it_reported(tmp_path: Path) -> None:
    def stop(tally: Tally) -> None:
        if tally.done >= 600:
            raise KeyboardInterrupt

    with open_archive(tmp_path, create=True) as archive:
        with pytest.raises(KeyboardInterrupt):
            ingest_met(archive, many(5000), jobs=2, progress=stop)
        assert len(archive) == 600
        assert ingest_met(archive, many(1200), jobs=2).kept.total() == 600


INGEST_WITHOUT_END = """
import itertools, sys
from archive.building import telegram
from reftel.archive import ingest_met, open_archive
from reftel.search import following
with open_archive(sys.argv[1], create=True) as archive, following(archive) as index:
    met = (telegram(number) for number in itertools.count(archive.last_row() + 1))
    ingest_met(archive, met, jobs=int(sys.argv[2]), follower=index, progress=lambda tally: print(len(archive), flush=True))
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL on Windows")
@pytest.mark.parametrize("jobs", [0, 2])
def test_killed_at_any_instant_nothing_acknowledged_is_lost(tmp_path: Path, jobs: int) -> None:
    chance = random.Random(jobs)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *filter(None, sys.path)])}
    acknowledged = 0
    for _ in range(3):
        child = subprocess.Popen(
            [sys.executable, "-c", INGEST_WITHOUT_END, str(tmp_path / "a"), str(jobs)],
            stdout=subprocess.PIPE,
            env=environment,
        )
        with child:
            assert child.stdout is not None
            for _ in range(chance.randint(1, 6)):
                acknowledged = int(child.stdout.readline())
            child.send_signal(signal.SIGKILL)
        with open_archive(tmp_path / "a") as archive:
            kept = [one.row for one in archive]
            assert kept == list(range(1, len(kept) + 1))
            assert len(kept) >= acknowledged
            assert search(archive, "").total == len(kept)
            assert search(archive, "protest").total == len(kept)
