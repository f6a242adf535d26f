"""What was made before, of what, and which files it left: so that only what changed is made again, and only our own files go.

`_site/made.jsonl` says it of a whole publishing, in the order of names. While one is under way, each finished lot is added to
`_site/under-way.jsonl`; a publishing that was stopped goes on with both.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

from reftel.archive.packing import pack
from reftel.errors import SiteError
from reftel.publish.site.files import Folder

FOLDER = "_site"
_MADE, _UNDER_WAY = f"{FOLDER}/made.jsonl", f"{FOLDER}/under-way.jsonl"
_SIGN = f"{FOLDER}/README.txt"
_ABOUT = """This folder and those beside it were written by reftel (`reftel publish`). Open index.html.

made.jsonl says which files were written and of what, so that the next publishing makes only what changed.
Without it nothing is lost, but reftel will not write here again.
"""


class Made(msgspec.Struct, frozen=True, gc=False):
    """One order that was carried out: its name, a digest of all that went into it, and its files with their sizes."""

    name: str
    of: str
    files: dict[str, int]


def claim(folder: Folder) -> None:
    """Makes the folder one for a site; SiteError where it holds something else."""
    place = folder.place
    if place.exists() and not place.is_dir():
        raise SiteError("it is a file", where=str(place), hint="name a folder")
    if place.is_dir() and any(place.iterdir()) and not (place / _SIGN).is_file():
        what = "the folder is not empty, and reftel did not publish it"
        raise SiteError(what, where=str(place), hint="name a new folder, or one that was published before")
    folder.write(_SIGN, _ABOUT.encode())


class Manifest:
    """What stands in the folder of a site."""

    def __init__(self, folder: Folder) -> None:
        self._folder, place = folder, folder.place
        self.made = {one.name: one for one in self._read(_MADE)}
        for one in self._read(_UNDER_WAY):
            before = self.made.get(one.name)
            files = {**before.files, **one.files} if before and not one.of else one.files
            self.made[one.name] = msgspec.structs.replace(one, files=files)
        self._log = (place / _UNDER_WAY).open("ab")
        self._ends_whole()

    def _ends_whole(self) -> None:
        """Ends a line that was broken off, so that the next is whole."""
        if self._log.tell():
            self._log.write(b"\n")

    def _read(self, name: str) -> Iterator[Made]:
        path = self._folder.place / name
        if not path.is_file():
            return
        with path.open("rb") as file:
            for line in file:
                with suppress(msgspec.MsgspecError):  # the last line of a publishing that was stopped
                    one = _decoder().decode(line)
                    if all(map(_inside, one.files)):  # whoever handed on the folder may have written anything
                        yield one

    def same(self, name: str, of: str) -> bool:
        """Whether `name` was made of just that, and its files stand where they were put."""
        made = self.made.get(name)
        return (
            made is not None
            and made.of == of
            and all(self._folder.has(path, size) for path, size in made.files.items())
        )

    def begin(self, ones: list[Made]) -> None:
        """Takes note that these are about to be made: their files are ours, whole or not."""
        self._add([msgspec.structs.replace(one, of="") for one in ones])

    def keep(self, ones: list[Made]) -> None:
        """Takes note that these were made."""
        self._add(ones)
        for one in ones:
            gone = set(self.made[one.name].files) - set(one.files) if one.name in self.made else set()
            self._folder.remove(gone)
            self.made[one.name] = one

    def _add(self, ones: list[Made]) -> None:
        try:
            self._log.write(b"".join(msgspec.json.encode(one) + b"\n" for one in ones))
            self._log.flush()
        except OSError as error:
            what = f"it cannot be written: {error.strerror or error}"
            raise SiteError(what, where=str(self._folder.place), hint="make room, run it again") from error

    def close(self, wanted: set[str] | None = None) -> int:
        """Ends a publishing; where it came to its end, what is not `wanted` any more goes: gives how many files that were."""
        self._log.close()
        if wanted is None:
            return 0
        files_kept = {path for name in wanted if name in self.made for path in self.made[name].files}
        gone = [
            path
            for name, one in self.made.items()
            if name not in wanted
            for path in one.files
            if path not in files_kept
        ]
        removed = self._folder.remove(sorted(gone))
        self.made = {name: one for name, one in sorted(self.made.items()) if name in wanted}
        self._folder.write(_MADE, b"".join(msgspec.json.encode(one) + b"\n" for one in self.made.values()))
        os.unlink(self._folder.place / _UNDER_WAY)
        return removed


def _inside(path: str) -> bool:
    """Whether it is a path of a file in the folder, as `paths` makes them."""
    return bool(path) and not set(path) & {"\\", ":", "\0"} and not {"", ".", ".."} & {*path.split("/")}


@cache
def _decoder() -> msgspec.json.Decoder[Made]:
    return msgspec.json.Decoder(Made)


@cache
def ourselves() -> bytes:
    """A digest of this program and all that comes with it: what another one made is made again."""
    digest = hashlib.sha256()
    for name, data in sorted(_sources(files("reftel"), "")):
        digest.update(f"{name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.digest()


def _sources(folder: Traversable, above: str) -> Iterator[tuple[str, bytes]]:
    for one in folder.iterdir():
        name = f"{above}/{one.name}"
        if one.is_dir() and one.name != "__pycache__":
            yield from _sources(one, name)
        elif one.is_file() and not one.name.endswith((".pyc", ".so")):
            yield name, one.read_bytes()


def digest_of(stamp: bytes, *parts: object) -> str:
    """A digest of `parts`, records or plain values, under a stamp."""
    return hashlib.sha256(stamp + pack(parts)).hexdigest()[:32]
