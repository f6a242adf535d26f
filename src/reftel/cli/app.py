"""The command `reftel`: which commands there are, and how each of them ends.

A command is imported when it is asked for, and what it needs when it runs, so that help, errors and answers come at
once. Exit codes: 0 done; 1 nothing was found, or with --strict something was rejected; 2 an error, said in one
sentence; 130 stopped by the user.
"""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from reftel.cli.exits import FAILED, NOTHING, STOPPED
from reftel.errors import ReftelError

# Where each command is declared, in the order in which help lists them.
_DECLARED = {
    "read": "records", "ingest": "records",
    "search": "queries", "like": "queries", "batch": "queries", "save": "queries", "saved": "queries", "forget": "queries",
    "show": "records", "export": "queries", "cite": "records", "pdf": "publishing",
    "references": "following", "thread": "following", "ghosts": "following", "gaps": "following",
    "versions": "following", "diff": "following", "cuts": "following", "twins": "following",
    "serve": "publishing", "publish": "publishing", "explain": "records", "forms": "records", "check": "records", "rejects": "records",
    "statements": "statements", "network": "statements", "persons": "deciding", "decide": "deciding",
    "mirror": "mirroring",
    "collection": "collecting", "note": "collecting", "tag": "collecting",
}  # fmt: skip
_SETTINGS = {"help_option_names": ["-h", "--help"], "show_default": True, "max_content_width": 120}


class Commands(click.Group):
    """The command line as a whole: turns errors into sentences, and ends quietly when nobody reads on."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of help."""
        return list(_DECLARED)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        room = _DECLARED.get(cmd_name)
        return getattr(import_module(f"reftel.cli.{room}"), cmd_name) if room else None

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command that was asked for."""
        try:
            return super().invoke(ctx)
        except ReftelError as error:
            from reftel.cli import output

            output.fail(error)
            raise click.exceptions.Exit(FAILED) from error
        except KeyboardInterrupt as error:
            from reftel.cli import output

            output.say("stopped; what was reported as done is kept")
            raise click.exceptions.Exit(STOPPED) from error
        except BrokenPipeError as error:
            # Python would complain once more when it flushes the closed pipe at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(NOTHING) from error


@click.group(cls=Commands, context_settings=_SETTINGS)
def app() -> None:
    """Read, keep, search, compare and export archives of diplomatic cables and incident reports, offline."""
