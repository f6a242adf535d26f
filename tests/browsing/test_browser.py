"""The reader in a real browser: search, narrow, open, follow both ways, by hand and by keys; seen by everybody; and quiet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

import catalogues
from browsing.browser import Watched, barriers, chromium, served, widths_outgrown
from reftel.web.app import Settings

pytestmark = pytest.mark.slow
KINDS_OF_PAGE = (
    "/", "/search?q=harbour", "/search?q=xqzzy", "/search?q=tide&within=post%3A%22MARENGO%22&from=2006", "/record/07MARENGO212",
    "/record/07MARENGO212?q=harbour#p3", "/record/05DOLUNAY377", "/record/06VESZTALY418", "/record/74STATE118803",
    "/record/CC31F3BE-6474-5220-B9C0-0B8B2C050D74", "/record/harbour-papers-1912/d5", "/raw/07MARENGO212", "/versions/06VESZTALY418",
    "/thread/07MARENGO212", "/ghosts", "/browse", "/browse/tag", "/post/MARENGO", "/post/LONDON", "/tag/EWWT", "/person/LINDGREN",
    "/country/United%20Kingdom", "/class/SECRET", "/date/2006", "/publisher/Cablegate", "/guide", "/guide/captions",
    "/guide/signature", "/handbook", "/handbook/captions", "/code/EXDIS",
    "/statements", "/statements?q=said-by%3Aminister", "/speaker/Leontine%20Vasseur", "/record/07MARENGO212?said=1",
    "/privacy", "/data", "/nothing",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def site(samples: Path) -> Iterator[str]:
    with served(samples) as address:
        yield address


@pytest.fixture
def watched(browser: Browser, site: str) -> Iterator[Watched]:
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 900})
    page = Watched(context.new_page())
    yield page
    context.close()
    assert page.complaints == []
    assert page.hosts <= {site.removeprefix("http://")}


def ghost_of(page: Page) -> str:
    """The address of a cable that is cited and not here."""
    page.goto("/ghosts")
    return str(page.locator("a.ghost").first.get_attribute("href"))


def test_a_search_leads_to_a_cable_and_references_lead_both_ways(watched: Watched) -> None:
    page = watched.page
    page.goto("/")
    page.get_by_label("Words, phrases, or a telegram's number in any spelling").fill("basin four")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("records for")
    before = page.locator("article.hit").count()
    page.get_by_role("complementary", name="Narrow the search").get_by_role(
        "link", name="MARENGO", exact=True
    ).first.click()
    expect(page.get_by_role("list", name="Filters")).to_contain_text('post:"MARENGO"')
    assert 0 < page.locator("article.hit").count() <= before
    page.locator(".chart a").last.click()
    expect(page.get_by_role("list", name="Filters").get_by_role("listitem")).to_have_count(2)
    page.get_by_role("link", name='Without post:"MARENGO"').click()
    page.goto("/record/07MARENGO212")
    page.locator("#p3").get_by_role("link", name="ref B").click()
    expect(page.locator(".masthead .id")).to_have_text("07MARENGO118")
    page.get_by_role("region", name="Cited by").get_by_role("link", name="07MARENGO212").click()
    expect(page.locator(".masthead .id")).to_have_text("07MARENGO212")


def test_a_hit_leads_to_its_paragraph_with_the_words_marked(watched: Watched) -> None:
    page = watched.page
    page.goto("/search?q=puddle+pencil+bookkeeper")
    page.locator(".para").first.click()
    assert "#p" in page.url
    expect(page.locator(".block:target mark").first).to_be_visible()


def test_what_is_cited_and_not_here_has_a_page(watched: Watched) -> None:
    page = watched.page
    page.goto(ghost_of(page))
    expect(page.locator(".kicker")).to_contain_text("not here")
    page.get_by_role("region", name="Cited by").get_by_role("link").first.click()
    expect(page.locator(".masthead h1")).to_be_visible()
    assert page.locator("a.ghost").count() > 0


def test_everything_can_be_done_by_keys(watched: Watched) -> None:
    page = watched.page
    page.goto("/privacy")
    page.keyboard.press("/")
    page.keyboard.type("harbour")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=harbour")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("article.hit h2 a").nth(1)
    expect(second).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("article.hit h2 a").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/record/**")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.matches('[data-step]')")
    page.keyboard.press("r")
    page.wait_for_url("**/raw/**")
    expect(page.locator("pre.raw mark").first).to_be_visible()
    page.keyboard.press("r")
    page.wait_for_url("**/record/**")
    page.goto("/search?q=harbour")
    page.keyboard.press("n")
    page.wait_for_url("**after=**")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.get_by_label("Turn these keys off").check()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#q")).not_to_be_focused()


def test_light_and_dark_are_kept_without_a_cookie(watched: Watched) -> None:
    page = watched.page
    page.goto("/")
    page.get_by_role("button", name="Light or dark").click()
    shade = page.locator("html").get_attribute("data-theme")
    page.goto("/guide")
    assert page.locator("html").get_attribute("data-theme") == shade == "dark"
    assert page.context.cookies() == []


def test_a_code_is_explained_by_focus_and_goes_with_escape(watched: Watched) -> None:
    page = watched.page
    page.goto("/search?q=poloff")
    page.locator("article.hit h2 a").first.click()
    page.wait_for_url("**/record/**")  # its address names a paragraph, to which the browser goes once it is loaded
    gloss = page.locator(".body .gloss a").first
    gloss.focus()
    told = page.locator(f"#{gloss.get_attribute('aria-describedby')}")
    expect(told).to_be_visible()
    expect(told).to_have_text(re.compile(r"\w"), use_inner_text=True)
    page.keyboard.press("Escape")
    expect(told).to_be_hidden()


def test_what_is_copied_says_where_it_is_from(watched: Watched) -> None:
    page = watched.page
    page.goto("/record/07MARENGO212")
    copied = page.evaluate(
        """() => { const prose = document.querySelector('#p2 .prose'); getSelection().selectAllChildren(prose);
        const data = new DataTransfer(); document.dispatchEvent(new ClipboardEvent('copy', {clipboardData: data}));
        return data.getData('text/plain'); }"""
    )
    assert copied.startswith("“The Prime Minister receives")
    assert copied.rstrip().endswith("¶2")
    assert "07MARENGO212" in copied


def test_pages_are_whole_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/search?q=harbour")
    page.locator("article.hit h2 a").first.click()
    assert "/record/" in page.url
    page.locator(".body .gloss a, .mention").first.focus()
    assert page.get_by_role("button", name="Light or dark").count() == 0
    context.close()


def test_no_page_is_wider_than_its_window(watched: Watched) -> None:
    for address in (*KINDS_OF_PAGE[:-1], "/record/07MARENGO118"):  # which explains a word at the end of a line
        watched.page.goto(address)
        assert widths_outgrown(watched.page, 390, 1024, 1440) == [], address


@pytest.mark.parametrize("width", [320, 390, 1024, 1440])
def test_no_button_of_the_head_stands_alone_in_a_line(watched: Watched, width: int) -> None:
    page = watched.page
    page.set_viewport_size({"width": width, "height": 800})
    for address in ("/guide", "/ghosts", "/search?q=harbour"):  # the page where one is changes how its link looks
        page.goto(address)
        tops = page.evaluate(
            "[...document.querySelectorAll('.brand, .tools button')].map(one => (r => r.top + r.height / 2)(one.getBoundingClientRect()))"
        )
        assert len(tops) == 3
        assert max(tops) - min(tops) < 6, (address, tops)
        if width >= 390:
            links = page.evaluate(
                "[...document.querySelectorAll('.top nav a')].map(one => one.getBoundingClientRect().top)"
            )
            assert max(links) - min(links) < 6, (address, links)


@pytest.mark.parametrize("address", ["/browse/post", "/versions/06VESZTALY418", "/ghosts"])
def test_words_in_a_table_stay_whole_on_a_narrow_screen(watched: Watched, address: str) -> None:
    page = watched.page
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(address)
    broken = page.evaluate(
        """() => [...document.querySelectorAll('.scroll td')].flatMap((cell) => {
            const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), found = [];
            while (walker.nextNode()) for (const word of walker.currentNode.data.matchAll(/\\S+/g)) {
                const range = document.createRange();
                range.setStart(walker.currentNode, word.index); range.setEnd(walker.currentNode, word.index + word[0].length);
                if (!word[0].includes('-') && new Set([...range.getClientRects()].map((one) => one.top)).size > 1) found.push(word[0]);
            }
            return found;
        })"""
    )
    assert broken == []
    last = page.locator(".scroll").first.evaluate(
        "one => one.querySelector('th').getBoundingClientRect().width / one.clientWidth"
    )
    assert last < 0.6  # the first column leaves room for what it is a table of


def test_a_header_is_heard_as_it_is_seen(watched: Watched) -> None:
    page = watched.page
    page.goto("/record/07MARENGO212")
    header = page.get_by_role("table", name="Header")
    captions = header.get_by_role("row", name=re.compile("^Captions"))
    assert header.locator("[aria-describedby], [role=tooltip]").count() == 0  # what it means stands beside it, once
    assert captions.inner_text().count("may be put into") + captions.inner_text().count("May be put into") == 1
    told = header.get_by_role("row", name=re.compile("^Info")).aria_snapshot()
    assert re.search(r"AMEMBASSY LONDON\W+,|\(priority\) ?, AMEMBASSY", told), (
        told
    )  # one addressee ends before the next
    heads = page.locator("main h1, main h2, main h3, main h4").evaluate_all("all => all.map(one => +one.tagName[1])")
    assert all(after - before <= 1 for before, after in pairwise(heads))
    page.goto("/versions/06VESZTALY418")
    page.get_by_role("heading", level=3, name=re.compile("Withheld: .* paragraph 3")).first.wait_for()
    page.get_by_role("heading", level=4, name=re.compile("^Held back in Mirror page, Quayside papers")).first.wait_for()


@pytest.mark.parametrize("width", [390, 1280])
def test_pages_stand_from_the_right_too(browser: Browser, samples: Path, tmp_path: Path, width: int) -> None:
    catalogues.write_pseudo(tmp_path, "ar")
    with served(samples, Settings(catalogues=tmp_path)) as address:
        context = browser.new_context(base_url=address, locale="ar", viewport={"width": width, "height": 800})
        page = context.new_page()
        for one in ("/", "/search?q=harbour", "/record/05DOLUNAY377"):
            page.goto(one)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, one
            places = page.evaluate(
                "[...document.querySelectorAll('.brand, main h1')].map(one => one.getBoundingClientRect().right)"
            )
            assert min(places) > width - 120, one  # what stands first stands at the right
        context.close()


def test_everybody_can_read_every_kind_of_page_in_light_and_dark(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    for address in (*KINDS_OF_PAGE, ghost_of(page)):
        page.goto(address)
        assert barriers(page) == [], address
    context.close()


def test_nothing_that_is_read_runs_and_nothing_leaves(browser: Browser, hostile: Path) -> None:
    with served(hostile) as address:
        context = browser.new_context(base_url=address)
        watched = Watched(context.new_page())
        page = watched.page
        page.goto("/search.json?limit=200")
        hits = page.evaluate("JSON.parse(document.body.innerText).data.hits.map(one => one.address.split('#')[0])")
        assert len(hits) == 30
        for one in ("/", "/search", "/ghosts", "/browse/post", "/browse/publisher", *hits, *(raw(hit) for hit in hits)):
            page.goto(one)
            assert page.evaluate("document.documentElement.dataset.owned") is None, one
            page.locator("main a").first.focus()
        page.goto("/search?q=" + quote("<script>document.documentElement.dataset.owned=1</script>"))
        assert page.evaluate("document.documentElement.dataset.owned") is None
        context.close()
    assert watched.complaints == []
    assert watched.hosts == {address.removeprefix("http://")}


def raw(address: str) -> str:
    return address.replace("/record/", "/raw/", 1)
