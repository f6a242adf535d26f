"""Serving: one command on this machine, with a process a core, which writes down nothing of what is asked."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import threading
from collections.abc import Callable
from functools import partial
from multiprocessing import connection, parent_process
from pathlib import Path

import h11
import msgspec
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.supervisors import Multiprocess

from reftel.archive import is_behind, open_archive
from reftel.errors import ReftelError
from reftel.search.index import fault_of, open_index
from reftel.web.app import Settings, make_app
from reftel.web.envelope import Fault, Refusal, as_json
from reftel.web.safety import HEADERS

_KEPT_OPEN = 5  # seconds for which an idle connection is kept
_THREADS = 3  # of each process, where there are several


def serve(
    path: Path,
    *,
    host: str,
    port: int,
    ready: Callable[[str], None],
    settings: Settings | None = None,
    processes: int = 0,
    told: Callable[[str], None] | None = None,
) -> None:
    """Serves the archive at `path` until stopped; `ready` is told its address. ReftelError where it cannot be served.

    The names that it may be asked under follow from `host`; all else is as `settings` say. There are as many `processes`
    as the machine has cores where that is 0. What has to be done before, and may take minutes, is `told`.
    """
    _bring_up(path, told or (lambda said: None))
    try:
        bound = socket.create_server((host, port), family=_family(host), backlog=socket.SOMAXCONN)
    except OSError as error:
        what = f"cannot listen on {host} port {port}: {error.strerror or error}"
        raise ReftelError(what, hint="choose another with --port; 0 takes any") from error
    # asyncio does this only for sockets that name their protocol; without it each answer waits for the reader's kernel.
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with bound:
        number = bound.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{number}/"
        ready(address)
        asked_under = msgspec.structs.replace(settings or Settings(), hosts=_names(host), called=shown.lower())
        _run(path, bound, asked_under, processes or _cores())


def _bring_up(path: Path, told: Callable[[str], None]) -> None:
    """Makes archive and index ready once, before anybody asks."""
    if is_behind(path):
        told("this archive is of an older reftel: it is brought up to the newest layout, once; large ones take minutes")
    with open_archive(path) as archive:
        if archive.writable and (what := fault_of(archive)):
            told(f"{what}: it is brought up to date; large archives take minutes")
        open_index(archive)


def _run(path: Path, bound: socket.socket, settings: Settings, processes: int) -> None:
    """Answers what comes to the socket, which all processes wait at together."""
    app: Callable[[], Starlette] = partial(make_app, path, settings)
    if processes > 1:
        app = partial(_one_of_several, path, msgspec.structs.replace(settings, workers=_THREADS))
    config = uvicorn.Config(
        app, factory=True, workers=processes, http=Http, access_log=False, log_level="error", server_header=False,
        timeout_keep_alive=_KEPT_OPEN, ws="none", lifespan="on",
    )  # fmt: skip
    if processes > 1:
        Multiprocess(config, sockets=[bound]).run()
    else:
        uvicorn.Server(config).run(sockets=[bound])


def _one_of_several(path: Path, settings: Settings) -> Starlette:
    """The reader in a process that ends when the one that started it is gone, whatever became of that."""
    if (parent := parent_process()) is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    return make_app(path, settings)


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    signal.raise_signal(signal.SIGTERM)


class Http(H11Protocol):
    """HTTP/1.1, where also what is no HTTP is refused in the one shape of all refusals."""

    def send_400_response(self, msg: str) -> None:
        """Refuses what cannot be read, and hangs up."""
        body = as_json(Refusal(Fault("bad-request", "this is not HTTP/1.1", "ask as browsers do")))
        headers = {
            **HEADERS,
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "Connection": "close",
        }
        encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        for event in (h11.Response(status_code=400, headers=encoded), h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


def _cores() -> int:
    """How many of the machine's cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def is_alone(host: str) -> bool:
    """Whether only this machine reaches a server at `host`."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _names(host: str) -> tuple[str, ...]:
    """The names that a server of this machine alone may be asked under; any, where others may reach it."""
    shown = host if ":" not in host else f"[{host}]"
    return (shown, "localhost", "127.0.0.1", "[::1]") if is_alone(host) else ()
