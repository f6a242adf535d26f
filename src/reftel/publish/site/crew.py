"""Processes that carry out orders at the same time: children with a pipe each, fed by a thread each.

Plain child processes, and not `multiprocessing`: nothing of the caller's program is imported or run again. A child that
dies takes the one order with it on which it died.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from reftel.errors import ReftelError, SiteError
from reftel.publish.site.links import Known
from reftel.publish.site.orders import Done, Lot
from reftel.publish.site.rendering import Look
from reftel.publish.site.workshop import Workshop

_START = "from reftel.publish.site.crew import serve; serve()"
_AHEAD = 2  # lots that wait for each process


class Crew:
    """So many processes for one archive and one site; a context manager. With none, all is done in this one."""

    def __init__(self, archive: Path, out: Path, look: Look, jobs: int) -> None:
        self._begin = (archive.absolute(), out.absolute(), look)
        self._here = Workshop(*self._begin) if jobs == 0 else None
        self._children = [_Child(self._begin) for _ in range(jobs)]
        self._free: SimpleQueue[_Child] = SimpleQueue()
        for child in self._children:
            self._free.put(child)
        self._threads = ThreadPoolExecutor(max(jobs, 1))

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._children:
            child.end()
        self._threads.shutdown(cancel_futures=True)

    def know(self, known: Known) -> None:
        """Tells every process which pages there are; no lot may be under way."""
        if self._here is not None:
            self._here.know(known)
        for child in self._children:
            child.know(known)

    def done(self, lots: Iterable[Lot]) -> Iterator[tuple[Lot, list[Done]]]:
        """What became of each lot, as they are finished."""
        if self._here is not None:
            for lot in lots:
                yield lot, self._here.carry_out(lot)
            return
        under_way: dict[Future[list[Done]], Lot] = {}
        try:
            for lot in lots:
                under_way[self._threads.submit(self._carry_out, lot)] = lot
                if len(under_way) >= len(self._children) * _AHEAD:
                    yield from _finished(under_way)
            while under_way:
                yield from _finished(under_way)
        finally:
            for future in under_way:
                future.cancel()

    def _carry_out(self, lot: Lot) -> list[Done]:
        child = self._free.get()
        try:
            return child.carry_out(lot)
        finally:
            self._free.put(child)


def _finished(under_way: dict[Future[list[Done]], Lot]) -> Iterator[tuple[Lot, list[Done]]]:
    ready, _ = wait(under_way, return_when=FIRST_COMPLETED)
    for future in ready:
        yield under_way.pop(future), future.result()


class _Child:
    """One process. One thread at a time may use it."""

    def __init__(self, begin: tuple[Path, Path, Look]) -> None:
        self._begin, self._ended = begin, False
        self._known: Known | None = None
        self._process = self._started()

    def know(self, known: Known) -> None:
        """Tells it which pages there are."""
        self._known = known
        with suppress(OSError):  # it died, and will be told when it is started again
            self._send(known)

    def carry_out(self, lot: Lot) -> list[Done]:
        """What became of each order; one on which the process dies has that as its fault."""
        try:
            self._send(lot)
            assert self._process.stdout is not None
            answer = pickle.load(self._process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            if self._ended:
                raise SiteError("stopped") from error
            self._close()
            self._process = self._started()
            if self._known is not None:
                self._send(self._known)
            if len(lot.orders) == 1:
                return [Done({}, "the process died on it")]
            return [done for order in lot.orders for done in self.carry_out(Lot((order,)))]
        if isinstance(answer, ReftelError):
            raise answer
        return list(answer)

    def end(self) -> None:
        """Ends it now, whatever it does."""
        self._ended = True
        self._close()

    def _close(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if stream is not None:
                    stream.close()

    def _send(self, message: object) -> None:
        assert self._process.stdin is not None
        pickle.dump(message, self._process.stdin, pickle.HIGHEST_PROTOCOL)
        self._process.stdin.flush()

    def _started(self) -> subprocess.Popen[bytes]:
        # -P: a folder of somebody's files, where the user happens to stand, must not provide modules.
        places = os.pathsep.join(place for place in sys.path if place)
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", _START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": places},
        )
        assert process.stdin is not None
        pickle.dump(self._begin, process.stdin, pickle.HIGHEST_PROTOCOL)
        process.stdin.flush()
        return process


def serve() -> None:
    """The child's whole life: lots in, what became of them out, until its input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C and ends its children
    incoming, outgoing = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing printed may get into the stream of messages
    gc.set_threshold(200_000, 20, 100)  # pages are many small objects that go by themselves: a tenth of the time
    workshop = Workshop(*pickle.load(incoming))
    while True:
        try:
            message: Any = pickle.load(incoming)
        except EOFError:
            return
        if isinstance(message, Known):
            workshop.know(message)
            continue
        try:
            answer: object = workshop.carry_out(message)
        except ReftelError as error:
            answer = error
        try:
            pickle.dump(answer, outgoing, pickle.HIGHEST_PROTOCOL)
            outgoing.flush()
        except BrokenPipeError:  # the parent is gone, and nobody waits for this
            return
