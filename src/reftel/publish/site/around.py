"""What stands around every record: references both ways, neighbours, what is cited and not here.

It is gathered in a few passes over the archive, instead of a few questions for each record.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from reftel.archive import Archive
from reftel.archive.link import Link
from reftel.archive.links import each_once, every_link
from reftel.archive.overview import Listed, Neighbours
from reftel.archive.packing import decompress
from reftel.archive.paper_links import paper_links
from reftel.archive.twins import open_twins
from reftel.web.views.record import TwinShown, twins_shown

_KEPT = """SELECT row, key, kind, form, id, sent, post, level, subject, year, serial, content.record
           FROM release JOIN content USING (row) ORDER BY row"""
_LENGTH = "SELECT text FROM content WHERE row = ?"
_BESIDE = 3
_NEAR = 50  # rows that are looked through for one of the same form


class Kept(msgspec.Struct, frozen=True, gc=False):
    """A release as the archive lists it; `read` is a digest of the record that was read from it."""

    row: int
    key: str
    kind: str
    form: str
    id: str
    sent: str
    post: str
    level: str
    subject: str
    year: int
    serial: int
    read: bytes

    @property
    def name(self) -> str:
        """What its record is called: its number, or the release's address."""
        return self.id or self.key

    @property
    def listed(self) -> Listed:
        """The same as others list it."""
        return Listed(self.id, self.key, self.kind, self.sent, self.post, self.level, " ".join(self.subject.split()))


class Holdings:
    """Every release, by row; and by name, the fullest release of each name first."""

    def __init__(self, archive: Archive) -> None:
        self.rows: list[Kept] = []
        for cells in archive.walk(_KEPT):
            read = hashlib.blake2b(cells[-1], digest_size=8).digest()
            self.rows.append(Kept(*(cells[0], cells[1].hex(), *cells[2:-1], read)))
        self.named: dict[str, list[Kept]] = {}
        for one in self.rows:
            self.named.setdefault(one.name, []).append(one)
        for name, several in self.named.items():
            if len(several) > 1:
                lengths = {one.row: _length(archive, one.row) for one in several}
                self.named[name] = sorted(several, key=lambda one: (-lengths[one.row], one.row))
        self._numbered: dict[tuple[str, int], tuple[list[int], list[Kept]]] = {}
        lots: dict[tuple[str, int], dict[int, Kept]] = defaultdict(dict)
        for one in self.rows:
            if one.post and one.serial:
                lots[one.post, one.year].setdefault(one.serial, self.named[one.name][0])
        for place, lot in lots.items():
            serials = sorted(lot)
            self._numbered[place] = serials, [lot[serial] for serial in serials]

    def others(self) -> set[str]:
        """The addresses, 16 digits of each, of the releases that are not the fullest of their record."""
        return {one.key[:16] for several in self.named.values() for one in several[1:]}

    def beside(self, one: Kept) -> Neighbours:
        """As `overview.neighbours` has them."""
        if one.post and one.serial:
            serials, kept = self._numbered[one.post, one.year]
            at, behind = bisect_left(serials, one.serial), bisect_right(serials, one.serial)
            before = kept[max(at - _BESIDE, 0) : at][::-1]
            return _neighbours(before, kept[behind : behind + _BESIDE], by_number=True)
        at = one.row - 1
        before = [other for other in self.rows[max(at - _NEAR, 0) : at][::-1] if other.form == one.form]
        behind_it = [other for other in self.rows[at + 1 : at + 1 + _NEAR] if other.form == one.form]
        return _neighbours(before[:_BESIDE], behind_it[:_BESIDE], by_number=False)


def _neighbours(before: Sequence[Kept], behind: Sequence[Kept], *, by_number: bool) -> Neighbours:
    return Neighbours(tuple(one.listed for one in before), tuple(one.listed for one in behind), by_number=by_number)


def _length(archive: Archive, row: int) -> int:
    return len(decompress(archive.ask(_LENGTH, (row,))[0][0]).decode("utf-8", "surrogatepass"))


class Ties:
    """Every reference of the archive, by the row in which it stands and by what it means."""

    def __init__(self, archive: Archive) -> None:
        self._out: dict[int, list[tuple[int, Link]]] = defaultdict(list)
        self._in: dict[str, list[Link]] = defaultdict(list)
        self._papers: dict[str, list[Link]] = defaultdict(list)
        for position, link in every_link(archive):
            self._out[link.row].append((position, link))
            if link.target:
                self._in[link.target].append(link)
        for lot in self._out.values():
            lot.sort(key=lambda one: one[0])
        for (row,) in archive.ask("SELECT row FROM paper ORDER BY row"):
            for link in paper_links(archive, row):
                self._out[row].append((len(self._out[row]), link))
                if link.target:
                    self._papers[link.target].append(link)

    def cited_in(self, rows: Sequence[int]) -> tuple[Link, ...]:
        """As `links.references_of` has them, for a record with these releases."""
        seen: dict[tuple[str, str], Link] = {}
        for row in sorted(rows):
            for _, link in self._out.get(row, ()):
                seen.setdefault((link.target or link.label, link.kind), link)
        return tuple(seen.values())

    def citing(self, name: str) -> tuple[Link, ...]:
        """As `links.cited_by` has them."""
        found, papers = self._in.get(name, ()), self._papers.get(name, ())
        if not papers:
            return each_once(found)
        placed = {(link.row, link.start): link for link in reversed(papers)}
        return tuple(sorted(each_once((*found, *reversed(placed.values()))), key=lambda link: link.sent))

    def cited(self) -> Iterator[str]:
        """The names of all that is cited."""
        yield from self._in
        yield from self._papers

    def absent(self) -> Iterator[str]:
        """The names of what is cited and not here."""
        for name, links in self._in.items():
            if not links[0].likely[0].here:
                yield name
        for name, links in self._papers.items():
            if name not in self._in and not links[0].likely[0].here and any(link.kind != "editors" for link in links):
                yield name


class Alike:
    """The records with the words of another, as far as the archive was compared with itself."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._rows: set[int] = set()
        if (twins := open_twins(archive)) is not None:
            with twins:
                self._rows = twins.rows()

    def of(self, rows: Sequence[int]) -> tuple[TwinShown, ...]:
        """The others, for a record with these releases."""
        if self._rows.isdisjoint(rows) or (twins := open_twins(self._archive)) is None:
            return ()
        with twins:
            return twins_shown(twins.of(rows))
