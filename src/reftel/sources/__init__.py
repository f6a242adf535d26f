"""Bytes to Releases: one module a published form, all with the same interface, found by content and never by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from os import PathLike, fspath
from typing import cast

from reftel import __version__
from reftel.errors import NotRecognised, ReftelError
from reftel.release import Reject, Release
from reftel.sources.base import Form, Input
from reftel.sources.containers import Limits, inputs
from reftel.sources.course import Course, FileState
from reftel.sources.limits import rejected

__all__ = [
    "Course",
    "FileState",
    "Form",
    "Input",
    "Limits",
    "form_named",
    "forms",
    "inputs",
    "read_input",
    "read_paths",
    "readers",
    "recognise",
]

GROUP = "reftel.forms"
THRESHOLD = 0.25


@lru_cache(maxsize=1)
def forms() -> tuple[Form, ...]:
    """Every form that can be read, ours and those of plug-ins, in the order of their names."""
    from importlib.metadata import entry_points  # noqa: PLC0415 - not loaded where nothing is read

    found = [cast(Form, point.load()) for point in entry_points(group=GROUP)]
    return tuple(sorted(found, key=lambda form: form.name))


def readers(form: str | None = None) -> str:
    """Which readers there are, and of which version: what they made of a file holds while this stays the same."""
    return f"{__version__} {form or ','.join(one.name for one in forms())}"


def form_named(name: str) -> Form:
    """The form called `name`; NotRecognised, with the names there are, where none is."""
    for form in forms():
        if form.name == name:
            return form
    raise NotRecognised(f"there is no form {name!r}", hint="known: " + ", ".join(form.name for form in forms()))


def recognise(head: bytes) -> Form | None:
    """The form whose reader is surest of these first bytes; None where none is sure enough."""
    scored = [(_score(form, head), form.name, form) for form in forms()]
    best = max(scored, default=None, key=lambda one: (one[0], one[1]))
    return best[2] if best and best[0] >= THRESHOLD else None


def _score(form: Form, head: bytes) -> float:
    try:
        return form.recognise(head)
    except Exception:  # a reader that stumbles over the bytes does not know them
        return 0.0


def read_input(source: Input, form: Form | None = None) -> Iterator[Release | Reject]:
    """Every record in `source`, read as `form` or as what it is recognised to be.

    Nothing raises on content: what breaks a reader becomes a Reject with the reason and the first bytes.
    """
    form = form or recognise(source.head)
    if form is None:
        yield Reject(source.origin, _why_not(source.head), source.head[:64])
        return
    try:
        yield from form.read(source)
    except ReftelError as error:
        yield rejected(error, source.origin, str(error.message), source.head, form.name)
    except (OSError, EOFError) as error:
        reason = f"the file ends or breaks in the middle: {error}"
        yield rejected(error, source.origin, reason, source.head, form.name)
    except Exception as error:  # a fault of ours must not cost the reader of an archive the other files
        reason = f"the reader failed: {type(error).__name__}: {error}"
        yield rejected(error, source.origin, reason, source.head, form.name)


def read_paths(
    paths: Iterable[str | PathLike[str]],
    *,
    form: str | None = None,
    limits: Limits | None = None,
    course: Course | None = None,
) -> Iterator[Release | Reject]:
    """Every record in files, folders and containers, in a fixed order; `-` is standard input; `form` forces a reader.

    `course` is told how far the files were read, and leaves out those that it knows.
    """
    forced = form_named(form) if form else None
    for source in inputs([fspath(path) for path in paths], limits or Limits(), course):
        if isinstance(source, Reject):
            yield source
        else:
            yield from read_input(source, forced)


def _why_not(head: bytes) -> str:
    """Why these bytes are not recognised, in words."""
    if not head:
        return "the file is empty"
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return f"this is {name}, which reftel does not read yet"
    if b"\0" in head[:4096] and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "this is a binary file of no known form"
    return "no reader knows this form (name one with --form to try)"


_MAGIC = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3", "a SQLite database"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
)
