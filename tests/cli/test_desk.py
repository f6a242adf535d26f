"""The commands of the reader's own desk: what they print, what they write, and how they end."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from archive.building import kept, telegram
from reftel.cli.app import app
from reftel.search import search


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("desk") / "a"
    with kept(path, *(telegram(number, words=f"DUES {number}") for number in range(1, 6))) as archive:
        search(archive, "dues")
    return str(path)


class Hand:
    """Runs commands at one desk."""

    def __init__(self, archive: str, file: Path, author: str) -> None:
        self._environment = {
            "COLUMNS": "100", "REFTEL_ARCHIVE": archive, "REFTEL_DESK": str(file), "REFTEL_AUTHOR": author,
        }  # fmt: skip

    def run(self, *arguments: str, given: str = "", code: int = 0) -> Any:
        result = CliRunner().invoke(app, list(arguments), input=given, env=self._environment)
        assert result.exit_code == code, result.output
        return result


@pytest.fixture
def anna(place: str, tmp_path: Path) -> Hand:
    return Hand(place, tmp_path / "anna.sqlite", "anna")


@pytest.fixture
def ben(place: str, tmp_path: Path) -> Hand:
    return Hand(place, tmp_path / "ben.sqlite", "ben")


def lines(result: Any) -> list[Any]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_collection_from_first_to_last(anna: Hand, tmp_path: Path) -> None:
    anna.run("collection", "list", code=1)
    assert "'Dues' is the collection" in anna.run("collection", "create", "Dues", "--about", "who paid").stderr
    assert "already" in anna.run("collection", "create", "dues", code=2).stderr
    added = anna.run("collection", "add", "dues", "Paris 3", "87PARIS1", "87 Paris 99", "--search", "id:87PARIS2")
    assert "87PARIS99 is not in this archive" in added.stderr
    assert "4 of 4 were not in 'dues' before" in added.stderr
    anna.run("collection", "add", "dues", "87PARIS1", code=1)
    assert "no record is known as xqzzy" in anna.run("collection", "add", "dues", "xqzzy", code=2).stderr
    anna.run("collection", "move", "dues", "87PARIS2", "1")
    shown = anna.run("collection", "show", "dues").stdout
    assert (
        shown.index("87PARIS2") < shown.index("87PARIS3") < shown.index("87PARIS1") < shown.index("not in this archive")
    )
    rows = lines(anna.run("collection", "show", "dues", "--json"))
    assert [(row["record"], row["here"]) for row in rows][-1] == ("87PARIS99", False)
    exported = anna.run("collection", "export", "dues", "--format", "csv")
    assert "left out: 87PARIS99" in exported.stderr
    told = csv.DictReader(io.StringIO(exported.stdout))
    assert [row["id"] for row in told] == ["87PARIS2", "87PARIS3", "87PARIS1"]
    assert [hit["id"] for hit in lines(anna.run("search", "mine:dues", "--json"))] == [
        "87PARIS1",
        "87PARIS2",
        "87PARIS3",
    ]
    pytest.importorskip("typst")
    pypdf = pytest.importorskip("pypdf")
    anna.run("pdf", "--collection", "dues", "--out", str(tmp_path / "dues.pdf"))
    assert pypdf.PdfReader(tmp_path / "dues.pdf").metadata.title == "dues"
    anna.run("collection", "remove", "dues", "Paris 3", code=2)
    anna.run("collection", "remove", "dues", "87 Paris 3")
    anna.run("collection", "describe", "dues", "--name", "Paid")
    (one,) = lines(anna.run("collection", "list", "--json"))
    assert (one["name"], one["about"], len(one["items"])) == ("Paid", "who paid", 3)
    anna.run("collection", "delete", "paid")
    anna.run("collection", "show", "paid", code=2)


def test_notes_and_tags_from_first_to_last(anna: Hand) -> None:
    anna.run("note", "list", code=1)
    anna.run("note", "add", "Paris 2", "Under protest?", "--at", "p2", "--words", "under protest")
    anna.run("note", "add", "87PARIS1", "-", given="two\nlines\n")
    anna.run("note", "add", "87PARIS1", "x", "--words", "nothing of it", code=2)
    told = anna.run("note", "list").stdout
    assert "“under protest”" in told
    assert "  two\n  lines" in told
    rows = lines(anna.run("note", "list", "87 Paris 2", "--json"))
    assert [(row["note"]["target"]["at"], row["found"]["how"]) for row in rows] == [("p2", "there")]
    note = rows[0]["note"]["id"]
    anna.run("note", "edit", note[:8], "Not under protest")
    anna.run("note", "remove", note)
    anna.run("note", "remove", note, code=2)
    anna.run("tag", "add", "87PARIS2", "ask Tremayne", "--at", "p2")
    anna.run("tag", "add", "87PARIS2", "mud")
    assert anna.run("tag", "list").stdout == "ask Tremayne 1\nmud 1\n"
    assert "87PARIS2 p2" in anna.run("tag", "list", "ASK tremayne").stdout
    assert [hit["id"] for hit in lines(anna.run("search", 'tagged:"ask tremayne"', "--json"))] == ["87PARIS2"]
    anna.run("tag", "remove", "87PARIS2", "mud")
    anna.run("tag", "remove", "87PARIS2", "mud", code=1)
    anna.run("tag", "list", "mud", code=1)


def test_two_people_merge_through_files(anna: Hand, ben: Hand, tmp_path: Path) -> None:
    file, back = str(tmp_path / "anna.json"), str(tmp_path / "ben.json")
    anna.run("collection", "create", "Dues")
    anna.run("collection", "add", "dues", "87PARIS1")
    anna.run("note", "add", "87PARIS1", "who?", "--at", "p1")
    anna.run("note", "add", "87PARIS4", "not in it")
    anna.run("collection", "export", "dues", "--out", file)  # a part: the collection, and what is noted on its records
    assert "3 of 3 entries are new" in ben.run("collection", "merge", file).stderr
    assert "not in it" not in ben.run("note", "list").stdout
    note = lines(ben.run("note", "list", "--json"))[0]["note"]["id"]
    anna.run("note", "edit", note, "the consul")
    ben.run("note", "edit", note, "the agent")
    ben.run("collection", "export", "--out", back)
    merged = anna.run("collection", "merge", back, back).stderr
    assert "not settled, both are kept: a note on 87PARIS1 p1: versions by ben, anna" in merged
    assert "0 of" in merged
    told = anna.run("note", "list", "87PARIS1").stdout
    assert "the agent" in told
    assert "not settled: anna has: the consul" in told
    anna.run("note", "edit", note, "the consul's agent")
    whole = anna.run("collection", "export").stdout
    assert "who?" not in whole  # what was changed since is not handed on
    assert "who?" in anna.run("collection", "export", "--history").stdout
    ben.run("collection", "merge", "-", given=whole)
    assert "not settled" not in ben.run("note", "list").stdout
    assert "not in it" in ben.run("note", "list").stdout
    (tmp_path / "broken.json").write_text("{}")
    before = ben.run("collection", "export", "--history").stdout
    assert "no desk" in ben.run("collection", "merge", file, str(tmp_path / "broken.json"), code=2).stderr
    assert ben.run("collection", "export", "--history").stdout == before
    ben.run("collection", "merge", str(tmp_path / "nowhere"), code=2)


def test_what_cannot_be_kept_is_refused_and_what_cannot_be_read_is_said(anna: Hand, tmp_path: Path) -> None:
    assert "cannot be kept" in anna.run("decide", "join", "x" * 301, "b", code=2).stderr
    anna.run("collection", "create", "Dues")
    anna.run("note", "add", "87PARIS1", "who?")
    with sqlite3.connect(tmp_path / "anna.sqlite") as connection:
        connection.execute(
            "INSERT INTO entry SELECT 'bad\x1b', thing, kind, author, at, gone, record, collection, '{}' FROM entry WHERE kind = 'note'"
        )
    connection.close()
    told = anna.run("note", "list")
    assert "who?" in told.stdout
    assert told.stderr.count("cannot be read, and is left out") == 1
    assert "\x1b" not in told.stderr
    assert "who?" in anna.run("collection", "export").stdout


def test_what_others_wrote_does_not_speak_to_the_terminal(anna: Hand) -> None:
    anna.run("note", "add", "87PARIS1", "\x1b[31mred\u202etxt\x07[bold]x[/bold]")
    anna.run("collection", "create", "\x1b]0;title\x07")
    for command in (("note", "list"), ("collection", "list")):
        result = anna.run(*command)
        assert not {"\x1b", "\x07", "\u202e"} & set(result.output)
    assert "[bold]x[/bold]" in anna.run("note", "list").stdout


def test_where_there_is_no_archive_collections_are_told_all_the_same(anna: Hand, tmp_path: Path) -> None:
    anna.run("collection", "create", "Dues")
    anna.run("collection", "add", "dues", "87PARIS1")
    away = Hand(str(tmp_path / "nowhere"), tmp_path / "anna.sqlite", "anna")
    result = away.run("collection", "show", "dues")
    assert "87PARIS1" in result.stdout
    assert "nothing was looked for" in result.stderr
    away.run("collection", "export")


@pytest.mark.parametrize(
    "words", ["[draft] Harbour", "Basin [/four]", "[bold]x", "[red on blue]Basin[/]", ":ship: Basin", "\\[x]"]
)
def test_words_in_a_table_are_no_mark_up(anna: Hand, place: str, tmp_path: Path, words: str) -> None:
    anna.run("collection", "create", words, "--about", f"{words} too")
    assert words in anna.run("collection", "list").stdout
    assert f"{words} too" in anna.run("collection", "list").stdout
    saved_in = ("--saved-in", str(tmp_path / "saved.sqlite"))
    anna.run("save", words, "dues", *saved_in)
    assert words in anna.run("saved", *saved_in).stdout
    named = Hand(place, tmp_path / "named.sqlite", words)
    named.run("decide", "add", "87PARIS1", "new dues", "--speaker", words)
    listed = named.run("decide", "list").stdout.split()
    assert " ".join(listed).count(words) == 2  # who decided, and who speaks


def test_a_number_of_several_years_is_not_the_first_of_them(tmp_path: Path) -> None:
    later = telegram(2)
    given = msgspec.structs.replace(later.given, id="88PARIS2", date="1988-03-03T09:30:00")
    with kept(tmp_path / "a", telegram(2), msgspec.structs.replace(later, text=f"{later.text}.", given=given)):
        pass
    hand = Hand(str(tmp_path / "a"), tmp_path / "desk.sqlite", "anna")
    hand.run("note", "add", "88PARIS2", "later")
    hand.run("tag", "add", "88PARIS2", "mud")
    assert "87PARIS2, 88PARIS2" in hand.run("note", "list", "Paris 2", code=2).stderr
    assert "87PARIS2, 88PARIS2" in hand.run("tag", "remove", "Paris 2", "mud", code=2).stderr
    assert "later" in hand.run("note", "list", "88 Paris 2").stdout
    hand.run("tag", "remove", "88 Paris 2", "mud")
