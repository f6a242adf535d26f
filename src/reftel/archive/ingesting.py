"""The way in: files become releases here, records in other processes, and kept rows here again."""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from time import monotonic
from typing import Protocol

import msgspec

from reftel.archive.archive import Archive
from reftel.archive.entry import Facts, key_of
from reftel.archive.packing import printable
from reftel.archive.worker import Keyed, Outcome, Worker, read_lot, spread
from reftel.release import PassingReject, Reject, Release
from reftel.sources import Course, FileState, read_paths, readers

_LOT = 300  # releases a message: enough to make the pipe cheap, few enough to keep memory flat
_LOT_CHARACTERS = 4_000_000
_SMALL = 200  # starting processes costs more than reading so few


class Follower(Protocol):
    """What is told of every newly kept release, after it is durable: the search index."""

    def add(self, row: int, facts: Facts, text: str) -> None:
        """Takes in one release; rows come in rising order."""
        ...


class Tally(msgspec.Struct):
    """What an ingest has done so far: releases newly kept by form, known before, rejects by reason, seconds.

    `unchanged` files were not read again. `share` of the bytes of all files lies behind; 0 where that is not known.
    """

    kept: Counter[str] = msgspec.field(default_factory=Counter)
    known: int = 0
    rejects: Counter[str] = msgspec.field(default_factory=Counter)
    seconds: float = 0.0
    unchanged: int = 0
    share: float = 0.0

    @property
    def done(self) -> int:
        """Releases that were read or known."""
        return self.kept.total() + self.known

    @property
    def failed(self) -> int:
        """What could not be read."""
        return self.rejects.total()

    @property
    def left(self) -> int | None:
        """About how many are still to come, if they are as large as those before; None where nobody can say."""
        return round((self.done + self.failed) * (1 / self.share - 1)) if self.share else None

    @property
    def seconds_left(self) -> float | None:
        """About how long it will take yet, if it goes on as before; None where nobody can say."""
        return self.seconds * (1 / self.share - 1) if self.share else None


class _Lot:
    """Releases that travel together, and the rejects met among them."""

    def __init__(self) -> None:
        self.releases: list[Keyed] = []
        self.ended: list[FileState] = []  # files of which all is in this lot and those before
        self.failed: set[str] = set()  # names of files of which something could not be read for now
        self.rejects: list[Reject] = []
        self.known = 0
        self.characters = 0

    @property
    def full(self) -> bool:
        """Whether it should go."""
        return len(self.releases) + len(self.rejects) >= _LOT or self.characters >= _LOT_CHARACTERS


def ingest(
    archive: Archive,
    paths: Iterable[str | os.PathLike[str]],
    *,
    form: str | None = None,
    jobs: int | None = None,
    follower: Follower | None = None,
    progress: Callable[[Tally], None] | None = None,
    again: bool = False,
) -> Tally:
    """What was done with everything in `paths`: each release read and kept once, each failure kept as a reject.

    `form` forces one form; `jobs` is the number of reading processes (0: none; by default as many as there are
    processors). What is in the archive already is not read again, so that an ingest that was stopped goes on where it
    stopped; files that were read to their end, and did not change since, are not opened again unless `again` says so.
    Every lot is durable before `progress` hears of it. Raises ArchiveError and SourceError; content never raises.
    """
    places = [Path(path) for path in paths]
    course = course_over(archive, places, form=form, again=again)
    met = read_paths(places, form=form, course=course)
    return ingest_met(archive, met, jobs=jobs, follower=follower, progress=progress, course=course)


def course_over(archive: Archive, paths: Iterable[Path], *, form: str | None = None, again: bool = False) -> Course:
    """A course for reading `paths` into `archive`: files that it holds whole are left out, unless `again` is wanted."""
    by = readers(form)
    course = Course(None if again else lambda file: archive.has_source(file, by), readers=by)
    course.plan(paths)
    return course


def ingest_met(
    archive: Archive,
    met: Iterable[Release | Reject],
    *,
    jobs: int | None = None,
    follower: Follower | None = None,
    progress: Callable[[Tally], None] | None = None,
    course: Course | None = None,
) -> Tally:
    """As `ingest`, for releases and rejects that are there already, or come from elsewhere.

    `course` is the one that the files of `met` are read on; those read to their end are remembered.
    """
    archive.claim()
    tally, started = Tally(), monotonic()
    failed: set[str] = set()  # these are to be opened again, also where they do not change
    for lot, outcomes in _read(_lots(archive, met, course), jobs):
        _keep(archive, lot, outcomes, tally, follower)
        failed |= lot.failed
        if course is not None and lot.ended:
            archive.keep_sources([file for file in lot.ended if file.file not in failed], course.readers)
        tally.seconds = monotonic() - started
        if course is not None:
            tally.unchanged = course.unchanged
            tally.share = min(course.read / course.total, 1.0) if course.total else 0.0
        if progress is not None:
            progress(tally)
    tally.seconds = monotonic() - started
    return tally


def _lots(archive: Archive, met: Iterable[Release | Reject], course: Course | None) -> Iterator[_Lot]:
    lot = _Lot()
    for one in met:
        if isinstance(one, Reject):
            lot.rejects.append(one)
            if isinstance(one, PassingReject):
                lot.failed.add(one.origin.file)
        else:
            lot.releases.append((key_of(one), one))
            lot.characters += len(one.text)
        if course is not None:
            lot.ended += course.take_ended()
        if lot.full:
            yield _without_known(archive, lot)
            lot = _Lot()
    if course is not None:
        lot.ended += course.take_ended()
    yield _without_known(archive, lot)


def _without_known(archive: Archive, lot: _Lot) -> _Lot:
    known = archive.known([key for key, _ in lot.releases])
    lot.known = sum(key in known for key, _ in lot.releases)
    lot.releases = [(key, release) for key, release in lot.releases if key not in known]
    return lot


def _read(lots: Iterator[_Lot], jobs: int | None) -> Iterator[tuple[_Lot, list[Outcome]]]:
    """Each lot with its outcomes, in order: read here where there are few releases, else in `jobs` processes."""
    processes = (os.cpu_count() or 1) if jobs is None else jobs
    first = list(itertools.islice(lots, 2))
    lots = itertools.chain(first, lots)
    if processes <= 0 or (len(first) < 2 and len(first[0].releases) <= _SMALL):
        return ((lot, read_lot(lot.releases)) for lot in lots)
    return spread([Worker() for _ in range(processes)], lots, lambda worker, lot: worker.read(lot.releases))


def _keep(archive: Archive, lot: _Lot, outcomes: list[Outcome], tally: Tally, follower: Follower | None) -> None:
    entries, texts = [], []
    rejects = list(lot.rejects)
    for (_, release), outcome in zip(lot.releases, outcomes, strict=True):
        if outcome.entry is None:
            rejects.append(Reject(release.origin, outcome.reason, _head(release), release.form))
            if outcome.passing:
                lot.failed.add(release.origin.file)
        else:
            entries.append(outcome.entry)
            texts.append(release.text)
    rows = archive.keep(entries) if entries else []
    if rejects:
        archive.keep_rejects(rejects)
    for row, entry, text in zip(rows, entries, texts, strict=True):
        if row and follower is not None:
            follower.add(row, _filed(entry.facts, archive.collection), text)
    tally.known += lot.known + rows.count(0)
    tally.kept.update(entry.facts.form for row, entry in zip(rows, entries, strict=True) if row)
    tally.rejects.update(reject.reason for reject in rejects)


def _filed(facts: Facts, collection: str) -> Facts:
    return msgspec.structs.replace(facts, collection=printable(collection)) if collection else facts


def _head(release: Release) -> bytes:
    return release.text[:64].encode("utf-8", "replace")[:64]
