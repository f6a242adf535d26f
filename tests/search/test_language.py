"""The query language: what finds what in the sample archive, and that nothing that can be typed is an error."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.building import kept, telegram
from reftel.archive import Archive, ingest, open_archive
from reftel.search import Query, every_hit, following, search

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
TYPED = st.text(st.sampled_from('ab "()-~*=:ORNOTAND.12“”\ud800\n'), max_size=40) | st.text(max_size=40)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    place = tmp_path_factory.mktemp("language") / "a"
    with open_archive(place, create=True) as opened, following(opened) as index:
        ingest(opened, [SAMPLES], jobs=0, follower=index)
    with open_archive(place) as opened:
        yield opened


def found(archive: Archive, words: str) -> set[str]:
    return {hit.key for hit in search(archive, Query(words=words, limit=1000)).hits}


def ids(archive: Archive, words: str) -> set[str]:
    return {hit.id for hit in search(archive, Query(words=words, limit=1000)).hits}


def test_or_joins_not_takes_away_and_groups_come_first(archive: Archive) -> None:
    harbour, ferry, lamp, treaty = (found(archive, word) for word in ("harbour", "ferry", "lamp", "treaty"))
    assert found(archive, "harbour ferry") == harbour & ferry
    assert found(archive, "harbour OR ferry") == harbour | ferry
    assert found(archive, "harbour -ferry") == found(archive, "harbour NOT ferry") == harbour - ferry
    assert found(archive, "(harbour OR lamp) treaty") == (harbour | lamp) & treaty
    assert found(archive, "harbour -(ferry OR treaty)") == harbour - ferry - treaty


def test_phrases_near_prefix_fuzzy_and_exact_words(archive: Archive) -> None:
    assert found(archive, '"harbour treaty"') <= found(archive, "harbour treaty")
    assert found(archive, "“harbour treaty”") == found(archive, '"harbour treaty"')
    assert found(archive, '"treaty harbour"~5') >= found(archive, '"harbour treaty"')
    assert found(archive, "harb*") >= found(archive, "harbour")
    assert found(archive, "harbor~1") >= found(archive, "harbour")
    assert found(archive, "=harbour") <= found(archive, "harbour")


@pytest.mark.parametrize(
    ("words", "some"),
    [
        ("subject:mud", "07MARENGO118"), ("summary:treaty", "07MARENGO212"), ("from:marengo", "07MARENGO212"),
        ("to:state", "07MARENGO212"), ("post:Marengo", "07MARENGO212"), ("tag:PBTS", "07MARENGO212"),
        ("class:confidential", "07MARENGO212"), ("caption:SIPDIS", "07MARENGO212"), ("mark:C", "07MARENGO212"),
        ("cites:07MARENGO118", "07MARENGO212"), ("cited-by:07MARENGO212", "07STATE31877"),
        ("signer:lindgren", "07MARENGO212"), ("year:2007", "07MARENGO212"), ("sent:2007-03..2007-03", "07MARENGO212"),
        ("sent:..2007", "07MARENGO212"), ("finding:year-inferred", "07MARENGO212"), ("has:comment", "07MARENGO212"),
        ("kind:cable", "07MARENGO212"), ("07 Marengo 00212", "07MARENGO212"), ("id:07MARENGO212", "07MARENGO212"),
    ],
)  # fmt: skip
def test_fields_find_what_they_name(archive: Archive, words: str, some: str) -> None:
    assert some in ids(archive, words)
    assert ids(archive, f"{words} -{words}" if " " not in words else "kind:cable -kind:cable") == set()


@pytest.mark.parametrize(
    "words", ["((", '"unbalanced', "AND OR", "foo:bar", "NOT", "sent:zz..", "-", "harbour OR", ") harbour ("]
)
def test_what_is_mended_is_said(archive: Archive, words: str) -> None:
    assert search(archive, words).notes


@settings(deadline=None, max_examples=150)
@given(typed=TYPED)
def test_no_query_can_be_wrong(archive: Archive, typed: str) -> None:
    hits = search(archive, Query(words=typed, limit=3))
    assert hits.total >= len(hits.hits)
    assert sum(1 for _ in every_hit(archive, typed)) == hits.total


@pytest.mark.parametrize(
    "inside",
    ["treat*", "treaties", "treaty", '"harbour treaty"', '"treaty harbour"~4', "traety~2", "=treaty", "treaty OR lamp"],
)
def test_words_of_a_part_are_looked_for_in_that_part_alone(archive: Archive, inside: str) -> None:
    in_summary, anywhere = found(archive, f"summary:({inside})"), found(archive, f"({inside}) has:summary")
    assert "07MARENGO212" in ids(archive, f"summary:({inside})")
    assert in_summary <= anywhere
    assert found(archive, f"({inside}) has:summary -summary:({inside})") == anywhere - in_summary


def test_a_comment_is_not_a_summary(tmp_path: Path) -> None:
    with kept(tmp_path / "a", telegram(1, body="\n\n3. (U) COMMENT: Dues will rise. END COMMENT.")) as archive:
        assert (search(archive, "comment:rising").total, search(archive, "summary:rising").total) == (1, 0)
        assert (search(archive, "comment:port").total, search(archive, "summary:ports").total) == (0, 1)
        assert search(archive, "-summary:ports").total == 0
