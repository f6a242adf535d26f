"""The model page: a partial extract without title, TAGS or routing, with a sentence cut off and page breaks in text."""

from __future__ import annotations

from datetime import datetime

import pytest

from conftest import shared_data
from reftel.cable import Cable
from reftel.cable.reflow import reflow
from reftel.record import read_record
from reftel.release import Release
from reftel.sources import read_paths


@pytest.fixture(scope="module")
def seed() -> tuple[Release, Cable]:
    (release,) = read_paths([str(shared_data("seed/cable_page.txt"))])
    assert isinstance(release, Release)
    record = read_record(release)
    assert isinstance(record, Cable)
    return release, record


def codes(cable: Cable) -> set[str]:
    return {finding.code for finding in cable.findings}


def test_chrome_and_notice_are_provenance_and_not_text(seed: tuple[Release, Cable]) -> None:
    release, _ = seed
    assert release.form == "mirror-page"
    assert release.text.startswith("UNCLAS  ALMATY 004412")
    assert "how-to" not in release.text
    assert release.given.notice.startswith("This record is a partial extract")
    assert release.given.origin == "US Office Almaty"
    assert release.given.title == ""


def test_number_date_origin_and_class(seed: tuple[Release, Cable]) -> None:
    _, cable = seed
    assert cable.id is not None
    assert cable.id.value == "05ALMATY4412"
    assert cable.sent is not None
    assert cable.sent.at == datetime(2005, 12, 15, 13, 9)
    assert cable.post is not None
    assert cable.post.value == "ALMATY"
    assert cable.classification.level is not None
    assert cable.classification.level.value == "UNCLASSIFIED"
    assert cable.declassification.order is not None
    assert cable.declassification.order.value == "12958"
    assert cable.declassification.not_applicable is not None


def test_the_reference_and_what_leads_to_it(seed: tuple[Release, Cable]) -> None:
    _, cable = seed
    (reference,) = cable.references
    assert (reference.target, reference.year_given) == ("05ALMATY3284", False)
    (mention,) = cable.mentions
    assert mention.span.of(cable.text) == "reftel"
    assert (mention.references, mention.target) == ((0,), "05ALMATY3284")


def test_nine_marked_paragraphs_and_five_headings_two_of_them_one(seed: tuple[Release, Cable]) -> None:
    _, cable = seed
    paragraphs = [block for block in cable.blocks if block.kind == "paragraph"]
    assert [block.number.value for block in paragraphs if block.number] == [str(n) for n in range(1, 10)]
    assert [block.mark.value for block in paragraphs if block.mark] == ["SBU"] * 7 + ["U", "SBU"]
    shown = [
        block.content.of(cable.text) if block.kind == "heading" else (block.number.value if block.number else "")
        for block in cable.blocks
    ]
    assert shown == [
        "1",
        "Pact as Russian Intimidation Tactic or...",
        "2",
        "...Pact as Bulwark Against U.S. Pressure for Reform",
        "3",
        "4",
        "Another Uprising in Uzbekistan Possible",
        "5",
        "No Chance for Closer Central Asian Integration",
        "6",
        "7",
        "Media: Uzbekistan Has Foreign Policy (U.S.) Alternative",
        "8",
        "9",
    ]
    assert cable.blocks[3].continues == 1


def test_the_summary_stands_without_its_label(seed: tuple[Release, Cable]) -> None:
    _, cable = seed
    (summary,) = cable.summary
    assert summary.of(cable.text).startswith("At a recent roundtable")
    assert summary.of(cable.text).endswith("democratic\nreform.")


def test_what_is_lost_and_cut_is_said(seed: tuple[Release, Cable]) -> None:
    _, cable = seed
    assert {"title-lost", "tags-lost", "header-lost", "caption-lost", "year-inferred", "extract", "text-cut"} == codes(
        cable
    )
    (cut,) = [finding for finding in cable.findings if finding.code == "text-cut"]
    assert cut.span is not None
    assert cable.text[: cut.span.end].endswith("is all they have in")
    assert "paragraph 3" in cut.message


def test_page_breaks_vanish_and_a_broken_word_is_whole(seed: tuple[Release, Cable]) -> None:
    _, cable = seed
    eighth = next(block for block in cable.blocks if block.number and block.number.value == "8")
    assert "for pro-government Liter" in reflow(cable.text, eighth.content).text
    third = next(block for block in cable.blocks if block.number and block.number.value == "3")
    assert "reliable and predictable partners in" in reflow(cable.text, third.content).text
