"""Hits, forms, counts and rejects as tables on the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reftel.cli import words
from reftel.cli.safe import line, safe

if TYPE_CHECKING:
    from reftel.archive import Tally
    from reftel.handbook import Explanation
    from reftel.release import Reject
    from reftel.search import Hit, Hits, Snippet
    from reftel.sources.base import Form


def hits_list(found: Hits) -> Iterable[RenderableType]:
    """Each hit: its id, date, post and class, its subject, and the passage that was found with its paragraph's number."""
    for hit in found.hits:
        yield _hit_head(hit)
        yield Padding(Text(line(hit.subject) or "(no subject)", "" if hit.subject else "dim"), (0, 0, 0, 2))
        yield Padding(Text.assemble((_paragraph(hit), "cyan"), _passage(hit.snippet)), (0, 0, 1, 2))
    yield Text(f"{len(found.hits):,} of {found.total:,} {'record' if found.total == 1 else 'records'}", "dim")


def _hit_head(hit: Hit) -> Text:
    head = Text.assemble((line(hit.id) or hit.key[:12], "bold cyan"))
    for part, style in (
        (words.iso_moment(hit.sent), ""),
        (line(hit.post), ""),
        (line(hit.level), words.LEVEL_STYLES.get(hit.level, "dim")),
        ("" if hit.kind == "cable" else hit.kind, "dim"),
    ):
        if part:
            head.append("  ")
            head.append(part, style)
    return head


def _paragraph(hit: Hit) -> str:
    """The number and mark of the paragraph that the passage leads to, as far as it has them: `¶2 (C)  `."""
    if hit.paragraph is None:
        return ""
    number, mark = line(hit.paragraph.number).rstrip("."), line(hit.paragraph.mark)
    told = [part for part in (f"¶{number}" if number else "", f"({mark})" if mark else "") if part]
    return " ".join(told) + "  " if told else ""


def _passage(snippet: Snippet) -> Text:
    """The snippet on one line, the words found bright; runs of white space are one blank."""
    shown, at = Text(), snippet.span.start

    def add(end: int, style: str) -> None:
        piece = safe(snippet.text[at - snippet.span.start : end - snippet.span.start])
        shown.append(re.sub(r"\s+", " ", piece), style)

    for span in snippet.highlights:
        add(span.start, "dim")
        at = max(at, span.start)
        add(span.end, "bold yellow")
        at = span.end
    add(snippet.span.end, "dim")
    return shown


def forms_table(forms: Iterable[Form]) -> RenderableType:
    """What can be read."""
    table = Table(box=None, padding=(0, 2, 1, 0), header_style="bold")
    table.add_column("form", style="bold cyan", no_wrap=True)
    table.add_column("what it is", ratio=1)
    for form in forms:
        table.add_row(form.name, Text.assemble((form.title, "bold"), "\n", form.about))
    return table


def tally_table(tally: Tally) -> RenderableType:
    """What an ingest did: kept by form, known before, rejected by reason."""
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right")
    table.add_column(ratio=1)
    for count, what in _tally_rows(tally):
        table.add_row(f"{count:,}", what)
    return table


def _tally_rows(tally: Tally) -> Iterable[tuple[int, Text]]:
    for form, count in sorted(tally.kept.items()):
        yield count, Text(f"kept, {line(form)}", "green")
    if not tally.kept:
        yield 0, Text("new")
    if tally.known:
        yield tally.known, Text("known before", "dim")
    if tally.unchanged:
        yield tally.unchanged, Text("files unchanged, not read again (--again reads them)", "dim")
    yield from ((count, Text(f"rejected: {reason}", "yellow")) for reason, count in _most(tally.rejects))


def _most(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(line(name), count) for name, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]


def rejects_list(rejects: Iterable[Reject]) -> RenderableType:
    """Where, why, and the first bytes of what could not be read."""
    return Group(*(_reject(one) for one in rejects))


def _reject(reject: Reject) -> RenderableType:
    head = line(reject.head.decode("ascii", "replace"))
    told: list[RenderableType] = [
        Text(line(str(reject.origin)), "bold"),
        Padding(Text(line(reject.reason), "yellow"), (0, 0, 0, 2)),
    ]
    if head.strip():
        told.append(Padding(Text(f"begins: {head}", "dim", overflow="ellipsis", no_wrap=True), (0, 0, 0, 2)))
    return Group(*told)


def explanations_table(found: Mapping[str, Iterable[Explanation]]) -> Table:
    """What each code means, table by table; a code that none knows says so."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for style in ("bold cyan", "dim", ""):
        table.add_column(style=style)
    for asked, ones in found.items():
        rows: list[tuple[str, str, str]] = [(one.code, one.table, one.meaning) for one in ones]
        for code, kind, meaning in rows or [(line(asked), "", "not in the handbook")]:
            table.add_row(code, kind, meaning)
    return table
