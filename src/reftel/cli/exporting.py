"""Exports and citations, as the commands do them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from reftel.archive import open_archive
from reftel.cli.looking import Asking, Looking
from reftel.cli.output import say
from reftel.errors import ArchiveError, NotFound
from reftel.export import RowKind, format_named
from reftel.search import every_hit


def export(archive: Path, asking: Asking, *, name: str, rows: RowKind, out: str) -> int:
    """How many rows were written: of every record that matches, in the order of search.

    Raises ArchiveError once all else is written, where a release could not be read.
    """
    wanted, lost = format_named(name), list[int]()
    with open_archive(archive) as opened:
        looking = Looking(opened, asking)
        with writing(out) as file:
            found = every_hit(opened, looking.query, lambda row, _: lost.append(row))
            count = wanted.write(found, file, rows)
        looking.done(count, count)
    if out != "-":
        say(f"{count:,} rows written to {out}")
    if lost:
        what = f"releases that cannot be read and are left out: {len(lost):,}"
        raise ArchiveError(what, where=str(archive), hint="`reftel check` says which")
    return count


def cite(archive: Path, name: str, style: str) -> None:
    """Prints the citation of every release of a record."""
    with open_archive(archive) as opened:
        found = opened.named(name)
        if not found:
            raise NotFound(f"no record is known as {name}", where=str(archive), hint="try `reftel search`")
        with writing("-") as file:
            format_named(style).write(found, file, "records")


@contextmanager
def writing(name: str) -> Iterator[BinaryIO]:
    """Standard output for `-`; else a file that has its name only once it is whole."""
    if name == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(name)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            with part.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        hint = "is there room, and may you write there?"
        raise ArchiveError(f"cannot be written: {error.strerror or error}", where=name, hint=hint) from error
