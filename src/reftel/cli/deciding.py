"""The commands about decisions: decide, and persons."""

# ruff: noqa: PLC0415 - heavy libraries come with the command that needs them; one parameter an option

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from reftel.cli import options
from reftel.cli.exits import nothing_unless

_number = click.argument(
    "number", metavar="NUMBER", type=click.IntRange(min=0), help="The statement's place in the record, from 0."
)
_one = click.argument("one", metavar="PERSON", help="A person, by the id that `reftel persons` tells.")
_other = click.argument("other", metavar="PERSON", help="Another.")
_told = options.together(
    "told",
    {
        "speaker": options.word("--speaker", help="Who says so."),
        "kind": options.word("--kind", help="What he is: person, group, organization, role, press or post."),
        "role": options.word("--role", help="His role."),
        "affiliation": options.word("--affiliation", help="To what he belongs."),
        "about": click.option(
            "--about", multiple=True, help="Whom it is about: an actor's id, or a name; again for more."
        ),
        "modality": options.word(
            "--modality", help="asserted, predicted, possible, conditional, wished, obliged, denied or questioned."
        ),
    },
)


@click.group(cls=options.InOrder)
def decide() -> None:
    """Say which statements are right, wrong or missing, and who is one person: kept on your desk, handed on and merged with it."""


@decide.command()
@options.name
@_number
@options.archive
@options.desk
@options.author
def confirm(*, name: str, number: int, archive: Path, desk: Path | None, author: str) -> None:
    """Say that a statement is right."""
    from reftel.cli.judging import Deciding, judge

    judge(archive, name, number, "confirmed", Deciding(desk, author), {})


@decide.command()
@options.name
@_number
@options.archive
@options.desk
@options.author
def reject(*, name: str, number: int, archive: Path, desk: Path | None, author: str) -> None:
    """Say that a statement is none: it is left out from now on."""
    from reftel.cli.judging import Deciding, judge

    judge(archive, name, number, "rejected", Deciding(desk, author), {})


@decide.command()
@options.name
@_number
@_told
@options.archive
@options.desk
@options.author
def correct(*, name: str, number: int, told: Mapping[str, Any], archive: Path, desk: Path | None, author: str) -> None:
    """Say what of a statement is otherwise: the speaker, what he is, whom it is about, how it is meant."""
    from reftel.cli.judging import Deciding, judge

    judge(archive, name, number, "corrected", Deciding(desk, author), told)


@decide.command()
@options.name
@click.argument("words", metavar="WORDS", help="The very words that were said, as they stand in the text.")
@_told
@options.archive
@options.desk
@options.author
def add(*, name: str, words: str, told: Mapping[str, Any], archive: Path, desk: Path | None, author: str) -> None:
    """Put in a statement that was not found."""
    from reftel.cli.judging import Deciding
    from reftel.cli.judging import add as put_in
    from reftel.desk import Claim

    claim = Claim(**{**told, "kind": told["kind"] or "person"}, source=told["speaker"])
    put_in(archive, name, words, Deciding(desk, author), claim)


@decide.command()
@_one
@_other
@options.desk
@options.author
def join(*, one: str, other: str, desk: Path | None, author: str) -> None:
    """Say that two are one and the same person."""
    from reftel.cli.desks import open_desk
    from reftel.cli.judging import say_matched
    from reftel.desk import Judgements

    say_matched(Judgements(open_desk(desk, author)).match(one, other, same=True))


@decide.command()
@_one
@_other
@options.desk
@options.author
def part(*, one: str, other: str, desk: Path | None, author: str) -> None:
    """Say that two who were taken for one person are two."""
    from reftel.cli.desks import open_desk
    from reftel.cli.judging import say_matched
    from reftel.desk import Judgements

    say_matched(Judgements(open_desk(desk, author)).match(one, other, same=False))


@decide.command()
@click.argument("decision", metavar="DECISION", help="The decision, by the beginning of its id.")
@options.desk
@options.author
def withdraw(*, decision: str, desk: Path | None, author: str) -> None:
    """Take a decision about a statement back: it is again as it is read."""
    from reftel.cli.desks import open_desk
    from reftel.desk import Judgements

    Judgements(open_desk(desk, author)).withdraw(decision)


@decide.command("list")
@options.archive
@options.desk
@options.as_json
def list_(*, archive: Path, desk: Path | None, as_json: bool) -> None:
    """Print all decisions, who made them and when, and where their words are; also those whose words are lost."""
    from reftel.cli.judging import Deciding, list_decisions

    nothing_unless(list_decisions(archive, Deciding(desk), as_json=as_json))


@click.command()
@click.argument("name", metavar="[PERSON]", default="", help="A full name, or an id; without it, those who say most.")
@options.archive
@options.desk
@options.limit
@options.as_json
def persons(*, name: str, archive: Path, desk: Path | None, limit: int, as_json: bool) -> None:
    """Print who speaks in the archive: names, roles, posts, why they are one person, and who may be the same."""
    from reftel.cli.judging import Deciding, list_persons

    nothing_unless(list_persons(archive, name, Deciding(desk), limit=limit, as_json=as_json))
