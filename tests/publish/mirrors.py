"""Mirrors to test with, and a server that gives them out with ranges - well, or as badly as it is told."""

from __future__ import annotations

import re
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import minisign
import pytest

from archive.building import kept, telegram
from reftel.publish.mirror import bag, files, keys, layout
from reftel.publish.mirror.making import Made, Order, make
from reftel.publish.mirror.verifying import Fault, Verification
from reftel.release import Release


def new_key() -> minisign.SecretKey:
    return minisign.KeyPair.generate().secret_key


def public(key: minisign.SecretKey) -> minisign.PublicKey:
    return key.get_public_key()


def mirror_of(
    path: Path, *releases: Release, key: minisign.SecretKey | None = None, date: str = "2026-05-31", **order: object
) -> Made:
    """A mirror at `path`/m, made of an archive at `path`/a that keeps `releases` beside what it had."""
    with kept(path / "a", *releases) as archive:
        return make(archive, path / "m", Order(date=date, key=key, **order))  # type: ignore[arg-type]


def numbered(*numbers: int) -> list[Release]:
    return [telegram(number) for number in numbers]


def snapshot(place: Path) -> dict[str, bytes]:
    """Every file under `place`, what waits in the folder of a copy left out."""
    paths = sorted(path for path in place.rglob("*") if path.is_file())
    names = {path.relative_to(place).as_posix(): path for path in paths}
    return {name: path.read_bytes() for name, path in names.items() if not name.startswith(layout.STAGING)}


def faults(
    place: Path, key: minisign.SecretKey | None = None, *, unsigned: bool = False, deep: bool = False
) -> list[Fault]:
    look = Verification(place, key=public(key) if key else None, unsigned=unsigned, deep=deep)
    return list(look.faults())


def sign_again(place: Path, key: minisign.SecretKey | None) -> None:
    """Makes the lists of a mirror say what is there now, and signs them: what a publisher who lies can do."""
    tags = bag.read_manifest((place / bag.TAGMANIFEST).read_bytes(), "", payload=False)
    found = {name: files.sha512((place / name).read_bytes()) for name in tags if (place / name).is_file()}
    (place / bag.TAGMANIFEST).write_bytes(listed := bag.write_manifest(found))
    if key is not None:
        (place / layout.SIGNATURE).write_bytes(keys.sign(listed, key, "again"))


def small_packs(monkeypatch: pytest.MonkeyPatch, releases: int = 3) -> None:
    monkeypatch.setattr(layout, "PACK_RELEASES", releases)


class Server(ThreadingHTTPServer):
    """Serves `root` on a free port. `break_off` names files to break off after so many bytes, the next time they are asked for."""

    daemon_threads = True

    def __init__(self, root: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.root = root
        self.asked: Counter[str] = Counter()
        self.ranges: list[tuple[str, int]] = []
        self.break_off: dict[str, list[int]] = {}
        self.elsewhere = ""  # where all are sent
        self.without_ranges = self.lies_about_ranges = False
        self.endless = ""
        self.hold = threading.Event()  # while clear, an answer that breaks off is left open
        self.hold.set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Answer(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        name = unquote(self.path).lstrip("/")
        self.server.asked[name] += 1
        path = self.server.root / name
        if self.server.elsewhere:
            self._head(302, 0, Location=f"{self.server.elsewhere}/{name}")
        elif name == self.server.endless:
            self._endless()
        elif not path.is_file():
            self._head(404, 0)
        else:
            self._file(name, path.read_bytes())

    def _file(self, name: str, data: bytes) -> None:
        start = self._start()
        if start is None or self.server.without_ranges:
            start = 0
            self._head(200, len(data))
        elif start >= len(data):
            self._head(416, 0)
            return
        else:
            self.server.ranges.append((name, start))
            said = 0 if self.server.lies_about_ranges else start
            self._head(206, len(data) - start, **{"Content-Range": f"bytes {said}-{len(data) - 1}/{len(data)}"})
        most = self.server.break_off.get(name, [])
        body = data[start:][: most.pop(0)] if most else data[start:]
        self.wfile.write(body)
        self.wfile.flush()
        if len(body) < len(data) - start:
            self.server.hold.wait(60)
        self.close_connection = True

    def _endless(self) -> None:
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"0" * 65_536)
        except OSError:
            self.close_connection = True

    def _head(self, code: int, length: int, **headers: str) -> None:
        self.send_response(code)
        for name, value in {**headers, "Content-Length": str(length), "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()

    def _start(self) -> int | None:
        match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        return int(match[1]) if match else None


@contextmanager
def serving(root: Path) -> Iterator[Server]:
    server = Server(root)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def copy(place: Path, to: Path) -> Path:
    shutil.copytree(place, to, symlinks=True)
    return to
