"""The reader in the browser, as the command starts it."""

from __future__ import annotations

from pathlib import Path

from reftel.cli.output import say
from reftel.web import serve as serve_pages


def serve(archive: Path, *, host: str, port: int, browser: bool) -> None:
    """Serves the archive until stopped, and says where."""

    def ready(address: str) -> None:
        say(f"{archive} is open at {address} (stop with Ctrl-C)")

    serve_pages(archive, host=host, port=port, ready=ready, browser=browser)
