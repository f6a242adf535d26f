"""Cables that are cited and not here: one pass finds what asking for each would, and each has a likely day and subject."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.building import kept, telegram
from reftel.archive import ingest, open_archive
from reftel.archive.gaps import ghost, ghosts, likely_day
from reftel.archive.weighing import Asked, Fetched, Neighbour
from reftel.cli.app import app
from reftel.release import Release

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def _citing(number: int, reference: str, post: str = "PARIS") -> Release:
    one = telegram(number, post=post)
    head, tags, rest = one.text.partition("TAGS:")
    return msgspec.structs.replace(one, text=f"{head}REF: {reference}\n{tags}{rest}")


@pytest.mark.parametrize(
    ("after", "before", "cited", "likely", "last", "words"),
    [
        ((10, "1987-02-01"), (20, "1987-03-03"), "", "1987-02-16", "1987-03-03", "number 5 of the 10"),
        ((10, "1987-02-01"), (20, "1987-03-03"), "1987-02-08", "1987-02-08", "1987-02-08", "not after 1987-02-08"),
        (None, (30, "1987-01-31"), "", "1987-01-16", "1987-01-31", "from the first day of 1987"),
        ((10, "1987-01-10"), None, "", "1987-01-15", "1987-12-31", "pace of 1 a day"),
        ((10, "1987-12-28"), None, "1988-03-01", "1987-12-31", "1987-12-31", "not after 1987-12-31, the year's end"),
        (None, None, "1987-06-19", "", "1987-06-19", "no other number of its post"),
        (None, None, "1989-06-19", "", "1987-12-31", "the year's end"),
        (None, None, "", "", "1987-12-31", "no other number"),
    ],
)
def test_the_likely_day_lies_between_its_neighbours(
    after: tuple[int, str] | None, before: tuple[int, str] | None, cited: str, likely: str, last: str, words: str
) -> None:
    below, above = (None if one is None else Neighbour(f"87PARIS{one[0]}", *one) for one in (after, before))
    found = likely_day("87PARIS15", below, above, cited)
    assert (found.likely, found.last) == (likely, last)
    assert words in found.reason


DAYS = st.dates(date(1987, 1, 1), date(1987, 12, 31)).map(str)


@given(
    st.none() | st.tuples(st.integers(1, 49), DAYS),
    st.none() | st.tuples(st.integers(51, 99), DAYS),
    DAYS | st.just(""),
)
def test_whatever_the_neighbours_say_the_day_is_in_its_bounds(
    after: tuple[int, str] | None, before: tuple[int, str] | None, cited: str
) -> None:
    below, above = (None if one is None else Neighbour(f"87PARIS{one[0]}", *one) for one in (after, before))
    found = likely_day("87PARIS50", below, above, cited)
    assert found.first <= found.last
    assert found.likely <= found.last
    assert not cited or found.last <= cited


NUMBERS = st.lists(st.integers(1, 12), min_size=1, max_size=6, unique=True)


@settings(deadline=None, max_examples=40)
@given(NUMBERS, st.lists(st.tuples(st.integers(1, 14), st.sampled_from(["", "86 ", "87 "])), min_size=1, max_size=6))
def test_one_pass_finds_what_asking_for_each_finds(
    tmp_path_factory: pytest.TempPathFactory, here: list[int], cited: list[tuple[int, str]]
) -> None:
    place = tmp_path_factory.mktemp("ghosts") / "a"
    citing = [
        _citing(40 + at, f"{year}{post} {serial}", "LONDON" if at % 2 else "PARIS")
        for at, (serial, year) in enumerate(cited)
        for post in ("PARIS", "LONDON")[at % 2 :][:1]
    ]
    with kept(place, *(telegram(number) for number in here), *citing) as archive:
        found = list(ghosts(archive))
        assert [ghost(archive, one.id) for one in found] == found
        targets = {target for (target,) in archive.ask("SELECT DISTINCT target FROM reference WHERE target <> ''")}
        asked = {one.id for target in targets for year in (-1, 0, 1)
                 if (one := ghost(archive, f"{int(target[:2]) + year:02d}{target[2:]}"))}  # fmt: skip
        assert {one.id for one in found} == asked
        one_by_one, at_once = Asked(archive), Fetched(archive)
        for number in [
            f"{year}{post}{serial}" for post in ("PARIS", "LONDON") for year in (86, 87) for serial in range(1, 60)
        ]:
            assert one_by_one.sent(number) == at_once.sent(number)
            assert one_by_one.around(number) == at_once.around(number)


def test_a_cable_numbered_nought_is_no_neighbour(tmp_path: Path) -> None:
    with kept(tmp_path / "a", telegram(0), _citing(7, "87 PARIS 44")) as archive:
        (found,) = ghosts(archive)
        assert found == ghost(archive, "87PARIS44")
        assert found.after is not None


def test_a_ghost_is_likely_about_what_the_cables_that_cite_it_are_about(tmp_path: Path) -> None:
    with kept(tmp_path / "a", _citing(3, "LONDON 7"), _citing(4, "LONDON 7")) as archive:
        (found,) = ghosts(archive)
    assert found.tags == (("ECON", 2), ("EWWT", 2), ("FR", 2))
    assert found.subjects == (("HARBOUR DUES", 2),)


def test_an_absent_cable_has_a_page(tmp_path: Path) -> None:
    with open_archive(tmp_path / "a", create=True) as archive:
        ingest(archive, [SAMPLES / "telegrams"], jobs=0)

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, [*words, "--archive", str(tmp_path / "a")])
        return done.exit_code, done.output

    code, shown = run("show", "06 Vesztaly 417")
    assert code == 1
    assert "not here" in shown
    assert "sent about" in shown
    assert "TAGS" in shown
    assert run("references", "06 Vesztaly 417") == (0, shown)
    code, shown = run("show", "06 Vesztaly 417", "--json")
    assert code == 1
    assert json.loads(shown)["ghost"]["id"] == "06VESZTALY417"
    assert json.loads(run("references", "06 Vesztaly 417", "--json")[1])["ghost"] == json.loads(shown)["ghost"]
    assert run("show", "06 Vesztaly 999999")[0] == 2


def test_those_of_one_post_are_those_of_all_that_are_its(tmp_path: Path) -> None:
    with open_archive(tmp_path / "a", create=True) as archive:
        ingest(archive, [SAMPLES], jobs=0)
        every = list(ghosts(archive))
        posts = {one.id[2:].rstrip("0123456789") for one in every if one.id[:2].isdigit()}
        assert len(posts) > 3
        for post in posts:
            of_post = [one for one in every if one.id[2:].rstrip("0123456789") == post]
            assert list(ghosts(archive, post=post)) == of_post
            plain = [msgspec.structs.replace(one, tags=(), subjects=()) for one in of_post]
            assert list(ghosts(archive, post=post, about=False)) == plain


def test_the_command_prints_so_many_and_says_that_there_are_more(tmp_path: Path) -> None:
    with kept(tmp_path / "a", _citing(3, "LONDON 7"), _citing(4, "LONDON 8"), _citing(5, "OSLO 9")):
        pass

    def run(*more: str) -> Any:
        return CliRunner().invoke(app, ["ghosts", "--archive", str(tmp_path / "a"), *more])

    some = run("--limit", "1")
    assert (some.stdout.count("  not here"), "there are more" in some.stderr) == (1, True)
    assert run("--post", "Oslo").stdout.count("  not here") == 1
    every = run()
    assert (every.stdout.count("  not here"), "there are more" in every.stderr) == (3, False)
