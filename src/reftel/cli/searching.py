"""Searching, as the command does it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from rich.text import Text

from reftel.archive import open_archive
from reftel.cli.answers import alike_parts, explanation_parts, facets_tables
from reftel.cli.looking import Asking, Looking
from reftel.cli.output import print_json, print_rows, say, show
from reftel.cli.tables import hits_list
from reftel.errors import QueryError
from reftel.search import Hits, Query, like, search

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


def search_and_print(archive: Path, asking: Asking) -> int:
    """Prints the hits; returns how many records match in all."""
    with open_archive(archive) as opened:
        looking = Looking(opened, asking)
        found = search(opened, looking.query)
        _print(found, asking)
        looking.done(len(found.hits), found.total)
    return found.total


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
