"""A bar on the terminal for work whose length is known; nothing where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class Report(Protocol):
    """Is told how many are done, and of how many."""

    def __call__(self, done: int, of: int | None = None, /) -> None:
        """Shows it."""


@contextmanager
def counted(what: str, total: int | None = None) -> Iterator[Report | None]:
    """What is to be told how many are done, and of how many where `total` is not known; None where nobody watches."""
    console = Console(file=sys.stderr)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
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
