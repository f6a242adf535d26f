"""A published site in a real browser, from the disk: the search that needs no server, every link by hand, and nothing that runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browsing.browser import barriers, chromium, widths_outgrown
from reftel.archive import open_archive
from reftel.publish.site import Settings, publish
from reftel.publish.site import paths as places
from reftel.search import Query, search

pytestmark = pytest.mark.slow
# Words, phrases, forms, fields and what combines them; each must find what the archive's own search finds, in its order.
QUERIES = (
    "harbour", "basin four", "tide", '"basin four"', '"the harbour treaty"', "treaty -harbour", "harbour OR lighthouse", "harb*",
    "=harbour", "=harbours", "negotiating", "refrigerators", "u.s.", "12958", "the", "xqzzy", "(tide OR treaty) -press", "naïve",
    "post:MARENGO tide", "year:2006", "sent:2006-05..2007-01 the", "harbour sent:2007", "class:secret", "class:c", "tag:EWWT harbour",
    "subject:harbour", 'subject:"harbour treaty"', "signer:lindgren", "to:secstate", "to:london", "from:london", "country:gb",
    'country:"united kingdom"', "has:summary", "kind:incident", "caption:exdis", "mark:c/nf", "finding:text-cut", "form:frus-tei",
    "07MARENGO212", "07 Marengo 212", "id:07marengo212", "human rights", "-harbour", "",
)  # fmt: skip
KINDS_OF_PAGE = (
    "index.html", "search.html?q=harbour", "search.html?q=xqzzy", places.record("07MARENGO212"), places.record("05DOLUNAY377"),
    places.record("harbour-papers-1912/d5"), places.record("CC31F3BE-6474-5220-B9C0-0B8B2C050D74"), places.versions("06VESZTALY418"),
    "missing/index.html", "missing/MARENGO.html", "browse/index.html", "browse/tag.html", "posts/MARENGO.html", "posts/LONDON.html",
    "tags/EWWT.html", "persons/LINDGREN.html", "classes/SECRET.html", "dates/2006.html", "guide.html", "handbook/index.html",
    "handbook/captions.html", "privacy.html", "data.html",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("published") / "a site with spaces"
    assert publish(samples, out, Settings(jobs=0, name="samples")).faults == []
    return out


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


class Read:
    """A page of files, every address that it asked for, and everything that it complained of."""

    def __init__(self, context: BrowserContext) -> None:
        self.page = context.new_page()
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on(
            "console", lambda message: self.complaints.append(message.text) if message.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))


@pytest.fixture
def read(browser: Browser, site: Path) -> Iterator[Read]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    found = Read(context)
    yield found
    context.close()
    assert found.complaints == []
    assert [address for address in found.asked if not address.startswith(site.as_uri())] == []


def sought(page: Page, site: Path, words: str) -> Page:
    """The page of a search, after it found what it finds."""
    page.goto(f"{site.as_uri()}/search.html?q={quote(words)}")
    return found(page)


def found(page: Page) -> Page:
    page.wait_for_selector("html[data-shown]", state="attached")
    return page


# The page's own way from an address to what it lists, without the passages, for which it opens every page that it lists.
_LISTED = """async (address) => {
  const finder = await Finder.open(), { hits } = await finder.find(askedIn(address));
  return [hits.length, await Promise.all(hits.slice(0, PAGE).map(async (hit) => (await finder.listed(hit))[1]))];
}"""


def test_the_search_finds_what_the_archive_finds_in_its_order(read: Read, site: Path, samples: Path) -> None:
    page = sought(read.page, site, "xqzzy")
    with open_archive(samples) as archive:
        for words in QUERIES:
            meant = search(archive, Query(words=words))
            total, listed = page.evaluate(_LISTED, f"?q={quote(words)}")
            assert total == meant.total, words
            assert listed == [hit.id or hit.key[:12] for hit in meant.hits], words


def same(path: Path, other: Path) -> bool:
    return other.is_file() and path.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("words", ["", "naïve", '"the harbour treaty"', "(tide OR treaty) -press", "country:gb"])
def test_the_page_of_an_address_shows_what_the_archive_finds(read: Read, site: Path, samples: Path, words: str) -> None:
    page = read.page
    page.goto(f"{site.as_uri()}/search.html?q={quote(words)}")
    shown = listed(page)
    with open_archive(samples) as archive:
        meant = search(archive, Query(words=words))
    assert page.evaluate("document.documentElement.dataset.found") == str(meant.total)
    assert shown == [hit.id or hit.key[:12] for hit in meant.hits]


def listed(page: Page) -> list[str]:
    """The names of what a search found, as soon as they stand there: the passages take many times as long."""
    page.wait_for_selector("html[data-found]", state="attached")
    return page.locator("article.hit .id").all_inner_texts()


def test_narrowing_finds_what_the_archive_finds(read: Read, site: Path, samples: Path) -> None:
    page = sought(read.page, site, "the")
    page.get_by_role("complementary", name="Narrow the search").get_by_role(
        "link", name="MARENGO", exact=True
    ).first.click()
    found(page)
    page.get_by_label("From").fill("2006-05")
    page.locator("select[name=sort]").select_option("newest")
    page.get_by_role("button", name="Apply").click()
    found(page)
    expect(page.get_by_role("list", name="Filters").get_by_role("listitem")).to_have_count(2)
    with open_archive(samples) as archive:
        query = Query(
            words="the",
            within=('post:"MARENGO"',),
            since="2006-05",
            sort="newest",
            facets=("class", "tag"),
            facet_size=12,
        )
        meant = search(archive, query)
    assert page.evaluate("document.documentElement.dataset.found") == str(meant.total)
    assert page.locator("article.hit .id").all_inner_texts() == [hit.id for hit in meant.hits]
    for name, label in (("class", "Class"), ("tag", "TAG")):
        shown = page.get_by_role("list", name=label, exact=True).get_by_role("listitem").all_inner_texts()
        assert [one.rsplit(None, 1) for one in shown] == [[one.value, str(one.count)] for one in meant.facets[name]]
    page.get_by_role("link", name='Without post:"MARENGO"').click()
    assert int(str(found(page).evaluate("document.documentElement.dataset.found"))) >= meant.total


def test_what_is_not_there_is_neither_seen_nor_heard(read: Read, site: Path) -> None:
    page = read.page
    page.goto(f"{site.as_uri()}/search.html?q=xqzzy")
    found(page)
    assert page.get_by_role("list", name="Filters").count() == 0
    expect(page.locator(".pager")).to_be_hidden()


def test_pages_of_hits_go_on_to_the_last(read: Read, site: Path, samples: Path) -> None:
    page = read.page
    page.goto(f"{site.as_uri()}/search.html?q=with")
    names: list[str] = []
    for number in range(2, 20):
        names += listed(page)
        following = page.get_by_role("link", name="Next page")
        if not following.count():
            break
        following.click()
        page.wait_for_url(f"**page={number}")
    found(page)  # with the passages of the last
    with open_archive(samples) as archive:
        assert names == [hit.id or hit.key[:12] for hit in search(archive, Query(words="with", limit=1000)).hits]
    assert len(names) > 60


def test_a_hit_leads_to_its_paragraph_and_references_lead_both_ways(read: Read, site: Path) -> None:
    page = read.page
    page.goto(f"{site.as_uri()}/index.html")
    page.get_by_label("Words, phrases, or a telegram's number in any spelling").fill("puddle pencil bookkeeper")
    page.get_by_role("button", name="Search").click()
    found(page)
    expect(page.locator(".snippet mark").first).to_be_visible()
    page.locator(".para").first.click()
    assert "#p" in page.url
    expect(page.locator(".block:target mark").first).to_be_visible()
    page.goto(f"{site.as_uri()}/{places.record('07MARENGO212')}")
    page.locator("#p3").get_by_role("link", name="ref B").click()
    expect(page.locator(".masthead .id")).to_have_text("07MARENGO118")
    page.get_by_role("region", name="Cited by").get_by_role("link", name="07MARENGO212").click()
    expect(page.locator(".masthead .id")).to_have_text("07MARENGO212")
    page.keyboard.press("r")
    expect(page.locator("#raw")).to_be_visible()
    page.goto(f"{site.as_uri()}/missing/index.html")
    page.locator("main .shelves a").first.click()
    page.locator("a.ghost").first.click()
    expect(page.locator(".kicker")).to_contain_text("not here")


def test_what_cannot_be_asked_is_said(read: Read, site: Path) -> None:
    for field in ("cites:07MARENGO212", "said-by:lindgren", "mine:harbour"):
        read.page.goto(f"{site.as_uri()}/search.html?q={quote(f'harbour {field}')}")
        assert listed(read.page)
        expect(read.page.locator("[data-notes]")).to_contain_text(f"{field.partition(':')[0]}: cannot be asked here")
    page = sought(read.page, site, "cites:07MARENGO212")
    expect(page.locator("[data-notes]")).to_contain_text("cites: cannot be asked here")
    assert page.locator("article.hit").count() == 0


def test_an_index_that_is_not_whole_is_said(browser: Browser, samples: Path, tmp_path: Path) -> None:
    publish(samples, tmp_path / "site", Settings(jobs=0))
    for path in (tmp_path / "site" / "search").rglob("words-*.js"):
        path.unlink()
    page = browser.new_page()
    sought(page, tmp_path / "site", "harbour")
    expect(page.locator("[data-total]")).to_contain_text("could not be read")
    page.close()


def test_everything_is_found_without_scripts(browser: Browser, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.as_uri()}/search.html?q=harbour")
    page.get_by_role("main").get_by_role("link", name="Browse").click()
    page.get_by_role("link", name="TAG", exact=True).click()
    page.get_by_role("link", name="EWWT", exact=True).click()
    page.locator("main .list a").first.click()
    expect(page.locator(".masthead h1")).to_be_visible()
    context.close()


def test_it_stands_on_any_server_under_any_address(browser: Browser, site: Path) -> None:
    handler = partial(Quiet, directory=str(site.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            context = browser.new_context()
            read = Read(context)
            base = f"http://127.0.0.1:{server.server_address[1]}/{quote(site.name)}"
            read.page.goto(f"{base}/search.html?q=harbour")
            found(read.page)
            expect(read.page.locator(".snippet mark").first).to_be_visible()
            read.page.locator("article.hit h2 a").first.click()
            expect(read.page.locator(".masthead h1")).to_be_visible()
            assert [one for one in read.asked if not one.startswith(base)] == []
            assert read.complaints == []
            context.close()
        finally:
            server.shutdown()
            thread.join()


class Quiet(SimpleHTTPRequestHandler):
    """A plain web server that writes down nothing."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's own name
        """Nothing."""


def test_nothing_that_is_read_runs_and_nothing_leaves(
    browser: Browser, hostile: Path, site: Path, tmp_path: Path
) -> None:
    harmless, site = site, tmp_path / "site"
    assert publish(hostile, site, Settings(jobs=0, name="samples")).faults == []
    # A page of the handbook that is the same to the byte on the site of the samples holds nothing of what was read.
    pages = [path for path in sorted(site.rglob("*.html")) if not same(path, harmless / path.relative_to(site))]
    assert len(pages) > 100
    context = browser.new_context()
    read = Read(context)
    for path in pages:
        read.page.goto(path.as_uri())
        assert read.page.evaluate("document.documentElement.dataset.owned") is None, path
    for words in ("harbour", "<script>document.documentElement.dataset.owned=1</script>", '"><img src=x>', "\u202e"):
        page = sought(read.page, site, words)
        assert page.evaluate("document.documentElement.dataset.owned") is None, words
    assert sought(read.page, site, "harbour").locator("article.hit").count() > 5
    context.close()
    assert read.complaints == []
    assert [address for address in read.asked if not address.startswith(site.as_uri())] == []


def test_everybody_can_read_every_kind_of_page_in_light_and_dark(browser: Browser, site: Path) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    for address in KINDS_OF_PAGE:
        page.goto(f"{site.as_uri()}/{address}")
        if address.startswith("search.html"):
            found(page)
        assert barriers(page) == [], address
    context.close()


def test_no_page_is_wider_than_its_window(read: Read, site: Path) -> None:
    for address in KINDS_OF_PAGE:
        read.page.goto(f"{site.as_uri()}/{address}")
        if address.startswith("search.html"):
            found(read.page)
        assert widths_outgrown(read.page, 390, 1440) == [], address
