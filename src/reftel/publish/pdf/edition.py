"""Records to a PDF set like an edition: one record, a selection, or a whole collection in volumes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Literal

import msgspec

from reftel import __version__
from reftel.archive import Archive, Stored
from reftel.archive.link import Link
from reftel.archive.links import references_of
from reftel.archive.versions import versions
from reftel.cable import Cable
from reftel.finding import Span
from reftel.incident import Incident
from reftel.plain_words import iso_moment
from reftel.publish.pdf import apparatus
from reftel.publish.pdf.apparatus import Setting
from reftel.publish.pdf.cables import pieces_of_cable, rows_of_cable
from reftel.publish.pdf.compiling import compiled
from reftel.publish.pdf.glossary import glossary_of
from reftel.publish.pdf.joining import compiled_apart, joined, places_in
from reftel.publish.pdf.marking import found_in, notes_to_title
from reftel.publish.pdf.others import casualties_of, pieces_of_text, rows_of_document, rows_of_incident
from reftel.publish.pdf.sheets import Book, Entry, Piece, Row, Run, Section, Sheet, folded
from reftel.search import Query, every_hit

Paper = Literal["a4", "us-letter"]
VOLUME = 1_000  # records in one file: beyond that neither makers nor readers of PDF are at ease
TOGETHER = 100  # records that are set at once
_KINDS = {"cable": "Telegram", "incident": "Incident report", "document": "Document"}


class Style(msgspec.Struct, frozen=True):
    """How a file is made: its paper, its title where it is to have one of its own, folders with more fonts."""

    paper: Paper = "a4"
    title: str = ""
    fonts: tuple[str, ...] = ()


class Volume(msgspec.Struct, frozen=True):
    """One file: its number from 1, how many records it holds, its bytes."""

    number: int
    records: int
    pdf: bytes


_PLAIN = Style()


def pdf_of(archive: Archive, wanted: Query | str | Iterable[Stored], style: Style = _PLAIN) -> bytes:
    """One PDF of all that is `wanted`: what a query finds, in the order of search, or the records themselves."""
    found = every_hit(archive, wanted) if isinstance(wanted, Query | str) else wanted
    return _set(archive, list(found), style)


def volumes(
    archive: Archive,
    records: Iterable[Stored],
    style: Style = _PLAIN,
    size: int = VOLUME,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Volume]:
    """The records as files of at most `size` each; no more than one is in memory. `progress` is told of each record."""
    left, number, done = iter(records), 0, 0

    def told(at: int) -> None:
        if progress is not None:
            progress(done + at)

    while lot := list(islice(left, size)):
        number += 1
        yield Volume(number, len(lot), _set(archive, lot, style, told))
        done += len(lot)


def _set(
    archive: Archive, records: Sequence[Stored], style: Style, progress: Callable[[int], None] | None = None
) -> bytes:
    """One file; a large one in parts, each in a process of its own, for what the compiler holds grows with every page."""
    if len(records) <= TOGETHER:
        return compiled(book_of(archive, records, style, progress), style.fonts)
    setting = Setting(archive, _labels(records))
    names = [f"r{at}" for at in range(len(records))]
    front = msgspec.structs.replace(book_of(archive, (), style), about=tuple(_about(records)), contents=True, part=True)
    front = msgspec.structs.replace(front, title=style.title or f"{len(records):,} records")
    blank = tuple(Entry(name, *_entry(stored), "0000") for name, stored in zip(names, records, strict=True))
    pages: dict[str, int] = {}
    first = places_in(compiled_apart(msgspec.structs.replace(front, entries=blank), style.fonts))[0] + 1
    parts = []
    for start in range(0, len(records), TOGETHER):
        lot = range(start, min(start + TOGETHER, len(records)))
        known = msgspec.structs.replace(setting, later=frozenset(names[lot.stop :]))
        sheets = []
        for at in lot:
            sheets.append(sheet_of(known, records[at], names[at]))
            if progress is not None:
                progress(at + 1)
        elsewhere = {name: str(pages.get(name, "")) for name in {*names[: lot.start], *names[lot.stop :]}}
        made = compiled_apart(
            msgspec.structs.replace(front, sheets=tuple(sheets), first_page=first, elsewhere=elsewhere), style.fonts
        )
        count, places = places_in(made)
        pages.update({name: first + page - 1 for name, page in places.items()})
        first += count
        parts.append(made)
    entries = tuple(msgspec.structs.replace(one, page=str(pages[one.to])) for one in blank)
    return joined(compiled_apart(msgspec.structs.replace(front, entries=entries), style.fonts), parts)


def _labels(records: Sequence[Stored]) -> dict[str, str]:
    """The label of each record in a file, by its id and by its address."""
    labels: dict[str, str] = {}
    for at, stored in enumerate(records):
        labels.setdefault(stored.facts.id or stored.key, f"r{at}")
        labels.setdefault(stored.key, f"r{at}")
    return labels


def _entry(stored: Stored) -> tuple[str, str, str]:
    """What the contents say of a record: its name, its title, its day."""
    return _name(stored) or _KINDS[stored.release.kind], _title(stored)[0], iso_moment(stored.facts.sent[:10])


def printed(archive: Archive, spelling: str, *, every_release: bool = False) -> list[Stored]:
    """The records that `spelling` names, each by its fullest release, or by every release; empty where there is none."""
    found = archive.named(spelling)
    if every_release or len(found) < 2:
        return found
    fullest: dict[str, Stored] = {}
    by_key = {one.key: one for one in found}
    for one in versions(archive, spelling):
        best = next((by_key[copy.key] for copy in one.copies if copy.key in by_key), None)
        if best is not None:
            fullest.setdefault(best.key, best)
    others = [one for one in found if one.release.kind != "cable"]
    return sorted([*fullest.values(), *others], key=lambda one: one.row) or found


def book_of(
    archive: Archive, records: Sequence[Stored], style: Style, progress: Callable[[int], None] | None = None
) -> Book:
    """All that the template is given."""
    setting = Setting(archive, _labels(records))
    sheets = []
    for at, stored in enumerate(records):
        sheets.append(sheet_of(setting, stored, f"r{at}"))
        if progress is not None:
            progress(at + 1)
    several = len(sheets) != 1
    title = style.title or ("" if several else " ".join(part for part in (_name(records[0]), sheets[0].title) if part))
    return Book(
        title=title or f"{len(sheets):,} records",
        paper=style.paper,
        about=tuple(_about(records)) if several else (),
        colophon=f"Set by reftel {__version__}.",
        fonts=(),
        contents=several,
        sheets=tuple(sheets),
    )


def _about(records: Sequence[Stored]) -> Iterator[str]:
    """How many there are of each kind, and from when to when."""
    kinds = {kind: sum(one.release.kind == kind for one in records) for kind in _KINDS}
    yield (
        ", ".join(
            f"{count:,} {_KINDS[kind].lower()}{'s' if count > 1 else ''}" for kind, count in kinds.items() if count
        )
        or "Nothing was found."
    )
    days = sorted(one.facts.sent[:10] for one in records if len(one.facts.sent) >= 10)
    if days:
        first, last = iso_moment(days[0]), iso_moment(days[-1])
        yield first if first == last else f"{first} to {last}"


def _name(stored: Stored) -> str:
    return folded(stored.facts.id or stored.release.given.id)


def sheet_of(setting: Setting, stored: Stored, label: str) -> Sheet:
    """One record as the template is given it."""
    release, record = stored.release, stored.record
    links, others = _links(setting, stored)
    found = found_in(release, record, label, others)
    rows: Iterable[Row]
    pieces: Iterable[Piece]
    if isinstance(record, Cable):
        rows, pieces = rows_of_cable(stored, record, label, links), pieces_of_cable(record, found)
        first = record.blocks[0].content if record.blocks else Span(0, 0)
    elif isinstance(record, Incident):
        first = record.summary_span if record.summary_span.of(record.text).strip() else Span(0, len(record.text))
        rows = rows_of_incident(release, record)
        pieces = (*pieces_of_text(record.text, release, found, first), *casualties_of(record))
    else:
        first = Span(0, 0)
        rows, pieces = rows_of_document(release, record), pieces_of_text(record.text, release, found)
    early = (one.run for one in found.inserted if one.at < first.start and one.run.style != "doubt")
    head = (*notes_to_title(release), *early)
    title, lost = _title(stored)
    name = _name(stored)
    return Sheet(
        label=label,
        kicker=(Run(name if isinstance(record, Cable) and name else f"{_KINDS[release.kind]} {name}".strip()), *head),
        banner=_banner(stored),
        title=title,
        when=iso_moment(stored.facts.sent[:10]),
        running=name or _KINDS[release.kind],
        lost_title=lost,
        rows=tuple(rows),
        pieces=tuple(pieces),
        sections=tuple(one for one in _sections(setting, stored, label, (links, others)) if one.items),
    )


def _links(setting: Setting, stored: Stored) -> tuple[dict[str, Link], tuple[Link, ...]]:
    """What each entry of the REF block means, by the entry as it is written; and what is cited elsewhere in the text."""
    found = references_of(setting.archive, stored.facts.id) if stored.facts.id else ()
    entries = stored.record.references if isinstance(stored.record, Cable) else ()
    written = {entry.label for entry in entries}
    by_label = {link.label: link for link in found if link.label in written}
    meant = {link.target for link in by_label.values() if link.target}
    return by_label, tuple(
        link for link in found if link.row == stored.row and link.label not in written and link.target not in meant
    )


def _title(stored: Stored) -> tuple[str, bool]:
    title = folded(stored.facts.subject)
    if title:
        return title, False
    return ("Subject lost", True) if stored.release.kind == "cable" else (_KINDS[stored.release.kind], True)


def _banner(stored: Stored) -> str:
    return " · ".join(part for part in (stored.facts.level, *map(folded, stored.facts.captions)) if part)


def _sections(
    setting: Setting, stored: Stored, label: str, links: tuple[dict[str, Link], tuple[Link, ...]]
) -> Iterator[Section]:
    record = stored.record
    yield apparatus.references_section(setting, record, label, *links)
    yield apparatus.cited_section(setting, stored.facts.id)
    yield apparatus.doubts_section(stored, label)
    yield from apparatus.releases_sections(setting, stored)
    yield apparatus.notes_section(stored.release.notes)
    if isinstance(record, Cable):
        yield glossary_of(record)
    yield apparatus.source_section(stored)
