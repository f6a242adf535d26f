"""What is not here: cables that others cite, and how many a post must have sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

import msgspec

from reftel.archive.archive import Archive
from reftel.archive.keeping import number_of
from reftel.archive.link import Link
from reftel.archive.links import cited_by, each_once, links_by_post
from reftel.archive.packing import decompress, unpack
from reftel.archive.paper_links import papers_beside, papers_not_here
from reftel.archive.weighing import Asked, Fetched, Holdings, Neighbour
from reftel.errors import ArchiveError

_SERIALS = """SELECT DISTINCT post, year, serial FROM release WHERE serial > 0 AND (? = '' OR post = ?)
              AND (? = 0 OR year = ?) ORDER BY post, year, serial"""
_CITING = "SELECT release.subject, content.record FROM release JOIN content USING (row) WHERE release.row = ?"
_DOUBT = 0.05  # one minus the level of the interval
_GARBLED = 3  # a highest number so many times the next is a slip of a digit
_ASKED = 20  # citing cables that are asked for their TAGS and subjects


class Day(msgspec.Struct, frozen=True):
    """The day on which a cable was likely sent, ISO 8601, empty where nothing tells; and why, in words.

    It was sent not before `first` and not after `last`.
    """

    likely: str
    first: str
    last: str
    reason: str


class Ghost(msgspec.Struct, frozen=True):
    """A cable that is cited and not here: by whom and in which words, between which of its post's numbers it stands.

    It was sent not before `after` and not after `before` or the first cable that cites it (`until`, a date or empty);
    `day` is the likely one, None where it has no number. `titles` are what REF lines call
    it. `tags` and `subjects` are those of the cables that cite it, with how many of the first twenty have them, the most
    frequent first: what it is likely about where it has no title.
    """

    id: str
    cited_by: tuple[Link, ...]
    titles: tuple[str, ...]
    after: Neighbour | None
    before: Neighbour | None
    until: str
    day: Day | None = None
    tags: tuple[tuple[str, int], ...] = ()
    subjects: tuple[tuple[str, int], ...] = ()


class Coverage(msgspec.Struct, frozen=True):
    """How many cables of a post and year are here, the highest number met, and how many were sent, as far as can be said.

    `estimate` is that of the German tank problem: numbers run from 1, each kept one is as likely as any other. `low` and
    `high` bound it with 95 per cent. `garbled` numbers, far above all others, were left out.
    """

    post: str
    year: int
    here: int
    highest: int
    estimate: int
    low: int
    high: int
    garbled: int = 0


def ghosts(
    archive: Archive, *, post: str = "", about: bool = True, progress: Callable[[int, int], None] | None = None
) -> Iterator[Ghost]:
    """Every cable that is cited and not here, post by post, each in the order of its numbers. One pass; memory stays flat.

    `post`, a key of the handbook, leaves all others out; without `about` the TAGS and subjects of the citing cables, which
    have to be read one by one, are left out. `progress` is told how many references were followed, and how many there are.
    """
    holdings = Fetched(archive)
    total = archive.ask("SELECT count(*) FROM reference WHERE target <> ''")[0][0] if progress else 0
    done = 0
    for _, links in links_by_post(archive, post):
        # Where a year was inferred, the archive may know better than the reader did, and mean one that is here, or is not.
        absent: dict[str, list[Link]] = {}
        for link in links:
            if not link.likely[0].here:
                absent.setdefault(link.target, []).append(link)
        for number in sorted(absent, key=number_of):
            yield _ghost(archive, holdings, number, each_once(absent[number]), about=about)
        done += len(links)
        if progress is not None:
            progress(done, total)
    papers = papers_not_here(archive) if not post else {}
    for name in sorted(papers):
        yield _of_paper(archive, name, tuple(papers[name]))


def ghost(archive: Archive, spelling: str) -> Ghost | None:
    """What is known of a cable that is not here; None where it is, or where nobody cites it."""
    citing = cited_by(archive, spelling)
    if not citing or archive.rows_named(citing[0].target):
        return None
    return ghost_cited(archive, citing[0].target, citing)


def ghost_cited(archive: Archive, number: str, citing: tuple[Link, ...]) -> Ghost:
    """What is known of the cable `number`, which is not here, from the references that mean it."""
    if not number_of(number)[1] and " " in number:
        return _of_paper(archive, number, citing)
    return _ghost(archive, Asked(archive), number, citing)


def _ghost(archive: Archive, holdings: Holdings, number: str, citing: tuple[Link, ...], *, about: bool = True) -> Ghost:
    numbered = number_of(number)[1]
    after, before = holdings.around(number) if numbered else (None, None)
    days = sorted(link.sent[:10] for link in citing if len(link.sent) >= 10)
    ends = [*days[:1], *([before.sent[:10]] if before else [])]
    titles = tuple(dict.fromkeys(link.title for link in citing if link.title))
    tags, subjects = _about(archive, citing) if about else ((), ())
    until = min(ends, default="")
    day = likely_day(number, after, before, days[0] if days else "") if numbered else None
    return Ghost(number, citing, titles, after, before, until, day, tags, subjects)


def likely_day(number: str, after: Neighbour | None, before: Neighbour | None, cited: str) -> Day:
    """When the cable `number`, first `cited` on a day that may be unknown, was likely sent.

    Numbers are taken to run evenly from one known day to the next, and to begin at 1 with the year.
    """
    year, serial = number_of(number)
    start, begun = (date(year, 1, 1), 0) if after is None else (date.fromisoformat(after.sent[:10]), after.serial)
    since = f"{after.id} of {start}" if after else f"the first day of {year}"
    last, cause = date(year, 12, 31), "the year's end"
    if cited and (day := date.fromisoformat(cited)) < last:
        last, cause = day, "the first cable that cites it"
    if before is not None:
        end = date.fromisoformat(before.sent[:10])
        share, whole = serial - begun, before.serial - begun
        at = start + timedelta(days=round((end - start).days * share / whole))
        reason = f"number {share:,} of the {whole:,} from {since} to {before.id} of {end}"
        last, cause = min((last, cause), (end, before.id))
    elif after is not None:
        pace = begun / start.timetuple().tm_yday
        at = start + timedelta(days=round(min((serial - begun) / pace, 366)))
        reason = f"{serial - begun:,} numbers after {since}, at the pace of {pace:.2g} a day at which the post had come there"
    else:
        reason = f"no other number of its post and year is here with its date; not after {last}, {cause}"
        return Day("", start.isoformat(), last.isoformat(), reason)
    if at > last:
        at, reason = last, f"{reason}; but not after {last}, {cause}"
    return Day(at.isoformat(), min(start, last).isoformat(), last.isoformat(), reason)


class _Tag(msgspec.Struct):
    code: str


class _Tagged(msgspec.Struct):
    """As much of a stored record as is asked for here."""

    tags: tuple[_Tag, ...] = ()


def _about(archive: Archive, citing: Sequence[Link]) -> tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]:
    """The TAGS and subjects of the cables that cite, with how many have them, the most frequent first."""
    tags: Counter[str] = Counter()
    subjects: Counter[str] = Counter()
    for row in list(dict.fromkeys(link.row for link in citing))[:_ASKED]:
        for subject, record in archive.ask(_CITING, (row,)):
            subjects.update([subject] if subject else [])
            try:
                tags.update(dict.fromkeys((tag.code for tag in unpack(decompress(record), _Tagged).tags), 1))
            except ArchiveError:  # a record that cannot be read says nothing; `reftel check` names it
                continue
    return tuple(tags.most_common()), tuple(subjects.most_common())


def _of_paper(archive: Archive, name: str, citing: tuple[Link, ...]) -> Ghost:
    """A paper that a volume's papers cite: its day is in its name, or it lies between its neighbours in number."""
    days = sorted(link.sent[:10] for link in citing if len(link.sent) >= 10)
    day = name.rpartition(" ")[2]
    by_time = tuple(sorted(citing, key=lambda link: link.sent))
    if len(day) == 10:
        return Ghost(name, by_time, (), None, None, day)
    kind = next((link.kind for link in citing if link.kind != "paper"), "paper")
    after, before = (
        Neighbour(held.id, int(held.paper.number), held.paper.day) if held else None
        for held in papers_beside(archive, name, kind)
    )
    ends = [*days[:1], *([before.sent] if before else [])]
    return Ghost(name, by_time, (), after, before, min(ends, default=""))


def coverage(archive: Archive, *, post: str = "", year: int = 0) -> Iterator[Coverage]:
    """How complete each post's each year is; `post` is a key of the handbook, `year` one year, empty and 0 for all."""
    lot: list[int] = []
    last = ("", 0)
    for name, of_year, serial in archive.walk(_SERIALS, (post, post, year, year)):
        if (name, of_year) != last and lot:
            yield estimated(*last, lot)
            lot = []
        last = (name, of_year)
        lot.append(serial)
    if lot:
        yield estimated(*last, lot)


def estimated(post: str, year: int, serials: list[int]) -> Coverage:
    """The estimate from the rising, different numbers `serials` of one post and year."""
    kept = list(serials)
    while len(kept) >= 5 and kept[-1] > _GARBLED * kept[-2]:
        kept.pop()
    count, highest = len(kept), kept[-1]
    estimate = round(highest + highest / count - 1)
    high = round(highest * _DOUBT ** (-1 / count))
    return Coverage(post, year, len(serials), highest, estimate, highest, max(high, estimate), len(serials) - count)
