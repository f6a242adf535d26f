from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.building import despatch, incident, kept, telegram
from reftel.archive import Archive, make_entry, open_archive
from reftel.errors import ArchiveError, QueryError
from reftel.search import SORTS, Query, following, search


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    releases = [
        *(telegram(number) for number in range(1, 31)),
        telegram(40, post="LONDON", words="FISHERIES TALKS", body="The São Tomé delegation's boats were elected."),
        telegram(41, post="LONDON", words="TALKS ON FISHERIES", body="See PARIS 7 about the herring quota dispute."),
        telegram(42, post="VIENNA", words="HERRING", body="The dispute about a quota of herring."),
        incident("K-9", "Herring lorry overturned"),
        despatch("frus1911/d5", "a herring shoal"),
    ]
    with kept(tmp_path_factory.mktemp("search") / "a", *releases) as opened:
        yield opened


def ids(archive: Archive, query: Query | str) -> list[str]:
    return [hit.id for hit in search(archive, query).hits]


def test_words_are_all_wanted(archive: Archive) -> None:
    assert set(ids(archive, "herring quota")) == {"87LONDON41", "87VIENNA42"}


def test_a_phrase_stands_together(archive: Archive) -> None:
    for phrase in ('"herring quota"', "“herring quota”", "«herring quota»"):
        assert ids(archive, phrase) == ["87LONDON41"]


def test_a_word_can_be_unwanted(archive: Archive) -> None:
    assert set(ids(archive, "herring -quota")) == {"K-9", "frus1911/d5"}
    assert set(ids(archive, 'herring -"herring quota"')) == {"87VIENNA42", "K-9", "frus1911/d5"}
    assert len(ids(archive, Query(words="-protest", limit=100))) == 2


def test_words_match_in_every_form_and_without_accents(archive: Archive) -> None:
    assert ids(archive, "sao tome boat electing") == ["87LONDON40"]
    assert search(archive, "VESSELS").total == search(archive, "vessel").total > 0


def test_a_word_in_the_subject_counts_most(archive: Archive) -> None:
    assert ids(archive, "herring dispute")[0] == "87VIENNA42"


@pytest.mark.parametrize("number", ["87PARIS7", "PARIS 00007", "paris 7", "87 paris 007"])
def test_a_number_in_any_spelling_leads_to_the_cable_first(archive: Archive, number: str) -> None:
    assert ids(archive, number)[0] == "87PARIS7"


def test_filters(archive: Archive) -> None:
    assert set(ids(archive, Query(words="herring", post="embassy london"))) == {"87LONDON41"}
    assert len(ids(archive, Query(post="Paris", limit=100))) == 30
    assert set(ids(archive, Query(words="herring", level="unclas"))) == {"87LONDON41", "87VIENNA42"}
    assert ids(archive, Query(level="SECRET")) == []
    assert search(archive, Query(tags=("econ", "EWWT"))).total == 33
    assert search(archive, Query(tags=("ECON", "KNNP"))).total == 0


def test_dates_are_years_months_or_days_and_include_their_ends(archive: Archive) -> None:
    assert search(archive, Query(since="1987", until="1987")).total == 33
    assert search(archive, Query(until="1986-12-31")).total == 1
    assert search(archive, Query(since="2007-05-01", until="2007-05-01")).total == 1
    assert search(archive, Query(since="2007-05-02")).total == 0
    march = search(archive, Query(since="1987-03", until="1987-03", limit=50)).hits
    assert march
    assert all(hit.sent.startswith("1987-03") for hit in march)


@pytest.mark.parametrize("wrong", ["19x", "1987-13", "1987-02-30", "0000", "yesterday", "1987-1-1-1", "99999"])
def test_what_is_no_date_is_said(archive: Archive, wrong: str) -> None:
    with pytest.raises(QueryError, match="is not a date"):
        search(archive, Query(since=wrong))
    with pytest.raises(QueryError, match="is not a date"):
        search(archive, Query(until=wrong))


def test_a_negative_limit_is_said(archive: Archive) -> None:
    with pytest.raises(QueryError):
        search(archive, Query(limit=-1))


def test_no_words_give_all_in_order_of_time(archive: Archive) -> None:
    found = search(archive, Query(limit=100)).hits
    assert len(found) == 35
    assert [hit.sent for hit in found] == sorted(hit.sent for hit in found)


def test_words_without_a_letter_or_digit_find_nothing(archive: Archive) -> None:
    assert search(archive, "([“ — ").total == 0


@pytest.mark.parametrize("words", ["", "protest", "dues port", "vessel -3"])
def test_the_first_hits_are_always_the_first_of_more(archive: Archive, words: str) -> None:
    whole = ids(archive, Query(words=words, limit=100))
    assert len(whole) == search(archive, words).total
    for limit in (0, 1, 5, 17, 30):
        assert ids(archive, Query(words=words, limit=limit)) == whole[:limit]


def test_a_hit_says_what_was_found_and_where(archive: Archive) -> None:
    hit = search(archive, '"herring quota" dispute').hits[0]
    assert (hit.id, hit.post, hit.level, hit.subject, hit.kind, hit.sent) == (
        "87LONDON41", "LONDON", "UNCLASSIFIED", "TALKS ON FISHERIES", "cable", "1987-06-14T09:30:00",
    )  # fmt: skip
    text = archive.release(hit.key).release.text
    assert hit.snippet.span.of(text) == hit.snippet.text
    assert [span.of(text) for span in hit.snippet.highlights] == ["herring", "quota", "dispute"]


@given(st.text(st.characters(exclude_categories=()), max_size=80), st.integers(0, 40))
@example('"', 3)
@example('-"', 3)
@example("a OR (b AND", 3)
@example("text:[* TO", 3)
@example("“unbalanced ” quotes “", 3)
@example("\x00 \ud800", 3)
@example("paris 7" * 500, 3)
def test_any_words_are_a_query(archive: Archive, words: str, limit: int) -> None:
    found = search(archive, Query(words=words, limit=limit))
    assert len(found.hits) == min(limit, found.total)
    for hit in found.hits:
        text = archive.release(hit.key).release.text
        assert hit.snippet.span.of(text) == hit.snippet.text
        for span in hit.snippet.highlights:
            assert hit.snippet.span.start <= span.start < span.end <= hit.snippet.span.end


@pytest.mark.parametrize(("name", "given"), [("post", "北京"), ("post", "???"), ("level", "//NOFORN")])
def test_a_filter_that_means_nothing_finds_nothing_and_says_so(archive: Archive, name: str, given: str) -> None:
    found = search(archive, Query(**{name: given}))  # type: ignore[arg-type]
    assert (found.total, len(found.notes)) == (0, 1)


@given(st.sampled_from(SORTS), st.integers(0, 1 << 64), st.floats(), st.text(max_size=4), st.integers(0, 1 << 64))
@example("relevance", 10**13, 0.0, "", 1)
@example("relevance", (1 << 40) - 1, 1e300, "", 1)
@example("oldest", 1 << 63, 0.0, "", 0)
def test_any_cursor_is_a_page_or_an_error(
    archive: Archive, sort: str, depth: int, first: float, name: str, time: int
) -> None:
    forged = (sort, min(depth, (1 << 64) - 1), 7, first, name, min(time, (1 << 64) - 1), archive.last_row())
    cursor = base64.urlsafe_b64encode(msgspec.msgpack.encode(forged)).decode().rstrip("=")
    for limit in (3, 10**15):
        with suppress(QueryError):
            assert (
                len(search(archive, Query(words="herring", sort=sort, cursor=cursor, limit=limit)).hits)
                <= archive.last_row()
            )


def test_a_page_after_the_archive_has_grown_is_refused_where_the_order_may_have_changed(tmp_path: Path) -> None:
    with kept(tmp_path / "a", *(telegram(number) for number in range(1, 6))) as archive:
        pages = {sort: search(archive, Query(words="vessel", limit=2, sort=sort)) for sort in ("relevance", "oldest")}
        archive.keep([make_entry(telegram(7))])
        with pytest.raises(QueryError, match="has grown"):
            search(archive, Query(words="vessel", limit=2, cursor=pages["relevance"].cursor))
        assert search(archive, Query(words="vessel", limit=2, sort="oldest", cursor=pages["oldest"].cursor)).hits


def test_answers_about_parts_are_those_of_the_archive_that_is_asked(tmp_path: Path) -> None:
    for post, found in (("PARIS", 1), ("MARENGO", 0)):
        shutil.rmtree(tmp_path / "a", ignore_errors=True)
        with kept(tmp_path / "a", telegram(1, post=post)) as archive:
            assert search(archive, "summary:paris").total == found


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_any_filters_are_a_query(archive: Archive, post: str, level: str, tag: str) -> None:
    assert search(archive, Query(post=post, level=level, tags=(tag,))).total >= 0


def test_an_index_that_is_gone_damaged_or_behind_is_made_good(tmp_path: Path) -> None:
    with kept(tmp_path / "a", telegram(1)) as archive:
        assert search(archive, "protest").total == 1
        archive.keep([make_entry(telegram(2))])
        assert search(archive, "protest").total == 2
        shutil.rmtree(tmp_path / "a" / "index")
        assert search(archive, "protest").total == 2
    for file in (tmp_path / "a" / "index").rglob("meta.json"):
        file.write_text("{")
    with open_archive(tmp_path / "a") as archive:
        assert search(archive, "protest").total == 2


def test_an_index_of_more_than_the_archive_holds_is_made_anew(tmp_path: Path) -> None:
    with kept(tmp_path / "a", telegram(1)) as archive:
        search(archive, "")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    with open_archive(tmp_path / "a") as archive:
        archive.keep([make_entry(telegram(number)) for number in (2, 3)])
        assert search(archive, "").total == 3
    shutil.rmtree(tmp_path / "b" / "index")
    shutil.copytree(tmp_path / "a" / "index", tmp_path / "b" / "index")
    with open_archive(tmp_path / "b") as archive:
        assert search(archive, "").total == 1


def test_what_was_added_before_an_error_is_found(tmp_path: Path) -> None:
    with kept(tmp_path / "a") as archive:
        entry = make_entry(telegram(1))

        def broken_off() -> None:
            with following(archive) as index:
                index.add(archive.keep([entry])[0], entry.facts, telegram(1).text)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            broken_off()
        assert search(archive, "protest").total == 1


def test_a_reader_searches_while_another_writes(tmp_path: Path) -> None:
    with kept(tmp_path / "a", telegram(1)) as writer:
        assert search(writer, "").total == 1
        writer.keep([make_entry(telegram(2))])
        with open_archive(tmp_path / "a") as reader:
            assert search(reader, "protest").total == 1  # the writer has not indexed its last batch yet


def test_an_error_of_the_caller_is_not_taken_for_one_of_the_index(tmp_path: Path) -> None:
    with kept(tmp_path / "a", telegram(1)) as archive, pytest.raises(ValueError, match="mine"), following(archive):
        raise ValueError("mine")


def test_an_index_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with kept(tmp_path / "a", telegram(1)) as archive:
        (tmp_path / "a" / "index").write_text("a file where a directory should be")
        with pytest.raises(ArchiveError, match="search index cannot be written"):
            search(archive, "protest")
