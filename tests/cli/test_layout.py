from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from archive.building import despatch, incident, telegram
from cli.page import EXTRACT
from reftel.archive import make_entry
from reftel.cli.layout import lay_out
from reftel.cli.safe import safe, safe_json
from reftel.record import read_record
from reftel.release import Given, Note, Origin, Release

UNSAFE = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e\x00"


def printed(release: Release, width: int = 80, *, colour: bool = False) -> str:
    console = Console(
        file=io.StringIO(), width=width, force_terminal=colour, color_system="truecolor" if colour else None
    )
    console.print(lay_out(release, read_record(release)))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def folded(text: str) -> str:
    return " ".join(text.replace("│", " ").split())


@pytest.mark.parametrize("width", [20, 80, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    for release in (EXTRACT, telegram(1), incident("K"), despatch("frus1911/d5", "shoals")):
        assert all(len(line) <= width for line in printed(release, width).splitlines())


def test_a_partial_extract_says_what_it_is_and_what_is_lost() -> None:
    shown = folded(printed(EXTRACT))
    for words in (
        "05ALMATY4412",
        "From US Office Almaty",
        "15 December 2005, 13:09 UTC",
        "UNCLASSIFIED a caption is lost",
        "05ALMATY3284 as written: Almaty 3284 year inferred",
        "1. (SBU) At a recent roundtable",
        "pro-government Liter",
        "The Pact as a Threat to the Coast or … The Pact as a Wall Against All Reform",
        "Damage and doubts",
        "There is no SUBJECT line. title-lost",
        "Paragraph 3 breaks off",
        "Where this comes from",
        "partial extract of the original cable",
        EXTRACT.sha256,
    ):
        assert words in shown, words


def test_other_records_are_laid_out_with_the_fields_they_have() -> None:
    assert "Herring lorry" in printed(incident("K-9", "Herring lorry overturned"))
    assert "RC NOWHERE" in printed(incident("K-9"))
    assert "I have the honour to report shoals" in folded(printed(despatch("frus1911/d5", "shoals")))


def test_the_hour_of_a_volumes_paper_is_that_of_its_place_and_what_editors_leave_out_is_no_loss() -> None:
    given = Given(id="frus1917/d10", date="1917-05-07T17:00:00", title="The Secretary to the Ambassador")
    paper = Release("1386. Request granted, as you hear.", "cable", "frus-tei", Origin("v.xml"), given=given)
    shown = folded(printed(paper))
    assert "7 May 1917, 17:00 (by the clock of the place)" in shown
    assert "UTC" not in shown
    assert make_entry(paper).facts.sent == "1917-05-07"
    assert not {finding.code for finding in read_record(paper).findings} & {"tags-lost", "title-lost", "header-lost"}


def test_notes_are_shown_apart_with_what_they_point_to() -> None:
    note = Note("footnote", "Not printed.", label="3", target="#d9")
    shown = folded(printed(Release("Sir.", "document", "frus-tei", Origin("v.xml"), notes=(note,))))
    assert "Notes of the publisher 3 Not printed. → #d9" in shown


def test_mark_up_and_escape_sequences_in_a_cable_are_only_text() -> None:
    hostile = f"[bold red]no mark-up[/] [link=file:///x]{UNSAFE}"
    release = telegram(1, words=hostile, body=hostile, file=hostile)
    given = Given(id=hostile, title=hostile, notice=hostile, origin=hostile, fields={hostile: hostile})
    for one in (release, Release(hostile, "incident", hostile, Origin(hostile), hostile, hostile, given)):
        shown = printed(one)
        assert not set(UNSAFE) & set(shown) - set("]0;owned[2J31m")
        assert "[bold red]" in shown


@given(
    st.text(st.characters(exclude_categories=()), max_size=300),
    st.text(st.characters(exclude_categories=()), max_size=40),
)
def test_any_record_can_be_laid_out(text: str, field: str) -> None:
    given = Given(id=field, title=field, origin=field, notice=field, fields={field: field})
    for kind in ("cable", "incident", "document"):
        release = Release(text, kind, "f", Origin(field), given=given, notes=(Note("n", text, field, target=field),))
        shown = printed(release)
        assert "\x1b" not in shown
        assert shown.encode("utf-8")


@given(st.text(st.characters(exclude_categories=())))
def test_safe_text_is_as_long_and_says_nothing_to_a_terminal(text: str) -> None:
    shown = safe(text)
    assert len(shown) == len(text)
    assert all(character in "\n\t" or character.isprintable() or ord(character) > 0x9F for character in shown)


@given(st.text())
def test_safe_json_means_the_same(text: str) -> None:
    assert json.loads(safe_json(json.dumps(text, ensure_ascii=False))) == text
