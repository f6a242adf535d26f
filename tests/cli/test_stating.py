from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from reftel.cli.app import app
from reftel.statements.rows import StatementRow

TEXT = """UNCLAS ALMATY 004412

1. (U) Petra Orlov, director of the Lake Institute, said that the ice
was thin. =She added that nobody should walk on it.
"""


@pytest.fixture
def place(tmp_path: Path) -> str:
    path = tmp_path / "05ALMATY4412.txt"
    path.write_text(TEXT, "utf-8")
    return str(path)


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "100"})


def test_lines_of_json_hold_each_statement_whole(place: str) -> None:
    done = run("statements", place, "--jsonl")
    assert done.exit_code == 0, done.output
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert rows[0]["words"]["content"] == "that the ice was thin"
    start, end = rows[0]["statement"]["content"][0]
    assert " ".join(TEXT[start:end].split()) == "that the ice was thin"
    assert rows[0]["statement"]["speaker"]["affiliation"]["value"] == "Lake Institute"
    assert rows[0]["statement"]["paragraph"] == "1"


def test_a_table_has_a_row_a_statement(place: str) -> None:
    done = run("statements", place, "--csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert tuple(rows[0]) == StatementRow.__struct_fields__
    assert rows[0]["speaker"] == "Petra Orlov"


def test_laid_out_it_names_speaker_and_words(place: str) -> None:
    done = run("statements", place)
    assert "Petra Orlov (director, Lake Institute) said" in done.stdout
    assert "that the ice was thin" in done.stdout


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = run("statements", str(tmp_path / "none.txt"))
    assert (done.exit_code, "there is no file or folder" in done.stderr, "none.txt" in done.stderr) == (2, True, True)


def test_nothing_said_is_exit_code_1(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("UNCLAS ALMATY 004413\n\n1. (U) The train left at noon.\n", "utf-8")
    assert run("statements", str(path)).exit_code == 1
