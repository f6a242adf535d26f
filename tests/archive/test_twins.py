"""The same words under different numbers: which are found, which are taken for one transmission, and what survives damage."""

from __future__ import annotations

import json
import random
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.building import kept, telegram
from reftel.archive import Archive, make_entry, open_archive
from reftel.archive.sketches import sketch
from reftel.archive.twins import Side, Twin, judged, make_twins, open_twins
from reftel.archive.versions import cuts, versions
from reftel.cli.app import app
from reftel.release import Given, Release

NOUNS = (
    "harbour crane receipt lorry consul march buyer lantern ferry ledger quarry bishop orchard tramway kettle".split()
)
VERBS = "bought mended carried praised painted measured borrowed insured forgot returned weighed auctioned".split()


def story(seed: int, sentences: int = 30) -> str:
    """Running text of its own for each seed."""
    chance = random.Random(seed)
    return " ".join(
        f"The {chance.choice(NOUNS)} of number {chance.randrange(900)} {chance.choice(VERBS)} another {chance.choice(NOUNS)} "
        f"before {chance.choice(NOUNS)} and {chance.choice(NOUNS)} {chance.choice(VERBS)} it."
        for _ in range(sentences)
    )


def cable(number: str, body: str, *, day: str = "1987-03-04", origin: str = "") -> Release:
    """A telegram of which the publisher's row says the number, or none."""
    post, serial = re.fullmatch(r"\d\d([A-Z]+)(\d+)", number).groups() if number else ("", "")  # type: ignore[union-attr]
    head = f"UNCLAS {post} {serial}\n\n" if number else ""
    release = telegram(1)
    facts = Given(id=number, date=f"{day}T09:30:00", origin=origin or post)
    return msgspec.structs.replace(release, text=f"{head}SUBJECT: ODDS AND ENDS\n\n1. {body}\n", given=facts)


def found_in(archive: Archive) -> list[Twin]:
    with make_twins(archive) as twins:
        twins.bring_up()
        return list(twins)


@pytest.mark.parametrize(
    ("number", "day", "relation", "joined"),
    [
        ("87LIMA77", "1987-03-04", "two-numbers", True),
        ("87LIMA77", "1987-04-04", "sent-again", False),
        ("87QUITO12", "1987-03-04", "other-post", False),
        ("", "1987-03-04", "no-number", True),
        ("", "1987-03-19", "sent-again", False),
        ("86LIMA12", "1987-03-04", "damaged-number", True),
    ],
)
def test_numbers_posts_and_days_tell_what_the_same_words_mean(
    tmp_path: Path, number: str, day: str, relation: str, joined: bool
) -> None:
    other = cable(number, story(1) + " AGAIN.", day=day, origin="LIMA")
    with kept(tmp_path / "a", cable("87LIMA12", story(1)), cable("87LIMA13", story(2)), other) as archive:
        (twin,) = found_in(archive)
        (found,) = versions(archive, "87LIMA12")
    assert (twin.one.id, twin.other.id, twin.relation, twin.joined) == ("87LIMA12", number, relation, joined)
    assert twin.share > 0.9
    assert len(found.copies) == (2 if joined else 1)
    assert [one.relation for one in found.twins] == [relation]


def _side(number: str, post: str, words: int = 300) -> Side:
    return Side(1, "00", number, "1987-03-04", post, words)


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        (("75ABUJA12", "ABUJA"), ("75SIFIEDABUJA12", "SIFIEDABUJA"), "damaged-number"),
        (("75MARENGO12", "MARENGO"), ("75MARENO12", "MARENO"), "damaged-number"),
        (("75MARENGO12", "MARENGO"), ("75MARENO13", "MARENO"), "other-post"),
        (("75OSLO12", "OSLO"), ("75LIMA12", "LIMA"), "other-post"),
    ],
)
def test_one_number_with_a_garbled_post_is_damage(one: tuple[str, str], other: tuple[str, str], relation: str) -> None:
    found = judged(_side(*one), _side(*other), 0.97)
    assert (found.relation, found.joined) == (relation, relation == "damaged-number")


def test_a_quotation_is_no_copy(tmp_path: Path) -> None:
    longer = cable("87LIMA77", f"{story(5)} QUOTE {story(1)} UNQUOTE {story(6)}")
    with kept(tmp_path / "a", cable("87LIMA12", story(1)), longer) as archive:
        (twin,) = found_in(archive)
    assert (twin.relation, twin.joined) == ("stands-in", False)


def test_what_a_copy_without_a_number_shows_is_a_cut(tmp_path: Path) -> None:
    whole = story(1)
    held = whole.replace(whole.split(". ")[3], "XXXXXXXXXXXX")
    with kept(
        tmp_path / "a", cable("87LIMA12", held), cable("", whole, origin="LIMA"), cable("87OSLO1", story(9))
    ) as archive:
        assert list(cuts(archive)) == []  # nothing was compared yet
        found_in(archive)
        ((number, cut),) = cuts(archive, post="LIMA")
        assert (number, cut.kind) == ("87LIMA12", "redacted")
        shown = archive.release(cut.shown_in)
        assert cut.shown.of(shown.release.text) == whole.split(". ")[3]
        (by_address,) = versions(archive, shown.key)
        assert by_address.id == "87LIMA12"
        assert list(cuts(archive, post="OSLO")) == []


def test_what_was_compared_is_kept_and_goes_on(tmp_path: Path) -> None:
    place = tmp_path / "a"
    with kept(place, cable("87LIMA12", story(1))) as archive:
        assert open_twins(archive) is None
        assert found_in(archive) == []
        archive.keep([make_entry(cable("87LIMA77", story(1)))])
        with make_twins(archive) as twins:
            assert twins.behind == 1
            twins.bring_up()
            assert twins.behind == 0
            told = list(twins)
    (place / "twins.sqlite").unlink()
    with open_archive(place) as archive:
        assert found_in(archive) == told


def _noise(path: Path) -> None:
    path.write_bytes(b"noise " * 3_000)


def _other_archive_s(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE upto SET key = x'00'")
        connection.commit()


def _half_made(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE upto (row)")


@pytest.mark.parametrize("spoil", [_noise, _other_archive_s, _half_made, Path.unlink])
def test_a_spoiled_file_of_twins_is_made_anew(tmp_path: Path, spoil: object) -> None:
    assert callable(spoil)
    with kept(tmp_path / "a", cable("87LIMA12", story(1)), cable("87LIMA77", story(1))) as archive:
        told = found_in(archive)
        spoil(tmp_path / "a" / "twins.sqlite")
        assert open_twins(archive) is None
        assert len(versions(archive, "87LIMA12")[0].copies) == 1
        assert found_in(archive) == told
        assert len(told) == 1


def test_a_form_that_everybody_sends_does_not_cost_all_pairs(tmp_path: Path) -> None:
    with (
        kept(tmp_path / "a", *(cable(f"87LIMA{number}", f"{story(1)} {number}") for number in range(1, 61))) as archive,
        make_twins(archive) as twins,
    ):
        twins.bring_up()
        assert len(list(twins)) <= 17 * 16 / 2


def _damaged(text: str, chance: random.Random, share: float) -> str:
    words = text.split(" ")
    return " ".join("x" + word if chance.random() < share else word for word in words)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.integers(12, 60), st.floats(0, 0.04), st.sampled_from(["\n", "  ", " "]))
def test_sketches_of_the_same_words_share_numbers_through_damage(
    seed: int, sentences: int, share: float, gap: str
) -> None:
    whole = story(seed, sentences)
    damaged = _damaged(whole, random.Random(seed), share).replace(" ", gap).upper()
    one, other = (set(sketch(text)[0]) for text in (whole, damaged))
    assert len(one & other) >= 0.25 * min(len(one), len(other))
    assert share or one == other


@given(st.text(max_size=300))
def test_a_sketch_is_the_same_for_any_spelling_of_the_same_words(text: str) -> None:
    numbers, words = sketch(text)
    assert numbers == sorted(set(numbers))
    assert len(numbers) <= max(words, 0)
    if text.isascii():
        assert sketch(f"{text} é")[1] == words + 1  # the other way of taking words apart takes the same


def test_the_command_lists_twins_and_versions_shows_them(tmp_path: Path) -> None:
    place = tmp_path / "a"
    with kept(place, cable("87LIMA12", story(1)), cable("87LIMA77", story(1)), cable("87QUITO5", story(1))):
        pass

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, [*words, "--archive", str(place)])
        return done.exit_code, " ".join(done.output.split())

    code, shown = run("versions", "87LIMA12")
    assert code == 0
    assert "kept as 87LIMA77: 99% of the shorter text stands in the other; two numbers of one post" in shown
    assert "the same words, not joined: 87QUITO5" in shown
    code, shown = run("twins")
    assert code == 0
    assert "one transmission (0.89), two-numbers" in shown
    pairs = [
        json.loads(line)
        for line in CliRunner().invoke(app, ["twins", "--json", "--archive", str(place)]).output.splitlines()
    ]
    assert [(one["one"]["id"], one["other"]["id"]) for one in pairs] == [
        ("87LIMA12", "87LIMA77"), ("87LIMA12", "87QUITO5"), ("87LIMA77", "87QUITO5"),
    ]  # fmt: skip
    with kept(tmp_path / "b", cable("87LIMA12", story(1))):
        pass
    place = tmp_path / "b"
    assert run("twins")[0] == 1
