"""The reader in the browser, as the command starts it."""

from __future__ import annotations

import webbrowser
from importlib.util import find_spec
from pathlib import Path

from reftel.archive import Archive
from reftel.cli.output import say
from reftel.errors import NotFound
from reftel.web import serve as serve_pages


def serve(archive: Path, *, host: str, port: int, browser: bool) -> None:
    """Serves the archive until stopped, and says where."""

    def ready(address: str) -> None:
        say(f"{archive} is open at {address} (stop with Ctrl-C)")
        if browser:
            webbrowser.open(address)

    prints = pdf_of_record if find_spec("typst") is not None else None
    serve_pages(archive, host=host, port=port, ready=ready, prints=prints, told=say)


def pdf_of_record(archive: Archive, name: str) -> bytes:
    """The record called `name` as PDF; NotFound where there is none."""
    from reftel.publish.pdf import printed, volumes  # noqa: PLC0415 - an extra

    records = printed(archive, name)
    if not records:
        raise NotFound(f"no record is known as {name}", hint="try a search")
    return next(volumes(archive, records)).pdf
