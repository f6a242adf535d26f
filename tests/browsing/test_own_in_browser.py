"""The reader's own desk in a real browser: with scripts, without, and by keys alone; and the ways out of the reader."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import catalogues
from archive.building import kept, telegram
from browsing.browser import Watched, barriers, chromium, served, widths_outgrown
from browsing.conftest import furnish, own_at
from browsing.hostile import ATTACKS
from conftest import shared_data
from reftel.archive import ingest, open_archive
from reftel.cli.serving import pdf_of_record, pdf_of_records
from reftel.desk import Card, target_on
from reftel.search import Query, following
from reftel.web import Own, Settings

pytestmark = pytest.mark.slow
MARENGO = "/record/07MARENGO212"
OWN_PAGES = (
    "/desk", "/desk/collection/Harbour", "/desk/notes", "/desk/tags", "/desk/tag/mud", "/desk/searches", MARENGO, "/search?q=harbour",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def own(tmp_path: Path) -> Own:
    return own_at(tmp_path)


@pytest.fixture
def site(samples: Path, own: Own) -> Iterator[str]:
    with served(samples, Settings(own=own, prints=pdf_of_record, binds=pdf_of_records)) as address:
        yield address


@pytest.fixture
def watched(browser: Browser, site: str) -> Iterator[Watched]:
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 900})
    page = Watched(context.new_page())
    yield page
    assert page.page.context.cookies() == []
    context.close()
    assert page.complaints == []
    assert page.hosts <= {site.removeprefix("http://")}


def test_whoever_sends_a_form_comes_to_what_it_made(watched: Watched) -> None:
    page, focused = watched.page, "document.activeElement.textContent"
    page.goto("/search?q=harbour")
    page.get_by_label("Save this search as").fill("mud / and more")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="mud / and more")).to_be_focused()
    page.goto(MARENGO)
    page.get_by_text("Judge statement 1", exact=True).click()
    page.get_by_role("button", name="It is right").first.click()
    expect(page.get_by_role("heading", name=re.compile("statements$"))).to_be_focused()
    page.goto(MARENGO)
    page.locator("#p2").get_by_text("Note", exact=False).first.click()
    page.locator("#p2").get_by_label("Note", exact=True).fill("Who drew them?")
    page.locator("#p2").get_by_role("button", name="Keep").click()
    expect(page.locator("#p2")).to_be_focused()
    assert "Who drew them?" in page.evaluate(focused)


def keep_everything(page: Page) -> None:
    """A note and a tag on a paragraph, and the cable put into a new collection: what works with scripts and without."""
    page.goto(MARENGO)
    form = page.locator("#p3 .own-form")
    form.locator("summary").click()
    form.get_by_label("Note").fill("Which pencil?\nAsk the archive.")
    form.get_by_label("Tag").fill("mud")
    form.get_by_role("button", name="Keep").click()
    page.wait_for_url(f"**{MARENGO}#p3")
    expect(page.locator("#p3 .own-text")).to_have_text("Which pencil?\nAsk the archive.")
    expect(page.locator("#p3 .own-tags a")).to_have_text("mud")
    box = page.get_by_role("region", name="On your desk")
    box.get_by_text("Put into a collection").click()
    box.get_by_label(re.compile("(another|new one), called", re.IGNORECASE)).fill("Lamp oil")
    box.get_by_role("button", name="Put it there").click()
    page.get_by_role("region", name="On your desk").get_by_role("link", name="Lamp oil").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lamp oil")
    expect(page.locator(".own-list .id")).to_have_text(["07MARENGO212"])


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_noted_tagged_collected_taken_away_and_merged(
    browser: Browser, samples: Path, tmp_path: Path, scripts: bool
) -> None:
    anna, ben = own_at(tmp_path / "anna", "anna"), own_at(tmp_path / "ben", "ben")
    with served(samples, Settings(own=anna)) as here, served(samples, Settings(own=ben)) as there:
        context = browser.new_context(base_url=here, java_script_enabled=scripts)
        page = context.new_page()
        keep_everything(page)
        page.get_by_role("navigation", name="Site").get_by_role("link", name="Desk").click()
        with page.expect_download() as download:
            page.get_by_role("link", name="Take all of it away").click()
        file = tmp_path / "anna.json"
        download.value.save_as(file)
        whole = json.loads(file.read_text("utf-8"))
        assert [one["motivation"] for one in whole["first"]["items"]].count("commenting") == 1
        page.goto(f"{there}/desk")
        page.get_by_label("The file of another desk").set_input_files(file)
        page.get_by_role("button", name="Merge it into mine").click()
        expect(page.get_by_text("4 of 4 entries were new.")).to_be_visible()
        page.get_by_role("link", name="Lamp oil").click()
        page.locator(".own-list h2 a").click()
        note = page.locator("#p3 .own-note")
        expect(note).to_contain_text("anna")
        note.locator(".change summary").click()
        note.get_by_label("Note").fill("The Minister's.")
        note.get_by_role("button", name="Keep").click()
        expect(page.locator("#p3 .own-text")).to_have_text("The Minister's.")
        page.goto(f"{here}/desk/notes")
        page.locator(".change summary").click()
        page.get_by_label("Note").fill("A blue one.")
        page.get_by_role("button", name="Keep").click()
        page.goto(f"{there}/desk")
        with page.expect_download() as download:
            page.get_by_role("link", name="Take all of it away").click()
        download.value.save_as(file)
        page.goto(f"{here}/desk")
        page.get_by_label("The file of another desk").set_input_files(file)
        page.get_by_role("button", name="Merge it into mine").click()
        page.get_by_role("link", name="a note on 07MARENGO212 p3").click()
        expect(page.locator("#p3 .torn")).to_contain_text("Not settled: another version")
        assert {one.strip() for one in page.locator("#p3 .own-text").all_inner_texts()} == {
            "A blue one.",
            "The Minister's.",
        }
        page.locator("#p3 .change summary").click()
        page.locator("#p3 .change").get_by_role("button", name="Keep").click()
        expect(page.locator("#p3 .torn")).to_have_count(0)
        context.close()


def test_words_are_chosen_and_noted(watched: Watched, own: Own) -> None:
    page = watched.page
    page.goto(MARENGO)
    page.evaluate(
        """() => { const text = document.querySelector('#p1 .prose');
        const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT); let node;
        while ((node = walker.nextNode())) { const at = node.data.indexOf('Ambassador on March'); if (at < 0) continue;
          getSelection().setBaseAndExtent(node, at, node, at + 10); return; } throw 'not there'; }"""
    )
    expect(page.locator("#p1 .own-form summary")).to_contain_text("Note on these words")
    page.keyboard.press("m")
    form = page.locator("#p1 .own-form")
    expect(form.get_by_label("Only on these words")).to_have_value("Ambassador")
    expect(form.get_by_label("Note")).to_be_focused()
    page.keyboard.type("Lindgren")
    form.get_by_role("button", name="Keep").click()
    expect(page.locator("#p1 .noted")).to_have_text("Ambassador")
    (note,) = own.desk.notes()
    assert note.target.exact == "Ambas-\nsador"  # as it stands in the release


def test_a_desk_is_kept_by_keys_alone(watched: Watched, own: Own) -> None:
    page = watched.page
    page.goto(MARENGO)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("m")
    page.keyboard.type("by keys")
    page.keyboard.press("Tab")
    page.keyboard.type("keys")
    page.keyboard.press("Enter")
    page.wait_for_url("**#p*")
    assert [one.text for one in own.desk.notes()] == ["by keys"]
    assert list(own.desk.words()) == ["keys"]
    page.goto("/desk")
    press_to(page, "New collection")
    page.keyboard.type("Keyed")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/collection/*")
    press_to(page, "Put a record into it by its number")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Marengo 212")
    page.keyboard.press("Enter")
    expect(page.locator(".own-list .id")).to_have_text(["07MARENGO212"])
    press_to(page, "Take 07MARENGO212 out")
    page.keyboard.press("Enter")
    expect(page.get_by_text("It is empty")).to_be_visible()


def press_to(page: Page, name: str) -> None:
    """Presses Tab until what is called so has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        told = page.evaluate(
            "(() => { const one = document.activeElement; return one.ariaLabel || (one.labels && one.labels[0] ? one.labels[0].innerText : one.innerText); })()"
        )
        if str(told).strip().startswith(name):
            return
    raise AssertionError(f"{name} cannot be reached by Tab")


def test_a_collection_is_ordered_and_taken_away(watched: Watched, samples: Path, own: Own, tmp_path: Path) -> None:
    with open_archive(samples) as archive:
        furnish(own, archive)
    page = watched.page
    page.goto("/desk/collection/Harbour")
    page.get_by_role("button", name="Move 05DOLUNAY377 up").click()
    page.get_by_role("button", name="Move 05DOLUNAY377 up").click()
    order = ["05DOLUNAY377", "07MARENGO212", "06VESZTALY418", "08MARENGO1"]
    expect(page.locator(".own-list .id")).to_have_text(order)
    with page.expect_download() as download:
        page.get_by_role("link", name="jsonl").click()
    download.value.save_as(tmp_path / "harbour.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "harbour.jsonl").read_text("utf-8").splitlines()]
    assert [row["id"] for row in rows] == order[:3]
    pdf = page.request.get(str(page.get_by_role("link", name="PDF").get_attribute("href")))
    assert pdf.body().startswith(b"%PDF-")
    page.get_by_role("link", name="All its records as a search").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("mine:")
    assert {one.split()[0] for one in page.locator(".hit .id").all_inner_texts()} == set(order[:3])


def test_what_is_missing_is_put_on_a_list(watched: Watched, own: Own) -> None:
    page = watched.page
    page.goto("/search?q=harbour")
    page.get_by_label("Put them all into the collection").fill("Wanted")
    page.get_by_role("button", name="Put", exact=True).click()
    page.wait_for_url("**/desk/collection/*")
    assert page.locator(".own-list .id").count() > 10
    page.goto("/ghosts")
    page.locator("a.ghost").first.click()
    name = page.locator(".kicker .id").inner_text()
    page.get_by_label("Put it into the collection").fill("wanted")
    page.get_by_role("button", name="Put", exact=True).click()
    expect(page.locator(".own-list .id").last).to_have_text(name)
    expect(page.get_by_text("1 of them is not in this archive.")).to_be_visible()
    assert [item.record for item in own.desk.collection("Wanted").items][-1] == name


def test_a_search_is_saved_and_tells_what_is_new(browser: Browser, tmp_path: Path) -> None:
    place = tmp_path / "a"
    with kept(place, telegram(1), telegram(2)) as archive, following(archive):
        pass
    with served(place, Settings(own=own_at(tmp_path))) as address:
        context = browser.new_context(base_url=address)
        page = context.new_page()
        page.goto("/search?q=dues&sort=newest")
        page.get_by_label("Save this search as").fill("dues")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("nothing new")).to_be_visible()
        more = tmp_path / "more.jsonl"
        with open_archive(place) as archive, following(archive) as follower:
            more.write_bytes(telegram(3).text.encode())
            ingest(archive, [more], jobs=0, follower=follower)
        page.reload()
        page.get_by_role("link", name="1 new").click()
        expect(page.locator("article.hit")).to_have_count(1)
        page.go_back()
        page.get_by_role("button", name="I have seen what is new").click()
        expect(page.get_by_text("nothing new")).to_be_visible()
        page.get_by_role("button", name="Forget it").click()
        expect(page.get_by_text("None is saved")).to_be_visible()
        context.close()


def test_a_page_elsewhere_cannot_post_here(browser: Browser, site: str, own: Own, tmp_path: Path) -> None:
    trap = tmp_path / "trap.html"
    trap.write_text(
        f'<form method="post" action="{site}/desk/create"><input name="called" value="trap"><button>go</button></form>'
    )
    context = browser.new_context()
    page = context.new_page()
    page.goto(trap.as_uri())
    page.get_by_role("button").click()
    expect(page.locator("body")).to_contain_text("forbidden")
    assert own.desk.collections() == []
    context.close()


def test_everybody_can_use_the_desk_in_light_and_dark(browser: Browser, samples: Path, own: Own, site: str) -> None:
    with open_archive(samples) as archive:
        furnish(own, archive)
    context = browser.new_context(base_url=site)
    page = context.new_page()
    for address in OWN_PAGES:
        page.goto(address)
        page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        assert barriers(page) == [], address
    context.close()


def test_no_page_of_the_desk_is_wider_than_its_window(watched: Watched, samples: Path, own: Own) -> None:
    with open_archive(samples) as archive:
        furnish(own, archive)
    for address in OWN_PAGES:
        watched.page.goto(address)
        watched.page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        assert widths_outgrown(watched.page, 390, 1024, 1440) == [], address


def test_the_desk_stands_from_the_right_and_in_other_words(
    browser: Browser, samples: Path, own: Own, tmp_path: Path
) -> None:
    with open_archive(samples) as archive:
        furnish(own, archive)
    catalogues.write_pseudo(tmp_path / "words", "ar")
    with served(samples, Settings(own=own, catalogues=tmp_path / "words")) as address:
        context = browser.new_context(base_url=address, locale="ar", viewport={"width": 390, "height": 800})
        page = context.new_page()
        for one in OWN_PAGES:
            page.goto(one)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, one
            left = page.evaluate(
                "[...document.querySelectorAll('main label, main button, main summary, main h2.plain')].map((one) => one.childNodes[0].textContent.trim())"
            )
            words = [text for text in left if text and len(text) > 1]
            assert {text for text in words if "⟦" not in text} <= {"BibLaTeX", "RIS", "CSL JSON"}, one
        context.close()


def test_releases_are_compared(watched: Watched) -> None:
    page = watched.page
    page.goto("/record/06VESZTALY418")
    page.locator(".ways").get_by_role("link", name="Versions").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("06VESZTALY418")
    pair = page.locator(".pair").first
    expect(pair.get_by_role("heading", name="Held back in")).to_be_visible()
    expect(pair.get_by_role("heading", name="Shown in")).to_be_visible()
    assert pair.locator("mark").count() > 0
    address = page.get_by_role("table", name="Releases").first.get_by_role("link").nth(1)
    key = address.inner_text()
    address.click()
    expect(page.get_by_role("region", name="Where this comes from")).to_contain_text(key)


def test_a_cable_is_cited_in_every_style(watched: Watched) -> None:
    page = watched.page
    page.goto(MARENGO)
    page.locator(".ways").get_by_role("link", name="Cite").click()
    cite = page.get_by_role("region", name="Cite")
    expect(cite.locator("[data-citation]")).to_contain_text("07MARENGO212")
    for style, sign in (("BibLaTeX", "@report{"), ("RIS", "TY  - RPRT"), ("CSL JSON", '"type": "report"')):
        cite.get_by_text(style, exact=True).click()
        expect(cite.locator("details[open] pre").last).to_contain_text(sign)
        cite.get_by_text(style, exact=True).click()


@pytest.mark.parametrize("form", ["csv", "jsonl", "ris", "text"])
def test_a_search_is_taken_away_from_the_browser(watched: Watched, tmp_path: Path, form: str) -> None:
    page = watched.page
    page.goto("/search?q=harbour&sort=newest")
    total = int(page.get_by_role("heading", level=1).inner_text().split()[0])
    with page.expect_download() as download:
        page.locator("aside").get_by_role("link", name=form, exact=True).click()
    download.value.save_as(tmp_path / "hits")
    with (tmp_path / "hits").open(encoding="utf-8", newline="") as file:
        text = file.read()
    counts = {
        "csv": len(list(csv.DictReader(io.StringIO(text, newline="")))), "jsonl": text.count("\n"),
        "ris": text.count("TY  - "), "text": text.count("=" * 78) // 2,
    }  # fmt: skip
    assert counts[form] == total > 20


def test_nothing_that_is_written_on_a_desk_runs(browser: Browser, samples: Path, own: Own) -> None:
    own.desk.create(ATTACKS[0][:90])
    with open_archive(samples) as archive:
        (marengo,) = archive.named("07MARENGO212")
    for attack in ATTACKS:
        own.desk.add(own.desk.collections()[0].id, [Card(attack[:200], title=attack)])
        own.desk.write(target_on(marengo, "p3"), attack)
        own.desk.tag(target_on(marengo, "p3"), attack[:60])
        own.searches.save(attack[:60], Query(words=attack))
    own.desk.describe(own.desk.collections()[0].id, called=ATTACKS[1][:90], about=ATTACKS[2])
    with served(samples, Settings(own=own)) as address:
        context = browser.new_context(base_url=address)
        watched = Watched(context.new_page())
        page = watched.page
        pages = [
            "/desk",
            "/desk/notes",
            "/desk/tags",
            "/desk/searches",
            MARENGO,
            f"/desk/collection/{own.desk.collections()[0].id}",
        ]
        page.goto("/desk/tags")
        pages += page.eval_on_selector_all(".grid a", "ones => ones.map(one => one.getAttribute('href'))")
        for one in pages:
            page.goto(one)
            page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
            page.locator("main a, main button").first.focus()
            assert page.evaluate("document.documentElement.dataset.owned") is None, one
            assert page.locator("main h1").count() == 1, one
        assert len(pages) == 6 + len(ATTACKS)
        context.close()
    assert watched.complaints == []
    assert watched.hosts == {address.removeprefix("http://")}


def test_a_hostile_record_can_be_noted_and_collected(browser: Browser, hostile: Path, own: Own) -> None:
    with served(hostile, Settings(own=own)) as address:
        context = browser.new_context(base_url=address)
        watched = Watched(context.new_page())
        page = watched.page
        page.goto("/search.json?limit=200")
        hits = page.evaluate("JSON.parse(document.body.innerText).data.hits.map(one => one.address.split('#')[0])")
        for one in hits[::2]:
            page.goto(one)
            page.locator("#own summary", has_text="Put into a collection").click()
            page.locator("#own").get_by_label(re.compile("called")).fill("all")
            page.locator("#own").get_by_role("button", name="Put it there").click()
            expect(page.locator("#own .list")).to_contain_text("all")
            page.locator("#own summary", has_text="Note on the whole record").click()
            page.locator("#own form", has_text="Keep").get_by_label("Note").fill("seen")
            page.locator("#own form", has_text="Keep").get_by_role("button", name="Keep").click()
            expect(page.locator("#own .own-text").last).to_have_text("seen")
            assert page.evaluate("document.documentElement.dataset.owned") is None, one
        for one in ("/desk", "/desk/notes", "/desk/collection/all"):
            page.goto(one)
            assert page.evaluate("document.documentElement.dataset.owned") is None, one
        assert page.locator(".own-list > li").count() >= 10
        context.close()
    assert watched.complaints == []
    assert watched.hosts == {address.removeprefix("http://")}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of what real data there is, but for the volumes, which take too long."""
    sources = [shared_data(name) for name in ("seed", "cablegate_html", "telegrams")]
    place = tmp_path_factory.mktemp("real") / "a"
    with open_archive(place, create=True) as archive, following(archive) as follower:
        ingest(archive, sources, jobs=0, follower=follower)
    return place


def test_the_main_way_on_the_real_data(browser: Browser, real: Path, tmp_path: Path) -> None:
    own = own_at(tmp_path)
    with served(real, Settings(own=own, prints=pdf_of_record, binds=pdf_of_records)) as address:
        context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
        watched = Watched(context.new_page())
        page = watched.page
        page.goto("/")
        page.get_by_label("Words, phrases, or a telegram's number in any spelling").fill("Almaty 4412")
        page.get_by_role("button", name="Search").click()
        page.locator("article.hit h2 a").first.click()
        expect(page.locator(".masthead .id")).to_have_text("05ALMATY4412")
        expect(page.locator(".damage").first).to_be_visible()
        form = page.locator("#p3 .own-form")
        form.locator("summary").click()
        form.get_by_label("Note").fill("Where does it go on?")
        form.get_by_role("button", name="Keep").click()
        expect(page.locator("#p3 .own-text")).to_have_text("Where does it go on?")
        page.locator("a.mention, a.ghost").first.click()
        expect(page.locator(".kicker")).to_contain_text("05ALMATY3284")
        page.get_by_role("region", name="Cited by").get_by_role("link").first.click()
        expect(page.locator(".masthead .id")).to_have_text("05ALMATY4412")
        expect(page.locator("[data-citation]")).to_contain_text("05ALMATY4412")
        pdf = page.request.get(str(page.get_by_role("link", name="PDF").get_attribute("href")))
        assert pdf.body().startswith(b"%PDF-")
        box = page.get_by_role("region", name="On your desk")
        box.get_by_text("Put into a collection").click()
        box.get_by_label(re.compile("(another|new one), called", re.IGNORECASE)).fill("Round tables")
        box.get_by_role("button", name="Put it there").click()
        page.goto("/search?q=noted:where")
        expect(page.locator("article.hit")).to_have_count(1)
        page.goto("/search?q=kind:cable")
        total = int(page.get_by_role("heading", level=1).inner_text().split()[0])
        page.get_by_role("complementary", name="Narrow the search").get_by_role("link", name="CONFIDENTIAL").click()
        assert 0 < int(page.get_by_role("heading", level=1).inner_text().split()[0]) < total
        with page.expect_download() as download:
            page.locator("aside").get_by_role("link", name="jsonl", exact=True).click()
        download.value.save_as(tmp_path / "hits.jsonl")
        assert (tmp_path / "hits.jsonl").stat().st_size > 1000
        page.goto("/search?q=has:versions")
        page.locator("article.hit h2 a").first.click()
        page.locator(".ways").get_by_role("link", name="Versions").click()
        expect(page.get_by_role("table", name="Releases").first).to_be_visible()
        page.goto("/desk/collection/Round%20tables")
        expect(page.locator(".own-list .id")).to_have_text(["05ALMATY4412"])
        context.close()
    assert watched.complaints == []
    assert watched.hosts == {address.removeprefix("http://")}
