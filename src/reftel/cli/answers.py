"""Facets and explanations of a search on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.columns import Columns
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from reftel.cli.safe import line
from reftel.search.tree import Alike, All, Any, In, Meaning, Node, Not, said

if TYPE_CHECKING:
    from reftel.search import Bucket, Explanation
    from reftel.search.explaining import Found
    from reftel.search.tree import Telling

_BAR = 12  # cells
_EIGHTHS = " ▏▎▍▌▋▊▉"
_HEIGHTS = "▁▂▃▄▅▆▇█"
_LONGEST = 28  # characters of a value
_MANY_YEARS = 15  # more are laid out by decades
_TITLES = {"tag": "TAG", "to": "addressee", "in": "collection"}
_MONTHS = "JFMAMJJASOND"


def facets_tables(facets: Mapping[str, Sequence[Bucket]]) -> Iterator[RenderableType]:
    """A small table for each facet, as many beside each other as there is room for."""
    narrow: list[RenderableType] = []
    if facets:
        yield Text()
    for name, buckets in facets.items():
        if name == "month" or (name == "year" and len(buckets) > _MANY_YEARS):
            yield Padding(_calendar(name, buckets), (0, 0, 1, 0))
        elif buckets:
            narrow.append(Padding(_facet(name, buckets), (0, 2, 1, 0)))
    if narrow:
        yield Columns(narrow, padding=0)


def _facet(name: str, buckets: Sequence[Bucket]) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold", title_justify="left")
    table.add_column(_TITLES.get(name, name), no_wrap=True, overflow="ellipsis", max_width=_LONGEST)
    table.add_column("", justify="right")
    table.add_column("", no_wrap=True, style="cyan")
    most = max(bucket.count for bucket in buckets)
    for bucket in buckets:
        table.add_row(line(bucket.value), f"{bucket.count:,}", bar(bucket.count, most))
    return table


def bar(count: int, most: int) -> str:
    """A bar as long as `count` is large beside `most`; never empty where there is something."""
    eighths = max(round(count / max(most, 1) * _BAR * 8), 1 if count else 0)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def _calendar(name: str, buckets: Sequence[Bucket]) -> Table:
    """Months by years, or years by decades, each as high as it has hits."""
    months = name == "month"
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    table.add_column(name)
    table.add_column(_MONTHS if months else "0123456789", no_wrap=True, style="cyan")
    table.add_column("", justify="right")
    most = max((bucket.count for bucket in buckets), default=0)
    for row, inside in groupby(buckets, key=lambda one: one.value[:4] if months else f"{one.value[:3]}0s"):
        counts = {(one.value[5:] if months else one.value[3:]): one.count for one in inside}
        cells = [counts.get(f"{at:02d}" if months else str(at), 0) for at in (range(1, 13) if months else range(10))]
        table.add_row(row, "".join(_height(count, most) for count in cells), f"{sum(counts.values()):,}")
    return table


def _height(count: int, most: int) -> str:
    return _HEIGHTS[round(count / most * (len(_HEIGHTS) - 1))] if count else "·"


def explanation_parts(found: Explanation, total: int) -> Iterator[RenderableType]:
    """How the query was understood, as a tree with the count of each part, and why nothing was found."""
    counts = {one.term: one for one in found.terms}
    number = f"the number of {', '.join(line(one) for one in found.named)}, or else  " if found.named else ""
    yield Text.assemble(("Understood as  ", "bold"), number, line(found.understood))
    root = Tree(Text(f"{total:,} {'record' if total == 1 else 'records'}", "bold"), guide_style="dim")
    _grow(root, found.tree, counts, "")
    yield root
    if found.why_nothing:
        yield Text(f"Nothing was found: {line(found.why_nothing)}.", "yellow")


def _grow(branch: Tree, node: Node, counts: Mapping[str, Found], field: str) -> None:
    match node:
        case All():
            _grow_all(branch.add(Text("all of", "dim")), node.parts, counts)
        case Any():
            _grow_all(branch.add(Text("one of", "dim")), node.parts, counts)
        case Not():
            _grow(branch.add(Text("not", "dim")), node.what, counts, field)
        case Meaning():
            _grow_all(branch.add(Text("the words or their codes", "dim")), (node.words, *node.codes), counts)
        case Alike():
            under = branch.add(Text.assemble((f"like {line(node.record)}: ", ""), ("several of", "dim")))
            under.add(told_words(node.words))
        case _:
            branch.add(_leaf(node, counts))


def _grow_all(branch: Tree, parts: Iterable[Node], counts: Mapping[str, Found]) -> None:
    for part in parts:
        _grow(branch, part, counts, "")


def _leaf(node: Node, counts: Mapping[str, Found]) -> Text:
    term = said(node)
    shown = Text(line(term), "bold" if isinstance(node, In) else "")
    found = counts.get(term)
    if found is None:
        return shown
    shown.append(f"  {found.count:,}", "cyan" if found.count else "yellow")
    if found.nearest:
        shown.append(f"  nearest: {', '.join(line(one) for one in found.nearest)}", "dim")
    return shown


def alike_parts(record: str, words: Sequence[Telling]) -> Iterator[RenderableType]:
    """The words that led from a record to those like it."""
    if not words:
        yield Text(f"No word of {line(record)} that tells anything stands in another record.", "yellow")
        return
    yield Text.assemble(("What tells most of ", "bold"), (line(record), "bold cyan"), ("  (records with it)", "dim"))
    yield told_words(words)


def told_words(words: Sequence[Telling]) -> Columns:
    """Each word with the number of records that have it."""
    shown = [Text.assemble(line(one.word), (f" {one.count:,}", "cyan")) for one in words]
    return Columns(shown, padding=(0, 3))
