"""Release: one published copy of one record, and where it came from. Reject: what could not be read."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import Literal

import msgspec

from reftel.finding import Finding, Span

Kind = Literal["cable", "incident", "document"]
FIRST_YEAR = "1776"  # of what edited volumes hold


class Origin(msgspec.Struct, frozen=True):
    """Where a release was read: file as named by the user, member path inside containers, offset in it.

    `offset` counts rows for tables (from 1), documents or telegrams for files that hold many (from 1), else 0.
    """

    file: str
    member: str = ""
    offset: int = 0
    retrieved: str = ""

    @property
    def stem(self) -> str:
        """The name of the innermost file, without folders and ending."""
        return PurePath((self.member or self.file).replace("\\", "/").split("!")[-1]).stem

    def __str__(self) -> str:
        return self.file + (f"!{self.member}" if self.member else "") + (f"#{self.offset}" if self.offset else "")


class Given(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the publisher's page, row or mark-up said about the record, word for word; empty where it said nothing.

    `date` is ISO 8601 (`2005-12-15T13:09:00`, or a day), already normalised by the reader of the form.
    """

    id: str = ""
    date: str = ""
    origin: str = ""
    title: str = ""
    classification: str = ""
    notice: str = ""
    sender: str = ""
    recipient: str = ""
    place: str = ""
    tags: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    fields: dict[str, str] = {}


class Note(msgspec.Struct, frozen=True, omit_defaults=True):
    """A publisher's or editor's note, kept apart from the text: a footnote, an article that quotes the cable.

    `at` is the offset in the release's text where its mark stood; `target` is what it points to, as printed.
    """

    kind: str
    text: str
    label: str = ""
    at: int | None = None
    target: str = ""


class Mark(msgspec.Struct, frozen=True, omit_defaults=True):
    """A passage the publisher's mark-up names: a person, a place, a reference, a page break, an illegible word."""

    kind: str
    span: Span
    target: str = ""


class Release(msgspec.Struct, frozen=True, omit_defaults=True):
    """One published copy of one record.

    `text` is exactly what the form holds as the record's text, nothing of the page around it. `form` names the
    reader (`cablegate-csv`), `publisher` who published. `findings` are doubts about the reading of the bytes.
    """

    text: str
    kind: Kind
    form: str
    origin: Origin
    publisher: str = ""
    title: str = ""
    given: Given = Given()
    notes: tuple[Note, ...] = ()
    marks: tuple[Mark, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def sha256(self) -> str:
        """Hex SHA-256 of the text in UTF-8 (lone surrogates kept as they are)."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def from_volume(self) -> bool:
        """Whether it is a paper of an edited volume, and no telegram as it was transmitted."""
        return self.form == "frus-tei"

    @property
    def by_local_clock(self) -> bool:
        """Whether the date that was given has the hour of a place, of which no zone is known."""
        date = self.given.date
        return self.from_volume and len(date) > 10 and not date.endswith("Z") and not {"+", "-"} & {*date[10:]}

    @property
    def dated(self) -> str:
        """The date that was given, no finer than it is known in UTC; empty where it cannot be.

        In an edited volume an hour without a zone is that of the place, and a year before there was anybody to write (0201,
        1670) the editors' slip.
        """
        date = self.given.date
        if not self.from_volume:
            return date
        return "" if date[:4] < FIRST_YEAR else date[:10] if self.by_local_clock else date


class Reject(msgspec.Struct, frozen=True):
    """What could not be read: where, why, and its first bytes (at most 64)."""

    origin: Origin
    reason: str
    head: bytes = b""
    form: str = ""


class PassingReject(Reject, frozen=True):
    """What could not be read for a reason outside of it: a disk, memory, a limit of the whole run. It is tried again."""
