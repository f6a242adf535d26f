"""A page for each part of the guide: what the part tells, how it is written, the handbook's words on it, and how it stands here.

Which parts there are is what was read of the sample; what the codes mean is the handbook's; what can be wrong is the list of
findings; how many there are is counted in the archive. Only the sentences are written here.
"""

from __future__ import annotations

import msgspec

from reftel.archive import Archive
from reftel.errors import NotFound
from reftel.finding import CODES
from reftel.search import FIELDS, Query, search
from reftel.web import addresses
from reftel.web.asked import PartOf
from reftel.web.shown import Shown
from reftel.web.views.guide import TABLES, Known, Part, guide, rows_of
from reftel.web.views.keeping import kept
from reftel.web.views.names import named_posts
from reftel.web.views.results import Choice, filter_of
from reftel.web.words import said

_MOST_ROWS = 60  # of a table of the handbook that is shown on the page of a part
_COUNTED = 8


class About(msgspec.Struct, frozen=True):
    """What belongs to one part: sentences, tables of the handbook, what can be wrong, a field of searches, a count, a shelf."""

    more: tuple[str, ...]
    tables: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    field: str = ""
    facet: str = ""
    shelf: str = ""


ABOUT = {
    "precedence": About(
        (
            said(
                "ZZ is flash, OO immediate, PP priority, RR routine. The operator handles the messages in this "
                "order; the drafter chooses, and pays with the patience of others."
            ),
            said(
                "A line that begins with two letters goes to those who are to act; a second letter is for those "
                "who are only informed."
            ),
        ),
        tables=("precedences",),
    ),
    "route": About(
        (
            said(
                "Each station of the network has seven letters or fewer. After DE stands the one that sends, with "
                "its own running number, the day of the year and the time."
            ),
            said("They name a place also where the names of the addressees were lost."),
        ),
        tables=("routes",),
    ),
    "date": About(
        (
            said(
                "151309Z DEC 05 is the 15th at 13:09 in Greenwich. Z is the time zone; older telegrams write a "
                "blank before it."
            ),
            said(
                "It is when the message was released to be sent. It may have been written days before, and read "
                "hours after."
            ),
        ),
        findings=("date-disagrees",),
        field="sent",
        facet="month",
        shelf="date",
    ),
    "from": About(
        (
            said(
                "AMEMBASSY, AMCONSUL, USMISSION and their like say what kind of post it is. Telegrams of the "
                "Department are from SECSTATE WASHDC."
            ),
            said(
                "The letters of the post’s name in its numbers are often another spelling; the handbook knows "
                "those that are in use."
            ),
        ),
        findings=("header-lost",),
        field="from",
        facet="post",
        shelf="post",
    ),
    "to": About(
        (
            said(
                "Who stands under TO is asked to act, or to decide. An instruction goes from the Department to "
                "posts; a report from a post to the Department."
            ),
            said("Collectives stand for many addresses; XMT before an address takes it out again."),
        ),
        findings=("header-lost",),
        field="to",
        facet="to",
    ),
    "info": About(
        (said("Those under INFO are told, and need not answer. Who is informed says whom the matter concerns."),),
        field="to",
        facet="to",
    ),
    "class": About(
        (
            said(
                "The highest mark of any paragraph is the classification of the whole. Letters are often spaced, "
                "so that no eye passes over them."
            ),
            said("UNCLASSIFIED is no release: sensitive but unclassified papers were not for the public either."),
        ),
        findings=("classification-lost", "mark-above-banner"),
        field="class",
        facet="class",
        shelf="class",
    ),
    "number": About(
        (
            said(
                "Each post counts from 1 in each year. MARENGO 000212 of 2007 is 07MARENGO212 wherever it is "
                "cited, with or without the year, with or without the zeros."
            ),
            said("The numbers that are here and those that are cited tell how many there were: see what is missing."),
        ),
        findings=("identity-lost", "identity-repaired", "corrected-copy"),
        field="id",
    ),
    "captions": About(
        (
            said(
                "SIPDIS lets a telegram into the shared network; NODIS, EXDIS and STADIS narrow who may read it; "
                "NOFORN keeps it from foreigners."
            ),
            said("A mark in a paragraph may show that a caption was lost from the line."),
        ),
        tables=("captions",),
        findings=("caption-lost",),
        field="caption",
        facet="caption",
    ),
    "order": About(
        (
            said(
                "Each order of a president has its own rules on how long a secret lasts. After DECL stands a day, "
                "an event, or a code for an exemption; N/A where nothing is classified."
            ),
        ),
        tables=("orders", "declassification"),
    ),
    "authority": About(
        (
            said(
                "Name and rank of the officer who classified it, often not the one who signs; and the reasons by "
                "the letters of the order’s section."
            ),
            said("From these lines the rank of a signer can be told at a time."),
        ),
        tables=("reasons",),
        findings=("field-unreadable",),
    ),
    "tags": About(
        (
            said(
                "Two letters are a country, four with a K a program, four or five a subject or an organization, a "
                "name in brackets a person. The filing system of the Department was built on them."
            ),
            said("They were chosen by the drafter, and tell what the drafter held it to be about."),
        ),
        findings=("tags-lost",),
        field="tag",
        facet="tag",
        shelf="tag",
    ),
    "subject": About(
        (
            said(
                "In capitals, on as many lines as it needs. Where the line is lost, the publisher’s title stands "
                "in its place, and the page says so."
            ),
        ),
        findings=("title-lost",),
        field="subject",
    ),
    "references": About(
        (
            said(
                "By letters, which the text then uses: ref A, reftel B. A number without a year is of this year, "
                "or in January of the one before; the archive’s own numbers and days decide."
            ),
            said(
                "Not all are telegrams: e-mails, conversations, papers and the press are cited too. NOTAL says "
                "that not all addressees have it."
            ),
        ),
        findings=("year-inferred", "serial-impossible"),
        field="ref",
    ),
    "summary": About(
        (said("It is written for those who read no further, and so says what the post wants to be remembered."),),
        field="summary",
    ),
    "marks": About(
        (
            said(
                "Marks make it possible to quote an open paragraph of a closed telegram. NF behind a slash is NOFORN."
            ),
            said("Where a mark is higher than the whole, one of the two is wrong."),
        ),
        findings=("mark-above-banner", "paragraph-missing", "out-of-order"),
        field="mark",
    ),
    "headings": About(
        (
            said(
                "They stand alone on a line, between rules of dashes or none. One that begins with dots goes on "
                "with the one before."
            ),
        ),
        findings=("text-cut", "garbled", "section-missing"),
    ),
    "mentions": About(
        (
            said(
                "A contraction of the wire: DEPTEL is the Department’s telegram, SEPTEL another one, URTEL yours, "
                "MYTEL mine."
            ),
        ),
        tables=("acronyms",),
        field="cites",
    ),
    "comment": About(
        (
            said(
                "What stands before it was seen or heard; what stands in it is the post’s own. Historians read it "
                "first."
            ),
        ),
        field="comment",
    ),
    "signature": About(
        (
            said(
                "All telegrams of a post go out under the name of whoever is in charge that day, the chief or a "
                "chargé. It says who was responsible, not who wrote."
            ),
            said("Who signs over a time tells who was at the head of a post: see the post’s page."),
        ),
        field="signer",
        facet="signer",
        shelf="person",
    ),
}


class TableShown(msgspec.Struct, frozen=True):
    """A table of the handbook, or its first rows; `total` is how many it has."""

    name: str
    rows: tuple[Known, ...]
    total: int


class Wrong(msgspec.Struct, frozen=True):
    """What can be wrong with a part, how many records here have that, and where they are."""

    code: str
    says: str
    count: int
    address: str


class PartView(msgspec.Struct, frozen=True):
    """One part of a cable, explained."""

    part: Part
    more: tuple[str, ...]
    shown: Shown
    tables: tuple[TableShown, ...]
    wrong: tuple[Wrong, ...]
    here: tuple[Choice, ...]
    facet: str
    shelf: str
    asks: str
    example: str
    before: Part | None = None
    after: Part | None = None


def part_view(archive: Archive, asked: PartOf) -> PartView:
    """The page of a part; NotFound where the sample has none by that name."""
    parts = guide().parts
    at = next((at for at, one in enumerate(parts) if one.anchor == asked.part), None)
    if at is None:
        raise NotFound(f"the guide has no part {asked.part}", hint="/guide shows them all")
    part, about = parts[at], ABOUT[asked.part]
    field = FIELDS.get(about.field)
    counts = kept(archive, ("part", asked.part), lambda: _counts(archive, about))
    return PartView(
        part=part,
        more=about.more,
        shown=_only(guide().shown, part),
        tables=tuple(_table(name) for name in about.tables),
        wrong=tuple(
            Wrong(code, CODES[code], counts.get(("finding", code), 0), addresses.of("search", q=f"finding:{code}"))
            for code in about.findings
        ),
        here=named_posts(archive, _here(about, counts)) if about.facet == "post" else _here(about, counts),
        facet=about.facet,
        shelf=about.shelf,
        asks=field.asks if field else "",
        example=field.example if field else "",
        before=parts[at - 1] if at else None,
        after=parts[at + 1] if at + 1 < len(parts) else None,
    )


def _counts(archive: Archive, about: About) -> dict[tuple[str, str], int]:
    """How many records of the archive have each value of what is counted, and each finding."""
    names = tuple(name for name in (about.facet, "finding" if about.findings else "") if name)
    if not names:
        return {}
    found = search(archive, Query(limit=0, facets=names, facet_size=0)).facets
    return {(name, one.value): one.count for name, buckets in found.items() for one in buckets}


def _here(about: About, counts: dict[tuple[str, str], int]) -> tuple[Choice, ...]:
    """The most frequent values in this archive, each with the records that have it."""
    if about.facet in ("", "month"):
        return ()
    found = [(value, count) for (name, value), count in counts.items() if name == about.facet][:_COUNTED]
    return tuple(
        Choice(value, count, addresses.of("search", within=words) if (words := filter_of(about.facet, value)) else "")
        for value, count in found
    )


def _only(shown: Shown, part: Part) -> Shown:
    """The sample with this part alone marked."""
    marks = tuple(
        msgspec.structs.replace(one, kind="found", address="")
        for one in shown.marks
        if one.address == f"#{part.anchor}"
    )
    return msgspec.structs.replace(shown, marks=marks)


def _table(name: str) -> TableShown:
    rows = tuple(rows_of(name))
    assert name in TABLES
    return TableShown(name, rows[:_MOST_ROWS], len(rows))
