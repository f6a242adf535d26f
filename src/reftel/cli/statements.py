"""The command that prints who said what."""

# ruff: noqa: PLC0415 - heavy libraries come with the command that needs them

from __future__ import annotations

from typing import Annotated

import typer

from reftel.cli import options

NOTHING = 1


def register(app: typer.Typer) -> None:
    """Adds the command to `app`."""
    app.command()(statements)


def statements(
    paths: options.PathsArgument,
    form: options.FormOption = None,
    as_jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Print each statement whole, one line of JSON each.")
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a table, a row a statement.")] = False,
    confidence: Annotated[
        float, typer.Option("--confidence", min=0.0, max=1.0, help="Leave out what is less sure than this.")
    ] = 0.28,
) -> None:
    """Print who said what in the records of PATHS: the speaker, the words, whom they are about, and where they stand."""
    from reftel.cli.stating import print_statements, stated_in
    from reftel.cli.streams import met_in

    found = stated_in(met_in(paths, form), confidence)
    if not print_statements(found, style="jsonl" if as_jsonl else "csv" if as_csv else "text"):
        raise typer.Exit(NOTHING)
