"""What SQLite and the system refuse, in words that say what happened and the next step."""

from __future__ import annotations

from pathlib import Path

from reftel.errors import ArchiveBusy, ArchiveError

DATABASE = "archive.sqlite"


def explained(error: Exception, path: Path) -> ArchiveError:
    """An error of SQLite or of the system at the archive `path` in words, with the next step."""
    words, where = str(error), str(path)
    if "full" in words or "No space" in words:
        return ArchiveError(
            "the disk is full; all before this batch is kept", where=where, hint="make room, run it again"
        )
    if "readonly" in words or "read-only" in words or isinstance(error, PermissionError):
        return ArchiveError("the archive cannot be written", where=where, hint="check the directory's permissions")
    if "locked" in words or "busy" in words:
        return ArchiveBusy("another process is writing to the archive", where=where, hint="wait until it ends")
    if "malformed" in words or "not a database" in words:
        return ArchiveError("archive.sqlite is damaged", where=where, hint="restore it from a copy")
    if "I/O error" in words:
        what = f"the system refused to read or write ({words}); all before this batch is kept"
        return ArchiveError(what, where=where, hint="look at the disk and at limits of file size, run it again")
    if "unable to open" in words and path.joinpath(DATABASE).is_file():
        what = "the archive was not closed after its last writes, and they cannot be read on a read-only place"
        return ArchiveError(what, where=where, hint="copy the whole directory, open the copy")
    return ArchiveError(f"the archive cannot be used: {words}", where=where)
