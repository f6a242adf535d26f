"""Document: any other record that stands in the same volumes (despatch, memorandum, letter, minutes)."""

from __future__ import annotations

import msgspec

from reftel.cable.records import Citation
from reftel.finding import Finding
from reftel.release import Release


class Document(msgspec.Struct, frozen=True, omit_defaults=True):
    """A record that is not a telegram, with the fields its publisher gave; empty where it gave none.

    `genre` is a word such as `despatch`, `memorandum`, `letter`; `sent` is ISO 8601.
    """

    text: str
    id: str = ""
    genre: str = ""
    title: str = ""
    sent: str = ""
    sender: str = ""
    recipient: str = ""
    place: str = ""
    citations: tuple[Citation, ...] = ()
    findings: tuple[Finding, ...] = ()


def read_document(release: Release, citations: tuple[Citation, ...] = ()) -> Document:
    """The Document in `release`: what the publisher gave, nothing guessed, and the papers that its text cites."""
    given = release.given
    return Document(
        text=release.text,
        id=given.id,
        genre=given.fields.get("genre", ""),
        title=release.title or given.title,
        sent=given.date,
        sender=given.sender,
        recipient=given.recipient,
        place=given.place,
        citations=citations,
        findings=release.findings,
    )
