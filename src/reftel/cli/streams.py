"""What the commands read: the paths named, and the standard input for `-`."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import msgspec

from reftel.errors import NotFound
from reftel.release import Origin, Reject, Release
from reftel.sources import Course, read_paths

STDIN = "-"
_OURS = b'{"kind":'
_LONGEST_LINE = 256_000_000


def must_be_there(paths: Sequence[str]) -> None:
    """Raises NotFound where none of `paths` is there; where some are, each of the others is a reject."""
    if not any(path == STDIN or os.path.lexists(path) for path in paths):
        raise NotFound("there is no such file or folder", where=paths[0], hint="see how it is spelled")


def met_in(paths: Sequence[str], form: str | None, course: Course | None = None) -> Iterator[Release | Reject]:
    """Everything found in `paths`, in their order.

    `course` is told how far the files were read. `-` is the standard input: lines of JSON as `reftel read --json` prints them, else a file of any form.
    """
    for path in paths:
        if path == STDIN:
            yield from _met_in_stream(sys.stdin.buffer, form)
        else:
            yield from read_paths([Path(path)], form=form, course=course)


def _met_in_stream(stream: IO[bytes], form: str | None) -> Iterator[Release | Reject]:
    first = stream.readline(_LONGEST_LINE)
    if form is None and first.startswith(_OURS):
        yield from _records(first, stream)
        return
    with tempfile.TemporaryDirectory(prefix="reftel-") as folder:
        spooled = Path(folder) / "stdin"
        with spooled.open("wb") as file:
            file.write(first)
            shutil.copyfileobj(stream, file)
        for met in read_paths([spooled], form=form):
            origin = msgspec.structs.replace(met.origin, file=STDIN)
            yield msgspec.structs.replace(met, origin=origin)


def _records(first: bytes, stream: IO[bytes]) -> Iterator[Release | Reject]:
    number, row = 1, first
    while row:
        if row.strip():
            try:
                yield _release(msgspec.json.decode(row))
            except (msgspec.MsgspecError, KeyError, TypeError, UnicodeDecodeError) as error:
                yield Reject(
                    Origin(STDIN, "", number), f"not a record of reftel: {error}"[:300], row[:64], "reftel-json"
                )
        number, row = number + 1, stream.readline(_LONGEST_LINE)


def _release(whole: Any) -> Release:
    return msgspec.convert({**whole["release"], "text": whole["record"]["text"]}, Release)
