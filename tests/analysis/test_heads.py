"""Who headed a post: told by signatures of the weeks around a day, with the doubt said, and never made up."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from archive.building import telegram
from reftel.analysis.heads import head_at, signers
from reftel.archive import Archive, make_entry, open_archive
from reftel.errors import ArchiveError
from reftel.handbook import chiefs, chiefs_on
from reftel.release import Release


def signed(number: int, name: str, day: str, by: str = "") -> Release:
    one = telegram(number)
    text = one.text.replace("THORNBURY", name)
    text = text.replace("1. (U) SUMMARY", f"{by}\n\n1. (U) SUMMARY") if by else text
    return msgspec.structs.replace(one, text=text, given=msgspec.structs.replace(one.given, date=f"{day}T10:00:00"))


def archived(path: Path, *releases: Release) -> Archive:
    archive = open_archive(path, create=True)
    archive.keep([make_entry(one) for one in releases])
    return archive


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    line = "Classified By: Ambassador Ruth Thornbury for reasons 1.4 (b) and (d)."
    other = "Classified By: DCM Paul Okafor for reason 1.4 (b)."
    return archived(
        tmp_path / "a",
        *(signed(number, "THORNBURY", f"1987-03-{number + 1:02d}", line if number % 2 else other) for number in range(1, 13)),
        *(signed(number, "OKAFOR", f"1987-03-{number:02d}") for number in range(20, 23)),
        *(signed(number, "OKAFOR", f"1987-08-{number - 20:02d}") for number in range(31, 36)),
        signed(50, "VANCE", "1988-01-02"),
        signed(51, "VANCE", "1988-01-03"),
    )  # fmt: skip


def test_who_signs_most_of_those_weeks_heads_the_post(archive: Archive) -> None:
    found = head_at(archive, "PARIS", "1987-03-10")
    assert found is not None
    assert (found.name, found.rank, found.count, found.signed) == ("THORNBURY", "Ambassador", 12, 15)
    assert (found.first, found.last, found.others) == ("1987-03-02", "1987-03-13", ("OKAFOR",))
    assert found.confidence == pytest.approx(0.8)


def test_where_few_are_here_less_is_sure_and_no_rank_is_made_up(archive: Archive) -> None:
    found = head_at(archive, "PARIS", "1987-08-20")
    assert found is not None
    assert (found.name, found.rank, found.count) == ("OKAFOR", "", 5)
    assert found.confidence < 0.9


@pytest.mark.parametrize(
    ("post", "day"),
    [("PARIS", "1988-01-02"), ("PARIS", "1986-01-01"), ("LONDON", "1987-03-10"), ("PARIS", ""), ("PARIS", "1987"), ("PARIS", "9999-12-31")],
)  # fmt: skip
def test_where_too_little_is_here_nothing_is_said(archive: Archive, post: str, day: str) -> None:
    assert head_at(archive, post, day) is None


def test_signers_stand_in_the_order_of_time(archive: Archive) -> None:
    found = signers(archive, "PARIS")
    assert [(one.name, one.count, one.first, one.last) for one in found] == [
        ("THORNBURY", 12, "1987-03-02", "1987-03-13"),
        ("OKAFOR", 8, "1987-03-20", "1987-08-15"),
        ("VANCE", 2, "1988-01-02", "1988-01-03"),
    ]


def test_the_list_of_chiefs_is_in_order() -> None:
    assert len(chiefs()) > 150
    for country, ones in chiefs().items():
        assert len(country) == 2
        assert [one.since for one in ones] == sorted(one.since for one in ones)
        for one in ones:
            assert one.name
            assert one.surname in one.name
            assert one.rank in {"ambassador", "minister", "chargé", "principal officer"}
            assert not one.until or one.since[: len(one.until)] <= one.until, one


@pytest.mark.parametrize(
    ("country", "day", "surnames"),
    [("KZ", "2005-12-15", ["Ordway"]), ("KZ", "2004-08-01", []), ("GB", "2007-03-06", ["Tuttle"]), ("XX", "2007-03-06", [])],
)  # fmt: skip
def test_a_chief_is_found_by_day(country: str, day: str, surnames: list[str]) -> None:
    assert [one.surname for one in chiefs_on(country, day)] == surnames


def test_an_index_whose_values_are_lost_says_what_mends_it(archive: Archive) -> None:
    assert signers(archive, "PARIS")
    (values,) = (archive.path / "index").rglob("values.jsonl")
    values.write_bytes(b"")
    with open_archive(archive.path) as again, pytest.raises(ArchiveError, match="check --repair"):
        signers(again, "PARIS")
