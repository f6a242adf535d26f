"""Ingest, as the command does it: with progress on a terminal, quiet in a pipe, or as lines of JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from reftel.archive import Tally, course_over, ingest_met, open_archive
from reftel.cli.output import print_json, show
from reftel.cli.progress import Told, reporting
from reftel.cli.streams import STDIN, met_in
from reftel.cli.tables import tally_table
from reftel.cli.words import duration
from reftel.search import following

Report = Callable[[Tally], None]
_MANY_BYTES = 20_000_000


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What the user wants of an ingest; each field is an option of the command."""

    paths: Sequence[str]
    form: str | None = None
    jobs: int | None = None
    collection: str = ""
    again: bool = False
    jsonl: bool = False


def ingest_and_report(archive: Path, order: Order) -> Tally:
    """Keeps and indexes all that is met, and prints what was done."""
    with (
        open_archive(archive, create=True) as opened,
        following(opened, many=_many(order.paths)) as index,
        reporting("reading", Told(_words, _figures, lambda tally: tally.share), jsonl=order.jsonl) as report,
    ):
        opened.collection = order.collection
        places = [Path(path) for path in order.paths if path != STDIN]
        course = course_over(opened, places, form=order.form, again=order.again)
        met = met_in(order.paths, order.form, course)
        tally = ingest_met(opened, met, jobs=order.jobs, follower=index, progress=report, course=course)
    if order.jsonl:
        print_json({"event": "end", **_figures(tally), "kept": tally.kept, "rejects": tally.rejects})
    else:
        show(tally_table(tally))
    return tally


def _figures(tally: Tally) -> dict[str, float | None]:
    return {
        "done": tally.done,
        "known": tally.known,
        "failed": tally.failed,
        "left": tally.left,
        "unchanged_files": tally.unchanged,
        "seconds": round(tally.seconds, 3),
        "seconds_left": None if tally.seconds_left is None else round(tally.seconds_left, 1),
        "rate": _rate(tally),
    }


def _rate(tally: Tally) -> float:
    return round(tally.done / tally.seconds, 1) if tally.seconds else 0.0


def _words(tally: Tally) -> str:
    failed = f", {tally.failed:,} rejected" if tally.failed else ""
    left = ""
    if tally.left is not None and tally.seconds_left is not None:
        left = f", about {tally.left:,} left, {duration(tally.seconds_left)}"
    return f"{tally.done:,} done{failed}, {_rate(tally):,.0f} a second{left}"


def _many(paths: Sequence[str]) -> bool:
    """Whether thousands of records are to be expected. A wrong guess costs time, nothing else."""
    total = 0
    for name in paths:
        path = Path(name)
        if path.is_dir():
            return True
        total += path.stat().st_size if path.is_file() else 0
    return total > _MANY_BYTES
