"""Which paper of a volume is meant by a citation: weighed from whose it is, its number, its day, its hour and its kind.

What a citation does not say counts for nothing, what it says and the paper denies counts against. A link is claimed only
from 0.5 upwards; below that the paper that is cited counts as one that is not here, with the weaker candidates behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal, NamedTuple

import msgspec

from reftel.archive.archive import Archive
from reftel.archive.correspondents import DEPARTMENT, keys_of
from reftel.archive.papers import CitedPaper, Paper

LINKED = 0.5
_MOST = 200  # papers of one number or one day that are looked at
_REACH = 400  # days that a number alone reaches back: numbers begin again with a year or a mission
_SLIP = 31  # days by which a printed date may be wrong where all else agrees
_AHEAD = 2
_PROMISED = 14  # days by which one's own despatch may follow the telegram that announces it
_TELLING = 4  # digits of a number that is not met by chance
_WIRE = frozenset(["telegram"])
_POST = frozenset(["despatch", "instruction", "letter", "note", "memorandum", "airgram", "report", "circular"])
_BY_WIRE_TOO = frozenset(["note", "instruction"])  # what is called so may have been telegraphed
_RARE = frozenset(["memorandum", "note", "report", "airgram"])  # seldom two of one day
_COLUMNS = ", ".join(f"paper.{name}" for name in Paper.__struct_fields__)
_PAPERS = f"SELECT paper.row, release.id, {_COLUMNS} FROM paper JOIN release USING (row)"

Agreement = Literal["same", "other", "unknown"]


class Held(NamedTuple):
    """A paper that the archive holds."""

    row: int
    id: str
    paper: Paper


class Weighed(NamedTuple):
    """A paper that may be meant, how sure that is (0 to 1), and why in words."""

    id: str
    row: int
    confidence: float
    reason: str


class Sides(NamedTuple):
    """The keys of who wrote the cited paper and to whom, as far as the citation and the citing paper tell."""

    sender: frozenset[str]
    recipient: frozenset[str]
    either: bool = False  # it is not said who of the two wrote


def paper_in(archive: Archive, row: int) -> Held | None:
    """The paper that is kept in `row`; None where none is."""
    return next(held_where(archive, "WHERE paper.row = ?", (row,)), None)


def weighed(archive: Archive, citing: Held, cited: CitedPaper) -> list[Weighed]:
    """The papers that `cited`, which stands in `citing`, may mean, the likeliest first."""
    citing = _as_written(archive, citing, cited)
    sides = sides_of(citing.paper, cited)
    if cited.recipient:
        sides = sides._replace(recipient=_known_at(archive, sides.recipient))
    found = {held.row: held for held in _candidates(archive, citing, cited)}
    ranked = [one for held in found.values() if (one := weigh(citing, cited, sides, held)) is not None]
    known = {one.row for one in ranked if one.confidence >= LINKED}
    for held in _enclosing(archive, cited):
        found_in = weigh_enclosure(citing, cited, sides, held)
        if found_in is not None and held.row not in known:
            known.add(held.row)
            ranked.append(found_in)
    ranked.sort(key=lambda one: (-one.confidence, one.row))
    return _unsure(ranked)


def _as_written(archive: Archive, citing: Held, cited: CitedPaper) -> Held:
    """`citing`, or where the citation stands in an enclosure, that: its writer's `my` and `your` are not the paper's."""
    query = """SELECT kind, day, sender, recipient FROM enclosure WHERE row = ? AND start <= ? AND stop > ?
               ORDER BY stop - start LIMIT 1"""
    for kind, day, sender, recipient in archive.ask(query, (citing.row, cited.start, cited.start)):
        paper = msgspec.structs.replace(
            citing.paper, kind=kind, number="", day=day, hour="", sender=sender, recipient=recipient, place=""
        )
        return citing._replace(paper=paper)
    return citing


def _unsure(ranked: list[Weighed]) -> list[Weighed]:
    """Where two papers fit equally well and neither by its number, neither is claimed."""
    if len(ranked) > 1 and ranked[0].confidence - ranked[1].confidence < 0.02 and ranked[0].confidence < 0.9:
        top = ranked[0].confidence
        return [
            one._replace(confidence=0.45, reason=f"{one.reason}; others fit as well")
            if top - one.confidence < 0.02
            else one
            for one in ranked
        ]
    return ranked


def sides_of(citing: Paper, cited: CitedPaper) -> Sides:
    """Who wrote the cited paper and to whom."""
    own, other = keys_of(citing.sender, citing.place), keys_of(citing.recipient)
    department = frozenset([DEPARTMENT]) | (own if DEPARTMENT in own else other)
    mission = other if DEPARTMENT in own else own
    if DEPARTMENT not in own and DEPARTMENT not in other:
        department, mission = frozenset([DEPARTMENT]), own | other
    named = keys_of(cited.recipient)  # "to the Embassy in London"
    sides: dict[str, tuple[frozenset[str], frozenset[str]]] = {
        "own": (own, other),
        "yours": (other, own),
        "department": (department, mission),
        "mission": (mission, department),
        "named": (keys_of(cited.party), frozenset()),
    }
    whose = cited.whose or ("department" if cited.kind == "instruction" else "")  # nobody else instructs
    if whose not in sides:
        return Sides(own | other, named) if named else Sides(own, other, either=True)
    sender, recipient = sides[whose]
    return Sides(sender, named or recipient)


def _known_at(archive: Archive, keys: frozenset[str]) -> frozenset[str]:
    """`keys` with those of everybody whose papers are dated at one of these places: who sits in LONDON is GREATBRITAIN."""
    found = set(keys)
    for place, sender in archive.ask(
        "SELECT DISTINCT place, sender FROM paper WHERE place <> '' AND sender LIKE '% in %'"
    ):
        if keys & keys_of("", place):
            found |= {key for key in keys_of(sender) if key != DEPARTMENT}
    return frozenset(found)


def weigh(citing: Held, cited: CitedPaper, sides: Sides, held: Held) -> Weighed | None:
    """How likely `held` is what is meant; None where it cannot be."""
    paper = held.paper
    if held.row == citing.row:
        return None
    number, day, hour = _agree(cited.number, paper.number), _agree_day(cited, paper), _agree(cited.hour, paper.hour)
    sender, recipient = _agree_sides(sides, paper)
    both = sides.sender | sides.recipient
    near, touched = bool(both & keys_of(paper.sender, paper.place)), bool(both & keys_of(paper.recipient))
    kind = _agree_kind(cited.kind, paper.kind)
    if kind == "other" and not (
        cited.kind in _BY_WIRE_TOO and not (cited.number or sides.either) and day == sender == recipient == "same"
    ):
        return None
    ahead = _PROMISED if cited.whose == "own" and cited.number and not cited.day else _AHEAD
    if day != "same" and (_apart(paper.day, citing.paper.day) or 0) < -ahead:
        return None  # it was written after the paper that would cite it
    agreed = _Agreed(number, day, hour, sender, recipient, sides.either, near, near or touched)
    found = _by_number(cited, paper, agreed, citing) if number == "same" else _by_day(cited, paper, agreed)
    return Weighed(held.id, held.row, *found) if found else None


def weigh_enclosure(citing: Held, cited: CitedPaper, sides: Sides, held: Held) -> Weighed | None:
    """As `weigh`, for what is enclosed in `held`: it went to others than the paper that it came with."""
    if held.row == citing.row or cited.kind != held.paper.kind or not cited.kind:
        return None
    sender, _ = _agree_sides(sides, held.paper)
    reason = f"a {cited.kind} of {cited.day} is enclosed in it"
    if sender == "same":
        return Weighed(held.id, held.row, 0.6, f"{reason}, of the same sender")
    if (sides.either or sender == "unknown") and cited.kind in _RARE:
        return Weighed(held.id, held.row, 0.5, reason)
    return None


class _Agreed(NamedTuple):
    """On what a citation and a paper agree."""

    number: Agreement
    day: Agreement
    hour: Agreement
    sender: Agreement
    recipient: Agreement
    either: bool
    near: bool  # one of the two wrote it
    touched: bool  # one of the two wrote or received it


def _by_number(cited: CitedPaper, paper: Paper, agreed: _Agreed, citing: Held) -> tuple[float, str] | None:
    what = f"number {cited.number}"
    both = agreed.sender == agreed.recipient == "same"
    if agreed.day == "same":
        if (
            agreed.sender == "same"
            and agreed.hour != "other"
            and agreed.recipient == "other"
            and _is_circular(cited, paper)
        ):
            return 0.75, f"{what} of {cited.day}, as cited: a circular, here as it went to another"
        if "other" in (agreed.sender, agreed.recipient):
            # Every sender counts for himself, and the Department for every mission.
            return 0.3, f"{what} of that day, but between others"
        if agreed.hour == "other":
            return (
                (0.7, f"{what} of that day, but of another hour")
                if both
                else (0.3, f"{what} of that day, but of another hour")
            )
        return (0.98 if agreed.hour == "same" else 0.96 if both else 0.85), f"{what} of {cited.day}, as cited"
    before = _apart(paper.day, citing.paper.day)
    if agreed.either and agreed.day == "unknown" and len(cited.number) >= _TELLING and agreed.touched:
        near = before is not None and before <= _SLIP
        return (0.6, f"{what}, {before} days before; whose it is is not said") if near else None
    if agreed.sender != "same" or agreed.recipient == "other" or agreed.either:
        return None
    if agreed.day == "unknown":
        if before is not None and before < -_AHEAD:
            return 0.6, f"{what} of that sender, {-before} days later: it was announced"
        near = before is not None and before <= _REACH
        return (0.85 - (before or 0) / 2000, f"{what} of that sender, {before} days before") if near else None
    apart = _apart(paper.day, cited.day)
    if apart is not None and abs(apart) <= _SLIP and both:
        return 0.7, f"{what} of that sender, but of {paper.day}, not {cited.day}: a slip in one of them"
    return None


def _by_day(cited: CitedPaper, paper: Paper, agreed: _Agreed) -> tuple[float, str] | None:
    if agreed.hour == "other":
        return None
    if agreed.day != "same":
        return None
    if (agreed.either or agreed.sender == "unknown") and cited.kind == paper.kind.split("-")[0] in _RARE:
        sure = 0.58 if agreed.near and agreed.number != "other" else 0.3
        return sure, f"the only {paper.kind} of {cited.day} that is here"
    if agreed.sender != "same":
        return None
    unnumbered = not cited.number and not paper.number and paper.kind in _WIRE
    if agreed.recipient == "other":
        if unnumbered and _is_circular(cited, paper):
            return 0.7, f"of {cited.day}, as cited: a circular, here as it went to another"
        if unnumbered and agreed.hour == "same":
            return 0.6, f"of {cited.day}, {cited.hour}, unnumbered as cited, but to another"
        return None
    if agreed.number == "other":
        slip = f"of that day, hour and sender, but number {paper.number}, not {cited.number}: a slip in one of them"
        return (0.55, slip) if agreed.hour == "same" else None
    if agreed.hour == "same":
        return 0.9, f"of {cited.day}, {cited.hour}, as cited"
    if cited.number and paper.kind in _WIRE:
        return 0.4, f"of {cited.day}, as cited; its number is not printed"
    if agreed.either:
        return 0.52 if paper.kind in _WIRE else 0.4, f"of {cited.day}, as cited; who wrote it is not said"
    return 0.75, f"of {cited.day}, as cited"


def _is_circular(cited: CitedPaper, paper: Paper) -> bool:
    """Whether what was cited, or what is here, is called a circular, which went to many at once."""
    return paper.circular or "circular" in cited.label.lower()


def _agree(said: str, held: str) -> Agreement:
    if not said or not held:
        return "unknown"
    return "same" if said == held else "other"


def _agree_day(cited: CitedPaper, paper: Paper) -> Agreement:
    if not cited.day or len(paper.day) < 10:
        return "unknown"
    return "same" if paper.day.endswith(cited.day.removeprefix("-")) else "other"


def _agree_kind(said: str, held: str) -> Agreement:
    if not said or not held:
        return "unknown"
    if said == "instruction" and held in _WIRE:
        return "unknown"
    if said in _WIRE or held in _WIRE:
        return "same" if said == held else "other"
    return "same"


def _agree_sides(sides: Sides, paper: Paper) -> tuple[Agreement, Agreement]:
    sender, recipient = keys_of(paper.sender, paper.place), keys_of(paper.recipient)
    found = _shared(sides.sender, sender), _shared(sides.recipient, recipient)
    if sides.either and found != ("same", "same"):
        turned = _shared(sides.recipient, sender), _shared(sides.sender, recipient)
        # Where nobody is named, a third party may have written it.
        return turned if turned == ("same", "same") else ("unknown", "unknown")
    return found


def _shared(one: frozenset[str], other: frozenset[str]) -> Agreement:
    if not one or not other:
        return "unknown"
    return "same" if one & other else "other"


def _apart(earlier: str, later: str) -> int | None:
    """Days from `earlier` to `later`; None where one of them is no day."""
    try:
        return (date.fromisoformat(later) - date.fromisoformat(earlier)).days
    except ValueError:
        return None


def _candidates(archive: Archive, citing: Held, cited: CitedPaper) -> Iterator[Held]:
    if cited.number:
        near = cited.day if len(cited.day) == 10 else citing.paper.day
        yield from held_where(
            archive,
            "WHERE paper.number = ? ORDER BY abs(julianday(paper.day) - julianday(?)) LIMIT ?",
            (cited.number, near, _MOST),
        )
    if len(cited.day) == 10:
        yield from held_where(archive, "WHERE paper.day = ? LIMIT ?", (cited.day, _MOST))


def _enclosing(archive: Archive, cited: CitedPaper) -> Iterator[Held]:
    """What is printed as an enclosure and bears the cited day, as a paper of its own in the place of the one that holds it."""
    if len(cited.day) != 10 or cited.number:
        return
    query = """SELECT enclosure.row, release.id, paper.volume, enclosure.kind, enclosure.sender || '; ' || paper.sender, enclosure.recipient
               FROM enclosure JOIN paper USING (row) JOIN release USING (row) WHERE enclosure.day = ? LIMIT ?"""
    for row, name, volume, kind, sender, recipient in archive.ask(query, (cited.day, _MOST)):
        yield Held(row, name, Paper(volume, 0, 0, 0, kind, "", cited.day, "", sender, recipient, "", False))


def held_where(archive: Archive, where: str, values: tuple[Any, ...]) -> Iterator[Held]:
    """The papers that an SQL condition picks."""
    for row, name, *cells in archive.ask(f"{_PAPERS} {where}", values):
        yield Held(row, name, Paper(*cells))
