"""Saved searches: kept outside the archive, and exact about what is new in which archive."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.building import incident, kept, telegram
from reftel.archive import make_entry, open_archive
from reftel.errors import SavedError
from reftel.search import News, Query, SavedSearches, searched_to

QUERY = Query(words='"new dues" OR kraken', post="paris", tags=("ECON",), within=("vessel",), sort="newest")


@pytest.fixture
def searches(tmp_path: Path) -> SavedSearches:
    return SavedSearches(tmp_path / "home" / "saved.sqlite")


def news(searches: SavedSearches, place: Path) -> News:
    with open_archive(place) as archive:
        (one,) = searches.news(archive)
    return one


def test_what_is_saved_is_there_again(searches: SavedSearches) -> None:
    assert list(searches) == []
    assert not searches.path.exists()
    searches.save("dues", Query(words=QUERY.words, limit=3, cursor="x", facets=("year",), explain=True))
    searches.save("a b", QUERY)
    again = SavedSearches(searches.path)
    assert [one.name for one in again] == ["a b", "dues"]
    assert again.get("a b").query == QUERY
    assert again.get("dues").query == Query(words=QUERY.words)  # a page is no part of what is asked
    again.forget("dues")
    assert [one.name for one in searches] == ["a b"]


def test_a_name_is_not_taken_twice_unless_it_is_meant(searches: SavedSearches) -> None:
    searches.save("x", Query(words="a"))
    with pytest.raises(SavedError, match="already"):
        searches.save(" x ", Query(words="b"))
    searches.save("x", Query(words="b"), replace=True)
    assert searches.get("x").query.words == "b"


def test_what_is_not_there_is_said_with_what_is(searches: SavedSearches) -> None:
    searches.save("here", QUERY)
    for use in (searches.get, searches.forget):
        with pytest.raises(SavedError, match="there are: here"):
            use("gone")
    for name in ("", " \n", "x" * 101):
        with pytest.raises(SavedError, match="is no name"):
            searches.save(name, QUERY)


def test_new_is_what_was_kept_since_the_last_look(searches: SavedSearches, tmp_path: Path) -> None:
    searches.save("x", Query(words="protest"))
    with kept(tmp_path / "a", telegram(1), telegram(2), incident("K")) as archive:
        assert next(searches.news(archive)).new == 2  # never looked at: all is new
        searches.mark("x", archive, searched_to(archive))
        assert next(searches.news(archive)).new == 0
        archive.keep([make_entry(telegram(3)), make_entry(telegram(1)), make_entry(incident("L"))])
        one = next(searches.news(archive))
        assert (one.total, one.new, one.seen.row) == (3, 1, 3)
        assert searches.mark("x", archive, 1).row == 3  # a mark never goes back
        assert searches.mark("x", archive, 10**9).row == 5  # and never before what is there
    assert news(searches, tmp_path / "a").new == 0


def test_a_mark_follows_the_archive_and_is_of_no_other(searches: SavedSearches, tmp_path: Path) -> None:
    searches.save("x", Query(words="protest"))
    with kept(tmp_path / "a", telegram(1), telegram(2)) as archive:
        searches.mark("x", archive, 2)
    shutil.copytree(tmp_path / "a", tmp_path / "copy")
    with open_archive(tmp_path / "copy") as archive:
        archive.keep([make_entry(telegram(3))])
    assert news(searches, tmp_path / "copy").new == 1
    shutil.move(tmp_path / "a", tmp_path / "moved")
    assert news(searches, tmp_path / "moved").new == 0
    kept(tmp_path / "a", telegram(5), telegram(6)).close()  # another archive in the old place
    assert news(searches, tmp_path / "a").new == 2
    kept(tmp_path / "b", telegram(1), telegram(7), telegram(8)).close()  # begins alike, and is another
    assert news(searches, tmp_path / "b").new == 3


def test_an_archive_on_a_read_only_place_can_be_watched(searches: SavedSearches, tmp_path: Path) -> None:
    searches.save("x", Query(words="protest"))
    with kept(tmp_path / "a", telegram(1)) as archive:
        next(searches.news(archive))  # makes the index
    before = {path: path.read_bytes() for path in (tmp_path / "a").rglob("*") if path.is_file()}
    with open_archive(tmp_path / "a") as archive:
        searches.mark("x", archive, searched_to(archive))
        assert next(searches.news(archive)).new == 0
    after = {path: path.read_bytes() for path in (tmp_path / "a").rglob("*") if path.is_file()}
    assert after == before


def test_a_search_that_cannot_be_asked_hides_no_other(searches: SavedSearches, tmp_path: Path) -> None:
    searches.save("a", Query(words="protest", since="yesterday"))
    searches.save("b", Query(words="protest"))
    with kept(tmp_path / "a", telegram(1)) as archive:
        first, second = searches.news(archive)
    assert (first.total, "yesterday" in first.notes[0], second.total) == (0, True, 1)


def test_an_empty_archive_has_no_news(searches: SavedSearches, tmp_path: Path) -> None:
    searches.save("x", Query())
    with kept(tmp_path / "a") as archive:
        assert searches.mark("x", archive, searched_to(archive)).row == 0
        archive.keep([make_entry(telegram(1))])
        assert next(searches.news(archive)).new == 1


def test_what_is_forgotten_or_replaced_takes_its_marks_along(searches: SavedSearches, tmp_path: Path) -> None:
    with kept(tmp_path / "a", telegram(1)) as archive:
        for forgotten in (True, False):
            searches.save("x", QUERY, replace=True)
            assert searches.mark("x", archive, 1).row == 1
            if forgotten:
                searches.forget("x")
            searches.save("x", QUERY, replace=True)
            assert searches.seen("x", archive).row == 0
        searches.forget("x")
        with pytest.raises(SavedError):
            searches.mark("x", archive, 1)


def test_a_file_that_is_none_is_said_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("my notes, which are no database, and longer than a head of one " * 9)
    other = sqlite3.connect(tmp_path / "other")
    other.execute("CREATE TABLE mine (x)")
    other.close()
    newer = SavedSearches(tmp_path / "newer")
    newer.save("x", QUERY)
    connection = sqlite3.connect(newer.path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    (tmp_path / "folder").mkdir()
    for name in ("text", "other", "newer", "folder", "text/below"):
        path = tmp_path / name
        before = path.read_bytes() if path.is_file() else b""
        with pytest.raises(SavedError):
            SavedSearches(path).save("x", QUERY)
        with pytest.raises(SavedError):
            SavedSearches(path).get("x")
        assert not path.is_file() or path.read_bytes() == before


def test_two_processes_save_at_once_and_nothing_is_lost(searches: SavedSearches) -> None:
    code = (
        "import sys; from reftel.search import Query, SavedSearches\n"
        "for at in range(20): SavedSearches(sys.argv[1]).save(f'{sys.argv[2]}{at}', Query(words='x'))"
    )

    def save_many(name: str) -> int:
        return subprocess.run([sys.executable, "-c", code, str(searches.path), name], check=False).returncode

    with ThreadPoolExecutor() as pool:
        assert list(pool.map(save_many, ("a", "b"))) == [0, 0]
    assert {one.name for one in searches} == {f"{name}{at}" for name in "ab" for at in range(20)}


def test_what_was_said_to_be_saved_outlives_a_process_that_is_killed(searches: SavedSearches) -> None:
    code = (
        "import sys; from reftel.search import Query, SavedSearches\n"
        "for at in range(10_000): print(SavedSearches(sys.argv[1]).save(str(at), Query(words='x')).name, flush=True)"
    )
    for times in range(1, 4):
        said = []
        with subprocess.Popen(
            [sys.executable, "-c", code, str(searches.path)], stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None
            said = [child.stdout.readline().strip() for _ in range(times * 7)]
            child.kill()
            said += child.stdout.read().split("\n")[:-1]
        there = [one.name for one in searches]
        assert set(said) <= set(there)
        assert len(there) <= len(said) + 1
        for name in there:
            searches.forget(name)


ANY = st.text(st.characters(exclude_categories=()), max_size=20)


@settings(deadline=None, max_examples=60)
@given(name=ANY, words=ANY, more=ANY, tag=ANY)
def test_any_query_can_be_saved(
    tmp_path_factory: pytest.TempPathFactory, name: str, words: str, more: str, tag: str
) -> None:
    searches = SavedSearches(tmp_path_factory.mktemp("any") / "saved")
    query = Query(words=words, post=more, level=more, tags=(tag,), within=(more,))
    try:
        saved = searches.save(name, query)
    except SavedError:
        assert not name.split()
        return
    assert searches.get(name) == saved
    if words.isascii() and more.isascii() and tag.isascii():
        assert saved.query == query
