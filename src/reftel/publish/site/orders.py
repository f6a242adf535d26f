"""What is to be made, one order a page or a file that goes with others; orders go to the processes that make them."""

from __future__ import annotations

import msgspec

from reftel.archive.link import Link
from reftel.archive.overview import Neighbours
from reftel.publish.site.lists import Columns, Page
from reftel.publish.site.segment import Shelved
from reftel.web.views.record import TwinShown


class RecordOrder(msgspec.Struct, frozen=True):
    """A record's page, those of its other releases, and its releases side by side: `rows` are its releases, the fullest first."""

    name: str
    rows: tuple[int, ...]
    links: tuple[Link, ...]
    citing: tuple[Link, ...]
    beside: tuple[Neighbours, ...]
    twins: tuple[TwinShown, ...] = ()


class GhostOrder(msgspec.Struct, frozen=True):
    """The page of a cable that is cited and not here."""

    name: str
    citing: tuple[Link, ...]


class IndexOrder(msgspec.Struct, frozen=True):
    """The search index of a stretch of rows."""

    name: str
    shelved: tuple[Shelved, ...]


class DataOrder(msgspec.Struct, frozen=True):
    """The records of a post and a year, as lines of JSON."""

    path: str
    rows: tuple[int, ...]


Order = RecordOrder | GhostOrder | IndexOrder | DataOrder | Page


class Lot(msgspec.Struct, frozen=True):
    """Orders that travel together."""

    orders: tuple[Order, ...]


class Done(msgspec.Struct, frozen=True):
    """What became of one order: the files that were written with their sizes, or in words why there are none.

    `columns` are what an index tells of each of its rows.
    """

    files: dict[str, int]
    fault: str = ""
    columns: tuple[tuple[int, Columns], ...] = ()
