"""References among the papers of volumes, both ways: by what they cite, and by what the editors say of it.

Where the editors say where a paper is printed, that is followed; where they say that it is not printed, hardly anything
outweighs it. A paper that is cited and not here is named by its sender, its number (or its kind) and its day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from reftel.archive.archive import Archive
from reftel.archive.correspondents import DEPARTMENT, name_of
from reftel.archive.link import Link
from reftel.archive.papers import CitedPaper, Paper
from reftel.archive.tracing import LINKED, Held, Weighed, held_where, paper_in, sides_of, weighed
from reftel.archive.weighing import Likely

_CITATION = ", ".join(f"citation.{name}" for name in CitedPaper.__struct_fields__)
_CITED = f"SELECT citation.row, {_CITATION} FROM citation"
_PAGE = re.compile(r"(?P<volume>[\w-]+)#pg_(?P<page>\d{1,5})")
_BESIDE = re.compile(r"(?P<volume>[\w-]+)#(?P<way>supra|infra)")
_GHOST = re.compile(r"(?:(?P<sender>[^\W\d_]+) )?(?P<what>\d{1,5}|[a-z]+) (?P<day>\d{4}(?:-\d\d-\d\d)?)")
_NOT_PRINTED = re.compile(r"\bnot printed\b", re.IGNORECASE)
_EDITORS, _AGAINST, _EXACT = 0.99, 0.4, 0.96
_LOT = 500


class Cited(NamedTuple):
    """One citation, and the paper in which it stands."""

    citing: Held
    cited: CitedPaper


def paper_links(archive: Archive, row: int) -> Iterator[Link]:
    """What the paper that is kept in `row` cites, in the order of its text, then what only its editors point to."""
    citing = paper_in(archive, row)
    if citing is not None:
        for cells in archive.ask(f"{_CITED} WHERE row = ? ORDER BY position", (row,)):
            yield link_of(archive, Cited(citing, CitedPaper(*cells[1:])))


def links_to_paper(archive: Archive, name: str) -> Iterator[Link]:
    """The references that mean the paper with the id `name`, or the one that is not here and has that name."""
    seen: set[tuple[int, int]] = set()
    for one in _may_mean(archive, name):
        place = (one.citing.row, one.cited.start)
        if place not in seen and (link := link_of(archive, one)).target == name:
            seen.add(place)
            yield link


def papers_not_here(archive: Archive) -> dict[str, list[Link]]:
    """Every paper that is cited and not here, by its name, with the references that mean it."""
    found: dict[str, list[Link]] = {}
    row, newest = 0, archive.last_row()
    while row < newest:
        query = f"{_CITED} WHERE row > ? AND row <= ? AND kind <> 'editors' ORDER BY row, position"
        for cells in archive.ask(query, (row, row + _LOT)):
            citing = paper_in(archive, cells[0])
            link = link_of(archive, Cited(citing, CitedPaper(*cells[1:]))) if citing else None
            if link is not None and link.likely and not link.likely[0].here:
                found.setdefault(link.target, []).append(link)
        row += _LOT
    return found


def papers_beside(archive: Archive, name: str, kind: str) -> tuple[Held | None, Held | None]:
    """The nearest numbers below and above that of the ghost `name` in its sender's series of that year and kind."""
    ghost = _GHOST.fullmatch(name)
    if ghost is None or not ghost["sender"] or not ghost["what"].isdigit() or kind == "paper":
        return None, None
    serial, wired = int(ghost["what"]), kind == "telegram"
    where = "WHERE paper.number <> '' AND paper.day >= ? AND paper.day < ? ORDER BY CAST(paper.number AS INTEGER)"
    year = int(ghost["day"][:4])
    below: Held | None = None
    for held in held_where(archive, where, (f"{year:04d}", f"{year + 1:04d}")):
        if (held.paper.kind == "telegram") != wired or name_of(held.paper.sender) != ghost["sender"]:
            continue
        if int(held.paper.number) > serial:
            return below, held
        if int(held.paper.number) < serial:  # what bears the number itself was not taken for it, or the editors deny it
            below = held
    return below, None


def link_of(archive: Archive, one: Cited) -> Link:
    """The reference that a citation makes, with what may be meant."""
    citing, cited = one
    return Link(
        row=citing.row,
        citing=citing.id,
        sent=f"{citing.paper.day}T{citing.paper.hour}:00" if citing.paper.hour else citing.paper.day,
        kind=cited.kind or "paper",
        letter="",
        label=cited.label,
        title="",
        start=cited.start,
        stop=cited.stop,
        year_given=bool(cited.year_given),
        likely=tuple(_likely(archive, one)),
        note=cited.note,
    )


def ghost_name(citing: Paper, cited: CitedPaper) -> str:
    """What a paper that is not here is called: `GREATBRITAIN 5958 1917-04-07`; empty where too little is said of it."""
    sides = sides_of(citing, cited)
    sender = "" if sides.either else _name_of_side(citing, cited, sides.sender)
    day = cited.day if len(cited.day) == 10 else citing.day[:4] if cited.number else ""
    if not day or not (sender or (cited.number and len(day) == 10)):
        return ""
    return " ".join(part for part in (sender, cited.number or cited.kind or "paper", day) if part)


def _name_of_side(citing: Paper, cited: CitedPaper, keys: frozenset[str]) -> str:
    if DEPARTMENT in keys:
        return DEPARTMENT
    if cited.whose == "named":
        return name_of(cited.party)
    return next((name for words in (citing.sender, citing.recipient) if (name := name_of(words)) in keys), "")


def _likely(archive: Archive, one: Cited) -> Iterator[Likely]:
    citing, cited = one
    if cited.target and (pointed := _pointed(archive, one)):
        where = f"the editors say so: {cited.note[:80]}"
        where += f"; one of {len(pointed)} papers there" if len(pointed) > 1 else ""
        for held in pointed:
            yield Likely(held.id, round(_EDITORS / len(pointed), 2), where, here=True)
        return
    if cited.kind == "editors":
        return
    refused = bool(_NOT_PRINTED.search(cited.note)) or bool(cited.target)
    ranked = [_against(one) if refused else one for one in weighed(archive, citing, cited)]
    name = ghost_name(citing.paper, cited)
    if name and not (ranked and ranked[0].confidence >= LINKED):
        why = "the editors say that it is not printed" if refused else "no paper that is here fits"
        yield Likely(name, max(LINKED, 1 - (ranked[0].confidence if ranked else 0.0)), why, here=False)
    for found in ranked:
        yield Likely(found.id, round(found.confidence, 2), found.reason, here=True)


def _against(one: Weighed) -> Weighed:
    """Against the editors only a paper stands that agrees in number, day, sender and recipient."""
    sure = LINKED + 0.1 if one.confidence >= _EXACT else min(one.confidence, _AGAINST)
    return one._replace(confidence=sure, reason=f"{one.reason}; yet the editors say that it is not here")


def _pointed(archive: Archive, one: Cited) -> list[Held]:
    """The paper to which the editors point, where it is here; all of the page where nothing tells which."""
    citing, cited = one
    if page := _PAGE.fullmatch(cited.target):
        where = "WHERE paper.volume = ? AND paper.first_page <= ? AND paper.last_page >= ? AND paper.first_page > 0"
        number = int(page["page"])
        there = list(held_where(archive, where, (page["volume"], number, number)))
    elif beside := _BESIDE.fullmatch(cited.target):
        place = citing.paper.place_in_volume + (1 if beside["way"] == "infra" else -1)
        where = "WHERE paper.volume = ? AND paper.place_in_volume = ?"
        there = list(held_where(archive, where, (beside["volume"], place)))
    else:
        there = list(held_where(archive, "WHERE release.id = ?", (cited.target,)))
    said = {held.id: held for held in there}
    fitting = next((found.id for found in weighed(archive, citing, cited) if found.id in said), "")
    if fitting:
        return [said[fitting]]
    # The editors give the page on which a paper begins, unless they speak of a passage of it.
    begun = [held for held in there if page and held.paper.first_page == int(page["page"])]
    return begun or there


def _may_mean(archive: Archive, name: str) -> Iterator[Cited]:
    """The citations that may mean what has that id or that name: of its number, of its day, or pointed at it."""
    held = next(held_where(archive, "WHERE release.id = ?", (name,)), None)
    ghost = _GHOST.fullmatch(name)
    queries: list[tuple[str, tuple[Any, ...]]] = []
    if held is not None:
        paper = held.paper
        queries.append(("citation.number = ? AND citation.number <> ''", (paper.number,)))
        queries.append(("citation.day = ? AND citation.day <> ''", (paper.day,)))
        enclosed = "citation.day IN (SELECT day FROM enclosure WHERE row = ? AND day <> '') AND citation.day <> ''"
        queries.append((enclosed, (held.row,)))
        pages = [f"{paper.volume}#pg_{page}" for page in range(paper.first_page, paper.last_page + 1)][:50]
        targets = [held.id, *(pages if paper.first_page else [])]
        queries.append(
            (f"citation.target IN ({', '.join('?' * len(targets))}) AND citation.target <> ''", tuple(targets))
        )
        beside = """citation.target IN (?, ?) AND citation.row IN
                    (SELECT row FROM paper WHERE volume = ? AND place_in_volume IN (?, ?))"""
        near = (paper.place_in_volume - 1, paper.place_in_volume + 1)
        queries.append((beside, (f"{paper.volume}#supra", f"{paper.volume}#infra", paper.volume, *near)))
    elif ghost and ghost["what"].isdigit():
        queries.append(("citation.number = ?", (ghost["what"],)))
    elif ghost:
        queries.append(("citation.day = ?", (ghost["day"],)))
    for where, values in queries:
        for cells in archive.ask(f"{_CITED} WHERE {where} ORDER BY row, position", values):
            citing = paper_in(archive, cells[0])
            if citing is not None:
                yield Cited(citing, CitedPaper(*cells[1:]))
