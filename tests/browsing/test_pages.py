"""What stands on the pages: all that the model page has, its damage in words, and a way to everything."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from archive.building import despatch, incident, kept, telegram
from cli.page import EXTRACT
from conftest import shared_data
from reftel.archive import ingest, make_entry, open_archive
from reftel.release import Release
from reftel.search import following
from reftel.web import make_app
from reftel.web.views.parts import ABOUT


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    path = tmp_path_factory.mktemp("extract") / "a"
    others = (telegram(1), telegram(2), telegram(4), incident("INCIDENT-1"), despatch("v1/d1", "peace & quiet"))
    kept(path, EXTRACT, *others).close()
    with TestClient(make_app(path)) as client:
        yield client


def words_of(page: str) -> str:
    """What a reader sees, with white space folded."""
    body = page[page.index("<main") : page.index("<footer")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_all_that_the_model_page_has_is_there(extract: TestClient) -> None:
    page = extract.get("/record/05ALMATY4412").text
    shown = words_of(page)
    for expected in (
        "05ALMATY4412", "Unclassified", "15 December 2005, 13:09 UTC", "US Office Almaty", "Title lost", EXTRACT.given.notice,
        "E.O. 12958", "not applicable", "05ALMATY3284", "year inferred", "not here", "Summary", "walls are all they have in",
        "pro-government Liter", "a mirror", "Mirror page", EXTRACT.sha256, "Raw text", "Cite",
    ):  # fmt: skip
        assert expected in shown, expected
    assert re.search(r'<a class="mention" href="/record/05ALMATY3284">(?:see )?reftel</a>', page)
    assert [(one, two) for one, two in re.findall(r'id="(p\d)".*?\((\w+)\)', page, re.DOTALL)] == [
        ("p1", "SBU"), ("p2", "SBU"), ("p3", "SBU"), ("p4", "U"),
    ]  # fmt: skip


def test_its_damage_is_told_in_words(extract: TestClient) -> None:
    data = extract.get("/record/05ALMATY4412.json").json()["data"]
    damage = {one["code"]: one for one in data["damage"]}
    assert {"title-lost", "tags-lost", "header-lost", "caption-lost", "text-cut", "extract", "year-inferred"} <= set(
        damage
    )
    assert damage["text-cut"]["anchor"] == "p3"
    assert damage["year-inferred"]["inferred"]
    assert all(one["says"].endswith((".", ".]", "!", "?")) for one in data["damage"])
    page = words_of(extract.get("/record/05ALMATY4412").text)
    assert all(" ".join(one["says"].split()) in page for one in data["damage"])


def test_the_title_of_a_page_is_its_own(client: TestClient) -> None:
    titles = [
        re.search(r"<title>(.*?)</title>", client.get(address).text, re.DOTALL)
        for address in ("/", "/search?q=a", "/record/07MARENGO212", "/guide", "/privacy", "/browse", "/ghosts")
    ]
    assert len({title[1] for title in titles if title}) == 7


def test_neighbours_are_the_nearest_numbers(extract: TestClient) -> None:
    beside = extract.get("/record/87PARIS2.json").json()["data"]["beside"]
    assert beside["by_number"]
    assert [one["record"]["id"] for one in beside["before"]] == ["87PARIS1"]
    assert [one["record"]["id"] for one in beside["behind"]] == ["87PARIS4"]


def test_other_records_have_pages_too(extract: TestClient) -> None:
    incident_page = words_of(extract.get("/record/INCIDENT-1").text)
    assert "Road closed" in incident_page
    assert "RC NOWHERE" in incident_page
    document = words_of(extract.get("/record/v1/d1").text)
    assert "peace & quiet" in document
    assert "Despatch" in document or "despatch" in document
    assert extract.get("/record/v1/d1.json").json()["data"]["kind"] == "document"


def test_a_name_without_a_year_leads_to_the_one_that_is_meant(client: TestClient) -> None:
    assert client.get("/record/Marengo%20212.json").json()["data"]["id"] == "07MARENGO212"


def test_a_release_can_be_chosen(client: TestClient) -> None:
    data = client.get("/record/06VESZTALY418.json").json()["data"]
    assert len(data["copies"]) == 3
    assert data["cuts"] > 0
    for copy in data["copies"]:
        chosen = client.get("/record/06VESZTALY418.json", params={"release": copy["key"][:16]}).json()["data"]
        assert [one["key"] for one in chosen["copies"] if one["chosen"]] == [copy["key"]]
    assert client.get("/record/06VESZTALY418.json?release=ffffffff").status_code == 404


def test_pages_of_hits_have_no_end_wall_and_repeat_nothing(client: TestClient) -> None:
    address, seen = "/search.json?limit=10&sort=newest", list[str]()
    while address:
        answer = client.get(address).json()
        seen += [hit["key"] for hit in answer["data"]["hits"]]
        address = answer["next"]
    assert len(seen) == len(set(seen)) == answer["data"]["total"] == 151


def test_every_facet_finds_what_it_counts(client: TestClient) -> None:
    for ones in client.get("/search.json?q=harbour").json()["data"]["facets"].values():
        for choice in ones[:3]:
            path, query = choice["address"].split("?")
            assert client.get(f"{path}.json?{query}").json()["data"]["total"] == choice["count"], choice


def test_every_bar_finds_what_it_counts(client: TestClient) -> None:
    bars = [bar for bar in client.get("/search.json?q=harbour").json()["data"]["chart"]["bars"] if bar["count"]]
    assert len(bars) > 3
    for bar in bars:
        path, query = bar["address"].split("?")
        assert client.get(f"{path}.json?{query}").json()["data"]["total"] == bar["count"]


def test_a_filter_can_be_taken_away(client: TestClient) -> None:
    data = client.get(
        "/search.json", params={"q": "tide", "within": 'post:"MARENGO"', "from": "2006", "to": "2007"}
    ).json()["data"]
    assert [chip["text"] for chip in data["chips"]] == ["2006 – 2007", 'post:"MARENGO"']
    for chip in data["chips"]:
        path, query = chip["address"].split("?")
        assert client.get(f"{path}.json?{query}").json()["data"]["total"] >= data["total"] > 0


def test_the_guide_explains_every_part_that_is_read(client: TestClient) -> None:
    data = client.get("/guide.json").json()["data"]
    names = [part["anchor"] for part in data["parts"]]
    assert names == [
        "route", "precedence", "date", "from", "to", "info", "class", "number", "captions", "order", "tags", "subject",
        "references", "authority", "summary", "headings", "marks", "mentions", "comment", "signature",
    ]  # fmt: skip
    assert all(code["says"] for part in data["parts"] for code in part["codes"])
    page = client.get("/guide").text
    assert set(re.findall(r'href="#(\w+)"', page)) == {*names, "main"}


def test_programs_that_collect_citations_find_them(client: TestClient) -> None:
    page = client.get("/record/07MARENGO212").text
    metas = dict(re.findall(r'<meta name="(citation_\w+)" content="([^"]*)"', page))
    assert metas["citation_technical_report_number"] == "07MARENGO212"
    assert metas["citation_publication_date"] == "2007/03/16"
    assert metas["citation_title"].startswith("THE PRIME MINISTER CAN ADD")


def test_what_is_shown_is_said_in_words(client: TestClient, extract: TestClient) -> None:
    assert "Telegram text" in words_of(client.get("/").text)
    assert "(United Kingdom); 51.51° N, 0.13° W" in words_of(client.get("/post/LONDON").text)
    assert (
        client.get("/search.json?within=class:secret&class=SECRET").json()["data"]["chips"][0]["text"]
        == "class: SECRET"
    )
    found = client.get("/search.json").json()["data"]["facets"]["finding"]
    assert any("-" in one["value"] for one in found)
    assert all(one["name"] == one["value"].replace("-", " ") for one in found)
    ghost = words_of(extract.get("/record/05ALMATY3284").text)
    assert ghost.count("as written:") == 2
    assert "One record of this archive cites it." in ghost
    rows = {row["label"]: row["bits"] for row in extract.get("/record/INCIDENT-1.json").json()["data"]["rows"]}
    assert rows["Occurred"][0]["when"]


def test_a_paper_that_was_printed_without_a_class_has_not_lost_it(client: TestClient) -> None:
    data = client.get("/record/harbour-papers-1912/d8.json").json()["data"]
    assert data["kind"] == "cable"
    assert "classification-lost" not in {one["code"] for one in data["damage"]}
    assert "Classification" not in {row["label"] for row in data["rows"]}


def test_nothing_is_offered_that_is_not_there(client: TestClient) -> None:
    none, some = (client.get("/search", params={"q": word}).text for word in ("xqzzy", "harbour"))
    assert "/export/csv?" in some
    assert "/desk/gather" in some
    assert "/export/csv?" not in none
    assert "/desk/gather" not in none
    assert "No record has xqzzy." in words_of(none)
    assert "Nothing has" not in words_of(client.get("/search", params={"q": "("}).text)
    assert "Meaning" in words_of(client.get("/browse/tag").text)
    assert "Meaning" not in words_of(client.get("/browse/person").text)
    assert '<a href="/data">Data and addresses</a> says which there are' in client.get("/nothing").text


def test_the_models_own_page(tmp_path: Path) -> None:
    source = shared_data("seed/cable_page.txt")
    with open_archive(tmp_path / "a", create=True) as archive, following(archive) as follower:
        ingest(archive, [source], jobs=0, follower=follower)
    with TestClient(make_app(tmp_path / "a")) as client:
        page = words_of(client.get("/record/05ALMATY4412").text)
        data = client.get("/record/05ALMATY4412.json").json()["data"]
        raw = client.get("/raw/05ALMATY4412.json").json()["data"]["shown"]["text"]
    text = source.read_text("utf-8")
    assert text[text.index("UNCLAS") :].strip() in raw
    assert [block["number"] for block in data["blocks"] if "number" in block] == list("123456789")
    whole = " ".join("".join(block["shown"]["text"] for block in data["blocks"]).split())
    for line in text[text.index("1. (SBU)") :].splitlines():
        words = (
            re.sub(r"^\d\. \(\w+\) (?:SUMMARY: )?", "", line.strip()).removesuffix("END SUMMARY.").removesuffix("pro-")
        )
        assert " ".join(words.split()) in whole, line
    for told in (
        "15 December 2005, 13:09 UTC",
        "US Office Almaty",
        "partial extract of the original cable",
        "Title lost",
        "05ALMATY3284",
    ):
        assert told in page


def added(place: Path, *releases: Release) -> None:
    with open_archive(place, create=True) as archive:
        archive.keep([make_entry(one) for one in releases])
        with following(archive):
            pass


def test_counts_are_the_same_in_every_order_and_follow_the_archive(tmp_path: Path) -> None:
    place = tmp_path / "a"
    added(place, telegram(1, body="words"), telegram(2, body="words"))
    with TestClient(make_app(place)) as reader:
        asked = {"q": "words"}
        first = reader.get("/search.json", params=asked).json()["data"]
        for sort in ("oldest", "newest", "post", "citations", "relevance"):
            again = reader.get("/search.json", params={**asked, "sort": sort, "limit": "1"}).json()["data"]
            counts = {name: [(one["value"], one["count"]) for one in ones] for name, ones in again["facets"].items()}
            assert counts == {
                name: [(one["value"], one["count"]) for one in ones] for name, ones in first["facets"].items()
            }
            assert (again["total"], len(again["hits"])) == (2, 1)
        added(place, telegram(3, body="words"))
        assert reader.get("/search.json", params=asked).json()["data"]["facets"]["kind"][0]["count"] == 3


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/tag/ewwt", "EWWT"),
        ('/tag/"EWWT"', "EWWT"),
        ("/person/lindgren", "LINDGREN"),
        ("/person/“LINDGREN”", "LINDGREN"),
        ("/class/secret", "SECRET"),
        ("/post/saint ouen", "Saint Ouen"),
        ("/post/LEGATIONOFTHEUNITEDSTATESPORTMARENGO", "Legation of the United States, Port Marengo"),
    ],
)
def test_a_subject_is_found_as_it_is_typed_and_named_as_it_is_written(
    client: TestClient, address: str, title: str
) -> None:
    reply = client.get(f"{address}.json")
    assert reply.status_code == 200
    assert reply.json()["data"]["title"] == title


def test_a_value_with_any_sign_in_it_has_a_page(tmp_path: Path) -> None:
    given = msgspec.structs.replace(telegram(1).given, tags=("small", 'a"b', "<b>&"))
    added(tmp_path / "a", telegram(1), msgspec.structs.replace(incident("I-1"), given=given))
    with TestClient(make_app(tmp_path / "a")) as reader:
        entries = reader.get("/browse/tag.json").json()["data"]["entries"]
        assert {entry["value"] for entry in entries} >= {"small", 'a"b', "<b>&", "EWWT"}
        for entry in entries:
            page = reader.get(entry["address"])
            assert page.status_code == 200, entry
            assert f"<h1><bdi>{html.escape(entry['value']).replace('&quot;', '&#34;')}</bdi></h1>" in page.text


def test_every_part_of_the_guide_has_a_page_made_of_handbook_sample_and_archive(client: TestClient) -> None:
    found = client.get("/guide.json").json()["data"]["parts"]
    assert {one["anchor"] for one in found} == set(ABOUT)
    for one in found:
        page = client.get(f"/guide/{one['anchor']}")
        assert page.status_code == 200, one["anchor"]
        assert page.text.count("<mark>") >= len(one["quotes"]), one["anchor"]
        data = client.get(f"/guide/{one['anchor']}.json").json()["data"]
        assert data["part"] == one
        for table in data["tables"]:
            rows = client.get(f"/handbook/{table['name']}.json").json()["data"]["entries"]
            assert table["rows"] == rows[: len(table["rows"])]
            assert table["total"] == len(rows)
        for wrong in data["wrong"]:
            assert wrong["count"] == client.get(f"{wrong['address'].replace('?', '.json?')}").json()["data"]["total"]
        for choice in data["here"]:
            address = choice["address"].replace("/search?", "/search.json?")
            assert choice["count"] == client.get(address).json()["data"]["total"], choice
    assert client.get("/guide/xqzzy").status_code == 404


def test_a_publisher_has_a_page_of_all_that_it_gave(client: TestClient) -> None:
    shelf = client.get("/browse/publisher.json").json()["data"]["entries"]
    assert len(shelf) > 2
    for entry in shelf:
        address, ids, total = entry["address"].partition("?")[0] + ".json?limit=7", [], 0
        while address:
            answer = client.get(address).json()
            ids += [hit["key"] for hit in answer["data"]["hits"]]
            total = answer["data"]["total"]
            address = answer["next"]
        assert len(ids) == len(set(ids)) == total == entry["count"]


@pytest.mark.parametrize("by", ["date", "post", "tag", "person", "publisher"])
def test_a_long_shelf_goes_on(client: TestClient, by: str) -> None:
    whole = client.get(f"/browse/{by}.json").json()["data"]
    address, found = f"/browse/{by}.json?limit=2", []
    while address:
        answer = client.get(address).json()
        assert answer["data"]["total"] == whole["total"] == len(whole["entries"])
        found += answer["data"]["entries"]
        address = answer["next"]
    assert found == whole["entries"]
    assert client.get(f"/browse/{by}?start=99999").status_code == 200
