"""Statements kept beside an archive: the same as when each record is read by itself, however they came there."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from pyarrow import parquet

from archive.building import incident, kept
from claims.said import cables
from reftel.archive import Archive, make_entry, open_archive
from reftel.claims import kept as keeping
from reftel.claims import make_claims, open_claims, reading, told_by
from reftel.claims.held import Held
from reftel.claims.kept import FILE
from reftel.claims.stream import claim_rows
from reftel.cli.app import app
from reftel.errors import ArchiveError
from reftel.search import rebuild
from reftel.statements import Statement, read_statements


def everything(archive: Archive) -> dict[int, tuple[Statement, ...] | None]:
    with make_claims(archive) as claims:
        return {row: claims.of(row) for row in range(1, archive.last_row() + 1)}


def brought_up(archive: Archive, jobs: int = 0) -> list[int]:
    told: list[int] = []
    with make_claims(archive) as claims:
        claims.bring_up(told.append, jobs)
        assert claims.behind == 0
    return told


@pytest.mark.parametrize("jobs", [0, 2])
def test_what_is_kept_is_what_is_read(tmp_path: Path, jobs: int) -> None:
    with kept(tmp_path / "a", *cables(90), incident("X1")) as archive:
        assert brought_up(archive, jobs)[-1] == 91
        assert everything(archive) == {one.row: read_statements(one.record) for one in archive}


def test_only_what_is_new_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with kept(tmp_path / "a", *cables(5)) as archive:
        brought_up(archive)
        archive.keep([make_entry(one) for one in cables(8)])
        seen: list[int] = []
        read = reading.read_lot

        def seeing(lot: list[reading.Stored]) -> list[reading.Reading]:
            seen.extend(row for row, *_ in lot)
            return read(lot)

        monkeypatch.setattr(reading, "read_lot", seeing)
        brought_up(archive)
        assert seen == [6, 7, 8]
        assert everything(archive) == {one.row: read_statements(one.record) for one in archive}


def test_a_reading_that_was_stopped_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_LOT", 3)
    monkeypatch.setattr(keeping, "_TOGETHER", 2)

    def stop(done: int) -> None:
        if done >= 9:
            raise KeyboardInterrupt

    with kept(tmp_path / "a", *cables(20)) as archive:
        with make_claims(archive) as claims, pytest.raises(KeyboardInterrupt):
            claims.bring_up(stop, 0)
        with make_claims(archive) as claims:
            assert 6 <= claims.upto < 20
        brought_up(archive)
        assert everything(archive) == {one.row: read_statements(one.record) for one in archive}


def test_what_another_reader_read_is_read_anew(tmp_path: Path) -> None:
    with kept(tmp_path / "a", *cables(4)) as archive:
        brought_up(archive)
        with closing(sqlite3.connect(tmp_path / "a" / FILE, isolation_level=None)) as connection:
            connection.execute("UPDATE upto SET reader = 'another'")
        assert open_claims(archive) is None
        assert brought_up(archive)[-1] == 4


def test_what_is_damaged_or_of_another_archive_is_made_anew(tmp_path: Path) -> None:
    with kept(tmp_path / "a", *cables(4)) as archive, kept(tmp_path / "b", *reversed(cables(5))) as other:
        brought_up(archive)
        brought_up(other)
        (tmp_path / "a" / FILE).write_bytes((tmp_path / "b" / FILE).read_bytes())
        assert open_claims(archive) is None
        assert brought_up(archive)[-1] == 4
        (tmp_path / "a" / FILE).write_bytes(b"no database at all, but long enough to look into" * 50)
        assert open_claims(archive) is None
        assert brought_up(archive)[-1] == 4


@pytest.mark.parametrize("damage", ["UPDATE told SET body = x'00112233'", "DROP TABLE told"])
def test_statements_that_are_damaged_are_read_from_the_archive(tmp_path: Path, damage: str) -> None:
    with kept(tmp_path / "a", *cables(4)) as archive:
        brought_up(archive)
        (whole,) = archive.rows([1])
        with closing(sqlite3.connect(tmp_path / "a" / FILE, isolation_level=None)) as file:
            file.execute(damage)
        with Held(archive) as held:
            assert held.claims is not None
            assert held.claims.of(1) is None
            assert tuple(one.statement for one in held.of(whole)) == read_statements(whole.record) != ()


def test_a_record_on_which_the_reader_fails_costs_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(record: Any) -> tuple[Statement, ...]:
        if "buoy" in record.text:
            raise ZeroDivisionError("of ours")
        return read_statements(record)

    monkeypatch.setattr(reading, "read_statements", failing)
    with kept(tmp_path / "a", *cables(6)) as archive:
        brought_up(archive)
        with make_claims(archive) as claims:
            unread = claims.ask("SELECT reason FROM told WHERE reason <> ''")
            assert len(unread) == claims.counts().unread > 0
            assert set(unread) == {("ZeroDivisionError: of ours",)}
            assert claims.counts().statements > 0


def test_a_read_only_archive_is_asked_as_it_is(tmp_path: Path) -> None:
    with kept(tmp_path / "a", *cables(6)) as archive:
        rebuild(archive)
        archive.writable = False
        with pytest.raises(ArchiveError, match="read-only"):
            make_claims(archive)
        assert sum(len(told.statements) for told in told_by(archive, "")) > 4


def test_every_row_leads_back_to_its_words(tmp_path: Path) -> None:
    with kept(tmp_path / "a", *cables(6)) as archive:
        rebuild(archive)
        brought_up(archive)
        rows = [row for told in told_by(archive, "") for row in claim_rows(told)]
        assert len(rows) > 6
        for row in rows:
            text = archive.release(row.key).release.text
            for words, spans in (
                (row.source, row.source_spans),
                (row.cue, row.cue_spans),
                (row.content, row.content_spans),
            ):
                pieces = [tuple(map(int, one.split("-"))) for one in spans.split(",") if one]
                assert " ... ".join(" ".join(text[start:end].split()) for start, end in pieces) == words
            assert row.rule
            assert 0 < row.confidence <= 1


def test_the_command_prints_the_same_in_every_format(tmp_path: Path) -> None:
    with kept(tmp_path / "a", *cables(6)) as archive:
        rebuild(archive)

    def run(*more: str) -> Any:
        return CliRunner().invoke(app, ["statements", *more, "--archive", str(tmp_path / "a")])

    table = list(csv.DictReader(io.StringIO(run("said-by:masanov", "--csv").stdout)))
    lines = [json.loads(line) for line in run("said-by:masanov", "--jsonl").stdout.splitlines()]
    assert len(table) == len(lines) > 1
    assert [row["content"] for row in table] == [line["words"]["content"] for line in lines]
    assert [row["key"] for row in table] == [line["key"] for line in lines]
    assert "Masanov" in run("said-by:masanov").stdout
    assert run("said-by:nobodyatall").exit_code == 1
    assert run("said-by:masanov", "--parquet", "--out", str(tmp_path / "x.parquet")).exit_code == 0
    assert parquet.read_table(tmp_path / "x.parquet").column("key").to_pylist() == [row["key"] for row in table]
    assert run("said-by:masanov", "--jsonl", "--out", str(tmp_path / "x.jsonl")).exit_code == 0
    assert [json.loads(line) for line in (tmp_path / "x.jsonl").read_text("utf-8").splitlines()] == lines


def test_files_are_read_without_an_archive(tmp_path: Path) -> None:
    (tmp_path / "c.txt").write_text(cables(3)[0].text, "utf-8")
    result = CliRunner().invoke(app, ["statements", str(tmp_path / "c.txt"), "--jsonl"], env={"REFTEL_ARCHIVE": ""})
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout.splitlines()[0])["statement"]["verb"]
    assert not (tmp_path / "archive.reftel").exists()


def test_two_archives_do_not_share_their_statements(tmp_path: Path) -> None:
    with open_archive(tmp_path / "empty", create=True) as empty:
        assert open_claims(empty) is None
        assert brought_up(empty) == [0]


def test_half_a_character_is_written_and_nothing_lost(tmp_path: Path) -> None:
    one = cables(1)[0]
    with kept(tmp_path / "a", msgspec.structs.replace(one, text=one.text.replace("France", "Fr\udc80nce"))) as archive:
        rebuild(archive)
        said = [one.statement for told in told_by(archive, "") for one in told.statements]
    for style in ("jsonl", "csv", "parquet"):
        out = tmp_path / f"x.{style}"
        result = CliRunner().invoke(app, ["statements", "--out", str(out), "--archive", str(tmp_path / "a")])
        assert result.exit_code == 0, result.output
        assert out.stat().st_size
    lines = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text("utf-8").splitlines()]
    assert len(lines) == len(said) > 0
    assert any("Fr\udc80nce" in line["words"]["content"] for line in lines)


def test_a_file_is_written_in_the_form_that_its_name_ends_in(tmp_path: Path) -> None:
    with kept(tmp_path / "a", *cables(6)) as archive:
        rebuild(archive)

    def written(name: str, *more: str, code: int = 0) -> bytes:
        out = tmp_path / name
        result = CliRunner().invoke(app, ["statements", *more, "--out", str(out), "--archive", str(tmp_path / "a")])
        assert result.exit_code == code, result.output
        return out.read_bytes() if out.exists() else b""

    assert written("x.CSV").startswith(b"record,")
    assert json.loads(written("x.jsonl").splitlines()[0])["record"]
    assert written("x.ndjson") == written("x.jsonl") == written("y", "--jsonl")
    assert written("x.parquet")[:4] == b"PAR1"
    assert written("x.csv", "--jsonl") == written("x.jsonl")
    assert written("x.txt", code=2) == written("z", code=2) == b""
