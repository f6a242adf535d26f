"""The command that makes a PDF."""

# ruff: noqa: PLC0415, PLR0913, PLR0917 - heavy libraries come with the command that needs them; one parameter an option

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reftel.cli import options

NOTHING = 1
VOLUME = 1_000


def register(app: typer.Typer) -> None:
    """Adds the command to `app`."""
    app.command()(pdf)


def pdf(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="ID...", help="Numbers in any spelling, or content addresses.")
    ] = None,
    archive: options.ArchiveOption = options.DEFAULT_ARCHIVE,
    out: Annotated[str, typer.Option("--out", help="The file to write; - is standard output.")] = "-",
    query: Annotated[str | None, typer.Option("--search", metavar="QUERY", help="All that this query finds.")] = None,
    every: Annotated[
        bool, typer.Option("--every-release", help="Every release of an ID, not the fullest alone.")
    ] = False,
    title: Annotated[
        str, typer.Option("--title", help="What the file is called. [default: the query, or the record]")
    ] = "",
    paper: Annotated[str, typer.Option("--paper", help="a4 or us-letter.")] = "a4",
    fonts: Annotated[
        list[Path] | None, typer.Option("--fonts", help="A folder of fonts for scripts that the PDF's own fonts lack.")
    ] = None,
    size: Annotated[int, typer.Option("--volume", min=1, help="The most records in one file.")] = VOLUME,
) -> None:
    """Set records as a PDF: what they say, and behind it references, doubts, other releases, codes explained, source.

    More records than --volume allows become several files, FILE-1.pdf and so on.
    """
    from reftel.cli.setting import Wanted, set_and_say

    wanted = Wanted(tuple(names or ()), query, every=every, size=size)
    if not set_and_say(archive, wanted, out=out, title=title, paper=paper, fonts=tuple(map(str, fonts or ()))):
        raise typer.Exit(NOTHING)
