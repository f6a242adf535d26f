"""A telegram's page of the Public Library of US Diplomacy (PlusD), as HTML or as saved text.

The page has a table of record fields (Date, Canonical ID, classifications, Locator, TAGS, From, To, Markings), the
text, and often the raw attributes of the archive's record behind it, as `Key: value` lines. The fields of both are
kept under the page's own names; the text is the body alone. Written from descriptions of the form; tested on our own
cases, since no page could be had that may be kept with the project.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from selectolax.lexbor import LexborHTMLParser, LexborNode

from reftel.errors import SourceError
from reftel.finding import Finding
from reftel.release import Given, Note, Reject, Release
from reftel.sources.aad_text import given_of, key_of, read_attributes, stamps_in
from reftel.sources.base import Input

PUBLISHER = "PlusD"
MAX_BYTES = 64 * 1024 * 1024

_LABELS = (
    "Date|Canonical ID|Original Classification|Current Classification|Handling Restrictions|Character Count|"
    "Executive Order|Locator|TAGS|Concepts|Enclosure|Type|Office Origin|Office Action|Archive Status|From|To|Markings|"
    "Subject|Reference(s)|Linked documents or other documents with the same ID|Other documents with the same ID"
).split("|")
_BY_NAME = {label.casefold(): label for label in _LABELS}
_TELLING = (
    "Canonical ID|Original Classification|Current Classification|Handling Restrictions|Character Count|Archive Status|"
    "Office Origin|Office Action|Locator|Markings"
).split("|")
_IN_TEXT = re.compile(rf"(?<![\w>])(?P<label>{'|'.join(map(re.escape, _LABELS))})[ \t]*:")
_DATE = re.compile(r"(?P<year>\d{4}) (?P<month>[A-Za-z]+) (?P<day>\d{1,2})(?:,? (?P<clock>\d\d:\d\d))?")
_BLANK = re.compile(r"(?:--\s*)?(?:n/a(?: or blank)?|not assigned|none)(?:\s*--)?", re.IGNORECASE)
_CHROME = re.compile(
    r"(?:content|the text|text|raw content|metadata|message text|show headers?|hide headers?|print|share|tweet|"
    r"help|expand|collapse|-+|=+|_+)[ \t:]*",
    re.IGNORECASE,
)
_BODIES = "pre, code, textarea, #text, .text, #content, .content, .cable, .body, article"
_BREAKS = frozenset(["br", "p", "div", "tr", "li", "table", "h1", "h2", "h3", "h4"])
_WHOLE = frozenset(
    ["td", "th", "tr", "dt", "dd", "li", "p", "body"]
)  # a label ends here, and so does its value's place
_MOST_BODIES = 60
_MAX_GAP = 700  # characters between two fields of a saved page


class PlusdPage:
    """The form `plusd-page`."""

    name: ClassVar[str] = "plusd-page"
    title: ClassVar[str] = "PlusD page"
    about: ClassVar[str] = (
        "A record of the Public Library of US Diplomacy: field table, text, raw attributes; HTML or text"
    )

    def recognise(self, head: bytes) -> float:
        """Sure on a Canonical ID among the other fields of the table."""
        text = _decode(head).casefold()
        found = sum(label.casefold() in text for label in _TELLING)
        if "canonical id" not in text or found < 3:
            return 0.0
        return 0.95 if found >= 5 else 0.7

    def read(self, source: Input) -> Iterator[Release | Reject]:
        """The one record of the page; a page without its fields or over the limit of size is a Reject."""
        try:
            with source.open() as stream:
                content = stream.read(MAX_BYTES + 1)
        except SourceError as error:
            yield Reject(source.origin, error.message, source.head[:64], self.name)
            return
        if len(content) > MAX_BYTES:
            yield Reject(source.origin, f"a page of more than {MAX_BYTES} bytes", source.head[:64], self.name)
            return
        page = _decode(content)
        fields, body = _from_html(page) if re.match(r"\s*<", page) else _from_text(page)
        if "Canonical ID" not in fields and not body:
            yield Reject(source.origin, "no PlusD record stands on this page", source.head[:64], self.name)
            return
        text, attributes = part_attributes(body)
        given, findings = _given(fields, attributes)
        if not text:
            findings += (Finding("extract", "The page gives no text of the telegram."),)
        yield Release(
            text=text,
            kind="cable" if given.fields.get("Type", "TE").upper().startswith("TE") else "document",
            form=self.name,
            origin=source.origin,
            publisher=PUBLISHER,
            title=given.title,
            given=given,
            notes=_notes(fields),
            marks=stamps_in(text),
            findings=findings,
        )


def part_attributes(body: str) -> tuple[str, dict[str, str]]:
    """The text, and the raw attributes that follow it: a block in which most lines begin with a known key."""
    lines = body.split("\n")
    known = [bool(key_of(line)) for line in lines]
    for number, line in enumerate(lines):
        dashes = line.strip() in {"---", "Message Attributes"}
        ahead = known[number + dashes : number + dashes + 8]
        if ahead[:1] == [True] and sum(ahead) >= min(5, max(3, len(ahead) - 1)):
            return _trimmed("\n".join(lines[:number])), read_attributes(lines[number:])
    return _trimmed(body), {}


def _trimmed(text: str) -> str:
    return re.sub(r"\A(?:[ \t\f]*\n)+", "", text.rstrip())


def _given(fields: dict[str, str], attributes: dict[str, str]) -> tuple[Given, tuple[Finding, ...]]:
    # Where page and record differ, the record's value stands beside the page's.
    merged = {
        (f"{key} (record)" if key in fields and fields[key] != value else key): value
        for key, value in attributes.items()
    }
    merged |= fields
    base, doubts = given_of(attributes) if attributes else (Given(), ())
    findings = [doubt for doubt in doubts if doubt.code != "identity-lost"]
    date = _date(fields.get("Date", ""), findings) or base.date
    if date and base.date and date[:10] != base.date:
        findings.append(Finding("date-disagrees", f"The page dates the telegram {date[:10]}, its record {base.date}."))
    number = fields.get("Canonical ID", base.id)
    if not number:
        findings.append(Finding("identity-lost", "The page gives no Canonical ID."))
    given = Given(
        id=number,
        date=date,
        origin=merged.get("From", ""),
        title=merged.get("Subject", ""),
        classification=merged.get("Original Classification", base.classification),
        notice=merged.get("Markings", ""),
        sender=merged.get("From", ""),
        recipient=merged.get("To", ""),
        tags=base.tags or _tags(fields.get("TAGS", "")),
        references=base.references,
        fields=merged,
    )
    return given, tuple(findings)


def _tags(value: str) -> tuple[str, ...]:
    """`PFOR - Political Affairs | US - United States` as its codes."""
    parts = re.split(r"\s*[|;\n]\s*", value) if re.search(r"[|;\n]", value) else re.split(r"\s*,\s*", value)
    return tuple(dict.fromkeys(code for part in parts if (code := part.split(" - ")[0].strip())))


def _date(value: str, findings: list[Finding]) -> str:
    """`1978 June 2, 12:34 (Friday)` in ISO 8601; midnight stands for an unknown hour."""
    if not value:
        return ""
    if match := _DATE.search(value):
        for form in ("%Y %B %d", "%Y %b %d"):
            try:
                day = datetime.strptime(f"{match['year']} {match['month']} {match['day']}", form).date().isoformat()
                clock = datetime.strptime(match["clock"] or "00:00", "%H:%M").time().isoformat()
            except ValueError:
                continue
            return day if clock == "00:00:00" else f"{day}T{clock}"
    findings.append(Finding("field-unreadable", f"The date {value[:40]!r} is none."))
    return ""


def _notes(fields: dict[str, str]) -> tuple[Note, ...]:
    same = [value for label, value in fields.items() if label.lower().endswith("documents with the same id")]
    return tuple(Note("same-id", value) for value in same)


# Fields and body


def _filled(value: str) -> str:
    value = " ".join(value.split())
    return "" if _BLANK.fullmatch(value) else value


def _from_html(page: str) -> tuple[dict[str, str], str]:
    tree = LexborHTMLParser(page)
    fields: dict[str, str] = {}
    for node in tree.css("td, th, dt, b, strong, span, label, div, h3, h4, p"):
        if (label := _label(node)) and label not in fields and (value := _value_beside(node)):
            fields[label] = value
    return fields, _body(tree)


def _label(node: LexborNode) -> str:
    """The field whose name is all the node holds."""
    child = node.child
    if child is None or child.next is not None or child.tag != "-text":
        return ""
    return _BY_NAME.get(" ".join((node.text() or "").split()).rstrip(" :").casefold(), "")


def _value_beside(node: LexborNode) -> str:
    """The words in what follows a label: the next cell, or the rest of its own line."""
    for _ in range(4):
        beside, words = node.next, []
        while beside is not None and beside.tag == "-text":
            words.append(beside.text() or "")
            beside = beside.next
        if "".join(words).strip(" \t\r\n:"):
            return _filled("".join(words).strip(" \t\r\n:"))
        if beside is not None:
            return (
                "" if beside.tag == "br" or _label(beside) else _filled(" | ".join(_set(beside).strip().splitlines()))
            )
        if node.parent is None or node.tag in _WHOLE:
            return ""
        node = node.parent
    return ""


def _body(tree: LexborHTMLParser) -> str:
    """The longest text of the page that is not the table of fields, and the raw attributes if they stand apart."""
    body = attributes = ""
    for node in tree.css(_BODIES)[:_MOST_BODIES]:
        text = _set(node)
        if "canonical id" in text.casefold():
            continue
        own, known = part_attributes(text)
        if known and not own:
            attributes = attributes or text
        elif len(own) > len(part_attributes(body)[0]):
            body = text
    return f"{body}\n{attributes}" if attributes and not part_attributes(body)[1] else body


def _set(node: LexborNode) -> str:
    """The words in `node`: kept as they stand in preformatted text, folded elsewhere."""
    pieces: list[str] = []
    for part in _walk(node):
        if part.tag == "-text":
            text = part.text_content or ""
            pieces.append(text if _preformatted(part) else re.sub(r"\s+", " ", text))
        elif part.tag in _BREAKS:
            pieces.append("\n")
    return "".join(pieces).replace("\r\n", "\n").replace("\r", "\n")


def _walk(top: LexborNode) -> Iterator[LexborNode]:
    """What stands within `top`, in order; the parser's own walk takes a time that grows with the square of the depth."""
    node, depth = top.child, 1
    while node is not None:
        yield node
        if node.child is not None:
            node, depth = node.child, depth + 1
            continue
        while node is not None and node.next is None and depth > 1:
            node, depth = node.parent, depth - 1
        node = node.next if node is not None else None


def _preformatted(text: LexborNode) -> bool:
    node = text.parent
    for _ in range(4):  # a link or a mark may stand within
        if node is None:
            return False
        if node.tag in {"pre", "code", "textarea"}:
            return True
        node = node.parent
    return False


def _from_text(page: str) -> tuple[dict[str, str], str]:
    page = page.replace("\r\n", "\n").replace("\r", "\n")
    labels: list[re.Match[str]] = []
    for match in _IN_TEXT.finditer(page):
        if labels and match.start() - labels[-1].end() > _MAX_GAP:
            if any(label["label"] == "Canonical ID" for label in labels):
                break
            labels.clear()
        if any(label["label"] == match["label"] for label in labels):
            break  # the telegram's own lines have begun
        labels.append(match)
    fields: dict[str, str] = {}
    end = 0
    for number, match in enumerate(labels):
        last = number + 1 == len(labels)
        stop = _line_end(page, match.end()) if last else labels[number + 1].start()
        value = _filled(page[match.end() : stop])
        if value:
            fields.setdefault(match["label"], value)
        end = stop
    return fields, _after_chrome(page[end:])


def _line_end(page: str, start: int) -> int:
    """The end of the value that begins at `start`: its line, or the next where a tab or line break parts the two."""
    end = page.find("\n", start)
    if end >= 0 and not page[start:end].strip():
        end = page.find("\n", end + 1)
    return end if end >= 0 else len(page)


def _after_chrome(text: str) -> str:
    lines = text.split("\n")
    while lines and (not lines[0].strip() or _CHROME.fullmatch(lines[0].strip())):
        lines.pop(0)
    return "\n".join(lines)


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


FORM = PlusdPage()
