"""Reading in other processes: lots of releases go out over a pipe, packed entries come back.

Plain child processes with a length before each message, and not `multiprocessing`: nothing of the caller's program
is imported or run again, a script needs no `__main__` guard, and a child that dies takes one release with it and no more.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock
from typing import IO, TypeVar

import msgspec

from reftel.archive.entry import Entry, make_entry
from reftel.archive.packing import pack, unpack
from reftel.release import Release

_LENGTH = 8
C = TypeVar("C", bound="Child")
L = TypeVar("L")
R = TypeVar("R")
Keyed = tuple[bytes, Release]  # a release behind its content address, made once
_START = "from reftel.archive.worker import serve; serve()"


class Outcome(msgspec.Struct, frozen=True):
    """What became of one release: its entry, or in words why there is none, and whether another try may give it."""

    entry: Entry | None
    reason: str = ""
    passing: bool = False


def read_lot(releases: Sequence[Keyed]) -> list[Outcome]:
    """The outcome of each of `releases`, in their order. Never raises on content."""
    return [_read_one(key, release) for key, release in releases]


def _read_one(key: bytes, release: Release) -> Outcome:
    try:
        return Outcome(make_entry(release, key))
    except Exception as error:  # a fault of ours in one record must not cost the other quarter of a million
        passing = isinstance(error, MemoryError | OSError)
        return Outcome(None, f"reading failed: {type(error).__name__}: {error}"[:500], passing)


class Child:
    """A child process that answers messages, each with one. One thread at a time may use it; `close` ends it."""

    def __init__(self, start: str) -> None:
        self._lock = Lock()
        self._closed = False
        self._code = start
        self._process = _start(start)

    def ask(self, message: bytes) -> bytes:
        """The child's answer; EOFError, OSError or ValueError where it ended, was broken off, or closed under our hands."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        _send(self._process.stdin, message)
        return _receive(self._process.stdout)

    def start_again(self) -> None:
        """A new process in place of one that died; EOFError where it was closed."""
        with self._lock:
            if self._closed:
                raise EOFError
            self._end()
            self._process = _start(self._code)

    def close(self) -> None:
        """Ends the child now, whatever it is doing; an `ask` under way in another thread raises EOFError."""
        with self._lock:
            self._closed = True
            self._end()

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # what was not yet sent needs no sending
                if stream is not None:
                    stream.close()


class Worker(Child):
    """A child process that reads releases."""

    def __init__(self) -> None:
        super().__init__(_START)

    def read(self, releases: Sequence[Keyed]) -> list[Outcome]:
        """As `read_lot`, in the child. A release on which the child dies has that as its reason."""
        try:
            return unpack(self.ask(pack(list(releases))), list[Outcome])
        except (EOFError, OSError, ValueError):  # ended, broken off, or closed under our hands
            self.start_again()
        if len(releases) == 1:
            return [Outcome(None, "reading failed: the reading process died on it", passing=True)]
        return [outcome for release in releases for outcome in self.read([release])]


def spread(children: Sequence[C], lots: Iterator[L], ask: Callable[[C, L], R]) -> Iterator[tuple[L, R]]:
    """Each lot with its answer, in order; `children` are closed at the end.

    At most two lots for each child are under way, so that memory does not grow with the input.
    """
    free: SimpleQueue[C] = SimpleQueue()
    for child in children:
        free.put(child)

    def asked(lot: L) -> R:
        child = free.get()
        try:
            return ask(child, lot)
        finally:
            free.put(child)

    pool = ThreadPoolExecutor(len(children), thread_name_prefix="reading")
    under_way: deque[tuple[L, Future[R]]] = deque()
    try:
        for lot in lots:
            under_way.append((lot, pool.submit(asked, lot)))
            if len(under_way) >= 2 * len(children):
                done, answer = under_way.popleft()
                yield done, answer.result()
        while under_way:
            done, answer = under_way.popleft()
            yield done, answer.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for child in children:
            child.close()
        pool.shutdown()


def serve() -> None:
    """The life of a child that reads: lots in, outcomes out."""
    answer_all(lambda message: pack(read_lot(unpack(message, list[Keyed]))))


def answer_all(answer: Callable[[bytes], bytes]) -> None:
    """A child's whole life: messages in, answers out, until its input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C and ends its children
    incoming, outgoing = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing printed may get into the stream of messages
    while True:
        try:
            message = _receive(incoming)
        except EOFError:
            return
        try:
            _send(outgoing, answer(message))
        except BrokenPipeError:  # the parent is gone, and nobody waits for this
            return


def _start(code: str) -> subprocess.Popen[bytes]:
    # -P: a folder of somebody's files, where the user happens to stand, must not provide modules.
    places = os.pathsep.join(place for place in sys.path if place)
    return subprocess.Popen(
        [sys.executable, "-P", "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": places},
    )


def _send(stream: IO[bytes], message: bytes) -> None:
    stream.write(len(message).to_bytes(_LENGTH, "big"))
    stream.write(message)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes:
    length = int.from_bytes(_exactly(stream, _LENGTH), "big")
    return _exactly(stream, length)


def _exactly(stream: IO[bytes], length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data
