"""Decisions about one statement: of several, in whichever release of the record, the latest holds and none is lost."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from archive.building import kept
from claims.said import cable
from claims.telling import place, said, talk, told
from reftel.archive import Archive, Stored, open_archive
from reftel.claims import told_by
from reftel.claims.decisions import Decisions, Judged, claim_of, judge, target_of
from reftel.claims.held import Held
from reftel.cli.app import app
from reftel.desk import Claim, Desk, Judgements, Target, anchor, lay_beside, target_on
from reftel.desk.anchor import only_letters
from reftel.search import SavedSearches, search
from reftel.statements import Statement
from reftel.web import Own, Settings, make_app

WORDS = "Ivan Petrov said that he thinks that Moscow sank it. Anna Berg said that France sank it."


def both(text: str) -> list[Statement]:
    """What is said in `text`: in what Petrov says lies what he thinks."""
    return [
        said(text, "Ivan Petrov", "he thinks that Moscow sank it"),
        said(text, "Ivan Petrov", "that Moscow sank it"),
        said(text, "Anna Berg", "France sank it"),
    ]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "desk.sqlite", "ada")


@pytest.fixture
def archive(tmp_path: Path, desk: Desk) -> Iterator[Archive]:
    """One record in two releases; the second, in which a line stands before all others, is the fuller."""
    first, second = cable(2, WORDS), cable(2, "It was foggy.", WORDS)
    with told(tmp_path / "a", (first, both(first.text)), (second, both(second.text))) as opened:
        lay_beside(opened, desk)
        yield opened


def standing(archive: Archive, stored: Stored) -> list[Judged]:
    with Held(archive) as held:
        return held.of(stored, rejected=True)


def marks(archive: Archive) -> list[list[tuple[int, str, str, list[str]]]]:
    """What stands decided in each release: place, verdict, speaker, and what others say."""
    return [
        [
            (one.position, one.mark.verdict, one.statement.speaker.name, [each.says for each in one.mark.others])
            for one in standing(archive, stored)
            if one.mark and one.statement.speaker
        ]
        for stored in archive
    ]


def decide(archive: Archive, desk: Desk, stored: Stored, at: int, verdict: Any, **given: Any) -> None:
    one = standing(archive, stored)[at]
    claim = msgspec.structs.replace(claim_of(stored.release.text, one.statement), **given)
    judge(desk, stored, one, verdict, claim)


def by_itself(desk: Desk, stored: Stored, one: Statement, verdict: Any, **given: Any) -> None:
    """As somebody decides who knows of no other decision."""
    claim = msgspec.structs.replace(claim_of(stored.release.text, one), **given)
    Judgements(desk).judge(target_of(stored, one), verdict, claim)


def test_whoever_decides_in_another_release_decides_about_the_same(archive: Archive, desk: Desk) -> None:
    first, second = archive
    decide(archive, desk, first, 2, "confirmed")
    assert marks(archive) == [[(2, "confirmed", "Anna Berg", [])]] * 2
    decide(archive, desk, second, 2, "rejected")
    assert marks(archive) == [[(2, "rejected", "Anna Berg", [])]] * 2
    assert len(Judgements(desk).judgements()) == 1


def test_what_was_added_is_corrected_and_rejected_in_another_release(archive: Archive, desk: Desk) -> None:
    first, second = archive
    words = target_on(first, span=place(first.release.text, "TAGS"))
    Judgements(desk).judge(words, "added", Claim("Carl Dorn"))
    decide(archive, desk, second, 3, "corrected", speaker="Emil Falk")
    assert marks(archive) == [[(3, "added", "Emil Falk", [])]] * 2
    decide(archive, desk, second, 3, "rejected")
    assert marks(archive) == [[], []]


def test_what_was_added_beside_a_statement_never_takes_its_place(archive: Archive, desk: Desk) -> None:
    first, second = archive
    text = first.release.text
    near = place(text, "Moscow sank it. Anna")  # shares more than half of `that Moscow sank it`
    Judgements(desk).judge(target_on(first, span=near), "added", Claim("Carl Dorn"))
    assert [one.position for one in standing(archive, first) if one.mark] == [3]
    decide(archive, desk, second, 3, "corrected", speaker="Emil Falk")
    assert [(one.position, one.by_hand) for one in standing(archive, first) if one.mark] == [(3, True)]
    decide(archive, desk, second, 3, "rejected")
    assert [one.mark for one in standing(archive, first)] == [None] * 3


def test_the_latest_of_two_that_know_nothing_of_each_other_holds(archive: Archive, desk: Desk) -> None:
    first, second = archive
    by_itself(desk, first, both(first.release.text)[2], "confirmed")
    by_itself(desk, second, both(second.release.text)[2], "corrected", speaker="Carl Dorn")
    assert marks(archive) == [[(2, "corrected", "Carl Dorn", ["confirmed Anna Berg asserted"])]] * 2
    decide(archive, desk, first, 2, "confirmed")
    assert marks(archive) == [[(2, "confirmed", "Anna Berg", [])]] * 2
    assert [one.verdict for one in Judgements(desk).judgements()] == ["confirmed"]


def test_what_was_added_two_signs_shorter_is_the_statement_itself(archive: Archive, desk: Desk) -> None:
    first, _ = archive
    text = first.release.text
    whole = both(text)[0]
    Judgements(desk).judge(target_on(first, span=place(text, "he thinks that Moscow sank")), "added", Claim("Dorn"))
    by_itself(desk, first, whole, "rejected")
    assert [ones[0][:2] for ones in marks(archive)] == [(0, "rejected")] * 2
    assert search(archive, "said-by:dorn").total == 0


def test_what_is_said_in_what_is_said_is_decided_by_itself(archive: Archive, desk: Desk, tmp_path: Path) -> None:
    first, second = archive
    decide(archive, desk, first, 1, "corrected", speaker="Carl Dorn")
    decide(archive, desk, second, 0, "rejected")
    assert marks(archive) == [[(0, "rejected", "Ivan Petrov", []), (1, "corrected", "Carl Dorn", [])]] * 2
    with told(tmp_path / "b", (first.release, both(first.release.text)[:1])) as other:  # the inner is read no more
        lay_beside(other, desk)
        assert marks(other) == [[(0, "rejected", "Ivan Petrov", []), (1, "corrected", "Carl Dorn", [])]]


def test_the_command_and_the_page_decide_about_the_same(archive: Archive, desk: Desk) -> None:
    first, _ = archive
    by_itself(desk, first, both(first.release.text)[2], "confirmed")
    where = ["--archive", str(archive.path), "--desk", str(desk.path), "--author", "ada"]
    assert CliRunner().invoke(app, ["decide", "reject", "87PARIS2", "2", *where]).exit_code == 0
    assert marks(archive) == [[(2, "rejected", "Anna Berg", [])]] * 2
    settings = Settings(own=Own(desk, SavedSearches(desk.path.with_name("saved.sqlite"))))
    with TestClient(make_app(archive.path, settings), base_url="http://127.0.0.1:8000") as client:
        shown = client.get("/record/87PARIS2.json", params={"statements": "1"}).json()["data"]["statements"][2]
        form = {name: shown[name] for name in ("record", "release", "start", "end")} | {"verdict": "confirmed"}
        client.post("/desk/judge", data=form, headers={"Origin": "http://127.0.0.1:8000"})
    assert marks(archive) == [[(2, "confirmed", "Anna Berg", [])]] * 2
    listed = CliRunner().invoke(app, ["decide", "list", "--json", *where[:4]]).stdout.splitlines()
    assert [json.loads(line)["decision"]["verdict"] for line in listed] == ["confirmed"]


ASKED = (
    "said-about:moscow", "said-about:RU", "said-about:russ*", 'said-about:"the cis"', "said-about:commonwealth -said-by:berg",
    "said-by:petrov", "said-by:pilots", "modality:denied", "modality:assert*", "said-by:berg said-about:france",
    "said-by:petrov -said-about:france", "said-by:minister OR said-about:france",
)  # fmt: skip


@pytest.mark.parametrize("query", ASKED)
def test_what_is_confirmed_is_found_as_before(tmp_path: Path, desk: Desk, query: str) -> None:
    with talk(tmp_path / "talk") as archive:
        before = [hit.id for hit in search(archive, query).hits]
        lay_beside(archive, desk)
        for stored in archive:
            for at in range(len(standing(archive, stored))):
                decide(archive, desk, stored, at, "confirmed")
        assert [hit.id for hit in search(archive, query).hits] == before
        assert before


def test_what_is_confirmed_and_read_no_more_is_found(tmp_path: Path, archive: Archive, desk: Desk) -> None:
    first, _ = archive
    by_itself(desk, first, both(first.release.text)[2], "confirmed")
    with told(tmp_path / "b", (first.release, [])) as other:
        lay_beside(other, desk)
        assert [hit.id for hit in search(other, "said-by:berg said-about:FR").hits] == ["87PARIS2"]
        assert [len(found.statements) for found in told_by(other, "said-by:berg")] == [1]


def test_what_is_sought_for_many_decisions_is_bounded_as_for_one(
    archive: Archive, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is of a release that is not here, and not to the word: it takes effort to find."""
    first, _ = archive
    quote = both(first.release.text)[0].content[0].of(first.release.text).replace("sank", "sunk")
    for at in range(5):
        target = Target(record="87PARIS2", release=f"{at:064x}", start=at, end=at + 30, exact=quote)
        Judgements(desk).judge(target, "confirmed", Claim("Carl Dorn"))
    once = len(only_letters(quote)) * len(only_letters(first.release.text))
    monkeypatch.setattr(anchor, "_EFFORT", once * 2)
    (judged,) = [one for one in Decisions(desk).over(first, both(first.release.text)) if one.mark]
    assert len(judged.decisions) == 2
    told_of = [one for one, found in Decisions(desk).told(archive) if found.how != "lost"]
    assert len(told_of) == 2


def test_persons_are_asked_for_by_many_at_once(tmp_path: Path) -> None:
    """Of more desks than are kept, so that what one asks for makes room for itself while others ask."""
    decided = []
    for at in range(4):
        desk = Desk(tmp_path / f"{at}.sqlite", "ada")
        Judgements(desk).match("ivan-petrov.fr", f"another {at}", same=True)
        decided.append(Decisions(desk))
    kept(tmp_path / "unread", cable(2, WORDS)).close()  # nobody is read there: it is quick, and so often at once

    def ask(start: int) -> int:
        with open_archive(tmp_path / "unread") as own, Held(own, decided[start]) as held:
            for at in range(start, start + 3_000):
                held.decisions = decided[at // 2 % 4]
                assert len(held.people()) == 0
        return start

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(ask, range(4))) == [0, 1, 2, 3]
    finally:
        sys.setswitchinterval(before)
