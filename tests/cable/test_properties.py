"""What must hold for any text: nothing raises, every span slices back, the same text reads the same, JSON is faithful."""

from __future__ import annotations

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

import reftel
from cable.spans import check
from cable.strategies import telegrams
from reftel.cable import Cable
from reftel.cable.identity import canonical
from reftel.cable.prose import prose
from reftel.cable.reflow import reflow
from reftel.finding import Span

ANY = settings(max_examples=150, deadline=None)


@ANY
@example(
    "R 010203Z JUL 06\nFM AMEMBASSY PARIS\nTO SECSTATE\nINFO 6n5 / Gull 02H KAPSTRA 031\n\nUNCLAS PARIS 12\n", "", ""
)
@example("UNCLAS PARIS 000012\n\nREF: A. \r\n     D. STATE 28004\n\n1. (U) See ref A.", "", "2005")
@given(
    telegrams() | st.text(max_size=400),
    st.text(max_size=30),
    st.sampled_from(["", "2005", "2005-01-07", "x", "0001-01-01T00:00:00+05:00", "9999-12-31T23:00:00-05:00"]),
)
def test_any_text_reads_and_every_span_slices_back(text: str, number: str, sent: str) -> None:
    cable = reftel.read(text, id=number, sent=sent)
    assert cable.text == text
    check(cable)
    assert reftel.read(text, id=number, sent=sent) == cable


@ANY
@given(telegrams())
def test_json_gives_the_same_cable_back(text: str) -> None:
    cable = reftel.read(text.encode("utf-8", "replace").decode())
    assert msgspec.json.decode(msgspec.json.encode(cable), type=Cable) == cable


@ANY
@given(telegrams() | st.text(alphabet="ab -\n\\\tA", max_size=200))
def test_every_displayed_character_maps_to_its_place(text: str) -> None:
    shown = reflow(text, Span(0, len(text)))
    for at, character in enumerate(shown.text):
        source = text[shown.source(at)]
        assert character == source or (character == " " and (source.isspace() or source == "\\")), (at, character)


@ANY
@given(telegrams())
def test_prose_only_leaves_out(text: str) -> None:
    left = iter(text)
    assert all(character in left for character in prose(reftel.read(text)))


@ANY
@given(st.text(max_size=40) | st.from_regex(r"(19|20)?\d\d ?[A-Z]{3,12} ?\d{1,7}", fullmatch=True))
def test_a_canonical_number_stays_canonical(spelling: str) -> None:
    once = canonical(spelling)
    assert canonical(once) == once
