"""The desk over the wire: what its forms do, who may post them, what is taken away, and what others see of it."""

from __future__ import annotations

import csv
import io
import pickle
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from archive.building import kept, telegram
from browsing.conftest import HERE, furnish, own_at
from reftel.archive import make_entry, open_archive
from reftel.cli.serving import Laid, pdf_of_records
from reftel.desk import Desk, Target, from_json, to_json
from reftel.desk.entry import Collected, Entry, Noted
from reftel.errors import QueryError
from reftel.export import formats
from reftel.search.index import open_index
from reftel.web import Own, Settings, make_app
from reftel.web.deeds import DEEDS, LARGEST_FORM
from reftel.web.envelope import Refusal

FROM_HERE = {"Sec-Fetch-Site": "same-origin", "Origin": HERE}
MARENGO = "07MARENGO212"


class Reading:
    """A reader of one archive with a desk of his own."""

    def __init__(self, archive: Path, place: Path, **more: Any) -> None:
        self.own = own_at(place)
        with open_archive(archive) as opened:
            furnish(self.own, opened)
        own = Own(self.own.desk, self.own.searches, lets=more.pop("lets", True))
        app = make_app(archive, Settings(own=own, **more))
        self.client = TestClient(app, base_url=HERE, follow_redirects=False, raise_server_exceptions=False)

    def post(self, deed: str, headers: dict[str, str] | None = None, **fields: Any) -> Any:
        return self.client.post(f"/desk/{deed}", data=fields, headers=FROM_HERE if headers is None else headers)

    def data(self, address: str) -> Any:
        return self.client.get(address).json()["data"]


@pytest.fixture
def reading(samples: Path, tmp_path: Path) -> Iterator[Reading]:
    found = Reading(samples, tmp_path)
    with found.client:
        yield found


def test_a_collection_is_made_filled_ordered_and_taken_apart(reading: Reading) -> None:
    made = reading.post("create", called="  Lamp \n oil ", about="who\r\npays?")
    assert made.status_code == 303
    place = made.headers["location"]
    assert place.startswith("/desk/collection/")
    assert reading.post("create", called="lamp OIL").status_code == 400
    for name in (MARENGO, "05DOLUNAY377", "06 Vesztaly 418"):
        assert reading.post("add", record=name, collection="Lamp oil").status_code == 303
    assert reading.post("add", record="xqzzy", collection="Lamp oil").status_code == 404
    assert reading.post("add", record="08MARENGO77", collection="Lamp oil").headers["location"] == place
    assert records(reading, place) == [MARENGO, "05DOLUNAY377", "06VESZTALY418", "08MARENGO77"]
    moved = reading.post("move", collection="Lamp oil", record="06VESZTALY418", to=1)
    assert moved.headers["location"] == f"{place}#06VESZTALY418"
    assert reading.post("take-out", collection="Lamp oil", record=MARENGO).status_code == 303
    data = reading.data(f"{place}.json")
    assert (data["name"], data["about"], data["away"]) == ("Lamp oil", "who\npays?", 1)
    assert [item["record"] for item in data["items"]] == ["06VESZTALY418", "05DOLUNAY377", "08MARENGO77"]
    changed = reading.post("describe", collection=data["id"], called="Oil", about="", seen=data["heads"])
    assert changed.headers["location"] == place
    assert reading.post("remove", collection="Oil").headers["location"] == "/desk"
    assert reading.client.get(place).status_code == 404


def test_a_long_collection_has_pages(reading: Reading) -> None:
    made = reading.post("gather", q="harbour", sort="oldest", called="All of it")
    place = made.headers["location"]
    total = reading.data("/search.json?q=harbour")["total"]
    again = reading.post("gather", q="harbour", sort="newest", called="ALL of it")
    assert again.headers["location"] == place
    address, seen = f"{place}.json?limit=10", list[tuple[int, str]]()
    while address:
        answer = reading.client.get(address).json()
        seen += [(item["place"], item["record"]) for item in answer["data"]["items"]]
        address = answer["next"].replace("start", "limit=10&start") if answer["next"] else ""
    assert [at for at, _ in seen] == list(range(1, answer["data"]["total"] + 1))
    assert len({record for _, record in seen}) == len(seen) <= total
    assert reading.client.get(f"{place}?start=900").status_code == 200
    assert reading.post("gather", q="harbour", called=" ").status_code == 400


def records(reading: Reading, place: str) -> list[str]:
    return [item["record"] for item in reading.data(f"{place}.json")["items"]]


def test_a_note_stands_beside_its_paragraph(reading: Reading) -> None:
    made = reading.post("write", record=MARENGO, at="p4", text="Ask the harbour master", tag="Ask")
    assert made.headers["location"] == f"/record/{MARENGO}#p4"
    own = reading.data(f"/record/{MARENGO}.json")["own"]
    (note,) = [one for one in own["notes"] if one["text"].startswith("Ask")]
    assert (note["part"], note["how"], note["author"]) == ("p4", "there", "anna")
    assert [(one["word"], one["part"]) for one in own["tags"] if one["word"] == "Ask"] == [("Ask", "p4")]
    page = reading.client.get(f"/record/{MARENGO}").text
    assert page.index('id="p4"') < page.index("Ask the harbour master") < page.index('id="p5"')
    again = reading.post("rewrite", note=note["id"], text="Asked them", seen=note["heads"])
    assert again.headers["location"] == f"/record/{MARENGO}#p4"
    late = reading.post("rewrite", note=note["id"], text="Asked the pilots", seen=note["heads"])
    assert late.status_code == 303
    page = reading.client.get(f"/record/{MARENGO}").text
    assert "Not settled" in page
    assert "Asked the pilots" in page
    assert ">Asked them</p>" in page
    (torn,) = reading.data("/desk.json")["unsettled"]
    assert torn == {"says": "a note on 07MARENGO212 p4: versions by anna", "address": f"/record/{MARENGO}#p4"}
    assert reading.post("unwrite", note=note["id"]).status_code == 303
    assert "Asked the" not in reading.client.get(f"/record/{MARENGO}").text


def test_words_may_be_chosen_as_they_are_shown(reading: Reading) -> None:
    data = reading.data(f"/record/{MARENGO}.json")
    (shown,) = [block["shown"] for block in data["blocks"] if block["anchor"] == "p1"]
    raw = reading.data(f"/raw/{MARENGO}.json")["shown"]["text"]
    words = shown["text"][shown["text"].index("told the Ambassador") :][:30]  # the text has a line's end in it
    assert words not in raw
    assert reading.post("write", record=MARENGO, at="p1", words=words, text="so he says").status_code == 303
    data = reading.data(f"/record/{MARENGO}.json")
    (block,) = [block for block in data["blocks"] if block["anchor"] == "p1"]
    noted = [mark for mark in block["shown"]["marks"] if mark["kind"] == "noted"]
    assert [block["shown"]["text"][mark["start"] : mark["end"]].strip() for mark in noted] == [words.strip()]
    assert '<span class="noted">' in reading.client.get(f"/record/{MARENGO}").text
    refused = reading.post("write", record=MARENGO, at="p1", words="no such words", text="x")
    assert refused.status_code == 400
    assert "do not stand in paragraph 1" in refused.json()["error"]["message"]


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


def test_a_collection_is_taken_away_whole_in_every_format(reading: Reading) -> None:
    exports = reading.data("/desk/collection/Harbour.json")["exports"]
    assert set(exports) == {"desk", *(one.name for one in formats())}
    order = [MARENGO, "06VESZTALY418", "05DOLUNAY377"]
    rows = list(csv.DictReader(io.StringIO(reading.client.get(exports["csv"]).text)))
    assert [row["id"] for row in rows] == order
    for name, address in exports.items():
        reply = reading.client.get(address)
        assert reply.status_code == 200, name
        assert "attachment" in reply.headers["content-disposition"]
        assert reply.content
    assert reading.client.get("/desk/export/docx/Harbour").status_code == 404
    assert reading.client.get("/desk/export/csv/nowhere").status_code == 404
    assert reading.client.get("/desk/export/csv").status_code == 404


def test_a_collection_is_set_as_pdf(samples: Path, tmp_path: Path, reading: Reading) -> None:
    assert reading.client.get("/desk/pdf/Harbour").status_code == 404
    pytest.importorskip("typst")
    pypdf = pytest.importorskip("pypdf")
    printing = Reading(samples, tmp_path / "p", binds=pdf_of_records)
    with printing.client as client:
        reply = client.get("/desk/pdf/Harbour")
        read = pypdf.PdfReader(io.BytesIO(reply.content))
        assert read.metadata.title == "Harbour"
        assert ">PDF</a>" in client.get("/desk/collection/Harbour").text
        printing.own.desk.create("empty")
        assert client.get("/desk/pdf/empty").status_code == 400
        assert client.get("/desk/pdf/nowhere").status_code == 404


def test_two_desks_are_merged_through_their_files(samples: Path, tmp_path: Path) -> None:
    anna, ben = Reading(samples, tmp_path / "anna"), Reading(samples, tmp_path / "ben")
    with anna.client, ben.client:
        ben.own.desk.write(ben.own.desk.notes()[0].target, "From Ben")
        for left, right in ((anna, ben), (ben, anna)):
            exported = left.client.get("/desk/export/desk")
            assert exported.headers["content-type"].startswith("application/ld+json")
            reply = right.client.post("/desk/merge", files={"file": ("a.json", exported.content)}, headers=FROM_HERE)
            assert reply.status_code == 303
            assert "received" in right.client.get(reply.headers["location"].replace("/desk?", "/desk.json?")).text
        told = [one.own.desk.everything() for one in (anna, ben)]
        assert told[0] == told[1]
        assert "From Ben" in anna.client.get(f"/record/{MARENGO}").text
        broken = anna.client.post("/desk/merge", files={"file": ("a.json", b"{}")}, headers=FROM_HERE)
        assert broken.status_code == 400


def test_what_another_wrote_under_an_id_of_this_desk_breaks_no_page(reading: Reading) -> None:
    desk = reading.own.desk
    (made,) = (one for one in desk.collections() if one.name == "Harbour")
    like, at = made.id[:31] + ("0" if made.id[31] != "0" else "1"), "2999-01-01T00:00:00.000Z"
    theirs = [
        Entry(made.id, "eve", at, Noted("under its id", Target(MARENGO))),
        Entry(like, "eve", at, Collected("like it")),
        Entry("f" * 32, "eve", at, Collected(made.id)),
    ]
    desk.merge(*from_json(to_json(theirs, [])))
    addresses = {one["name"]: one["address"] for one in reading.data("/desk.json")["collections"]}
    assert reading.data(f"{addresses['Harbour']}.json")["id"] == made.id
    assert reading.data(f"{addresses['like it']}.json")["id"] == like
    for address in ("/desk", "/desk/notes", f"/record/{MARENGO}", f"/desk/export/desk/{made.id}"):
        assert reading.client.get(address).status_code == 200
    assert "under its id" in reading.client.get(f"/record/{MARENGO}").text
    assert reading.post("remove", collection=made.id).status_code == 303
    assert {one["name"] for one in reading.data("/desk.json")["collections"]} == addresses.keys() - {"Harbour"}


def test_a_search_is_saved_and_tells_what_is_new(tmp_path: Path) -> None:
    with kept(tmp_path / "a", telegram(1), telegram(2)) as archive:
        open_index(archive)
    own = own_at(tmp_path)
    app = make_app(tmp_path / "a", Settings(own=own))
    with TestClient(app, base_url=HERE, follow_redirects=False) as client:
        fields = {"q": "dues", "within": ["post:PARIS"], "sort": "newest", "from": "1987", "called": "dues"}
        assert client.post("/desk/save", data=fields, headers=FROM_HERE).headers["location"] == "/desk/searches"
        assert client.post("/desk/save", data=fields, headers=FROM_HERE).status_code == 400
        (one,) = client.get("/desk/searches.json").json()["data"]["searches"]
        assert (one["total"], one["new"], one["new_address"]) == (2, 0, "")
        with open_archive(tmp_path / "a") as archive:
            archive.keep([make_entry(telegram(3))])
        data = client.get("/desk/searches.json").json()["data"]
        (one,) = data["searches"]
        assert (one["total"], one["new"]) == (3, 1)
        for address, total in ((one["address"], 3), (one["new_address"], 1)):
            path, query = address.split("?")
            assert client.get(f"{path}.json?{query}").json()["data"]["total"] == total
        seen = client.post("/desk/see", data={"called": "dues", "row": data["to"]}, headers=FROM_HERE)
        assert seen.status_code == 303
        assert client.get("/desk/searches.json").json()["data"]["searches"][0]["new"] == 0
        client.post("/desk/forget", data={"called": "dues"}, headers=FROM_HERE)
        assert client.get("/desk/searches.json").json()["data"]["searches"] == []


def test_notes_have_pages_without_an_end_wall(reading: Reading) -> None:
    for number in range(7):
        reading.post("write", record=MARENGO, at="p2", text=f"note {number}")
    address, seen = "/desk/notes.json?limit=3", list[str]()
    while address:
        answer = reading.client.get(address).json()
        seen += [one["id"] for one in answer["data"]["notes"]]
        address = answer["next"].replace("after", "limit=3&after") if answer["next"] else ""
    assert len(seen) == len(set(seen)) == answer["data"]["total"] == 10


def test_a_note_whose_words_went_away_is_told_on_the_page(tmp_path: Path) -> None:
    whole, cut = telegram(1, body="The Minister took the bribe on Tuesday."), telegram(1, file="b.csv")
    kept(tmp_path / "a", whole).close()
    own = own_at(tmp_path)
    app = make_app(tmp_path / "a", Settings(own=own))
    with TestClient(app, base_url=HERE, follow_redirects=False) as client:
        fields = {"record": "87PARIS1", "at": "p2", "words": "took the bribe on Tuesday", "text": "says who?"}
        assert client.post("/desk/write", data=fields, headers=FROM_HERE).status_code == 303
        with open_archive(tmp_path / "a") as archive:
            archive.keep([make_entry(cut)])
        copies = {one["length"]: one["key"] for one in client.get("/record/87PARIS1.json").json()["data"]["copies"]}
        shorter = client.get("/record/87PARIS1", params={"release": copies[min(copies)][:16]})
        assert "Notes whose words are not in this release" in shorter.text
        assert "says who?" in shorter.text
        assert f"/record/87PARIS1?release={copies[max(copies)][:16]}#p2" in shorter.text
    kept(tmp_path / "b", cut).close()
    with TestClient(make_app(tmp_path / "b", Settings(own=own)), base_url=HERE) as client:
        (note,) = client.get("/desk/notes.json").json()["data"]["notes"]
        assert (note["how"], note["here"]) == ("lost", True)
        assert "its words are lost" in client.get("/record/87PARIS1").text
    kept(tmp_path / "c", telegram(2)).close()
    with TestClient(make_app(tmp_path / "c", Settings(own=own)), base_url=HERE) as client:
        assert "not in this archive" in client.get("/desk/notes").text


def test_the_file_can_be_read_with_nothing_but_sqlite(reading: Reading) -> None:
    connection = sqlite3.connect(reading.own.desk.path)
    assert connection.execute("SELECT name FROM collections").fetchall() == [("Harbour",)]
    assert connection.execute("SELECT record FROM cables ORDER BY rank LIMIT 1").fetchone() == (MARENGO,)
    assert ("Which pencil?", "p3") in connection.execute("SELECT text, paragraph FROM notes").fetchall()
    assert connection.execute("SELECT tag, paragraph FROM tags ORDER BY tag").fetchall() == [
        ("Vasseur", None),
        ("mud", "p3"),
    ]
    connection.close()


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


def test_what_is_counted_follows_the_desk(reading: Reading, samples: Path) -> None:
    def counted() -> tuple[int, int]:
        found = reading.data("/search.json?q=mine:Harbour")
        return found["total"], sum(one["count"] for one in found["facets"]["kind"])

    before, same = counted()
    assert before == same
    with open_archive(samples) as archive:
        known = [stored.facts.id for stored in archive if stored.facts.id.startswith("07MARENGO")]
    for name in known:
        reading.post("add", collection="Harbour", record=name)
    after, same = counted()
    assert after == same > before
