"""The numbers under which the archive keeps releases: to ask for what came since, and to hold whole results side by side.

Numbers rise in the order in which releases were kept and are never taken away, so all above the newest of yesterday are
new today.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import tantivy

from reftel.archive.packing import printable
from reftel.search.fields import Field, register
from reftel.search.layout import schema

if TYPE_CHECKING:
    from reftel.search.compiling import Compiler
    from reftel.search.tree import Leaf

_RANGE = re.compile(r"(\d{0,10})(\.\.)?(\d{0,10})", re.ASCII)
_LAST = 0xFFFF_FFFF


def above(row: int) -> str:
    """What asks, in the query language, for all that was kept after the release with this number."""
    return f"row:{row + 1}.."


def _row(compiler: Compiler, leaf: Leaf) -> tantivy.Query:
    match = _RANGE.fullmatch(leaf.text.replace(",", ""))
    if match is None or not (match[1] or match[3]):
        compiler.notes.append(f"{printable(leaf.text)[:40]!r} is no row: write row:120, row:120.. or row:120..130")
        return tantivy.Query.empty_query()
    low = int(match[1] or 0)
    high = int(match[3] or _LAST) if match[2] else low
    if low > high or low > _LAST:
        return tantivy.Query.empty_query()
    return rows_between(low, min(high, _LAST))


def rows_between(low: int, high: int) -> tantivy.Query:
    """What was kept under the numbers from `low` to `high`, both included."""
    return tantivy.Query.range_query(schema(), "row", tantivy.FieldType.Unsigned, low, high)


register(Field("row", "the order in which it was kept here: a number, or from one to another", "row:120..", _row))
