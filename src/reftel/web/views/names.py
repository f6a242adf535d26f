"""What a post is called where the handbook has no name for it: as its own telegrams write it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from reftel import handbook
from reftel.archive import Archive, Stored
from reftel.archive.packing import printable
from reftel.cable import Cable
from reftel.cable.identity import letters

if TYPE_CHECKING:
    from reftel.web.views.results import Choice

_LOOKED_AT = 3  # telegrams
_LONGEST = 80
_SMALL = frozenset("of the and for in at to on de la le les du des el los y".split())
_ROWS = "SELECT row FROM release WHERE post = ? ORDER BY post, year, serial LIMIT ?"

_found: dict[tuple[str, str], str] = {}


def post_name(archive: Archive, key: str) -> str:
    """The name of a post in words: the handbook's, else as it is written in the archive; its key where that is one word."""
    known = handbook.posts().get(key)
    if known is not None:
        return known.name
    place = (str(archive.path), key)
    if place not in _found:
        rows = [row for (row,) in archive.ask(_ROWS, (key, _LOOKED_AT))]
        if not rows:
            return key
        _found[place] = next(_spellings(key, archive.rows(rows)), key)
    return _found[place]


def _spellings(key: str, releases: Iterable[Stored]) -> Iterator[str]:
    """The ways in which the post is written, in several words."""
    for stored in releases:
        for text in _written(stored):
            words = printable(text[:_LONGEST]).split()
            # The last words that are the key: what stands before them says which kind of mission it is.
            name = next(
                (" ".join(words[at:]) for at in reversed(range(len(words))) if letters("".join(words[at:])) == key), ""
            )
            if " " in name:
                yield in_title_case(name)


def _written(stored: Stored) -> Iterator[str]:
    given, record = stored.release.given, stored.record
    if isinstance(record, Cable):
        if record.post:
            yield record.post.value
        if record.transmission.sender:
            yield record.transmission.sender.name
    yield from (given.origin, given.place, given.sender)


def in_title_case(name: str) -> str:
    """A name that is written in capitals only, as it is written in a sentence."""
    if name.upper() != name:
        return name
    words = name.lower().split()
    return " ".join(word if at and word in _SMALL else word[:1].upper() + word[1:] for at, word in enumerate(words))


def shown_name(archive: Archive, key: str) -> str:
    """The name of a post where its key, the letters of its numbers, would be hard to read; else nothing."""
    name = "" if key in handbook.posts() else post_name(archive, key)
    return name if name != key else ""


def named_posts(archive: Archive, choices: Iterable[Choice]) -> tuple[Choice, ...]:
    """The choices of posts, those that the handbook does not know shown as they are written."""
    return tuple(_named(archive, one) for one in choices)


def _named(archive: Archive, one: Choice) -> Choice:
    name = shown_name(archive, one.value)
    return msgspec.structs.replace(one, name=name) if name else one
