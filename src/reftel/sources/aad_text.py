"""Telegrams of 1973 to 1979 as the National Archives' AAD pages give them, saved as text.

A record is a part headed `Message Text` and a part headed `Message Attributes` (some sixty keys, one a line; `n/a` is
empty; lists run over several lines). A file may hold many. No complete file could be had: this is written from
descriptions of the form, and the cases it is tested on are our own.

The text is the Message Text part as it stands, without the blank lines around it; line ends are LF. What stands
behind it of the release, `<< END OF DOCUMENT >>` and the stamp of the review, is kept as notes; a stamp within the
text, where a page ended, stays there and is marked.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import BinaryIO, ClassVar

import msgspec

from reftel.errors import SourceError
from reftel.finding import Finding, Span
from reftel.release import Given, Mark, Note, Origin, Reject, Release
from reftel.sources.base import Input

PUBLISHER = "National Archives and Records Administration (AAD)"

# The attribute keys, as AAD and the pages made from its data print them.
KEYS = frozenset(
    """
    Automatic Decaptioning|Capture Date|Channel Indicators|Concepts|Control Number|Copy|Current Classification
    Decaption Date|Decaption Note|Disposition Action|Disposition Approved on Date|Disposition Authority
    Disposition Case Number|Disposition Comment|Disposition Date|Disposition Event|Disposition History
    Disposition Reason|Disposition Remarks|Document Number|Document Source|Document Unique ID|Draft Date|Drafter
    Enclosure|Errors|Executive Order|Film Number|From|Handling Restrictions|Image Path|ISecure|Legacy Key|Line Count
    Locator|Markings|Office|Original Classification|Original Handling Restrictions|Original Previous Classification
    Original Previous Handling Restrictions|Page Count|Previous Channel Indicators|Previous Classification
    Previous Handling Restrictions|Reference|Review Action|Review Authority|Review Comment|Review Content Flags
    Review Date|Review Event|Review Exemptions|Review History|Review Markings|Review Media Identifier
    Review Referrals|Review Release Date|Review Release Event|Review Transfer Date|Review Withdrawn Fields|Secure
    Status|Subject|TAGS|To|Type
    """.strip()
    .replace("\n", "|")
    .replace("    ", "")
    .split("|")
)
_CANONICAL = {key.casefold(): key for key in KEYS}
_LISTS = frozenset(["To", "TAGS", "Concepts", "Reference", "Subject", "Office", "Markings"])

_HEADING = re.compile(r"[\s\f]*message\s+(?P<part>text|attributes)\s*:?[\s\f]*", re.IGNORECASE)
_KEY = re.compile(r"(?P<key>[A-Za-z][A-Za-z ]{1,42}?)[ \t]*:(?P<value>.*)")
STAMP = re.compile(
    r"[ \t\f]*(?:[A-Z][\w.' ]{2,40}\s+)?Declassified/Released\s+US Department of State\s+EO Systematic Review\s+"
    r"\d{1,2}\s+[A-Za-z]{3,9}\s+\d{4}"
)
_END = re.compile(r"[ \t\f]*<<\s*END OF DOCUMENT\s*>>")
_TAIL = re.compile(rf"(?:^|\n)(?P<tail>{STAMP.pattern}|{_END.pattern})\s*\Z", re.IGNORECASE)
_LEAD = re.compile(rf"\A\s*(?P<tail>{STAMP.pattern})[ \t\f]*(?:\n|\Z)")
_EMPTY = frozenset(["", "n/a", "na", "-- n/a or blank --", "-- not assigned --", "''", '""', "x' '"])
_MOST_STAMPS = 20  # at either end of a text
_ZERO_DATE = "01 JAN 1960"  # what the system wrote where there was none


class _Record(msgspec.Struct):
    """The lines of one record while it is gathered."""

    text: list[str]
    attributes: list[str]
    repaired: bool = False


class AadText:
    """The form `aad-text`."""

    name: ClassVar[str] = "aad-text"
    title: ClassVar[str] = "NARA AAD electronic telegrams (text)"
    about: ClassVar[str] = "State Department telegrams 1973-79 with a Message Text and a Message Attributes part"

    def recognise(self, head: bytes) -> float:
        """Sure where both headings or one and several keys stand at line starts; doubtful on the first heading alone."""
        text = _text_of(head)
        parts = {match["part"].lower() for line in text.split("\n") if (match := _HEADING.fullmatch(line))}
        if not parts:
            return 0.0
        if len(parts) == 2:
            return 0.95
        known = sum(1 for line in text.split("\n") if key_of(line))
        return 0.9 if known >= 4 else 0.5 if "text" in parts else 0.0

    def read(self, source: Input) -> Iterator[Release | Reject]:
        """Every record in the order of the file; a file without one is a Reject."""
        count = 0
        try:
            with source.open() as stream:
                for record in _records(_lines(stream, source.head)):
                    count += 1
                    yield _release(record, msgspec.structs.replace(source.origin, offset=count))
        except SourceError as error:
            yield Reject(source.origin, error.message, source.head[:64], self.name)
            return
        if not count:
            yield Reject(source.origin, "neither Message Text nor Message Attributes", source.head[:64], self.name)


def key_of(line: str) -> str:
    """The attribute key that `line` begins with, as it is usually printed; empty if it begins with none."""
    match = _KEY.match(line.lstrip(" \t\f"))
    return _CANONICAL.get(" ".join(match["key"].split()).casefold(), "") if match else ""


def read_attributes(lines: Iterable[str]) -> dict[str, str]:
    """The attributes in `lines`, empty ones left out.

    A list runs on until the next key; a repeated key adds to its list; another value ends at a blank line.
    """
    fields: dict[str, list[str]] = {}
    key = ""
    for line in lines:
        if STAMP.match(line) and not key_of(line):
            continue
        if found := key_of(line):
            key = found
            fields.setdefault(key, []).append(_value(line.partition(":")[2]))
        elif not line.strip(" \t\f"):
            key = key if key in _LISTS else ""
        elif key:
            fields[key].append(_value(line))
    joined = {key: _join(values) for key, values in fields.items()}
    return {key: value for key, value in joined.items() if value}


def _value(text: str) -> str:
    text = " ".join(text.split())
    text = text.removeprefix("! ").strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1].strip()
    return "" if text.casefold() in _EMPTY else text


def _join(values: list[str]) -> str:
    return " ".join(dict.fromkeys(value for value in values if value))


def given_of(fields: dict[str, str]) -> tuple[Given, tuple[Finding, ...]]:
    """What the attributes say of the telegram, and what in them cannot be read."""
    findings: list[Finding] = []
    number = fields.get("Document Number", "")
    if not number:
        findings.append(Finding("identity-lost", "The attributes give no Document Number."))
    classification = next(
        (
            fields[key]
            for key in ("Original Classification", "Previous Classification", "Current Classification")
            if key in fields
        ),
        "",
    )
    given = Given(
        id=number,
        date=iso_day(fields.get("Draft Date", ""), findings),
        origin=fields.get("From", ""),
        title=fields.get("Subject", ""),
        classification=classification,
        notice=fields.get("Markings", ""),
        sender=fields.get("From", ""),
        recipient=fields.get("To", ""),
        tags=tuple(dict.fromkeys(tag for tag in re.split(r"[,;\s]+", fields.get("TAGS", "")) if tag)),
        references=tuple(part for part in re.split(r"\s*[,;]\s*", fields.get("Reference", "")) if part),
        fields=fields,
    )
    return given, tuple(findings)


def iso_day(value: str, findings: list[Finding]) -> str:
    """`02 JUN 1978` as `1978-06-02`; empty, with a finding, where it is no date."""
    if not value or value.upper() == _ZERO_DATE:
        return ""
    for form in ("%d %b %Y", "%d %B %Y"):
        try:
            return datetime.strptime(value.title(), form).date().isoformat()
        except ValueError:
            continue
    findings.append(Finding("field-unreadable", f"The draft date {value[:40]!r} is no date."))
    return ""


def _release(record: _Record, origin: Origin) -> Release:
    text, notes = _unstamped("\n".join(record.text))
    fields = read_attributes(record.attributes)
    given, findings = given_of(fields)
    if record.repaired:
        findings += (Finding("encoding-repaired", "Bytes that are not UTF-8 were read as Windows-1252."),)
    if not text:
        where = fields.get("Locator", "no locator")
        findings += (Finding("extract", f"The archive gives no text of the telegram ({where})."),)
    genre = fields.get("Type", "TE")
    return Release(
        text=text,
        kind="cable" if genre.upper().startswith("TE") else "document",
        form=AadText.name,
        origin=origin,
        publisher=PUBLISHER,
        title=given.title,
        given=given,
        notes=notes,
        marks=stamps_in(text),
        findings=findings,
    )


def stamps_in(text: str) -> tuple[Mark, ...]:
    """A mark for each release stamp that stands within the text."""
    marks = []
    at = text.find("Declassified/Released")
    while at >= 0:
        # The officer's name stands before it, on its line or on the one above.
        around = max(text.rfind("\n", 0, text.rfind("\n", 0, at) if text[:at].endswith("\n") else at) + 1, at - 60)
        if match := STAMP.search(text, around, at + 200):
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            marks.append(Mark("stamp", Span(start, match.end())))
        at = text.find("Declassified/Released", at + 1)
    return tuple(marks)


def _unstamped(text: str) -> tuple[str, tuple[Note, ...]]:
    """The text without blank lines around it and without what the release put before and behind it."""
    notes: list[Note] = []
    for _ in range(_MOST_STAMPS):
        match = _LEAD.match(text)
        if match is None:
            break
        notes.append(Note("stamp", " ".join(match["tail"].split())))
        text = text[match.end() :]
    tail: list[Note] = []
    text = text.rstrip()
    # Only the end is searched: the expression would try every line of a long text.
    for _ in range(_MOST_STAMPS):
        match = _TAIL.search(text, max(0, len(text) - 400))
        if match is None:
            break
        tail.append(Note("stamp", " ".join(match["tail"].split())))
        text = text[: match.start()].rstrip()
    text = re.sub(r"\A(?:[ \t\f]*\n)+", "", text).rstrip()
    notes = [msgspec.structs.replace(note, at=0) for note in notes]
    return text, (*notes, *(msgspec.structs.replace(note, at=len(text)) for note in reversed(tail)))


# Gathering


def _records(lines: Iterable[tuple[str, bool]]) -> Iterator[_Record]:
    record: _Record | None = None
    part = ""
    for line, repaired in lines:
        if heading := _HEADING.fullmatch(line):
            new = heading["part"].lower()
            if record is None or new == "text" or (part == new == "attributes"):
                if record is not None:
                    yield record
                record = _Record([], [])
            part = new
        elif record is not None:
            (record.text if part == "text" else record.attributes).append(line)
            record.repaired |= repaired
    if record is not None:
        yield record


def _lines(stream: BinaryIO, head: bytes) -> Iterator[tuple[str, bool]]:
    """Each line without its end, and whether its bytes were not UTF-8."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        for line in io.TextIOWrapper(stream, encoding="utf-16", errors="replace"):
            yield line.rstrip("\n"), False
        return
    for number, raw in enumerate(stream):
        line, repaired = _decoded(raw.removeprefix(b"\xef\xbb\xbf") if number == 0 else raw)
        for part in line.removesuffix("\n").removesuffix("\r").split("\r"):
            yield part, repaired


def _decoded(raw: bytes) -> tuple[str, bool]:
    try:
        return raw.decode("utf-8"), False
    except UnicodeDecodeError:
        try:
            return raw.decode("cp1252"), True
        except UnicodeDecodeError:
            return raw.decode("latin-1"), True


def _text_of(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    return head.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")


FORM = AadText()
