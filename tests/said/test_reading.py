"""What is found in sentences written for it, and what holds for any text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reftel
from reftel.document import Document
from reftel.finding import Span, Value
from reftel.incident import Incident
from reftel.statements import Statement, read_statements
from reftel.statements.casing import recased
from reftel.statements.lexicon import inflected
from reftel.statements.rows import rows_of, words

CASES = Path(__file__).parents[1] / "cases" / "statements" / "cases.jsonl"
CABLE = """UNCLAS MARENGO 000317

E.O. 12958: N/A
TAGS: PREL, QM

1. (U) The minister said that the bridge
MARENGO 00000317  002 OF 003
was closed. Poloff asked whether it would open.

2. (SBU) Comment: The minister is new to his post. We believe
that he means it. End comment.
"""

HEAD = "UNCLAS MARENGO 000317\n\n1. (U) "


WORDS = st.sampled_from(
    'said says that the minister "the ice" “ ” , . ; : - ( ) according to Orlov Petra and he who which would not \n \n\n asked whether '
    "request feeling reluctant to urge wants expected like following as no longer further -- that: "
    "in her view reportedly a consensus supported this view we believe Russia's SCO it is 12 U.S. Mr. '' `` ... THE SAID ’s".split(
        " "
    )
)


def cases() -> list[dict[str, Any]]:
    return [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["name"])
def test_case(case: dict[str, Any]) -> None:
    record = reftel.read(HEAD + case["text"] + "\n", id="07MARENGO317") if case.get("cable") else case["text"]
    text = record if isinstance(record, str) else record.text
    rows = rows_of(text, read_statements(record))
    assert [[row.speaker, row.cue, row.content] for row in rows] == case["statements"]
    for name, expected in case.get("also", {}).items():
        assert getattr(rows[0], name) == expected, name


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case["name"] for case in cases()]
    assert len(names) == len(set(names)) >= 20


def test_a_cable_gives_paragraph_mark_and_voice() -> None:
    found = read_statements(reftel.read(CABLE, id="07MARENGO317"))
    said = {words(CABLE, one.content): one for one in found}
    bridge = next(one for text, one in said.items() if text.startswith("that the bridge"))
    assert (bridge.paragraph, bridge.mark, bridge.voice, bridge.block) == ("1", "U", "reported", 0)
    asked = said["whether it would open"]
    assert asked.speaker is not None
    assert (asked.speaker.kind, asked.voice) == ("post", "reported")
    own = [one for one in found if one.voice == "own"]
    assert {words(CABLE, one.content) for one in own} == {
        "The minister is new to his post.",
        "that he means it",
    }
    assert {(one.paragraph, one.mark) for one in own} == {("2", "SBU")}


def test_an_office_of_the_post_is_led_to_who_classified() -> None:
    head = "CONFIDENTIAL MARENGO 000317\n\nTAGS: PREL, QM\n\n"
    body = "\n\n1. (C) DCM asked whether the bridge would open.\n"
    named = read_statements(reftel.read(f"{head}Classified By: DCM Anselm Corrigan for reasons 1.4 (b) and (d).{body}"))
    assert [one.speaker.name if one.speaker else "" for one in named] == ["Anselm Corrigan"]
    capitals = (
        f"{head}CLASSIFIED BY: CORINNE BAYARD, CHARGE D'AFFAIRES. REASONS: 1.4 (B), (D){body.replace('DCM', 'Charge')}"
    )
    assert [one.speaker.name if one.speaker else "" for one in read_statements(reftel.read(capitals))] == [
        "CORINNE BAYARD"
    ]
    signed = read_statements(
        reftel.read(f"{head}\n\n1. (C) I told the minister that the bridge was shut.\n\nCORRIGAN\n")
    )
    assert [(one.speaker.name, one.speaker.kind) for one in signed if one.speaker] == [("CORRIGAN", "post")]
    unnamed = read_statements(reftel.read(f"{head}{body}"))
    assert [one.speaker.kind if one.speaker else "" for one in unnamed] == ["post"]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200) | st.lists(WORDS, max_size=40).map(lambda words: " ".join(words).upper()))
def test_a_text_given_its_capitals_keeps_every_letter_in_its_place(text: str) -> None:
    cased = recased(text, [(0, len(text))])
    assert len(cased) == len(text)
    assert cased.casefold() == text.casefold()


def test_an_agreement_names_the_speaker_and_the_statement_before() -> None:
    text = "Petra Orlov said the ice was thin. Boris Lund supported this view."
    found = read_statements(text)
    assert found[1].answer is not None
    assert (found[1].answer.sense, found[1].answer.speaker, found[1].answer.statement) == ("agrees", "Petra Orlov", 0)


def test_nested_layers_name_the_one_around_them() -> None:
    found = read_statements("Orlov said the fishermen had told her they were afraid.")
    assert [one.within for one in found] == [None, 0]


def test_documents_are_read_and_incidents_hold_no_statements() -> None:
    assert read_statements(Document(text="The minister said that the bridge was closed."))
    assert read_statements(Incident(text="The minister said that the bridge was closed.")) == ()


def test_less_sure_ones_are_given_when_they_are_asked_for() -> None:
    text = "They want to sell the mill."
    assert read_statements(text) == ()
    assert read_statements(text, least=0.0)


@pytest.mark.parametrize(
    ("base", "forms"),
    [
        ("say", ("says", "sayed", "saying")),
        ("deny", ("denies", "denied", "denying")),
        ("admit", ("admits", "admitted", "admitting")),
        ("agree", ("agrees", "agreed", "agreeing")),
        ("stress", ("stresses", "stressed", "stressing")),
        ("lie", ("lies", "lied", "lying")),
    ],
)
def test_verbs_are_inflected(base: str, forms: tuple[str, str, str]) -> None:
    assert inflected(base) == forms


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=60).map(" ".join)))
def test_nothing_raises_and_every_span_slices_back(text: str) -> None:
    for one in read_statements(text, least=0.0):
        check(text, one)


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=60).map(" ".join), st.booleans())
def test_nothing_raises_in_a_cable_either(text: str, upper: bool) -> None:
    cable = reftel.read(HEAD + (text.upper() if upper else text), id="07MARENGO317")
    for one in read_statements(cable, least=0.0):
        check(cable.text, one)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, max_size=60).map(" ".join))
def test_nothing_raises_in_a_cable(body: str) -> None:
    cable = reftel.read(f"UNCLAS MARENGO 000317\n\n1. (U) {body}\n\n2. (U) Comment: {body}\n")
    found = read_statements(cable, least=0.0)
    for position, one in enumerate(found):
        check(cable.text, one)
        assert one.within is None or (one.within < len(found) and one.within != position)


def check(text: str, one: Statement) -> None:
    spans = [*one.source, *one.cue, *one.content]
    spans += [about.span for about in one.about]
    spans += [span for stance in one.stances for span in (stance.trigger, stance.target_span)]
    spans += [one.answer.trigger] if one.answer else []
    spans += [one.speaker.span] if one.speaker and one.speaker.span else []
    assert one.content
    for span in spans:
        assert 0 <= span.start < span.end <= len(text)
        assert span.of(text).strip()
    for value in (one.speaker.role, one.speaker.affiliation) if one.speaker else ():
        if value is not None:
            assert value.span is not None
            assert value.value == folded(text, value.span)
    if one.modality is not None and one.modality.span is not None:
        assert one.modality.span.of(text)
    assert 0.0 < one.confidence <= 1.0
    assert one.rule


def folded(text: str, span: Span) -> str:
    return " ".join(span.of(text).split())


def test_press_values_slice_back() -> None:
    text = "In a May 3 article for the independent Morning Wire, Petra Orlov argued that the dam was doomed."
    speaker = read_statements(text)[0].speaker
    assert speaker is not None
    assert speaker.press is not None
    for value in (speaker.press.paper, speaker.press.date, speaker.press.author):
        assert isinstance(value, Value)
        assert value.span is not None
        assert folded(text, value.span) == value.value


@pytest.mark.parametrize("unit", [
    "“", "“ice ", "“He said “", "ORLOV SAID ", "said that ice and that ", "he said, ", "he believes, ", "according to ", "A", "a-", "(", "THAT ",
])  # fmt: skip
def test_a_text_without_an_end_is_read_in_pieces(unit: str) -> None:
    text = "It rained. " + unit * (20_000 // len(unit)) + " said that it rained."
    for one in read_statements(text):
        assert all(0 <= span.start < span.end <= len(text) for span in (*one.source, *one.cue, *one.content))
