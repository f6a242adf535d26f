"""A bar on the terminal for long work, or lines of JSON; nothing where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from reftel.cli.output import console_on, print_json


class Report(Protocol):
    """Is told how many are done, and of how many."""

    def __call__(self, done: int, of: int | None = None, /) -> None:
        """Shows it."""


T = TypeVar("T")


class Told(Generic[T]):
    """How a tally of work under way is told: in words, in figures, and what share of the work it is, 0 where nobody knows."""

    def __init__(
        self, words: Callable[[T], str], figures: Callable[[T], Mapping[str, object]], share: Callable[[T], float]
    ) -> None:
        self.words, self.figures, self.share = words, figures, share


@contextmanager
def reporting(what: str, told: Told[T], *, jsonl: bool) -> Iterator[Callable[[T], None] | None]:
    """What is to be told each tally: lines of JSON, or a bar on the terminal; None where nobody watches."""
    if jsonl:
        yield lambda tally: print_json({"event": "progress", **told.figures(tally)})
        return
    console = console_on(sys.stderr)
    if not console.is_terminal:
        yield None
        return
    columns = (SpinnerColumn(), BarColumn(24), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=None)

        def show(tally: T) -> None:
            share = told.share(tally)
            progress.update(task, description=told.words(tally), completed=share, total=1.0 if share else None)

        yield show


@contextmanager
def counted(what: str, total: int | None = None) -> Iterator[Report | None]:
    """What is to be told how many are done, and of how many where `total` is not known; None where nobody watches."""
    console = console_on(sys.stderr)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda done, of=total: progress.update(task, completed=done, total=of)


@contextmanager
def aside(what: str) -> Iterator[Report | None]:
    """What is to be told how many are done of how many, while results go to a file or a pipe.

    None where they go to the same terminal, whose lines tell enough, or where nobody watches.
    """
    if sys.stdout.isatty():
        yield None
        return
    with counted(what) as progress:
        yield progress
