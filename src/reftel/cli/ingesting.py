"""Ingest, as the command does it: with progress on a terminal, quiet in a pipe, or as lines of JSON."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from reftel.archive import Tally, ingest_met, open_archive
from reftel.cli.output import print_json, show
from reftel.cli.tables import tally_table
from reftel.release import Reject, Release
from reftel.search import following

Report = Callable[[Tally], None]
_MANY_BYTES = 20_000_000


def ingest_and_report(
    archive: Path, met: Iterable[Release | Reject], *, paths: Sequence[str], jobs: int | None, jsonl: bool
) -> Tally:
    """Keeps and indexes all that is met, and prints what was done."""
    with (
        open_archive(archive, create=True) as opened,
        following(opened, many=_many(paths)) as index,
        _reporting(jsonl=jsonl) as report,
    ):
        tally = ingest_met(opened, met, jobs=jobs, follower=index, progress=report)
    if jsonl:
        print_json({"event": "end", **_figures(tally), "kept": tally.kept, "rejects": tally.rejects})
    else:
        show(tally_table(tally))
    return tally


@contextmanager
def _reporting(*, jsonl: bool) -> Iterator[Report | None]:
    if jsonl:
        yield lambda tally: print_json({"event": "progress", **_figures(tally)})
        return
    console = Console(file=sys.stderr)
    if not console.is_terminal:
        yield None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("reading")
        yield lambda tally: progress.update(task, description=_words(tally))


def _figures(tally: Tally) -> dict[str, float]:
    return {
        "done": tally.done,
        "known": tally.known,
        "failed": tally.failed,
        "seconds": round(tally.seconds, 3),
        "rate": round(tally.done / tally.seconds, 1) if tally.seconds else 0.0,
    }


def _words(tally: Tally) -> str:
    figures = _figures(tally)
    failed = f", {tally.failed:,} rejected" if tally.failed else ""
    return f"{tally.done:,} done{failed}, {figures['rate']:,.0f} a second"


def _many(paths: Sequence[str]) -> bool:
    """Whether thousands of records are to be expected. A wrong guess costs time, nothing else."""
    total = 0
    for name in paths:
        path = Path(name)
        if path.is_dir():
            return True
        total += path.stat().st_size if path.is_file() else 0
    return total > _MANY_BYTES
