"""How commands end: their exit codes."""

from __future__ import annotations

import click

NOTHING, FAILED, STOPPED = 1, 2, 130


def nothing_unless(found: object) -> None:
    """Ends the command with NOTHING where nothing was `found`."""
    if not found:
        raise click.exceptions.Exit(NOTHING)
