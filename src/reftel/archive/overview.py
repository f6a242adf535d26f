"""What an archive holds, told in a few figures, and what stands beside a record: for front pages and shelves."""

from __future__ import annotations

from typing import Any

import msgspec

from reftel.archive.archive import Archive, Stored

_BY = "SELECT {0}, count(*) FROM release WHERE {0} <> '' GROUP BY {0} ORDER BY count(*) DESC, {0}"
_SPAN = "SELECT coalesce(min(sent), ''), coalesce(max(sent), '') FROM release WHERE length(sent) >= 4"
_LISTED = "SELECT id, lower(hex(key)), kind, sent, post, level, subject FROM release WHERE"
_BELOW = f"{_LISTED} post = ? AND year = ? AND serial > 0 AND serial < ? GROUP BY serial ORDER BY serial DESC LIMIT ?"
_ABOVE = f"{_LISTED} post = ? AND year = ? AND serial > ? GROUP BY serial ORDER BY serial LIMIT ?"
_ROW_BELOW = f"{_LISTED} row < ? AND row >= ? AND form = ? ORDER BY row DESC LIMIT ?"
_ROW_ABOVE = f"{_LISTED} row > ? AND row <= ? AND form = ? ORDER BY row LIMIT ?"
_NEAR = 50  # rows that are looked through for one of the same form


_PUBLISHED = f"{_LISTED} publisher = ? AND row > ? ORDER BY row LIMIT ?".replace("SELECT", "SELECT row,")
_PUBLISHED_BY = (
    "SELECT {0}, count(*) FROM release WHERE publisher = ? AND {0} <> '' GROUP BY {0} ORDER BY count(*) DESC, {0}"
)


class Overview(msgspec.Struct, frozen=True):
    """Releases in all, different ids, rejects; the first and the last date; and counts by kind, publisher and form."""

    releases: int
    ids: int
    rejects: int
    first: str
    last: str
    kinds: dict[str, int]
    publishers: dict[str, int]
    forms: dict[str, int]


class Listed(msgspec.Struct, frozen=True):
    """A release as it is listed; `key` is its content address, what is unknown is empty."""

    id: str
    key: str
    kind: str
    sent: str
    post: str
    level: str
    subject: str


class Neighbours(msgspec.Struct, frozen=True):
    """What stands before and behind a record, the nearest first; `by_number` where that is by the numbers of its post."""

    before: tuple[Listed, ...]
    behind: tuple[Listed, ...]
    by_number: bool


def overview(archive: Archive) -> Overview:
    """What `archive` holds; it looks at every release once."""
    counts = archive.counts()
    first, last = archive.ask(_SPAN)[0]
    return Overview(
        releases=counts.releases,
        ids=counts.ids,
        rejects=sum(counts.rejects.values()),
        first=first,
        last=last,
        kinds=dict(archive.ask(_BY.format("kind"))),
        publishers=dict(archive.ask(_BY.format("publisher"))),
        forms=counts.forms,
    )


class Published(msgspec.Struct, frozen=True):
    """What one publisher gave: releases in all, and how many of each month sent, post, level, kind and form."""

    total: int
    months: dict[str, int]
    posts: dict[str, int]
    levels: dict[str, int]
    kinds: dict[str, int]
    forms: dict[str, int]


def published(archive: Archive, publisher: str) -> Published:
    """The counts of one publisher's releases; it looks at every release."""
    asked = (publisher,)
    months, posts, levels, kinds, forms = (
        dict(archive.ask(_PUBLISHED_BY.format(field), asked))
        for field in ("substr(sent, 1, 7)", "post", "level", "kind", "form")
    )
    return Published(sum(kinds.values()), months, posts, levels, kinds, forms)


def published_after(archive: Archive, publisher: str, row: int, most: int) -> list[tuple[int, Listed]]:
    """The next `most` of one publisher's releases behind `row`, in the order in which they were kept."""
    found = archive.ask(_PUBLISHED, (publisher, row, most))
    return [(cells[0], _as_listed(cells[1:])) for cells in found]


def neighbours(archive: Archive, stored: Stored, most: int = 3) -> Neighbours:
    """The telegrams of the same post and year with the nearest numbers; without a number, what stood beside it in its file."""
    place = archive.ask("SELECT post, year, serial FROM release WHERE row = ?", (stored.row,))
    post, year, serial = place[0] if place else ("", 0, 0)
    if post and serial:
        asked = (post, year, serial, most)
        return Neighbours(_listed(archive, _BELOW, asked), _listed(archive, _ABOVE, asked), by_number=True)
    row, form = stored.row, stored.release.form
    return Neighbours(
        _listed(archive, _ROW_BELOW, (row, row - _NEAR, form, most)),
        _listed(archive, _ROW_ABOVE, (row, row + _NEAR, form, most)),
        by_number=False,
    )


def _listed(archive: Archive, query: str, values: tuple[object, ...]) -> tuple[Listed, ...]:
    return tuple(_as_listed(cells) for cells in archive.ask(query, values))


def _as_listed(cells: tuple[Any, ...]) -> Listed:
    number, key, kind, sent, post, level, subject = cells
    return Listed(number, key, kind, sent, post, level, " ".join(subject.split()))
