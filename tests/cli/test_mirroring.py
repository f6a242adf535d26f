from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archive.building import kept, telegram
from reftel.cli.app import app


@pytest.fixture
def place(tmp_path: Path) -> Path:
    kept(tmp_path / "a", *(telegram(number) for number in range(1, 8))).close()
    return tmp_path


def run(*arguments: object, given: str = "", **env: str) -> Any:
    environment = {"COLUMNS": "110", "REFTEL_ARCHIVE": "", **env}
    return CliRunner().invoke(app, ["mirror", *map(str, arguments)], input=given, env=environment)


def last(result: Any) -> Any:
    return json.loads(result.stdout.splitlines()[-1])


def test_key_make_verify_sync_compare(place: Path) -> None:
    key = run("key", place / "key")
    assert key.exit_code == 0, key.output
    public = key.stdout.strip()
    made = run("make", place / "m", "--archive", place / "a", "--key", place / "key", "--date", "2026-05-31")
    assert made.exit_code == 0, made.output
    assert "Edition 1: 7 releases of 7 cables, 0 rejects" in made.stdout
    assert public in made.stdout
    whole = run("verify", place / "m", "--key", public, "--deep")
    assert whole.exit_code == 0, whole.output
    assert "all is as it was signed" in whole.stdout
    first = run("sync", place / "m", place / "c")
    assert first.exit_code == 0, first.output
    assert "Compare it with the publisher's" in first.stderr
    assert last(run("sync", place / "m", place / "c", "--json"))["fetched"] == 0
    same = run("compare", place / "m", place / "c")
    assert (same.exit_code, "no difference" in same.stdout) == (0, True)


def test_faults_are_named_and_make_an_exit_code(place: Path) -> None:
    run("make", place / "m", "--archive", place / "a")
    (place / "m" / "data" / "releases" / "00001.jsonl.zst").unlink()
    found = run("verify", place / "m", "--unsigned")
    assert found.exit_code == 1
    assert "missing" in found.stdout
    assert "87PARIS1, 87PARIS2" in found.stdout
    events = [json.loads(line) for line in run("verify", place / "m", "--unsigned", "--json").stdout.splitlines()]
    assert [event["event"] for event in events] == ["fault", "fault", "end"]
    assert len(events[0]["cables"]) == 7
    assert run("verify", place / "nowhere").exit_code == 2


def test_a_name_that_is_no_text_is_shown_all_the_same(place: Path) -> None:
    run("make", place / "m", "--archive", place / "a")
    (place / "m" / "data" / "\udcff\x1b[2J").write_text("x")
    shown = run("verify", place / "m", "--unsigned")
    assert (shown.exit_code, "added" in shown.stdout, "\x1b" in shown.stdout) == (1, True, False)
    event = json.loads(run("verify", place / "m", "--unsigned", "--json").stdout.splitlines()[0])
    assert event["file"] == "data/\udcff\x1b[2J"


def test_an_unsigned_mirror_is_not_passed_off_as_a_good_one(place: Path) -> None:
    made = run("make", place / "m", "--archive", place / "a")
    assert "not signed" in made.stderr
    assert run("verify", place / "m").exit_code == 1
    assert run("sync", place / "m", place / "c").exit_code == 2
    assert run("sync", place / "m", place / "c", "--unsigned").exit_code == 0


def test_differences_are_lines_of_json(place: Path) -> None:
    run("make", place / "m", "--archive", place / "a")
    kept(place / "a", telegram(8)).close()
    result = run("compare", place / "a", place / "m", "--json")
    assert result.exit_code == 1
    difference, end = map(json.loads, result.stdout.splitlines())
    assert (difference["code"], difference["id"]) == ("only-left", "87PARIS8")
    assert (end["left"], end["right"], end["both"]) == (8, 7, 7)
    assert "only-left 87PARIS8: left " in run("compare", place / "a", place / "m").stdout


def test_a_passphrase_is_asked_for_or_taken_from_the_environment(place: Path) -> None:
    asked = run("key", place / "key", "--passphrase", given="horse\nhorse\n")
    assert asked.exit_code == 0, asked.output
    make = ("make", place / "m", "--archive", place / "a", "--key", place / "key")
    wrong = run(*make, REFTEL_MIRROR_PASSPHRASE="cow")
    assert (wrong.exit_code, "wrong password" in wrong.stderr) == (2, True)
    assert not (place / "m").exists()
    assert run(*make, given="horse\n").exit_code == 0
    kept(place / "a", telegram(8)).close()
    assert last(run(*make, "--json", REFTEL_MIRROR_PASSPHRASE="horse"))["edition"] == 2


def test_a_day_that_is_none_is_said(place: Path) -> None:
    result = run("make", place / "m", "--archive", place / "a", "--date", "yesterday")
    assert result.exit_code == 2
    assert "2026-05-31" in result.stderr


def test_an_archive_is_made_again_by_ingest(place: Path) -> None:
    run("make", place / "m", "--archive", place / "a")
    again = CliRunner().invoke(app, ["ingest", str(place / "m"), "--archive", str(place / "b"), "--strict"])
    assert again.exit_code == 0, again.output
    assert run("compare", place / "a", place / "b").exit_code == 0
