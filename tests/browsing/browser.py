"""A server of its own in a thread, and Debian's chromium to read it with."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from reftel.web import make_app
from reftel.web.app import Settings
from reftel.web.server import Http

CHROMIUM = shutil.which("chromium") or ""
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_PATIENCE = 20.0


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
