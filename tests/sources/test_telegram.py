"""Plain text of telegrams, one or many a file, and pages of mirrors."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import shared_data
from reftel.cable import Cable
from reftel.record import read_record
from reftel.sources.telegram import FORM, part
from sources.reading import SAMPLES, met, releases, walked


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("1966-1967-short-telegrams.txt", ["66MARENGO118", "66MARENGO121", "67STATE88412"]),
        ("1974-exchange-of-notes.txt", ["74MARENGO2088", "74STATE131206", "74SAINTOUEN640"]),
        ("2006-avian-influenza-tasking.txt", ["06STATE30518", "06KAPSTRA22"]),
        ("2006-basin-four-advocacy.txt", ["06STATE8812", "06MARENGO41"]),
        ("06VESZTALY790.txt", ["06VESZTALY790"]),
        ("77MARENGO1450.txt", ["77MARENGO1450"]),
    ],
)
def test_a_file_is_parted_where_telegrams_begin_and_nowhere_else(name: str, numbers: list[str]) -> None:
    found, rejected = walked(SAMPLES / "telegrams" / name)
    assert not rejected
    cables = [record for release in found if isinstance(record := read_record(release), Cable)]
    assert [cable.id.value for cable in cables if cable.id] == numbers


def test_a_telegram_that_another_repeats_does_not_part_it() -> None:
    text = (
        "R 010101Z JAN 75\nFM SECSTATE WASHDC\nTO AMEMBASSY ROME\n\nUNCLAS STATE 000123\n\n1. FOLLOWING REPEATED QUOTE\n"
        "R 311200Z DEC 74\nFM AMEMBASSY BONN\nTO SECSTATE WASHDC\n\nUNCLAS BONN 20999\n\n1. TEXT. UNQUOTE\n\nKISSINGER\n"
    )
    assert len(releases(text.encode())) == 1


SECTION = (
    "VZCZCXYZ000{n}\nRR RUEHC\nDE RUEHQM #0212/0{n} 0501200\nZNR UUUUU ZZH\nR 191200Z FEB 07\nFM AMEMBASSY MARENGO\n"
    "TO RUEHC/SECSTATE WASHDC\n\nUNCLAS SECTION 0{n} OF 02 MARENGO 000212\n\nSIPDIS\n\n{n}. RAIN.\n\n"
)
SHORT = "UNCLAS {where}\n\n1. RAIN.\n\nNNNN\n\n"


def test_sections_with_headers_of_their_own_stay_one_telegram() -> None:
    assert len(releases((SECTION.format(n=1) + SECTION.format(n=2)).encode())) == 1
    other = SECTION.format(n=2).replace("000212", "000213")
    assert len(releases((SECTION.format(n=1) + other).encode())) == 2


def test_a_short_form_begins_behind_an_end_with_a_new_number_only() -> None:
    new = SHORT.format(where="MARENGO 000212") + SHORT.format(where="MARENGO 000213")
    assert [one.text[:22] for one in releases(new.encode())] == ["UNCLAS MARENGO 000212\n", "UNCLAS MARENGO 000213\n"]
    same = SHORT.format(where="SECTION 01 OF 02 MARENGO 000212") + SHORT.format(where="SECTION 02 OF 02 MARENGO 212")
    assert len(releases(same.encode())) == 1


def test_parting_takes_time_in_proportion() -> None:
    one = (
        "R 141710Z JUN 66\nFM AMEMBASSY MARENGO\nTO SECSTATE\n\nUNCLAS MARENGO 0118\n\n"
        + "1. RAIN.\n" * 200
        + "NNNN\n\n"
    )
    text = one * 3000
    began = perf_counter()
    assert len(list(part(text))) == 3000
    assert perf_counter() - began < 5


def test_repairs_are_placed_in_the_telegram_they_stand_in() -> None:
    text = SHORT.format(where="MARENGO 000212") + SHORT.format(where="MARENGO 000213").replace("RAIN", "KorÃ³dy")
    first, second = releases(text.encode())
    assert first.findings == ()
    (finding,) = second.findings
    assert finding.span is not None
    assert finding.span.of(second.text) == "ó"


def test_the_file_s_name_is_the_number_where_the_text_has_none() -> None:
    found, rejected = walked(shared_data("cfpf_bodies"))
    assert (len(found), rejected) == (180, [])
    assert all(release.given.id for release in found)


def test_every_complete_telegram_is_read() -> None:
    found, rejected = walked(shared_data("telegrams"))
    assert not rejected
    assert sum(release.form == "telegram" for release in found) == 9


@pytest.mark.parametrize("name", ["05DOLUNAY377.txt", "06VESZTALY418.html", "07SAINTOUEN230.html"])
def test_a_mirror_s_page_begins_at_the_cable(name: str) -> None:
    (release,), _ = walked(SAMPLES / "mirror" / name)
    assert release.form == "mirror-page"
    assert release.text.lstrip().startswith(("UNCLAS", "C O N F"))
    assert release.given.date
    assert release.given.origin.startswith("Embassy")
    assert (release.given.title == "") == (name == "05DOLUNAY377.txt")


def test_scrambled_words_are_restored_and_said() -> None:
    (release,), _ = walked(SAMPLES / "telegrams" / "06VESZTALY602.txt")
    assert "Vesztály Opera" in release.text
    assert "Brigade’s" in release.text
    assert "“It has presence,”" in release.text
    (finding,) = release.findings
    assert finding.code == "encoding-repaired"
    assert finding.span is not None
    assert finding.span.of(release.text) == "á"


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_read_or_rejected(data: bytes) -> None:
    for form in ("", "telegram", "cablegate-csv", "cablegate-html", "mirror-page", "war-diary-csv", "plusd-page"):
        for one in met(data, form):
            assert "the reader failed" not in getattr(one, "reason", "")


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"{word}-{number}" for number in range(60) for word in ("NATO", "USEC")),
        "code,post,country\n" + "".join(f"RUEHM{n},AMERICAN EMBASSY MARENGO CITY,LAND OF {n}\n" for n in range(40)),
        "% Places of the events by day\n" + "".join(f"{60 + n / 7:.4f}, {31 + n / 9:.4f}, {n}\n" for n in range(60)),
    ],
    ids=["a list of words", "a table in capitals", "a table of numbers"],
)
def test_what_has_no_sentences_is_no_telegram(text: str) -> None:
    assert FORM.recognise(text.encode()) == 0


def test_a_bare_body_is_a_telegram() -> None:
    body = "MINISTER TOLD CHARGE THAT HARBOUR, WHICH IS SHALLOW, WOULD BE DREDGED.\nHE HAD NO MONEY FOR IT AND ASKED WHO HAD.\n"
    assert FORM.recognise((body * 4).encode()) > 0
