"""The options that several commands share: one meaning, one spelling, one help text each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

import click


class InOrder(click.Group):
    """Commands that help lists in the order in which one needs them, which is that of their making."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command."""
        return list(self.commands)


type_of_path = click.Path(path_type=Path)
Command = Callable[..., None]
Option = Callable[[Command], Command]

DEFAULT_ARCHIVE = Path("archive.reftel")


def flag(spelling: str, *names: str, help: str) -> Option:  # noqa: A002 - Click's own word
    """An option that is given or not."""
    return click.option(spelling, *names, is_flag=True, help=help)


def word(spelling: str, *names: str, default: str = "", **more: Any) -> Option:
    """An option with a word behind it; without a default it is the empty word."""
    return click.option(spelling, *names, default=default, show_default=bool(default), **more)


archive = click.option(
    "--archive", type=type_of_path, default=DEFAULT_ARCHIVE, envvar="REFTEL_ARCHIVE", help="The archive's directory."
)
form = click.option(
    "--form", help="Read everything as this form, not as what its content looks like (see `reftel forms`)."
)
as_json = flag("--json", "as_json", help="Print each record whole, one line of JSON each.")
paths = click.argument(
    "paths",
    metavar="PATH...",
    nargs=-1,
    required=True,
    help="Files, folders or containers; - is the standard input.",
)
words = click.argument(
    "words",
    metavar="[WORDS...]",
    nargs=-1,
    help='Words, "phrases", OR, -not, (groups), field:word; or a telegram\'s number in any spelling.',
)
name = click.argument("name", metavar="ID", help="A telegram's number in any spelling, or a content address.")
post = word("--post", help="Only from this post, in any spelling.")
since = word("--from", "since", help="Only sent in or after this year, month or day: 1975-03-21.")
until = word("--to", "until", help="Only sent in or before this year, month or day.")
level = word("--class", "level", help="Only of this classification: SECRET, or S.")
tags = click.option("--tag", "tags", multiple=True, help="Only with this TAG; give it again for more, all wanted.")
within = click.option(
    "--within", multiple=True, help="Only what this query finds as well; give it again for more, all wanted."
)
sort = word("--sort", default="relevance", help="relevance, oldest, newest, post or citations.")
limit = click.option("--limit", type=click.IntRange(min=0), default=20, help="How many hits to print.")
saved_in = click.option(
    "--saved-in",
    type=type_of_path,
    envvar="REFTEL_SAVED",
    help="The file of saved searches. [default: in your own settings]",
)
desk = click.option(
    "--desk",
    type=type_of_path,
    envvar="REFTEL_DESK",
    help="The file of your collections, notes and tags. [default: in your own settings]",
)
author = word("--author", envvar="REFTEL_AUTHOR", help="Who writes. [default: your name on this machine]")
_saved = word("--saved", help="Ask the saved search of this name; WORDS narrow it.")
_new = flag("--new", help="With --saved: only what was kept since it was last asked with --new or saved.")

_FIELDS: dict[str, Option] = {
    "post": post, "since": since, "until": until, "level": level, "tags": tags, "within": within, "sort": sort,
}  # fmt: skip
_LOOK: dict[str, Option] = {"saved": _saved, "new": _new, "saved_in": saved_in}


def together(name: str, ones: Mapping[str, Option]) -> Option:
    """Several options that a command takes as one mapping called `name`, in the order in which help lists them."""

    def decorated(command: Command) -> Command:
        @wraps(command)
        def collected(**given: Any) -> None:
            told: Mapping[str, Any] = {one: given.pop(one) for one in ones}
            command(**{name: told}, **given)

        made: Command = collected
        for option in reversed(list(ones.values())):
            made = option(made)
        return made

    return decorated


def asked(command: Command) -> Command:
    """WORDS and every filter and order, handed over as `words` and `fields`: the fields of a query."""
    return words(together("fields", _FIELDS)(command))


# The options of a saved search: its name, whether only what is new, and the file.
look = together("look", _LOOK)
