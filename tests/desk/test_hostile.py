"""What a desk cannot keep is refused and not written, and no file of another can break, hide or rename what is there."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from reftel.desk import Card, Claim, Desk, Judgements, Target, from_json, part_of, to_json
from reftel.desk.entry import FARTHEST, Collected, Entry, Noted, Placed, What, new_thing, thing_of
from reftel.errors import DeskError

RECORD = "07MARENGO212"
WHOLE = Target(RECORD)
WORDS = Target(RECORD, "a" * 64, "p1", 0, 5, "hello")
LONG = "x" * 301
EARLY, LATE = "2024-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "desk.sqlite", "anna")


def eves(thing: str, what: What, at: str = EARLY, after: tuple[str, ...] = ()) -> Entry:
    return Entry(thing, "eve", at, what, after)


def take(desk: Desk, *entries: Entry) -> None:
    """Merges what eve wrote, as it comes in a file."""
    desk.merge(*from_json(to_json(entries, [])))


def forged(thing: str, what: dict[str, Any], at: str = EARLY) -> bytes:
    """A file with one entry that no desk would write, under the id that it would have."""
    entry = {"author": "eve", "at": at, "thing": thing, "what": what}
    name = hashlib.sha256(msgspec.json.encode(entry, order="sorted")).hexdigest()[:32]
    told = {"id": f"urn:reftel:entry:{name}", "reftel:thing": f"urn:reftel:thing:{thing}", **entry}
    del told["thing"]
    return msgspec.json.encode({"first": {}, "reftel:form": 1, "reftel:judgements": [told]})


def records(desk: Desk, name: str) -> list[str]:
    return [item.record for item in desk.collection(name).items]


REFUSED: list[Callable[[Desk], object]] = [
    lambda desk: Judgements(desk).judge(WORDS, "corrected", Claim(speaker=LONG)),
    lambda desk: Judgements(desk).judge(WORDS, "corrected", Claim(about=tuple(map(str, range(51))))),
    lambda desk: Judgements(desk).judge(WORDS, "corrected", Claim(speaker="\udcff")),
    lambda desk: Judgements(desk).match(LONG, "b", same=True),
    lambda desk: Judgements(desk).match("\udcff", "b", same=True),
    lambda desk: desk.add("Harbour", [Card("06VESZTALY418"), Card(LONG)]),
    lambda desk: desk.create("Dues", cards=[Card("06VESZTALY418"), Card(LONG)]),
    lambda desk: desk.write(Target(LONG), "x"),
    lambda desk: desk.tag(Target(RECORD, exact="x" * 1_000_001), "mud"),
    lambda desk: desk.write_and_tag(WORDS, "x" * 20_001, "mud"),
    lambda desk: desk.write_and_tag(WORDS, "x", "m" * 101),
]


@pytest.mark.parametrize("deed", REFUSED)
def test_what_could_not_be_read_again_is_not_written(desk: Desk, deed: Callable[[Desk], object]) -> None:
    desk.create("Harbour")
    before = desk.everything()
    with pytest.raises(DeskError):
        deed(desk)
    assert desk.everything() == before


def test_of_several_desks_all_are_taken_in_or_none(desk: Desk) -> None:
    good, bad = eves(new_thing(), Noted("x", WHOLE)), eves(new_thing(), Noted("x" * 20_001, WHOLE))
    with pytest.raises(DeskError, match="the note 07MARENGO212 cannot be kept"):
        desk.merge_all([([good], []), ([bad], [])])
    assert desk.everything() == ([], [])
    assert [one.new for one in desk.merge_all([([good], []), ([good], [])])] == [1, 0]


def test_an_entry_that_cannot_be_read_is_said_and_hides_no_other(tmp_path: Path) -> None:
    told: list[str] = []
    desk = Desk(tmp_path / "desk.sqlite", "anna", tell=told.append)
    Judgements(desk).judge(WORDS, "rejected")
    with sqlite3.connect(desk.path) as connection:
        (body,) = connection.execute("SELECT body FROM entry").fetchone()
        worse = body.replace('"rejected"', '"corrected"').replace(
            '"what":{', f'"what":{{"claim":{{"speaker":"{LONG}"}},'
        )
        connection.execute(
            "INSERT INTO entry SELECT 'bad', thing, kind, author, at, gone, record, collection, ? FROM entry", (worse,)
        )
    connection.close()
    assert [one.verdict for one in Judgements(desk).judgements()] == ["rejected"]
    assert len(from_json(to_json(*desk.everything()))[0]) == 1
    assert len(told) == 1
    assert "the entry bad cannot be read, and is left out: Expected `str` of length <= 300" in told[0]


@pytest.mark.parametrize("rank", [FARTHEST, -FARTHEST])
def test_whatever_place_another_gave_a_record_there_is_room(desk: Desk, rank: int) -> None:
    made = desk.create("Harbour", cards=[Card("a"), Card("b")])
    take(desk, eves(thing_of("cable", made.id, "z"), Placed(made.id, "z", rank)))
    expected = ["a", "b", "z"] if rank > 0 else ["z", "a", "b"]
    assert desk.add("Harbour", [Card("c")]) == 1
    assert records(desk, "Harbour") == [*expected, "c"]
    for record, to in (("c", 1), ("a", 4), ("z", 1), ("b", 4), ("z", 4)):
        expected = [one for one in records(desk, "Harbour") if one != record]
        expected.insert(to - 1, record)
        desk.move("Harbour", record, to)
        assert records(desk, "Harbour") == expected


def test_moving_among_equal_places_is_one_transaction(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    made = desk.create("Harbour")
    names = [f"r{at}" for at in range(9)]
    take(desk, *(eves(thing_of("cable", made.id, one), Placed(made.id, one, 5)) for one in names))
    writes: list[int] = []
    add = desk.file.add
    monkeypatch.setattr(desk.file, "add", lambda entries: writes.append(add(entries)))
    desk.move("Harbour", "r8", 2)
    assert writes == [9]
    assert records(desk, "Harbour") == ["r0", "r8", *names[1:8]]


def test_an_annotation_without_words_does_not_make_an_export_unreadable(desk: Desk, tmp_path: Path) -> None:
    desk.write(WORDS, "mine")
    entries = [eves(new_thing(), Noted("hi", target)) for target in (
        Target(RECORD, start=5, end=9), Target(RECORD, prefix="took a "), Target(RECORD, "a" * 64, "p1", end=3),
    )]  # fmt: skip
    desk.merge(entries, [])  # as it was let in once
    data = to_json(*desk.everything())
    other = Desk(tmp_path / "other.sqlite", "ben")
    other.merge(*from_json(data))
    assert other.notes() == desk.notes()
    assert len(other.notes()) == 4
    assert to_json(*other.everything()) == data


@pytest.mark.parametrize("selector", [
    {"type": "TextPositionSelector", "start": 5, "end": 9}, {"type": "TextQuoteSelector", "prefix": "took a "},
])  # fmt: skip
def test_an_annotation_with_a_place_and_no_words_is_refused(selector: dict[str, Any]) -> None:
    target = Target(RECORD, **{name: value for name, value in selector.items() if name != "type"})
    entry = eves(new_thing(), Noted("hi", target))
    whole = msgspec.json.decode(to_json([eves(entry.thing, Noted("hi", WHOLE))], []))
    (told,) = whole["first"]["items"]
    told["id"] = f"urn:reftel:entry:{entry.id}"
    told["target"]["selector"] = [selector]
    with pytest.raises(DeskError, match="no words"):
        from_json(msgspec.json.encode(whole))


def test_a_note_under_the_id_of_a_collection_is_a_note(desk: Desk) -> None:
    made = desk.create("Harbour", cards=[Card(RECORD)])
    take(desk, eves(made.id, Noted("hi", WHOLE), LATE))
    assert records(desk, "Harbour") == [RECORD]
    assert [one.text for one in desk.notes(RECORD)] == ["hi"]
    assert desk.disagreements() == ()
    desk.describe("Harbour", called="Dues", about="")
    desk.unwrite(made.id)
    assert [one.name for one, _ in desk.sized()] == ["Dues"]


def test_a_collection_under_the_id_of_a_note_or_place_hides_neither(desk: Desk) -> None:
    made = desk.create("Harbour", cards=[Card(RECORD), Card("06VESZTALY418")])
    note = desk.write(WHOLE, "mine")
    take(desk, *(eves(one, Collected("junk"), LATE) for one in (note.id, thing_of("cable", made.id, RECORD))))
    assert records(desk, "Harbour") == [RECORD, "06VESZTALY418"]
    assert [size for one, size in desk.sized() if one.id == made.id] == [2]
    assert [one.text for one in desk.around(RECORD).notes] == [one.text for one in desk.notes()] == ["mine"]
    desk.take_out("Harbour", RECORD)
    assert records(desk, "Harbour") == ["06VESZTALY418"]
    assert [one.text for one in desk.notes()] == ["mine"]


COLLECTION = "c" * 32
SHARED = [
    (thing_of("cable", COLLECTION, RECORD), {"kind": "cable", "collection": COLLECTION, "record": RECORD, "rank": 5}),
    (thing_of("person", "a", "b"), {"kind": "person", "one": "a", "other": "b"}),
    (thing_of("tag", "mud", RECORD), {"kind": "tag", "target": {"record": RECORD}, "word": "Mud"}),
    (
        thing_of("statement", RECORD, "", 1, 4),
        {"kind": "statement", "target": {"record": RECORD, "start": 1, "end": 4, "exact": "mud"}, "verdict": "rejected"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("thing", "what"), SHARED, ids=["cable", "person", "tag", "statement"])
def test_what_is_the_same_for_everybody_comes_under_no_other_id(thing: str, what: dict[str, Any]) -> None:
    assert [one.what.kind for one in from_json(forged(thing, what))[0]] == [what["kind"]]
    with pytest.raises(DeskError, match="is not said of"):
        from_json(forged("0" * 32, what))


@pytest.mark.parametrize("at", [
    "9999-99-99T99:99:99.999Z", "٢٠٢٤-01-01T00:00:00.000Z", f"{EARLY}\n", "0000-01-01T00:00:00.000Z",
    "2024-02-30T00:00:00.000Z", "2024-01-01T24:00:01.000Z",
])  # fmt: skip
def test_a_time_that_is_none_is_refused(at: str) -> None:
    what = {"kind": "collection", "name": "x"}
    assert from_json(forged("0" * 32, what))[0]
    with pytest.raises(DeskError, match="is no desk"):
        from_json(forged("0" * 32, what, at))


def test_an_id_goes_before_a_name(desk: Desk) -> None:
    made = desk.create("Harbour")
    like = made.id[:31] + ("0" if made.id[31] != "0" else "1")
    take(desk, eves(new_thing(), Collected(made.id)), eves(like, Collected("like it")))
    assert desk.collection(made.id).name == "Harbour"
    assert desk.collection(like).name == "like it"
    with pytest.raises(DeskError, match="2 collections") as refused:
        desk.collection(made.id[:12])
    assert made.id in refused.value.hint
    assert desk.remove(made.id).name == "Harbour"


def test_of_two_versions_none_vanishes_by_a_list_of_what_is_past(desk: Desk) -> None:
    note = desk.write(WHOLE, "one")
    desk.rewrite(note.id, "anna's")
    take(desk, eves(note.id, Noted("eve's", WHOLE), LATE, note.heads))
    (torn,) = desk.notes()
    desk.merge([], list(torn.heads))
    assert desk.notes() == [torn]
    assert len(desk.disagreements()) == 1
    assert len(from_json(to_json(*desk.everything()))[0]) == 2
    desk.rewrite(note.id, "settled")
    assert [(one.text, one.others) for one in desk.notes()] == [("settled", ())]


def test_what_is_counted_is_what_is_shown_when_all_is_said_to_be_past(desk: Desk) -> None:
    desk.create("Harbour", cards=[Card(RECORD), Card("06VESZTALY418")])
    desk.take_out("Harbour", RECORD)
    desk.rewrite(desk.write(WHOLE, "one").id, "two")
    desk.unwrite(desk.write(WHOLE, "gone").id)
    desk.tag(WHOLE, "mud")
    desk.merge([], [row.id for row in desk.file.entries()])
    assert [len(one.items) for one in desk.collections()] == [size for _, size in desk.sized()] == [1]
    assert [one.text for one in desk.notes()] == ["two"]
    assert desk.file.count("note") == 1
    assert desk.around(RECORD).words == ["mud"]
    with sqlite3.connect(desk.path) as connection:
        assert connection.execute("SELECT text FROM notes").fetchall() == [("two",)]
        assert connection.execute("SELECT record FROM cables").fetchall() == [("06VESZTALY418",)]
    connection.close()


def test_one_collection_handed_on_says_nothing_of_all_else(desk: Desk, tmp_path: Path) -> None:
    guild = desk.create("Guild", cards=[Card("05DOLUNAY1"), Card("05DOLUNAY2")])
    harbour = desk.create("Harbour", cards=[Card(RECORD)])
    note, away = desk.write(WHOLE, "first"), desk.write(Target("05DOLUNAY1"), "first")
    ben = Desk(tmp_path / "ben.sqlite", "ben")
    ben.merge(*from_json(to_json(*desk.everything())))
    before = ben.everything()[1]
    desk.move("Guild", "05DOLUNAY2", 1)
    desk.rewrite(note.id, "second")
    desk.rewrite(away.id, "second")
    entries, past = part_of(*desk.everything(), desk.collection(harbour.id))
    ben.merge(*from_json(to_json(entries, past)))
    assert ben.everything()[1] == sorted([*before, *note.heads])
    assert [(one.name, size) for one, size in ben.sized()] == [("Guild", 2), ("Harbour", 1)]
    assert sorted(one.text for one in ben.notes()) == ["first", "second"]
    ben.merge(*from_json(to_json(*desk.everything())))
    assert records(ben, guild.id) == ["05DOLUNAY2", "05DOLUNAY1"]
    assert [one.text for one in ben.notes()] == ["second", "second"]


def test_a_part_says_of_its_own_all_that_is_past(desk: Desk, tmp_path: Path) -> None:
    made = desk.create("Harbour", cards=[Card(RECORD)])
    note = desk.write(WHOLE, "first")
    cleo, ben = Desk(tmp_path / "cleo.sqlite", "cleo"), Desk(tmp_path / "ben.sqlite", "ben")
    cleo.merge(*desk.everything())
    for text in ("second", "third"):
        desk.rewrite(note.id, text)
    ben.merge(*from_json(to_json(*desk.everything())))  # without what was there before
    cleo.merge(*from_json(to_json(*part_of(*ben.everything(), ben.collection(made.id)))))
    assert [(one.text, one.others) for one in cleo.notes()] == [("third", ())]


def test_a_desk_of_the_older_layout_counts_by_the_same_rule(desk: Desk) -> None:
    desk.write(WHOLE, "one")
    connection = sqlite3.connect(desk.path, isolation_level=None)
    connection.execute("DROP VIEW notes")
    connection.execute("CREATE VIEW notes AS SELECT thing FROM entry WHERE id NOT IN (SELECT id FROM past)")
    connection.execute("PRAGMA user_version = 1")
    desk.merge([], [row.id for row in desk.file.entries()])
    assert connection.execute("SELECT text FROM notes").fetchall() == [("one",)]
    connection.close()
