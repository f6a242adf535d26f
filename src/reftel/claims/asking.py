"""The fields of the query language that ask what was said: `said-by:`, `said-about:` and `modality:`.

What stands side by side of them must hold of one statement: `said-by:masanov said-about:russia` is what Masanov said about
Russia, and `said-by:masanov -modality:denied` what he said and did not deny.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import tantivy

from reftel.finding import Span
from reftel.search.fields import Field, Kind, Make, register
from reftel.search.tree import In

if TYPE_CHECKING:
    from reftel.archive import Archive
    from reftel.search.compiling import Compiler
    from reftel.search.tree import Leaf, Node

SAID_BY, SAID_ABOUT, MODALITY = "said-by", "said-about", "modality"
NAMES = (SAID_BY, SAID_ABOUT, MODALITY)
_NOTHING_READ = (
    "what was said is not known here yet, so that nothing is found by it: run `reftel statements` on the archive"
)


def _making(compiler: Compiler, node: Node) -> tantivy.Query:
    from reftel.claims.held import Held  # noqa: PLC0415 - for such questions only

    with Held(compiler.archive) as held:
        if held.claims is None:
            compiler.notes.append(_NOTHING_READ)
            return tantivy.Query.empty_query()
        if behind := held.claims.behind:
            compiler.notes.append(
                f"{behind:,} releases were not read for what was said in them: run `reftel statements`"
            )
        rows = held.rows(node)
    return compiler.rows(sorted(rows)) if rows else tantivy.Query.empty_query()


def _places(archive: Archive, trees: Sequence[Node], rows: Sequence[int]) -> dict[int, tuple[Span, ...]]:
    from reftel.claims.stream import first_places  # noqa: PLC0415 - for such questions only

    return first_places(archive, trees, rows)


_STATEMENTS = Kind(_making, _places)


def _field(name: str) -> Make:
    def make(compiler: Compiler, leaf: Leaf) -> tantivy.Query:
        return _making(compiler, In(name, leaf))

    return make


for _name, _asks, _example in (
    (SAID_BY, "something said by whoever has these words in name, role, affiliation or paper", 'said-by:"port captain"'),
    (SAID_ABOUT, "something said about a state, an organization or a leader, however written", "said-about:france"),
    (MODALITY, "something asserted, predicted, possible, conditional, wished, obliged, denied or questioned",
     "modality:predicted"),
):  # fmt: skip
    register(Field(_name, _asks, _example, _field(_name), of=_STATEMENTS, beside=True))
