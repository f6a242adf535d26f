"""More like this: what is found, what led there, and what is left out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.building import incident, kept, telegram
from reftel.archive import Archive, ingest, open_archive
from reftel.errors import NotFound
from reftel.release import Given, Release
from reftel.search import Query, every_hit, following, like, search

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    place = tmp_path_factory.mktemp("alike") / "a"
    with open_archive(place, create=True) as opened, following(opened) as index:
        ingest(opened, [SAMPLES], jobs=0, follower=index)
    with open_archive(place) as opened:
        yield opened


def test_cables_on_one_matter_find_each_other(archive: Archive) -> None:
    assert [hit.id for hit in like(archive, "06DOLUNAY203").hits.hits[:2]] == ["06KAPSTRA58", "07DOLUNAY318"]
    assert "06DOLUNAY203" in [hit.id for hit in like(archive, "07 Dolunay 318").hits.hits[:3]]
    assert like(archive, "07MARENGO118").hits.hits[0].id == "06MARENGO588"  # the press on the same mud


def test_the_words_that_led_there_stand_in_the_record_and_in_others(archive: Archive) -> None:
    found = like(archive, "06DOLUNAY203")
    assert found.record == "06DOLUNAY203"
    assert {"refrigerators", "wagons", "tombak"} <= {one.word for one in found.words}
    (stored,) = archive.named("06DOLUNAY203")
    for one in found.words:
        assert one.word in stored.release.text.lower()
        assert one.count == search(archive, one.word).total > 1
    for hit in found.hits.hits:
        text = archive.release(hit.key).release.text
        assert hit.snippet.highlights
        assert all(span.of(text) for span in hit.snippet.highlights)


def test_numbers_and_routing_lead_nowhere(archive: Archive) -> None:
    words = {one.word for one in like(archive, "07MARENGO212").words}
    assert words
    assert all(word.isalpha() for word in words)
    assert not words & {"march", "secstate", "ruehc", "confidential"}


def test_own_releases_are_left_out(archive: Archive) -> None:
    own = {one.key for one in archive.named("06VESZTALY418")}
    assert len(own) > 1
    for key in own:
        assert not own & {hit.key for hit in like(archive, key, 1000).hits.hits}


def test_it_is_a_field_of_the_language_and_so_has_every_door(archive: Archive) -> None:
    whole = like(archive, "06DOLUNAY203", 1000).hits
    assert [one.key for one in every_hit(archive, "like:06DOLUNAY203")] == [hit.key for hit in whole.hits]
    narrowed = search(archive, Query(words='like:"06 Dolunay 203" post:kapstra', limit=1000))
    assert [hit.key for hit in narrowed.hits] == [hit.key for hit in whole.hits if hit.post == "KAPSTRA"]
    without = search(archive, Query(words="refrigerators -like:06DOLUNAY203", limit=1000))
    assert not {hit.key for hit in without.hits} & {hit.key for hit in whole.hits}
    assert search(archive, Query(words="like:06DOLUNAY203", facets=("year",))).facets["year"]


def test_what_is_not_known_has_nothing_like_it(archive: Archive) -> None:
    with pytest.raises(NotFound):
        like(archive, "99NOWHERE1")
    found = search(archive, "like:99NOWHERE1")
    assert (found.total, len(found.notes)) == (0, 1)


def test_only_so_many_records_are_read_for_one_query(archive: Archive) -> None:
    found = search(archive, " OR ".join(["like:06DOLUNAY203"] * 60))
    assert found.total > 0
    assert found.notes == ("only the first 5 records of like: were read",)


def test_a_number_of_several_years_is_said(tmp_path: Path) -> None:
    def cable(year: int) -> Release:
        written = telegram(1, body=f"Herring, herring and more herring were landed in {year}.")
        return msgspec.structs.replace(written, given=Given(id=f"{year}PARIS1", date=f"19{year}-02-02T09:30:00"))

    with kept(tmp_path / "a", cable(87), cable(88), incident("K", "Herring landed")) as archive:
        assert [hit.id for hit in like(archive, "87PARIS1").hits.hits] == ["88PARIS1"]
        found = search(archive, 'like:"PARIS 1"')
        assert found.notes == ("PARIS 1 is 87PARIS1, 88PARIS1; like: takes 87PARIS1",)
        assert [hit.id for hit in found.hits] == ["88PARIS1"]


def test_a_record_without_telling_words_is_like_nothing(tmp_path: Path) -> None:
    with kept(tmp_path / "a", incident("K", "!!"), incident("L", "??")) as archive:
        assert {one.word for one in like(archive, "K").words} == {"nobody", "hurt", "was"}
    with kept(tmp_path / "b", telegram(1)) as archive:
        assert like(archive, "87PARIS1").words == ()
        assert like(archive, "87PARIS1").hits.total == 0


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=30))
def test_any_name_will_do(archive: Archive, name: str) -> None:
    assert search(archive, f"like:{name}").total >= 0


# An archive costs more than a text, so that each has a few.
@settings(deadline=None, max_examples=20)
@given(bodies=st.lists(st.text(max_size=80), min_size=1, max_size=8))
def test_any_text_will_do(tmp_path_factory: pytest.TempPathFactory, bodies: list[str]) -> None:
    place = tmp_path_factory.mktemp("any") / "a"
    pairs = [
        (telegram(at, body=body), telegram(at, post="ROME", body=body + body)) for at, body in enumerate(bodies, 1)
    ]
    with kept(place, *chain.from_iterable(pairs)) as archive:
        every = {stored.facts.id for stored in archive}
        for at in range(1, len(bodies) + 1):
            assert {hit.id for hit in like(archive, f"87PARIS{at}").hits.hits} <= every - {f"87PARIS{at}"}
