"""Span, Value, Finding: where a value stands, how it was read, and what is in doubt."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Span(msgspec.Struct, frozen=True, order=True, array_like=True, gc=False):
    """A half-open range `[start, end)` of Python string offsets into a release's text; JSON `[start, end]`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The slice of `text` that the span names."""
        return text[self.start : self.end]


class Value(msgspec.Struct, Generic[T], frozen=True, gc=False):
    """A value read from a text: what it is, where it stands, which rule read it, how sure that rule is (0 to 1).

    `span` is None only when the value does not stand in the text: it was given with the release, or inferred.
    """

    value: T
    span: Span | None
    rule: str
    confidence: float = 1.0


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One doubt about a record: what is lost, damaged, repaired or inferred, in words a reader understands.

    `code` is one of `CODES` and stable; `span` is None where the doubt is about something absent.
    """

    code: str
    message: str
    span: Span | None = None
    confidence: float = 1.0


CODES: dict[str, str] = {
    "title-lost": "The SUBJECT line is absent.",
    "tags-lost": "The TAGS line is absent.",
    "caption-lost": "Portion marks need a caption that the classification line lacks (SBU under plain UNCLAS).",
    "header-lost": "The transmission header (precedence, date-time group, FM, TO, INFO) is absent.",
    "classification-lost": "No classification line stands in the text.",
    "identity-lost": "No number of the telegram can be read.",
    "section-missing": "A section of a telegram sent in several is absent.",
    "paragraph-missing": "Paragraph numbers have a gap.",
    "text-cut": "A paragraph stops in mid-sentence.",
    "extract": "The publisher says that this is only a part of the telegram.",
    "garbled": "A stretch of text is garbled in transmission.",
    "out-of-order": "Paragraph numbers or sections stand out of order.",
    "mark-above-banner": "A portion mark is higher than the classification of the whole.",
    "year-inferred": "A reference gives no year; the citing telegram's year, or the one before, was taken.",
    "serial-impossible": "A reference cannot be to an earlier telegram as it is written.",
    "identity-repaired": "The telegram's number was damaged and has been restored.",
    "date-disagrees": "Date-time group, page and number do not agree on the date.",
    "corrected-copy": "The telegram is a corrected copy of another transmission.",
    "encoding-repaired": "Characters were restored from a wrong encoding.",
    "redaction": "Text is withheld.",
    "kind-inferred": "Nothing says that this is a telegram; its form shows it.",
    "footnote-lost": "A note of the publisher points to text that is not there.",
    "field-unreadable": "A field the publisher gave could not be read as what it should be.",
}


def explain(code: str) -> str:
    """The meaning of a finding's code in one sentence; the code itself where it is not ours."""
    return CODES.get(code, code)
