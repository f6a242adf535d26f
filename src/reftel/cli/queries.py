"""The commands that ask: search, export, like, batch, and the saved searches."""

# ruff: noqa: PLC0415, PLR0913 - heavy libraries come with the command that needs them; one parameter an option

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from reftel.cli import options
from reftel.cli.exits import nothing_unless

# A word may start with a dash, so unknown options are words here, and there is no short -h.
_WORDS: dict[str, Any] = {"ignore_unknown_options": True, "help_option_names": ["--help"]}
_called = click.argument("name", metavar="NAME", help="What the saved search is called.")


@click.command(context_settings=_WORDS)
@options.archive
@options.asked
@options.look
@options.limit
@click.option("--after", metavar="CURSOR", help="The page after the one that gave this cursor; '' is the first page.")
@options.word(
    "--facets",
    help="Count all hits by year, month, post, country, class, caption, tag, signer, to, form, finding, kind or in: "
    "some of them with commas between, or all.",
)
@click.option("--facet-size", type=click.IntRange(min=0), default=10, help="How many values of each; 0 is all.")
@options.flag("--explain", help="Print how the query was understood, and what each part of it finds.")
@options.as_json
def search(
    *,
    words: tuple[str, ...],
    fields: Mapping[str, Any],
    archive: Path,
    look: Mapping[str, Any],
    limit: int,
    after: str | None,
    facets: str,
    facet_size: int,
    explain: bool,
    as_json: bool,
) -> None:
    """Print the records that match, best first. Words are all wanted; without words, the filters alone decide.

    With --json the hits are lines of JSON; where --facets, --explain or --after is given, one more line, the only one with
    an `event`, tells what is of all hits together: total, cursor, facets, notes, explanation.
    """
    from reftel.cli.looking import Asking
    from reftel.cli.searching import query_of, search_and_print

    answer = {"limit": limit, "cursor": after or "", "facets": (facets,) if facets else (), "facet_size": facet_size}
    end = bool(facets) or explain or after is not None
    query = query_of(words, {**fields, **answer, "explain": explain})
    nothing_unless(search_and_print(archive, Asking(query, **look, as_json=as_json, end=end)))


@click.command(context_settings=_WORDS)
@options.archive
@options.asked
@options.word("--format", "style", default="csv", help="csv, jsonl, parquet, text, biblatex, ris, csl or citations.")
@options.word("--out", default="-", help="The file to write; - is standard output.")
@options.flag("--paragraphs", help="A row a paragraph, not a row a record.")
@options.look
def export(
    *,
    words: tuple[str, ...],
    fields: Mapping[str, Any],
    archive: Path,
    style: str,
    out: str,
    paragraphs: bool,
    look: Mapping[str, Any],
) -> None:
    """Write every record that matches to a file, whole, in the order of search. Without words, the filters decide."""
    from reftel.cli.exporting import export as write
    from reftel.cli.looking import Asking
    from reftel.cli.searching import query_of

    asking = Asking(query_of(words, fields), **look)
    nothing_unless(write(archive, asking, name=style, rows="paragraphs" if paragraphs else "records", out=out))


@click.command()
@options.name
@options.archive
@options.limit
@options.as_json
def like(*, name: str, archive: Path, limit: int, as_json: bool) -> None:
    """Print the records most like one, by the words that tell most of it, and these words.

    `reftel search like:ID` does the same, with all else that search can do. With --json a last line, with an `event`, tells
    the words.
    """
    from reftel.cli.searching import like_and_print

    nothing_unless(like_and_print(archive, name, limit=limit, as_json=as_json))


@click.command()
@click.argument(
    "file",
    metavar="FILE",
    help="Queries, one a line; or a CSV with a column `query`, and if you like `name`, `post`, `from`, `to`, "
    "`class` and `tag`. - is the standard input.",
)
@options.archive
@options.word("--format", "style", default="text", help="text, csv (with all overlaps as columns) or jsonl.")
def batch(*, file: str, archive: Path, style: str) -> None:
    """Print what each of many queries finds: how many records, from when to when, and how many it has in common with each other query."""
    from reftel.cli.batching import batch_and_print

    nothing_unless(batch_and_print(archive, file, style))


@click.command(context_settings=_WORDS)
@_called
@options.archive
@options.asked
@options.flag("--replace", help="In place of one that is called so already.")
@options.saved_in
def save(
    *,
    name: str,
    words: tuple[str, ...],
    fields: Mapping[str, Any],
    archive: Path,
    replace: bool,
    saved_in: Path | None,
) -> None:
    """Keep a search under a name, for yourself and outside the archive; what it finds now counts as seen."""
    from reftel.cli.saving import save_and_say
    from reftel.cli.searching import query_of

    save_and_say(archive, name, query_of(words, fields), file=saved_in, replace=replace)


@click.command()
@options.archive
@options.as_json
@options.saved_in
def saved(*, archive: Path, as_json: bool, saved_in: Path | None) -> None:
    """Print your saved searches, how many records each finds, and how many of them are new. Nothing is noted as seen by it."""
    from reftel.cli.saving import show_saved

    nothing_unless(show_saved(archive, file=saved_in, as_json=as_json))


@click.command()
@_called
@options.saved_in
def forget(*, name: str, saved_in: Path | None) -> None:
    """Take a saved search away."""
    from reftel.cli.looking import saved_file
    from reftel.search import SavedSearches

    SavedSearches(saved_file(saved_in)).forget(name)
