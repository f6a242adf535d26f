"""Saved searches, as the commands keep and list them."""

from __future__ import annotations

from pathlib import Path

from rich.console import Group
from rich.table import Table
from rich.text import Text

from reftel.archive import open_archive
from reftel.cli import words
from reftel.cli.looking import saved_file
from reftel.cli.output import print_rows, say, show
from reftel.cli.safe import line
from reftel.errors import NoArchive
from reftel.search import News, Query, SavedSearches, search, searched_to


def save_and_say(archive: Path, name: str, query: Query, *, file: Path | None, replace: bool) -> None:
    """Keeps `query` under `name`, and takes what it finds now as seen."""
    searches = SavedSearches(saved_file(file))
    with open_archive(archive) as opened:
        to = searched_to(opened)
        found = search(opened, query)
        searches.save(name, query, replace=replace)
        searches.mark(name, opened, to)
    for note in found.notes:
        say(note)
    show(Text(f"{found.total:,} {'record' if found.total == 1 else 'records'} now; what is kept later is new."))


def show_saved(archive: Path, *, file: Path | None, as_json: bool) -> int:
    """How many saved searches there are; prints each, with its counts where there is an archive."""
    searches = SavedSearches(saved_file(file))
    try:
        with open_archive(archive) as opened:
            found = list(searches.news(opened))
    except NoArchive as error:
        alone = list(searches)
        if as_json:
            print_rows(alone)
        elif alone:
            show(Group(*(Text.assemble((line(one.name), "bold"), f"  {asked_as(one.query)}") for one in alone)))
        say(f"nothing was counted: {error}")
        return len(alone)
    if as_json:
        print_rows(found)
    elif found:
        show(_table(found))
    else:
        show("No search is saved; `reftel save NAME WORDS...` keeps one.")
    return len(found)


def _table(found: list[News]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("name", style="bold cyan", overflow="fold")
    table.add_column("new", justify="right")
    table.add_column("records", justify="right")
    table.add_column("last looked at", no_wrap=True)
    table.add_column("query", overflow="fold", style="dim")
    for one in found:
        looked = words.iso_moment(one.seen.looked[:10]) if one.seen.row else "never, here"
        new = Text(f"{one.new:,}", "bold green" if one.new else "dim")
        table.add_row(line(one.name), new, f"{one.total:,}", looked, asked_as(one.query))
    return table


def asked_as(query: Query) -> str:
    """The query on one line, its filters behind the words."""
    filters = (
        ("--post", query.post), ("--from", query.since), ("--to", query.until), ("--class", query.level),
        *(("--tag", tag) for tag in query.tags), *(("--within", one) for one in query.within),
        ("--sort", query.sort if query.sort != "relevance" else ""),
    )  # fmt: skip
    return " ".join([line(query.words), *(f"{name} {line(value)}" for name, value in filters if value)]).strip()
