"""Searching, as the command does it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from reftel.archive import open_archive
from reftel.cli.output import print_rows, say, show
from reftel.cli.tables import hits_list
from reftel.errors import QueryError
from reftel.search import Query, search

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


def search_and_print(archive: Path, query: Query, *, as_json: bool) -> int:
    """Prints the hits; returns how many records match in all."""
    with open_archive(archive) as opened:
        found = search(opened, query)
    for note in found.notes:
        say(note)
    if as_json:
        print_rows(found.hits)
        say(f"{len(found.hits):,} of {found.total:,}")
    else:
        for part in hits_list(found):
            show(part)
    return found.total
