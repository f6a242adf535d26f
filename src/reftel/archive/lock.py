"""The lock of the one writer. It is let go by the system when its process ends, however it ends."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from reftel.errors import ArchiveBusy, ArchiveError


class WriterLock:
    """Held from its making until `release`; ArchiveBusy where another process, or another archive object, holds it.

    An empty SQLite file, locked by SQLite: its locks work alike on every system that Python runs on.
    """

    FILE = "writer.lock"

    def __init__(self, directory: Path) -> None:
        uri = f"{(directory / self.FILE).absolute().as_uri()}?mode=rwc"
        try:
            self._connection = sqlite3.connect(uri, uri=True, timeout=0, isolation_level=None)
        except sqlite3.Error as error:
            raise ArchiveError("the archive cannot be written", where=str(directory)) from error
        try:
            self._connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            self._connection.close()
            if "locked" in str(error):
                what = "another process is writing to the archive"
                raise ArchiveBusy(what, where=str(directory), hint="wait until it ends, or stop it") from error
            if "full" in str(error):
                what = "the disk is full, and nothing can be written"
                raise ArchiveError(what, where=str(directory), hint="make room, run it again") from error
            raise ArchiveError(f"the archive cannot be written: {error}", where=str(directory)) from error

    def release(self) -> None:
        """Lets the next writer in."""
        self._connection.close()
