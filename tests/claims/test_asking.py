"""`said-by:`, `said-about:` and `modality:`: what they find is what looking at each statement finds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.building import kept
from claims.said import cable, cables
from reftel.archive import Archive, Stored, ingest, open_archive
from reftel.claims import make_claims, told_by
from reftel.search import following, rebuild, search
from reftel.statements import Statement, read_statements

SAMPLES = Path(__file__).parents[2] / "samples"
Answer = set[tuple[int, int]]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    place = tmp_path_factory.mktemp("said") / "a"
    with open_archive(place, create=True) as opened, following(opened) as index:
        ingest(opened, [SAMPLES], jobs=0, follower=index)
    with kept(place, *cables(12)) as opened:
        rebuild(opened)
        with make_claims(opened) as claims:
            claims.bring_up()
        yield opened


def words_of(text: str) -> list[str]:
    return "".join(sign if sign.isalnum() else " " for sign in text.lower()).split()


def is_by(one: Statement, word: str) -> bool:
    speaker = one.speaker
    if speaker is None:
        return False
    fields = [
        speaker.name,
        speaker.role.value if speaker.role else "",
        speaker.affiliation.value if speaker.affiliation else "",
    ]
    return any(word in words_of(field) for field in fields)


def found(archive: Archive, query: str) -> Answer:
    return {(told.stored.row, one.position) for told in told_by(archive, query) for one in told.statements}


@pytest.fixture(scope="module")
def looked_through(archive: Archive) -> list[tuple[Stored, int, Statement]]:
    """Every statement of the archive, read from its record anew."""
    return [(stored, at, one) for stored in archive for at, one in enumerate(read_statements(stored.record))]


@pytest.mark.parametrize("name", ["masanov", "tregarth", "ambassador", "ivanov"])
def test_a_name_finds_whoever_bears_it(
    archive: Archive, looked_through: list[tuple[Stored, int, Statement]], name: str
) -> None:
    wanted = {(stored.row, at) for stored, at, one in looked_through if is_by(one, name)}
    assert wanted
    assert found(archive, f'said-by:"{name}"') == wanted
    assert found(archive, f"said-by:{name[:-2]}*") >= wanted


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["masanov", "tregarth", "ambassador", "ivanov", "keeper"]), min_size=2, max_size=4),
    st.data(),
)
def test_fields_side_by_side_hold_of_one_statement(
    archive: Archive, looked_through: list[tuple[Stored, int, Statement]], names: list[str], data: st.DataObject
) -> None:
    signs = [data.draw(st.booleans()) for _ in names[1:]]
    query = f'said-by:"{names[0]}" ' + " ".join(
        f'{"-" if sign else ""}said-by:"{name}"' for sign, name in zip(signs, names[1:], strict=True)
    )
    wanted = {
        (stored.row, at)
        for stored, at, one in looked_through
        if is_by(one, names[0]) and all(is_by(one, name) != sign for sign, name in zip(signs, names[1:], strict=True))
    }
    assert found(archive, query) == wanted
    assert search(archive, query).total == len({row for row, _ in wanted})


def test_one_of_them_and_a_word_of_the_text(archive: Archive) -> None:
    both = found(archive, "(said-by:tregarth OR said-by:ivanov) buoy")
    assert both
    assert both == found(archive, "said-by:tregarth buoy") | found(archive, "said-by:ivanov buoy")
    assert found(archive, "harbour OR said-by:tregarth") >= found(archive, "said-by:tregarth")


def test_two_people_of_one_cable_are_not_one_statement(tmp_path: Path) -> None:
    with kept(tmp_path / "a", cable(1, "Masanov said that it rained.", "Ivanov said that it snowed.")) as archive:
        rebuild(archive)
        with make_claims(archive) as claims:
            claims.bring_up()
        for one, other in product(("masanov", "ivanov"), repeat=2):
            assert search(archive, f"said-by:{one} said-by:{other}").total == (one == other)
            assert search(archive, f"said-by:{one}").total == 1


def test_a_hit_shows_the_statement(archive: Archive) -> None:
    for hit in search(archive, "said-by:masanov").hits:
        text = archive.release(hit.key).release.text
        assert "Masanov" in [span.of(text) for span in hit.snippet.highlights]
        assert hit.paragraph is not None


def test_what_was_not_read_is_told(tmp_path: Path) -> None:
    with kept(tmp_path / "a", *cables(3)) as archive:
        rebuild(archive)
        nothing = search(archive, "said-by:masanov")
        assert nothing.total == 0
        assert "run `reftel statements`" in nothing.notes[0]
        with make_claims(archive) as claims:
            claims.bring_up()
    with kept(tmp_path / "a", *cables(5)) as archive:
        rebuild(archive)
        assert search(archive, "said-by:masanov").notes == (
            "2 releases were not read for what was said in them: run `reftel statements`",
        )


@pytest.mark.parametrize(
    "odd", ["said-by:|", 'said-by:"%"', "said-by:''", "modality:%", "said-about:_", 'said-by:"| |"']
)
def test_signs_find_nothing_and_break_nothing(archive: Archive, odd: str) -> None:
    assert found(archive, odd) == set()
