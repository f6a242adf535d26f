"""Papers that are cited by number or day: the cases beside this, and what must hold for any text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reftel.cable.citations import find_citations

CASES = [
    json.loads(line)
    for line in (Path(__file__).resolve().parents[1] / "cases" / "citations" / "cases.jsonl")
    .read_text("utf-8")
    .splitlines()
]
_PIECES = st.sampled_from(
    "my |your |Department’s |Legation’s |Mr. Tarn’s |telegram |despatches |note |No. |Nos. |12|3807|, |. | and | of |dated |the "
    "5th|instant|ultimo|March 7|30 February|[21]|, 1912|4 p.m.|noon|[a.m.]|respectively|\n\n|(|)|from the Minister at Karst| to me"
    " in |“|under date of |which I received from you on |[2602, October 15]".split("|")
)
_DAYS = st.sampled_from(["", "1912-03-07", "1912-03-07T16:00:00", "1912", "0001-01-01", "9999-12-31", "no day"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:40])
def test_case(case: dict[str, object]) -> None:
    text = str(case["text"])
    assert [
        [
            one.span.of(text),
            one.whose,
            one.kind,
            one.party,
            one.recipient,
            one.number,
            one.day,
            one.hour,
            one.year_given,
        ]
        for one in find_citations(text, str(case["sent"]))
    ] == case["expect"]


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES | st.text(max_size=5), max_size=30).map("".join), _DAYS)
def test_any_text_reads_and_spans_slice_back_in_order(text: str, sent: str) -> None:
    found = find_citations(text, sent)
    end = 0
    for one in found:
        assert end <= one.span.start < one.span.end <= len(text)
        assert one.number or one.day
        assert not one.number or one.number in one.span.of(text)
        assert "\n\n" not in one.span.of(text)
        end = one.span.end
    assert find_citations(text, sent) == found
