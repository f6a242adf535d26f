"""A server of its own in a thread, and Debian's chromium to read it with."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from reftel.web import make_app
from reftel.web.app import Settings
from reftel.web.server import Http

# The shell of the same release has no windows to keep, and does the same pages with two thirds of the work.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium") or ""
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_PATIENCE = 20.0
_RULES = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
# Of these rules those that look at colours.
_OF_COLOUR = f"axe.getRules({_RULES}).filter(one => one.tags.includes('cat.color') && !one.tags.includes('wcag2aaa')).map(one => one.ruleId)"
# All that stands on a page, where, and whether it is seen.
_LAID_OUT = """document.documentElement.outerHTML + Array.from(document.querySelectorAll("*"), (one) => {
  const place = one.getBoundingClientRect(), style = getComputedStyle(one);
  return [place.x, place.y, place.width, place.height, style.display, style.visibility, style.opacity].join();
}).join(" ")"""
_PAPER = "getComputedStyle(document.documentElement).backgroundColor"


@contextmanager
def served(archive: Path, settings: Settings | None = None) -> Iterator[str]:
    """The address under which `archive` is served."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        config = uvicorn.Config(make_app(archive, settings), http=Http, access_log=False, log_level="error", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([bound],))
        thread.start()
        try:
            until = time.monotonic() + _PATIENCE
            while not server.started and time.monotonic() < until:
                time.sleep(0.01)
            assert server.started
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(_PATIENCE)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; the test is skipped where there is none."""
    if not CHROMIUM:
        pytest.skip("chromium is not installed (tools/browser.sh installs it)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_QUIET)
        try:
            yield browser
        finally:
            browser.close()


@cache
def _axe() -> str:
    if not AXE.is_file():
        pytest.skip("axe-core is not here (tools/browser.sh fetches it)")
    return AXE.read_text("utf-8")


def barriers(page: Page) -> list[tuple[str, str]]:
    """What axe-core finds on the page that is open, in light and in dark, that keeps somebody from reading it.

    In the dark the rules of colour alone are asked again: that nothing else is otherwise there is seen to.
    """
    page.emulate_media(color_scheme="light")
    page.evaluate(_axe())
    found = _violations(page, _RULES, rules=10)
    light, paper = page.evaluate(_LAID_OUT), page.evaluate(_PAPER)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(_PAPER) != paper
    assert page.evaluate(_LAID_OUT) == light
    colours = page.evaluate(_OF_COLOUR)
    assert "color-contrast" in colours
    return found + _violations(page, str(colours), rules=1)


def _violations(page: Page, asked: str, rules: int) -> list[tuple[str, str]]:
    told = page.evaluate(f"axe.run({{runOnly: {asked}, resultTypes: ['violations']}})")
    assert len(told["passes"]) + len(told["violations"]) >= rules
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in told["violations"]]


def widths_outgrown(page: Page, *widths: int) -> list[int]:
    """The widths of a window in which the page that is open is wider than it."""
    height = page.viewport_size["height"] if page.viewport_size else 800
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("innerWidth") == width
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(width)
    return found


class Watched:
    """A page, every host that it asked, and everything that it complained of."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.hosts: set[str] = set()
        self.complaints: list[str] = []
        page.on(
            "request", lambda request: self.hosts.add(request.url.split("/")[2] if "//" in request.url else request.url)
        )
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
