"""The desk over the wire: what its forms do, and what is taken away."""

from __future__ import annotations

import csv
import io
import sqlite3
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from archive.building import kept, telegram
from browsing.conftest import FROM_HERE, HERE, MARENGO, Reading, own_at
from reftel.archive import make_entry, open_archive
from reftel.cli.serving import pdf_of_records
from reftel.desk import Target, from_json, to_json
from reftel.desk.entry import Collected, Entry, Noted
from reftel.export import formats
from reftel.search.index import open_index
from reftel.web import Settings, make_app


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
        assert client.post("/desk/save", data=fields, headers=FROM_HERE).headers["location"] == "/desk/searches#dues"
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
