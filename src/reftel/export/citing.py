"""Citations: BibLaTeX, RIS, CSL JSON and one plain line.

A telegram is cited as a report of the type Telegram, with the post as its author and its number as the report's: reference
programs know reports everywhere, and letters hardly anywhere. The note names the address of the release that was used.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, ClassVar

import msgspec

from reftel.archive import Stored
from reftel.archive.packing import printable
from reftel.cable import Cable
from reftel.export.base import RowKind
from reftel.handbook import posts
from reftel.release import Release

_TYPES = {"cable": "Telegram", "incident": "Incident report", "document": "Document"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
}  # fmt: skip


class Citation(msgspec.Struct, frozen=True):
    """What is cited: all fields on one line, empty where unknown; `date` ISO 8601, no finer than a day."""

    key: str
    type: str
    number: str
    author: str
    recipient: str
    title: str
    date: str
    publisher: str
    note: str


def citation_of(stored: Stored) -> Citation:
    """How `stored` is cited."""
    facts, release, record = stored.facts, stored.release, stored.record
    post = posts().get(facts.post)
    action = record.transmission.action if isinstance(record, Cable) else ()
    note = [*_in_volume(release), facts.level.title(), f"release {stored.key}"]
    return Citation(
        key=re.sub(r"[^A-Za-z0-9-]", "-", facts.id) or stored.key[:12],
        type=_TYPES[facts.kind],
        number=_line(facts.id),
        author=_line(release.given.sender or release.given.origin or (post.name if post else facts.post)),
        recipient=_line(release.given.recipient or "; ".join(one.name for one in action)),
        title=_line(facts.subject) or f"{_TYPES[facts.kind]} {_line(facts.id)}".strip(),
        date=facts.sent[:10],
        publisher=_line(release.publisher),
        note=", ".join(part for part in note if part),
    )


def _in_volume(release: Release) -> Iterator[str]:
    """The title of the volume that prints it, and its number there, as far as they are known."""
    if release.from_volume:
        fields = release.given.fields
        yield _line(fields.get("volume_title", ""))
        yield f"document {_line(fields['number'])}" if fields.get("number") else ""


def _line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", printable(text)).split())


def biblatex(cited: Citation) -> str:
    """An entry of BibLaTeX."""
    fields = {
        "author": f"{{{_latex(cited.author)}}}" if cited.author else "",
        "title": f"{{{_latex(cited.title)}}}",
        "type": _latex(cited.type),
        "number": _latex(cited.number),
        "institution": _latex(cited.publisher),
        "date": cited.date,
        "note": _latex(
            "; ".join(part for part in (f"to {cited.recipient}" * bool(cited.recipient), cited.note) if part)
        ),
    }
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@report{{{cited.key},\n{body}\n}}\n"


def _latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in text)


def ris(cited: Citation) -> str:
    """A record of RIS."""
    fields = (
        ("TY", "RPRT"), ("ID", cited.key), ("AU", cited.author), ("A2", cited.recipient), ("TI", cited.title),
        ("M3", cited.type), ("SN", cited.number), ("PY", cited.date[:4]), ("DA", cited.date.replace("-", "/")),
        ("PB", cited.publisher), ("N1", cited.note),
    )  # fmt: skip
    return "".join(f"{tag}  - {value}\r\n" for tag, value in fields if value) + "ER  - \r\n\r\n"


def csl(cited: Citation) -> dict[str, Any]:
    """An item of CSL JSON."""
    item = {
        "id": cited.key, "type": "report", "genre": cited.type, "number": cited.number, "title": cited.title,
        "author": [{"literal": cited.author}] if cited.author else [],
        "recipient": [{"literal": cited.recipient}] if cited.recipient else [],
        "issued": {"date-parts": [[int(part) for part in cited.date.split("-")]]} if cited.date else {},
        "publisher": cited.publisher, "note": cited.note,
    }  # fmt: skip
    return {name: value for name, value in item.items() if value}


def plain(cited: Citation) -> str:
    """One line for a footnote."""
    head = ", ".join(part for part in (cited.author, f"“{cited.title}”") if part)
    tail = ", ".join(part for part in (f"{cited.type} {cited.number}".strip(), cited.date, cited.publisher) if part)
    return f"{head}, {tail} ({cited.note}).\n"


class BibLatex:
    """The format `biblatex`."""

    name: ClassVar[str] = "biblatex"
    about: ClassVar[str] = "Citations for LaTeX"

    def write(self, records: Iterable[Stored], out: BinaryIO, rows: RowKind) -> int:
        """How many entries were written; a cable's later releases get a key with a letter."""
        return _write((biblatex(cited) for cited in _keyed(records)), out)


class Ris:
    """The format `ris`."""

    name: ClassVar[str] = "ris"
    about: ClassVar[str] = "Citations for Zotero, EndNote and the like"

    def write(self, records: Iterable[Stored], out: BinaryIO, rows: RowKind) -> int:
        """How many records were written."""
        return _write((ris(cited) for cited in _keyed(records)), out)


class CslJson:
    """The format `csl`."""

    name: ClassVar[str] = "csl"
    about: ClassVar[str] = "Citations as CSL JSON, for pandoc and citation processors"

    def write(self, records: Iterable[Stored], out: BinaryIO, rows: RowKind) -> int:
        """How many items were written."""
        out.write(b"[")
        items = (
            (",\n" if at else "\n") + json.dumps(csl(one), ensure_ascii=False) for at, one in enumerate(_keyed(records))
        )
        count = _write(items, out)
        out.write(b"\n]\n")
        return count


class PlainCitations:
    """The format `citations`."""

    name: ClassVar[str] = "citations"
    about: ClassVar[str] = "Citations as one line of text each"

    def write(self, records: Iterable[Stored], out: BinaryIO, rows: RowKind) -> int:
        """How many lines were written."""
        return _write((plain(cited) for cited in _keyed(records)), out)


def _keyed(records: Iterable[Stored]) -> Iterable[Citation]:
    """Citations with keys that are each used once: the second release of a cable is `07PARIS1-2`."""
    taken: set[str] = set()
    times: Counter[str] = Counter()
    for stored in records:
        cited = citation_of(stored)
        key = cited.key
        while key in taken:  # by a release before, or by a record that has the made key by itself
            times[cited.key] += 1
            key = f"{cited.key}-{times[cited.key] + 1}"
        taken.add(key)
        yield msgspec.structs.replace(cited, key=key)


def _write(entries: Iterable[str], out: BinaryIO) -> int:
    count = 0
    for count, entry in enumerate(entries, 1):  # noqa: B007 - the last number is the count
        out.write(entry.encode("utf-8"))
    return count


BIBLATEX, RIS, CSL, CITATIONS = BibLatex(), Ris(), CslJson(), PlainCitations()
