"""The commands that follow a cable to others: references, threads, ghosts, gaps, versions, differences, cuts, twins."""

# ruff: noqa: PLC0415 - heavy libraries come with the command that needs them

from __future__ import annotations

from pathlib import Path

import click

from reftel.cli import options
from reftel.cli.exits import nothing_unless

_SHOWN = 20
_number = click.argument("name", metavar="ID", help="A telegram's number in any spelling.")


@click.command()
@_number
@options.archive
@options.as_json
def references(*, name: str, archive: Path, as_json: bool) -> None:
    """Print what a cable cites and who cites it, with the reason for each inferred year."""
    from reftel.cli.linking import show_references

    show_references(archive, name, as_json=as_json)


@click.command()
@_number
@options.archive
@click.option("--steps", type=click.IntRange(min=0), default=2, help="How many references away.")
@options.as_json
def thread(*, name: str, archive: Path, steps: int, as_json: bool) -> None:
    """Print the cables around one in the order of time: what it answers, what answers it, and the chain of references."""
    from reftel.cli.linking import show_thread

    show_thread(archive, name, steps=steps, as_json=as_json)


@click.command()
@click.argument("name", metavar="[ID]", default="", help="One cable; without it, all.")
@options.archive
@options.post
@click.option(
    "--limit", type=click.IntRange(min=0), help="How many to print; 0 is all. [default: 20, or all with --json]"
)
@options.as_json
def ghosts(*, name: str, archive: Path, post: str, limit: int | None, as_json: bool) -> None:
    """Print the cables that are cited and not here: by whom, as what, and when they must have been sent."""
    from reftel.cli.linking import show_ghosts

    most = limit if limit is not None else 0 if as_json else _SHOWN
    nothing_unless(show_ghosts(archive, name, post=post, limit=most, as_json=as_json))


@click.command()
@options.archive
@options.post
@click.option("--year", type=click.IntRange(min=0), default=0, show_default=False, help="Only this year.")
@options.as_json
def gaps(*, archive: Path, post: str, year: int, as_json: bool) -> None:
    """Print how many cables each post sent in each year, as far as their numbers tell, and how many are here."""
    from reftel.cli.linking import show_gaps

    nothing_unless(show_gaps(archive, post=post, year=year, as_json=as_json))


@click.command()
@_number
@options.archive
@options.as_json
def versions(*, name: str, archive: Path, as_json: bool) -> None:
    """Print every release of a cable, and what one holds back and another shows."""
    from reftel.cli.comparing import show_versions

    show_versions(archive, name, as_json=as_json)


@click.command()
@click.argument("left", metavar="LEFT", help="A content address, or a telegram's number.")
@click.argument("right", metavar="RIGHT", help="Another; the same number for its other release.")
@options.archive
@options.as_json
def diff(*, left: str, right: str, archive: Path, as_json: bool) -> None:
    """Print where the words of two releases differ; line ends, case and punctuation do not count."""
    from reftel.cli.comparing import show_difference

    differences = show_difference(archive, left, right, as_json=as_json)
    nothing_unless(not differences)


@click.command()
@options.archive
@options.post
@options.since
@options.until
@options.as_json
def cuts(*, archive: Path, post: str, since: str, until: str, as_json: bool) -> None:
    """Print every passage of the archive that one release of a cable holds back and another shows."""
    from reftel.archive import post_key
    from reftel.cli.comparing import show_cuts

    nothing_unless(show_cuts(archive, post=post_key(post), since=since, until=until, as_json=as_json))


@click.command()
@options.archive
@options.as_json
def twins(*, archive: Path, as_json: bool) -> None:
    """Print the cables that have the same words under different numbers, and whether they are one transmission."""
    from reftel.cli.comparing import show_twins

    nothing_unless(show_twins(archive, as_json=as_json))
