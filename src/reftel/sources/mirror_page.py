"""A mirror site's page of one cable, as HTML or as text saved from the browser.

Above the text stand the site's links, date, office, the title (often empty), a PDF link, a reading guide, perhaps a
notice. They are where the release comes from, not what it says: the text begins at the cable itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from reftel.errors import Broken
from reftel.finding import Finding
from reftel.release import Origin, Reject, Release
from reftel.sources.base import Input
from reftel.sources.mirror_chrome import REACH, footer, name_in, read_chrome, site_name
from reftel.sources.page import parsed
from reftel.sources.text import decode, head_text, read_whole

MAX_BYTES = 64 << 20

_TAG = re.compile(r"<(?:html|body|div|pre|h[1-6]|table|p)\b", re.IGNORECASE)
_BLOCKS = "p, div, li, tr, h1, h2, h3, h4, h5, h6, ul, ol, table, header, footer, section, article, nav"
_BREAK, _LINE = "\u2028", "\u2029"  # stand for the edges of blocks and for `br` while white space is folded
# Where a cable begins below the chrome: its transmission, its date-time group, or its classification line.
_BEGIN = re.compile(
    r"^[ \t]*(?:VZCZC[A-Z]|(?-i:PAGE[ \t]+\d\d[ \t]+[A-Z])|[ZOPRY](?:[ \t]+[ZOPR])*[ \t]+\d{6}[ \t]?Z\b|(?-i:FM[ \t]+[A-Z])"
    r"|(?-i:UNCLAS|CONFIDENTIAL|SECRET|TOP SECRET|LIMITED OFFICIAL USE|U N C L A S|C O N F I D E N T I A L|S E C R E T)"
    r"(?![a-z]))",
    re.MULTILINE | re.IGNORECASE,
)
_HEAD = re.compile(
    r"^[ \t]*(?:E\.?O\.?[ \t]*\d{5}|TAGS?\b|SUBJ(?:ECT)?\b:|REF(?:TEL)?S?\b|¶?1\.[ \t]*\S)",
    re.MULTILINE | re.IGNORECASE,
)
_ROOTS = frozenset({"/", "./", ".", "../", "..", "index.html", "/index.html", "../index.html"})
_OWN = re.compile(r"cable title:|how-?to read a cable|is a partial extract", re.IGNORECASE)


class MirrorPage:
    """The form `mirror-page`."""

    name: ClassVar[str] = "mirror-page"
    title: ClassVar[str] = "Mirror page"
    about: ClassVar[str] = "A mirror site's page of one cable, as HTML or as saved text with the site's links in it"

    def recognise(self, head: bytes) -> float:
        """Sure where a page has the title line, the reading guide or the notice of such sites, or several of their marks."""
        text = head_text(head)
        own = len({match[0].lower() for match in _OWN.finditer(text)})
        if own > 1:
            return 0.94
        begin = _begin(text)
        if begin is None or not text[:begin].strip() or text.lstrip().startswith(("PAGE ", "VZCZC")):
            return 0.4 if own else 0.0
        chrome = read_chrome(text[:begin])
        said = chrome.given
        telling = bool(said.notice or said.title or said.id) + bool(said.origin) + bool(said.date)
        return 0.92 if telling == 3 or (own and telling) else 0.4 if own else 0.0

    def read(self, source: Input) -> Iterator[Release | Reject]:
        """The one Release of the page."""
        page, findings = decode(read_whole(source, MAX_BYTES))
        is_html = len(_TAG.findall(page[:4000])) >= 2
        yield (_from_html if is_html else _from_text)(page, source, findings)


FORM = MirrorPage()


def _from_text(page: str, source: Input, findings: list[Finding]) -> Release:
    begin = _begin(page)
    chrome = read_chrome(page[: REACH if begin is None else begin])
    if not chrome.marks:
        raise Broken("the page has no line 'Cable title:'", where=str(source.origin))
    at = chrome.end if begin is None else begin
    while at < len(page) and page[at].isspace():
        at += 1
    return _release(page[:at], page[at : footer(page, at)], source, findings)


def _begin(page: str) -> int | None:
    """Where the cable begins; None where no mark of one is met.

    A level's word without a number may stand in a site's menu: it begins a cable only behind all of the site's marks.
    """
    own = [match.end() for match in _OWN.finditer(page, 0, REACH)]
    last = own[-1] if own else 0
    for first in _BEGIN.finditer(page, own[0] if own else 0, last + REACH):
        line = page[first.start() :].split("\n", 1)[0]
        if first.start() >= last or any(character.isdigit() for character in line) or line.lstrip().startswith("FM "):
            return first.start()
    head = _HEAD.search(page, last, last + REACH)
    return head.start() if head else None


def _from_html(page: str, source: Input, findings: list[Finding]) -> Release:
    tree = parsed(page, str(source.origin))
    blocks = [block.text(deep=True) for block in tree.css("pre, textarea")]
    body = tree.body
    if body is None or not blocks:
        if body is None:
            raise Broken("the page has no body", where=str(source.origin))
        site = _site(tree)
        release = _from_text(_flat(body), source, findings)
        return msgspec.structs.replace(release, publisher=site or release.publisher)
    site = _site(tree)
    for block in tree.css("pre, textarea, script, style"):
        block.decompose()
    release = _release(_flat(body), "\n".join(blocks).lstrip("\n"), source, findings)
    return msgspec.structs.replace(release, publisher=site or release.publisher)


def _site(tree: LexborHTMLParser) -> str:
    """The site's name as its pages tell it to programs, else as the link to its first page has it; empty where neither is."""
    for meta in tree.css("meta[property='og:site_name'], meta[name='application-name']"):
        if name := name_in(meta.attributes.get("content") or ""):
            return name
    for link in tree.css("a[href]"):
        if (link.attributes.get("href") or "").strip() in _ROOTS and (name := name_in(link.text(deep=True))):
            return name
    return ""


def _flat(node: LexborNode) -> str:
    """The text of an element as a browser would save it: blocks on lines of their own."""
    for block in node.css(_BLOCKS):
        block.insert_before(_BREAK)
        block.insert_after(_BREAK)
    for line in node.css("br"):
        line.insert_before(_LINE)
    text = re.sub(r"[ \t\n\r\f]+", " ", node.text(deep=True))
    text = re.sub(f"(?: ?{_BREAK})+ ?", "\n", text.replace(_LINE, "\n"))
    return "\n".join(line.strip() for line in text.split("\n"))


def _release(chrome: str, text: str, source: Input, findings: list[Finding]) -> Release:
    given = read_chrome(chrome).given
    return Release(
        text=text,
        kind="cable",
        form=FORM.name,
        origin=Origin(source.origin.file, source.origin.member),
        publisher=site_name(chrome),
        given=given,
        findings=tuple(findings),
    )
