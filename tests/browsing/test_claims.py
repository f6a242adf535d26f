"""Who said what in the reader: a section beside the text, pages of statements and of speakers, and forms that judge."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from starlette.testclient import TestClient

from browsing.browser import chromium, served
from browsing.conftest import HERE, SAMPLES, own_at
from reftel.archive import ingest, open_archive
from reftel.desk import Judgements
from reftel.statements import read_statements
from reftel.web import Own, Settings, make_app

FROM_HERE = {"Origin": HERE}
NAME = "07MARENGO212"


class Judging:
    """A reader with a desk, at which statements are judged."""

    def __init__(self, archive: Path, place: Path) -> None:
        self.own = own_at(place)
        self.archive = archive
        app = make_app(archive, Settings(own=Own(self.own.desk, self.own.searches)))
        self.client = TestClient(app, base_url=HERE, follow_redirects=False, raise_server_exceptions=False)

    def statements(self, name: str = NAME) -> Any:
        return self.client.get(f"/record/{name}.json").json()["data"]["statements"]

    def judge(self, one: Any, verdict: str, **more: Any) -> Any:
        place = {name: one[name] for name in ("record", "release", "start", "end")}
        return self.client.post("/desk/judge", data={**place, "verdict": verdict, **more}, headers=FROM_HERE)


@pytest.fixture
def judging(samples: Path, tmp_path: Path) -> Iterator[Judging]:
    found = Judging(samples, tmp_path)
    with found.client:
        yield found


def test_a_record_shows_what_is_read_in_it(client: TestClient, samples: Path) -> None:
    with open_archive(samples) as archive:
        (stored,) = archive.named(NAME)
    shown = client.get(f"/record/{NAME}.json").json()["data"]["statements"]
    assert [one["rule"] for one in shown] == [one.rule for one in read_statements(stored.record)]
    page = client.get(f"/record/{NAME}").text
    assert f'<h2 id="statements" tabindex="-1">{len(shown)} statements</h2>' in page
    blocks = {
        one["anchor"]: one["shown"]["text"] for one in client.get(f"/record/{NAME}.json").json()["data"]["blocks"]
    }
    for one in shown:
        assert stored.release.text[one["start"] : one["end"]].split()[0] in one["words"] or one["words"] == ""
        lit = [re.fullmatch(r"(\w+):(\d+)-(\d+)", place) for place in one["lit"].split()]
        said = " ".join(blocks[place[1]][int(place[2]) : int(place[3])] for place in lit if place)
        assert one["words"].split(" ... ")[0].split()[0] in said


def test_what_is_not_kept_is_read_when_it_is_asked_for(tmp_path: Path) -> None:
    with open_archive(tmp_path / "a", create=True) as archive:
        ingest(archive, [SAMPLES / "telegrams" / "07MARENGO212.txt"])
    with TestClient(make_app(tmp_path / "a"), base_url=HERE) as reader:
        page = reader.get(f"/record/{NAME}").text
        link = re.search(r'<a href="([^"]*statements=1)#statements">Read who said what in it</a>', page)
        assert link
        assert '<tr class="claim' not in page
        assert '<tr class="claim' in reader.get(html.unescape(link[1])).text
        assert '<tr class="claim' in reader.get(f"/record/{NAME}", params={"said": "1"}).text
        data = reader.get(f"/record/{NAME}.json").json()["data"]
    assert (data["statements"], data["statements_read"]) == ([], False)


def test_the_words_of_one_are_marked_without_a_script(client: TestClient) -> None:
    for one in client.get(f"/record/{NAME}.json").json()["data"]["statements"]:
        page = client.get(one["address"].split("#")[0]).text
        marked = html.unescape(" ".join(re.findall(r"<mark>([^<]*)</mark>", page)))
        assert one["cue"].split(" ... ")[0] in marked


def test_a_search_for_statements(client: TestClient) -> None:
    found = client.get("/statements.json", params={"q": "said-by:vasseur"}).json()["data"]
    assert found["statements"]
    assert all("Vasseur" in one["speaker"] for one in found["statements"])
    assert client.get("/statements", params={"q": "said-by:vasseur"}).text.count('<tr class="claim') == len(
        found["statements"]
    )
    narrowed = client.get("/statements.json", params={"q": "said-by:vasseur", "from": "1999", "to": "1999"}).json()[
        "data"
    ]
    assert narrowed["statements"] == []
    first = client.get("/statements.json", params={"limit": "3"}).json()
    assert first["next"].startswith("/statements.json?")
    after = client.get(first["next"]).json()["data"]["statements"]
    assert not {one["record"] for one in after} & {one["record"] for one in first["data"]["statements"]}


def test_one_who_speaks_has_a_page(client: TestClient) -> None:
    data = client.get("/speaker/Leontine Vasseur.json").json()["data"]
    assert data["person"]["name"] == "Leontine Vasseur"
    assert sum(data["person"]["posts"].values()) == data["person"]["statements"] >= len(data["statements"]) > 0
    assert {one["speaker_address"] for one in data["statements"]} == {f"/speaker/{data['person']['id']}"}
    assert client.get(f"/speaker/{data['person']['id']}").status_code == 200


def test_a_statement_is_judged_and_that_is_taken_back(judging: Judging) -> None:
    first = judging.statements()[0]
    assert judging.judge(first, "confirmed").headers["location"] == f"/record/{NAME}#statements"
    assert (
        judging.judge(
            first, "corrected", speaker="Carl <i>Dorn</i>", kind="person", about="FR, EU", modality="denied"
        ).status_code
        == 303
    )
    changed = judging.statements()[0]
    assert (changed["verdict"], changed["judge"], changed["speaker"], changed["modality"]) == (
        "corrected",
        "anna",
        "Carl <i>Dorn</i>",
        "denied",
    )
    assert [one["name"] for one in changed["about"]] == ["FR", "EU"]
    page = judging.client.get(f"/record/{NAME}").text
    assert "<i>Dorn" not in page
    assert "Carl &lt;i&gt;Dorn" in page
    assert (
        judging.client.get("/statements.json", params={"q": "said-by:dorn said-about:EU"}).json()["data"]["total"] == 1
    )
    assert judging.judge(first, "rejected").status_code == 303
    assert judging.statements()[0]["verdict"] == "rejected"
    assert judging.client.get("/statements.json", params={"q": "said-by:dorn"}).json()["data"]["total"] == 0
    gone = {"decision": judging.statements()[0]["decision"], "record": NAME}
    assert judging.client.post("/desk/withdraw", data=gone, headers=FROM_HERE).status_code == 303
    assert judging.statements()[0] == first


def test_a_statement_is_added_by_hand(judging: Judging, samples: Path) -> None:
    before = len(judging.statements())
    with open_archive(samples) as archive:
        (stored,) = archive.named(NAME)
    words = " ".join(stored.release.text.split("SUBJECT:")[1].split()[:4])
    given = {"record": NAME, "words": words, "speaker": "Carl Dorn", "about": "FR"}
    assert judging.client.post("/desk/add-statement", data=given, headers=FROM_HERE).status_code == 303
    (added,) = [one for one in judging.statements() if one["verdict"] == "added"]
    assert (added["words"], added["speaker"], added["rule"]) == (words, "Carl Dorn", "by-hand")
    assert len(judging.statements()) == before + 1
    wrong = judging.client.post("/desk/add-statement", data={**given, "words": "no such words here"}, headers=FROM_HERE)
    assert wrong.status_code == 400


def test_two_persons_are_joined_and_parted(judging: Judging) -> None:
    one, other = "leontine-vasseur.marengo", "ambrose-tuttle.marengo"
    joined = judging.client.post("/desk/match", data={"one": one, "other": other}, headers=FROM_HERE)
    assert joined.headers["location"] == f"/speaker/{one}"
    data = judging.client.get(f"/speaker/{one}.json").json()["data"]
    assert data["joined"] == sorted([one, other])
    parted = judging.client.post("/desk/match", data={"one": one, "other": other, "same": "no"}, headers=FROM_HERE)
    assert parted.status_code == 303
    assert judging.client.get(f"/speaker/{one}.json").json()["data"]["joined"] == [one]
    assert [pair.same for pair in Judgements(judging.own.desk).pairs()] == [False]


def test_a_place_with_no_statement_is_refused(judging: Judging) -> None:
    first = judging.statements()[0]
    assert judging.judge({**first, "start": 0, "end": 1}, "confirmed").status_code == 404
    assert judging.judge(first, "perhaps").status_code == 400
    assert judging.judge({**first, "record": "xqzzy"}, "confirmed").status_code == 404
    assert Judgements(judging.own.desk).judgements() == []


def test_nothing_can_be_judged_where_no_desk_lies(samples: Path) -> None:
    with TestClient(make_app(samples), base_url=HERE, raise_server_exceptions=False) as client:
        page = client.get(f"/record/{NAME}").text
        assert 'id="statements"' in page
        assert "/desk/judge" not in page
        assert (
            client.post("/desk/withdraw", data={"decision": "0", "record": NAME}, headers=FROM_HERE).status_code == 403
        )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def test_a_row_lights_its_words(browser: Browser, samples: Path, client: TestClient) -> None:
    shown = client.get(f"/record/{NAME}.json").json()["data"]["statements"]
    with served(samples) as address:
        page = browser.new_context(base_url=address).new_page()
        page.goto(f"/record/{NAME}")
        for at in (0, len(shown) - 1):
            row = page.locator("tr[data-lit]").nth(at)
            row.focus()
            lit = page.evaluate("document.documentElement.dataset.said")
            assert shown[at]["cue"].split(" ... ")[0] in lit
            assert page.evaluate("CSS.highlights.get('said').size") == len(shown[at]["lit"].split())
        page.locator("h1").first.hover()
        page.locator("tr[data-lit]").first.hover()
        assert shown[0]["cue"].split(" ... ")[0] in page.evaluate("document.documentElement.dataset.said")
        page.get_by_role("link", name="Statements").first.click()
        assert page.url.endswith("#statements")
        expect(page.get_by_role("region", name="Statements").first).to_be_visible()
