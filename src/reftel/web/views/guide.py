"""How to read a cable: one cable that comes with reftel, read as all are, each part marked and explained.

What is said of a part is asked of the handbook and of the reading itself, so that the guide says what reftel does today.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

import msgspec

from reftel import handbook
from reftel.archive import Archive
from reftel.cable import Cable, read
from reftel.errors import NotFound
from reftel.finding import CODES, Span
from reftel.web import addresses
from reftel.web.asked import Coded, Nothing, Table
from reftel.web.shown import Marking, Shown, lay_as_is
from reftel.web.views.header import Bit, meaning
from reftel.web.words import said


class Part(msgspec.Struct, frozen=True):
    """One part of a cable: its place on the page, what it is called, what it tells, and the codes in it with their meanings."""

    anchor: str
    title: str
    says: str
    quotes: tuple[str, ...]
    codes: tuple[Bit, ...]


class GuideView(msgspec.Struct, frozen=True):
    """The annotated cable, its parts in the order of the text, the handbook's tables, and what can be wrong with a cable."""

    shown: Shown
    parts: tuple[Part, ...]
    tables: dict[str, int]
    findings: dict[str, str]


class _Found(msgspec.Struct, frozen=True):
    anchor: str
    title: str
    says: str
    spans: tuple[Span | None, ...]
    codes: tuple[tuple[str, str], ...] = ()


def guide_view(archive: Archive, asked: Nothing) -> GuideView:
    """The guide; it is the same in every archive."""
    return guide()


@lru_cache(maxsize=1)
def guide() -> GuideView:
    """The annotated cable and its parts; read once."""
    cable = read((files("reftel.web") / "guide" / "sample.txt").read_text("utf-8"))
    found = sorted(_parts(cable), key=lambda one: min(span for span in one.spans if span))
    marks = [Marking("part", span, f"#{one.anchor}", one.title) for one in found for span in one.spans if span]
    parts = tuple(
        Part(
            one.anchor,
            one.title,
            one.says,
            tuple(" ".join(span.of(cable.text).split()) for span in one.spans if span),
            tuple(
                Bit(code, says=meaning(code, table), address=addresses.of("code", code)) for code, table in one.codes
            ),
        )
        for one in found
    )
    return GuideView(lay_as_is(cable.text, Span(0, len(cable.text)), marks), parts, _tables(), dict(CODES))


def _parts(cable: Cable) -> Iterator[_Found]:
    """What was read of the sample, part by part; a part that was not read is not explained."""
    every = (*_transmission(cable), *_banner(cable), *_subject(cable), *_text(cable))
    yield from (one for one in every if any(one.spans))


def _transmission(cable: Cable) -> Iterator[_Found]:
    header = cable.transmission
    yield _Found(
        "precedence", said("Precedence"),
        said("How urgent it is. The letters stand at the top and before the date-time group; two, where action and information addressees differ."),
        tuple(one.span for one in header.precedences),
        tuple((one.value, "precedence") for one in header.precedences),
    )  # fmt: skip
    yield _Found(
        "route", said("Routing indicators"),
        said("The circuit's own addresses: which station sends, and which stations deliver."),
        (*(one.span for one in header.routes), header.station.span if header.station else None),
        tuple((one.value, "route") for one in header.routes),
    )  # fmt: skip
    yield _Found(
        "date", said("Date-time group"),
        said("Day, hour and minute in Greenwich time (Z), month and year: when it was sent."),
        (header.date_time_group.span if header.date_time_group else None,),
    )  # fmt: skip
    yield _Found("from", said("From"), said("The post that sent it."), (header.sender.span if header.sender else None,))
    yield _Found(
        "to", said("To, for action"),
        said("Who is to do something about it. The number at the end counts what was sent to that address."),
        tuple(one.span for one in header.action),
    )  # fmt: skip
    yield _Found(
        "info", said("For information"), said("Who is only to know of it."), tuple(one.span for one in header.info)
    )


def _banner(cable: Cable) -> Iterator[_Found]:
    level = cable.classification.level
    yield _Found(
        "class", said("Classification"),
        said("How far it was to be kept secret, as a whole. Each paragraph has a mark of its own."),
        (level.span if level else None,),
    )  # fmt: skip
    yield _Found(
        "number", said("Number"),
        said("The post and the running number of the year. With the year it names the telegram for good: it is the address of its page here."),
        (cable.id.span if cable.id else None,),
    )  # fmt: skip
    captions = cable.classification.captions
    yield _Found(
        "captions", said("Captions"), said("Who may see it, and how it travels."),
        tuple(one.span for one in captions), tuple((one.value, "caption") for one in captions),
    )  # fmt: skip
    found = cable.declassification
    order = (f"E.O. {found.order.value}", "order") if found.order else None
    yield _Found(
        "order", said("Executive order and declassification"),
        said("Under which order it was classified, and until when or after what."),
        (found.order.span if found.order else None, found.on.span if found.on else None),
        (order,) if order else (),
    )  # fmt: skip
    who = cable.authority
    yield _Found(
        "authority", said("Classified by"), said("Who decided on the classification, and for which reasons of the order."),
        (who.span,), tuple((one.value, "reason") for one in who.reasons),
    )  # fmt: skip


def _subject(cable: Cable) -> Iterator[_Found]:
    yield _Found(
        "tags", said("TAGS"),
        said("Traffic Analysis by Geography and Subject: codes of subjects, countries, organizations, programs and persons, by which it was filed."),
        tuple(one.span for one in cable.tags), tuple((one.code, "tag") for one in cable.tags),
    )  # fmt: skip
    yield _Found(
        "subject", said("Subject"), said("Its title, as the drafter gave it."),
        (cable.subject.span if cable.subject else None,),
    )  # fmt: skip
    yield _Found(
        "references", said("References"),
        said("The telegrams that it answers or builds on: “reftels”. Where no year is given it is this year or the one before; the page says which, and why."),
        tuple(one.span for one in cable.references),
    )  # fmt: skip


def _text(cable: Cable) -> Iterator[_Found]:
    summary = [block.span for block in cable.blocks if block.role == "summary"]
    comment = [block.content for block in cable.blocks if block.role == "comment"]
    headings = [block.content for block in cable.blocks if block.kind == "heading"]
    marks = [block.mark for block in cable.blocks if block.mark]
    yield _Found("summary", said("Summary"), said("What it says, in short; it stands first."), tuple(summary))
    yield _Found(
        "marks", said("Portion marks"),
        said("The classification of each paragraph alone: (U) unclassified, (SBU) sensitive but unclassified, (C) confidential, (S) secret."),
        tuple(one.span for one in marks if not any(one.span and _in(one.span, whole) for whole in summary)),
    )  # fmt: skip
    yield _Found("headings", said("Headings"), said("They make the outline beside the text."), tuple(headings))
    yield _Found(
        "mentions", said("Reftel"), said("The telegram referred to: a link to it on the cable's page."),
        tuple(one.span for one in cable.mentions),
    )  # fmt: skip
    yield _Found(
        "comment", said("Comment"), said("What the post thinks of it, kept apart from what it reports."), tuple(comment)
    )
    yield _Found(
        "signature", said("Signature"), said("The chief of the post, whoever wrote it."),
        tuple(one.span for one in cable.signature),
    )  # fmt: skip


def _in(span: Span, whole: Span) -> bool:
    return whole.start <= span.start < whole.end


class CodeView(msgspec.Struct, frozen=True):
    """What the handbook says of a code, and the search for it."""

    code: str
    explanations: tuple[handbook.Explanation, ...]
    search: str


def code_view(archive: Archive, asked: Coded) -> CodeView:
    """What every table says of a code; NotFound where none knows it."""
    found = handbook.explain(asked.code)
    if not found:
        raise NotFound(f"the handbook does not know {asked.code}", hint="/handbook lists what it knows")
    return CodeView(asked.code, found, addresses.of("search", q=asked.code))


class Known(msgspec.Struct, frozen=True):
    """One row of a table of the handbook."""

    code: str
    says: str


class HandbookView(msgspec.Struct, frozen=True):
    """The handbook's tables, and how many rows each has."""

    tables: dict[str, int]


class TableView(msgspec.Struct, frozen=True):
    """One table of the handbook, whole."""

    table: str
    entries: tuple[Known, ...]


def handbook_view(archive: Archive, asked: Nothing) -> HandbookView:
    """The tables."""
    return HandbookView(_tables())


def table_view(archive: Archive, asked: Table) -> TableView:
    """One table."""
    return TableView(asked.by, tuple(rows_of(asked.by)))


def _tables() -> dict[str, int]:
    return {name: len(list(rows_of(name))) for name in TABLES}


TABLES = {
    "precedences": said("Precedences"), "captions": said("Captions"), "reasons": said("Reasons of classification"),
    "orders": said("Executive orders"), "declassification": said("Schedules and exemptions"),
    "signals": said("Operating signals"), "tags": said("TAGS"), "posts": said("Posts"), "acronyms": said("Acronyms"),
    "routes": said("Routing indicators"),
}  # fmt: skip


def rows_of(table: str) -> Iterator[Known]:
    """The rows of a table of the handbook."""
    match table:
        case "precedences":
            yield from (Known(f"{one.name} ({one.letter})", one.meaning) for one in handbook.precedences().values())
        case "captions":
            yield from (Known(one.code, one.meaning) for one in handbook.captions().values())
        case "reasons":
            yield from (Known(f"{one.code} (E.O. {one.order})", one.meaning) for one in handbook.reasons().values())
        case "orders":
            yield from (Known(f"E.O. {one.code}", one.meaning) for one in handbook.orders().values())
        case "declassification":
            yield from (Known(one.code, one.meaning) for one in handbook.declassifying().values())
        case "signals":
            yield from (Known(one.code, one.meaning) for one in handbook.signals().values())
        case "tags":
            yield from (Known(one.code, one.meaning) for one in handbook.tag_codes().values())
        case "posts":
            yield from (Known(one.key, f"{one.name}, {one.country}") for one in handbook.posts().values())
        case "acronyms":
            yield from (Known(one.code, one.meaning) for one in handbook.acronyms().values())
        case "routes":
            posts = handbook.posts()
            yield from (
                Known(one.code, posts[one.post].name if one.post else one.name) for one in handbook.routes().values()
            )


class StillView(msgspec.Struct, frozen=True):
    """A page of words only."""

    title: str


def privacy_view(archive: Archive, asked: Nothing) -> StillView:
    """What the server keeps: nothing, and how to check that."""
    return StillView(said("Privacy"))


def data_view(archive: Archive, asked: Nothing) -> StillView:
    """How every page is taken as data."""
    return StillView(said("Data"))
