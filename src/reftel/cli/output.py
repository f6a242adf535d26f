"""What the commands print: records and hits on standard output, all else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import TextIO

import msgspec
from rich.console import Console, RenderableType
from rich.text import Text

from reftel.cli.safe import line, write_line
from reftel.errors import ReftelError
from reftel.record import Record
from reftel.release import Release

_WIDEST = 120  # longer lines are hard to read


def console_on(file: TextIO, *, soft_wrap: bool = False) -> Console:
    """A console that shows words as they are: to it, nothing in them is mark-up, the name of a picture or worth a colour."""
    return Console(file=file, highlight=False, markup=False, emoji=False, soft_wrap=soft_wrap)


def show(*parts: RenderableType) -> None:
    """Prints `parts`: in colour on a terminal, else plain and without blanks at the ends of lines."""
    console = console_on(sys.stdout)
    console.width = min(console.width, _WIDEST)
    if console.is_terminal:
        console.print(*parts)
        return
    with console.capture() as captured:
        console.print(*parts)
    sys.stdout.write("".join(f"{shown.rstrip()}\n" for shown in captured.get().splitlines()))
    sys.stdout.flush()


def say(message: str, style: str = "") -> None:
    """Prints one sentence for people on standard error."""
    console_on(sys.stderr, soft_wrap=True).print(Text(line(message), style))


def fail(error: ReftelError) -> None:
    """Prints an error as one sentence."""
    say(f"reftel: {error}", "bold red")


def print_json(value: object) -> None:
    """One line of JSON."""
    write_line(sys.stdout, json_of(value))


def json_of(value: object) -> str:
    """`value` as JSON on one line; lone surrogates are written as escapes, so that nothing is lost."""
    try:
        return msgspec.json.encode(value).decode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value, str_keys=True))


def print_record(release: Release, record: Record, key: str = "") -> None:
    """A record whole: `kind`, `key` where it is kept in an archive, `release` (its text left out), and `record`."""
    about = msgspec.to_builtins(msgspec.structs.replace(release, text=""))
    del about["text"]
    about["sha256"] = release.sha256
    whole = {"kind": release.kind, **({"key": key} if key else {}), "release": about, "record": record}
    print_json(whole)


def print_rows(rows: Iterable[object]) -> None:
    """Each of `rows` as one line of JSON."""
    for row in rows:
        print_json(row)
