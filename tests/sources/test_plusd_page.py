"""PlusD pages: golden cases of our own, and hostile input."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reftel.release import Origin, Reject, Release
from reftel.sources.base import HEAD_BYTES, Input
from reftel.sources.plusd_page import FORM, part_attributes

CASES = Path(__file__).parents[1] / "cases" / "sources" / "plusd-page"
PAGES = sorted(path for path in CASES.iterdir() if path.suffix != ".json")


def source(content: bytes, file: str = "page.html") -> Input:
    return Input(Origin(file), content[:HEAD_BYTES], lambda: io.BytesIO(content))


def read(content: bytes) -> list[Release | Reject]:
    return list(FORM.read(source(content)))


def as_case(record: Release | Reject) -> dict[str, Any]:
    case: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(record))
    case.pop("head", None)
    if isinstance(record, Release):
        case["marks"] = [[mark.kind, mark.span.of(record.text), mark.target] for mark in record.marks]
    return case


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.stem))
def test_golden(path: Path) -> None:
    records = list(FORM.read(source(path.read_bytes(), path.name)))
    assert [as_case(record) for record in records] == json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.stem))
def test_recognised(path: Path) -> None:
    assert FORM.recognise(path.read_bytes()[:HEAD_BYTES]) >= 0.9


@pytest.mark.parametrize(
    "head",
    [b"", b"<html>Canonical ID</html>", b"\x00\xff", b"Current Classification: X\nLocator: Y\nMarkings: Z\nTo: A"],
)
def test_not_recognised(head: bytes) -> None:
    assert FORM.recognise(head) == 0


@pytest.mark.parametrize(
    "fields",
    [
        "<dl><dt>Canonical ID:</dt><dd>1975LUND00001_b</dd><dt>From:</dt><dd>Lund</dd></dl>",
        "<b>Canonical ID:</b> 1975LUND00001_b<br><b>From:</b> Lund<br>",
        "<table><tr><th>Canonical ID</th><td>1975LUND00001_b</td></tr><tr><th>From</th><td>Lund</td></tr></table>",
        "<div><div><span>Canonical ID:</span></div><div>1975LUND00001_b</div></div><div><div><span>From:</span></div><div>Lund</div></div>",
    ],
)
def test_any_layout_of_the_fields(fields: str) -> None:
    (record,) = read(f"<html><body>{fields}<pre>UNCLAS LUND 1\nTEXT</pre></body></html>".encode())
    assert isinstance(record, Release)
    assert (record.given.id, record.given.sender, record.text) == ("1975LUND00001_b", "Lund", "UNCLAS LUND 1\nTEXT")


def test_empty_field_does_not_take_the_next_row() -> None:
    (record,) = read(
        b"<table><tr><td>Canonical ID:</td><td>1975LUND00001_b</td></tr><tr><td>Concepts:</td></tr><tr><td>Type:</td><td>TE</td></tr></table>"
    )
    assert isinstance(record, Release)
    assert "Concepts" not in record.given.fields


def test_attributes_apart_from_the_text() -> None:
    (record,) = read(
        b"<b>Canonical ID:</b> 1975LUND00001_b<br><pre>UNCLAS LUND 1\n\nTEXT OF IT</pre>"
        b"<pre>Capture Date: x\nChannel Indicators: n/a\nConcepts: FISH\nDraft Date: 02 JAN 1975\nTo: STATE\n</pre>"
    )
    assert isinstance(record, Release)
    assert record.text == "UNCLAS LUND 1\n\nTEXT OF IT"
    assert record.given.date == "1975-01-02"
    assert record.given.fields["Concepts"] == "FISH"


def test_a_telegram_is_not_taken_for_attributes() -> None:
    body = "UNCLAS\nTAGS: PFOR\nSUBJECT: X\nTO: Y\n\n1. TEXT"
    assert part_attributes(body) == (body, {})


def test_no_record_is_a_reject() -> None:
    (record,) = read(b"<html><p>Nothing</p></html>")
    assert isinstance(record, Reject)


def test_deep_and_wide_pages_end() -> None:
    assert read(b"<div class=text>" * 20_000 + b"<b>Canonical ID:</b> 1<br>x")
    assert read(b"<b>Date:</b>" * 20_000)
    assert read(b"Date: x\n" * 20_000 + b"Canonical ID: 1\n")


_PIECES = st.sampled_from(
    [
        "<td>",
        "</td>",
        "<tr>",
        "<pre>",
        "</pre>",
        "<b>Canonical ID:</b>",
        "<td>Date:</td>",
        "1978 June 31, 25:61",
        "<br>",
        "<div class='text'>",
        "Canonical ID: ",
        "TAGS: ",
        "To:\t",
        "Concepts: x\n",
        "Draft Date: x\n",
        "Copy: x\n",
        "---\n",
        "</div>",
        "&amp;",
        "\n",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES | st.text(max_size=8), max_size=40), st.booleans())
def test_any_page(pieces: list[str], html: bool) -> None:
    content = (("<html>" if html else "") + "".join(pieces)).encode("utf-8", "surrogatepass")
    assert 0 <= FORM.recognise(content) <= 1
    first = read(content)
    assert first == read(content)
    for record in first:
        if isinstance(record, Release):
            for mark in record.marks:
                assert mark.span.of(record.text)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes(content: bytes) -> None:
    read(content)
    read(b"<html><b>Canonical ID:</b> 1<pre>" + content)
