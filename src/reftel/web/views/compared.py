"""The releases of one cable beside each other: what one holds back and another shows, and where two of them differ."""

from __future__ import annotations

import msgspec

from reftel.archive import Archive, Stored
from reftel.archive.twins import Twin
from reftel.archive.versions import Copy, Cut, Passage, difference, versions
from reftel.errors import NotFound
from reftel.finding import Span
from reftel.web import addresses
from reftel.web.asked import Compared
from reftel.web.shown import Marking, Shown, lay

_CONTEXT = 160  # characters before and after what differs
_MOST = 200  # differences that are shown


class CutShown(msgspec.Struct, frozen=True):
    """One cut, its two sides with what stands around them."""

    cut: Cut
    held_back: Shown
    shown: Shown


class Group(msgspec.Struct, frozen=True):
    """One transmission: its copies, the cuts, the fullest reading and where each piece of it is from."""

    id: str
    copies: tuple[Copy, ...]
    addresses: tuple[str, ...]
    cuts: tuple[CutShown, ...]
    fullest: tuple[Passage, ...]
    twins: tuple[Twin, ...]


class Difference(msgspec.Struct, frozen=True):
    """One place where two releases differ, each side with what stands around it."""

    left: Shown
    right: Shown


class ComparedView(msgspec.Struct, frozen=True):
    """The releases of a record, and the two that are laid beside each other."""

    name: str
    groups: tuple[Group, ...]
    left: str
    right: str
    differences: tuple[Difference, ...]
    more: int


def compared_view(archive: Archive, asked: Compared) -> ComparedView:
    """The releases of a cable; NotFound where none is known by that name."""
    found = versions(archive, asked.name)
    if not found:
        raise NotFound(f"no cable is known as {asked.name}", hint="try a search")
    texts: dict[str, Stored] = {}

    def stored(key: str) -> Stored:
        if key not in texts:
            texts[key] = archive.release(key)
        return texts[key]

    groups = tuple(
        Group(
            one.id,
            one.copies,
            tuple(addresses.record(copy.id, copy.key) for copy in one.copies),
            tuple(
                CutShown(cut, _around(stored(cut.held_back_in), cut.at), _around(stored(cut.shown_in), cut.shown))
                for cut in one.cuts
            ),
            one.fullest,
            one.twins,
        )
        for one in found
    )
    left, right = _two(groups, asked)
    differing: list[Difference] = []
    if left and right:
        one, other = stored(left), stored(right)
        stretches = [stretch for stretch in difference(one, other) if stretch.kind != "same"]
        differing = [Difference(_around(one, stretch.left), _around(other, stretch.right)) for stretch in stretches]
    return ComparedView(asked.name, groups, left, right, tuple(differing[:_MOST]), max(len(differing) - _MOST, 0))


def _two(groups: tuple[Group, ...], asked: Compared) -> tuple[str, str]:
    """The addresses of the two releases that are compared: as asked, else the two fullest."""
    keys = [copy.key for group in groups for copy in group.copies]
    if not asked.left and not asked.right:
        first = next((group for group in groups if len(group.copies) > 1), None)
        return (first.copies[0].key, first.copies[1].key) if first else ("", "")
    both = [next((key for key in keys if key.startswith(one.lower())), "") for one in (asked.left, asked.right)]
    if not all(both) or not asked.left or not asked.right:
        raise NotFound("this record has no release with that address", hint="leave `left` and `right` out")
    return both[0], both[1]


def _around(stored: Stored, span: Span) -> Shown:
    """What stands in `span`, marked, with a little of what is before and behind it."""
    text = stored.release.text
    start, end = max(span.start - _CONTEXT, 0), min(span.end + _CONTEXT, len(text))
    while start and not text[start - 1].isspace():
        start -= 1
    return lay(text, Span(start, end), [Marking("differs", span)] if span.start < span.end else [])
