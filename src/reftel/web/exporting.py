"""Exports over the wire: every hit, whole, written by a thread of its own as fast as the reader takes it, and no faster."""

from __future__ import annotations

import asyncio
import io
import queue
import threading
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import suppress
from pathlib import Path
from time import monotonic

from reftel.archive import Archive, Stored, open_archive
from reftel.errors import Overloaded
from reftel.export import Format

_TYPES = {
    "csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl", "text": "text/plain; charset=utf-8",
    "biblatex": "application/x-bibtex", "ris": "application/x-research-info-systems",
    "csl": "application/vnd.citationstyles.csl+json", "citations": "text/plain; charset=utf-8",
}  # fmt: skip
Wanted = Callable[[Archive], Iterable[Stored]]
_BLOCK = 64 * 1024
_AHEAD = 8  # blocks that are made before the first is taken
_PATIENCE = 60.0  # seconds for which a reader may take nothing
_AT_ONCE = 4
_LOOK = 0.5  # seconds after which it is looked whether anybody still reads or writes


def type_of(form: str) -> str:
    """The media type of a format."""
    return _TYPES.get(form, "application/octet-stream")


class _Left(Exception):
    """Nobody takes what is written any more."""


class _Pipe(io.RawIOBase):
    """A file whose other end is a queue; writing waits while the queue is full."""

    def __init__(self) -> None:
        self.blocks: queue.Queue[bytes | None] = queue.Queue(_AHEAD)
        self.left = threading.Event()
        self._held = bytearray()
        self._written = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._written

    def write(self, data: object) -> int:
        block = bytes(memoryview(data))  # type: ignore[arg-type]
        self._held += block
        self._written += len(block)
        if len(self._held) >= _BLOCK:
            self._give()
        return len(block)

    def _give(self) -> None:
        self.put(bytes(self._held))
        self._held.clear()

    def finish(self) -> None:
        if self._held:
            self._give()
        self.put(None)

    def put(self, block: bytes | None) -> None:
        """Waits until there is room; raises _Left where the reader is gone, or takes nothing for too long."""
        until = monotonic() + _PATIENCE
        while not self.left.is_set() and monotonic() < until:
            with suppress(queue.Full):
                self.blocks.put(block, timeout=_LOOK)
                return
        self.left.set()
        raise _Left

    def get(self) -> bytes | None:
        """The next block; None at the end, and where nobody takes or gives any more."""
        while not (self.left.is_set() and self.blocks.empty()):
            with suppress(queue.Empty):
                return self.blocks.get(timeout=_LOOK)
        return None


class Exports:
    """At most a few exports run at once, `running` of them now; each has the archive open for itself."""

    def __init__(self, path: Path, prepare: Callable[[Archive], None] = lambda archive: None) -> None:
        self._path, self._prepare = path, prepare
        self._running = threading.Semaphore(_AT_ONCE)
        self.running = 0

    async def stream(self, form: Format, wanted: Wanted) -> AsyncGenerator[bytes, None]:
        """The blocks of the file; Overloaded at once where too many are being written.

        What is wanted is found and the first block made before this returns, so that what is wrong is said in place of it.
        """
        if not self._running.acquire(blocking=False):
            raise Overloaded("too many exports are running", hint="ask again when one has ended")
        self.running += 1
        pipe, failed = _Pipe(), list[BaseException]()
        threading.Thread(target=self._write, args=(form, wanted, pipe, failed), daemon=True).start()
        try:
            first = await asyncio.to_thread(pipe.get)
        except BaseException:  # the reader went away before anything was found
            pipe.left.set()
            raise
        if failed:
            raise failed[0]
        return _blocks(first, pipe, failed)

    def _write(self, form: Format, wanted: Wanted, pipe: _Pipe, failed: list[BaseException]) -> None:
        try:
            with open_archive(self._path) as archive:
                self._prepare(archive)
                form.write(wanted(archive), pipe, "records")  # type: ignore[arg-type]
            pipe.finish()
        except BaseException as error:
            failed.append(error)
            pipe.left.set()  # whoever still reads takes what was written, and then learns why there is no more
        finally:
            self.running -= 1
            self._running.release()


async def _blocks(first: bytes | None, pipe: _Pipe, failed: list[BaseException]) -> AsyncGenerator[bytes, None]:
    block = first
    try:
        while block is not None:
            yield block
            block = await asyncio.to_thread(pipe.get)
        if failed:
            raise failed[0]  # the file breaks off, and the reader's program sees that it does
    finally:
        pipe.left.set()
