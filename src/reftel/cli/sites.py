"""A site of files, as the command makes it: with progress on a terminal, quiet in a pipe, or as lines of JSON."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from reftel.cli.output import print_json, say, show
from reftel.cli.safe import line
from reftel.publish.site import Settings, Tally, publish

Report = Callable[[Tally], None]


def publish_and_report(archive: Path, out: Path, settings: Settings, *, jsonl: bool) -> Tally:
    """Publishes, and prints what was done."""
    with _reporting(jsonl=jsonl) as report:
        tally = publish(archive, out, settings, report)
    if jsonl:
        print_json({"event": "end", **_figures(tally), "faults": tally.faults})
        return tally
    made = f"{tally.files:,} files written, {tally.bytes / 1e6:,.1f} MB" if tally.files else "nothing to write"
    gone = f", {tally.removed:,} removed" if tally.removed else ""
    show(
        Text(f"{tally.made:,} made, {tally.unchanged:,} unchanged; {made}{gone}. Open {line(str(out / 'index.html'))}")
    )
    for name, why in tally.faults:
        say(f"{line(name)} could not be made: {line(why)}", "yellow")
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
    columns = (SpinnerColumn(), BarColumn(24), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("publishing", total=None)
        yield lambda tally: progress.update(
            task, description=_words(tally), completed=tally.done, total=max(tally.total, 1)
        )


def _words(tally: Tally) -> str:
    failed = f", {tally.failed:,} failed" if tally.failed else ""
    return f"{tally.done:,} done{failed}, about {tally.left:,} left, {_rate(tally):,.0f} a second"


def _rate(tally: Tally) -> float:
    return round(tally.done / tally.seconds, 1) if tally.seconds else 0.0


def _figures(tally: Tally) -> dict[str, object]:
    told = msgspec.to_builtins(tally)
    del told["faults"], told["total"]
    return {**told, "done": tally.done, "left": tally.left, "seconds": round(tally.seconds, 3), "rate": _rate(tally)}
