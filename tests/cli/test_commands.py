from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from archive.building import kept, telegram
from cli.page import EXTRACT
from reftel.archive import make_entry
from reftel.cli.app import app
from reftel.release import Release
from reftel.sources import forms


@pytest.fixture
def place(tmp_path: Path) -> str:
    kept(tmp_path / "a", *(telegram(number) for number in range(1, 8)), EXTRACT).close()
    return str(tmp_path / "a")


def run(*arguments: str, given: bytes = b"") -> Any:
    return CliRunner().invoke(app, list(arguments), input=given, env={"COLUMNS": "100", "REFTEL_ARCHIVE": ""})


def table(*releases: Release) -> bytes:
    """The releases as a Cablegate CSV."""
    file = io.StringIO()
    writer = csv.writer(file, escapechar="\\", doublequote=False, quoting=csv.QUOTE_ALL, lineterminator="\n")
    for number, one in enumerate(releases, 1):
        year, month, day = one.given.date[:10].split("-")
        date = f"{int(month)}/{int(day)}/{year} {one.given.date[11:16]}"
        writer.writerow([number, date, one.given.id, one.given.origin, "UNCLASSIFIED", "", "", one.text])
    return file.getvalue().encode()


def test_ingest_then_search_then_show(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_bytes(table(*(telegram(number) for number in range(1, 6))))
    archive = str(tmp_path / "a")
    first = run("ingest", str(tmp_path / "c.csv"), "--archive", archive)
    assert first.exit_code == 0, first.output
    assert "5  kept, cablegate-csv" in first.stdout
    again = run("ingest", str(tmp_path / "c.csv"), "--archive", archive)
    assert "1  files unchanged" in again.stdout
    whole = run("ingest", str(tmp_path / "c.csv"), "--archive", archive, "--again")
    assert "5  known before" in whole.stdout
    found = run("search", "vessel", "protest", "--archive", archive, "--limit", "2")
    assert "2 of 5 records" in found.stdout
    shown = run("show", "paris 00003", "--archive", archive)
    assert "87PARIS3" in shown.stdout
    assert "Vessel 3 paid them under protest." in shown.stdout


def test_ingest_reports_in_lines_of_json(tmp_path: Path) -> None:
    given = table(telegram(1)) + b'"torn\n'
    result = run("ingest", "-", "--archive", str(tmp_path / "a"), "--jsonl", given=given)
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert [event["event"] for event in events] == ["progress", "end"]
    assert events[-1]["kept"] == {"cablegate-csv": 1}
    assert events[-1]["failed"] == sum(events[-1]["rejects"].values())


def test_strict_makes_rejects_an_exit_code(tmp_path: Path) -> None:
    archive = str(tmp_path / "a")
    (tmp_path / "x.bin").write_bytes(b"\x00\x01\x02 nothing that anybody publishes")
    lenient = run("ingest", str(tmp_path / "x.bin"), "--archive", archive)
    assert lenient.exit_code == 0, lenient.output
    assert "rejected" in lenient.stdout
    assert run("ingest", str(tmp_path / "x.bin"), "--archive", archive, "--strict").exit_code == 1
    told = run("rejects", "--archive", archive).stdout.splitlines()
    assert [part in line for part, line in zip(("x.bin", "form", "begins"), told, strict=True)] == [True] * 3, told
    (line,) = run("rejects", "--archive", archive, "--json").stdout.splitlines()
    assert json.loads(line)["reason"]


def test_rejects_of_a_clean_archive(place: str) -> None:
    assert run("rejects", "--archive", place).stdout == "Nothing was rejected.\n"


def test_show_as_json_gives_the_record_whole(place: str) -> None:
    whole = json.loads(run("show", "PARIS 3", "--archive", place, "--json").stdout)
    assert list(whole) == ["kind", "key", "release", "record"]
    assert whole["key"] == make_entry(telegram(3)).key.hex()
    assert whole["record"]["id"]["value"] == "87PARIS3"
    assert "text" not in whole["release"]
    assert msgspec.convert({**whole["release"], "text": whole["record"]["text"]}, Release) == telegram(3)


def test_what_read_prints_as_json_can_be_ingested(tmp_path: Path, place: str) -> None:
    lines = run("show", "87PARIS3", "--archive", place, "--json").stdout.encode()
    result = run("ingest", "-", "--archive", str(tmp_path / "b"), given=lines + b'{"kind":"cable","release":3}\n')
    assert "1  kept, cablegate-csv" in result.stdout
    assert "1  rejected" in result.stdout
    again = run("show", "87PARIS3", "--archive", str(tmp_path / "b"), "--json").stdout.encode()
    assert again == lines


def test_read_prints_laid_out_as_json_or_findings(place: str) -> None:
    given = run("show", "05ALMATY4412", "--archive", place, "--json").stdout.encode()
    assert "Damage and doubts" in run("read", "-", given=given).stdout
    whole = json.loads(run("read", "-", "--json", given=given).stdout)
    assert list(whole) == ["kind", "release", "record"]
    findings = run("read", "-", "--findings", given=given).stdout
    assert findings.startswith("05ALMATY4412\n")
    assert "title-lost" in findings
    codes = [
        one["code"] for one in json.loads(run("read", "-", "--findings", "--json", given=given).stdout)["findings"]
    ]
    assert {"extract", "title-lost", "text-cut"} <= set(codes)


def test_search_prints_hits_as_lines_of_json(place: str) -> None:
    result = run("search", "protest", "--archive", place, "--json", "--limit", "3")
    hits = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(hits) == 3
    assert {"id", "key", "sent", "post", "subject", "level", "score", "snippet"} <= set(hits[0])
    assert "3 of 7" in result.stderr


def test_search_options_filter(place: str) -> None:
    found = run("search", "--archive", place, "--post", "almaty", "--from", "2005", "--to", "2005-12", "--class", "u")
    assert "1 of 1 record" in found.stdout
    assert run("search", "--archive", place, "--tag", "ECON", "--tag", "FR").stdout.endswith("7 of 7 records\n")


def test_search_takes_words_that_start_with_a_dash(place: str) -> None:
    assert "7 of 7 records" in run("search", "vessel", "-harpoon", "--archive", place).stdout
    assert "0 of 0 records" in run("search", "vessel", "-protest", "--archive", place).stdout


def test_search_that_finds_nothing_exits_with_1(place: str) -> None:
    assert run("search", "kraken", "--archive", place).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "87PARIS3"), "there is no archive here"),
        (("search", "x", "--from", "soon"), "there is no archive here"),
        (("search", "x", "--limt", "3"), "there is no option --limt"),
    ],
)
def test_errors_are_one_sentence_and_exit_code_2(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    result = run(*arguments, "--archive", str(tmp_path / "none"))
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_what_is_not_there_is_said(place: str) -> None:
    result = run("show", "99NOWHERE\x1b[31m1", "--archive", place)
    assert result.exit_code == 2
    assert "no record is known as" in result.stderr
    assert "\x1b" not in result.stderr
    assert "is not a date" in run("search", "--from", "soon", "--archive", place).stderr


def test_forms_names_every_form() -> None:
    shown = run("forms").stdout
    assert all(form.name in shown for form in forms())


def test_the_archive_can_be_named_by_the_environment(place: str) -> None:
    result = CliRunner().invoke(app, ["search", "protest"], env={"REFTEL_ARCHIVE": place})
    assert "7 of 7 records" in result.stdout


def program(*arguments: str, **more: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "from reftel.cli import main; main()", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)


def test_nobody_reading_on_is_no_error(tmp_path: Path) -> None:
    many = [telegram(number, body="words " * 2000) for number in range(1, 40)]
    kept(tmp_path / "a", *many).close()
    with program("search", "--json", "--limit", "99", "--archive", str(tmp_path / "a")) as laid_out:
        assert laid_out.stdout is not None
        assert laid_out.stderr is not None
        laid_out.stdout.close()
        assert laid_out.stderr.read() == b""
    assert laid_out.returncode == 1


def test_read_from_the_standard_input_of_a_real_process() -> None:
    with program("read", "-", "--json", stdin=subprocess.PIPE) as child:
        output, errors = child.communicate(table(telegram(5)))
    assert errors == b""
    assert json.loads(output)["record"]["id"]["value"] == "87PARIS5"


def test_help_loads_nothing_heavy() -> None:
    code = "import sys\nfrom reftel.cli import main\ntry: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    environment = {**os.environ, "COLUMNS": "100"}
    result = subprocess.run(
        [sys.executable, "-c", code, "--help"], capture_output=True, check=False, env=environment, text=True
    )
    assert "ingest" in result.stdout
    assert not {"tantivy", "lxml", "lxml.etree", "sqlite3"} & set(result.stderr.split())
