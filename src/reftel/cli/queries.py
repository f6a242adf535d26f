"""The commands that ask: search, like, batch, and the saved searches."""

# ruff: noqa: PLC0415, PLR0913, PLR0917 - heavy libraries come with the command that needs them; one parameter an option

from __future__ import annotations

from typing import Annotated, Any

import typer

from reftel.cli import options

NOTHING = 1
# A word may start with a dash, so unknown options are words here, and there is no short -h.
WORDS: dict[str, Any] = {"ignore_unknown_options": True, "help_option_names": ["--help"]}
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="What the saved search is called.")]


def register(app: typer.Typer) -> None:
    """Adds the commands to `app`."""
    app.command(context_settings=WORDS)(search)
    app.command()(like)
    app.command()(batch)
    app.command(context_settings=WORDS)(save)
    app.command()(saved)
    app.command()(forget)


def search(
    words: options.WordsArgument = None,
    archive: options.ArchiveOption = options.DEFAULT_ARCHIVE,
    post: options.PostOption = "",
    since: options.FromOption = "",
    until: options.ToOption = "",
    level: options.ClassOption = "",
    tag: options.TagOption = None,
    within: options.WithinOption = None,
    saved: options.SavedOption = "",
    new: options.NewOption = False,
    sort: options.SortOption = "relevance",
    limit: options.LimitOption = 20,
    after: options.AfterOption = None,
    facets: options.FacetsOption = "",
    facet_size: options.FacetSizeOption = 10,
    explain: options.ExplainOption = False,
    as_json: options.JsonOption = False,
    saved_in: options.SavedFileOption = None,
) -> None:
    """Print the records that match, best first. Words are all wanted; without words, the filters alone decide.

    With --json the hits are lines of JSON; where --facets, --explain or --after is given, one more line, the only one with
    an `event`, tells what is of all hits together: total, cursor, facets, notes, explanation.
    """
    from reftel.cli.looking import Asking
    from reftel.cli.searching import query_of, search_and_print

    fields = {
        "post": post, "since": since, "until": until, "level": level, "tags": tuple(tag or ()),
        "within": tuple(within or ()), "sort": sort, "limit": limit, "cursor": after or "",
        "facets": (facets,) if facets else (), "facet_size": facet_size, "explain": explain,
    }  # fmt: skip
    end = bool(facets) or explain or after is not None
    asking = Asking(query_of(words or [], fields), saved=saved, new=new, file=saved_in, as_json=as_json, end=end)
    if not search_and_print(archive, asking):
        raise typer.Exit(NOTHING)


def like(
    name: Annotated[str, typer.Argument(metavar="ID", help="A number in any spelling, or a content address.")],
    archive: options.ArchiveOption = options.DEFAULT_ARCHIVE,
    limit: options.LimitOption = 20,
    as_json: options.JsonOption = False,
) -> None:
    """Print the records most like one, by the words that tell most of it, and these words.

    `reftel search like:ID` does the same, with all else that search can do. With --json a last line, with an `event`, tells
    the words.
    """
    from reftel.cli.searching import like_and_print

    if not like_and_print(archive, name, limit=limit, as_json=as_json):
        raise typer.Exit(NOTHING)


def batch(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="Queries, one a line; or a CSV with a column `query`, and if you like `name`, `post`, `from`, `to`, "
            "`class` and `tag`. - is the standard input.",
        ),
    ],
    archive: options.ArchiveOption = options.DEFAULT_ARCHIVE,
    style: Annotated[str, typer.Option("--format", help="text, csv (with all overlaps as columns) or jsonl.")] = "text",
) -> None:
    """Print what each of many queries finds: how many records, from when to when, and how many it has in common with each other query."""
    from reftel.cli.batching import batch_and_print

    if not batch_and_print(archive, file, style):
        raise typer.Exit(NOTHING)


def save(
    name: NameArgument,
    words: options.WordsArgument = None,
    archive: options.ArchiveOption = options.DEFAULT_ARCHIVE,
    post: options.PostOption = "",
    since: options.FromOption = "",
    until: options.ToOption = "",
    level: options.ClassOption = "",
    tag: options.TagOption = None,
    within: options.WithinOption = None,
    sort: options.SortOption = "relevance",
    replace: Annotated[bool, typer.Option("--replace", help="In place of one that is called so already.")] = False,
    saved_in: options.SavedFileOption = None,
) -> None:
    """Keep a search under a name, for yourself and outside the archive; what it finds now counts as seen."""
    from reftel.cli.saving import save_and_say
    from reftel.cli.searching import query_of

    fields = {
        "post": post, "since": since, "until": until, "level": level, "tags": tuple(tag or ()),
        "within": tuple(within or ()), "sort": sort,
    }  # fmt: skip
    save_and_say(archive, name, query_of(words or [], fields), file=saved_in, replace=replace)


def saved(
    archive: options.ArchiveOption = options.DEFAULT_ARCHIVE,
    as_json: options.JsonOption = False,
    saved_in: options.SavedFileOption = None,
) -> None:
    """Print your saved searches, how many records each finds, and how many of them are new. Nothing is noted as seen by it."""
    from reftel.cli.saving import show_saved

    if not show_saved(archive, file=saved_in, as_json=as_json):
        raise typer.Exit(NOTHING)


def forget(name: NameArgument, saved_in: options.SavedFileOption = None) -> None:
    """Take a saved search away."""
    from reftel.cli.looking import saved_file
    from reftel.search import SavedSearches

    SavedSearches(saved_file(saved_in)).forget(name)
