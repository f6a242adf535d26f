"""The front page: what this archive holds, from when to when, by post, class and publisher, and how complete it is."""

from __future__ import annotations

import threading
from collections.abc import Iterable

import msgspec

from reftel.archive import Archive
from reftel.archive.gaps import Coverage, coverage
from reftel.archive.overview import Overview, overview
from reftel.search import Bucket, Query, search
from reftel.web import addresses
from reftel.web.asked import Nothing
from reftel.web.charts import Chart, over_time
from reftel.web.views.names import named_posts
from reftel.web.views.results import Choice, filter_of

_POSTS, _TAGS = 12, 16
ENOUGH = 5  # numbers of one post and year


class Completeness(msgspec.Struct, frozen=True):
    """Of the numbered cables of posts and years from which enough are here: how many are, how many were sent, by their numbers."""

    here: int
    estimate: int
    low: int
    high: int
    posts: int
    years: int


class HomeView(msgspec.Struct, frozen=True):
    """The front page."""

    name: str
    overview: Overview
    classes: tuple[Choice, ...]
    posts: tuple[Choice, ...]
    posts_total: int
    tags: tuple[Choice, ...]
    chart: Chart
    completeness: Completeness


_kept: dict[tuple[str, int], HomeView] = {}
_keeping = threading.Lock()


def home_view(archive: Archive, asked: Nothing) -> HomeView:
    """What the archive holds; counted once for each state of it."""
    state = (str(archive.path), archive.last_row())
    with _keeping:  # one thread counts, the others wait for it
        if state not in _kept:
            _kept.clear()
            _kept[state] = _counted(archive)
        return _kept[state]


def _counted(archive: Archive) -> HomeView:
    found = search(archive, Query(limit=0, facets=("post", "class", "tag", "month"), facet_size=0)).facets
    return HomeView(
        name=archive.path.absolute().name,
        overview=overview(archive),
        classes=_choices("class", found["class"]),
        posts=named_posts(archive, _choices("post", found["post"][:_POSTS])),
        posts_total=len(found["post"]),
        tags=_choices("tag", found["tag"][:_TAGS]),
        chart=over_time(found["month"], lambda value: addresses.of("date", value)),
        completeness=completeness(coverage(archive)),
    )


def _choices(path: str, buckets: Iterable[Bucket]) -> tuple[Choice, ...]:
    return tuple(
        Choice(one.value, one.count, addresses.of(path, one.value) if filter_of(path, one.value) else "")
        for one in buckets
    )


def completeness(found: Iterable[Coverage]) -> Completeness:
    """The sum over the posts and years from which at least `ENOUGH` are here: fewer tell nothing of how many there were."""
    here = estimate = low = high = 0
    names: set[str] = set()
    years: set[tuple[str, int]] = set()
    for one in found:
        kept = one.here - one.garbled
        if kept < ENOUGH:
            continue
        here, estimate, low, high = here + kept, estimate + one.estimate, low + one.low, high + one.high
        names.add(one.post)
        years.add((one.post, one.year))
    return Completeness(here, estimate, low, high, len(names), len(years))
