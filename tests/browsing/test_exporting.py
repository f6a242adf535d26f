"""Exports over the wire: a reader who leaves or sleeps holds up nobody, and a file that breaks off is seen to break off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from archive.building import kept, telegram
from reftel.errors import ArchiveError
from reftel.web import exporting
from reftel.web.exporting import Exports

BLOCK = b"x" * (64 * 1024)


class Written:
    """A format that writes what it is told to, whatever is wanted."""

    name = "csv"

    def __init__(self, write: Callable[[Any], None]) -> None:
        self._write = write

    def write(self, records: object, out: Any, rows: str) -> None:
        self._write(out)


def without_end(out: Any) -> None:
    while True:
        out.write(BLOCK)


def some(out: Any) -> None:
    for _ in range(40):
        out.write(BLOCK)


def breaking_off(out: Any) -> None:
    out.write(BLOCK)
    raise ArchiveError("the disk is gone")


@pytest.fixture
def exports(tmp_path: Path) -> Exports:
    with kept(tmp_path / "a", telegram(1)):
        pass
    return Exports(tmp_path / "a")


async def streamed(exports: Exports, write: Callable[[Any], None]) -> AsyncGenerator[bytes, None]:
    form: Any = Written(write)
    return await asyncio.wait_for(exports.stream(form, lambda archive: []), 20)


async def read(exports: Exports, write: Callable[[Any], None]) -> int:
    return sum([len(block) async for block in await streamed(exports, write)])


async def idle(exports: Exports) -> None:
    while exports.running:
        await asyncio.sleep(0.01)


def test_readers_who_leave_keep_no_thread(exports: Exports) -> None:
    async def ask() -> int:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        for _ in range(6):
            reader = asyncio.create_task(read(exports, without_end))
            while not exports.running:
                await asyncio.sleep(0)
            reader.cancel()
            await asyncio.wait([reader], timeout=20)
            await asyncio.wait_for(idle(exports), 20)
        return await asyncio.wait_for(read(exports, some), 20)

    assert asyncio.run(ask()) == 40 * len(BLOCK)


def test_a_reader_who_slept_too_long_is_told(exports: Exports, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "_PATIENCE", 0.1)

    async def ask() -> int:
        blocks = await streamed(exports, some)
        count = len(await anext(blocks))
        await asyncio.wait_for(idle(exports), 20)  # the writer has given up
        with pytest.raises(exporting._Left):  # noqa: PT012 - some blocks come before
            async for block in blocks:
                count += len(block)
        return count

    assert 0 < asyncio.run(ask()) < 40 * len(BLOCK)


def test_a_file_that_breaks_off_is_seen_to(exports: Exports) -> None:
    with pytest.raises(ArchiveError, match="the disk is gone"):
        asyncio.run(read(exports, breaking_off))
    assert asyncio.run(read(exports, some)) == 40 * len(BLOCK)
