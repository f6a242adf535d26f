"""The command that prints who said what."""

# ruff: noqa: PLC0415, PLR0913 - heavy libraries come with the command that needs them; one parameter an option

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from reftel.cli import options
from reftel.cli.exits import nothing_unless
from reftel.errors import NotFound

_WORDS: dict[str, Any] = {"ignore_unknown_options": True, "help_option_names": ["--help"]}


@click.command(context_settings=_WORDS)
@options.archive
@options.asked
@options.form
@options.flag("--jsonl", help="Print each statement whole, one line of JSON each.")
@options.flag("--csv", help="Print a table, a row a statement.")
@options.flag("--parquet", help="Write the same table as Parquet.")
@options.word("--out", default="-", help="The file to write, in the form that its name ends in; - is standard output.")
@click.option(
    "--confidence", type=click.FloatRange(0.0, 1.0), default=0.28, help="Leave out what is less sure than this."
)
@options.flag("--as-is", help="Ask what was read before, and read nothing new.")
@click.option("--jobs", type=click.IntRange(min=0), help="Reading processes. [default: one a processor]")
@click.pass_context
def statements(
    context: click.Context,
    *,
    words: tuple[str, ...],
    fields: Mapping[str, Any],
    archive: Path,
    form: str | None,
    jsonl: bool,
    csv: bool,
    parquet: bool,
    out: str,
    confidence: float,
    as_is: bool,
    jobs: int | None,
) -> None:
    """Print who said what, in the records that match, or in files: the speaker, the words, whom they are about, where they stand.

    The archive is read first, where it was not yet. Where WORDS are files or folders, and no --archive is given, these are
    read instead, and nothing is kept.
    """
    from reftel.cli.claiming import Printing, print_of_archive, print_of_files, style_of
    from reftel.cli.searching import query_of

    style = "parquet" if parquet else "jsonl" if jsonl else "csv" if csv else ""
    printing = Printing(style_of(style, out), out, confidence)
    named = context.get_parameter_source("archive") is ParameterSource.COMMANDLINE
    if words and not named and all(word == "-" or Path(word).exists() for word in words):
        nothing_unless(print_of_files(words, form, printing))
    elif not named and not archive.exists() and any(map(_is_path, words)):
        missing = next(word for word in words if not Path(word).exists())
        raise NotFound(f"there is no file or folder {missing}", hint="or name an archive to search with --archive")
    else:
        nothing_unless(print_of_archive(archive, query_of(words, fields), printing, as_is=as_is, jobs=jobs))


def _is_path(word: str) -> bool:
    return "/" in word or "\\" in word or Path(word).suffix.lower() in (".txt", ".csv", ".html", ".htm", ".xml")


@click.command(context_settings=_WORDS)
@options.archive
@options.asked
@options.word(
    "--kind", default="actors", help="actors: who speaks of whom; concepts: of which TAGS; endorsement: who agrees."
)
@options.word(
    "--format",
    "style",
    help="gexf (Gephi), graphml, dyads (a table by month), dna (a database) or json. [default: as --out ends, or gexf]",
)
@options.word("--out", default="-", help="The file to write; - is standard output.")
@click.option(
    "--confidence", type=click.FloatRange(0.0, 1.0), default=0.0, help="Leave out what is less sure than this."
)
@options.flag("--as-is", help="Ask what was read before, and read nothing new.")
def network(
    *,
    words: tuple[str, ...],
    fields: Mapping[str, Any],
    archive: Path,
    kind: str,
    style: str,
    out: str,
    confidence: float,
    as_is: bool,
) -> None:
    """Write who speaks of whom, for or against, in all statements that match: a graph, a table of dyads, a database to code in."""
    from reftel.cli.networking import Drawing, draw, style_of
    from reftel.cli.searching import query_of

    drawing = Drawing(kind, style_of(style, out), out, confidence)
    nothing_unless(draw(archive, query_of(words, fields), drawing, as_is=as_is))
