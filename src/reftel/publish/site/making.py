"""An archive as a site of files: what is to be made is made of what changed, by several processes; the rest stays."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import groupby
from pathlib import Path
from time import monotonic

import msgspec

from reftel.archive import Archive, open_archive
from reftel.archive.lock import WriterLock
from reftel.archive.packing import pack, unpack
from reftel.archive.twins import open_twins
from reftel.claims.kept import open_claims
from reftel.errors import ArchiveBusy, SiteError
from reftel.publish.site import paths
from reftel.publish.site.around import Alike, Holdings, Kept, Ties
from reftel.publish.site.crew import Crew
from reftel.publish.site.files import Folder
from reftel.publish.site.lists import Columns
from reftel.publish.site.manifest import FOLDER, Made, Manifest, claim, digest_of, ourselves
from reftel.publish.site.orders import DataOrder, Done, GhostOrder, IndexOrder, Lot, Order, RecordOrder
from reftel.publish.site.rendering import Look
from reftel.publish.site.segment import Shelved, in_time, stretches
from reftel.publish.site.still import Contents, pages, plain_files
from reftel.web import addresses
from reftel.web.words import CATALOGUES, languages

_LOT = 60  # orders a message: few enough that all processes end together


class Settings(msgspec.Struct, frozen=True):
    """How a site is published: processes (0: none but this one; None: one a processor), its words, its name, files of data or none."""

    jobs: int | None = None
    language: str = "en"
    catalogues: Path = CATALOGUES
    name: str = ""
    data: bool = True


class Tally(msgspec.Struct):
    """How a publishing stands: orders made, unchanged, failed, and in all as far as is known; files and bytes written; files gone.

    `faults` are the first names of what failed, with the reason.
    """

    made: int = 0
    unchanged: int = 0
    failed: int = 0
    total: int = 0
    files: int = 0
    bytes: int = 0
    removed: int = 0
    seconds: float = 0.0
    faults: list[tuple[str, str]] = msgspec.field(default_factory=list)

    @property
    def done(self) -> int:
        """What lies behind."""
        return self.made + self.unchanged + self.failed

    @property
    def left(self) -> int:
        """What is still to come."""
        return max(self.total - self.done, 0)


Progress = Callable[[Tally], None]
_FAULTS = 20


def publish(archive: Path, out: Path, settings: Settings | None = None, progress: Progress | None = None) -> Tally:
    """What was done to make the site in `out` one of the archive at `archive`; SiteError where it cannot be written there."""
    settings = settings or Settings()
    if settings.language not in (known := languages(settings.catalogues)):
        raise SiteError(f"there is no catalogue of {settings.language}", hint=f"known: {', '.join(known)}")
    with open_archive(archive) as opened:
        return _Publishing(opened, out, settings, progress).run()


class _Publishing:
    def __init__(self, archive: Archive, out: Path, settings: Settings, progress: Progress | None) -> None:
        self._archive, self._settings, self._progress = archive, settings, progress
        self._folder = Folder(out)
        self._tally = Tally()
        self._begun = monotonic()
        self._wanted: set[str] = set()
        self._look = Look(settings.name or archive.path.absolute().name, settings.language, settings.catalogues)
        self._stamp = ourselves() + pack((self._look.name, self._look.language))

    def run(self) -> Tally:
        """Makes what is to be made."""
        out = self._folder.place
        claim(self._folder)
        lock = _locked(out / FOLDER)
        self._manifest = Manifest(self._folder)
        jobs = (os.cpu_count() or 1) if self._settings.jobs is None else self._settings.jobs
        try:
            with Crew(self._archive.path, out, self._look, jobs) as crew:
                self._make(crew)
            self._tally.removed = self._manifest.close(self._wanted)
        except BaseException:
            self._manifest.close()
            raise
        finally:
            lock.release()
            _unlocked(out / FOLDER)
        self._tally.seconds = monotonic() - self._begun
        return self._tally

    def _make(self, crew: Crew) -> None:
        held = self._held
        self._tally.total = len(held.named)
        columns = self._columns(crew)
        contents = Contents(self._archive, held, self._ties, columns, self._look.name, data=self._settings.data)
        self._tally.total += len(contents.ghosts) + len(contents.data)  # lists of subjects are few beside them
        crew.know(contents.known)
        self._carry_out(crew, self._orders(contents))
        for path, data in plain_files(contents):
            self._plain(path, data)

    @cached_property
    def _held(self) -> Holdings:
        return Holdings(self._archive)

    @cached_property
    def _ties(self) -> Ties:
        return Ties(self._archive)

    def _columns(self, crew: Crew) -> dict[int, Columns]:
        """What each release is filed under; the index is made on the way."""
        found: dict[int, Columns] = {}
        wanted: list[tuple[str, Order, str]] = []
        for first, last in stretches(len(self._held.rows)):
            rows = self._held.rows[first - 1 : last]
            name = f"{first:07d}-{last:07d}"
            order = IndexOrder(name, tuple(in_time([self._shelved(one) for one in rows])))
            of = digest_of(self._stamp, [(one.row, one.key, one.read) for one in rows], order)
            kept = self._folder.place / _columns_file(name)
            if self._manifest.same(f"search/{name}", of) and kept.is_file():
                found.update(unpack(kept.read_bytes(), list[tuple[int, Columns]]))
                self._wanted.add(f"search/{name}")
                self._tally.unchanged += 1
            else:
                wanted.append((f"search/{name}", order, of))
        for (name, _, of), done in self._made(crew, wanted, lot=1):
            if done.fault:
                self._keep([(name, of, done)])
                continue
            found.update(done.columns)
            path = _columns_file(name.removeprefix("search/"))
            size = self._folder.write(path, pack(sorted(done.columns)))
            self._keep([(name, of, Done({**done.files, path: size}))])
        return found

    def _shelved(self, one: Kept) -> Shelved:
        page = paths.record(one.name, self._other(one))
        return Shelved(
            one.row, page, one.id, one.key, one.kind, one.sent, one.post, one.level, " ".join(one.subject.split())
        )

    def _other(self, one: Kept) -> str:
        """The release's address where it is not the one that its record's page shows."""
        several = self._held.named[one.name]
        return "" if several[0] is one else one.key

    def _orders(self, contents: Contents) -> Iterator[tuple[str, Order, str]]:
        """Every order of which something changed: its name, what it is, and the digest of what goes into it."""
        yield from self._changed(self._records(contents))
        yield from self._changed(self._ghosts(contents))
        if self._settings.data:
            yield from self._changed(self._data(contents))
        yield from self._changed(self._pages(contents))

    def _changed(self, orders: Iterable[tuple[str, Order, str]]) -> Iterator[tuple[str, Order, str]]:
        for name, order, of in orders:
            self._wanted.add(name)
            if self._manifest.same(name, of):
                self._tally.unchanged += 1
            else:
                yield name, order, of

    def _records(self, contents: Contents) -> Iterator[tuple[str, Order, str]]:
        twins, (reader, told_to) = _twins_of(self._archive), _told_of(self._archive)
        alike = Alike(self._archive)
        stamp = self._stamp + contents.stamp
        for name, several in self._held.named.items():
            rows = tuple(one.row for one in several)
            beside = tuple(self._held.beside(one) for one in several)
            order = RecordOrder(name, rows, self._ties.cited_in(rows), self._ties.citing(name), beside, alike.of(rows))
            others = [
                self._other(self._held.named[listed.id or listed.key][0])
                for one in beside
                for listed in (*one.before, *one.behind)
            ]
            told = [reader if row <= told_to else "" for row in rows]
            made_of = ([(one.key, one.read) for one in several], order, others, twins if len(several) > 1 else 0, told)
            yield paths.record(name), order, digest_of(stamp, made_of)

    def _ghosts(self, contents: Contents) -> Iterator[tuple[str, Order, str]]:
        for name, around in contents.ghosts.items():
            order = GhostOrder(name, self._ties.citing(name))
            yield paths.record(name), order, digest_of(self._stamp + contents.stamp, order, around)

    def _data(self, contents: Contents) -> Iterator[tuple[str, Order, str]]:
        for path, rows in contents.data.items():
            held = [(one.key, one.read) for one in rows]
            yield path, DataOrder(path, tuple(one.row for one in rows)), digest_of(self._stamp, held)

    def _pages(self, contents: Contents) -> Iterator[tuple[str, Order, str]]:
        for page in (
            *contents.subjects.pages(self._link),
            *contents.subjects.shelves(),
            *pages(contents, self._archive),
        ):
            yield page.path, page, digest_of(self._stamp + contents.stamp, page)

    def _link(self, one: Kept) -> str:
        return addresses.record(one.id, one.key)

    def _carry_out(self, crew: Crew, orders: Iterator[tuple[str, Order, str]]) -> None:
        for (name, _, of), done in self._made(crew, orders, lot=_LOT):
            self._keep([(name, of, done)])

    def _made(
        self, crew: Crew, orders: Iterable[tuple[str, Order, str]], lot: int
    ) -> Iterator[tuple[tuple[str, Order, str], Done]]:
        """What became of each order."""
        sent: dict[int, list[tuple[str, Order, str]]] = {}

        def lots() -> Iterator[Lot]:
            for _, part in groupby(enumerate(orders), key=lambda one: one[0] // lot):
                named = [one for _, one in part]
                one = Lot(tuple(order for _, order, _ in named))
                sent[id(one)] = named
                self._manifest.begin([Made(name, "", {name: 0}) for name, _, _ in named if name.endswith(".html")])
                yield one

        for finished, outcomes in crew.done(lots()):
            yield from zip(sent.pop(id(finished)), outcomes, strict=True)
            self._tell()

    def _keep(self, ones: list[tuple[str, str, Done]]) -> None:
        for name, of, done in ones:
            self._wanted.add(name)
            if done.fault:
                self._tally.failed += 1
                if len(self._tally.faults) < _FAULTS:
                    self._tally.faults.append((name, done.fault))
                continue
            self._tally.made += 1
            self._tally.files += len(done.files)
            self._tally.bytes += sum(done.files.values())
            self._manifest.keep([Made(name, of, done.files)])

    def _plain(self, path: str, data: bytes) -> None:
        of = digest_of(b"", data)
        self._wanted.add(path)
        if self._manifest.same(path, of):
            self._tally.unchanged += 1
            return
        self._keep([(path, of, Done({path: self._folder.write(path, data)}))])

    def _tell(self) -> None:
        if self._progress is not None:
            self._tally.seconds = monotonic() - self._begun
            self._tally.total = max(self._tally.total, self._tally.done)
            self._progress(self._tally)


def _columns_file(name: str) -> str:
    return f"{FOLDER}/columns/{name}.msgpack"


def _twins_of(archive: Archive) -> int:
    """How many releases were compared for twins: more may join others' versions."""
    twins = open_twins(archive)
    if twins is None:
        return 0
    with twins:
        return archive.last_row() - twins.behind


def _told_of(archive: Archive) -> tuple[str, int]:
    """What read the statements that are kept, and up to which row."""
    claims = open_claims(archive)
    if claims is None:
        return "", 0
    with claims:
        return claims.reader, claims.upto


def _locked(place: Path) -> WriterLock:
    try:
        return WriterLock(place)
    except ArchiveBusy as error:
        raise SiteError(
            "another process is publishing there", where=str(place.parent), hint="wait until it ends"
        ) from error


def _unlocked(place: Path) -> None:
    for name in ("writer.lock", "writer.lock-journal"):
        (place / name).unlink(missing_ok=True)
