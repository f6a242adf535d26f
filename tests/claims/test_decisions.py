"""Decisions: laid over what is read, kept when it is read anew, never dropped, merged between two people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.building import kept
from claims.said import cable
from claims.telling import place, said, talk, told
from reftel.analysis.network import network_of
from reftel.archive import Archive, Stored
from reftel.claims import told_by
from reftel.claims.decisions import BY_HAND, Decisions, Judged, claim_of, target_of
from reftel.claims.held import Held
from reftel.cli.app import app
from reftel.desk import Claim, Desk, Judgements, Target, from_json, lay_beside, target_on, to_json
from reftel.errors import DeskError
from reftel.search import rebuild, search
from reftel.statements import Statement

PETROV = "ivan-petrov.fr"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with talk(tmp_path / "a") as opened:
        lay_beside(opened, Desk(tmp_path / "desk.sqlite", "ada"))
        yield opened


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "desk.sqlite", "ada")


def of(archive: Archive, name: str) -> tuple[Stored, list[Judged]]:
    (stored,) = archive.named(name)
    with Held(archive) as held:
        return stored, held.of(stored, rejected=True)


def decide(archive: Archive, desk: Desk, name: str, at: int, verdict: Any, **given: Any) -> None:
    stored, ones = of(archive, name)
    claim = msgspec.structs.replace(claim_of(stored.release.text, ones[at].statement), **given)
    Judgements(desk).judge(target_of(stored, ones[at].statement), verdict, claim)


def speakers(archive: Archive, query: str) -> list[str]:
    return [
        one.statement.speaker.name
        for found in told_by(archive, query)
        for one in found.statements
        if one.statement.speaker
    ]


def test_what_is_rejected_is_said_no_more(archive: Archive, desk: Desk) -> None:
    assert search(archive, "said-by:berg said-about:france").total == 1
    decide(archive, desk, "87PARIS2", 1, "rejected")
    assert search(archive, "said-by:berg said-about:france").total == 0
    assert speakers(archive, "said-by:berg post:paris") == []
    assert ("person:anna-berg.fr", "state:FR") not in {
        (one.source, one.target) for one in network_of(archive, "").edges
    }
    stored, ones = of(archive, "87PARIS2")
    assert [one.mark.verdict if one.mark else "" for one in ones] == ["", "rejected"]
    with Held(archive) as held:
        assert [one.position for one in held.of(stored)] == [0]


def test_what_is_corrected_is_found_as_it_is_right(archive: Archive, desk: Desk) -> None:
    decide(archive, desk, "87PARIS2", 1, "corrected", speaker="Carl Dorn", about=("RU",), modality="predicted")
    assert search(archive, "said-by:dorn said-about:RU modality:predicted").total == 1
    assert search(archive, "said-by:berg said-about:france").total == 0
    _, ones = of(archive, "87PARIS2")
    assert ones[1].mark is not None
    assert (ones[1].mark.verdict, ones[1].mark.author) == ("corrected", "ada")
    assert (ones[1].statement.rule, ones[1].statement.confidence) == (BY_HAND, 1.0)
    (hit,) = search(archive, "said-by:dorn").hits
    assert "France sank it" in [span.of(archive.release(hit.key).release.text) for span in hit.snippet.highlights]


def test_what_is_confirmed_stays_and_says_so(archive: Archive, desk: Desk) -> None:
    before = of(archive, "87PARIS1")[1][0].statement
    decide(archive, desk, "87PARIS1", 0, "confirmed")
    after = of(archive, "87PARIS1")[1][0]
    assert after.statement == before
    assert after.mark is not None
    assert after.mark.verdict == "confirmed"


def test_what_is_added_is_there(archive: Archive, desk: Desk) -> None:
    (stored,) = archive.named("87OSLO3")
    span = place(stored.release.text, "is late")
    Judgements(desk).judge(target_on(stored, span=span), "added", Claim("Anna Berg", about=("FR",), source="Anna Berg"))
    assert "87OSLO3" in [hit.id for hit in search(archive, "said-by:berg said-about:FR").hits]
    (added,) = [one for one in of(archive, "87OSLO3")[1] if one.mark]
    assert [one.of(stored.release.text) for one in added.statement.content] == ["is late"]
    assert [one.of(stored.release.text) for one in added.statement.source] == ["Anna Berg"]


def anew(path: Path, archive: Archive, change: Any) -> Archive:
    """The same archive, read by another reader: one that finds what `change` makes of each statement, or does not."""
    records = []
    for stored in archive:
        with Held(archive, Decisions(None)) as held:
            read = [one.statement for one in held.of(stored)]
        records.append((stored.release, [made for one in read if (made := change(one)) is not None]))
    return told(path, *records)


def test_decisions_hold_when_another_reader_reads_less(archive: Archive, desk: Desk, tmp_path: Path) -> None:
    decide(archive, desk, "87PARIS2", 0, "rejected")
    decide(archive, desk, "87PARIS2", 1, "corrected", speaker="Carl Dorn")
    decide(archive, desk, "87OSLO3", 1, "confirmed")
    with anew(tmp_path / "b", archive, lambda one: None) as other:
        lay_beside(other, desk)
        assert speakers(other, "") == [
            "Carl Dorn",
            "The Minister",
        ]  # what nobody reads any more and somebody called right
        assert search(other, "said-by:dorn").total == 1


def test_decisions_hold_when_another_reader_ends_otherwise(archive: Archive, desk: Desk, tmp_path: Path) -> None:
    decide(archive, desk, "87PARIS2", 0, "rejected")
    decide(archive, desk, "87PARIS2", 1, "corrected", speaker="Carl Dorn")

    def shorter(one: Statement) -> Statement:
        (content,) = one.content
        return msgspec.structs.replace(one, content=(msgspec.structs.replace(content, end=content.end - 3),))

    with anew(tmp_path / "b", archive, shorter) as other:
        lay_beside(other, desk)
        assert speakers(other, "post:paris") == ["Ivan Petrov", "Carl Dorn"]


def test_what_is_lost_is_told_and_kept(archive: Archive, desk: Desk, tmp_path: Path) -> None:
    decide(archive, desk, "87PARIS2", 1, "confirmed")
    decide(archive, desk, "87OSLO3", 0, "confirmed")
    text = cable(2, "Something else altogether was said by nobody at all on this day.", post="PARIS")
    with kept(tmp_path / "b", text) as other:
        rebuild(other)
        assert [(one.target.record, found.how) for one, found in Decisions(desk).told(other)] == [
            ("87PARIS2", "lost"), ("87OSLO3", "lost")
        ]  # fmt: skip
    result = CliRunner().invoke(
        app, ["decide", "list", "--archive", str(tmp_path / "b"), "--desk", str(desk.path)], env={"COLUMNS": "120"}
    )
    assert result.exit_code == 0
    assert result.output.count("its words are not here any more") == 2
    assert "2 decisions are about words that are not in this archive" in result.output
    assert len(Judgements(desk).judgements()) == 2


def test_another_release_of_the_record_bears_the_decision(archive: Archive, desk: Desk, tmp_path: Path) -> None:
    decide(archive, desk, "87PARIS2", 1, "corrected", speaker="Carl Dorn")
    first = cable(
        2,
        "A line before all others.",
        "Ivan Petrov said that Moscow sank it. Anna Berg said that France sank it.",
        post="PARIS",
    )
    with told(tmp_path / "b", (first, [said(first.text, "Anna Berg", "France sank it")])) as other:
        lay_beside(other, desk)
        assert speakers(other, "") == ["Carl Dorn"]


def test_two_people_merge_what_they_decided(archive: Archive, tmp_path: Path) -> None:
    ada, bert = Desk(tmp_path / "ada.sqlite", "ada"), Desk(tmp_path / "bert.sqlite", "bert")
    decide(archive, ada, "87PARIS2", 1, "confirmed")
    decide(archive, bert, "87PARIS2", 1, "rejected")
    decide(archive, bert, "87PARIS2", 0, "rejected")
    Judgements(bert).match(PETROV, "ivan-petrov.no", same=True)
    for one, other in ((ada, bert), (bert, ada)):
        one.merge(*from_json(to_json(*other.everything())))
    assert Judgements(ada).judgements() == Judgements(bert).judgements()
    assert Judgements(ada).pairs() == Judgements(bert).pairs() != []
    torn = next(one for one in Judgements(ada).judgements() if one.others)
    assert {torn.author, torn.others[0].author} == {"ada", "bert"}
    assert len(ada.disagreements()) == 1
    decide(archive, ada, "87PARIS2", 1, "rejected")
    bert.merge(*ada.everything())
    assert not any(one.others for one in Judgements(bert).judgements())


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(0, 1), st.sampled_from(["confirmed", "rejected"])), max_size=8
    )
)
def test_a_merge_loses_nothing_in_any_order(tmp_path_factory: pytest.TempPathFactory, deeds: list[Any]) -> None:
    place_ = tmp_path_factory.mktemp("merge")
    desks = {name: Desk(place_ / f"{name}.sqlite", name) for name in "ab"}
    target = {at: target_for(at) for at in (0, 1)}
    for who, at, verdict in deeds:
        Judgements(desks[who]).judge(target[at], verdict)
    one, other = Desk(place_ / "one.sqlite", "c"), Desk(place_ / "other.sqlite", "c")
    for name in "ab":
        one.merge(*desks[name].everything())
    for name in "bab":
        other.merge(*from_json(to_json(*desks[name].everything(), history=True)))
    assert one.everything() == other.everything()
    assert len({entry.id for entry in one.everything()[0]}) == sum(len(desk.everything()[0]) for desk in desks.values())


def target_for(at: int) -> Target:
    return Target(record="87PARIS2", release="0" * 64, start=at, end=at + 3, exact="abc")


def test_a_decision_is_taken_back(archive: Archive, desk: Desk) -> None:
    decide(archive, desk, "87PARIS2", 1, "rejected")
    (one,) = Judgements(desk).judgements()
    Judgements(desk).withdraw(one.id[:8])
    assert speakers(archive, "said-by:berg post:paris") == ["Anna Berg"]
    with pytest.raises(DeskError, match="no decisions are called"):
        Judgements(desk).withdraw(one.id[:8])


def test_persons_are_joined_and_parted_by_rule_and_by_hand(tmp_path: Path) -> None:
    def one(number: int, post: str, who: str, role: str = "") -> Any:
        made = cable(number, f"{who}, {role or 'nobody'}, said that it rained.", post=post)
        return made, [said(made.text, who, "it rained", role=role)]

    desk = Desk(tmp_path / "desk.sqlite", "ada")
    records = (
        one(1, "PARIS", "Ivan Petrov", "harbour pilot"), one(2, "PARIS", "Dr. Ivan PETROV"), one(3, "OSLO", "Ivan Petrov", "the harbour pilot"),
        one(4, "LIMA", "Ivan Petrov", "a baker"), one(5, "PARIS", "Iwan Petrov"), one(6, "PARIS", "Petrov"),
    )  # fmt: skip
    with told(tmp_path / "a", *records) as archive:
        lay_beside(archive, desk)
        with Held(archive) as held:
            people = held.people()
        person = people.person(PETROV)
        assert person is not None
        assert people.bearers(person.id) == [PETROV, "ivan-petrov.no"]
        assert person.posts == {"PARIS": 2, "OSLO": 1}
        assert "harbour, pilot" in person.reasons[0]
        assert {each.person for each in person.proposals} == {"ivan-petrov.pe", "iwan-petrov.fr", "petrov.fr"}
        Judgements(desk).match(PETROV, "ivan-petrov.no", same=False)
        Judgements(desk).match(PETROV, "petrov.fr", same=True)
        with Held(archive) as held:
            people = held.people()
        assert people.bearers(PETROV) == [PETROV, "petrov.fr"]
        assert people.bearers("ivan-petrov.no") == ["ivan-petrov.no"]
        Judgements(desk).unmatch(PETROV, "ivan-petrov.no")
        with Held(archive) as held:
            assert held.people().bearers(PETROV) == [PETROV, "ivan-petrov.no", "petrov.fr"]


def test_capitals_and_a_leaders_surname_are_the_same_person(tmp_path: Path) -> None:
    def one(number: int, who: str) -> Any:
        made = cable(number, f"{who} said that it rained.", post="ANKARA")
        return made, [said(made.text, who, "it rained")]

    records = (
        one(1, "ORHAN TEZEL"),
        one(2, "ORHAN TEZEL"),
        one(3, "Orhan Tezel"),
        one(4, "ECEVIT"),
        one(5, "Bulent Ecevit"),
    )
    with told(tmp_path / "a", *records) as archive, Held(archive) as held:
        people = held.people()
        tezel, ecevit = people.person("orhan-tezel.tr"), people.person("bulent-ecevit.tr")
    assert tezel is not None
    assert ecevit is not None
    assert (tezel.name, tezel.names) == ("Orhan Tezel", {"ORHAN TEZEL": 2, "Orhan Tezel": 1})
    assert (ecevit.name, ecevit.names) == ("Bulent Ecevit", {"Bulent Ecevit": 1, "ECEVIT": 1})


def test_the_commands_decide(archive: Archive, desk: Desk) -> None:
    def run(*more: str) -> Any:
        where = ["--desk", str(desk.path), "--author", "ada"] if more[1] != "list" else ["--desk", str(desk.path)]
        with_archive = [] if more[1] in ("join", "part", "withdraw") else ["--archive", str(archive.path)]
        return CliRunner().invoke(app, [*more, *where, *with_archive], env={"COLUMNS": "140"})

    assert run("decide", "confirm", "87PARIS1", "0").exit_code == 0
    assert run("decide", "reject", "87PARIS2", "0").exit_code == 0
    assert run("decide", "correct", "87PARIS2", "1", "--speaker", "Carl Dorn", "--about", "RU").exit_code == 0
    assert run("decide", "add", "87OSLO3", "Russia is", "--speaker", "Anna Berg").exit_code == 0
    assert f"anna-berg.fr and {PETROV} are one person" in run("decide", "join", PETROV, "anna-berg.fr").stderr
    assert run("decide", "reject", "87PARIS2", "9").exit_code == 2
    assert run("decide", "add", "87OSLO3", "words of another text").exit_code == 2
    listed = run("decide", "list", "--json")
    verdicts = [json.loads(line).get("decision", {}).get("verdict") for line in listed.stdout.splitlines()]
    assert verdicts == ["confirmed", "rejected", "corrected", "added", None]
    (rejected,) = [one for one in Judgements(desk).judgements() if one.verdict == "rejected"]
    assert run("decide", "withdraw", rejected.id[:10]).exit_code == 0
    shown = CliRunner().invoke(
        app,
        ["persons", "Ivan Petrov", "--archive", str(archive.path), "--desk", str(desk.path)],
        env={"COLUMNS": "140"},
    )
    assert "joined by hand" in shown.output
    nobody = CliRunner().invoke(app, ["persons", "Nobody Atall", "--archive", str(archive.path)])
    assert (nobody.exit_code, "nobody who speaks here is known as Nobody Atall" in nobody.stderr) == (2, True)
