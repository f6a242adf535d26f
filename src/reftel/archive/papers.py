"""The papers of edited volumes as rows: by what each may be cited, and what each cites.

A volume's paper has no canonical id by which others call it. It is called by its sender, its number, its day and hour;
the editors call it by its document number or its page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from reftel.archive.packing import printable
from reftel.cable.records import Citation
from reftel.enclosure import citations_in, day_of_paper, enclosures_in
from reftel.record import Record
from reftel.release import Note, Release

_CLOSE = 3  # characters that may stand between a citation and the mark of its footnote
_LONGEST_NOTE = 400
_CIRCULAR = re.compile(r"\bcircular\b", re.IGNORECASE)
_FIGURES = re.compile(r"\d{1,6}")
_DOCUMENT = re.compile(r"(?P<volume>[\w-]*)#(?P<name>d\d[\w.]*)")
# "Ante, p. 801.", "See telegram No. 5, supra.", "Printed on p. 24.", "Foreign Relations, 1926, vol. i, p. 5."
_SAYS_WHERE = re.compile(
    r"(?:see |printed |for text,? see |presumably |i\. ?e\., )*(?:as |on |in )?"
    r"(?:ante|supra|infra|post|vol\.|foreign relations|ibid|pp?\. ?\d|(?:document|doc\.|no\.) ?\d"
    r"|(?:the )?(?:telegram|despatch|letter|note|instruction|memorandum)[^;.]{0,60}(?:ante|supra|infra|post|pp?\. ?\d))",
    re.IGNORECASE,
)
_VERDICT = re.compile(
    r"\b(?:not printed|not found|supra|infra|ante|post|printed|pp?\. \d)|^(?:see )?(?:doc(?:ument)?|no)\.? \d", re.I
)


class Paper(msgspec.Struct, frozen=True, array_like=True):
    """One row of the table `paper`, but for the release it is of: by what it may be cited; empty and 0 where unknown."""

    volume: str
    place_in_volume: int
    first_page: int
    last_page: int
    kind: str
    number: str
    day: str
    hour: str
    sender: str
    recipient: str
    place: str
    circular: bool


class EnclosedPaper(msgspec.Struct, frozen=True, array_like=True):
    """One row of the table `enclosure`: what is printed with the paper that it came with, and where in its text."""

    kind: str
    day: str
    sender: str
    recipient: str
    start: int
    stop: int


class CitedPaper(msgspec.Struct, frozen=True, array_like=True):
    """One row of the table `citation`: a paper that is named by number or day, or only by a note of the editors.

    `note` is what the editors say of it; `target` where they point: `frus1934v05/d12`, `frus1934v05#pg_801`.
    """

    kind: str
    whose: str
    party: str
    recipient: str
    number: str
    day: str
    hour: str
    year_given: bool
    label: str
    start: int
    stop: int
    note: str = ""
    target: str = ""


def paper_of(release: Release) -> Paper | None:
    """By what `release` may be cited; None where it is no paper of a volume."""
    given = release.given
    fields = given.fields
    if not release.from_volume:
        return None
    pages = [int(mark.target) for mark in release.marks if mark.kind == "page" and _FIGURES.fullmatch(mark.target)]
    number = _FIGURES.match(fields.get("telegram_number") or fields.get("serial_number") or "")
    return Paper(
        fields.get("volume", ""),
        release.origin.offset,
        pages[0] if pages else 0,
        pages[-1] if pages else 0,
        fields.get("genre", ""),
        number[0].lstrip("0") if number else "",
        day_of_paper(release)[:10],
        given.date[11:16],
        printable("; ".join(dict.fromkeys(filter(None, (fields.get("from", ""), given.sender)))))[:300],
        printable("; ".join(dict.fromkeys(filter(None, (fields.get("to", ""), given.recipient)))))[:300],
        printable(given.place)[:200],
        bool(
            _CIRCULAR.search(f"{fields.get('mark', '')} {fields.get('source', '')}")
            or fields.get("genre") == "circular"
        ),
    )


def enclosed_papers(release: Release) -> tuple[EnclosedPaper, ...]:
    """What is enclosed in `release`, in its order."""
    return tuple(
        EnclosedPaper(one.kind, one.day, printable(one.sender), printable(one.recipient), one.span.start, one.span.end)
        for one in enclosures_in(release)
    )


def cited_papers(release: Release, record: Record) -> tuple[CitedPaper, ...]:
    """Every paper that `release` cites by number or day, with what the editors say of it, and what only they point to."""
    # A record that an older reftel kept has no citations yet; its text has.
    citations = getattr(record, "citations", ()) or citations_in(release)
    notes = [note for note in release.notes if note.kind in ("footnote", "reference") and note.at is not None]
    taken: set[int] = set()
    found: list[CitedPaper] = []
    volume = release.given.fields.get("volume", "")
    for one in citations:
        told = next(
            (at for at, note in enumerate(notes) if at not in taken and _belongs(note, one, release.text)), None
        )
        note = Note("", "")
        if told is not None:
            note = notes[told]
            taken.add(told)
        says_where = bool(_SAYS_WHERE.match(note.text))
        if told is not None and not says_where:
            taken.discard(told)  # where it points is another paper: "Not printed; but see ..."
        found.append(_row(release.text, one, note, volume if says_where else ""))
    for at, note in enumerate(notes):
        if at not in taken:
            found += _pointed(note, volume)
    return tuple(found)


def _belongs(note: Note, citation: Citation, text: str) -> bool:
    gap = (note.at or 0) - citation.span.end
    return (
        0 <= gap <= _CLOSE
        and not text[citation.span.end : note.at].strip(" ,.;:)]")
        and bool(_VERDICT.search(note.text) or note.target)
    )


def _row(text: str, one: Citation, note: Note, volume: str) -> CitedPaper:
    return CitedPaper(
        *(one.kind, one.whose, printable(one.party), printable(one.recipient), one.number, one.day, one.hour),
        one.year_given,
        printable(" ".join(one.span.of(text).split())),
        one.span.start,
        one.span.end,
        printable(note.text[:_LONGEST_NOTE]),
        next(_targets(note, volume), "") if volume else "",
    )


def _pointed(note: Note, volume: str) -> Iterator[CitedPaper]:
    """What a note points to that stands beside no citation; whatever else it says is not about a paper cited here."""
    at = note.at or 0
    for target in _targets(note, volume):
        yield CitedPaper(
            *("editors", "", "", "", "", "", ""), False, printable(" ".join(note.text[:_LONGEST_NOTE].split())), at, at,
            printable(note.text[:_LONGEST_NOTE]), target,
        )  # fmt: skip


def _targets(note: Note, volume: str) -> Iterator[str]:
    """Where the editors point: a document (`VOLUME/d12`), a page (`VOLUME#pg_801`), the paper before or after this one."""
    written = note.target.split()
    for target in written:
        if document := _DOCUMENT.fullmatch(target):
            yield f"{document['volume'] or volume}/{document['name']}"
        elif target.startswith("#pg_"):
            yield volume + target
        elif re.fullmatch(r"[\w-]+#pg_\w+", target):
            yield target
    if not written:
        for word in re.findall(r"\b(?:supra|infra)\b", note.text, re.IGNORECASE)[:1]:
            yield f"{volume}#{word.lower()}"
