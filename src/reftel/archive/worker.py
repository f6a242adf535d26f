"""Reading in other processes: lots of releases go out over a pipe, packed entries come back.

Plain child processes with a length before each message, and not `multiprocessing`: nothing of the caller's program
is imported or run again, a script needs no `__main__` guard, and a child that dies takes one release with it and no more.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from threading import Lock
from typing import IO

import msgspec

from reftel.archive.entry import Entry, make_entry
from reftel.archive.packing import pack, unpack
from reftel.release import Release

_LENGTH = 8
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


class Worker:
    """A child process that reads. One thread at a time may use it; `close` ends it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._closed = False
        self._process = _start()

    def read(self, releases: Sequence[Keyed]) -> list[Outcome]:
        """As `read_lot`, in the child. A release on which the child dies has that as its reason."""
        try:
            return self._ask(releases)
        except (EOFError, OSError, ValueError):  # ended, broken off, or closed under our hands
            self._start_again()
        if len(releases) == 1:
            return [Outcome(None, "reading failed: the reading process died on it", passing=True)]
        return [outcome for release in releases for outcome in self.read([release])]

    def _ask(self, releases: Sequence[Keyed]) -> list[Outcome]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        _send(self._process.stdin, pack(list(releases)))
        return unpack(_receive(self._process.stdout), list[Outcome])

    def close(self) -> None:
        """Ends the child now, whatever it is doing; a `read` under way in another thread raises EOFError."""
        with self._lock:
            self._closed = True
            self._end()

    def _start_again(self) -> None:
        with self._lock:
            if self._closed:
                raise EOFError
            self._end()
            self._process = _start()

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # what was not yet sent needs no sending
                if stream is not None:
                    stream.close()


def serve() -> None:
    """The child's whole life: lots in, outcomes out, until its input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C and ends its children
    incoming, outgoing = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing printed may get into the stream of messages
    while True:
        try:
            message = _receive(incoming)
        except EOFError:
            return
        try:
            _send(outgoing, pack(read_lot(unpack(message, list[Keyed]))))
        except BrokenPipeError:  # the parent is gone, and nobody waits for this
            return


def _start() -> subprocess.Popen[bytes]:
    # -P: a folder of somebody's files, where the user happens to stand, must not provide modules.
    places = os.pathsep.join(place for place in sys.path if place)
    return subprocess.Popen(
        [sys.executable, "-P", "-c", _START],
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
