"""What was found in a record's text and by its publisher, ready to be put where it stands: notes, pages, doubts, mentions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from reftel.archive.link import Link
from reftel.cable import Cable
from reftel.finding import Finding, Span
from reftel.publish.pdf.flowing import Found, Inserted, Styled
from reftel.publish.pdf.sheets import Run, folded
from reftel.record import Record
from reftel.release import Note, Release

_SECTION = re.compile(r"(\d{3})(?:\.\d)?\s+OF\s+(\d{3})")
_PAGE = re.compile(r"PAGE\s+(\d\d)")
_IN_TEXT = ("footnote", "source", "note", "margin")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def findings_of(release: Release, record: Record) -> tuple[Finding, ...]:
    """The findings of the record, then those of the release that are not among them."""
    return tuple(dict.fromkeys((*record.findings, *release.findings)))


def letter(number: int) -> str:
    """a, b, ... z, aa, ab, ...: how the finding at that position is called."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = _LETTERS[rest] + name
    return name


def note_run(note: Note) -> Run:
    """The mark of a note of the publisher's, with the note at the foot of the page."""
    mark = folded(note.label)[:8] or ("†" if note.kind == "source" else "‡")
    said = folded(note.text)
    return Run(mark, note=f"In the margin: {said}" if note.kind == "margin" else said)


def notes_to_title(release: Release) -> tuple[Run, ...]:
    """The marks of the notes that belong to the whole of it."""
    return tuple(
        note_run(note) for note in release.notes if note.at == 0 and note.kind in _IN_TEXT and note.text.strip()
    )


def notes_in_text(release: Release) -> Iterator[Inserted]:
    """The notes that belong to a place in the text, in its order."""
    for note in release.notes:
        if note.at and note.kind in _IN_TEXT and note.text.strip():
            yield Inserted(note.at, note_run(note))


def found_in(release: Release, record: Record, label: str, cited: Sequence[Link] = ()) -> Found:
    """All that is to be seen in the text of `record`, whose labels begin with `label`; `cited` is what its words cite."""
    styled = [*_mentions(record, label), *_cited(cited, label), *_withheld(release, record)]
    inserted = [*notes_in_text(release), *_pages(release), *_sections(record), *_doubts(release, record, label)]
    breaks = tuple(one.span for one in record.breaks if one.span) if isinstance(record, Cable) else ()
    return Found(tuple(styled), tuple(sorted(inserted, key=lambda one: one.at)), breaks)


def _mentions(record: Record, label: str) -> Iterator[Styled]:
    for mention in record.mentions if isinstance(record, Cable) else ():
        if mention.references:
            yield Styled(mention.span, Run(to=f"{label}-ref{mention.references[0]}"))


def _cited(cited: Sequence[Link], label: str) -> Iterator[Styled]:
    for at, link in enumerate(cited):
        if link.start < link.stop:
            yield Styled(Span(link.start, link.stop), Run(to=f"{label}-cited{at}"))


def _withheld(release: Release, record: Record) -> Iterator[Styled]:
    for found in record.redactions if isinstance(record, Cable) else ():
        if found.span:
            yield Styled(found.span, Run(style="withheld"))
    for mark in release.marks:
        if mark.kind == "withheld":
            yield Styled(mark.span, Run(style="withheld"))


def _pages(release: Release) -> Iterator[Inserted]:
    for mark in release.marks:
        if mark.kind == "page" and mark.target.strip():
            yield Inserted(mark.span.start, _page(f"p. {folded(mark.target)[:12]}"))


def _sections(record: Record) -> Iterator[Inserted]:
    """Where a page or a section of the transmission begins; its line itself is left out of the running text."""
    for found in record.breaks if isinstance(record, Cable) else ():
        if found.span is None:
            continue
        section, page = _SECTION.search(found.value), _PAGE.search(found.value)
        if section:
            yield Inserted(found.span.start, _page(f"section {int(section[1])} of {int(section[2])}"))
        elif page:
            yield Inserted(found.span.start, _page(f"page {int(page[1])}"))


def _page(name: str) -> Run:
    """What the edition puts in, in brackets and never parted at a line's end."""
    return Run(f"[{name}]".replace(" ", "\N{NO-BREAK SPACE}"), "page")


def _doubts(release: Release, record: Record, label: str) -> Iterator[Inserted]:
    for number, finding in enumerate(findings_of(release, record)):
        if finding.span and finding.span.start < finding.span.end:
            end = finding.span.start + len(finding.span.of(record.text).rstrip())
            yield Inserted(end, Run(letter(number), "doubt", to=f"{label}-doubt{number}"))


def behind(found: Iterable[Inserted], pieces: Sequence[Span]) -> dict[int, list[Run]]:
    """What stands in none of `pieces`, by the position of the piece before it, -1 before the first; doubts left out."""
    lost: dict[int, list[Run]] = {}
    for one in found:
        if not any(span.start <= one.at <= span.end for span in pieces):
            position = sum(span.start <= one.at for span in pieces) - 1
            if one.run.style != "doubt":
                apart = " " if one.run.style == "page" else ""
                lost.setdefault(position, []).append(msgspec.structs.replace(one.run, text=apart + one.run.text))
    return lost
