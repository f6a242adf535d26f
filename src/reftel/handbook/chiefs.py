"""Chiefs of mission: who headed the embassy in a country, and in which days, as the Department's historians list them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import msgspec

from reftel.handbook.tables import rows


class Chief(msgspec.Struct, frozen=True):
    """One appointment: ISO country, name, rank (ambassador, minister, chargé, principal officer), first and last day.

    Days are ISO 8601 and no finer than they are known; `until` is empty where the list does not say.
    """

    country: str
    surname: str
    name: str
    rank: str
    since: str
    until: str


@lru_cache(maxsize=1)
def chiefs() -> Mapping[str, tuple[Chief, ...]]:
    """The chiefs in each country since 1945, in the order of time."""
    found: dict[str, list[Chief]] = {}
    for row in rows("chiefs"):
        found.setdefault(row["country"], []).append(Chief(**row))
    return {country: tuple(ones) for country, ones in found.items()}


def chiefs_on(country: str, day: str) -> tuple[Chief, ...]:
    """Who was chief of mission in `country` on `day`; several where one came as another went, or a chargé stood in."""
    every = chiefs().get(country, ())
    return tuple(one for one in every if one.since <= day[: len(one.since)] and _not_over(one, every, day))


def _not_over(one: Chief, every: tuple[Chief, ...], day: str) -> bool:
    """Whether it lasts on `day`; one whose end is not known lasts until the next begins."""
    if one.until:
        return day[: len(one.until)] <= one.until
    return not any(one.since < other.since <= day[: len(other.since)] for other in every)
