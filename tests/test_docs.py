"""The documents are true: their examples run, their links lead somewhere, and the generated pages are of today."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import make_records
import reftel
from reftel.cli.app import app

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), ROOT / "bench" / "README.md"])
_BLOCK = re.compile(r"```(console|python)\n(.*?)```", re.DOTALL)
_LINK = re.compile(r"\]\(([^)#\s]+)\)")


def blocks(page: Path, language: str) -> list[str]:
    return [match[2] for match in _BLOCK.finditer(page.read_text("utf-8")) if match[1] == language]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in ("samples", "docs/how-to"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REFTEL_SAVED", str(tmp_path / "saved.sqlite"))
    monkeypatch.setenv("REFTEL_DESK", str(tmp_path / "desk.sqlite"))
    return tmp_path


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "console")], ids=lambda page: page.name)
def test_commands_run_and_print_what_is_shown(page: Path, checkout: Path) -> None:
    for block in blocks(page, "console"):
        for command in re.split(r"^\$ reftel ", block, flags=re.MULTILINE)[1:]:
            line, *expected = command.rstrip("\n").split("\n")
            result = CliRunner().invoke(app, shlex.split(line), env={"COLUMNS": "100"})
            assert result.exit_code == 0, (line, result.output)
            for shown in expected:
                assert shown in result.output, (line, shown, result.output)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")], ids=lambda page: page.name)
def test_python_runs(page: Path, checkout: Path) -> None:
    for block in blocks(page, "python"):
        exec(compile(block, str(page), "exec"), {})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text("utf-8")):
        assert target.startswith("http") or (page.parent / target).exists(), target


def test_generated_pages_are_of_today() -> None:
    assert make_records.stale() == []


def test_the_changelog_names_the_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert "## Unreleased" in text or f"## {reftel.__version__}" in text
