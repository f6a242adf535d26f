"""The fields of the query language: what each is called, what it asks, and how. One door for those still to come.

A field turns the words given to it into a query of the index. Later rooms (who said what) add theirs with `register`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec
import tantivy

from reftel.archive import Archive
from reftel.finding import Span

if TYPE_CHECKING:
    from reftel.search.compiling import Compiler
    from reftel.search.tree import Leaf, Node

Make = Callable[["Compiler", "Leaf"], tantivy.Query]
RESERVED = ("said-by", "said-about", "modality")


class Kind(msgspec.Struct, frozen=True):
    """A kind of thing of which a record may hold many: what stands side by side of its fields must hold of one of them.

    `make` makes the query of a part of the tree that asks of such things alone; `places` says, for each of some rows that has
    one of which all holds that the trees ask, where the first stands.
    """

    make: Callable[[Compiler, Node], tantivy.Query]
    places: Callable[[Archive, Sequence[Node], Sequence[int]], dict[int, tuple[Span, ...]]]


class Field(msgspec.Struct, frozen=True):
    """One field: its name, what it asks in words, an example, and its maker of queries; `scored` where words count.

    `of` is what fields have in common that ask of one kind of thing in records, where there are several in each. `beside` says
    that they ask of what stands beside the archive, and may change while that stays as it is.
    """

    name: str
    asks: str
    example: str
    make: Make
    scored: bool = False
    of: Kind | None = None
    beside: bool = False


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
