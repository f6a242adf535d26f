"""Serving: one process on this machine, which writes down nothing of what is asked."""

from __future__ import annotations

import ipaddress
import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path

import msgspec
import uvicorn

from reftel.archive import open_archive
from reftel.errors import ReftelError
from reftel.search.index import open_index
from reftel.web.app import Settings, make_app

_TOGETHER = 200  # readers at once; more are told to come again
_KEPT_OPEN = 5  # seconds for which an idle connection is kept


def serve(
    path: Path,
    *,
    host: str,
    port: int,
    ready: Callable[[str], None],
    browser: bool = False,
    settings: Settings | None = None,
) -> None:
    """Serves the archive at `path` until stopped; `ready` is told its address. ReftelError where it cannot be served.

    The names that it may be asked under follow from `host`; all else is as `settings` say.
    """
    with open_archive(path) as archive:
        open_index(archive)  # brought up to date once, before anybody asks
    try:
        bound = socket.create_server((host, port), family=_family(host))
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
        if browser:
            webbrowser.open(address)
        app = make_app(path, msgspec.structs.replace(settings or Settings(), hosts=_names(host), called=shown.lower()))
        config = uvicorn.Config(
            app, access_log=False, log_level="error", server_header=False, limit_concurrency=_TOGETHER,
            timeout_keep_alive=_KEPT_OPEN, ws="none",
        )  # fmt: skip
        uvicorn.Server(config).run(sockets=[bound])


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
