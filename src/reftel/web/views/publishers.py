"""The page of a publisher: what it gave, from when to when, of which posts and classes, and its records in the order of keeping."""

from __future__ import annotations

from collections.abc import Mapping

from reftel.archive import Archive
from reftel.archive.overview import Listed, Published, published, published_after
from reftel.archive.packing import printable
from reftel.errors import NoCursor, NotFound
from reftel.finding import Span
from reftel.search import Bucket
from reftel.web import addresses
from reftel.web.asked import Subject
from reftel.web.charts import over_time
from reftel.web.shown import Shown
from reftel.web.views.keeping import kept
from reftel.web.views.names import named_posts, shown_name
from reftel.web.views.results import Choice, HitShown
from reftel.web.views.subjects import SubjectView

_SHOWN = 12


def publisher_view(archive: Archive, asked: Subject) -> SubjectView:
    """The page of who published; the records stand in the order in which they were kept."""
    name = printable(asked.name)
    counts = kept(archive, ("publisher", name), lambda: published(archive, name))
    if not counts.total:
        raise NotFound(f"nothing here was published by {name}", hint="/browse/publisher lists who did")
    if asked.after and not (asked.after.isascii() and asked.after.isdigit() and len(asked.after) < 16):
        raise NoCursor("no page ended there", hint="take it from the page before, or leave it out")
    found = published_after(archive, name, int(asked.after or 0), asked.limit + 1)
    shown = found[: asked.limit]
    after = str(shown[-1][0]) if len(found) > asked.limit else ""
    limit = str(asked.limit) if asked.limit != Subject("").limit else ""
    months = tuple(Bucket(month, count) for month, count in sorted(counts.months.items()) if len(month) in (4, 7))
    return SubjectView(
        kind="publisher",
        value=name,
        title=name,
        about="",
        total=counts.total,
        chart=over_time(months, lambda value: ""),
        facets=_facets(archive, counts),
        hits=tuple(_hit(archive, one) for _, one in shown),
        next=addresses.of("publisher", name, after=after, limit=limit) if after else "",
        search="",
        notes=(),
    )


def _facets(archive: Archive, counts: Published) -> dict[str, tuple[Choice, ...]]:
    found = {
        "post": named_posts(archive, _choices(counts.posts, "post")),
        "class": _choices(counts.levels, "class"),
        "kind": _choices(counts.kinds),
        "form": _choices(counts.forms),
    }
    return {name: ones for name, ones in found.items() if ones}


def _choices(counts: Mapping[str, int], path: str = "") -> tuple[Choice, ...]:
    return tuple(
        Choice(value, count, addresses.of(path, value) if path else "")
        for value, count in list(counts.items())[:_SHOWN]
    )


def _hit(archive: Archive, one: Listed) -> HitShown:
    """A release as it is listed; its text is not looked into."""
    return HitShown(
        id=one.id, key=one.key, kind=one.kind, sent=one.sent, post=one.post, level=one.level, subject=one.subject,
        address=addresses.record(one.id, one.key), paragraph="", mark="", role="", snippet=Shown("", Span(0, 0)),
        post_name=shown_name(archive, one.post) if one.post and one.kind == "cable" else "",
    )  # fmt: skip
