"""Volumes of Foreign Relations of the United States in TEI P5, one release a document.

Read as a stream: one document is held at a time, whatever the volume's size. Entities are not expanded, no DTD is
loaded and nothing is fetched. Mark-up that is broken is read as far as it can be; a Reject says where it broke.
Decisions are explained in docs/explanation/frus.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO, ClassVar

import msgspec
from lxml import etree

from reftel.errors import SourceError
from reftel.finding import Finding, Span
from reftel.release import Mark, Origin, Reject, Release
from reftel.sources.base import Input
from reftel.sources.tei_genre import Genre
from reftel.sources.tei_head import read_heading
from reftel.sources.tei_text import XML_ID, is_document, local, plain, set_document

PUBLISHER = "Office of the Historian, U.S. Department of State"
_FRUS = "history.state.gov/frus"
_VOLUME_NAME = re.compile(r"frus\d{4}\w*", re.ASCII)
_START = re.compile(
    r"(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)*<(?P<tag>[^\s/>]+)(?P<rest>[^>]*)", re.DOTALL
)


class FrusTei:
    """The form `frus-tei`: a whole volume, or a document cut out of one."""

    name: ClassVar[str] = "frus-tei"
    title: ClassVar[str] = "FRUS volume (TEI)"
    about: ClassVar[str] = (
        "Foreign Relations of the United States in TEI P5: every document of a volume, telegrams recognised"
    )

    def recognise(self, head: bytes) -> float:
        """1 for a TEI root of the series, less for other TEI with documents; 0 for other content."""
        text = _decode(head)
        match = _START.match(text)
        if match is None or re.match(r"\s*<!DOCTYPE\s+html", text, re.IGNORECASE):
            return 0.0
        name, rest = re.split(r":", match["tag"])[-1], match["rest"]
        if name in {"TEI", "TEI.2", "teiCorpus"}:
            if _FRUS in text or re.search(r"xml:id=[\"']frus", rest):
                return 1.0
            return 0.8 if re.search(r"<div\b[^>]*type=[\"']document[\"']", text) else 0.4
        if name == "div" and re.search(r"type\s*=\s*[\"']document[\"']", rest):
            return 0.95
        return 0.0

    def read(self, source: Input) -> Iterator[Release | Reject]:
        """Every document in the order of the volume; a document inside another comes right after it."""
        volume = _Volume(source.origin)
        reason = ""
        try:
            with source.open() as stream:
                yield from volume.documents(stream)
        except etree.XMLSyntaxError as error:
            reason = f"the mark-up cannot be read: {error.msg}"
        except SourceError as error:
            reason = error.message
        reason = reason or volume.broken()
        if not reason and not volume.count:
            reason = "no document stands in this TEI file"
        if reason:
            yield Reject(source.origin, f"{reason} ({volume.count} documents were read)", source.head[:64], self.name)


def _by_file(origin: Origin, name: str) -> str:
    """The volume of the document `name`, where its file is called by both: `frus1946v06_d475`, `frus1946v06-d475`."""
    volume = origin.stem.removesuffix(name).rstrip("_-. ") if name and origin.stem.endswith(name) else ""
    return volume if _VOLUME_NAME.fullmatch(volume) else ""


class _Volume:
    """One pass over a volume."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._id = ""
        self._publisher = ""
        self._title = ""
        self._page = ""  # the page on which the next document begins
        self._events: Any = None  # lxml's types leave out the iterator's error log
        self.count = 0

    def documents(self, stream: BinaryIO) -> Iterator[Release]:
        self._events = etree.iterparse(
            stream,
            events=("start", "end"),
            tag=("{*}TEI", "{*}TEI.2", "{*}div", "{*}titleStmt", "{*}pb"),
            recover=True,
            huge_tree=False,
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            remove_comments=True,
            remove_pis=True,
        )
        outermost: etree._Element | None = None
        for event, element in self._events:
            if event == "start":
                self._enter(element)
                if outermost is None and is_document(element):
                    outermost = element
                elif outermost is None and local(element) == "pb":
                    self._page = element.get("n", "")
            elif outermost is not None and element is outermost:
                yield from self._releases(outermost, cut=False)
                _forget(element)
                outermost = None
            elif outermost is None and local(element) == "div":
                _forget(element)  # front matter, indexes, and chapters whose documents are done
            elif local(element) == "titleStmt":
                self._title = _volume_title(element)
        if outermost is not None:
            yield from self._releases(outermost, cut=True)

    def _enter(self, element: etree._Element) -> None:
        if local(element) not in {"TEI", "TEI.2"}:
            return
        self._id = element.get(XML_ID, "")
        spaces = " ".join(str(uri) for uri in element.nsmap.values())
        self._publisher = PUBLISHER if _FRUS in spaces or self._id.startswith("frus") else ""

    def _releases(self, outermost: etree._Element, cut: bool) -> Iterator[Release]:
        unnamed = 0
        for element in outermost.iter():
            if local(element) == "pb":
                self._page = element.get("n", "")
            if not is_document(element):
                continue
            name = element.get(XML_ID, "")
            if not name:
                # Enclosures marked up as documents of their own have no id.
                unnamed += 1
                name = f"{outermost.get(XML_ID, '')}.{unnamed}"
            self.count += 1
            yield self._release(element, name, cut)

    def _release(self, element: etree._Element, name: str, cut: bool) -> Release:
        parts = set_document(element)
        by_file = "" if self._id else _by_file(self._origin, name)
        heading = read_heading(element, self._id or by_file, name, parts.text[:300])
        findings = heading.findings
        if by_file:
            message = "The document stands apart from its volume, which the name of the file tells."
            findings += (Finding("identity-repaired", message, confidence=0.9),)
        if cut:
            findings += (Finding("text-cut", "The file breaks off inside this document."),)
        if heading.genre == Genre("telegram", "form"):
            message = "The editors do not mark this as a telegram; the hour of dispatch or the letterhead shows it."
            findings += (Finding("kind-inferred", message, confidence=0.8),)
        given = heading.given
        if self._title:
            given = msgspec.structs.replace(given, fields={**given.fields, "volume_title": self._title})
        return Release(
            text=parts.text,
            kind="cable" if heading.genre.name == "telegram" else "document",
            form=FrusTei.name,
            origin=msgspec.structs.replace(self._origin, member=self._member(name), offset=self.count),
            publisher=self._publisher or (PUBLISHER if any("frus" in str(key) for key in element.attrib) else ""),
            title=given.title,
            given=given,
            notes=parts.notes,
            marks=self._begun(element) + parts.marks,
            findings=findings,
        )

    def _begun(self, element: etree._Element) -> tuple[Mark, ...]:
        """The mark of the page on which the document begins, where no page break opens it."""
        opened = len(element) > 0 and local(element[0]) == "pb"
        return (Mark("page", Span(0, 0), self._page),) if self._page and not opened else ()

    def _member(self, name: str) -> str:
        return "!".join(part for part in (self._origin.member, name) if part)

    def broken(self) -> str:
        """Where the mark-up first broke; empty if it did not."""
        if self._events is None:
            return ""
        fatal = [entry for entry in self._events.error_log if entry.level_name == "FATAL"]
        if not fatal:
            return ""
        more = f", and {len(fatal) - 1} more breaks" if len(fatal) > 1 else ""
        return f"the mark-up is broken at line {fatal[0].line}: {fatal[0].message.strip()}{more}"


def _volume_title(statement: etree._Element) -> str:
    titles = [child for child in statement if local(child) == "title" and child.get("type") in {"complete", None}]
    return plain(titles[0]) if titles else ""


def _forget(element: etree._Element) -> None:
    """Free what has been read: the element's content and all that stands before it."""
    parent = element.getparent()
    element.clear()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _decode(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    return head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")


FORM = FrusTei()
