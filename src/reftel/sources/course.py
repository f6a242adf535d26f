"""How far the reading of files has come, and which were read to their end: what is needed to go on and to foresee."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import msgspec

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BUFFER = 1 << 17


class FileState(msgspec.Struct, frozen=True):
    """A file as it was found: its name as given, bytes, time of last change in nanoseconds, number on its disk."""

    file: str
    size: int
    changed: int
    number: int


def state_of(path: Path) -> FileState:
    """The file at `path` as it is now; OSError where it is not there."""
    found = path.stat()
    name = os.fsencode(path).decode("utf-8", "backslashreplace")
    return FileState(name, found.st_size, found.st_mtime_ns, found.st_ino)


class Course:
    """One reading of files: bytes in all and read so far, files left out as unchanged, files read to their end.

    `known` says of a file's state whether it was read to its end before; such a file is left out. `readers` says by
    which readers it is read.
    """

    def __init__(self, known: Callable[[FileState], bool] | None = None, *, readers: str = "") -> None:
        self.readers = readers
        self.total = self.unchanged = 0
        self._known = known
        self._behind = 0  # bytes of the files that lie behind
        self._position = 0  # in the file being read
        self._ended: list[FileState] = []

    @property
    def read(self) -> int:
        """Bytes of the files on disk that were passed so far; of a container, as it is packed."""
        return self._behind + self._position

    def plan(self, paths: Iterable[Path]) -> None:
        """Adds up what lies ahead; what cannot be looked at counts nothing."""
        self.total += sum(_sizes(paths))

    def leaves_out(self, state: FileState) -> bool:
        """Whether the file was read before and is the same; it counts as passed then."""
        if self._known is None or not self._known(state):
            return False
        self.unchanged += 1
        self._behind += state.size
        return True

    def open(self, path: Path) -> BinaryIO:
        """The file at `path`, whose reading is followed."""
        return cast(BinaryIO, io.BufferedReader(_Followed(path, self), _BUFFER))

    def passed(self, position: int) -> None:
        """Takes note that the file being read was read up to `position`."""
        self._position = max(self._position, position)

    def ended(self, state: FileState) -> None:
        """Takes note that the file was read to its end, and all that stands in it was given."""
        self._behind, self._position = self._behind + state.size, 0
        self._ended.append(state)

    def take_ended(self) -> list[FileState]:
        """The files that were read to their end since this was asked last."""
        ended, self._ended = self._ended, []
        return ended


class _Followed(io.FileIO):
    """A file that tells its course how far it was read."""

    def __init__(self, path: Path, course: Course) -> None:
        super().__init__(path)
        self._course = course

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        count = super().readinto(buffer)
        self._course.passed(self.tell())
        return count


def _sizes(paths: Iterable[Path]) -> Iterator[int]:
    for path in paths:
        if path.is_dir():
            for folder, names, files in os.walk(path):
                names[:] = [name for name in names if not name.startswith(".")]
                yield from (_size(Path(folder, name)) for name in files if not name.startswith("."))
        else:
            yield _size(path)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0
