"""Bounds on what a container may unfold into, and a stream that holds to them."""

from __future__ import annotations

import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO

import msgspec
import zstandard

from reftel.errors import Broken, SourceError, Spent, TooLarge
from reftel.release import Origin, PassingReject, Reject

GIGABYTE = 1 << 30
STEP = 1 << 14  # bytes read at once: so many are lost, at most, before a break
# What the libraries raise where a container is damaged.
BREAKS = (
    OSError, EOFError, RuntimeError, NotImplementedError, ValueError, MemoryError, zlib.error, lzma.LZMAError,
    zipfile.BadZipFile, tarfile.TarError, zstandard.ZstdError,
)  # fmt: skip


def rejected(error: Exception, origin: Origin, reason: str, head: bytes, form: str = "") -> Reject:
    """The reject of what could not be read for `error`: a passing one where that may lie outside of it."""
    return (PassingReject if _passes(error) else Reject)(origin, reason, head[:64], form)


def _passes(error: BaseException | None) -> bool:
    """Whether it is a disk or network that failed, memory, or a limit of the whole run.

    A damaged container raises OSError too, but without a number of the system's.
    """
    if isinstance(error, OSError):
        return error.errno is not None
    return isinstance(error, MemoryError | Spent) or (isinstance(error, Broken) and _passes(error.__cause__))


class Limits(msgspec.Struct, frozen=True):
    """How far a container is followed: bytes in all and of one member, growth, members, containers in containers.

    `growth` is the ratio of unfolded to packed bytes that is refused once `growth_from` bytes have come out.
    """

    total_bytes: int = 200 * GIGABYTE
    member_bytes: int = 16 * GIGABYTE
    growth: int = 200
    growth_from: int = 10 * (1 << 20)
    members: int = 5_000_000
    depth: int = 4


class Budget:
    """What is left of the whole run's bounds; every stream of a container draws on it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._bytes, self._members = limits.total_bytes, limits.members

    def draw(self, count: int, where: str) -> None:
        """Take `count` bytes; Spent where none are left."""
        self._bytes -= count
        if self._bytes < 0:
            raise Spent("all that is unfolded passes the limit", where=where)

    def member(self, where: str) -> None:
        """Take one member; Spent where none are left."""
        self._members -= 1
        if self._members < 0:
            raise Spent("more members than the limit allows", where=where)

    def bound(self, packed: int | None) -> int:
        """How many bytes a member of `packed` bytes may unfold into."""
        if packed is None:
            return self.limits.member_bytes
        return min(self.limits.member_bytes, max(self.limits.growth_from, packed * self.limits.growth))


class Bounded(io.RawIOBase):
    """A stream that raises TooLarge past its bound and Broken where its container breaks, whatever was promised."""

    def __init__(self, streams: tuple[BinaryIO, ...], bound: int, where: str, budget: Budget) -> None:
        super().__init__()
        self._streams, self._left, self._where, self._budget = streams, bound, where, budget
        # What one step unfolds: a longer read would lose all it has where the container breaks.
        self._read: Callable[[int], bytes] = getattr(streams[0], "read1", streams[0].read)

    def readable(self) -> bool:
        """Always: it wraps a stream to read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer`, a writable buffer; the number of bytes, 0 at the end."""
        view = memoryview(buffer).cast("B")
        try:
            data = self._read(len(view)) or b""
        except BREAKS as error:
            raise Broken(f"the container breaks: {error}", where=self._where) from error
        self._left -= len(data)
        self._budget.draw(len(data), self._where)
        if self._left < 0:
            raise TooLarge("unfolds into far more than it holds packed (a zip bomb?)", where=self._where)
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the wrapped streams too, the outermost first."""
        if not self.closed:
            for stream in self._streams:
                stream.close()
        super().close()


class CutShort(io.RawIOBase):
    """What could be read of a member whose container breaks inside it: at its end comes the error, not the end."""

    def __init__(self, stream: BinaryIO, error: SourceError) -> None:
        super().__init__()
        self._stream, self._error = stream, error

    def readable(self) -> bool:
        """Always: it wraps a stream to read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer`; raises in place of an end."""
        data = self._stream.read(len(view := memoryview(buffer).cast("B")))
        if not data:
            raise self._error
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the wrapped stream too."""
        if not self.closed:
            self._stream.close()
        super().close()


def bounded(streams: tuple[BinaryIO, ...], bound: int, where: str, budget: Budget) -> BinaryIO:
    """The first of `streams`, buffered, with a bound on what comes out of it; all are closed with it."""
    return io.BufferedReader(Bounded(streams, bound, where, budget), STEP)
