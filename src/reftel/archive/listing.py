"""The releases of an archive by their addresses, without what was read from them: for those who copy and compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from reftel.archive.archive import Archive
from reftel.archive.entry import stored_release
from reftel.release import Release

_LISTED = "SELECT row, key, id, kind, sent, post FROM release ORDER BY row"
_AT_ONCE = 200


class Listed(msgspec.Struct, frozen=True):
    """One release as it is listed: its row, content address, canonical id, kind, day or time, and post."""

    row: int
    key: bytes
    id: str
    kind: str
    sent: str
    post: str


def listing(archive: Archive) -> Iterator[Listed]:
    """Every release in the order of keeping; memory stays flat."""
    for values in archive.walk(_LISTED):
        yield Listed(*values)


def releases(archive: Archive, rows: Sequence[int]) -> Iterator[tuple[int, Release]]:
    """The releases with these rows, in the order asked for; ArchiveError where one cannot be read."""
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(part))
        found = archive.ask(f"SELECT row, text, rest FROM content WHERE row IN ({marks})", part)
        stored = {row: (text, rest) for row, text, rest in found}
        for row in part:
            yield row, stored_release(*stored[row])
