"""What a desk over the wire refuses, from whom it takes nothing, and what others see of it."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from browsing.conftest import FROM_HERE, HERE, MARENGO, Reading, furnish, own_at
from reftel.archive import open_archive
from reftel.cli.serving import Laid, pdf_of_records
from reftel.desk import Desk
from reftel.errors import QueryError
from reftel.web import Settings, make_app
from reftel.web.deeds import DEEDS, LARGEST_FORM
from reftel.web.envelope import Refusal


@pytest.mark.parametrize(
    ("deed", "fields", "status"),
    [
        ("write", {"record": MARENGO, "at": "p3"}, 400),
        ("write", {"record": MARENGO, "at": "p99", "text": "x"}, 404),
        ("write", {"record": MARENGO, "release": "ffffffff", "text": "x"}, 404),
        ("write", {"record": "xqzzy", "text": "x"}, 404),
        ("write", {"record": MARENGO, "text": "x" * 20_001}, 400),
        ("write", {"record": MARENGO, "tag": "x" * 101}, 400),
        ("write", {"text": "x"}, 400),
        ("create", {"called": "x" * 101}, 400),
        ("create", {"called": " \n\0 "}, 400),
        ("create", {"called": "Nowhere", "record": "xqzzy"}, 404),
        ("add", {"called": "Nowhere", "record": "xqzzy"}, 404),
        ("write", {"record": MARENGO, "tag": "kept", "text": "x" * 20_001}, 400),
        ("write", {"record": MARENGO, "tag": "x" * 101, "text": "kept"}, 400),
        ("rewrite", {"note": "0" * 32, "text": "x"}, 400),
        ("rewrite", {"note": "", "text": "x"}, 400),
        ("untag", {"tag": "0" * 32}, 400),
        ("move", {"collection": "Harbour", "record": MARENGO, "to": "first"}, 400),
        ("move", {"collection": "Harbour", "record": "xqzzy", "to": 1}, 400),
        ("take-out", {"collection": "nowhere", "record": MARENGO}, 400),
        ("see", {"called": "nowhere", "row": 1}, 400),
        ("forget", {"called": "nowhere"}, 400),
        ("save", {"called": "", "q": "x"}, 400),
        ("save", {"called": "x", "to": "yesterday"}, 400),
        ("merge", {"file": "no file"}, 400),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_changes_nothing(
    reading: Reading, deed: str, fields: dict[str, Any], status: int
) -> None:
    before = reading.own.desk.everything()
    reply = reading.post(deed, **fields)
    assert reply.status_code == status, reply.text
    assert msgspec.json.decode(reply.content, type=Refusal).error.message
    assert reading.own.desk.everything() == before


FOREIGN = [
    {},
    {"Origin": "null"},
    {"Origin": "http://elsewhere.example"},
    {"Origin": "http://127.0.0.1:9999"},
    {"Origin": "http://localhost:8417"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": HERE},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "cross-site", "Origin": HERE},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://elsewhere.example"},
    {"Sec-Fetch-Site": "same-origin", "Host": "elsewhere.example"},
    {"Origin": "http://elsewhere.example", "Host": "elsewhere.example"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://elsewhere.example:8417", "Host": "elsewhere.example:8417"},
]


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: str(deed.name))
def test_nothing_is_taken_from_a_page_elsewhere(reading: Reading, deed: Any) -> None:
    for headers in FOREIGN:
        reply = reading.post(deed.name, headers, called="x", text="x")
        status, code = (400, "bad-request") if "Host" in headers else (403, "forbidden")
        assert reply.status_code == status, headers
        assert msgspec.json.decode(reply.content, type=Refusal).error.code == code
        assert "set-cookie" not in reply.headers
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        reply = reading.client.request(method, deed.path, headers=FROM_HERE)
        assert reply.status_code == 405
        assert reply.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": HERE}],
)
def test_forms_of_its_own_pages_are_taken(reading: Reading, headers: dict[str, str]) -> None:
    assert reading.post("create", headers, called="x").status_code == 303


def test_what_is_too_large_or_no_form_is_refused(reading: Reading) -> None:
    assert reading.post("write", text="x" * (LARGEST_FORM + 1)).status_code == 413
    chunks = reading.client.post("/desk/write", content=iter([b"text=x"]), headers=FROM_HERE)
    assert chunks.status_code == 413
    assert reading.client.post("/desk", data={"x": "y"}, headers=FROM_HERE).status_code == 413
    for kind, body in (
        ("application/json", b"{}"),
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb"),
        ("application/x-www-form-urlencoded", b"&".join(b"a=b" for _ in range(500))),
        ("", b"\xff\x00"),
    ):
        reply = reading.client.post("/desk/create", content=body, headers={**FROM_HERE, "Content-Type": kind})
        assert reply.status_code == 400, (kind, reply.text)
        assert msgspec.json.decode(reply.content, type=Refusal).error.hint


def test_a_desk_that_can_only_be_read_says_so(samples: Path, tmp_path: Path) -> None:
    reading = Reading(samples, tmp_path, lets=False)
    with reading.client as client:
        for address in (
            "/desk",
            "/desk/collection/Harbour",
            "/desk/notes",
            "/desk/tags",
            "/desk/tag/mud",
            "/desk/searches",
        ):
            page = client.get(address).text
            assert "It can only be read here" in page, address
            assert "<textarea" not in page
            assert 'method="post"' not in page
        page = client.get(f"/record/{MARENGO}").text
        assert "Which pencil?" in page
        assert 'method="post"' not in page
        for deed in DEEDS:
            fields = {
                "called": "x",
                "collection": "Harbour",
                "record": MARENGO,
                "note": "0" * 32,
                "tag": "0" * 32,
                "to": "1",
                "row": "1",
                "text": "x",
                "words": "x",
                "start": "0",
                "end": "1",
                "verdict": "confirmed",
                "decision": "0" * 32,
                "one": "a",
                "other": "b",
            }
            reply = client.post(deed.path, data=fields, headers=FROM_HERE)
            assert reply.status_code == 403, reply.text
            assert "can only be read here" in reply.json()["error"]["message"]


def test_without_a_desk_nothing_of_anybodys_is_shown(
    samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = own_at(tmp_path)
    with open_archive(samples) as archive:
        furnish(own, archive)
    monkeypatch.setenv("REFTEL_DESK", str(own.desk.path))  # the user's own is there, and is not asked
    with TestClient(make_app(samples), base_url=HERE) as client:
        assert client.get("/desk.json").json()["data"]["state"]["open"] is False
        assert "No desk lies open" in client.get("/desk").text
        assert 'href="/desk"' not in client.get("/").text
        for address in ("/desk/collection/Harbour", "/desk/tag/mud", "/desk/export/desk", "/desk/export/csv/Harbour"):
            assert client.get(address).status_code == 404
        assert client.get(f"/record/{MARENGO}.json").json()["data"]["own"] is None
        for words in ("mine:Harbour", "tagged:mud", "noted:pencil"):
            assert client.get("/search.json", params={"q": words}).json()["data"]["total"] == 0
            assert client.get("/export/jsonl", params={"q": words}).text == ""
        assert client.post("/desk/create", data={"called": "x"}, headers=FROM_HERE).status_code == 403


@pytest.mark.parametrize(
    ("host", "share", "shown", "lets"),
    [
        ("127.0.0.1", "", True, True), ("localhost", "", True, True), ("::1", "read", True, True), ("0.0.0.0", "", False, False),
        ("192.168.1.7", "", False, False), ("reading-room", "", False, False), ("0.0.0.0", "read", True, False), ("::", "write", True, True),
    ],
)  # fmt: skip
def test_others_see_a_desk_only_where_it_is_shared(
    tmp_path: Path, host: str, share: str, shown: bool, lets: bool
) -> None:
    own = Laid(tmp_path / "desk.sqlite", "anna", share).own(host)
    assert (own is not None) == shown
    assert own is None or own.lets == lets
    with pytest.raises(QueryError, match="cannot be shared so"):
        Laid(share="all")


def test_a_shared_desk_is_written_under_a_plain_name_only(samples: Path, tmp_path: Path) -> None:
    reading = Reading(samples, tmp_path, called="reading-room")
    for host, status in (
        ("192.168.1.7:80", 303),
        ("[fe80::1]:80", 303),
        ("reading-room:80", 303),
        ("elsewhere.example:80", 403),
    ):
        headers = {"Host": host, "Origin": f"http://{host}"}
        assert reading.post("create", headers, called=host).status_code == (303 if status == 303 else 400), host
        for address in ("/desk.json", f"/record/{MARENGO}"):
            told = reading.client.get(address, headers={"Host": host})
            assert told.status_code == (200 if status == 303 else 400), host
            assert ("Which pencil" in told.text) == (status == 303 and "record" in address)


def test_a_damaged_desk_hides_nothing_of_the_archive(reading: Reading) -> None:
    for path in (reading.own.desk.path, reading.own.searches.path):
        path.write_bytes(b"no database at all, and longer than the head of one would be" * 99)
    page = reading.client.get(f"/record/{MARENGO}")
    assert page.status_code == 200
    assert "cannot be used" in page.text
    assert "Customs House" in page.text
    for address in ("/", "/search?q=harbour", "/raw/07MARENGO212"):
        assert reading.client.get(address).status_code == 200
    for address in ("/desk", "/desk/notes", "/desk/searches"):
        reply = reading.client.get(address)
        assert reply.status_code == 503
        assert str(reading.own.desk.path.parent) not in reply.text  # nothing of this machine is told
    assert reading.post("create", called="x").status_code == 503


def test_a_server_of_several_processes_can_be_told_of_a_desk(tmp_path: Path) -> None:
    own = own_at(tmp_path)
    own.desk.create("x")
    settings_ = pickle.loads(pickle.dumps(Settings(own=own, binds=pdf_of_records)))
    assert [one.name for one in settings_.own.desk.collections()] == ["x"]
    assert list(settings_.own.searches) == []


ANY = st.text(max_size=30)
FIELDS = "called about record collection at words before text tag note to row seen q file then".split()


@settings(deadline=None, max_examples=40)
@given(deed=st.sampled_from(DEEDS), fields=st.dictionaries(st.sampled_from(FIELDS), ANY, max_size=6))
def test_any_form_is_done_or_refused(
    samples: Path, tmp_path_factory: pytest.TempPathFactory, deed: Any, fields: dict[str, str]
) -> None:
    own = own_at(tmp_path_factory.mktemp("any"))
    app = make_app(samples, Settings(own=own))
    with TestClient(app, base_url=HERE, follow_redirects=False, raise_server_exceptions=False) as client:
        body = "&".join(f"{name}={quote(value, errors='replace')}" for name, value in fields.items())
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        reply = client.post(deed.path, content=body.encode(), headers={**FROM_HERE, **kind})
        assert reply.status_code in {303, 400, 404}, reply.text
        if reply.status_code == 303:
            assert client.get(reply.headers["location"]).status_code == 200
    assert Desk(own.desk.path, "x").collections() is not None
