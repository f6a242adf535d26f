"""The index: a directory beside the archive that can be deleted at any time and is built again from the archive.

It holds no text and no state of its own. What it knows is told by its newest row: rows come in rising order and every
commit takes whole what was added, so all up to that row are in it and none above. What is missing is added from the
archive when it is opened.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import tantivy

from reftel.archive import Archive, Facts
from reftel.errors import ArchiveBusy, ArchiveError
from reftel.search.layout import ANALYSER, LIST, NUMBERED, analyser, columns, document, lists, schema
from reftel.search.values import Values, make_values

DIRECTORY = "index"
# The layout's number is part of the name: a new layout is a new directory, and the old one goes.
_LAYOUT = "6"
_HEAP = 400_000_000
_SMALL_HEAP = 32_000_000
_FEW = 2_000  # rows for which one thread is enough: starting more, and merging what they leave, takes longer
_COMMIT_EVERY = 100_000

# The index of each open archive, with the newest row in it: opening one takes longer than most searches.
_open: WeakKeyDictionary[Archive, tuple[int, Index]] = WeakKeyDictionary()


class Index:
    """The index in a directory: its pieces, and the values that records are counted by (see values.py).

    It stays as it was when it was opened, also where it is made anew meanwhile. OSError or ValueError where there is none,
    or none that can be read.
    """

    def __init__(self, directory: Path, *, writing: bool = False) -> None:
        self.values = Values(directory, writing=writing)
        self._pieces: Any = tantivy.Index.open(str(directory))
        self._pieces.config_reader("Manual")  # its numbers are told by these values, and not by those of another
        self._pieces.register_tokenizer(ANALYSER, analyser())
        self._pieces.register_tokenizer(LIST, lists())
        self._pieces.register_fast_field_tokenizer(LIST, lists())
        self._pieces.reload()

    def searcher(self) -> Any:
        """What finds records, as they stood when this was opened."""
        return self._pieces.searcher()

    def writer(self, *, many: bool) -> Any:
        """What adds records; `many` says that thousands are expected."""
        return self._pieces.writer(_HEAP, 2) if many else self._pieces.writer(_SMALL_HEAP, 1)


class IndexWriter:
    """Adds releases to the index, in the background; what was added is found after `commit`. A Follower of ingest.

    Its methods raise ArchiveError where the index cannot be written.
    """

    def __init__(self, index: Index, place: Path, *, many: bool) -> None:
        self._place, self._values = place, index.values
        self._since_commit = 0
        with _clear_errors(place):
            self._writer = index.writer(many=many)

    def add(self, row: int, facts: Facts, text: str) -> None:
        """Takes in one release; waits where the background threads are behind."""
        with _clear_errors(self._place):
            self._writer.add_document(document(row, facts, text, self._values))
        self._since_commit += 1
        if self._since_commit >= _COMMIT_EVERY:
            self.commit()

    def commit(self) -> None:
        """Makes durable and findable all that was added."""
        with _clear_errors(self._place):
            self._values.keep()
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


def open_index(archive: Archive) -> Index:
    """The index of `archive`, holding all that the archive holds.

    Where it is behind, or gone, or damaged, it is brought up to date first. While another process is writing to the
    archive, that one does this, and the index is given as it is. ArchiveError where it is missing and cannot be made.
    """
    newest = archive.last_row()
    held = _open.get(archive)
    if held is not None and held[0] == newest and held[1].values.stand_in(place(archive)):
        return held[1]
    try:
        index = _brought_up(archive, newest)
    except ArchiveBusy:
        if held is not None:
            return held[1]
        raise
    _open[archive] = (last_row(index), index)
    return index


def _brought_up(archive: Archive, newest: int) -> Index:
    index = _existing(place(archive))
    if index is not None and (last_row(index) == newest or not archive.writable):
        return index
    if not archive.writable:
        what = "the search index is missing or damaged, and the archive is on a read-only place"
        raise ArchiveError(what, where=str(place(archive)), hint="copy the archive, search the copy")
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
    with archive.claimed():
        directory = place(archive)
        with _clear_errors(directory):
            index = _existing(directory, writing=True)
            # One that is ahead is of a copy that was put back, or of a disk that lost its end.
            if index is None or last_row(index) > archive.last_row() or _unnamed(index):
                index = _made_anew(archive)
            held = last_row(index)
        writer = IndexWriter(index, directory, many=many or archive.last_row() - held > _FEW)
        try:
            for release in archive.facts_since(held):
                writer.add(*release)
            yield writer
        finally:
            writer.close()


def _made_anew(archive: Archive) -> Index:
    """A new index of all that the archive holds, made beside the old one and put in its place whole."""
    directory = place(archive)
    making, old = (directory.with_name(f"{directory.name}.{name}") for name in ("making", "old"))
    for left in (making, old):  # by a process that was killed
        shutil.rmtree(left, ignore_errors=True)
    making.mkdir(parents=True)
    make_values(making)
    tantivy.Index(schema(), path=str(making))
    if archive.last_row():
        writer = IndexWriter(Index(making, writing=True), making, many=archive.last_row() > _FEW)
        for release in archive.facts_since(0):
            writer.add(*release)
        writer.close()
    if directory.exists():
        directory.rename(old)
    making.rename(directory)
    for one in directory.parent.iterdir():  # of an older layout, too
        if one != directory:
            shutil.rmtree(one, ignore_errors=True)
    return Index(directory, writing=True)


def fault_of(archive: Archive) -> str:
    """What is wrong with the index, in words; empty where it holds every release of `archive` once."""
    index = _existing(place(archive))
    if index is None:
        return "the index is missing or damaged"
    newest, held = archive.last_row(), int(index.searcher().num_docs)
    if (last_row(index), held) != (newest, newest):
        return f"the index holds {held:,} releases, the archive {newest:,}"
    return _unnamed(index)


def _unnamed(index: Index) -> str:
    """Which numbers of the index stand for no value that is known, in words."""
    highest = {column: (field, {"max": {"field": column}}) for field in NUMBERED for column in columns(field)}
    found = index.searcher().aggregate(tantivy.Query.all_query(), {name: asked for name, (_, asked) in highest.items()})
    for column, (field, _) in highest.items():
        if (found[column]["value"] or 0) > index.values.count(field):
            return f"the index has lost values of {field}"
    return ""


def rebuild(archive: Archive) -> None:
    """Makes the index anew from the archive."""
    with archive.claimed(), _clear_errors(place(archive)):
        _made_anew(archive)


def last_row(index: Index) -> int:
    """The newest row that the index holds; 0 where it is empty."""
    searcher = index.searcher()
    hits = searcher.search(tantivy.Query.all_query(), 1, count=False, order_by_field="row").hits
    return int(hits[0][0]) if hits else 0


def _existing(directory: Path, *, writing: bool = False) -> Index | None:
    try:
        if not tantivy.Index.exists(str(directory)):
            return None
        if not os.access(directory, os.W_OK):
            state = (directory / "meta.json").stat()
            directory = _linked(directory, (state.st_ino, state.st_mtime_ns))
        return Index(directory, writing=writing)
    except (OSError, ValueError):  # damaged: to be made again
        return None


@cache
def _linked(directory: Path, state: tuple[int, ...]) -> Path:
    """A directory that lasts as long as this process, with links to the files of an index on a read-only place.

    Even to read an index a lock is taken in its directory. There is one for each `state` in which the index was met.
    """
    place = Path(tempfile.mkdtemp(prefix="reftel-index-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    for file in directory.iterdir():
        if file.suffix != ".lock":
            (place / file.name).symlink_to(file.absolute())
    return place
