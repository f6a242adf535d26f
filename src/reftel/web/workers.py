"""Threads that each hold the archive open: what is asked of it runs in one of them, and never in the loop of the server.

The thread that was the last to become free is the next to be asked: what it read of the archive is still at hand.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from reftel.archive import Archive, open_archive
from reftel.errors import Overloaded

T = TypeVar("T")
_PATIENCE = 5.0  # seconds in which a question that was given up has ended


class Workers:
    """`count` threads. A question that takes longer than `seconds` is given up and ended, as is one too many in the queue.

    `asked` is how many questions are being answered or wait; `prepare` is done with each thread's archive first.
    """

    def __init__(
        self,
        path: Path,
        *,
        count: int = 4,
        seconds: float = 20.0,
        queue: int = 100,
        prepare: Callable[[Archive], None] = lambda archive: None,
    ) -> None:
        self._path, self._seconds, self._most = path, seconds, queue
        self._prepare = prepare
        self._own = threading.local()
        self.asked = 0
        self._threads = [ThreadPoolExecutor(1, thread_name_prefix=f"reftel-web-{number}") for number in range(count)]
        self._free: asyncio.LifoQueue[ThreadPoolExecutor] = asyncio.LifoQueue()
        for thread in self._threads:
            self._free.put_nowait(thread)

    async def ask(self, question: Callable[[Archive], T]) -> T:
        """What `question` says of the archive; Overloaded where it takes too long, or too many wait."""
        if self.asked >= self._most:
            raise Overloaded("too many questions are waiting", hint="ask again in a moment")
        self.asked += 1
        given_up = threading.Event()

        def answered() -> T:
            archive = self._archive()
            with archive.until(given_up.is_set):
                archive.go_on()
                return question(archive)

        answer = asyncio.ensure_future(self._in_turn(answered))
        answer.add_done_callback(self._done)
        try:
            return await asyncio.wait_for(asyncio.shield(answer), self._seconds)
        except TimeoutError as error:
            given_up.set()
            what = f"this question takes longer than {self._seconds:g} seconds"
            raise Overloaded(what, hint="narrow it by a post, a year or more words") from error

    async def _in_turn(self, answered: Callable[[], T]) -> T:
        thread = await self._free.get()
        try:
            return await asyncio.get_running_loop().run_in_executor(thread, answered)
        finally:
            self._free.put_nowait(thread)

    def _done(self, answer: asyncio.Future[T]) -> None:
        self.asked -= 1
        if not answer.cancelled():
            answer.exception()  # of a question that was given up, nobody else asks

    def _archive(self) -> Archive:
        archive: Archive | None = getattr(self._own, "archive", None)
        if archive is None:
            archive = self._own.archive = open_archive(self._path)
            self._prepare(archive)
        return archive

    async def warm(self, question: Callable[[Archive], object]) -> None:
        """Asks `question` once in each thread, so that no reader waits for what is made at the first; returns after the first.

        One thread asks before all others: what is made once for all of them is made once.
        """
        first = asyncio.get_running_loop().run_in_executor(self._threads[-1], lambda: question(self._archive()))
        await asyncio.wait([first])
        _passed_over(first)
        for thread in self._threads[:-1]:
            thread.submit(lambda: question(self._archive())).add_done_callback(_passed_over)

    def close(self) -> None:
        """Closes each thread's archive, in that thread, and ends the threads."""

        def leave() -> None:
            archive: Archive | None = getattr(self._own, "archive", None)
            if archive is not None:
                archive.close()

        for one in [thread.submit(leave) for thread in self._threads]:
            one.result(self._seconds + _PATIENCE)
        for thread in self._threads:
            thread.shutdown()


def _passed_over(done: Future[object] | asyncio.Future[object]) -> None:
    """What goes wrong beforehand goes wrong again when a reader asks, and is said then."""
    if not done.cancelled():
        done.exception()
