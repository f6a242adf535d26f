"""Whatever is asked and whatever is read, no page fails and none runs what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from browsing.hostile import ATTACKS, OWNED
from reftel.web import make_app
from reftel.web.app import Settings
from reftel.web.pages import PAGES

_PART = re.compile(r"\{\w+(?::\w+)?\}")
_NAMED = [page for page in PAGES if "{name" in page.path or "{code" in page.path]
STRANGE = (
    *ATTACKS[:6], "..", "../../etc/passwd", "%00", "%ff%fe", "a" * 250, "'; DROP TABLE release; --", "%", "07PARIS", "1",
    "/", "//", ".json", "x.csv", "?", "#", "٣", "İ", "\u202e", "\N{NULL}", "é" * 200, "💥", "*", '"', "(", "NOT", "-", "~", ":", "like:",
    "row:0..99999999999999999999",
)  # fmt: skip


@pytest.fixture(scope="module")
def attacked(hostile: Path) -> Iterator[TestClient]:
    with TestClient(make_app(hostile), raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("page", _NAMED, ids=lambda page: page.name)
@pytest.mark.parametrize("name", STRANGE)
def test_no_name_breaks_a_page(client: TestClient, page: object, name: str) -> None:
    for ending in ("", ".json"):
        reply = client.get(_PART.sub(quote(name.encode("utf-8", "replace"), safe="%/"), page.path) + ending)  # type: ignore[attr-defined]
        assert reply.status_code in {200, 400, 404}, reply.text[-300:]


@pytest.mark.parametrize("name", ["q", "post", "from", "to", "class", "tag", "within", "sort", "after", "limit"])
@pytest.mark.parametrize("value", STRANGE)
def test_no_parameter_breaks_a_search(client: TestClient, name: str, value: str) -> None:
    for ending in ("", ".json"):
        reply = client.get(f"/search{ending}", params={"q": "harbour", name: value})
        assert reply.status_code in {200, 400, 404}, reply.text[-300:]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"q": "x" * 2001}, "bad-request"),
        ({"limit": "0"}, "bad-request"),
        ({"limit": "100000"}, "bad-request"),
        ({"limit": "ten"}, "bad-request"),
        ({"sort": "beauty"}, "bad-request"),
        ({"from": "yesterday"}, "bad-request"),
        ({"within": ["a"] * 21}, "bad-request"),
        ({"q": "x" * 9000}, "too-large"),
    ],
)
def test_what_may_not_be_asked_is_refused(client: TestClient, asked: dict[str, str], code: str) -> None:
    reply = client.get("/search.json", params=asked)
    assert reply.json()["error"]["code"] == code
    assert reply.status_code == 400
    assert reply.json()["error"]["hint"]


def test_no_page_takes_a_body(client: TestClient) -> None:
    assert client.request("GET", "/search.json", content=b"q=harbour").status_code == 413


@given(words=st.text(max_size=200), name=st.text(min_size=1, max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_words_break_a_page(client: TestClient, words: str, name: str) -> None:
    for address in ("/search", "/search.json", f"/record/{quote(name)}", f"/raw/{quote(name)}.json"):
        reply = client.get(address, params={"q": words})
        assert reply.status_code in {200, 400, 404}, (address, words, reply.text[-300:])


def addresses(client: TestClient) -> list[str]:
    found = [
        "/",
        "/search",
        "/search?q=harbour",
        "/ghosts",
        "/browse",
        "/browse/post",
        "/browse/tag",
        "/browse/person",
        "/browse/publisher",
    ]
    for hit in client.get("/search.json?limit=200").json()["data"]["hits"]:
        found.append(hit["address"].partition("#")[0])
    for by in ("post", "tag", "person", "class"):
        found += [
            entry["address"] for entry in client.get(f"/browse/{by}.json").json()["data"]["entries"] if entry["address"]
        ]
    return found


def test_what_is_read_never_runs(attacked: TestClient) -> None:
    found = addresses(attacked)
    assert len(found) > 3 * len(ATTACKS)
    for address in found:
        reply = attacked.get(address)
        if reply.status_code == 404 and address.startswith(("/tag/", "/person/")):
            continue  # a value in small letters, which is asked for in capitals
        assert reply.status_code == 200, (address, reply.text[-300:])
        tags = re.findall(r"<(?:script|img|svg|base|a)\b[^>]*>", reply.text)
        assert not [tag for tag in tags if OWNED in re.sub(r'="[^"]*"', "", tag)], address
        assert "<script>" not in reply.text
        assert "<img" not in reply.text
        assert "<base" not in reply.text
        assert re.findall(r'href="(?:javascript|data|//|https?):?', reply.text) == []
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b]", reply.text)
        data = attacked.get(re.sub(r"(\?|$)", r".json\1", address, count=1) if address != "/" else "/index.json")
        assert data.json()["ok"], address


def test_the_server_answers_to_no_other_name(samples: Path) -> None:
    app = make_app(samples, Settings(hosts=("127.0.0.1", "localhost", "[::1]")))
    with TestClient(app, raise_server_exceptions=False) as client:
        for host in ("evil.example", "evil.example:8417", "127.0.0.1.evil.example", ""):
            assert client.get("/index.json", headers={"Host": host}).status_code == 400
        for host in ("127.0.0.1:8417", "localhost", "LOCALHOST:1", "[::1]:8417", "[::1]"):
            assert client.get("/index.json", headers={"Host": host}).status_code == 200


def test_a_fault_tells_nothing_of_the_machine(tmp_path: Path, samples: Path) -> None:
    with TestClient(make_app(tmp_path / "nowhere"), raise_server_exceptions=False) as client:
        reply = client.get("/index.json")
        assert reply.status_code == 503
        assert reply.json()["error"]["code"] == "unusable"
        assert client.get("/").status_code == 503
