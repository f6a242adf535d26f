"""The tree of errors. Doubts about a cable's content are never errors; they are findings.

ReftelError
├── SourceError        a file or container cannot be opened or walked at all
│   ├── NotRecognised  no reader knows this form
│   ├── Broken         a reader knows the form, and the file breaks it
│   └── TooLarge       a limit on size, depth or number of members was passed
│       └── Spent      ... by all that one run unfolds, and not by this file
├── ArchiveError       the archive directory cannot be used
│   ├── NoArchive      there is no archive where one was named
│   ├── ArchiveBusy    another process is writing
│   └── NotFound       no record has this id
├── QueryError         a search cannot be understood or run
│   └── NoCursor       no page of this search ended there
├── SavedError         a saved search, or the file of them, cannot be used
│   └── SavedUnusable  the file itself cannot be
├── DeskError          the reader's own collections or notes, or the file of them, cannot be used
│   ├── DeskUnusable   the file itself cannot be
│   └── NotWritable    nothing can be put on it here
├── MirrorError        a mirror cannot be made, read, copied or compared
│   └── Unverified     what was found or received is not what was signed
├── SettingError       a PDF cannot be set
├── SiteError          a site of files cannot be written
├── Overloaded         there is too much to do, or it takes too long
└── MissingExtra       an optional dependency is not installed
"""

from __future__ import annotations


class ReftelError(Exception):
    """The root: what happened, where, and the next step.

    `where` names a file, member, row or cable; `hint` is the next step. Either may be empty.
    """

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        self.message, self.where, self.hint = message, where, hint
        super().__init__(": ".join(part for part in (where, message) if part) + (f" ({hint})" if hint else ""))


class SourceError(ReftelError):
    """A file or container cannot be opened or walked."""


class NotRecognised(SourceError):
    """No reader knows this form."""


class Broken(SourceError):
    """The file claims a form and breaks it."""


class TooLarge(SourceError):
    """A limit on size, depth or number of members was passed."""


class Spent(TooLarge):
    """A limit on all that one run unfolds was passed: by itself the file might do."""


class ArchiveError(ReftelError):
    """The archive directory cannot be used."""


class NoArchive(ArchiveError):
    """There is no archive at the place named."""


class ArchiveBusy(ArchiveError):
    """Another process is writing to the archive."""


class NotFound(ArchiveError):
    """No record has this id."""


class QueryError(ReftelError):
    """A search cannot be understood or run."""


class NoCursor(QueryError):
    """No page of this search ended there."""


class SavedError(ReftelError):
    """A saved search, or the file of them, cannot be used."""


class SavedUnusable(SavedError):
    """The file of saved searches cannot be opened, read or written."""


class DeskError(ReftelError):
    """The reader's own collections or notes, or the file of them, cannot be used."""


class DeskUnusable(DeskError):
    """The file of a desk cannot be opened, read or written."""


class NotWritable(DeskError):
    """Nothing can be put on the desk here."""


class MirrorError(ReftelError):
    """A mirror cannot be made, read, copied or compared."""


class Unverified(MirrorError):
    """What was found or received is not what was signed."""


class SettingError(ReftelError):
    """A PDF cannot be set."""


class SiteError(ReftelError):
    """A site of files cannot be written."""


class Overloaded(ReftelError):
    """There is too much to do at once, or a question takes too long and was given up."""


class MissingExtra(ReftelError):
    """An optional dependency is not installed."""
