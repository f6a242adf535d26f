"""The command that prints who said what."""

# ruff: noqa: PLC0415 - heavy libraries come with the command that needs them

from __future__ import annotations

import click

from reftel.cli import options
from reftel.cli.exits import nothing_unless


@click.command()
@options.paths
@options.form
@options.flag("--jsonl", help="Print each statement whole, one line of JSON each.")
@options.flag("--csv", help="Print a table, a row a statement.")
@click.option(
    "--confidence", type=click.FloatRange(0.0, 1.0), default=0.28, help="Leave out what is less sure than this."
)
def statements(*, paths: tuple[str, ...], form: str | None, jsonl: bool, csv: bool, confidence: float) -> None:
    """Print who said what in the records of PATHS: the speaker, the words, whom they are about, and where they stand."""
    from reftel.cli.stating import print_statements, stated_in
    from reftel.cli.streams import met_in

    found = stated_in(met_in(paths, form), confidence)
    nothing_unless(print_statements(found, style="jsonl" if jsonl else "csv" if csv else "text"))
