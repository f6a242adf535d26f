"""Searching, as the command does it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import typer
from rich.text import Text

from reftel.archive import Archive, open_archive
from reftel.cli.answers import alike_parts, explanation_parts, facets_tables
from reftel.cli.output import print_json, print_rows, say, show
from reftel.cli.tables import hits_list
from reftel.errors import QueryError
from reftel.search import Hits, Query, SavedSearches, like, new_since, search, searched_to

# Words with blanks between them and nothing else; with an operator they are a query of their own.
_PLAIN = re.compile(r"[^\s():\"~*=-][^():\"~*=]*\s[^():\"~*=]*")
_OPERATOR = re.compile(r"\b(?:AND|OR|NOT)\b|\s-")


def query_of(words: Sequence[str], fields: Mapping[str, Any]) -> Query:
    """The query that was typed. A word that holds blanks was quoted in the shell, and is a phrase if others stand by it."""
    if wrong := next((word for word in words if word.startswith("--")), ""):
        raise QueryError(f"there is no option {wrong}", hint="reftel search --help")
    if len(words) > 1:
        words = [f'"{word}"' if _PLAIN.fullmatch(word) and not _OPERATOR.search(word) else word for word in words]
    return Query(words=" ".join(words), **fields)


class Asking(msgspec.Struct, frozen=True):
    """How a search is asked: the query, or the name of a saved one that it narrows, and what is printed of the answer."""

    query: Query
    saved: str = ""
    new: bool = False
    file: Path | None = None
    as_json: bool = False
    end: bool = False  # whether a last line of JSON tells what is not of one hit

    def __post_init__(self) -> None:
        """QueryError for --new without a saved search."""
        if self.new and not self.saved:
            raise QueryError("--new needs a saved search", hint="reftel search --saved NAME --new")


def search_and_print(archive: Path, asking: Asking) -> int:
    """Prints the hits; returns how many records match in all."""
    with open_archive(archive) as opened:
        looking = Looking(opened, asking)
        found = search(opened, looking.query)
        _print(found, asking)
        looking.done(found.total, whole=not found.cursor and not looking.query.cursor)
    return found.total


class Looking:
    """One look into an archive: the query that is really asked, and at the end a note of how far was looked."""

    def __init__(self, archive: Archive, asking: Asking) -> None:
        self._archive, self._asking = archive, asking
        self._searches = SavedSearches(saved_file(asking.file))
        self._to, self._from = 0, 0
        self.query = asking.query
        if asking.saved:
            self.query = self._narrowed(self._searches.get(asking.saved).query)
        if asking.new:
            self._to = searched_to(archive)
            self._from = self._searches.seen(asking.saved, archive).row
            self.query = new_since(self.query, self._from) if self._from else self.query

    def _narrowed(self, saved: Query) -> Query:
        """The saved query within what was typed besides; how it is printed and paged is as it was typed."""
        typed = self.query
        given = [name for name in ("post", "since", "until", "level") if getattr(typed, name)]
        if twice := [name for name in given if getattr(saved, name)]:
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

    def done(self, count: int, *, whole: bool) -> None:
        """Moves the mark of what is new, where all of it was shown, and says so."""
        if not self._asking.new:
            return
        if not whole:
            say(f"not noted as seen, for not all of the {count:,} were shown: use a larger --limit, or `reftel export`")
            return
        self._searches.mark(self._asking.saved, self._archive, self._to)
        if count:
            again = f"{shlex.quote(self._asking.saved)} row:{self._from + 1}..{self._to}"
            say(f"noted as seen; to see them again: reftel search --saved {again}")


_OPTIONS = {"post": "--post", "since": "--from", "until": "--to", "level": "--class"}


def saved_file(given: Path | None) -> Path:
    """Where the user's saved searches are: as given, else among the settings of his programs."""
    return given or Path(typer.get_app_dir("reftel")) / "saved.sqlite"


def _print(found: Hits, asking: Asking) -> None:
    for note in found.notes:
        say(note)
    if asking.as_json:
        print_rows(found.hits)
        if asking.end:
            print_json(end_line(found))
        say(f"{len(found.hits):,} of {found.total:,}")
        return
    for part in (*hits_list(found), *facets_tables(found.facets)):
        show(part)
    if found.explanation:
        show(*explanation_parts(found.explanation, found.total))
    elif not found.total and not asking.new:
        say("--explain tells why")
    if found.cursor:
        show(Text(f"The page after: --after {found.cursor}", "dim"))


def end_line(found: Hits, **more: object) -> dict[str, object]:
    """What is told of all hits together, as the last line of JSON."""
    explained = {"explanation": found.explanation} if found.explanation else {}
    return {
        "event": "end", "total": found.total, "shown": len(found.hits), "cursor": found.cursor, "facets": found.facets,
        "notes": found.notes, **explained, **more,
    }  # fmt: skip


def like_and_print(archive: Path, name: str, *, limit: int, as_json: bool) -> int:
    """Prints what is like a record, and the words that led there; returns how many records are like it in all."""
    with open_archive(archive) as opened:
        found = like(opened, name, limit)
    for note in found.hits.notes:
        say(note)
    if as_json:
        print_rows(found.hits.hits)
        hits = msgspec.structs.replace(found.hits, explanation=None)
        print_json(end_line(hits, record=found.record, words=found.words))
        return found.hits.total
    for part in hits_list(found.hits):
        show(part)
    show(*alike_parts(found.record, found.words))
    return found.hits.total
