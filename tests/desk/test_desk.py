"""A desk: what is done with it, its file, and what several programs do with it at once."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.building import kept, telegram
from reftel.archive import open_archive
from reftel.desk import AUTHOR, Card, Desk, Target, author_of, card_of, desk_beside, desk_file, lay_beside, records_of
from reftel.errors import DeskError
from reftel.export import format_named
from reftel.search import Query, every_hit, search

TARGET = Target("87PARIS1")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "home" / "desk.sqlite", "anna")


def order(desk: Desk, name: str = "x") -> str:
    return "".join(item.record for item in desk.collection(name).items)


def test_nothing_is_written_before_something_is_put_on_it(desk: Desk) -> None:
    assert (desk.collections(), desk.notes(), desk.tags(), desk.words(), desk.everything()) == (
        [],
        [],
        [],
        {},
        ([], []),
    )
    assert not desk.path.exists()
    assert desk.writable
    desk.create("x")
    assert desk.path.is_file()


def test_a_collection_is_found_by_its_name_or_id(desk: Desk) -> None:
    made = desk.create("  Harbour \n dues ", "who pays\r\n ")
    assert (made.name, made.about, made.author) == ("Harbour dues", "who pays", "anna")
    for name in ("harbour DUES", " Harbour  dues", made.id, made.id[:6]):
        assert desk.collection(name).id == made.id
    with pytest.raises(DeskError, match="already"):
        desk.create("HARBOUR DUES")
    with pytest.raises(DeskError, match="there are: Harbour dues"):
        desk.collection("gone")
    for name in ("", " ", "x" * 101):
        with pytest.raises(DeskError, match="is no name"):
            desk.create(name)


def test_what_is_put_in_twice_is_there_once(desk: Desk) -> None:
    desk.create("x")
    assert desk.add("x", [Card("a"), Card("b"), Card("a")]) == 2
    assert desk.add("x", [Card("b"), Card("c")]) == 1
    assert desk.take_out("x", "b").record == "b"
    with pytest.raises(DeskError, match="is not in"):
        desk.take_out("x", "b")
    assert desk.add("x", [Card("b")]) == 1
    assert order(desk) == "acb"


@settings(deadline=None, max_examples=25)
@given(moves=st.lists(st.tuples(st.integers(0, 5), st.integers(-1, 8)), max_size=30))
def test_any_record_can_be_moved_anywhere(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[int, int]]
) -> None:
    desk = Desk(tmp_path_factory.mktemp("d") / "desk.sqlite", "anna")
    desk.create("x")
    expected = list("abcdef")
    desk.add("x", map(Card, expected))
    for which, to in moves:
        record = expected.pop(which)
        expected.insert(min(max(to, 1), 6) - 1, record)
        desk.move("x", record, to)
        assert order(desk) == "".join(expected)


def test_there_is_always_room_between_two(desk: Desk) -> None:
    desk.create("x")
    desk.add("x", map(Card, "abc"))
    expected = "abc"
    for _ in range(60):  # each halves the room between the first two
        desk.move("x", expected[2], 2)
        expected = expected[0] + expected[2] + expected[1]
        assert order(desk) == expected


def test_notes_and_tags_are_written_changed_and_taken_away(desk: Desk) -> None:
    note = desk.write(TARGET, " who? \r\n\r\n  me ")
    assert note.text == "who?\n\n  me"
    assert desk.rewrite(note.id[:8], "you").text == "you"
    assert desk.note(note.id).changed
    assert desk.note(note.id).at == note.at
    first, second = desk.tag(TARGET, "Mud"), desk.tag(TARGET, " mud ")
    assert first == second
    assert desk.words() == {"Mud": 1}
    desk.untag(first.id)
    assert desk.tags() == []
    assert desk.tag(TARGET, "mud").word == "mud"
    desk.unwrite(note.id)
    assert desk.notes() == []
    for use in (desk.note, desk.unwrite, desk.untag):
        with pytest.raises(DeskError):
            use(note.id)
    for text in ("", " \n ", "x" * 20_001):
        with pytest.raises(DeskError):
            desk.write(TARGET, text)


def test_who_writes_is_who_was_said_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(AUTHOR, " Ben  B. ")
    assert (author_of(), author_of("anna")) == ("Ben B.", "anna")
    monkeypatch.delenv(AUTHOR)
    assert author_of()


def test_a_collection_is_taken_from_an_archive_in_its_order(desk: Desk, tmp_path: Path) -> None:
    longer = telegram(2, body="And more was said.", file="b.csv")
    with kept(tmp_path / "a", telegram(1), telegram(2), telegram(3), longer) as archive:
        desk.create("x")
        desk.add("x", [card_of(archive.named(f"87PARIS{number}")[0]) for number in (3, 2)])
        desk.add("x", [Card("87PARIS2"), Card("87PARIS9")])
        found = desk.collection("x")
        assert [one.facts.id for one in records_of(archive, found)] == ["87PARIS3", "87PARIS2"]
        assert len(list(records_of(archive, found, every_release=True))) == 3
        with (tmp_path / "out").open("wb") as out:
            assert format_named("ris").write(records_of(archive, found), out, "records") == 2


def test_the_query_language_asks_the_desk(desk: Desk, tmp_path: Path) -> None:
    with kept(tmp_path / "a", *(telegram(number) for number in range(1, 6))) as archive:
        desk.create('the "mud"')
        desk.create("mud")
        desk.add("mud", [Card("87PARIS2"), Card("87PARIS4"), Card("87PARIS9")])
        desk.write(TARGET, "Whose vessel was it?")
        desk.tag(Target("87PARIS3", "a" * 64, "p2", 1, 4, "dues"), "ask Tremayne")
        lay_beside(archive, desk)
        for words, expected in (
            ("mine:mud", ["87PARIS2", "87PARIS4"]),
            ("MINE:MUD protest", ["87PARIS2", "87PARIS4"]),
            ("-mine:mud", ["87PARIS1", "87PARIS3", "87PARIS5"]),
            ('tagged:"ask tremayne"', ["87PARIS3"]),
            ("noted:VESSEL OR mine:mud", ["87PARIS1", "87PARIS2", "87PARIS4"]),
            ('noted:"whose vessel"', ["87PARIS1"]),
            ("tagged:nothing", []),
        ):
            assert sorted(one.facts.id for one in every_hit(archive, words)) == expected, words
        found = search(archive, Query(words="mine:gone", explain=True))
        assert found.total == 0
        assert "there is no collection 'gone'" in found.notes[0]
        lay_beside(archive, None)
        assert search(archive, "mine:mud").notes == ("no desk lies open here",)


def test_the_users_own_desk_is_asked_where_none_was_laid(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REFTEL_DESK", str(desk.path))
    desk.create("mud")
    desk.add("mud", [Card("87PARIS2")])
    with kept(tmp_path / "a", telegram(1), telegram(2)) as archive:
        assert desk_beside(archive).path == desk.path == desk_file()
        assert search(archive, "mine:mud").total == 1
    assert desk_file(tmp_path / "other") == tmp_path / "other"


def test_an_archive_is_not_touched_by_its_readers_desk(desk: Desk, tmp_path: Path) -> None:
    with kept(tmp_path / "a", telegram(1)) as archive:
        search(archive, "protest")  # makes the index
    before = {path: path.read_bytes() for path in (tmp_path / "a").rglob("*") if path.is_file()}
    with open_archive(tmp_path / "a") as archive:
        desk.create("x")
        desk.add("x", [card_of(archive.named("87PARIS1")[0])])
        lay_beside(archive, desk)
        assert search(archive, "mine:x").total == 1
    assert {path: path.read_bytes() for path in (tmp_path / "a").rglob("*") if path.is_file()} == before


def test_a_file_that_is_none_is_said_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("my diary, which is no database, and longer than the head of one " * 9)
    other = sqlite3.connect(tmp_path / "other")
    other.execute("CREATE TABLE mine (x)")
    other.close()
    newer = Desk(tmp_path / "newer")
    newer.create("x")
    connection = sqlite3.connect(newer.path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    for name in ("text", "other", "newer"):
        before = (tmp_path / name).read_bytes()
        with pytest.raises(DeskError):
            Desk(tmp_path / name).create("x")
        with pytest.raises(DeskError):
            Desk(tmp_path / name).collections()
        assert (tmp_path / name).read_bytes() == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_place_is_told(tmp_path: Path) -> None:
    place = tmp_path / "p"
    place.mkdir()
    desk = Desk(place / "desk.sqlite")
    desk.create("x")
    place.chmod(0o555)
    desk.path.chmod(0o444)
    try:
        assert not desk.writable
        assert [one.name for one in desk.collections()] == ["x"]
        with pytest.raises(DeskError):
            desk.create("y")
    finally:
        place.chmod(0o755)


def test_two_programs_write_at_once_and_nothing_is_lost(desk: Desk) -> None:
    code = (
        "import sys; from reftel.desk import Desk, Target\n"
        "for at in range(20): Desk(sys.argv[1], sys.argv[2]).write(Target('x'), f'{sys.argv[2]}{at}')"
    )

    def write_many(name: str) -> int:
        return subprocess.run([sys.executable, "-c", code, str(desk.path), name], check=False).returncode

    with ThreadPoolExecutor() as pool:
        assert list(pool.map(write_many, ("a", "b"))) == [0, 0]
    assert {one.text for one in desk.notes()} == {f"{name}{at}" for name in "ab" for at in range(20)}


def test_what_was_said_to_be_written_outlives_a_program_that_is_killed(desk: Desk) -> None:
    code = (
        "import sys; from reftel.desk import Desk, Target\n"
        "for at in range(10_000): print(Desk(sys.argv[1], 'a').write(Target('x'), str(at)).text, flush=True)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(desk.path)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        said = [child.stdout.readline().strip() for _ in range(9)]
        child.kill()
        said += child.stdout.read().split("\n")[:-1]
    there = {one.text for one in desk.notes()}
    assert set(said) <= there
    assert len(there) <= len(said) + 1
