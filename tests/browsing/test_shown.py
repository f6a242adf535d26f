"""Every character that is shown stands in the release, and every mark is where it says."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from reftel import read
from reftel.finding import Span
from reftel.paths import anchors
from reftel.search import Bucket
from reftel.web import addresses
from reftel.web.charts import over_time
from reftel.web.shown import Marking, Shown, groups, lay, lay_as_is, visible
from reftel.web.views.body import body_of, markings

TEXTS = st.text(alphabet=st.sampled_from("ab A.-\n\t\\ ¶é1"), max_size=200)


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, Span, list[Marking]]:
    text = draw(TEXTS)
    places = st.integers(0, len(text))
    start, end = sorted((draw(places), draw(places)))
    marks = [
        Marking(draw(st.sampled_from(["found", "mention", "doubt"])), Span(*sorted((draw(places), draw(places)))), draw(st.sampled_from(["", "/a"])))
        for _ in range(draw(st.integers(0, 4)))
    ]  # fmt: skip
    return text, Span(start, end), marks


def holds(text: str, shown: Shown) -> None:
    """What each piece shows is what stands there; a blank may stand for the end of a line."""
    for piece in shown.pieces:
        there = text[piece.source : piece.source + piece.length]
        here = shown.text[piece.shown : piece.shown + piece.length]
        assert here == there or (here == " " and not there.strip(" \t\n\\"))
    for mark in shown.marks:
        assert 0 <= mark.start < mark.end <= len(shown.text)
        assert shown.span.start <= mark.span.start < mark.span.end <= shown.span.end
    assert "".join(run.text for group in groups(shown) for run in group.runs) == shown.text


@given(marked())
def test_every_character_can_be_traced(given: tuple[str, Span, list[Marking]]) -> None:
    text, span, marks = given
    holds(text, lay(text, span, marks))
    shown = lay_as_is(text, span, marks)
    holds(text, shown)
    assert shown.text == span.of(text)
    for mark in shown.marks:
        assert shown.text[mark.start : mark.end] == mark.span.of(text)


@given(st.text())
def test_a_cable_of_any_text_is_laid_out(text: str) -> None:
    cable = read(text)
    body = body_of(cable, markings(cable, (), "a"))
    for block in body.blocks:
        holds(text, block.shown)
    names = [block.anchor for block in body.blocks]
    assert len(set(names)) == len(names)


@given(st.text())
def test_what_is_shown_steers_nothing(text: str) -> None:
    shown = visible(text)
    assert len(shown) == len(text)
    shown.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", shown)


@given(st.text(), st.text())
def test_an_address_can_be_asked(name: str, words: str) -> None:
    address = addresses.record(name, "0" * 64, q=words)
    assert address.isascii()
    assert not re.search(r"[\s<>\"]", address)


def test_paragraphs_with_one_number_have_places_of_their_own() -> None:
    cable = read("UNCLAS LIMA 000012\n\n1. (U) One is here.\n\n2. (U) Two is here.\n\n2. (U) Two is here again.\n")
    assert anchors(cable.blocks) == ["p1", "p2", "b3"]


def test_bars_stand_for_every_month_or_year() -> None:
    few = over_time([Bucket("2006-11", 4), Bucket("2007-02", 8)], lambda value: f"/{value}")
    assert (few.unit, len(few.bars), few.dated, few.highest) == ("month", 24, 12, 8)
    many = over_time([Bucket("1912-05", 1), Bucket("2007-02", 8), Bucket("1977", 2)], str)
    assert (many.unit, len(many.bars), many.dated, many.outside) == ("year", 96, 11, 0)
    assert [bar.address for bar in many.bars if bar.count] == ["1912", "1977", "2007"]


def test_a_slip_of_a_date_does_not_squeeze_the_rest() -> None:
    chart = over_time([Bucket("0201-06", 1), Bucket("1974-01", 30), Bucket("2009-12", 4)], str)
    assert (chart.bars[0].value, chart.bars[-1].value, chart.outside) == ("1974", "2009", 1)


def test_the_page_shows_the_whole_body(client: TestClient, samples: Path) -> None:
    data = client.get("/record/06MARENGO14.json").json()["data"]
    text = client.get("/raw/06MARENGO14.json").json()["data"]["shown"]["text"]
    for block in data["blocks"]:
        start, end = block["shown"]["span"]
        words = re.sub(r"-\n", "", text[start:end])
        assert "".join(block["shown"]["text"].split()) == "".join(words.split())
