"""Sites to test with, and their files and links as others see them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from posixpath import join, normpath
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser

from archive.building import kept
from reftel.publish.site import Settings, Tally, publish
from reftel.release import Release

_AT = {"a": "href", "link": "href", "script": "src", "img": "src", "image": "href", "form": "action", "iframe": "src"}


def site_of(path: Path, *releases: Release, out: str = "site", jobs: int = 0, data: bool = True) -> Tally:
    """A site at `path`/`out` of the archive at `path`/a, which keeps `releases` beside what it had."""
    with kept(path / "a", *releases):
        pass
    return publish(path / "a", path / out, Settings(jobs=jobs, name="a", data=data))


def tree(site: Path) -> dict[str, bytes]:
    """Every file of a site."""
    return {str(path.relative_to(site)): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}


def links(site: Path) -> Iterator[tuple[str, str, str]]:
    """(page, what it leads to as it is written, that as a path in the site with its place behind #) of every link."""
    for path in site.rglob("*.html"):
        page = str(path.relative_to(site))
        document = LexborHTMLParser(path.read_bytes().decode())
        for tag, name in _AT.items():
            for node in document.css(tag):
                written = node.attributes.get(name)
                if written is not None:
                    bare, mark, anchor = written.partition("#")
                    target = unquote(bare.partition("?")[0])
                    yield (
                        page,
                        written,
                        (normpath(join(page, "..", target)) if target else page) + mark + unquote(anchor),
                    )


def anchors(page: Path) -> set[str]:
    """The places on a page that a link may lead to."""
    found = LexborHTMLParser(page.read_bytes().decode()).css("[id]")
    return {str(node.attributes["id"]) for node in found}
