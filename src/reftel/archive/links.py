"""References followed both ways, in the light of what the archive holds: which cable is meant, who cites it, is it here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from reftel.archive.archive import Archive
from reftel.archive.keeping import number_of
from reftel.archive.link import Link
from reftel.archive.paper_links import links_to_paper, paper_links
from reftel.archive.weighing import Asked, Fetched, Holdings, likely
from reftel.cable.identity import canonical

_FIELDS = """reference.row, reference.kind, reference.letter, reference.label, reference.target, reference.year_given,
             reference.title, reference.start, reference.stop, release.id, release.sent, release.year"""
_POST = "rtrim(substr(target, 3), '0123456789')"  # of a canonical id
_FROM = "FROM reference JOIN release USING (row)"
_NUMBERED = "target GLOB '[0-9][0-9][A-Z]*[0-9]'"
_NAMED = "target <> ''"  # which has to be said again for the index of targets to be taken


def references_of(archive: Archive, spelling: str) -> tuple[Link, ...]:
    """What the record that `spelling` names cites, in the order of its text; each entry once, whatever the release."""
    seen: dict[tuple[str, str], Link] = {}
    holdings = Asked(archive)
    for row in archive.rows_named(spelling):
        for cells in archive.ask(f"SELECT {_FIELDS} {_FROM} WHERE reference.row = ? ORDER BY position", (row,)):
            link = _link(holdings, cells)
            seen.setdefault((link.target or link.label, link.kind), link)
        for link in paper_links(archive, row):
            seen.setdefault((link.target or link.label, link.kind), link)
    return tuple(seen.values())


def cited_by(archive: Archive, spelling: str) -> tuple[Link, ...]:
    """The references that mean the cable that `spelling` names, whether it is here or not, in the order of their dates."""
    papers = tuple(link for name in _paper_names(archive, spelling) for link in links_to_paper(archive, name))
    number = _number(archive, spelling)
    year, serial = number_of(number)
    # References without a year may have been read as another year's.
    ids = {number} | {f"{(year + by) % 100:02d}{number[2:]}" for by in (-1, 1) if serial}
    marks = ", ".join("?" * len(ids))
    rows = archive.ask(
        f"SELECT {_FIELDS} {_FROM} WHERE {_NAMED} AND target IN ({marks}) ORDER BY sent, row, position", tuple(ids)
    )
    holdings = Asked(archive)
    found = each_once(link for cells in rows if (link := _link(holdings, cells)).target == number)
    return tuple(sorted(each_once((*found, *papers)), key=lambda link: link.sent)) if papers else found


def each_once(links: Iterable[Link]) -> tuple[Link, ...]:
    """The releases of one cable say the same; a cable that cites twice is listed once for each entry as written."""
    return tuple({(link.citing or link.row, link.label, link.kind): link for link in links}.values())


def links_by_post(archive: Archive, post: str = "") -> Iterator[tuple[str, list[Link]]]:
    """Every reference to a cable or other record, one cited post after the other, in the order of their dates.

    No more than one post's references are in memory, and none is asked for before its turn. Of one `post` only those to its
    cables; else those to anything that is no telegram of a post come last.
    """
    if post:
        yield post, _links_to(archive, post)
        return
    cited_posts = (
        f"SELECT DISTINCT {_POST} AS cited_post FROM reference WHERE {_NAMED} AND {_NUMBERED} ORDER BY cited_post"
    )
    for (name,) in archive.ask(cited_posts):
        yield name, _links_to(archive, name)
    others = f"""SELECT {_POST} AS cited_post, {_FIELDS} {_FROM} WHERE {_NAMED} AND NOT {_NUMBERED}
                 ORDER BY cited_post, sent, row, position"""
    holdings = Fetched(archive)
    for name, lot in groupby(archive.walk(others), key=itemgetter(0)):
        yield name, [_link(holdings, cells[1:]) for cells in lot]


def _links_to(archive: Archive, post: str) -> list[Link]:
    """The references to cables of one post, whatever the year."""
    found: list[tuple[Any, ...]] = []
    for year in range(100):
        number = f"{year:02d}{post}"
        query = f"SELECT reference.position, {_FIELDS} {_FROM} WHERE {_NAMED} AND target >= ? AND target < ? AND {_POST} = ?"
        found += archive.ask(query, (f"{number}0", f"{number}:", post))
    found.sort(key=lambda cells: (cells[11], cells[1], cells[0]))  # by date, row and place in it
    holdings = Fetched(archive)
    return [_link(holdings, cells[1:]) for cells in found]


def every_link(archive: Archive) -> Iterator[tuple[int, Link]]:
    """Every entry of every REF block, and every number in running text, with its place among those of its release.

    One pass, one cited post after the other, in the order of their dates; what names no cable or record comes first.
    """
    query = (
        f"SELECT reference.position, {_POST} AS cited_post, {_FIELDS} {_FROM} ORDER BY cited_post, sent, row, position"
    )
    holdings = Fetched(archive)
    for position, _, *cells in archive.walk(query):
        yield position, _link(holdings, tuple(cells))


def _paper_names(archive: Archive, spelling: str) -> list[str]:
    """The ids of the volumes' papers that are so called; what is called so itself, where none is here."""
    rows = archive.rows_named(spelling)
    ids = [archive.ask("SELECT id FROM release JOIN paper USING (row) WHERE row = ?", (row,)) for row in rows]
    return list(dict.fromkeys(str(found[0][0]) for found in ids if found)) or ([] if rows else [spelling.strip()])


def _number(archive: Archive, spelling: str) -> str:
    """The canonical id of what is named; that of a kept release where the spelling gives no year."""
    number = canonical(spelling)
    if number_of(number)[1]:
        return number
    rows = archive.rows_named(spelling)
    ids = archive.ask("SELECT id FROM release WHERE row = ?", rows[:1]) if rows else []
    return str(ids[0][0]) if ids else number


def _link(holdings: Holdings, cells: tuple[Any, ...]) -> Link:
    row, kind, letter, label, target, given, title, start, stop, citing, sent, year = cells
    meant = likely(holdings, target, bool(given), sent, year) if target else ()
    return Link(row, citing, sent, kind, letter, label, title, start, stop, bool(given), meant)
