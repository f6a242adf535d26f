"""A mirror site's page of one cable, as HTML or as text saved from the browser.

Above the text stand the site's links, date, office, the title (often empty), a PDF link, a reading guide, perhaps a
notice. They are where the release comes from, not what it says: the text begins at the cable itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from selectolax.lexbor import LexborNode

from reftel.errors import Broken
from reftel.finding import Finding
from reftel.release import Given, Origin, Reject, Release
from reftel.sources.base import Input
from reftel.sources.page import parsed
from reftel.sources.text import decode, head_text, read_whole

MAX_BYTES = 64 << 20

_DATE = re.compile(r"^[ \t]*(?P<day>\d{4}-\d\d-\d\d)(?:[ T](?P<clock>\d\d:\d\d)(?::\d\d)?)?[ \t]*$", re.MULTILINE)
_TITLE = re.compile(r"^[ \t]*Cable title:[ \t]*(?P<title>[^\n]*)$", re.MULTILINE | re.IGNORECASE)
_GUIDE = re.compile(r"how-?to read a cable[^\n]*", re.IGNORECASE)
_NOTICE = re.compile(r"^[ \t]*(?P<notice>This record is a partial extract[^\n]*)$", re.MULTILINE | re.IGNORECASE)
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
_REACH = 4000  # characters of chrome, at most


class MirrorPage:
    """The form `mirror-page`."""

    name: ClassVar[str] = "mirror-page"
    title: ClassVar[str] = "Mirror page"
    about: ClassVar[str] = "A mirror site's page of one cable, as HTML or as saved text with the site's links in it"

    def recognise(self, head: bytes) -> float:
        """Sure where a page has the title line and the reading guide of such sites."""
        text = head_text(head)
        if not re.search(r"Cable title:", text, re.IGNORECASE):
            return 0.0
        return 0.94 if _GUIDE.search(text) or _NOTICE.search(text) else 0.4

    def read(self, source: Input) -> Iterator[Release | Reject]:
        """The one Release of the page."""
        page, findings = decode(read_whole(source, MAX_BYTES))
        is_html = len(_TAG.findall(page[:4000])) >= 2
        yield (_from_html if is_html else _from_text)(page, source, findings)


FORM = MirrorPage()


def _from_text(page: str, source: Input, findings: list[Finding]) -> Release:
    title = _TITLE.search(page, 0, _REACH)
    if title is None:
        raise Broken("the page has no line 'Cable title:'", where=str(source.origin))
    first = _BEGIN.search(page, title.end())
    reach = title.end() + _REACH
    if first is not None and first.start() < reach:
        reach = first.start()
    ends = [match.end() for mark in (_GUIDE, _NOTICE) for match in mark.finditer(page, 0, reach)]
    chrome_end = max([title.end(), *ends])
    begin = reach if first is not None and first.start() == reach else chrome_end
    while begin < len(page) and page[begin].isspace():
        begin += 1
    return _release(page[:begin], page[begin:], source, findings)


def _from_html(page: str, source: Input, findings: list[Finding]) -> Release:
    tree = parsed(page, str(source.origin))
    blocks = [block.text(deep=True) for block in tree.css("pre, textarea")]
    body = tree.body
    if body is None or not blocks:
        if body is None:
            raise Broken("the page has no body", where=str(source.origin))
        return _from_text(_flat(body), source, findings)
    for block in tree.css("pre, textarea, script, style"):
        block.decompose()
    return _release(_flat(body), "\n".join(blocks).lstrip("\n"), source, findings)


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
    lines = [line.strip() for line in chrome.split("\n")]
    date, title, notice = _DATE.search(chrome), _TITLE.search(chrome), _NOTICE.search(chrome)
    iso = "" if date is None else date["day"] + (f"T{date['clock']}:00" if date["clock"] else "")
    given = Given(
        date=iso,
        origin=_office(lines, date[0].strip() if date else "", title[0].strip() if title else ""),
        title=_title(chrome, title),
        notice=notice["notice"].strip() if notice else "",
    )
    publisher = next((line for line in lines if line and line != (date[0].strip() if date else "")), "")
    return Release(
        text=text,
        kind="cable",
        form=FORM.name,
        origin=Origin(source.origin.file, source.origin.member),
        publisher=publisher[:200],
        given=given,
        findings=tuple(findings),
    )


def _office(lines: list[str], date: str, title: str) -> str:
    """The line between the date and the title."""
    try:
        begin = lines.index(date) + 1 if date else 0
        end = lines.index(title) if title in lines else len(lines)
    except ValueError:
        return ""
    return next((line for line in lines[begin:end] if line and len(line) < 80), "")


def _title(chrome: str, match: re.Match[str] | None) -> str:
    """The title, on its line or the next; empty where the next thing is the site's own."""
    if match is None:
        return ""
    if match["title"].strip():
        return match["title"].strip()
    following = chrome[match.end() :].lstrip("\n").split("\n", 1)[0].strip()
    blank = chrome[match.end() :].startswith("\n\n")
    return "" if blank or not following or _GUIDE.search(following) or _NOTICE.match(following) else following
