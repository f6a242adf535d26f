"""A site of files, as the command makes it: with progress on a terminal, quiet in a pipe, or as lines of JSON."""

from __future__ import annotations

from pathlib import Path

import msgspec
from rich.text import Text

from reftel.cli.output import print_json, say, show
from reftel.cli.progress import Told, reporting
from reftel.cli.safe import line
from reftel.publish.site import Settings, Tally, publish


def publish_and_report(archive: Path, out: Path, settings: Settings, *, jsonl: bool) -> Tally:
    """Publishes, and prints what was done."""
    told = Told(_words, _figures, lambda tally: tally.done / max(tally.total, 1))
    with reporting("publishing", told, jsonl=jsonl) as report:
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


def _words(tally: Tally) -> str:
    failed = f", {tally.failed:,} failed" if tally.failed else ""
    return f"{tally.done:,} done{failed}, about {tally.left:,} left, {_rate(tally):,.0f} a second"


def _rate(tally: Tally) -> float:
    return round(tally.done / tally.seconds, 1) if tally.seconds else 0.0


def _figures(tally: Tally) -> dict[str, object]:
    told = msgspec.to_builtins(tally)
    del told["faults"], told["total"]
    return {**told, "done": tally.done, "left": tally.left, "seconds": round(tally.seconds, 3), "rate": _rate(tally)}
