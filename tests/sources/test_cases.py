"""Golden cases of forms: a file under tests/cases/sources/FORM, and beside it what reading it gives."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from reftel.release import Origin, Reject, Release
from reftel.sources import form_named, read_input, recognise
from reftel.sources.base import HEAD_BYTES, Input

CASES = Path(__file__).parents[1] / "cases" / "sources"
FORMS = ("cablegate-csv", "cablegate-html", "mirror-page", "reftel-mirror", "telegram", "war-diary-csv")
FILES = sorted(path for form in FORMS for path in (CASES / form).iterdir() if path.suffix != ".json")


def as_case(record: Release | Reject) -> dict[str, Any]:
    case: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(record))
    case.pop("head", None)
    return case


def test_there_are_cases_of_every_form() -> None:
    assert {path.parent.name for path in FILES} == set(FORMS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_file_is_recognised_and_read_as_its_case_says(path: Path) -> None:
    data = path.read_bytes()
    form = recognise(data[:HEAD_BYTES])
    assert form is form_named(path.parent.name)
    found = list(read_input(Input(Origin(path.name), data[:HEAD_BYTES], lambda: io.BytesIO(data))))
    assert [as_case(one) for one in found] == json.loads(path.with_suffix(".json").read_text("utf-8"))
    for release in [one for one in found if isinstance(one, Release)]:
        assert all(finding.span is None or finding.span.of(release.text) for finding in release.findings)
