"""The index: a directory beside the archive that can be deleted at any time and is built again from the archive.

It holds no text and no state of its own. What it knows is told by its newest row: rows come in rising order and every
commit takes whole what was added, so all up to that row are in it and none above. What is missing is added from the
archive when it is opened.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import tantivy

from reftel.archive import Archive, Facts
from reftel.archive.packing import printable
from reftel.errors import ArchiveBusy, ArchiveError

DIRECTORY = "index"
ANALYSER = "cable_english"
# The layout's number is part of the name: a new layout is a new directory, and the old one goes.
_LAYOUT = "1"
_HEAP = 192_000_000
_SMALL_HEAP = 32_000_000
_FEW = 2_000  # rows for which one thread is enough: starting more, and merging what they leave, takes longer
_COMMIT_EVERY = 100_000
_FIRST_YEAR, _LAST_YEAR = 1700, 2200  # what the index's dates, nanoseconds in 64 bits, can hold
UNDATED = 1 << 63
_LONGEST_WORD = 60


@cache
def analyser() -> tantivy.TextAnalyzer:
    """What makes terms of a text: letters and digits, accents folded, lower case, English stems."""
    steps = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    steps = steps.filter(tantivy.Filter.remove_long(_LONGEST_WORD)).filter(tantivy.Filter.lowercase())
    return steps.filter(tantivy.Filter.ascii_fold()).filter(tantivy.Filter.stemmer("english")).build()


@cache
def schema() -> tantivy.Schema:
    """The fields: text ones without their text, exact ones for filters, and two to find and order rows by."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("row", fast=True, indexed=True)
    builder.add_unsigned_field("time", fast=True, indexed=True)
    builder.add_date_field("sent", fast=True)
    # A summary has no field of its own: its words stand in the text, and a second copy made the build a tenth slower.
    for name in ("text", "subject"):
        builder.add_text_field(name, tokenizer_name=ANALYSER)
    for name in ("id", "caption", "tag"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("kind", "post", "level", "form"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    return builder.build()


def time_key(sent: str, row: int = 0) -> int:
    """A number that orders records by when they were sent, then by row; those without a date come last.

    `sent` is ISO 8601, from a year to a time. Minutes since the year 1 above 32 bits of row.
    """
    if not sent:
        return UNDATED | row
    at = moment(sent).replace(tzinfo=None)
    return (at - datetime.min).days * 1440 + at.hour * 60 + at.minute << 32 | row


def moment(sent: str) -> datetime:
    """The first instant of what `sent`, ISO 8601, names: a year, a month, a day or a time."""
    return datetime.fromisoformat(sent + "-01-01"[len(sent) - 4 :] if len(sent) < 10 else sent)


def document(row: int, facts: Facts, text: str) -> tantivy.Document:
    """One release as the index takes it."""
    made = tantivy.Document()
    made.add_unsigned("row", row)
    made.add_unsigned("time", time_key(facts.sent, row))
    made.add_text("text", printable(text))
    if facts.subject:
        made.add_text("subject", facts.subject)
    for field, value in (("kind", facts.kind), ("post", facts.post), ("level", facts.level), ("form", facts.form)):
        made.add_text(field, value)
    for field, values in (("id", facts.known_as), ("caption", facts.captions), ("tag", facts.tags)):
        for value in values:
            made.add_text(field, value)
    if facts.sent and _FIRST_YEAR <= int(facts.sent[:4]) <= _LAST_YEAR:
        made.add_date("sent", moment(facts.sent).replace(tzinfo=UTC))
    return made


class IndexWriter:
    """Adds releases to the index, in the background; what was added is found after `commit`. A Follower of ingest.

    Its methods raise ArchiveError where the index cannot be written.
    """

    def __init__(self, index: Any, place: Path, *, many: bool) -> None:
        self._place = place
        self._since_commit = 0
        with _clear_errors(place):
            self._writer = index.writer(_HEAP, 2) if many else index.writer(_SMALL_HEAP, 1)

    def add(self, row: int, facts: Facts, text: str) -> None:
        """Takes in one release; waits where the background threads are behind."""
        with _clear_errors(self._place):
            self._writer.add_document(document(row, facts, text))
        self._since_commit += 1
        if self._since_commit >= _COMMIT_EVERY:
            self.commit()

    def commit(self) -> None:
        """Makes durable and findable all that was added."""
        with _clear_errors(self._place):
            self._writer.commit()
        self._since_commit = 0

    def close(self) -> None:
        """Commits, and waits until the index's pieces are merged."""
        self.commit()
        with _clear_errors(self._place):
            self._writer.wait_merging_threads()


@contextmanager
def _clear_errors(place: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, RuntimeError) as error:
        raise ArchiveError(
            f"the search index cannot be written: {error}", where=str(place), hint="the archive is whole; search again"
        ) from error


def place(archive: Archive) -> Path:
    """Where the index of `archive` is kept."""
    return archive.path / DIRECTORY / _LAYOUT


def open_index(archive: Archive) -> Any:
    """The index of `archive`, holding all that the archive holds.

    Where it is behind, or gone, or damaged, it is brought up to date first. While another process is writing to the
    archive, that one does this, and the index is given as it is. ArchiveError where it is missing and cannot be made.
    """
    index = _existing(place(archive))
    if index is not None and last_row(index) == archive.last_row():
        return index
    try:
        with following(archive):
            pass
    except ArchiveBusy:
        if index is not None:
            return index
        raise
    index = _existing(place(archive))
    if index is None:
        raise ArchiveError(
            "the search index cannot be opened", where=str(place(archive)), hint="delete it, search again"
        )
    return index


@contextmanager
def following(archive: Archive, *, many: bool = False) -> Iterator[IndexWriter]:
    """A follower for `ingest`: the index, brought up to date on entry, committed on exit, also after an error.

    `many` says that thousands of releases are expected.
    """
    archive.claim()
    directory = place(archive)
    with _clear_errors(directory):
        index = _existing(directory)
        if index is None or last_row(index) > archive.last_row():  # a copy put back, or a disk that lost its end
            index = _new(directory)
        held = last_row(index)
    writer = IndexWriter(index, directory, many=many or archive.last_row() - held > _FEW)
    try:
        for stored in archive.since(held):
            writer.add(stored.row, stored.facts, stored.release.text)
        yield writer
    finally:
        writer.close()


def fault_of(archive: Archive) -> str:
    """What is wrong with the index, in words; empty where it holds every release of `archive` once."""
    index = _existing(place(archive))
    if index is None:
        return "the index is missing or damaged"
    newest, held = archive.last_row(), int(index.searcher().num_docs)
    if (last_row(index), held) != (newest, newest):
        return f"the index holds {held:,} releases, the archive {newest:,}"
    return ""


def rebuild(archive: Archive) -> None:
    """Makes the index anew from the archive."""
    archive.claim()
    with _clear_errors(place(archive)):
        shutil.rmtree(place(archive), ignore_errors=True)
    with following(archive, many=True):
        pass


def last_row(index: Any) -> int:
    """The newest row that the index holds; 0 where it is empty."""
    searcher = index.searcher()
    hits = searcher.search(tantivy.Query.all_query(), 1, count=False, order_by_field="row").hits
    return int(hits[0][0]) if hits else 0


def _existing(directory: Path) -> Any | None:
    try:
        if not tantivy.Index.exists(str(directory)):
            return None
        return _ready(tantivy.Index.open(str(directory)))
    except (OSError, ValueError):  # damaged: to be made again
        return None


def _new(directory: Path) -> Any:
    if directory.parent.exists():
        shutil.rmtree(directory.parent)
    directory.mkdir(parents=True)
    return _ready(tantivy.Index(schema(), path=str(directory)))


def _ready(index: Any) -> Any:
    index.register_tokenizer(ANALYSER, analyser())
    index.reload()
    return index
