"""The Cablegate table and page."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import shared_data
from reftel.release import Reject, Release
from reftel.sources.text import unscramble
from sources.reading import SAMPLES, met, releases, walked

ROW = [
    "1",
    "2/20/2010 19:31",
    "10MARENGO33",
    "Embassy Marengo",
    "SECRET",
    "06MARENGO133|06SAINTOUEN77",
    "R 1\nFM X",
    'Say "no".',
]


def table(rows: list[list[str]], *, backslash: bool) -> bytes:
    out = io.StringIO()
    writer = csv.writer(
        out,
        quoting=csv.QUOTE_ALL,
        doublequote=not backslash,
        escapechar="\\" if backslash else None,
        lineterminator="\n",
    )
    writer.writerows(rows)
    return out.getvalue().encode()


@pytest.mark.parametrize("backslash", [True, False])
def test_a_row_is_a_release_in_both_dialects(backslash: bool) -> None:
    (release,) = releases(table([ROW], backslash=backslash))
    assert release.text == 'R 1\nFM X\nSay "no".'
    assert release.given.id == "10MARENGO33"
    assert release.given.date == "2010-02-20T19:31:00"
    assert release.given.references == ("06MARENGO133", "06SAINTOUEN77")
    assert (release.form, release.origin.offset) == ("cablegate-csv", 1)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=60), min_size=1, max_size=5))
def test_what_is_written_is_read_back(bodies: list[str]) -> None:
    rows = [[str(n), *ROW[1:6], "HEAD", body] for n, body in enumerate(bodies, start=1)]
    assert [one.text for one in releases(table(rows, backslash=True), "cablegate-csv")] == [
        unscramble(f"HEAD\n{b}")[0] for b in bodies
    ]


def test_a_lost_quote_costs_its_own_row_only() -> None:
    lines = table([[str(n), *ROW[1:]] for n in range(1, 6)], backslash=True).decode().split('"\n"')
    broken = ('"\n"'.join(lines[:2]) + '\n"' + '"\n"'.join(lines[2:])).encode()
    found = met(broken)
    kept = [one.given.fields["row"] for one in found if isinstance(one, Release)]
    assert len([one for one in found if isinstance(one, Reject)]) == 1
    assert kept == ["1", "3", "4", "5"]


def test_a_row_of_another_width_is_rejected_and_counted() -> None:
    found = met(table([ROW, ROW[:5], ROW], backslash=True))
    assert [type(one) for one in found] == [Release, Reject, Release]
    assert isinstance(found[1], Reject)
    assert found[1].reason == "a row of 5 columns, not 8"
    assert found[1].origin.offset == 2


def test_bytes_of_another_encoding_are_read_and_said() -> None:
    (release,) = releases(table([ROW], backslash=True).replace(b"Say", b"caf\xe9"))
    assert "café" in release.text
    assert [finding.code for finding in release.findings] == ["encoding-repaired"]


def test_a_page_gives_its_fields_and_both_blocks() -> None:
    (release,), _ = walked(SAMPLES / "cablegate" / "pages" / "06VESZTALY418.html")
    assert release.given.id == "06VESZTALY418"
    assert release.given.origin == "Embassy Vesztaly"
    assert release.text.startswith("VZCZCXRO2218\n")
    assert "\nC O N F I D E N T I A L" in release.text
    assert "<" not in release.text


def test_a_page_of_an_extract_keeps_its_notice_apart() -> None:
    (release,), _ = walked(SAMPLES / "cablegate" / "pages" / "07SAINTOUEN12.html")
    assert release.given.notice.startswith("This record is a partial extract")
    assert "partial extract" not in release.text


def test_every_real_page_is_read() -> None:
    found, rejected = walked(shared_data("cablegate_html"))
    assert (len(found), rejected) == (18, [])
    assert all(release.given.id and release.given.date and release.given.origin for release in found)
    assert sum(note.kind == "article" for release in found for note in release.notes) > 0


def test_a_page_nested_without_end_is_refused_at_once() -> None:
    page = (
        b"<table class='cable'><tr><td>Reference ID</td></tr></table>"
        + b"<div></i>" * 100_000
        + b"<pre>UNCLAS X 1</pre>"
    )
    (reject,) = met(page)
    assert isinstance(reject, Reject)
    assert "deep" in reject.reason
