"""Where a mirror is copied from: a folder, or the address that the user named - that one, and no other."""

from __future__ import annotations

import http.client
import re
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO, Any, BinaryIO, NoReturn, Protocol, cast
from urllib.parse import SplitResult, quote, urlsplit

import msgspec

import reftel
from reftel.errors import MirrorError
from reftel.publish.mirror import files

_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+://")
_RANGE = re.compile(r"bytes (\d+)-\d+/(?:\d+|\*)")
_SECONDS = 60.0  # without a byte, until a server is taken to be gone


class Missing(MirrorError):
    """The place has no file of this name."""


class BrokenOff(MirrorError):
    """The place stopped in the middle of a file, or could not be reached."""


class Opened(msgspec.Struct, frozen=True):
    """A file at the place, from `start` on; `left` bytes follow, -1 where nobody says."""

    stream: BinaryIO
    start: int
    left: int


class Place(Protocol):
    """Where a mirror stands: how it is called, and its files."""

    name: str

    def open(self, name: str, start: int = 0) -> Opened:
        """The file `name`, from byte `start` if the place can do that, else whole; Missing or BrokenOff where not."""
        ...


def place_named(name: str, *, other_hosts: bool = False) -> Place:
    """The folder, or the address (http or https), that `name` means."""
    if not _ADDRESS.match(name):
        return Folder(Path(name))
    return Address(name, other_hosts=other_hosts)


class Folder:
    """A mirror in a folder: on a disk, a stick, a share."""

    def __init__(self, path: Path) -> None:
        if not path.is_dir():
            raise MirrorError("there is no such folder", where=str(path))
        self.name, self._path = str(path), path

    def open(self, name: str, start: int = 0) -> Opened:
        """The file from `start` on; links are not followed."""
        try:
            file = files.open_file(self._path, name)
            file.seek(start)
        except FileNotFoundError as error:
            raise Missing("it is missing there", where=f"{self.name}/{name}") from error
        return Opened(file, start, -1)


class Address:
    """A mirror on a server. Nothing is sent but the names of files; redirects to other hosts only if `other_hosts` says so."""

    def __init__(self, address: str, *, other_hosts: bool = False) -> None:
        try:
            parts = urlsplit(address)
            whole = bool(parts.hostname) and (parts.port or 0) >= 0
        except ValueError:
            whole = False
        if not whole or parts.scheme.lower() not in ("http", "https"):
            raise MirrorError("this is no address of http or https", where=address[:200])
        if parts.query or parts.fragment or parts.username:
            raise MirrorError("an address of a mirror has no query, fragment or user name", where=address[:200])
        self.name = address.rstrip("/")
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(), urllib.request.HTTPHandler(), urllib.request.HTTPSHandler(),
            urllib.request.HTTPErrorProcessor(), urllib.request.HTTPDefaultErrorHandler(), _Redirects(other_hosts),
        ):  # fmt: skip
            self._opener.add_handler(handler)
        self._opener.addheaders = [("User-Agent", f"reftel/{reftel.__version__}"), ("Accept-Encoding", "identity")]

    def open(self, name: str, start: int = 0) -> Opened:
        """The file from `start` on where the server can do that, else whole."""
        where = f"{self.name}/{name}"
        request = urllib.request.Request(f"{self.name}/{quote(name)}")
        if start:
            request.add_header("Range", f"bytes={start}-")
        try:
            response = self._opener.open(request, timeout=_SECONDS)
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 416 and start:  # shorter than what is here: it begins anew
                    return self.open(name)
                if error.code in (404, 410):
                    raise Missing("it is missing there", where=where) from error
                raise BrokenOff(f"the server answers {error.code}", where=where) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise BrokenOff(f"it cannot be had: {getattr(error, 'reason', '') or error}", where=where) from error
        if response is None:
            raise BrokenOff("the server gives no answer that can be read", where=where)
        return _opened(response, start)


def _opened(response: Any, start: int) -> Opened:
    length = response.headers.get("Content-Length", "")
    left = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else -1
    part = _RANGE.fullmatch(response.headers.get("Content-Range", "")) if response.status == 206 else None
    begins = int(part[1]) if part else 0
    if response.status == 206 and begins != start:
        response.close()
        raise BrokenOff("the server gives another part than was asked for")
    return Opened(cast(BinaryIO, response), begins, left)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects on the host that was named, and never from https to http."""

    def __init__(self, other_hosts: bool) -> None:
        self._other_hosts = other_hosts

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        was, will = urlsplit(req.full_url), urlsplit(newurl)
        if will.scheme != was.scheme and (was.scheme, will.scheme) != ("http", "https"):
            _refuse(req.full_url, newurl, "say the address you want")
        if _door(will) != _door(was) and not self._other_hosts:
            _refuse(req.full_url, newurl, "say --other-hosts if that is to be followed")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _door(parts: SplitResult) -> tuple[str | None, int]:
    """Host and port; those that http and https have by themselves count as one."""
    port = parts.port or 443
    return parts.hostname, 443 if port == 80 else port


def _refuse(was: str, will: str, hint: str) -> NoReturn:
    raise MirrorError(f"the server sends us elsewhere: {will[:200]}", where=was, hint=hint)
