"""Keeping: one directory holds every release, what was read from it, and what could not be read."""

from reftel.archive.archive import Archive, Counts, Stored, open_archive
from reftel.archive.checking import Fault, check
from reftel.archive.entry import Entry, Facts, make_entry, post_key
from reftel.archive.ingest import Follower, Tally, course_over, ingest, ingest_met

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
    "ingest",
    "ingest_met",
    "make_entry",
    "open_archive",
    "post_key",
]
