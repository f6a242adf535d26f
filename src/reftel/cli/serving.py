"""The reader in the browser, as the command starts it."""

from __future__ import annotations

import webbrowser
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import msgspec

from reftel.archive import Archive, Stored
from reftel.cli.desks import open_desk
from reftel.cli.looking import saved_file
from reftel.cli.output import say
from reftel.errors import NotFound, QueryError
from reftel.search import SavedSearches
from reftel.web import Own, Settings
from reftel.web import serve as serve_pages
from reftel.web.server import is_alone

_SHARES = ("", "read", "write")


class Laid(msgspec.Struct, frozen=True):
    """The desk that is laid beside the archive, who writes on it, and what others may do with it."""

    desk: Path | None = None
    author: str = ""
    share: str = ""
    saved: Path | None = None

    def __post_init__(self) -> None:
        """QueryError for what cannot be shared so."""
        if self.share not in _SHARES:
            raise QueryError(f"a desk cannot be shared so: {self.share!r}", hint="--share-desk read, or write")

    def own(self, host: str) -> Own | None:
        """What is shown on a server at `host`: nothing of the user's own to others, unless he said so."""
        if not is_alone(host) and not self.share:
            return None
        desk = open_desk(self.desk, self.author)
        return Own(desk, SavedSearches(saved_file(self.saved)), lets=is_alone(host) or self.share == "write")


def serve(archive: Path, *, host: str, port: int, browser: bool, laid: Laid) -> None:
    """Serves the archive until stopped, and says where."""

    def ready(address: str) -> None:
        say(f"{archive} is open at {address} (stop with Ctrl-C)")
        if browser:
            webbrowser.open(address)

    sets = find_spec("typst") is not None
    own = laid.own(host)
    if own is None:
        say("others reach this server, so your desk is not shown on it (--share-desk read, or write)")
    settings = Settings(prints=pdf_of_record if sets else None, binds=pdf_of_records if sets else None, own=own)
    serve_pages(archive, host=host, port=port, ready=ready, settings=settings, told=say)


def pdf_of_record(archive: Archive, name: str) -> bytes:
    """The record called `name` as PDF; NotFound where there is none."""
    from reftel.publish.pdf import printed, volumes  # noqa: PLC0415 - an extra

    records = printed(archive, name)
    if not records:
        raise NotFound(f"no record is known as {name}", hint="try a search")
    return next(volumes(archive, records)).pdf


def pdf_of_records(archive: Archive, records: Sequence[Stored], title: str) -> bytes:
    """The records as one PDF under a title."""
    from reftel.publish.pdf import Style, pdf_of  # noqa: PLC0415 - an extra

    return pdf_of(archive, records, Style(title=title))
