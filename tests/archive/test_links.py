"""References followed both ways, cables that are cited and not here, and how complete a post's year is."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from archive.building import kept, telegram
from reftel.archive.gaps import coverage, estimated, ghost, ghosts
from reftel.archive.links import cited_by, references_of
from reftel.archive.weighing import Asked
from reftel.cli.app import app
from reftel.release import Release


def citing(number: int, day: str, *references: str, post: str = "PARIS") -> Release:
    """A telegram of `day` that has these entries in its REF block."""
    release = telegram(number, post=post)
    block = "REF: " + "\n     ".join(f"{chr(65 + at)}. {one}" for at, one in enumerate(references)) + "\n"
    head, tags, rest = release.text.partition("TAGS:")
    given_ = msgspec.structs.replace(
        release.given, id=f"{day[2:4]}{post}{number}", date=f"{day}T10:00:00", origin=f"Embassy {post.title()}"
    )
    return msgspec.structs.replace(release, text=f"{head}{block if references else ''}{tags}{rest}", given=given_)


def sent(number: int, day: str, post: str = "PARIS") -> Release:
    return citing(number, day, post=post)


def test_a_january_cable_that_cites_december_is_followed_into_the_year_before(tmp_path: Path) -> None:
    december, january = sent(900, "1986-12-28", "LIMA"), citing(3, "1987-01-04", "LIMA 900")
    with kept(tmp_path / "a", december, january, sent(5, "1987-01-03", "LIMA")) as archive:
        (link,) = references_of(archive, "87PARIS3")
        assert link.target == "86LIMA900"
        assert link.likely[0].here
        assert [one.citing for one in cited_by(archive, "86 Lima 900")] == ["87PARIS3"]
        assert cited_by(archive, "87LIMA900") == ()


def test_the_number_of_the_same_year_is_believed_where_higher_ones_had_been_sent(tmp_path: Path) -> None:
    with kept(tmp_path / "a", sent(20, "1987-02-01", "LIMA"), citing(9, "1987-02-03", "LIMA 12")) as archive:
        (link,) = references_of(archive, "87PARIS9")
    assert link.target == "87LIMA12"
    assert "87LIMA20" in link.likely[0].reason
    assert not link.likely[0].here


def test_a_number_that_was_sent_later_is_not_what_is_cited(tmp_path: Path) -> None:
    later, last_year = sent(50, "1987-06-01", "LIMA"), sent(50, "1986-03-01", "LIMA")
    with kept(tmp_path / "a", later, last_year, citing(9, "1987-02-03", "LIMA 50")) as archive:
        (link,) = references_of(archive, "87PARIS9")
    assert link.target == "86LIMA50"
    assert {one.id: one.confidence < 0.1 for one in link.likely}["87LIMA50"]


def test_a_year_that_is_given_is_not_doubted(tmp_path: Path) -> None:
    with kept(tmp_path / "a", citing(9, "1987-02-03", "85 LIMA 77", "SMITH-JONES E-MAIL OF FEBRUARY 1")) as archive:
        cable, mail = references_of(archive, "87PARIS9")
    assert (cable.target, cable.year_given) == ("85LIMA77", True)
    assert (mail.kind, mail.target) == ("email", "")


def test_a_cable_that_is_cited_and_not_here_is_a_ghost_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    with kept(
        tmp_path / "a",
        sent(10, "1987-03-01", "LIMA"),
        sent(30, "1987-03-20", "LIMA"),
        citing(9, "1987-03-15", 'LIMA 21 "THE CRANE IS GONE"'),
        citing(11, "1987-04-02", "87 LIMA 21", "87 LIMA 10"),
    ) as archive:
        (found,) = ghosts(archive)
        assert ghost(archive, "Lima 21") is None
        assert ghost(archive, "87LIMA10") is None
        assert ghost(archive, "87 Lima 021") == found
    assert found.id == "87LIMA21"
    assert [link.citing for link in found.cited_by] == ["87PARIS9", "87PARIS11"]
    assert found.titles == ("THE CRANE IS GONE",)
    assert found.after is not None
    assert found.before is not None
    assert (found.after.id, found.before.id, found.until) == ("87LIMA10", "87LIMA30", "1987-03-15")


def test_a_cable_of_another_year_than_was_read_is_a_ghost_too(tmp_path: Path) -> None:
    # Number 50 of 1987 is here, but was sent in June; the one cited in February is that of 1986.
    with kept(tmp_path / "a", sent(50, "1987-06-01", "LIMA"), citing(9, "1987-02-03", "LIMA 50")) as archive:
        assert [one.id for one in ghosts(archive)] == ["86LIMA50"]


def test_coverage_estimates_how_many_were_sent(tmp_path: Path) -> None:
    with kept(tmp_path / "a", *(sent(number, "1987-05-05") for number in (4, 9, 17, 60))) as archive:
        (found,) = coverage(archive, post="PARIS", year=1987)
        assert list(coverage(archive, post="LIMA")) == []
    assert (found.here, found.highest, found.estimate, found.low) == (4, 60, 74, 60)
    assert 74 < found.high < 200


def test_a_garbled_number_does_not_carry_the_estimate_away() -> None:
    found = estimated("PARIS", 1987, [10, 20, 30, 40, 50, 99_999])
    assert (found.highest, found.garbled, found.here) == (50, 1, 6)


@given(st.sets(st.integers(1, 9_999_999), min_size=1, max_size=40))
def test_the_estimate_stands_between_its_bounds(serials: set[int]) -> None:
    found = estimated("PARIS", 1987, sorted(serials))
    assert found.highest == found.low <= found.estimate <= found.high


def test_neighbours_are_of_the_same_post_and_year(tmp_path: Path) -> None:
    with kept(
        tmp_path / "a", sent(10, "1987-03-01"), sent(90, "1986-03-01"), sent(12, "1987-03-01", "LIMA")
    ) as archive:
        below, above = Asked(archive).around("87PARIS11")
    assert below is not None
    assert (below.id, above) == ("87PARIS10", None)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["references", "87PARIS9"], 0), (["references", "87LIMA21"], 0), (["references", "99NOWHERE1"], 2),
        (["ghosts"], 0), (["ghosts", "87LIMA21"], 0), (["ghosts", "87PARIS9"], 1),
        (["gaps"], 0), (["gaps", "--year", "1950"], 1),
    ],
)  # fmt: skip
def test_the_commands(tmp_path: Path, command: list[str], code: int) -> None:
    with kept(tmp_path / "a", citing(9, "1987-03-15", "LIMA 21")):
        pass
    for extra in ([], ["--json"]):
        done = CliRunner().invoke(app, [*command, *extra, "--archive", str(tmp_path / "a")])
        assert done.exit_code == code, done.output
        if extra and code == 0:
            assert [json.loads(line) for line in done.stdout.splitlines()]
