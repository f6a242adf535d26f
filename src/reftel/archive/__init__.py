"""Keeping: one directory holds every release, what was read from it, and what could not be read."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from reftel.archive.archive import Archive, Counts, Stored, fullest, is_behind, open_archive
from reftel.archive.entry import Entry, Facts, make_entry, post_key

if TYPE_CHECKING:
    from reftel.archive.checking import Fault, check
    from reftel.archive.ingesting import Follower, Tally, course_over, ingest, ingest_met

__all__ = [
    "Archive",
    "Counts",
    "Entry",
    "Facts",
    "Fault",
    "Follower",
    "Stored",
    "Tally",
    "check",
    "course_over",
    "fullest",
    "ingest",
    "ingest_met",
    "is_behind",
    "make_entry",
    "open_archive",
    "post_key",
]


def __getattr__(name: str) -> object:
    """The way in, which needs the readers of all forms, and what verifies: a search does not wait for them."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    room = "checking" if name in {"Fault", "check"} else "ingesting"
    globals()[name] = found = getattr(import_module(f"{__name__}.{room}"), name)
    return found
