"""Posts: who sends telegrams, how their names are written, where they stand.

The key of a post is the letters of its telegram numbers (05RIODEJANEIRO19: RIODEJANEIRO). Spellings are letters only,
in capitals. Three kinds of spelling are known: those of the table, the city's first six characters as the 1970s cut
them (NEW DELHI gives NEWDE), and its first ten as section lines cut them (PORT AU PR).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

import msgspec

from reftel.errors import NotFound
from reftel.handbook.tables import rows

_RANK = ("department", "embassy", "mission", "interests-section", "institute", "consulate-general")
_CUTS = (6, 10)
_NOT_LETTERS = re.compile(r"[^A-Z0-9]")


class Post(msgspec.Struct, frozen=True, omit_defaults=True):
    """A post: key, name, kind, ISO country, city, coordinates in degrees where known, the years it is known to span.

    `kind` is one of embassy, consulate-general, consulate, branch-office, mission, interests-section, institute,
    department, agency, delegation, office.
    """

    key: str
    name: str
    kind: str
    country: str
    city: str
    latitude: float | None = None
    longitude: float | None = None
    aliases: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None

    @property
    def rank(self) -> int:
        """Its standing among posts, 0 the highest."""
        return _RANK.index(self.kind) if self.kind in _RANK else len(_RANK)

    def is_open(self, year: int) -> bool:
        """Whether it may have sent telegrams in `year`."""
        return (self.since or year) <= year <= (self.until or year)


@lru_cache(maxsize=1)
def posts() -> Mapping[str, Post]:
    """Every post by its key."""
    return {row["key"]: _post(row) for row in rows("posts")}


def _post(row: dict[str, str]) -> Post:
    return Post(
        key=row["key"],
        name=row["name"],
        kind=row["kind"],
        country=row["country"],
        city=row["city"],
        latitude=float(row["lat"]) if row["lat"] else None,
        longitude=float(row["lon"]) if row["lon"] else None,
        aliases=tuple(row["aliases"].split()),
        since=int(row["since"]) if row["since"] else None,
        until=int(row["until"]) if row["until"] else None,
    )


@lru_cache(maxsize=1)
def keys_by_alias() -> Mapping[str, str]:
    """The key for every spelling known, keys among them.

    Where a cut could mean two posts, the one of higher standing has it (VICTOR is Victoria the embassy); where they
    are equals, nobody has.
    """
    known = {key: key for key in posts()}
    for post_ in posts().values():
        for alias in post_.aliases:
            known[alias] = post_.key
    cuts: dict[str, list[Post]] = {}
    for post_ in posts().values():
        for spelling in _cut_spellings(post_):
            if spelling not in known:
                cuts.setdefault(spelling, []).append(post_)
    for spelling, owners in cuts.items():
        shortest = min(owners, key=lambda owner: len(owner.key)).key
        if all(owner.key.startswith(shortest) for owner in owners):  # MONTREAL, and MONTREALICAO
            known[spelling] = shortest
            continue
        best = min(owner.rank for owner in owners)
        first = [owner for owner in owners if owner.rank == best]
        if len(first) == 1:
            known[spelling] = first[0].key
    return known


def post(spelling: str) -> Post:
    """The post that any spelling means; NotFound where the handbook has none by that name."""
    letters = _NOT_LETTERS.sub("", spelling.upper())
    key = keys_by_alias().get(letters)
    if key is None:
        raise NotFound(f"no post is known as {spelling!r}", hint="the handbook's table of posts lists every spelling")
    return posts()[key]


def _cut_spellings(post_: Post) -> set[str]:
    """The letters of the first six and the first ten characters of the name, blanks counted as the cutters did."""
    written = {re.sub(r" \(.*", "", post_.name).upper(), post_.key}
    cut = {_NOT_LETTERS.sub("", name[:size]) for name in written for size in _CUTS if len(name) > size}
    return {spelling for spelling in cut if len(spelling) >= 4}
