"""Many at once: slow questions are given up, slow readers stop nobody, and whoever leaves an export frees it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx2
import msgspec
import pytest

from archive.building import kept, telegram
from browsing.browser import served
from reftel.archive import Archive
from reftel.errors import Overloaded
from reftel.export import format_named
from reftel.search import Query, every_hit, search
from reftel.web.envelope import Refusal
from reftel.web.exporting import Exports
from reftel.web.server import _bring_up
from reftel.web.workers import Workers


async def idle(workers: Workers) -> None:
    while workers.asked:
        await asyncio.sleep(0.01)


def test_a_question_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    kept(tmp_path / "a", telegram(1)).close()
    free = threading.Event()

    async def ask() -> None:
        workers = Workers(tmp_path / "a", count=1, seconds=0.2, queue=2)
        waiting = asyncio.ensure_future(workers.ask(lambda archive: free.wait(10)))
        await asyncio.sleep(0)
        second = asyncio.ensure_future(workers.ask(len))
        await asyncio.sleep(0)
        with pytest.raises(Overloaded, match="too many"):
            await workers.ask(len)
        with pytest.raises(Overloaded, match="longer than"):
            await waiting
        with pytest.raises(Overloaded, match="longer than"):
            await second
        free.set()
        await asyncio.wait_for(idle(workers), 10)
        assert await workers.ask(len) == 1
        workers.close()

    asyncio.run(ask())


ENDLESS = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


def _searches_on(archive: Archive) -> None:
    while True:
        search(archive, "words")


@pytest.mark.parametrize(
    "question", [lambda archive: archive.ask(ENDLESS), _searches_on], ids=["in the database", "in the index"]
)
def test_what_was_given_up_ends(tmp_path: Path, question: Callable[[Archive], object]) -> None:
    kept(tmp_path / "a", telegram(1, body="words")).close()

    async def ask() -> None:
        workers = Workers(tmp_path / "a", count=1, seconds=0.3)
        with pytest.raises(Overloaded, match="longer than"):
            await workers.ask(question)
        await asyncio.wait_for(idle(workers), 10)
        assert await workers.ask(len) == 1  # the thread is free, and its archive as good as before
        workers.close()

    asyncio.run(ask())


def test_each_thread_has_the_archive_for_itself_and_closes_it(tmp_path: Path) -> None:
    kept(tmp_path / "a", telegram(1)).close()
    seen: dict[int, Archive] = {}
    together = threading.Barrier(3)

    def note(archive: Archive) -> None:
        together.wait(10)
        seen[threading.get_ident()] = archive

    async def ask() -> None:
        workers = Workers(tmp_path / "a", count=3)
        await asyncio.gather(*(workers.ask(note) for _ in range(3)))
        workers.close()

    asyncio.run(ask())
    assert len(seen) == len({id(one) for one in seen.values()}) == 3


def test_an_export_that_nobody_reads_on_is_ended(tmp_path: Path) -> None:
    kept(tmp_path / "a", *(telegram(number, body="words " * 5000) for number in range(1, 120))).close()

    async def leave() -> None:
        exports = Exports(tmp_path / "a")
        for _ in range(6):  # more than may run at once: each must have been freed
            blocks = await exports.stream(format_named("jsonl"), lambda archive: every_hit(archive, Query()))
            first = await anext(blocks)
            assert first.startswith(b'{"id"')
            await blocks.aclose()
            until = time.monotonic() + 20
            while exports.running and time.monotonic() < until:
                await asyncio.sleep(0.02)
            assert not exports.running

    asyncio.run(leave())


def test_several_processes_answer_at_one_address_and_end_with_the_command(samples: Path) -> None:
    command = [sys.executable, "-c", _SERVE, str(samples)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        try:
            with httpx2.Client(base_url=address, timeout=30) as client:
                assert client.get("/record/07MARENGO212").status_code == 200
            until = time.monotonic() + 20
            while len(workers := _workers(process.pid)) < 2 and time.monotonic() < until:
                time.sleep(0.05)
            assert len(workers) == 2
            os.kill(workers[0], signal.SIGKILL)
            with httpx2.Client(base_url=address, timeout=30) as client:
                assert client.get("/record/07MARENGO212").status_code == 200
        finally:
            process.terminate()
            process.wait(30)
    with pytest.raises(httpx2.ConnectError), httpx2.Client(timeout=5) as client:
        client.get(address)


_SERVE = """if True:
    import sys
    from pathlib import Path
    from reftel.web import serve
    serve(Path(sys.argv[1]), host="127.0.0.1", port=0, ready=lambda address: print(address, flush=True), processes=2)
"""


def _processes() -> list[int]:
    if not Path("/proc/self/stat").is_file():
        pytest.skip("this system does not tell of its processes in files")
    return [int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit()]


def _workers(parent: int) -> list[int]:
    return [one for one in _processes() if _parent(one) == parent and _is_worker(one)]


def _parent(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _is_worker(process: int) -> bool:
    try:
        return b"spawn_main" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False


def test_what_is_no_http_is_refused_in_the_one_shape(samples: Path) -> None:
    with served(samples) as address:
        host, port = address.removeprefix("http://").split(":")
        for sent in (b"\x16\x03\x01\r\n\r\n", b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n"):
            with socket.create_connection((host, int(port)), timeout=10) as connection:
                connection.sendall(sent)
                answer = b"".join(iter(lambda: connection.recv(65_536), b""))
            head, _, body = answer.partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 400")
            assert b"content-type: application/json" in head.lower()
            assert msgspec.json.decode(body, type=Refusal).error.code == "bad-request"


def test_slow_readers_stop_nobody(samples: Path) -> None:
    with served(samples) as address:
        host, port = address.removeprefix("http://").split(":")
        slow = [socket.create_connection((host, int(port))) for _ in range(20)]
        try:
            for one in slow[:10]:
                one.sendall(
                    b"GET /search?q=harbour HTTP/1.1\r\nHost: " + host.encode() + b"\r\nX-Slow: "
                )  # and no more
            for one in slow[10:]:
                one.sendall(b"GET /export/jsonl HTTP/1.1\r\nHost: " + host.encode() + b"\r\n\r\n")  # and read nothing
            with httpx2.Client(base_url=address, timeout=10) as client:
                for _ in range(5):
                    assert client.get("/record/07MARENGO212").status_code == 200
                    assert client.get("/search.json?q=harbour").json()["data"]["total"] > 20
        finally:
            for one in slow:
                one.close()


def test_nothing_is_written_of_who_asked_for_what(samples: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = {
        file: file.stat().st_mtime_ns
        for file in samples.rglob("*")
        if file.suffix not in {"-shm", "-wal"} and file.is_file()
    }
    with served(samples) as address, httpx2.Client(base_url=address) as client:
        for path in ("/search?q=secretquestion", "/record/07MARENGO212", "/nothing", "/search.json?limit=0"):
            client.get(path)
    told = capfd.readouterr()
    assert (told.out, told.err) == ("", "")
    assert {file: file.stat().st_mtime_ns for file in before} == before


def test_sockets_lead_nowhere_else(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    connect = socket.socket.connect

    def watching(self: socket.socket, place: object) -> None:
        asked.append(place)
        connect(self, place)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", watching)
    with served(samples) as address, httpx2.Client(base_url=address) as client:
        paths = [*json.loads(client.get("/openapi.json").text)["paths"]]
        for path in paths:
            client.get(path.replace("{name}", "07MARENGO212").replace("{by}", "post").replace("{form}", "ris"))
    assert asked
    assert {place[0] for place in asked if isinstance(place, tuple)} == {"127.0.0.1"}


def test_what_takes_long_before_anybody_can_ask_is_told(tmp_path: Path) -> None:
    kept(tmp_path / "a", telegram(1)).close()
    with closing(sqlite3.connect(tmp_path / "a" / "archive.sqlite")) as connection:
        connection.executescript(_OLDER)
    said: list[str] = []
    _bring_up(tmp_path / "a", said.append)
    assert [one for one in said if "older reftel" in one]
    assert [one for one in said if "index" in one]
    again: list[str] = []
    _bring_up(tmp_path / "a", again.append)
    assert again == []


# The layout before the papers of volumes.
_OLDER = "DROP TABLE paper; DROP TABLE citation; DROP TABLE enclosure; PRAGMA user_version = 3;"


_AT_ONCE = """if True:
    import sys, threading
    from pathlib import Path
    from reftel.archive import open_archive
    from reftel.web import asked
    from reftel.web.views.record import record_view
    from reftel.web.views.results import search_view
    together = threading.Barrier(8)
    def first(at):
        with open_archive(Path(sys.argv[1])) as archive:
            together.wait(20)
            record_view(archive, asked.Named("07MARENGO212")) if at % 2 else search_view(archive, asked.Searched("tide"))
    threads = [threading.Thread(target=first, args=(at,)) for at in range(8)]
    for one in threads: one.start()
    for one in threads: one.join()
"""


@pytest.mark.slow
def test_the_first_questions_may_come_all_at_once(samples: Path) -> None:
    for _ in range(4):  # what went wrong in threads that began together went wrong in one start of six
        done = subprocess.run(
            [sys.executable, "-c", _AT_ONCE, str(samples)], capture_output=True, check=False, timeout=60
        )
        assert (done.returncode, done.stderr) == (0, b"")
