"""The fields of the query language: what each is called, what it asks, and how. One door for those still to come.

A field turns the words given to it into a query of the index. Later rooms (who said what) add theirs with `register`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec
import tantivy

if TYPE_CHECKING:
    from reftel.search.compiling import Compiler
    from reftel.search.tree import Leaf

Make = Callable[["Compiler", "Leaf"], tantivy.Query]
RESERVED = ("said-by", "said-about", "modality")


class Field(msgspec.Struct, frozen=True):
    """One field: its name, what it asks in words, an example, and its maker of queries; `scored` where words count."""

    name: str
    asks: str
    example: str
    make: Make
    scored: bool = False


FIELDS: dict[str, Field] = {}
_ALSO = {
    "tags": "tag",
    "cited": "cited-by",
    "citedby": "cited-by",
    "title": "subject",
    "date": "sent",
    "level": "class",
    "classification": "class",
    "captions": "caption",
    "comments": "comment",
    "collection": "in",
    "signed": "signer",
    "refs": "ref",
    "findings": "finding",
}


def register(field: Field) -> None:
    """Adds `field` to the language, in place of one of the same name."""
    FIELDS[field.name] = field


def named(name: str) -> str:
    """The field that `name` means, in any case and by its other names; empty where there is none."""
    lower = name.lower()
    lower = _ALSO.get(lower, lower)
    return lower if lower in FIELDS else ""


def either(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    """What one of `queries` finds."""
    if not queries:
        return tantivy.Query.empty_query()
    if len(queries) == 1:
        return queries[0]
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])
