"""PDF: what is on the pages, read back by another library; that no text steers its own setting; the command."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from archive.building import despatch, kept, telegram
from cable.strategies import telegrams
from cli.page import EXTRACT
from publish.reading_pdf import bookmarks, fonts, in_order, links, opened, roles, squashed, strays, text_of, where
from reftel.archive import Archive, ingest, open_archive
from reftel.cable import Cable
from reftel.cable.reflow import reflow
from reftel.cli.app import app
from reftel.errors import MissingExtra
from reftel.finding import Span
from reftel.publish.pdf import Style, pdf_of, printed, volumes
from reftel.publish.pdf.compiling import FAMILIES
from reftel.publish.pdf.legible import numbered, safe
from reftel.publish.pdf.marking import letter
from reftel.release import Mark, Note, Release
from reftel.search import following

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
# The compiler gives its fonts these names in a file.
NAMES = tuple(family.replace(" ", "") for family in (*FAMILIES, "NewCMMath", "NewCM"))


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    place = tmp_path_factory.mktemp("pdf") / "demo"
    with open_archive(place, create=True) as archive:
        ingest(archive, [SAMPLES], jobs=0)
        with following(archive):
            pass  # what stands open here is the one writer: a command could not make the index
        yield archive


def one_of(archive: Archive, name: str) -> bytes:
    return pdf_of(archive, printed(archive, name))


def body_of(cable: Cable) -> str:
    breaks = tuple(found.span for found in cable.breaks if found.span)
    return " ".join(reflow(cable.text, block.content, breaks).text for block in cable.blocks)


def made_of(tmp_path: Path, *releases: Release, style: Style = Style()) -> bytes:  # noqa: B008 - frozen
    with kept(tmp_path / "a", *releases) as archive:
        return pdf_of(archive, list(archive), style)


def test_a_cable_has_its_head_in_words_and_all_that_stands_behind_it(samples: Archive) -> None:
    text = text_of(one_of(samples, "07MARENGO212"))
    wanted = (
        "CONFIDENTIAL 07MARENGO212 THE PRIME MINISTER CAN ADD From AMEMBASSY MARENGO To SECSTATE WASHDC immediate "
        "Sent 16 March 2007, 17:42 UTC Precedence Immediate for action, priority for information Declassification "
        "Executive Order 12958, on 16 March 2017 TAGS PBTS References 07STATE31877 1. (C) Summary Prime Minister told the "
        "Ambassador An Office With a Puddle 2. (C) 9. (U) LINDGREN References 07STATE31877 Cited by 07MARENGO305, 25 April "
        "2007 Damage and doubts Codes and abbreviations EFIS Commercial fishing and fish processing Source Cite as"
    )
    assert in_order(wanted, text) == []


def test_every_word_of_every_sample_stands_on_its_pages_in_order(samples: Archive) -> None:
    for stored in samples:
        made = text_of(pdf_of(samples, [stored]))
        record = stored.record
        wanted = body_of(record) if isinstance(record, Cable) else record.text.replace(" | ", " ")
        assert in_order(safe(wanted), made) == [], stored.facts.id


def test_words_broken_at_a_line_end_are_joined_and_compounds_keep_their_hyphen(tmp_path: Path) -> None:
    text = text_of(made_of(tmp_path, EXTRACT))
    assert "pro-government Liter" in text
    assert "Subject lost" in text
    assert "a caption is lost" in text
    assert "all they have in" in text


def test_where_a_section_begins_is_told_in_brackets(samples: Archive) -> None:
    text = text_of(one_of(samples, "07MARENGO212")).replace("\u00a0", " ")
    assert "[section 2 of 2] paid. Foreign Minister" in text


def test_the_file_is_tagged_and_says_what_it_is(samples: Archive) -> None:
    made = one_of(samples, "07MARENGO212")
    read = opened(made)
    root: Any = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - an object of the file
    assert root["/Lang"] == "en"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert read.metadata is not None
    assert str(read.metadata.title).startswith("07MARENGO212 THE PRIME MINISTER")
    assert {"H1", "H2", "P", "L", "LI", "Lbl", "LBody", "Link"} <= roles(made)


def test_the_same_records_give_the_same_bytes(samples: Archive) -> None:
    found = [*printed(samples, "07MARENGO212"), *printed(samples, "07STATE31877")]
    assert pdf_of(samples, found) == pdf_of(samples, found)


def test_no_font_is_of_the_system(samples: Archive) -> None:
    used = fonts(pdf_of(samples, "harbour"))
    assert used
    assert all(font.startswith(NAMES) for font in used), used


def test_a_selection_has_contents_bookmarks_and_links_between_its_records(samples: Archive) -> None:
    found = [*printed(samples, "07MARENGO212"), *printed(samples, "07STATE31877"), *printed(samples, "06MARENGO588")]
    made = pdf_of(samples, found, Style(title="Basin Four"))
    assert [mark.split()[0] for mark in bookmarks(made)] == ["07MARENGO212", "07STATE31877", "06MARENGO588"]
    text = text_of(made)
    assert in_order("Basin Four 3 telegrams to 16 March 2007 THE PRIME MINISTER CAN ADD", text) == []
    assert "07STATE31877, page 5." in text
    assert links(made) > len(found)
    assert {"TOC", "TOCI"} <= roles(made)


def test_a_large_file_is_set_in_parts_and_is_one(samples: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("07MARENGO212", "07STATE31877", "06MARENGO588", "07MARENGO118", "05DOLUNAY377")
    found = [one for name in names for one in printed(samples, name)]
    whole = pdf_of(samples, found, Style(title="Basin Four"))
    monkeypatch.setattr("reftel.publish.pdf.edition.TOGETHER", 2)
    made = pdf_of(samples, found, Style(title="Basin Four"))
    assert bookmarks(made) == bookmarks(whole)
    assert len(opened(made).pages) == len(opened(whole).pages)
    assert [where(made, mark) for mark in bookmarks(made)] == [where(whole, mark) for mark in bookmarks(whole)]
    assert links(made) > len(found)
    assert roles(made) >= roles(whole) - {"TOC", "TOCI", "Reference"}
    assert strays(made) == strays(whole) == []
    text = text_of(made)
    for one in found:
        words = body_of(one.record) if isinstance(one.record, Cable) else one.record.text
        assert in_order(words, text) == []
    assert "07STATE31877, page 5." in text  # in the same part
    assert "07MARENGO118, further on in this file." in text
    assert "07MARENGO212, page 2" in text  # in a part before
    read = opened(made)
    root: Any = read.trailer["/Root"]
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert read.metadata is not None
    assert read.metadata.title == "Basin Four"
    assert pdf_of(samples, found, Style(title="Basin Four")) == made


def test_a_query_finds_what_is_set(samples: Archive) -> None:
    made = pdf_of(samples, '"leaf 37" post:marengo')
    assert len(bookmarks(made)) > 2
    assert "Nothing was found." in text_of(pdf_of(samples, "nobodysaidthis"))


def test_what_is_withheld_and_shown_elsewhere_is_told(samples: Archive) -> None:
    text = text_of(one_of(samples, "06VESZTALY418"))
    assert "In paragraph 3 (C), 2 words withheld here are shown in" in text
    assert "“Ilona Vederi”" in text
    assert "It is the one printed here." in text


def test_a_record_is_printed_by_its_fullest_release_or_by_all(samples: Archive) -> None:
    (fullest,) = printed(samples, "06VESZTALY418")
    every = printed(samples, "06VESZTALY418", every_release=True)
    assert len(every) > 2
    assert len(fullest.release.text) == max(len(one.release.text) for one in every)


def test_notes_of_an_editor_stand_at_the_foot_of_the_page(tmp_path: Path) -> None:
    release = despatch("d7", "a fire on the quay")
    at = release.text.index(" a fire")
    notes = (
        Note("source", "File No. 711.", at=0),
        Note("footnote", "Not printed.", label="37", at=at),
        Note("footnote", "Seen by nobody.", label="38", at=len(release.text)),
    )
    marks = (Mark("page", Span(at, at), "112"),)
    text = text_of(made_of(tmp_path, msgspec.structs.replace(release, notes=notes, marks=marks))).replace("\u00a0", " ")
    assert in_order("2 March 1911 Despatch report [p. 112] a fire on the quay.38", text) == []
    assert "report37" in text
    assert in_order("† File No. 711. 37 Not printed. 38 Seen by nobody.", text) == []


def test_papers_of_a_volume_lead_to_each_other(samples: Archive) -> None:
    found = [*printed(samples, "harbour-papers-1912/d4"), *printed(samples, "harbour-papers-1912/d5")]
    made = pdf_of(samples, found)
    text = text_of(made)
    assert (
        in_order("References harbour-papers-1912/d5, page 3. Written “my despatch No. 88”; in the archive;", text) == []
    )
    assert in_order("Document harbour-papers-1912/d5 Cited by harbour-papers-1912/d4, page 2,", text) == []


def test_an_incident_has_its_place_and_its_casualties(samples: Archive) -> None:
    (hurt,) = [one for one in samples if one.facts.id.startswith("A5BF4940")]
    text = text_of(pdf_of(samples, [hurt]))
    assert (
        in_order("SECRET Occurred 27 May 2006, 02:20 Place 48.6415° S, 123.4278° W Wounded Killed Friendly 1 0", text)
        == []
    )
    assert "TH" in roles(pdf_of(samples, [hurt]))


def test_no_folder_of_the_maker_is_told(samples: Archive) -> None:
    (stored,) = printed(samples, "07MARENGO212")
    assert stored.release.origin.file.startswith("/")
    assert str(SAMPLES.parent) not in text_of(pdf_of(samples, [stored]))


HOSTILE = {
    "code": '#panic("x") #import "@preview/x:1.0.0": * #read("/etc/passwd") #sys.inputs #{1/0} $x^2$',
    "mark-up": "*strong* _em_ `raw` ```raw``` = Head <label> @ref // gone /* gone */ \\ ~ -- --- ... [b] {c} 'q' \"q\"",
    "json": '"}], "sheets": [], {"text": "\\u0041 \\\\" </script>',
    "links": "https://example.org/x?y=1&z=2 mailto:a@b.c",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_looks_like_a_program_is_set_as_text(name: str, tmp_path: Path) -> None:
    words = HOSTILE[name]
    made = made_of(tmp_path, telegram(3, words="HARBOUR", body=words))
    assert in_order(words, text_of(made)) == []
    links(made)  # none leads outside


STRANGE = {
    "control": "a\x00b\x01c\x1b[31md\x7fe\x85f",
    "halves": "left \ud800 right \udfff",
    "direction": "\u202egnorw\u202c \u2066in\u2069",
    "hebrew": "\u05e9\u05dc\u05d5\u05dd",
    "arabic": "\u0645\u0631\u062d\u0628\u0627",
    "han": "\u4e2d\u6587 \u65e5\u672c\u8a9e",
    "joined": "e\u0301a\u0327\u0301\u0300\u05d0\u0e31\u0915\u094d\u0937",
    "beyond": "\U0001f600 \U000e0001 \ufffe \uffff \ue000",
    "long": "W" * 4000,
    "wide": "\n".join(["  | " + "x  " * 90] * 4),
}


@pytest.mark.parametrize("name", STRANGE)
def test_strange_characters_do_no_harm(name: str, tmp_path: Path) -> None:
    release = telegram(3, words=STRANGE[name], body=STRANGE[name])
    release = msgspec.structs.replace(release, title=STRANGE[name], publisher=STRANGE[name])
    text = text_of(made_of(tmp_path, release, style=Style(title=STRANGE[name])))
    assert in_order("2. Vessel 3 paid them under protest. THORNBURY", text) == []


def test_what_no_font_has_is_shown_by_its_number(tmp_path: Path) -> None:
    text = text_of(made_of(tmp_path, telegram(3, body="So \u4e2d\u6587 it is.")))
    assert "So [U+4E2D U+6587] it is." in text
    assert numbered(["a\u4e2db"], frozenset("\u4e2d")) == ["a[U+4E2D]b"]


def test_a_word_without_end_stays_on_the_page(tmp_path: Path) -> None:
    made = made_of(tmp_path, telegram(3, body="W" * 4000))
    for page in opened(made).pages:
        right = float(page.mediabox.right)
        seen: list[float] = []

        def note(text: str, cm: Any, tm: list[float], font: Any, size: float, seen: list[float] = seen) -> None:
            seen.append(tm[4])

        page.extract_text(visitor_text=note)
        assert max(seen) < right
    assert text_of(made).replace(" ", "").count("W") >= 4000


def test_findings_are_called_by_letters() -> None:
    assert [letter(at) for at in (0, 25, 26, 27, 701, 702)] == ["a", "z", "aa", "ab", "zz", "aaa"]


words = st.lists(
    st.text(
        st.characters(min_codepoint=0x21, max_codepoint=0x17E, exclude_categories=["Cc", "Cf", "Zs"]),
        min_size=1,
        max_size=20,
    ),
    min_size=1,
    max_size=60,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words)
def test_any_words_are_read_back_in_their_order(tmp_path_factory: pytest.TempPathFactory, found: list[str]) -> None:
    release = telegram(3, body="")
    document = msgspec.structs.replace(despatch("d1", "it"), text=f"Begin {' '.join(found)} end.")
    text = text_of(made_of(tmp_path_factory.mktemp("any"), release, document))
    assert squashed(f"Begin{''.join(found)}end.") in squashed(text)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(telegrams(), st.text(max_size=60))
@example("SECTION 01 OF 03\npro-\n", "")
@example("\xad\n", "")
def test_any_text_is_set(tmp_path_factory: pytest.TempPathFactory, text: str, title: str) -> None:
    release = msgspec.structs.replace(telegram(3), text=text, title=title)
    made = made_of(tmp_path_factory.mktemp("any"), release, style=Style(title=title))
    shown = text_of(made)
    # A text that ends with a hyphen takes the next word to itself when it is read back.
    assert "Source" in shown
    assert in_order("Address SHA-256 Cite as", shown) == []


def test_volumes_hold_no_more_than_was_asked_for(tmp_path: Path) -> None:
    told: list[int] = []
    with kept(tmp_path / "a", *(telegram(number) for number in range(1, 6))) as archive:
        found = list(volumes(archive, archive, size=2, progress=told.append))
    assert [(one.number, one.records) for one in found] == [(1, 2), (2, 2), (3, 1)]
    assert told == [1, 2, 3, 4, 5]
    assert [len(bookmarks(one.pdf)) for one in found[:2]] == [2, 2]


def test_without_the_compiler_one_sentence_says_what_to_do(samples: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(MissingExtra, match=r"pip install 'reftel\[pdf\]'"):
        pdf_of(samples, printed(samples, "07MARENGO9"))


def run(*arguments: str) -> tuple[int, bytes, str]:
    result = CliRunner().invoke(app, ["pdf", *arguments], env={"REFTEL_ARCHIVE": ""})
    return result.exit_code, result.stdout_bytes, result.stderr


def test_the_command_writes_a_file_or_standard_output(samples: Archive, tmp_path: Path) -> None:
    place, out = ["--archive", str(samples.path)], tmp_path / "one.pdf"
    code, printed_, said = run("07 Marengo 212", *place, "--out", str(out))
    assert (code, printed_) == (0, b"")
    assert said == f"1 record set in {out}\n"
    code, printed_, said = run("07 Marengo 212", *place)
    assert (code, printed_, said) == (0, out.read_bytes(), "")


def test_the_command_sets_a_search_in_volumes(samples: Archive, tmp_path: Path) -> None:
    place, out = ["--archive", str(samples.path)], tmp_path / "h.pdf"
    code, _, said = run("--search", "basin", "--volume", "4", "--out", str(out), *place)
    assert code == 0
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names[:2] == ["h-1.pdf", "h-2.pdf"]
    assert said.count("set in") == len(names)
    assert run("--search", "basin", "--volume", "4", *place)[0] == 2


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "either IDs or --search"),
        (("07MARENGO9", "--search", "x"), 2, "either IDs or --search"),
        (("99NOWHERE1",), 2, "no record is known as 99NOWHERE1"),
        (("--search", "nobodysaidthis"), 1, "nothing was found"),
        (("07MARENGO9", "--paper", "b5"), 2, "'b5' is no paper"),
        (("07MARENGO9", "--fonts", "nowhere"), 2, "nowhere: there is no folder of fonts here"),
    ],
)
def test_the_command_says_what_is_wrong(samples: Archive, arguments: tuple[str, ...], code: int, words: str) -> None:
    found, printed_, said = run(*arguments, "--archive", str(samples.path))
    assert (found, printed_) == (code, b"")
    assert words in said
