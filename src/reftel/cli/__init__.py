"""The command line: one function a command; each opens an archive, calls one thing, prints."""

from __future__ import annotations


def main() -> None:
    """Runs the command line `reftel`."""
    from reftel.cli.app import app  # noqa: PLC0415 - importing the package does no work

    app(prog_name="reftel")
