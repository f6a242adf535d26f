"""Addresses of the reader on a server to paths between files: what a template writes as `/record/07MARENGO212` leads anywhere.

A link to what is no page of the site loses its address, and its words stay.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection, Mapping
from functools import cache, lru_cache
from urllib.parse import parse_qsl, unquote

import msgspec

from reftel import handbook
from reftel.publish.site import paths
from reftel.web.views.guide import TABLES, rows_of

_ADDRESS = re.compile(rb' (href|src|action)="/([^"]*)"')
_STILL = {
    "": paths.HOME, "search": paths.SEARCH, "browse": "browse/index.html", "ghosts": "missing/index.html", "guide": "guide.html",
    "handbook": "handbook/index.html", "privacy": "privacy.html", "data": "data.html", "world.svg": "static/world.svg",
}  # fmt: skip
_ASKED = ("q", "post", "from", "to", "class", "tag", "within", "sort")


class Known(msgspec.Struct, frozen=True):
    """Which pages there are, of those that not every archive has.

    Subjects by kind (`ghosts`: posts that miss some); releases that have a page beside their record's, by 16 digits of their
    addresses; and names under which a record is known and not listed.
    """

    subjects: Mapping[str, Collection[str]]
    others: Collection[str]
    aliases: Mapping[str, str]


class Links:
    """Turns addresses into paths."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._ways: dict[str, Callable[[str, dict[str, str]], str]] = {
            "record": self._record, "versions": lambda name, _: paths.versions(name), "browse": lambda by, asked: paths.shelf(by, int(asked.get("part", "1"))),
            "handbook": lambda name, _: paths.table(name), "guide": lambda name, _: paths.part(name), "code": lambda code, _: _explained(code),
            **{kind: self._subject(kind) for kind in paths.SUBJECTS},
        }  # fmt: skip
        self.path = lru_cache(maxsize=200_000)(self._path)

    def laid(self, page: bytes, place: str) -> bytes:
        """The page that is to stand at `place`, with paths in place of addresses."""
        up = paths.up(place).encode("ascii")

        def turned(match: re.Match[bytes]) -> bytes:
            path = self.path(match[2])
            return b' %s="%s%s"' % (match[1], up, path) if path else b""

        return _ADDRESS.sub(turned, page)

    def _path(self, written: bytes) -> bytes:
        """The path for what is written in a page behind the first slash, as it is to be written there; empty for none."""
        address = html.unescape(written.decode("utf-8"))
        address, mark, anchor = address.partition("#")
        place, _, query = address.partition("?")
        found = self._found(unquote(place), dict(parse_qsl(query)) if query else {}, query)
        anchored = f"{found}{mark}{anchor}" if found and "#" not in found else found
        return html.escape(anchored).encode("utf-8")

    def _found(self, place: str, asked: dict[str, str], query: str) -> str:
        if place == "ghosts" and asked.get("post"):
            post = asked["post"].removeprefix("_")  # what has no post
            return (
                paths.ghosts(post, int(asked.get("part", "1")))
                if post in self._known.subjects["ghosts"]
                else _STILL["ghosts"]
            )
        if place in _STILL:
            kept = "&".join(part for part in query.split("&") if part.partition("=")[0] in _ASKED)
            return _STILL[place] + (f"?{kept}" if kept and place == "search" else "")
        if place.startswith(("static/", "search/", "data/")):
            return place
        kind, _, name = place.partition("/")
        return self._ways[kind](name, asked) if kind in self._ways and name else ""

    def _record(self, name: str, asked: dict[str, str]) -> str:
        name = self._known.aliases.get(name, name)
        release = asked.get("release", "")
        return paths.record(name, release if release in self._known.others else "")

    def _subject(self, kind: str) -> Callable[[str, dict[str, str]], str]:
        def way(name: str, asked: dict[str, str]) -> str:
            return paths.subject(kind, name, asked.get("part", "")) if name in self._known.subjects[kind] else ""

        return way


def _explained(code: str) -> str:
    """Where the handbook explains a code; the head of the table where no row is its alone, empty where none explains it."""
    found = handbook.explain(code)
    if not found:
        return ""
    table = next(name for name in TABLES if name.startswith(found[0].table))
    place = anchor(found[0].code)
    return paths.table(table) + (f"#{place}" if place in _anchors(table) else "")


@cache
def _anchors(table: str) -> frozenset[str]:
    return frozenset(anchor(row.code) for row in rows_of(table))


def anchor(code: str) -> str:
    """The place of a code on the page of its table."""
    return "c-" + re.sub(r"[^0-9A-Za-z]+", "-", code.split(" (", maxsplit=1)[0]).strip("-")
