"""Plain text of telegrams, one or many a file, and pages of mirrors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import shared_data
from reftel.cable import Cable
from reftel.record import read_record
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
