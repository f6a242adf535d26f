"""How two mirrors, or an archive and a mirror, differ: cable by cable, by id and content address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from reftel.archive import open_archive
from reftel.archive.listing import listing
from reftel.archive.refusals import DATABASE
from reftel.errors import MirrorError
from reftel.publish.mirror.contents import all_rows, is_mirror, read_contents

Code = Literal["only-left", "only-right", "other-releases"]
_Side = dict[str, set[bytes]]


class Difference(msgspec.Struct, frozen=True):
    """One cable that is not the same on both sides.

    `id` is empty for a release without one. `left` and `right` are the addresses of the releases that only that side has;
    `both` says how many of its releases both have.
    """

    code: Code
    id: str
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    both: int = 0


class Comparison(msgspec.Struct):
    """Releases on each side and on both, filled as `differences` goes on."""

    left: int = 0
    right: int = 0
    both: int = 0


def differences(left: Path, right: Path, counts: Comparison | None = None) -> Iterator[Difference]:
    """Each cable that differs, in the order of ids, those without one at the end.

    Each side is a mirror or an archive. A mirror's tables are compared as its lists have them; whether its packs hold what
    they name says `verify`.
    """
    counts = counts if counts is not None else Comparison()
    ours, theirs = _side(left), _side(right)
    counts.left, counts.right = _total(ours), _total(theirs)
    for number in sorted(ours.keys() | theirs.keys(), key=lambda number: (not number, number)):
        here, there = ours.get(number, set()), theirs.get(number, set())
        counts.both += len(here & there)
        if here == there:
            continue
        if not number:
            yield from (Difference("only-left", "", left=(key.hex(),)) for key in sorted(here - there))
            yield from (Difference("only-right", "", right=(key.hex(),)) for key in sorted(there - here))
            continue
        code: Code = "other-releases" if here and there else "only-left" if here else "only-right"
        yield Difference(code, number, _hex(here - there), _hex(there - here), len(here & there))


def _side(place: Path) -> _Side:
    """The addresses of the releases of each id."""
    found: _Side = defaultdict(set)
    if is_mirror(place):
        for _, rows in all_rows(place, read_contents(place)):
            for row in rows:
                found[row.id].add(row.key)
    elif (place / DATABASE).is_file():
        with open_archive(place) as archive:
            for one in listing(archive):
                found[one.id].add(one.key)
    else:
        raise MirrorError("there is neither a mirror nor an archive here", where=str(place))
    return found


def _total(side: _Side) -> int:
    return sum(map(len, side.values()))


def _hex(found: set[bytes]) -> tuple[str, ...]:
    return tuple(sorted(key.hex() for key in found))
