"""What the commands print: records and hits on standard output, all else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable

import msgspec
from rich.console import Console, RenderableType
from rich.text import Text

from reftel.cli.safe import line, write_line
from reftel.errors import ReftelError
from reftel.record import Record
from reftel.release import Release

_WIDEST = 120  # longer lines are hard to read


def show(*parts: RenderableType) -> None:
    """Prints `parts`: in colour on a terminal, else plain and without blanks at the ends of lines."""
    console = Console(file=sys.stdout, highlight=False)
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
    Console(file=sys.stderr, highlight=False, soft_wrap=True).print(Text(line(message), style))


def fail(error: ReftelError) -> None:
    """Prints an error as one sentence."""
    say(f"reftel: {error}", "bold red")


def print_json(value: object) -> None:
    """One line of JSON; lone surrogates are written as escapes, so that nothing is lost."""
    try:
        text = msgspec.json.encode(value).decode("utf-8")
    except UnicodeEncodeError:
        text = json.dumps(msgspec.to_builtins(value, str_keys=True))
    write_line(sys.stdout, text)


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
