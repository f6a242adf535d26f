"""Packs of a mirror: lines of JSON, one a release or a reject, whole and in the order of the archive they came from.

A line of a release is `{"mirror":1,"key":K,"sha256":H,"release":{...}}`: its content address, the SHA-256 of its text, and
the fields of release.py by their names. A line of a reject has `reject` in their place. Lone surrogates, which a damaged
source may bring, stand as escapes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, ClassVar

import msgspec

from reftel.finding import Span
from reftel.release import Origin, Reject, Release
from reftel.sources.base import Input

LAYOUT = 1
LONGEST_LINE = 1 << 30
_MOST_ROWS = 1 << 53
_BEGINNING = b'{"mirror":1,"'


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line: a release with its content address and the SHA-256 of its text (hex digits), or a reject."""

    mirror: int
    key: str = ""
    sha256: str = ""
    release: Release | None = None
    reject: Reject | None = None


_DECODER = msgspec.json.Decoder(Line)


class MirrorPack:
    """The form `reftel-mirror`."""

    name: ClassVar[str] = "reftel-mirror"
    title: ClassVar[str] = "reftel mirror"
    about: ClassVar[str] = (
        "A mirror made by `reftel mirror make`: every release and reject of another archive, as it was there"
    )

    def recognise(self, head: bytes) -> float:
        """Sure where the first line begins as lines of a pack do."""
        return 1.0 if head.startswith(_BEGINNING) else 0.0

    def read(self, source: Input) -> Iterator[Release | Reject]:
        """What each line holds; a line that breaks the form, or whose text is not the one it names, is a Reject."""
        with source.open() as stream:
            number = 0
            while row := stream.readline(LONGEST_LINE):
                number += 1
                try:
                    yield _held(read_line(row))
                except (ValueError, RecursionError) as error:
                    origin = Origin(source.origin.file, source.origin.member, number)
                    yield Reject(origin, f"not a line of a mirror: {error}"[:300], row[:64], self.name)


FORM = MirrorPack()


def release_line(key: bytes, release: Release) -> bytes:
    """The line of `release`, whose content address is `key`."""
    origin = public_origin(release.origin)
    return _line(Line(LAYOUT, key.hex(), release.sha256, release=msgspec.structs.replace(release, origin=origin)))


def reject_line(reject: Reject) -> bytes:
    """The line of `reject`."""
    return _line(Line(LAYOUT, reject=msgspec.structs.replace(reject, origin=public_origin(reject.origin))))


def read_line(row: bytes) -> Line:
    """The line whose bytes are `row`; ValueError, with what is wrong, where they are none."""
    try:
        line = _DECODER.decode(row)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError):  # lone surrogates: only the json module reads their escapes
        line = msgspec.convert(json.loads(row), Line)
    if line.mirror != LAYOUT:
        raise ValueError(f"its layout is {line.mirror}, this reftel reads {LAYOUT}")
    if (line.release is None) == (line.reject is None):
        raise ValueError("it holds neither a release nor a reject, or both")
    origin = line.release.origin if line.release else line.reject.origin if line.reject else Origin("")
    if not 0 <= origin.offset < _MOST_ROWS:
        raise ValueError("no file has so many rows")
    if line.release is not None and not _spans_are_inside(line.release):
        raise ValueError("a note or a mark stands outside the text")
    return line


def _spans_are_inside(release: Release) -> bool:
    spans = [mark.span for mark in release.marks] + [finding.span for finding in release.findings if finding.span]
    spans += [Span(note.at, note.at) for note in release.notes if note.at is not None]
    return all(0 <= span.start <= span.end <= len(release.text) for span in spans)


def public_origin(origin: Origin) -> Origin:
    """`origin` as others may see it: of an absolute path, which tells whose computer it was, the last part alone."""
    file = _public_file(origin.file)
    return origin if file == origin.file else msgspec.structs.replace(origin, file=file)


@lru_cache(maxsize=1024)  # most releases of a table come from one file
def _public_file(file: str) -> str:
    for path in (PurePosixPath(file), PureWindowsPath(file)):
        if path.is_absolute() or path.drive:
            return path.name
    return file


def _held(line: Line) -> Release | Reject:
    if line.reject is not None:
        return line.reject
    assert line.release is not None
    if line.release.sha256 != line.sha256:
        raise ValueError("the text is not the one that its SHA-256 names")
    return line.release


def _line(line: Line) -> bytes:
    try:
        return msgspec.json.encode(line) + b"\n"
    except UnicodeEncodeError:
        plain: Any = msgspec.to_builtins(line)
        return json.dumps(plain, separators=(",", ":")).encode("ascii") + b"\n"
