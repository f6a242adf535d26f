"""FRUS volumes: golden cases of each generation of mark-up, hostile input, and the real volumes where they are."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reftel.errors import TooLarge
from reftel.release import Origin, Reject, Release
from reftel.sources.base import HEAD_BYTES, Input
from reftel.sources.frus_tei import FORM
from reftel.sources.tei_genre import HeadRegion, is_telegram_mark, telegram_basis
from sources.reading import hold

CASES = Path(__file__).parents[1] / "cases" / "sources" / "frus-tei"
VOLUME = '<TEI xmlns="http://www.tei-c.org/ns/1.0" xmlns:frus="http://history.state.gov/frus/ns/1.0" xml:id="frus1900Karst">{}</TEI>'


def source(content: bytes, file: str = "volume.xml") -> Input:
    return Input(Origin(file), content[:HEAD_BYTES], lambda: io.BytesIO(content))


def read(content: bytes | str) -> list[Release | Reject]:
    return list(FORM.read(source(content if isinstance(content, bytes) else content.encode())))


def releases(content: bytes | str) -> list[Release]:
    return [record for record in read(content) if isinstance(record, Release)]


def one(body: str) -> Release:
    (release,) = releases(VOLUME.format(f'<div type="document" xml:id="d1">{body}</div>'))
    return release


def as_case(record: Release | Reject) -> dict[str, Any]:
    """The record as the golden files have it: marks as kind, words, target, and the place of an empty one."""
    case: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(record))
    case.pop("head", None)
    if isinstance(record, Release):
        case["marks"] = [
            [
                mark.kind,
                mark.span.of(record.text),
                mark.target,
                *([mark.span.start] if not mark.span.of(record.text) else []),
            ]
            for mark in record.marks
        ]
    return case


@pytest.mark.parametrize("path", sorted(CASES.glob("*.xml")), ids=lambda path: str(path.stem))
def test_golden(path: Path) -> None:
    records = list(FORM.read(source(path.read_bytes(), path.name)))
    assert [as_case(record) for record in records] == json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted(CASES.glob("*.xml")), ids=lambda path: str(path.stem))
def test_recognised(path: Path) -> None:
    assert FORM.recognise(path.read_bytes()[:HEAD_BYTES]) >= 0.9


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"plain words",
        b"<html><body><div type='document'>x</div></body></html>",
        b'<?xml version="1.0"?><rss/>',
        b"\x00\xff\xfe\xfa",
        b"<!DOCTYPE html><div type='document'>",
        b"1,2,<TEI>",
    ],
)
def test_not_recognised(head: bytes) -> None:
    assert FORM.recognise(head) == 0


def test_recognised_in_any_encoding() -> None:
    volume = VOLUME.format("")
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert FORM.recognise(volume.encode(encoding)) == 1


def test_other_tei_is_less_sure() -> None:
    other = '<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><div type="document">x</div></text></TEI>'
    assert 0.5 < FORM.recognise(other.encode()) < 1
    assert FORM.recognise(b'<TEI xmlns="http://www.tei-c.org/ns/1.0"><text/></TEI>') < 0.5


@pytest.mark.parametrize(
    "line",
    [
        "[Telegram]",
        "[Telegram.—Paraphrase.]",
        "[Telegram—Extract]",
        "[Circular telegram]",
        "[Translation.—Telegram.]",
        "[Cablegram—Translation—Handed to Mr. Orde by Mr. Pree, June 2.]",
        "[By cable telegram.]",
        "[Per telegraph.]",
        "[Telegram.—Received 9.30 a. m. July 16, 1870.]",
        "[Telegram from Mr. Pree to Mr. Orde.]",
        "[Telegraphic.]",
        "763.72/5: Telegram",
        "611.94/2–952:Telegram",
        "740.00119 Control/1–145: Circular telegram",
        "Roosevelt Papers : Telegram",
        "500.A15/–: Telegram (part air)",
    ],
)
def test_marks_a_telegram(line: str) -> None:
    assert is_telegram_mark(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "763.72/5",
        "[Translation.]",
        "[Rest of telegram relates to other matters.]",
        "[Handed to Mr. Orde, August 20, 1900—10.15 a.m.]",
        "[The following was received with a telegram]",
        "No. 14.]",
        "763.72/5: Airgram",
        "[Telegrams not printed]",
    ],
)
def test_marks_no_telegram(line: str) -> None:
    assert not is_telegram_mark(line)


@pytest.mark.parametrize(
    ("title", "telegram"),
    [
        ("12. Telegram From the Embassy in Karst to the Department of State", True),
        ("Circular Telegram From the Department of State to All Posts", True),
        ("Cablegram dated August 19 from the Viceroy", True),
        ("Translation of a cablegram received by Minister Pree", True),
        ("Telegraphic instruction sent to the representatives in Lund", True),
        ("Cable From the Station in Karst to Headquarters", True),
        ("Memorandum in regard to telegram from Mr. Pree", False),
        ("Memorandum in response to a communication of cablegrams", False),
        ("Airgram From the Embassy in Karst to the Department of State", False),
        ("Letter From Mr. Pree Transmitting a Telegram", False),
        ("The Minister in Karst (Cable) to the Secretary of State", False),
        ("Radiotelegraph Convention Signed at Lund", False),
        ("Message From Prime Minister Holm to President Merrow", False),
        ("Intelligence Information Cable", False),
        ("Information Cable From the Station in Karst", False),
        ("20. Summary of Telegrams From the Embassy in Karst", False),
        ("Substance of a telegram from Mr. Pree", True),
        ("Draft Telegram From the Department of State to the Embassy in Karst", True),
        ("7. Joint State-USAID Telegram From the Department of State to All Posts", True),
    ],
)
def test_heading_names_a_telegram(title: str, telegram: bool) -> None:
    assert bool(telegram_basis(HeadRegion(title=title))) is telegram


@pytest.mark.parametrize(
    ("title", "sender", "recipient"),
    [
        ("The Minister in Karst (Sable) to the Secretary of State", "Minister in Karst (Sable)", "Secretary of State"),
        ("Mr. Adams to Mr. Seward.", "Mr. Adams", "Mr. Seward"),
        (
            "7. Telegram From the Mission to the United Nations to the Department of State",
            "Mission to the United Nations",
            "Department of State",
        ),
        (
            "7. Telegram From the Department of State to the Mission to the United Nations",
            "Department of State",
            "Mission to the United Nations",
        ),
        ("The Commission to Negotiate Peace to President Wilson", "Commission to Negotiate Peace", "President Wilson"),
        ("Memorandum by the Secretary of State", "Secretary of State", ""),
        ("Agreement Relating to Silks", "", ""),
        ("Editorial Note", "", ""),
    ],
)
def test_sender_and_recipient_from_the_heading(title: str, sender: str, recipient: str) -> None:
    given_fields = one(f"<head>{title}</head><p>Text.</p>").given
    assert (given_fields.sender, given_fields.recipient) == (sender, recipient)


def test_number_and_date_within_the_heading() -> None:
    release = one(
        "<head>12. Telegram 1477 From the Embassy in Karst to the Department of State, March 3, 1970, 1234Z</head><p>1. Yes.</p>"
    )
    assert release.kind == "cable"
    assert release.given.fields["telegram_number"] == "1477"
    assert release.given.recipient == "Department of State"


def test_sender_from_the_signature_says_so() -> None:
    release = one("<head>[Untitled]</head><p>Sir: Yes.</p><closer><signed>A. Pree.</signed></closer>")
    assert release.given.sender == "A. Pree."
    assert release.given.fields["sender_by"] == "signature"


def test_a_telegram_known_by_its_form_alone_says_so() -> None:
    known = one(
        "<head>Mr. Pree to Mr. Orde.</head><opener><dateline>Karst, March 3, 1917, 4 p. m.</dateline></opener><p>88. Come.</p>"
    )
    assert known.kind == "cable"
    assert [finding.code for finding in known.findings if finding.code == "kind-inferred"] == ["kind-inferred"]
    marked = one("<head>Telegram From the Embassy in Karst</head><p>88. Come.</p>")
    assert "kind-inferred" not in {finding.code for finding in marked.findings}


def test_telegram_enclosed_in_a_despatch_is_none() -> None:
    release = one(
        "<head>Mr. Pree to Mr. Orde.</head><p rend='flushleft'>No. 7.]</p><p>Sir: I inclose a telegram.</p>"
        "<frus:attachment><note rend='inline' type='source'>[Inclosure.—Telegram.]</note><p>Come.</p></frus:attachment>"
    )
    assert release.kind == "document"
    assert release.given.fields["genre"] == "despatch"
    assert "[Inclosure.—Telegram.]" in release.text


@pytest.mark.parametrize("prefix", ["t:", ""])
def test_any_prefix_and_no_name_space(prefix: str) -> None:
    space = ' xmlns:t="http://www.tei-c.org/ns/1.0"' if prefix else ""
    markup = f'<{prefix}TEI{space} xml:id="frusX"><{prefix}div type="document" xml:id="d1"><{prefix}p>Yes.</{prefix}p></{prefix}div></{prefix}TEI>'
    (release,) = releases(markup)
    assert (release.text, release.given.id) == ("Yes.", "frusX/d1")


def test_nested_document_has_its_own_release() -> None:
    inner = '<div type="document" xml:id="d2"><head>Inner</head><p>Two.</p></div>'
    outer, nested = releases(VOLUME.format(f'<div type="document" xml:id="d1"><p>One.</p>{inner}<p>Three.</p></div>'))
    assert outer.text == "One.\n\nThree."
    assert nested.text == "Two."
    assert [(mark.kind, mark.target) for mark in outer.marks] == [("document", "#d2")]


def test_entities_are_not_expanded() -> None:
    markup = '<!DOCTYPE TEI [<!ENTITY e0 "ha"><!ENTITY e1 "&e0;&e0;">]>' + VOLUME.format(
        '<div type="document"><p>a &e1; b &mdash; c</p></div>'
    )
    record = releases(markup)[0]
    assert record.text == "a &e1; b — c"


def test_entities_that_grow_end_in_a_reject() -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    markup = f'<!DOCTYPE TEI [<!ENTITY e0 "ha">{bomb}]>' + VOLUME.format('<div type="document"><p>a &e11; b</p></div>')
    record, reject = read(markup)
    assert isinstance(record, Release)
    assert len(record.text) < 20
    assert isinstance(reject, Reject)


def test_entities_in_attributes_cannot_grow() -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    markup = f'<!DOCTYPE TEI [<!ENTITY e0 "ha">{bomb}]>' + VOLUME.format(
        '<div type="document" n="&e11;"><p>a</p></div>'
    )
    assert isinstance(read(markup)[-1], Reject)


def test_external_entities_and_inclusions_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret", encoding="utf-8")
    markup = f'<!DOCTYPE TEI [<!ENTITY x SYSTEM "{secret.as_uri()}">]>' + VOLUME.format(
        '<div type="document"><p>a &x; b<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" '
        f'href="{secret.as_uri()}" parse="text"/></p></div>'
    )
    assert "secret" not in "".join(release.text for release in releases(markup))


def test_deep_nesting_ends_in_a_reject_and_keeps_what_came_before() -> None:
    markup = VOLUME.format(
        '<div type="document" xml:id="d1"><p>Kept.</p></div><div type="document"><p>start' + "<hi>" * 5000
    )
    *read_before, reject = read(markup)
    assert isinstance(reject, Reject)
    assert "line 1" in reject.reason
    assert isinstance(read_before[0], Release)
    assert read_before[0].text == "Kept."


@pytest.mark.parametrize(
    "tags", [("<hi>", "</hi>"), ("<note n='1'>a", "</note>"), ("<quote rend='blockquote'><p>", "</p></quote>")]
)
def test_nesting_within_the_limit_reads(tags: tuple[str, str]) -> None:
    count = 200 // tags[0].count("<")
    hold(one(f"<p>{tags[0] * count}deep{tags[1] * count}</p>"))


def test_cut_off_file_gives_what_it_holds() -> None:
    whole = (CASES / "volume-1918.xml").read_bytes()
    *kept, reject = read(whole[: whole.index(b"Department has")])
    assert [record.given.id for record in kept if isinstance(record, Release)] == [
        "frus1918Karstv02/d12",
        "frus1918Karstv02/d13",
    ]
    assert isinstance(reject, Reject)


def test_limit_of_the_container_is_a_reject() -> None:
    class Bounded(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise TooLarge("more than the limit")
            return super().read(64)

    content = VOLUME.format('<div type="document"><p>x</p></div>').encode()
    records = list(FORM.read(Input(Origin("x"), content, lambda: Bounded(content))))
    assert isinstance(records[-1], Reject)


def test_unreadable_dates_are_findings() -> None:
    release = one("<dateline><placeName>Lund</placeName>, <date when='1918-13-40'>May 1</date></dateline><p>x</p>")
    assert release.given.date == ""
    assert [finding.code for finding in release.findings] == ["field-unreadable"]


# Words of the mark-up, so that random documents are rich in what the reader knows.
_PIECES = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<head>",
            "</head>",
            "<note n='1'>",
            "<note type='source' rend='inline'>",
            "</note>",
            "<lb/>",
            "<pb n='3'/>",
        ),
        *(
            "<div type='document' xml:id='d9'>",
            "</div>",
            "<table><row><cell>",
            "</cell><cell>",
            "</cell></row></table>",
        ),
        *(
            "<list>",
            "</list>",
            "<label>1</label>",
            "<item>",
            "</item>",
            "<ref target='#d1'>",
            "</ref>",
            "<persName type='from'>",
            "</persName>",
        ),
        *(
            "<opener>",
            "</opener>",
            "<dateline>",
            "</dateline>",
            "<date when='1900-01-32'>",
            "<date when='1901-02'>",
            "</date>",
            "<signed>",
            "</signed>",
        ),
        *(
            "[Telegram]",
            ": Telegram",
            "[1 line not declassified]",
            "No. 7.]",
            " to the ",
            "From the ",
            "\n \t",
            "&amp;",
            "&eacute;",
            "&",
            "<",
            "é",
            "x",
        ),
        *(
            "<frus:attachment>",
            "</frus:attachment>",
            "<gap/>",
            "<seg type='margin'>",
            "</seg>",
            "<choice><sic>a</sic><corr>b</corr></choice>",
        ),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES | st.text(max_size=5), max_size=60))
def test_any_markup_reads_and_its_spans_hold(pieces: list[str]) -> None:
    markup = VOLUME.format('<div type="document" xml:id="d1">' + "".join(pieces) + "</div>").encode("utf-8", "replace")
    first = read(markup)
    assert first == read(markup)
    for record in first:
        if isinstance(record, Release):
            hold(record)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes(content: bytes) -> None:
    assert 0 <= FORM.recognise(content) <= 1
    for record in read(content):
        if isinstance(record, Release):
            hold(record)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_damage_to_a_volume(data: st.DataObject) -> None:
    content = bytearray(
        (CASES / data.draw(st.sampled_from(["volume-1861.xml", "volume-1918.xml", "volume-1977.xml"]))).read_bytes()
    )
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=6))
    for record in read(bytes(content)):
        if isinstance(record, Release):
            hold(record)
