"""AAD telegrams: golden cases of our own, and hostile input."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reftel.finding import Finding
from reftel.release import Origin, Reject, Release
from reftel.sources.aad_text import FORM, KEYS, iso_day, key_of, read_attributes
from reftel.sources.base import HEAD_BYTES, Input

CASES = Path(__file__).parents[1] / "cases" / "sources" / "aad-text"


def source(content: bytes, file: str = "telegrams.txt") -> Input:
    return Input(Origin(file), content[:HEAD_BYTES], lambda: io.BytesIO(content))


def read(content: bytes) -> list[Release | Reject]:
    return list(FORM.read(source(content)))


def as_case(record: Release | Reject) -> dict[str, Any]:
    case: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(record))
    case.pop("head", None)
    if isinstance(record, Release):
        case["marks"] = [[mark.kind, mark.span.of(record.text), mark.target] for mark in record.marks]
    return case


@pytest.mark.parametrize("path", sorted(CASES.glob("*.txt")), ids=lambda path: str(path.stem))
def test_golden(path: Path) -> None:
    records = list(FORM.read(source(path.read_bytes(), path.name)))
    assert [as_case(record) for record in records] == json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted(CASES.glob("*.txt")), ids=lambda path: str(path.stem))
def test_recognised(path: Path) -> None:
    assert FORM.recognise(path.read_bytes()[:HEAD_BYTES]) >= 0.9


@pytest.mark.parametrize(
    "head",
    [b"", b"UNCLAS LUND 1\nTAGS: PFOR\nSUBJECT: X\n1. Message text follows.", b"\xff\xfe", b"Message Attributes\n"],
)
def test_not_recognised(head: bytes) -> None:
    assert FORM.recognise(head) < 0.5


def test_text_alone_is_doubtful() -> None:
    assert FORM.recognise(b" Message Text\n\nUNCLAS LUND 1\n") == 0.5


def test_every_key_is_known_in_any_case() -> None:
    assert len(KEYS) >= 63
    for key in KEYS:
        assert key_of(f"  {key.lower()}: x") == key


@pytest.mark.parametrize("line", ["SUBJECT NETS", "1. NOTE: HE SPOKE", "Unknown Key: x", "", ":", "http://x"])
def test_no_key(line: str) -> None:
    assert key_of(line) == ""


def test_lists_run_on_and_other_values_do_not() -> None:
    fields = read_attributes(["To: STATE", "  LUND,", "", "PARIS", "Drafter: PREE, A", "", "a stray line", "Copy: n/a"])
    assert fields == {"To": "STATE LUND, PARIS", "Drafter": "PREE, A"}


@pytest.mark.parametrize(
    ("value", "day"),
    [("02 JUN 1978", "1978-06-02"), ("2 June 1978", "1978-06-02"), ("", ""), ("01 JAN 1960", ""), ("31 FEB 1975", "")],
)
def test_days(value: str, day: str) -> None:
    findings: list[Finding] = []
    assert iso_day(value, findings) == day
    assert bool(findings) is (value == "31 FEB 1975")


def test_line_ends_and_encodings() -> None:
    plain = "Message Text\nUNCLAS\n1. CAFÉ\nMessage Attributes\nDocument Number: 1975LUND00001\n"
    whole = read(plain.encode())
    for content in (
        plain.replace("\n", "\r\n").encode(),
        plain.replace("\n", "\r").encode(),
        plain.encode("utf-8-sig"),
        plain.encode("utf-16"),
    ):
        assert read(content) == whole


def test_nothing_in_it_is_a_reject() -> None:
    (record,) = read(b"some words\n")
    assert isinstance(record, Reject)


def test_stamps_at_the_ends_are_bounded() -> None:
    stamp = b"Margaret P. Grafeld Declassified/Released US Department of State EO Systematic Review 20 Mar 2014\n"
    (record,) = read(b"Message Text\n" + stamp * 5000 + b"1. TEXT\n" + stamp * 5000)
    assert isinstance(record, Release)
    assert len(record.notes) == 40
    assert all(mark.span.of(record.text).endswith("2014") for mark in record.marks)


_LINES = st.sampled_from(
    [
        "Message Text",
        "Message Attributes",
        "TAGS: PFOR",
        "To: STATE",
        "Draft Date: 32 JUN 1978",
        "<< END OF DOCUMENT >>",
        "",
        "\f",
        "---",
        "A B Declassified/Released US Department of State EO Systematic Review 04 MAY 2006",
        "1. TEXT",
        "Subject: ! 'X'",
        "Document Number:",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_LINES | st.text(max_size=20), max_size=40))
def test_any_lines(lines: list[str]) -> None:
    content = "\n".join(lines).encode("utf-8", "surrogatepass")
    assert 0 <= FORM.recognise(content) <= 1
    first = read(content)
    assert first == read(content)
    for record in first:
        if isinstance(record, Release):
            for mark in record.marks:
                assert mark.span.of(record.text) == mark.span.of(record.text).strip() != ""
            for note in record.notes:
                assert note.at is not None
                assert 0 <= note.at <= len(record.text)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes(content: bytes) -> None:
    assert 0 <= FORM.recognise(content) <= 1
    read(content)
    read(b"Message Text\n" + content + b"\nMessage Attributes\nTo: " + content)
