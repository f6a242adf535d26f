"""A Cablegate page as mirrors serve it: a table of five fields, then one or two preformatted blocks.

The first block is the transmission header, or a notice that the page shows an extract; pages of the first days have
the content alone. A release's text is header, line feed, content, with character references resolved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from msgspec import structs
from selectolax.lexbor import LexborHTMLParser, LexborNode

from reftel.errors import Broken
from reftel.release import Given, Note, Origin, Reject, Release
from reftel.sources.base import Input
from reftel.sources.page import parsed
from reftel.sources.text import decode, head_text, read_whole

MAX_BYTES = 64 << 20
PUBLISHER = "Cablegate"

_COLUMNS = ("Reference ID", "Created", "Released", "Classification", "Origin")
_NOTICE = re.compile(r"\s*This record is a partial extract[\s\S]{0,200}?not\s+available\.?", re.IGNORECASE)
_VIEWING = re.compile(r"Viewing cable\s+(?P<id>[^\s,]+),\s*(?P<title>[^\n<]*)", re.IGNORECASE)
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(?::\d\d)?)?")
_LISTS = ("<title>Cable Viewer", "Browse by ")
_TELLING = re.compile(r"<table[^>]*class\s*=\s*['\"]?[^'\">]*\bcable\b", re.IGNORECASE)


class CablegateHtml:
    """The form `cablegate-html`."""

    name: ClassVar[str] = "cablegate-html"
    title: ClassVar[str] = "Cablegate page"
    about: ClassVar[str] = "A saved page of one cable: a table of five fields and one or two preformatted blocks"

    def recognise(self, head: bytes) -> float:
        """Sure of a page with a table of the class `cable` and its column heads."""
        text = head_text(head)
        if "<" not in text:
            return 0.0
        if _TELLING.search(text):
            return 0.95 if "Reference ID" in text else 0.5
        # The lists above the table may fill all that is seen of the page.
        return 0.6 if _VIEWING.search(text) or all(words in text for words in _LISTS) else 0.0

    def read(self, source: Input) -> Iterator[Release | Reject]:
        """The one Release of the page; Broken where the table or the blocks are missing."""
        page, findings = decode(read_whole(source, MAX_BYTES))
        tree = parsed(page, str(source.origin))
        tables = [table for table in tree.css("table.cable") if _COLUMNS[0] in table.text()]
        if not tables:
            raise Broken("the page has no table of a cable's fields", where=str(source.origin))
        given = _given(tables[-1], tree)
        blocks = [block.text(deep=True) for block in tree.css("code pre") or tree.css("pre")]
        notices = [" ".join(match[0].split()) for block in blocks if (match := _NOTICE.match(block))]
        blocks = [
            block
            for block in (_NOTICE.sub("", block, count=1) if _NOTICE.match(block) else block for block in blocks)
            if block.strip()
        ]
        if not blocks:
            raise Broken("the page has no text of a cable", where=str(source.origin))
        publisher, articles = _publisher(tree), tuple(_articles(tables[-1]))
        yield Release(
            text="\n".join(blocks),
            kind="cable",
            form=self.name,
            origin=Origin(source.origin.file, source.origin.member),
            publisher=publisher,
            given=structs.replace(given, notice=" ".join(notices) or _notice_outside(tree)),
            notes=articles,
            findings=tuple(findings),
        )


FORM = CablegateHtml()


def _given(table: LexborNode, tree: LexborHTMLParser) -> Given:
    names = [_words(cell) for cell in table.css("th")]
    cells = [_words(cell) for cell in table.css("td") if not cell.attributes.get("colspan")]
    fields = dict(zip(names if _COLUMNS[0] in names else _COLUMNS, cells, strict=False))
    viewing = _VIEWING.search(tree.body.text(deep=True)) if tree.body else None
    marks = [link for link in table.css("a[title]") if link.attributes.get("title")]
    extra = {"released": _iso(fields.get("Released", ""))}
    if marks:
        extra["classification_title"] = str(marks[0].attributes["title"])
    return Given(
        id=fields.get("Reference ID", "") or (viewing["id"] if viewing else ""),
        date=_iso(fields.get("Created", "")),
        origin=fields.get("Origin", ""),
        classification=fields.get("Classification", ""),
        title=" ".join(viewing["title"].split()) if viewing else "",
        fields={name: value for name, value in extra.items() if value},
    )


def _words(node: LexborNode) -> str:
    return " ".join(node.text(deep=True).split())


def _notice_outside(tree: LexborHTMLParser) -> str:
    """The notice of a partial extract where it stands on the page and not in a block."""
    for block in tree.css("pre"):
        block.decompose()
    match = _NOTICE.search(tree.body.text(deep=True)) if tree.body else None
    return " ".join(match[0].split()) if match else ""


def _iso(date: str) -> str:
    match = _DATE.search(date)
    if not match:
        return ""
    return f"{match[1]}T{match[2]}:00" if match[2] else match[1]


def _articles(table: LexborNode) -> Iterator[Note]:
    """The articles that the page says the cable appears in."""
    for cell in table.css("td[colspan]"):
        if "ppears in these articles" not in cell.text(deep=True):
            continue
        for link in cell.css("a"):
            yield Note("article", _words(link), target=str(link.attributes.get("href") or ""))


def _publisher(tree: LexborHTMLParser) -> str:
    title = tree.css_first("title")
    name = _words(title) if title else ""
    return name if name and not re.match(r"Viewing|Cable Viewer|Cable\b", name, re.IGNORECASE) else PUBLISHER
