"""What is found in a quick way is what the plain way would have found: equal scores, counts, near spellings."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searching
from archive.building import incident, kept, telegram
from query_mix import in_reftel, mix
from reftel.archive import Archive, make_entry, open_archive
from reftel.errors import ArchiveError
from reftel.search import FACETS, Query, every_hit, facets, ordering, query, search
from reftel.search.index import fault_of, place, rebuild
from reftel.search.layout import month_number, month_of
from reftel.search.values import FILE, Values, make_values

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
MANY = 300


@pytest.fixture(scope="module")
def alike(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Telegrams that differ in number, date and post alone, so that most words give all of them one score."""
    posts = [f"{name}VILLE" for name in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    releases = [
        telegram(number, post=posts[number * 7 % 26], words="HARBOUR DUES" if number % 3 else "HARBOUR LAMPS")
        for number in range(1, MANY)
    ]
    with kept(tmp_path_factory.mktemp("alike") / "a", *releases, incident("AB-1")) as archive:
        yield archive


@pytest.mark.parametrize("reach", [2, 30, 1024])
@pytest.mark.parametrize("words", ["vessel", "harbour dues", "new OR lamps", "under protest", '"the port of"'])
def test_the_first_of_equal_scores_are_the_earliest(
    alike: Archive, words: str, reach: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordering, "_REACH", reach)
    whole = search(alike, Query(words=words, limit=2 * MANY)).hits
    assert [(-hit.score, hit.sent) for hit in whole] == sorted((-hit.score, hit.sent) for hit in whole)
    for limit in (1, 3, 20):
        page = search(alike, Query(words=words, limit=limit))
        assert page.hits == whole[:limit]
        following_ = search(alike, Query(words=words, limit=limit, cursor=page.cursor))
        assert following_.hits == whole[limit : 2 * limit]


@pytest.mark.parametrize(
    ("at_once", "few", "many"),
    [(2, 0, MANY), (7, 0, 0), (65_000, 0, MANY), (65_000, 0, 0), (65_000, 8_000, MANY), (65_000, 8_000, 0)],
)
@pytest.mark.parametrize("size", [0, 1, 3, 10, 10**9])
@pytest.mark.parametrize("words", ["vessel", "lamps", "-vessel", "post:aville", '"new dues" dues', "", "nowhere"])
def test_counts_are_true_however_they_are_come_by(
    alike: Archive, words: str, size: int, at_once: int, few: int, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "_ALL", at_once)
    monkeypatch.setattr(facets, "_FEW", few)
    monkeypatch.setattr(facets, "_SPARE", 0)
    monkeypatch.setattr(query, "_MANY", many)
    counted = search(alike, Query(words=words, facets=FACETS, facet_size=size)).facets
    found = [stored.facts for stored in every_hit(alike, words)]
    lists = {
        "post": "post",
        "tag": "tags",
        "signer": "signers",
        "class": "level",
        "kind": "kind",
        "caption": "captions",
    }
    for name, attribute in lists.items():
        values = [getattr(facts, attribute) for facts in found]
        flat = Counter(one for value in values for one in ((value,) if isinstance(value, str) else value) if one)
        order = sorted(flat.items(), key=lambda one: (-one[1], one[0]))
        assert [(bucket.value, bucket.count) for bucket in counted[name]] == order[: size or None]
    months = Counter(facts.sent[:7] for facts in found if facts.sent)
    assert {bucket.value: bucket.count for bucket in counted["month"]} == months


def test_counts_follow_what_is_added(tmp_path: Path) -> None:
    with kept(tmp_path / "a", *(telegram(number) for number in range(1, 5))) as archive:
        query = Query(words="vessel", facets=("post",))
        assert search(archive, query).facets["post"][0].count == 4
        archive.keep([make_entry(telegram(number)) for number in range(5, 8)])
        assert search(archive, query).facets["post"][0].count == 7


def test_counts_name_values_however_odd(tmp_path: Path) -> None:
    odd = ["two\x1fvalues", "\x1f", "'; --", "\u202e\u0130", "long " * 20_000]
    with open_archive(tmp_path / "a", create=True) as archive:
        for number, archive.collection in enumerate(odd, 1):
            archive.keep([make_entry(telegram(number))])
        found = search(archive, Query(facets=("in",)))
    assert found.total == len(odd)
    # What is too long for an index's list of values is found by all else, and not counted.
    assert {one.value: one.count for one in found.facets["in"]} == dict.fromkeys(odd[:-1], 1)


@given(st.lists(st.tuples(st.sampled_from(["tag", "to"]), st.text()), max_size=20), st.integers(0, 200))
def test_values_are_found_again_by_their_numbers(met: list[tuple[str, str]], lost: int) -> None:
    with TemporaryDirectory() as folder:
        make_values(Path(folder))
        early, writer = Values(Path(folder)), Values(Path(folder), writing=True)
        numbers = [writer.number(field, value) for field, value in met]
        assert numbers == [writer.number(field, value) for field, value in met]
        writer.keep()
        file = Path(folder, FILE)
        whole = file.read_bytes()
        for reader in (early, Values(Path(folder))):
            assert [reader.named(field, number) for (field, _), number in zip(met, numbers, strict=True)] == [
                value for _, value in met
            ]
        file.write_bytes(whole[: max(len(whole) - lost, 0)])  # as a process leaves it that was killed while it wrote
        again = Values(Path(folder), writing=True)
        assert [again.number(field, value) for field, value in met] == numbers
        again.keep()
        assert file.read_bytes() == whole


def test_dates_that_are_slips_have_months_too() -> None:
    for sent, month in (
        ("", None),
        ("0001", (1, 0)),
        ("1499-12", (1499, 12)),
        ("1500-01-01", (1500, 1)),
        ("9999", (9999, 0)),
    ):
        number = month_number(sent)
        assert (month_of(number) if number else None) == month


def test_an_index_that_lost_its_values_says_so_and_is_made_again(tmp_path: Path) -> None:
    with kept(tmp_path / "a", *(telegram(number) for number in range(1, 5))) as archive:
        query = Query(words="vessel", facets=("post", "kind"))
        before = search(archive, query).facets
        path = archive.path
    (place(archive) / FILE).write_bytes(b"")
    with open_archive(path) as archive:
        assert fault_of(archive) == "the index has lost values of profile"
        with pytest.raises(ArchiveError, match=r"have no \w+ of number 1"):
            search(archive, query)
        rebuild(archive)
        assert not fault_of(archive)
        assert search(archive, query).facets == before
    for noise in (b"no line\n", b"7\n", b"\xff\xfe\n", b'["post", 7]\n'):
        (place(archive) / FILE).write_bytes(noise)
        with open_archive(path) as archive:
            assert search(archive, query).facets == before


def test_a_word_nearly_spelled_is_shown_where_it_stands(alike: Archive) -> None:
    hit = search(alike, Query(words="vesel~1", limit=1)).hits[0]
    shown = [hit.snippet.text[one.start - hit.snippet.span.start : one.end - hit.snippet.span.start]
             for one in hit.snippet.highlights]  # fmt: skip
    assert shown == ["Vessel"]


def test_a_search_does_not_wait_for_the_reading_of_cables() -> None:
    slow = "reftel.cable.reading pathspec lxml selectolax pyarrow".split()
    code = f"import sys, reftel.search, reftel.cli.searching; print([name for name in {slow!r} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_the_measured_queries_are_always_the_same_and_of_every_kind(samples: Archive) -> None:
    asked = mix(samples)
    assert asked == mix(samples)
    assert len({one.kind for one in asked}) >= 15
    assert len(set(map(in_reftel, asked))) > 50


def test_the_engines_that_are_compared_find_the_same(
    samples: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "COLD_STARTS", 1)
    figures = searching.measure(samples.path, tmp_path / "engines", rounds=1)
    assert len(figures["counted_otherwise"]) < figures["queries"] / 20
    assert "x raw tantivy" in searching.told(figures).splitlines()[-1]
