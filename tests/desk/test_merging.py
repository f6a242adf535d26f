"""Two desks put together: nothing is lost, and neither order nor repetition changes what comes of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reftel.desk import Card, Desk, Target, from_json, to_json
from reftel.desk.entry import Entry
from reftel.errors import DeskError

RECORDS = ("07MARENGO212", "06VESZTALY418", "v1/d5", "a b%c/é")
TARGETS = (
    Target("07MARENGO212"),
    Target("07MARENGO212", "a" * 64, "p3", 10, 15, "pencil", "took a ", ". A"),
    Target("a b%c/é", "b" * 64, "b1", 0, 3, "“é”", "", " \x07\n"),
)
NAMES = ("harbour", "mud", "Lamp", "=1+1")
Deed = tuple[str, int, int, str]


def clock(start: int) -> Callable[[], str]:
    ticks = itertools.count(start)
    return lambda: f"2026-01-01T00:{(tick := next(ticks)) // 60 % 60:02d}:{tick % 60:02d}.000Z"


def do(desk: Desk, deeds: Sequence[Deed]) -> None:
    """Does what can be done of `deeds`; what cannot (a name that is taken, a record that is not there) is left out."""
    for name, first, second, text in deeds:
        try:
            _do(desk, name, first, second, text)
        except DeskError:
            continue


def _do(desk: Desk, name: str, first: int, second: int, text: str) -> None:
    collections, notes, tags = desk.collections(), desk.notes(), desk.tags()
    called = collections[first % len(collections)].id if collections else ""
    record, target = RECORDS[second % len(RECORDS)], TARGETS[second % len(TARGETS)]
    if name == "create":
        desk.create(NAMES[first % len(NAMES)], text)
    elif name == "describe":
        desk.describe(called, called=NAMES[second % len(NAMES)], about=text)
    elif name == "remove":
        desk.remove(called)
    elif name == "add":
        desk.add(called, [Card(record, title=text[:50])])
    elif name == "move":
        desk.move(called, record, first)
    elif name == "take-out":
        desk.take_out(called, record)
    elif name == "write":
        desk.write(target, text)
    elif name == "rewrite" and notes:
        desk.rewrite(notes[first % len(notes)].id, text)
    elif name == "unwrite" and notes:
        desk.unwrite(notes[first % len(notes)].id)
    elif name == "tag":
        desk.tag(target, NAMES[first % len(NAMES)])
    elif name == "untag" and tags:
        desk.untag(tags[first % len(tags)].id)


_NAMES = "create describe remove add add move take-out write rewrite unwrite tag untag".split()
DEEDS = st.lists(
    st.tuples(st.sampled_from(_NAMES), st.integers(0, 5), st.integers(0, 5), st.text(max_size=20)), max_size=12
)
relaxed = settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Shelf:
    """Desks in one folder, each new."""

    def __init__(self, place: Path) -> None:
        self._place, self._count = place, itertools.count()

    def desk(self, author: str = "anna", start: int = 0) -> Desk:
        return Desk(self._place / f"{next(self._count)}.sqlite", author, clock(start))

    def copy(self, desk: Desk, author: str = "", start: int = 0) -> Desk:
        copied = self.desk(author or desk.author, start)
        copied.merge(*desk.everything())
        return copied


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def state(desk: Desk) -> tuple[object, ...]:
    collections, notes = desk.collections(), desk.notes()
    assert desk.file.count("note") == len(notes)
    assert [(one.id, count) for one, count in desk.sized()] == [(one.id, len(one.items)) for one in collections]
    for record in RECORDS:
        around = desk.around(record)
        assert (around.notes, around.tags) == (desk.notes(record), desk.tags(record))
        holding = [any(item.record == record for item in one.items) for one in collections]
        assert [holds for _, holds in around.collections] == holding
    return desk.everything(), collections, notes, desk.tags(), desk.disagreements()


def seen(desk: Desk) -> tuple[object, ...]:
    return desk.collections(), desk.notes(), desk.tags()


@relaxed
@given(before=DEEDS, left=DEEDS, right=DEEDS, third=DEEDS)
def test_neither_order_nor_repetition_matters(
    shelf: Shelf, before: list[Deed], left: list[Deed], right: list[Deed], third: list[Deed]
) -> None:
    common = shelf.desk()
    do(common, before)
    desks = [shelf.copy(common, author, 1000 * at) for at, author in enumerate(("anna", "ben", "cleo"), 1)]
    for desk, deeds in zip(desks, (left, right, third), strict=True):
        do(desk, deeds)
    results = []
    for order in itertools.permutations([desk.everything() for desk in desks]):
        merged = shelf.desk("dora")
        for everything in (*order, order[0], order[1]):
            merged.merge(*everything)
        results.append(state(merged))
    assert all(one == results[0] for one in results)
    grouped = shelf.copy(desks[0])
    pair = shelf.copy(desks[1])
    pair.merge(*desks[2].everything())
    grouped.merge(*pair.everything())
    assert state(grouped) == results[0]


@relaxed
@given(before=DEEDS, left=DEEDS, right=DEEDS)
def test_nothing_that_either_sees_is_lost(
    shelf: Shelf, before: list[Deed], left: list[Deed], right: list[Deed]
) -> None:
    common = shelf.desk()
    do(common, before)
    anna, ben = shelf.copy(common, "anna", 1000), shelf.copy(common, "ben", 2000)
    do(anna, left)
    do(ben, right)
    merged = shelf.copy(anna)
    result = merged.merge(*ben.everything())
    ours, theirs, both = ({one.id: one for one in desk.everything()[0]} for desk in (anna, ben, merged))
    assert both == ours | theirs
    assert result.new == len(theirs.keys() - ours.keys())
    past = set(merged.everything()[1])
    told = {version.says for note in merged.notes() for version in note.others} | {one.text for one in merged.notes()}
    for note in (*anna.notes(), *ben.notes()):
        # Whoever changed or took it away knew of it, or it is still told.
        assert note.text in told or set(note.heads) <= past
    again = merged.merge(*ben.everything())
    assert again.new == 0


@relaxed
@given(deeds=DEEDS, history=st.booleans())
def test_what_is_exported_is_what_is_seen_and_the_same_bytes(shelf: Shelf, deeds: list[Deed], history: bool) -> None:
    desk = shelf.desk()
    do(desk, deeds)
    data = to_json(*desk.everything(), history=history)
    entries, past = from_json(data)
    other = shelf.desk("ben")
    other.merge(entries, past)
    assert seen(other) == seen(desk)
    assert to_json(reversed(entries), past, history=history) == data
    if history:
        assert other.everything() == desk.everything()


@relaxed
@given(before=DEEDS, left=DEEDS, right=DEEDS)
def test_without_its_history_an_export_raises_no_disagreement_that_is_none(
    shelf: Shelf, before: list[Deed], left: list[Deed], right: list[Deed]
) -> None:
    common = shelf.desk()
    do(common, before)
    anna, ben = shelf.copy(common, "anna", 1000), shelf.copy(common, "ben", 2000)
    do(anna, left)
    do(ben, right)
    whole, part = shelf.copy(ben), shelf.copy(ben)
    whole.merge(*from_json(to_json(*anna.everything(), history=True)))
    part.merge(*from_json(to_json(*anna.everything())))
    assert disagreements(part) == disagreements(whole)


def disagreements(desk: Desk) -> list[object]:
    collections = [(one.id, one.others) for one in desk.collections()]
    return [collections, [(one.id, one.text, one.others) for one in desk.notes()], [one.id for one in desk.tags()]]


@relaxed
@given(deeds=DEEDS)
def test_an_export_is_what_the_annotation_model_asks_for(shelf: Shelf, deeds: list[Deed]) -> None:
    desk = shelf.desk()
    do(desk, deeds)
    whole = msgspec.json.decode(to_json(*desk.everything(), history=True))
    assert whole["@context"][0] == "http://www.w3.org/ns/anno.jsonld"
    page = whole["first"]
    assert (whole["type"], page["type"], whole["total"]) == (
        "AnnotationCollection",
        "AnnotationPage",
        len(page["items"]),
    )
    ids = [whole["id"], page["id"], *(one["id"] for one in page["items"])]
    assert len(set(ids)) == len(ids)
    for one in page["items"]:
        assert (one["type"], one["body"]["type"]) == ("Annotation", "TextualBody")
        assert one["motivation"] in {"commenting", "tagging"}
        assert one["target"]["source"].startswith("urn:")
        assert not set(one["target"]["source"]) & set(" %é") - {"%"}
        for selector in one["target"].get("selector", ()):
            needed = {
                "FragmentSelector": {"value"}, "TextPositionSelector": {"start", "end"}, "TextQuoteSelector": {"exact"},
            }[selector["type"]]  # fmt: skip
            assert needed <= set(selector)


@relaxed
@given(before=DEEDS, left=DEEDS, right=DEEDS, here=st.integers(), past=st.integers())
def test_whatever_is_here_and_whatever_is_said_to_be_past_what_is_counted_is_shown(
    shelf: Shelf, before: list[Deed], left: list[Deed], right: list[Deed], here: int, past: int
) -> None:
    common = shelf.desk()
    do(common, before)
    anna, ben = shelf.copy(common, "anna", 1000), shelf.copy(common, "ben", 2000)
    do(anna, left)
    do(ben, right)
    entries = {one.id: one for desk in (anna, ben) for one in desk.everything()[0]}
    torn = shelf.desk("dora")
    torn.merge([one for at, one in enumerate(entries.values()) if here >> at & 1], [
        name for at, name in enumerate(entries) if past >> at & 1
    ])  # fmt: skip
    shown = state(torn)
    copied = shelf.desk("cleo")
    copied.merge(*from_json(to_json(*torn.everything(), history=True)))
    assert state(copied) == shown


def test_two_versions_of_a_note_are_both_kept_and_said(shelf: Shelf) -> None:
    anna = shelf.desk()
    note = anna.write(TARGETS[1], "who?")
    ben = shelf.copy(anna, "ben", 100)
    anna.rewrite(note.id, "the Minister")
    ben.rewrite(note.id, "her chef de cabinet")
    result = anna.merge(*ben.everything())
    assert result.new == 1
    assert [one.says for one in result.disagreements] == ["a note on 07MARENGO212 p3: versions by ben, anna"]
    (one,) = anna.notes()
    assert (one.text, one.author, [other.says for other in one.others]) == (
        "her chef de cabinet", "anna", ["the Minister"],
    )  # fmt: skip
    settled = anna.rewrite(note.id, "both")
    assert settled.others == ()
    assert ben.merge(*anna.everything()).disagreements == ()
    assert [one.text for one in ben.notes()] == ["both"]


def test_what_one_takes_away_and_another_changes_stays_and_is_said(shelf: Shelf) -> None:
    anna = shelf.desk()
    note = anna.write(TARGETS[0], "x")
    ben = shelf.copy(anna, "ben", 100)
    anna.rewrite(note.id, "y")
    ben.unwrite(note.id)
    for desk, other in ((anna, ben), (ben, anna)):
        desk.merge(*other.everything())
        (one,) = desk.notes()
        assert one.text == "y"
        assert [(other.author, other.gone) for other in one.others] == [("ben", True)]
    anna.unwrite(note.id)
    ben.merge(*anna.everything())
    assert ben.notes() == []


def test_a_stale_form_writes_beside_and_not_over(shelf: Shelf) -> None:
    desk = shelf.desk()
    note = desk.write(TARGETS[0], "x")
    desk.rewrite(note.id, "y")
    late = desk.rewrite(note.id, "z", note.heads)
    assert {late.text, *(one.says for one in late.others)} == {"y", "z"}


def test_two_who_add_the_same_record_or_tag_have_it_once(shelf: Shelf) -> None:
    anna = shelf.desk()
    mine = anna.create("harbour")
    ben = shelf.copy(anna, "ben", 100)
    for desk in (anna, ben):
        desk.add(mine.id, [Card("07MARENGO212")])
        desk.tag(TARGETS[0], "Mud" if desk is anna else "mud")
    anna.merge(*ben.everything())
    (collection,) = anna.collections()
    assert [(item.record, item.author, item.others) for item in collection.items] == [("07MARENGO212", "anna", ())]
    assert len(anna.tags()) == 1


def test_two_collections_of_one_name_stay_two(shelf: Shelf) -> None:
    anna, ben = shelf.desk(), shelf.desk("ben", 100)
    for desk in (anna, ben):
        desk.create("harbour")
    anna.merge(*ben.everything())
    with pytest.raises(DeskError, match="2 collections are called 'harbour'") as refused:
        anna.collection("harbour")
    ids = [one.id for one in anna.collections()]
    assert all(one[:8] in refused.value.hint for one in ids)
    assert anna.collection(ids[0][:8]).id == ids[0]


def test_no_file_of_another_can_make_a_note_vanish_unseen(shelf: Shelf) -> None:
    desk = shelf.desk()
    note = desk.write(TARGETS[0], "mine")
    desk.merge([], list(note.heads))
    assert [one.text for one in desk.notes()] == ["mine"]


def changed(data: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    whole = msgspec.json.decode(data)
    change(whole)
    return msgspec.json.encode(whole)


def broken() -> Iterator[Callable[[dict[str, Any]], object]]:
    def item(name: str, value: object) -> Callable[[dict[str, Any]], object]:
        return lambda whole: whole["first"]["items"][0].update({name: value})

    yield from (item("created", "yesterday"), item("motivation", "linking"), item("creator", {"name": "somebody else"}))
    yield from (item("target", {"source": "http://elsewhere.example"}), item("body", []), item("canonical", "urn:x"))
    yield from (item("id", "urn:reftel:entry:" + "0" * 32), item("reftel:after", 3), item("reftel:gone", "no"))
    yield lambda whole: whole.update({"reftel:form": 99})
    yield lambda whole: whole.update({"reftel:past": ["x"]})
    yield lambda whole: whole.update({"reftel:collections": [{}]})
    yield lambda whole: whole.pop("first")


@pytest.mark.parametrize("change", list(broken()))
def test_a_file_that_is_no_desk_is_refused_whole(shelf: Shelf, change: Callable[[dict[str, Any]], object]) -> None:
    desk = shelf.desk()
    desk.write(TARGETS[1], "x")
    with pytest.raises(DeskError):
        from_json(changed(to_json(*desk.everything()), change), "a.json")


@settings(deadline=None)
@given(data=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        entries, past = from_json(data)
    except DeskError:
        return
    assert all(isinstance(one, Entry) for one in entries)
    assert isinstance(past, list)
