"""What collects citations finds them: in the head of a record's page, as linked data, and with each entry of a list."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs

import msgspec
import pytest
from starlette.testclient import TestClient

from archive.building import despatch, incident, telegram
from browsing.test_pages import added
from reftel.web import make_app

STRANGE = ("</script><script>x</script>", "a & b \u2028 \u202e+ c", '"quoted" \\ \x00', "Zürich – 東京 100%")


class Found(HTMLParser):
    """What a program reads: the fields of the head, the linked data, and the context objects."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.metas: dict[str, str] = {}
        self.linked: list[dict[str, object]] = []
        self.objects: list[dict[str, list[str]]] = []
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attributes}
        if tag == "meta" and "name" in told:
            self.metas[told["name"]] = told["content"]
        if tag == "span" and "Z3988" in told.get("class", "").split():
            self.objects.append(parse_qs(told["title"], strict_parsing=True))
        self._inside = tag == "script" and told.get("type") == "application/ld+json"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.linked.append(json.loads(data))
            self._inside = False


def test_a_cable_is_a_report_of_its_post(client: TestClient) -> None:
    found = Found(client.get("/record/07MARENGO212").text)
    told = client.get("/record/07MARENGO212.json").json()["data"]
    assert found.metas["citation_title"] == told["title"]
    assert found.metas["citation_technical_report_number"] == "07MARENGO212"
    assert found.metas["citation_technical_report_institution"] == told["meta"]["author"]
    assert found.metas["citation_publication_date"] == "2007/03/16"
    assert "EWWT" in found.metas["citation_keywords"].split("; ")
    assert "citation_author" not in found.metas
    assert found.objects == []  # it would be taken in place of the head, which tells more
    (linked,) = found.linked
    assert linked["@context"] == "https://schema.org"
    assert linked["@type"] == "Report"
    assert linked["reportNumber"] == "07MARENGO212"
    assert linked["name"] == told["title"]
    assert linked["dateCreated"] == "2007-03-16"
    assert linked["creator"] == {"@type": "Organization", "name": told["meta"]["author"]}


@pytest.mark.parametrize("page", ["/search?q=harbour", "/post/MARENGO", "/tag/EWWT", "/publisher/Cablegate"])
def test_every_entry_of_a_list_can_be_collected(client: TestClient, page: str) -> None:
    found = Found(client.get(page).text)
    path, _, query = page.partition("?")
    hits = client.get(f"{path}.json?{query}").json()["data"]["hits"]
    assert len(found.objects) == len(hits) > 3
    for one, hit in zip(found.objects, hits, strict=True):
        assert one["ctx_ver"] == ["Z39.88-2004"]
        assert one["rft_val_fmt"] == ["info:ofi/fmt:kev:mtx:book"]
        assert one.get("rft.btitle", one.get("rft.title")) == [hit["subject"].replace("+", " ") or one["rft.series"][0]]
        assert one.get("rft.date", [""]) == [hit["sent"][:10]]
        assert hit["id"] in one["rft.series"][0]


@pytest.mark.parametrize("words", STRANGE)
def test_no_words_break_out_of_what_programs_read(tmp_path: Path, words: str) -> None:
    one = telegram(1)
    odd = msgspec.structs.replace(one, publisher=words, given=msgspec.structs.replace(one.given, origin=words))
    added(tmp_path / "a", odd, incident("I-1", words), despatch("v1/d1", words))
    with TestClient(make_app(tmp_path / "a")) as reader:
        found = Found(reader.get("/search").text)
        assert len(found.objects) == 3
        for hit in reader.get("/search.json").json()["data"]["hits"]:
            page = Found(reader.get(hit["address"]).text)
            assert len(page.linked) == 1
            assert page.linked[0]["name"]
