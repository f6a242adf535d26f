"""Files of a mirror on disk: opened without following links, hashed, and put in place all together or not at all."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from reftel.archive.lock import WriterLock
from reftel.errors import ArchiveBusy, ArchiveError, MirrorError
from reftel.publish.mirror import bag, layout

STEP = 1 << 20
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_READY = "ready"
_LOCK = "writer.lock"  # and what SQLite may put beside it
_LAST = (bag.TAGMANIFEST, layout.SIGNATURE)


def inside(place: Path, name: str) -> Path:
    """The file `name` of the mirror at `place`; MirrorError where its name or a link on the way leads elsewhere."""
    if why := bag.safe_name(name.removeprefix(layout.STAGING + "/")):
        raise MirrorError(why, where=name[:80])
    path = place
    for part in name.split("/")[:-1]:
        path = path / part
        if path.is_symlink():
            raise MirrorError("it is a link, and a mirror has none", where=str(path))
    return place / name


def open_file(place: Path, name: str) -> BinaryIO:
    """The regular file `name` of the mirror at `place`, to read; FileNotFoundError where there is none."""
    path = inside(place, name)
    try:
        number = os.open(path, _FLAGS)
    except OSError as error:
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            raise FileNotFoundError(error.errno, "it is missing", str(path)) from error
        what = "it is a link, and a mirror has none" if path.is_symlink() else f"it cannot be read: {error.strerror}"
        raise MirrorError(what, where=str(path)) from error
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise MirrorError("it is no regular file", where=str(path))
    return os.fdopen(number, "rb", buffering=0)


def read_small(place: Path, name: str, most: int = bag.LONGEST_TAG_FILE) -> bytes:
    """All bytes of a tag file; MirrorError where it is missing, no file, or longer than `most`."""
    try:
        with open_file(place, name) as file:
            data = b"".join(iter(lambda: file.read(STEP), b"")) if _size(file) <= most else b"." * (most + 1)
    except OSError as error:
        raise MirrorError(f"{error.strerror or error}", where=str(place / name)) from error
    if len(data) > most:
        raise MirrorError("it is longer than such a file may be", where=str(place / name))
    return data


def hash_file(place: Path, name: str, told: Callable[[int], None] | None = None) -> tuple[str, int] | None:
    """SHA-512 and number of bytes of a file; None where it is missing. `told` hears of each piece that was read."""
    digest, count = hashlib.sha512(), 0
    try:
        with open_file(place, name) as file:
            while piece := file.read(STEP):
                digest.update(piece)
                count += len(piece)
                if told is not None:
                    told(len(piece))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise MirrorError(f"it cannot be read: {error.strerror or error}", where=str(place / name)) from error
    return digest.hexdigest(), count


def sha512(data: bytes) -> str:
    """The hash as manifests write it."""
    return hashlib.sha512(data).hexdigest()


def found_files(place: Path) -> Iterator[tuple[str, bool]]:
    """Each name under `place`, and whether it is a regular file; folders are walked and not named, links not followed."""
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            entries = sorted(os.scandir(place / folder), key=lambda entry: entry.name)
        except OSError:
            yield folder.rstrip("/"), False
            continue
        for entry in entries:
            name = folder + entry.name
            if name == layout.STAGING:
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(name + "/")
            else:
                yield name, entry.is_file(follow_symlinks=False)


def is_unfinished(place: Path) -> bool:
    """Whether new files were whole and signed, and not all of them are in their places yet."""
    return os.path.lexists(place / layout.STAGING / _READY)


class Staging:
    """Files on their way into the mirror at `place`: kept in one folder until all are there, then put in place together.

    Its making finishes what a process before left half put in place; a second process at the same time is refused.
    """

    def __init__(self, place: Path) -> None:
        self.place, self.folder = place, place / layout.STAGING
        with explained(place):
            if self.folder.is_symlink():
                raise MirrorError("it is a link, and a mirror has none", where=str(self.folder))
            self._made = not place.exists()
            self.folder.mkdir(parents=True, exist_ok=True)
            if odd := [name for name, regular in found_files(self.folder) if not regular]:
                # It may have come with a stick from a stranger, and files are written here.
                what = f"it holds a link or no regular file: {odd[0][:80]!r}"
                raise MirrorError(what, where=str(self.folder), hint="delete this folder, and run it again")
            try:
                self._lock = _locked(self.folder)
            except ArchiveBusy as error:
                raise MirrorError("another process is writing to this mirror", where=str(place)) from error
            except ArchiveError as error:
                raise MirrorError("the mirror cannot be written", where=str(place), hint=error.hint) from error
            try:
                if is_unfinished(place):
                    self._put_in_place()
            except BaseException:
                self._lock.release()
                raise

    def path(self, name: str) -> Path:
        """Where the file `name` waits."""
        path = inside(self.place, f"{layout.STAGING}/{name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def write(self, name: str, data: bytes) -> None:
        """Lets `data` wait as the file `name`."""
        with explained(self.place), self.path(name).open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def clear(self) -> None:
        """Throws away what waits."""
        for entry in list(os.scandir(self.folder)):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path)
            elif not entry.name.startswith(_LOCK):
                Path(entry.path).unlink()

    def commit(self, put: Iterable[str], remove: Iterable[str]) -> None:
        """Puts the files `put` in place and takes `remove` away. From the first moment on it will be finished, by the next process if need be."""
        names = sorted(put, key=lambda name: (name in _LAST, not name.startswith(bag.PAYLOAD), name))
        if gone := [name for name in names if not (self.folder / name).is_file()]:
            raise MirrorError("a new file is gone again", where=str(self.folder / gone[0]), hint="run it again")
        order = json.dumps({"put": names, "remove": sorted(remove)}).encode("ascii")
        with explained(self.place):
            self.write("ready.tmp", order)
            (self.folder / "ready.tmp").replace(self.folder / _READY)
            _sync_folder(self.folder)
            self._put_in_place()

    def _put_in_place(self) -> None:
        put, remove = _order(read_small(self.place, f"{layout.STAGING}/{_READY}"), self.folder)
        for name in put:
            target, waiting = inside(self.place, name), self.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if os.path.lexists(waiting):
                waiting.replace(target)
        for name in remove:
            inside(self.place, name).unlink(missing_ok=True)
        for folder in {inside(self.place, name).parent for name in put} | {self.place}:
            _sync_folder(folder)
        self.clear()

    def close(self, *, keep: bool = False) -> None:
        """Lets the next process in; what waits is thrown away unless `keep` says that it is to go on from there."""
        keep = keep and any(path.is_file() and not path.name.startswith(_LOCK) for path in self.folder.rglob("*"))
        keep = keep or is_unfinished(self.place)
        if not keep:
            self.clear()
            shutil.rmtree(self.folder, ignore_errors=True)  # while it is locked: else it might be the next process's
        self._lock.release()
        if not keep and self._made:  # and is still empty, where nothing came of it
            with suppress(OSError):
                self.place.rmdir()


def _locked(folder: Path) -> WriterLock:
    """The lock of the folder that is there: the process before takes its folder away, and what it locked with it."""
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / WriterLock.FILE
        file.touch()
        before = _number(file)
        lock = WriterLock(folder)
        if before and before == _number(file):
            return lock
        lock.release()


def _number(file: Path) -> int:
    """The number of a file on its disk; 0 where it is gone."""
    try:
        return file.stat().st_ino
    except OSError:
        return 0


@contextmanager
def explained(place: Path) -> Iterator[None]:
    """Errors of the disk, in words."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            hint = "make room, run it again: it goes on where it stopped"
            raise MirrorError("the disk is full; the mirror is as it was", where=str(place), hint=hint) from error
        where = str(error.filename or place)
        raise MirrorError(f"it cannot be written: {error.strerror or error}", where=where) from error


def _order(data: bytes, folder: Path) -> tuple[list[str], list[str]]:
    """The names in the order to put files in place; it may have come with a stick from a stranger."""
    try:
        order = json.loads(data)
        put, remove = list(map(str, order["put"])), list(map(str, order["remove"]))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        hint = "delete this folder, and run it again"
        raise MirrorError(
            "what it says of a copy that was cut short cannot be read", where=str(folder), hint=hint
        ) from error
    for name in (*put, *remove):
        if not (layout.belongs(name) or name in _LAST):
            hint = "delete this folder, and run it again"
            raise MirrorError(
                f"it would touch {name[:80]!r}, which is no file of a mirror", where=str(folder), hint=hint
            )
    return put, remove


def _size(file: BinaryIO) -> int:
    return os.fstat(file.fileno()).st_size


def _sync_folder(folder: Path) -> None:
    """What was renamed in it survives a loss of power, where the system can promise that."""
    if os.name == "posix":
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
