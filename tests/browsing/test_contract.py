"""One shape for every answer and one for every refusal, on every route that there is."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from reftel.cli.serving import pdf_of_record
from reftel.export import formats
from reftel.web import asked, make_app, openapi
from reftel.web.app import Settings
from reftel.web.deeds import DEEDS
from reftel.web.envelope import Answer, Refusal
from reftel.web.pages import PAGES, Page
from reftel.web.safety import HEADERS

_PART = re.compile(r"\{\w+(?::\w+)?\}")


def path(page: Page, ending: str = "") -> str:
    return _PART.sub(page.sample, page.data_path if ending else page.path) + ending


EVERY = [pytest.param(page, id=page.name) for page in PAGES]


@pytest.mark.parametrize("page", EVERY)
def test_every_page_is_shown(client: TestClient, page: Page) -> None:
    reply = client.get(path(page))
    assert reply.status_code == 200, reply.text[:500]
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert reply.text.startswith("<!DOCTYPE html>")
    assert reply.text.count("<h1") == 1
    assert reply.text.rstrip().endswith("</html>")


@pytest.mark.parametrize("page", EVERY)
def test_every_page_is_data(client: TestClient, page: Page) -> None:
    reply = client.get(path(page, ".json"))
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    shape: Any = Answer
    answer = msgspec.json.decode(reply.content, type=shape[page.gives], strict=True)
    assert answer.ok
    assert answer.page == page.name
    assert answer.address == path(page, ".json").replace(" ", "%20")
    assert list(msgspec.json.decode(reply.content)) == ["page", "address", "data", "next", "ok"]


@pytest.mark.parametrize("page", [pytest.param(page, id=page.name) for page in PAGES if page.table])
def test_every_table_is_csv(client: TestClient, page: Page) -> None:
    reply = client.get(path(page, ".csv"))
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(reply.text)))
    data = client.get(path(page, ".json")).json()["data"][page.table]
    assert len(rows) == len(data) + 1
    assert {len(row) for row in rows} == {len(rows[0])}


@pytest.mark.parametrize("page", [pytest.param(page, id=page.name) for page in PAGES if page.sample])
def test_what_is_not_there_is_refused_in_one_shape(client: TestClient, page: Page) -> None:
    for ending in (".json", ".csv" if page.table else ".json"):
        reply = client.get(_PART.sub("xqzzy-nowhere", page.data_path) + ending)
        assert reply.status_code in {400, 404}, reply.text
        refusal = msgspec.json.decode(reply.content, type=Refusal, strict=True)
        assert refusal.error.code == {400: "bad-request", 404: "not-found"}[reply.status_code]
        assert refusal.error.message
        assert refusal.error.hint
    shown = client.get(_PART.sub("xqzzy-nowhere", page.path))
    assert shown.status_code == reply.status_code
    assert shown.text.count("<h1") == 1


@pytest.mark.parametrize("page", EVERY)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_pages_can_only_be_read(client: TestClient, page: Page, method: str) -> None:
    reply = client.request(method, path(page, ".json"))
    assert reply.status_code == 405
    assert reply.headers["allow"] == "GET, HEAD"
    assert msgspec.json.decode(reply.content, type=Refusal).error.code == "not-allowed"


@pytest.mark.parametrize(
    "address", [*(path(page) for page in PAGES), "/index.json", "/nothing", "/static/reftel.css", "/openapi.json"]
)
def test_safety_is_on_every_answer(client: TestClient, address: str) -> None:
    reply = client.get(address)
    for name, value in HEADERS.items():
        assert reply.headers[name] == value
    assert "set-cookie" not in reply.headers
    assert "server" not in reply.headers
    assert "unsafe" not in reply.headers["content-security-policy"]


@pytest.mark.parametrize("page", EVERY)
def test_no_page_holds_a_script_or_style_of_its_own(client: TestClient, page: Page) -> None:
    text = client.get(path(page)).text
    assert re.findall(r"<script(?! src=\"/static/| type=\"application/ld\+json\">)", text) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", text) == []
    assert re.findall(r"(?:src|href|action)=\"(?:https?:)?//", text) == []


@pytest.mark.parametrize("page", EVERY)
def test_a_page_weighs_little(client: TestClient, page: Page) -> None:
    with client.stream("GET", path(page), headers={"Accept-Encoding": "gzip"}) as reply:
        weight = sum(map(len, reply.iter_raw()))
    assert weight < 60_000 or page.name == "table"


def test_every_route_is_in_the_document(client: TestClient) -> None:
    found = client.get("/openapi.json").json()
    assert found == msgspec.json.decode(msgspec.json.encode(openapi.document()))
    expected = {re.sub(r":\w+\}", "}", page.data_path) + ".json" for page in PAGES}
    expected |= {re.sub(r":\w+\}", "}", page.data_path) + ".csv" for page in PAGES if page.table}
    expected |= {"/export/{form}", "/pdf/{name}", "/desk/export/desk", "/desk/export/{form}/{name}", "/desk/pdf/{name}"}
    assert set(found["paths"]) == expected | {deed.path for deed in DEEDS}
    operations = [operation for one in found["paths"].values() for operation in one.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    for place, one in found["paths"].items():
        (operation,) = one.values()
        inside = {parameter["name"] for parameter in operation.get("parameters", ()) if parameter["in"] == "path"}
        assert inside == set(re.findall(r"\{(\w+)\}", place))


def test_every_reference_in_the_document_leads_somewhere(client: TestClient) -> None:
    text = client.get("/openapi.json").text
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    for name in set(re.findall(r'"#/components/schemas/([^"]+)"', text)):
        assert name in schemas


@pytest.mark.parametrize("form", [one.name for one in formats()])
def test_every_format_takes_away_every_hit(client: TestClient, form: str) -> None:
    total = client.get("/search.json", params={"q": "harbour"}).json()["data"]["total"]
    reply = client.get(f"/export/{form}", params={"q": "harbour", "limit": "1"})
    assert reply.status_code == 200
    assert "attachment" in reply.headers["content-disposition"]
    counts = {
        "csv": lambda: len(list(csv.DictReader(io.StringIO(reply.text)))),
        "jsonl": lambda: len(reply.text.splitlines()),
        "csl": lambda: len(reply.json()),
        "ris": lambda: reply.text.count("TY  - "),
        "biblatex": lambda: reply.text.count("@report{"),
        "citations": lambda: len(reply.text.splitlines()),
        "text": lambda: reply.text.count("=" * 78) // 2,
        "parquet": lambda: _parquet_rows(reply.content),
    }
    assert counts[form]() == total > 20


def _parquet_rows(data: bytes) -> int:
    from pyarrow import BufferReader, parquet  # noqa: PLC0415 - an extra

    return int(parquet.read_table(BufferReader(data)).num_rows)


def test_a_record_is_set_as_pdf_where_that_can_be(samples: Path, client: TestClient) -> None:
    assert client.get("/pdf/07MARENGO212").json()["error"]["code"] == "not-found"
    assert ">PDF</a>" not in client.get("/record/07MARENGO212").text
    pytest.importorskip("typst")
    with TestClient(make_app(samples, Settings(prints=pdf_of_record))) as printing:
        assert '<a href="/pdf/07MARENGO212">PDF</a>' in printing.get("/record/07MARENGO212").text
        reply = printing.get("/pdf/07MARENGO212")
        assert reply.headers["content-type"] == "application/pdf"
        assert reply.content.startswith(b"%PDF-")
        assert printing.get("/pdf/xqzzy").status_code == 404


def test_an_export_that_cannot_be_is_refused(client: TestClient) -> None:
    assert client.get("/export/docx").json()["error"]["code"] == "not-found"
    reply = client.get("/export/csv", params={"from": "yesterday"})
    assert reply.status_code == 400
    assert reply.json()["error"]["hint"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1975",
        "1975-3",
        "1975-03",
        "1975-03-21",
        "1975-12-31",
        "1975-11-30",
        "1976-02-29",
        "2000-2-29",
        "1975-02-28",
    ],
)
def test_a_date_that_the_document_allows_can_be_asked(client: TestClient, text: str) -> None:
    assert re.search(asked.DAY, text)
    assert client.get("/search.json", params={"from": text}).status_code == 200


@pytest.mark.parametrize(
    "text", ["0000", "75", "1975-13", "1975-00", "1975-02-29", "1900-02-29", "1975-04-31", "1975-01-32", "yesterday"]
)
def test_a_date_that_there_is_not_is_refused_and_not_allowed(client: TestClient, text: str) -> None:
    assert not re.search(asked.DAY, text)
    assert client.get("/search.json", params={"from": text}).status_code == 400


@pytest.mark.parametrize("after", ["0", "xqzzy", "kaZvbGRlc3Q", "-" * 900])
def test_a_page_that_begins_nowhere_is_not_there(client: TestClient, after: str) -> None:
    for page in ("/search.json", "/tag/EWWT.json"):
        assert client.get(page, params={"after": after}).status_code == 404


def test_a_number_may_not_be_empty(client: TestClient) -> None:
    assert client.get("/search.json?limit=").status_code == 400
    assert client.get("/search.json?q=&from=").status_code == 200


@pytest.mark.parametrize("text", ["4083", "4084-01-01", "8169", "9999-12-31"])
def test_years_to_come_are_dates_too(client: TestClient, text: str) -> None:
    assert client.get("/search.json", params={"from": text}).json()["data"]["total"] == 0
    assert client.get("/search.json", params={"to": text}).json()["data"]["total"] > 20
