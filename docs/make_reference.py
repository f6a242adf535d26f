"""Writes docs/reference/command-line.md from the commands themselves.

    python docs/make_reference.py [--check]

With --check it writes nothing, and exits with 1 where the page is out of date.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from reftel.cli.app import app

PAGE = Path(__file__).parent / "reference" / "command-line.md"

HEAD = """# The command line

This page is written by `docs/make_reference.py` from the commands themselves.

`reftel COMMAND --help` says the same. Results go to standard output, all else to standard error. Where output is not a
terminal it has no colour. `--json` prints one record a line, in UTF-8; `-` in place of a path is the standard input, which
may hold a file of any form or lines as `reftel read --json` prints them.

| exit code | meaning |
| --- | --- |
| 0 | done |
| 1 | nothing was found; what was checked has faults, or what was compared differs; with `--strict`, something was \
rejected; or nobody read the output to its end |
| 2 | an error, said in one sentence on standard error |
| 130 | stopped by the user; all that was reported as done is kept |
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_sections(app))


def _sections(group: click.Group, before: str = "") -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield f"\n## reftel {name}\n\n{' '.join((command.help or '').split())}\n"
            yield from _sections(command, f"{before}{name} ")
        elif command:
            yield from _section(f"{before}{name}", command)


def _section(name: str, command: Any) -> Iterator[str]:
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    usage = " ".join(["reftel", name, "[OPTIONS]", *(one.metavar for one in arguments)])
    yield f"\n## reftel {name}\n\n{' '.join(command.help.split())}\n\n    {usage}\n"
    if command.params:
        yield "\n| option | meaning |\n| --- | --- |\n"
        yield from (_row(one) for one in command.params)


def _row(one: Any) -> str:
    spelling = (
        f"`{one.metavar.strip('[]')}`"
        if one.param_type_name == "argument"
        else ", ".join(f"`{name}`" for name in one.opts)
    )
    said = " ".join((one.help or "").split()).replace("|", "\\|")
    if one.param_type_name == "option":
        if getattr(one, "envvar", None):
            said += f" Also read from the environment: `{one.envvar}`."
        default = one.to_info_dict()["default"]
        if default not in (None, "", False, (), 0) and "[default" not in said:
            said += f" Default: `{default}`."
    return f"| {spelling} | {said} |\n"


def main() -> int:
    """The exit code: 1 where the page was checked and is out of date."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only say whether the page is up to date")
    if parser.parse_args().check:
        return 0 if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page() else 1
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
