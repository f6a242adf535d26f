"""Reading the statements of stored records, here or in child processes: bytes in, bytes and lines for the tables out."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import msgspec

import reftel.statements
from reftel.archive.entry import stored_record
from reftel.archive.packing import compress, decompress, pack, printable, unpack
from reftel.archive.worker import Child, answer_all, spread
from reftel.statements import Statement, read_statements

_START = "from reftel.claims.reading import serve; serve()"
_LAYOUT = "1"  # of the tables of kept.py
_FEW = 40  # records; starting processes takes longer than reading so few

Stored = tuple[int, str, bytes, bytes]  # row, kind, text and record as the archive stores them


class By(msgspec.Struct, frozen=True):
    """Who speaks, as far as he is told apart in the tables."""

    name: str
    kind: str
    role: str = ""
    affiliation: str = ""
    paper: str = ""
    author: str = ""


class Of(msgspec.Struct, frozen=True):
    """Whom a statement is about: the actor, and how he is written there."""

    id: str
    name: str
    kind: str
    written: str


class Line(msgspec.Struct, frozen=True):
    """What the tables hold of one statement."""

    by: By | None
    about: tuple[Of, ...]
    voice: str
    modality: str
    confidence: float


class Reading(msgspec.Struct, frozen=True):
    """The statements of one release: packed whole, and a line each; `reason` says why there are none where reading failed."""

    row: int
    body: bytes
    lines: tuple[Line, ...] = ()
    reason: str = ""


@cache
def reader_version() -> str:
    """What reads statements here: it changes with every change of the reader, its lists of words, or these tables."""
    made_of = hashlib.sha256(_LAYOUT.encode())
    home = Path(str(reftel.statements.__file__)).parent
    for path in sorted(path for path in home.rglob("*") if path.suffix in (".py", ".txt", ".csv", ".json")):
        made_of.update(path.relative_to(home).as_posix().encode())
        made_of.update(path.read_bytes())
    return made_of.hexdigest()[:16]


def packed(statements: Sequence[Statement]) -> bytes:
    """Statements as they are stored; empty where there are none."""
    return compress(pack(tuple(statements))) if statements else b""


def unpacked(body: bytes) -> tuple[Statement, ...]:
    """The statements that were stored so."""
    return unpack(decompress(body), tuple[Statement, ...]) if body else ()


def read_all(lots: Iterator[list[Stored]], jobs: int | None = None) -> Iterator[list[Reading]]:
    """The readings of each lot, in order: on all cores where there are many, else here. Never raises on content."""
    processes = (os.cpu_count() or 1) if jobs is None else jobs
    first = next(lots, [])
    if processes <= 0 or len(first) <= _FEW:
        return (read_lot(lot) for lot in _then(first, lots))
    children = [Child(_START) for _ in range(processes)]
    return (readings for _, readings in spread(children, _then(first, lots), _in_child))


def _then(first: list[Stored], lots: Iterable[list[Stored]]) -> Iterator[list[Stored]]:
    if first:
        yield first
        yield from lots


def read_lot(lot: Sequence[Stored]) -> list[Reading]:
    """The reading of each record of `lot`."""
    return [_reading(*one) for one in lot]


def serve() -> None:
    """The life of a child that reads."""
    answer_all(lambda message: pack(read_lot(unpack(message, list[Stored]))))


def _in_child(child: Child, lot: Sequence[Stored]) -> list[Reading]:
    """As `read_lot`, in the child. A record on which the child dies has that as its reason."""
    try:
        return unpack(child.ask(pack(list(lot))), list[Reading])
    except (EOFError, OSError, ValueError):
        child.start_again()
    if len(lot) == 1:
        return [Reading(lot[0][0], b"", reason="the reading process died on it")]
    return [reading for one in lot for reading in _in_child(child, [one])]


def _reading(row: int, kind: str, text: bytes, record: bytes) -> Reading:
    if kind == "incident":
        return Reading(row, b"")
    try:
        words = decompress(text).decode("utf-8", "surrogatepass")
        found = read_statements(stored_record(kind, words, record))
        return Reading(row, packed(found), tuple(line_of(words, one) for one in found))
    except Exception as error:  # a fault of ours in one record must not cost the others
        return Reading(row, b"", reason=printable(f"{type(error).__name__}: {error}"[:500]))


def line_of(text: str, one: Statement) -> Line:
    """What the tables hold of a statement that was read in `text`."""
    about = (
        Of(printable(each.id), printable(each.name), each.kind, printable(_folded(each.span.of(text)))[:100])
        for each in one.about
    )
    modality = one.modality.value if one.modality else ""
    return Line(by_of(one), tuple(dict.fromkeys(about)), one.voice, modality, one.confidence)


def by_of(one: Statement) -> By | None:
    """Who makes a statement; None where nobody is named."""
    speaker = one.speaker
    if speaker is None:
        return None
    press = speaker.press
    value: Callable[[object], str] = lambda given: printable(_folded(getattr(given, "value", "") or ""))[:300]  # noqa: E731
    return By(
        name=printable(_folded(speaker.name))[:300],
        kind=speaker.kind,
        role=value(speaker.role),
        affiliation=value(speaker.affiliation),
        paper=value(press.paper) if press else "",
        author=value(press.author) if press else "",
    )


def _folded(text: str) -> str:
    return " ".join(text.split())
