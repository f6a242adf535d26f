"""One look into an archive: what is asked, by itself or through a saved search, and how far was looked at the end."""

from __future__ import annotations

import shlex
from pathlib import Path

import click
import msgspec

import reftel.claims.asking
import reftel.desk.asking  # noqa: F401 - it brings the fields mine:, tagged: and noted:
from reftel.archive import Archive
from reftel.cli.output import say
from reftel.errors import QueryError
from reftel.search import Query, SavedSearches, new_since, searched_to

_OPTIONS = {"post": "--post", "since": "--from", "until": "--to", "level": "--class"}


class Asking(msgspec.Struct, frozen=True):
    """How a search is asked: the query, or the name of a saved one that it narrows, and what is printed of the answer."""

    query: Query
    saved: str = ""
    new: bool = False
    saved_in: Path | None = None  # the file of saved searches
    as_json: bool = False
    end: bool = False  # whether a last line of JSON tells what is not of one hit

    def __post_init__(self) -> None:
        """QueryError for --new without a saved search."""
        if self.new and not self.saved:
            raise QueryError("--new needs a saved search", hint="reftel search --saved NAME --new")


class Looking:
    """One look into an archive: the query that is really asked, and at the end a note of how far was looked."""

    def __init__(self, archive: Archive, asking: Asking) -> None:
        self._archive, self._asking = archive, asking
        self._searches = SavedSearches(saved_file(asking.saved_in))
        self._to, self._from = 0, 0
        self.query = asking.query
        self._narrower = any(getattr(self.query, name) for name in ("words", "within", "tags", *_OPTIONS))
        if asking.saved:
            self.query = self._narrowed(self._searches.get(asking.saved).query)
        if asking.new:
            self._to = searched_to(archive)
            self._from = self._searches.seen(asking.saved, archive).row
            self.query = new_since(self.query, self._from) if self._from else self.query

    def _narrowed(self, saved: Query) -> Query:
        """The saved query within what was typed besides; how it is printed and paged is as it was typed."""
        typed = self.query
        if twice := [name for name in _OPTIONS if getattr(typed, name) and getattr(saved, name)]:
            names = ", ".join(_OPTIONS[name] for name in twice)
            raise QueryError(
                f"{self._asking.saved!r} is saved with {names} of its own", hint="ask in words: post:, sent:"
            )
        return msgspec.structs.replace(
            typed,
            words=saved.words,
            tags=(*saved.tags, *typed.tags),
            within=(*saved.within, *typed.within, *([typed.words] if typed.words else [])),
            sort=saved.sort if typed.sort == "relevance" else typed.sort,
            **{name: getattr(saved, name) for name in _OPTIONS if getattr(saved, name)},
        )

    def done(self, shown: int, total: int) -> None:
        """Moves the mark of what is new, where all of it was shown, and says so."""
        if not self._asking.new:
            return
        if self._narrower:
            say("not noted as seen, for the search was narrowed")
            return
        if shown < total:
            say(f"not noted as seen, for not all of the {total:,} were shown: use a larger --limit, or `reftel export`")
            return
        self._searches.mark(self._asking.saved, self._archive, self._to)
        if total:
            again = f"{shlex.quote(self._asking.saved)} row:{self._from + 1}..{self._to}"
            say(f"noted as seen; to see them again: reftel search --saved {again}")


def saved_file(given: Path | None) -> Path:
    """Where the user's saved searches are: as given, else among the settings of his programs."""
    return given or Path(click.get_app_dir("reftel")) / "saved.sqlite"
