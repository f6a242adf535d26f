"""Batches: any file is a batch, and every count is that of the searches one by one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive.building import despatch, incident, kept, telegram
from reftel.archive import Archive
from reftel.errors import QueryError
from reftel.release import Release
from reftel.search import Named, Query, batch, every_hit, read_queries
from reftel.search.batch import MOST

WORDS = ("herring", "protest", "-herring", "kraken", "dues OR herring", "row:3..9", "kind:incident", "PARIS 7", "")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    undated = Release("No date: herring.", "document", "frus-tei", telegram(1).origin)
    releases = [
        *(telegram(number, body="Herring." * (number % 2)) for number in range(1, 12)),
        undated, incident("K-9", "Herring lorry"), despatch("v/d5", "a shoal"),
    ]  # fmt: skip
    with kept(tmp_path_factory.mktemp("batch") / "a", *releases) as opened:
        yield opened


def test_every_count_is_that_of_the_hits_themselves(archive: Archive) -> None:
    queries = [Named(words or "all", Query(words=words, post="")) for words in WORDS]
    queries[-1] = Named("all", Query(until="2100"))
    found = batch(archive, queries)
    hits = {one.name: {stored.row: stored.facts.sent for stored in every_hit(archive, one.query)} for one in queries}
    for answer in found.answers:
        own = hits[answer.name]
        dated = sorted(sent for sent in own.values() if sent)
        assert answer.hits == len(own)
        assert (answer.first, answer.last) == ((dated[0], dated[-1]) if dated else ("", ""))
        assert answer.undated == len(own) - len(dated)
        others = {name: rows.keys() for name, rows in hits.items() if name != answer.name}
        assert answer.alone == len(own.keys() - set().union(*others.values()))
        assert answer.overlaps == {name: len(own.keys() & rows) for name, rows in others.items() if own.keys() & rows}
    assert found.together == len(set().union(*hits.values()))


def test_what_cannot_be_asked_is_said_and_the_rest_goes_on(archive: Archive) -> None:
    wrong, empty, mended, right = batch(
        archive,
        [
            Named("wrong", Query(words="herring", since="soon")),
            Named("empty", Query()),
            Named("mended", Query(words="herring (")),
            Named("right", Query(words="herring")),
        ],
    ).answers
    assert (wrong.hits, empty.hits) == (0, 0)
    assert "is not a date" in wrong.notes[0]
    assert empty.notes == ("nothing was asked",)
    assert mended.notes
    assert mended.overlaps == {"right": right.hits}


def test_progress_is_told_and_too_many_are_refused(archive: Archive) -> None:
    told: list[int] = []
    batch(archive, [Named(str(at), Query(words="herring")) for at in range(3)], told.append)
    assert told == [1, 2, 3]
    with pytest.raises(QueryError, match="too many"):
        batch(archive, [Named("x", Query(words="x"))] * (MOST + 1))


@pytest.mark.parametrize(
    ("data", "names", "queries"),
    [
        (b"harbour treaty\n\n# not this\n\"two words\", and more\n", ["harbour treaty", '"two words", and more'],
         [Query(words="harbour treaty"), Query(words='"two words", and more')]),
        (b"Query\nharbour\nharbour\n", ["harbour", "harbour (2)"], [Query(words="harbour")] * 2),
        (b"\xef\xbb\xbfname;query;from;tag\r\nA;lamp;2007;ECON, FR\r\nA;\"x;y\";;\r\n", ["A", "A (2)"],
         [Query(words="lamp", since="2007", tags=("ECON", "FR")), Query(words="x;y")]),
        ("name\tquery\tpost\nÉté\tfête\tParis\n".encode("utf-16"), ["Été"], [Query(words="fête", post="Paris")]),
        (b"name,class,to,words,unknown\nN,S,1975,\"a\nb\",z\n\n,,,,\n", ["N"],
         [Query(words="a\nb", level="S", until="1975")]),
        (b"query\n", [], []), (b"", [], []), (b"\n \n#\n", [], []),
    ],
)  # fmt: skip
def test_files_of_queries(data: bytes, names: list[str], queries: list[Query]) -> None:
    found = read_queries(data)
    assert [one.name for one in found] == names
    assert [one.query for one in found] == queries


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(min_size=1), st.text(min_size=1)), max_size=8))
def test_a_table_is_read_as_it_was_written(rows: list[tuple[str, str]]) -> None:
    rows = [(name.strip(), words.strip()) for name, words in rows if name.strip() and words.strip()]
    rows = [row for row in rows if not any("\ud800" <= sign <= "\udfff" for cell in row for sign in cell)]
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["name", "query"])
    writer.writerows(rows)
    assert [one.query.words for one in read_queries(file.getvalue().encode("utf-8"))] == [words for _, words in rows]


@settings(deadline=None, max_examples=150)
@example(b'query\n"open and never closed')
@example(b"query,query,name\n,,\na\n\x00,b,c,d,e\r\rf")
@example(b"\xff\xfe\x00")
@example(b'\x00"\n"query')
@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: f"query,from,tag\n{text}".encode("utf-8", "replace"))
)
def test_any_bytes_are_a_batch(archive: Archive, data: bytes) -> None:
    queries = read_queries(data)
    found = batch(archive, queries)
    names = [one.name for one in found.answers]
    assert len(set(names)) == len(names) == len(queries)
    for one in found.answers:
        assert one.hits >= max(one.overlaps.values(), default=0)
        assert all(
            other.overlaps.get(one.name, 0) == one.overlaps.get(other.name, 0)
            for other in found.answers
            if other is not one
        )


def test_a_file_that_is_no_list_of_queries_is_refused() -> None:
    with pytest.raises(QueryError, match="too long"):
        read_queries(b"x" * 10_000_001)
