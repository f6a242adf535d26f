"""Rows as they were kept, and queries within queries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.building import kept, telegram
from reftel.archive import Archive, make_entry
from reftel.search import Query, every_hit, new_since, rows_found, search

TYPED = st.text(st.sampled_from('ab "()-~*=:ORNOTAND.12“”\ud800\n'), max_size=40) | st.text(max_size=40)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    bodies = ("Herring was ab.", "No herring; a and b.", "12 harbours.")
    releases = [telegram(number, body=bodies[number % 3]) for number in range(1, 31)]
    with kept(tmp_path_factory.mktemp("rows") / "a", *releases) as opened:
        yield opened


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ("row:7", [7]), ("row:28..", [28, 29, 30]), ("row:..2", [1, 2]), ("row:3..5", [3, 4, 5]), ("row:5..3", []),
        ("row:0", []), ("row:31..", []), ("row:9999999999", []), ("row:x", []), ("row:..", []), ("row:1*", [1]),
        ("-row:2..", [1]),
    ],
)  # fmt: skip
def test_rows_are_asked_for_by_number(archive: Archive, asked: str, rows: list[int]) -> None:
    assert sorted(rows_found(archive, asked).rows) == rows


@pytest.mark.parametrize("wrong", ["row:x", "row:1-3", "row:herring..2"])
def test_what_is_no_row_is_said(archive: Archive, wrong: str) -> None:
    assert any("is no row" in note for note in search(archive, wrong).notes)


def test_all_rows_of_a_result_are_those_of_its_hits_in_the_order_of_time(archive: Archive) -> None:
    for words in ("", "herring", "kraken"):
        found = rows_found(archive, Query(words=words))
        assert list(found.rows) == [one.row for one in every_hit(archive, Query(words=words, sort="oldest"))]


@settings(deadline=None, max_examples=100)
@given(words=TYPED, inner=TYPED)
def test_within_takes_what_both_find_and_keeps_their_order(archive: Archive, words: str, inner: str) -> None:
    whole = [hit.key for hit in search(archive, Query(words=words, limit=100)).hits]
    other = {hit.key for hit in search(archive, Query(words=inner, limit=100)).hits}
    # A telegram's number is looked for as such only where it is the whole of a query, and not within another.
    if rows_found(archive, Query(within=(inner,))).rows == rows_found(archive, inner).rows:
        narrowed = search(archive, Query(words=words, within=(inner,), limit=100))
        assert [hit.key for hit in narrowed.hits] == [key for key in whole if key in other]


def test_words_of_different_queries_are_not_read_together(archive: Archive) -> None:
    both = Query(words="herring OR harbours", within=("12 OR kraken", "port)"), limit=100)
    found = search(archive, both)
    assert found.total == search(archive, "(herring OR harbours) (12 OR kraken) port").total > 0
    assert search(archive, Query(words="PARIS 7", within=("kraken",))).total == 0


def test_filters_and_inner_queries_are_explained(archive: Archive) -> None:
    asked = Query(words="herring", within=("a OR kraken", "-b"), post="paris", explain=True)
    explained = search(archive, asked).explanation
    assert explained is not None
    assert explained.understood == "herring AND post:paris AND (a OR kraken) AND NOT b"


def test_new_is_what_was_kept_since(tmp_path: Path) -> None:
    with kept(tmp_path / "a", *(telegram(number) for number in range(1, 5))) as archive:
        last = archive.last_row()
        assert search(archive, new_since(Query(words="protest"), last)).total == 0
        archive.keep([make_entry(telegram(9)), make_entry(telegram(1))])
        new = search(archive, new_since(Query(words="protest"), last))
        assert [hit.id for hit in new.hits] == ["87PARIS9"]
        assert search(archive, new_since(Query(words="protest"), 0)).total == 5
