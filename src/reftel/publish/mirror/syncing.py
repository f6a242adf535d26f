"""The copy of a mirror: only what is missing or changed is fetched, and nothing is put in place that does not verify."""

from __future__ import annotations

import hashlib
import http.client
import os
from collections.abc import Callable
from pathlib import Path

import minisign
import msgspec

from reftel.errors import MirrorError, Unverified
from reftel.publish.mirror import bag, files, keys, layout
from reftel.publish.mirror.contents import Contents, contents_of, read_contents, refuse_strangers
from reftel.publish.mirror.places import BrokenOff, Missing, Opened, Place

_TRIES = 4  # for one file, each going on where the one before broke off
_PART = ".part"


class Trust(msgspec.Struct, frozen=True, kw_only=True):
    """What a copy is accepted on: the publisher's key, or without one the key it was first seen with.

    `unsigned` accepts a mirror that nobody signed, `older` an edition before the one that is here.
    """

    key: minisign.PublicKey | None = None
    unsigned: bool = False
    older: bool = False


class Synced(msgspec.Struct, frozen=True):
    """What a copy holds now, and what it took: files and bytes fetched, files removed.

    `first_seen` says that the key was taken from the mirror itself, and is to be compared with the publisher's.
    """

    edition: int
    files: int
    fetched: int
    bytes: int
    removed: int
    signature: keys.Signature | None = None
    first_seen: bool = False


def sync(
    source: Place, place: Path, trust: Trust | None = None, progress: Callable[[int, int], None] | None = None
) -> Synced:
    """What was done to make the folder `place` a copy of the mirror at `source`.

    Raises Unverified where what comes is not what was signed, MirrorError where it cannot be had or written: the copy that
    was there stays as it was then, and what was fetched waits for the next run. `progress` hears of files looked at, of how
    many.
    """
    refuse_strangers(place)
    staging, done = files.Staging(place), False
    try:
        synced = _Sync(source, staging, trust or Trust(), progress).run()
        done = True
        return synced
    finally:
        staging.close(keep=not done)


class _Sync:
    """One run of a copy."""

    def __init__(
        self, source: Place, staging: files.Staging, trust: Trust, progress: Callable[[int, int], None] | None
    ) -> None:
        self.source, self.staging, self.trust, self.progress = source, staging, trust, progress
        self.place = staging.place
        self.put: list[str] = []
        self.fetched = self.bytes = self.looked_at = 0
        self.sizes: dict[str, int] = {}

    def run(self) -> Synced:
        """Lists first, then what they list, then all of it in place."""
        old = self._old()
        listed = self._small(bag.TAGMANIFEST, bag.LONGEST_TAG_FILE)
        signature, first_seen, held = self._signature(listed)
        tags = bag.read_manifest(listed, self._there(bag.TAGMANIFEST), payload=False)
        contents = self._contents(tags, old)
        if signature is not None:
            self._key_belongs(tags, signature)
        wanted = {**tags, **contents.payload}
        most = max(bag.oxum_of(contents.info, self._there(bag.INFO))[0], 1)
        for name in sorted(wanted):
            self._have(name, wanted[name], most if name in contents.payload else bag.LONGEST_TAG_FILE)
            self._tell(len(wanted))
        self._counts(contents)
        for name, data in ((bag.TAGMANIFEST, listed), (layout.SIGNATURE, held)):
            if data and not self._is_here(name, data):
                self.staging.write(name, data)
                self.put.append(name)
        gone = (set(old.tags) | set(old.payload)) - set(wanted)
        gone |= {layout.SIGNATURE} if not held and (self.place / layout.SIGNATURE).exists() else set()
        if self.put or gone:
            self.staging.commit(self.put, gone)
        return Synced(contents.edition, len(wanted), self.fetched, self.bytes, len(gone), signature, first_seen)

    def _old(self) -> Contents:
        try:
            return read_contents(self.place)
        except MirrorError:  # none yet, or one whose lists are damaged: then nothing of it is known
            return Contents({}, {}, {})

    def _there(self, name: str) -> str:
        return f"{self.source.name}/{name}"

    def _signature(self, listed: bytes) -> tuple[keys.Signature | None, bool, bytes]:
        """The signature, whether its key is seen for the first time, and its file."""
        pinned = self.place / layout.KEY
        key, first_seen = self.trust.key, False
        if key is None and pinned.exists() and (self.place / layout.SIGNATURE).exists():  # else it came unsigned
            key = keys.read_public_key(files.read_small(self.place, layout.KEY, keys.LONGEST), str(pinned))
        try:
            held = self._small(layout.SIGNATURE, keys.LONGEST)
        except Missing:
            if key is None and self.trust.unsigned:
                return None, False, b""
            what = "the mirror is not signed, and the one here is" if key is not None else "the mirror is not signed"
            hint = "" if key is not None else "say --unsigned if you know where it is from"
            raise Unverified(what, where=self.source.name, hint=hint) from None
        if key is None:
            first_seen = True
            key = keys.read_public_key(self._small(layout.KEY, keys.LONGEST), self._there(layout.KEY))
        return keys.check_signature(listed, held, key, self._there(layout.SIGNATURE)), first_seen, held

    def _contents(self, tags: dict[str, str], old: Contents) -> Contents:
        for name in tags:
            if not layout.belongs(name):
                what = f"it lists {name}, which no mirror of this layout has"
                raise MirrorError(what, where=self._there(bag.TAGMANIFEST))
        read = {}
        for name in (bag.BAGIT, bag.INFO, bag.MANIFEST):
            if name not in tags:
                raise MirrorError(f"it does not list {name}", where=self._there(bag.TAGMANIFEST))
            self._have(name, tags[name], bag.LONGEST_TAG_FILE)
            read[name] = self._read(name)
        contents = contents_of(tags, read, self.source.name)
        if old.info and contents.edition < old.edition and not self.trust.older:
            what = f"it is edition {contents.edition}, older than edition {old.edition} here"
            raise Unverified(what, where=self.source.name, hint="say --older if you want to go back")
        return contents

    def _key_belongs(self, tags: dict[str, str], signature: keys.Signature) -> None:
        """The key that comes along, and that later copies are held to, must be the one that signed."""
        if layout.KEY not in tags:
            raise Unverified(f"it is signed and does not list {layout.KEY}", where=self.source.name)
        self._have(layout.KEY, tags[layout.KEY], keys.LONGEST)
        key = keys.read_public_key(self._read(layout.KEY), self._there(layout.KEY))
        if keys.written(key) != signature.key:
            raise Unverified("it brings another key than the one that signed it", where=self._there(layout.KEY))

    def _read(self, name: str) -> bytes:
        """A tag file of the new edition, wherever it waits."""
        if name in self.put:
            return files.read_small(self.place, f"{layout.STAGING}/{name}")
        return files.read_small(self.place, name)

    def _have(self, name: str, digest: str, most: int) -> None:
        """Makes sure that the file is in its place, or waits to be put there."""
        if name in self.sizes:
            return
        found = _hash(self.place, name)
        if found is None or found[0] != digest:
            found = _hash(self.place, f"{layout.STAGING}/{name}")
            if found is None or found[0] != digest:
                found = (digest, self._fetch(name, digest, most))
            self.put.append(name)
        self.sizes[name] = found[1]

    def _fetch(self, name: str, digest: str, most: int) -> int:
        """The bytes of the file, which waits to be put in place now: fetched, in several tries if need be, and verified."""
        with files.explained(self.place):
            part = self.staging.path(name + _PART)
            for left in reversed(range(_TRIES)):
                start = part.stat().st_size if part.exists() else 0
                try:
                    began = self._copy(self.source.open(name, start), part, most, self._there(name))
                except BrokenOff:
                    if not left:
                        raise
                    continue
                if _hash_of(part) == digest:
                    size = part.stat().st_size
                    part.replace(self.staging.path(name))
                    self.fetched, self.bytes = self.fetched + 1, self.bytes + size
                    return size
                part.unlink()
                if not began:  # else what was there before was of another edition
                    break
        hint = "it is damaged there, or was changed meanwhile: run it again, or use another copy"
        raise Unverified("it is not the file that is listed", where=self._there(name), hint=hint)

    def _copy(self, opened: Opened, part: Path, most: int, where: str) -> int:
        """Where in the file it began; BrokenOff where it ended too early."""
        came, size = 0, opened.start
        with opened.stream as stream, part.open("ab" if opened.start else "wb") as out:
            out.truncate(opened.start)
            read = getattr(stream, "read1", stream.read)  # what has come, not waiting for more: a kill loses little
            while True:
                try:
                    piece = read(files.STEP)
                except (OSError, http.client.HTTPException) as error:
                    raise BrokenOff(f"it broke off: {error}", where=where) from error
                if not piece:
                    break
                came, size = came + len(piece), size + len(piece)
                if size > most:
                    out.truncate(0)
                    raise Unverified("it is longer than the mirror says it is", where=where)
                out.write(piece)
                out.flush()
            os.fsync(out.fileno())
        if came < opened.left:
            raise BrokenOff(f"it broke off after {size} bytes", where=where)
        return opened.start

    def _small(self, name: str, most: int) -> bytes:
        """A file that is needed before anything is known of it."""
        for left in reversed(range(_TRIES)):
            opened = self.source.open(name)
            data = bytearray()
            with opened.stream as stream:
                try:
                    while len(data) <= most and (piece := stream.read(files.STEP)):
                        data += piece
                except (OSError, http.client.HTTPException) as error:
                    if not left:
                        raise BrokenOff(f"it broke off: {error}", where=self._there(name)) from error
                    continue
            if len(data) > most:
                raise Unverified("it is longer than such a file may be", where=self._there(name))
            if len(data) >= opened.left:
                return bytes(data)
        raise BrokenOff("it broke off", where=self._there(name))

    def _counts(self, contents: Contents) -> None:
        """What `bag-info.txt` says is true, and each pack has its table."""
        said = bag.oxum_of(contents.info, self._there(bag.INFO))
        if (sum(self.sizes[name] for name in contents.payload), len(contents.payload)) != said:
            raise Unverified("there are not as many bytes and files as it says", where=self._there(bag.INFO))
        numbers = sorted(filter(None, map(layout.pack_number, contents.payload)))
        if numbers != sorted(filter(None, map(layout.index_number, contents.tags))):
            raise Unverified("packs and tables of cables do not belong together", where=self.source.name)
        tables = (self._read(layout.index_name(number)) for number in numbers)
        releases = sum(len(layout.read_index(table, self.source.name)) for table in tables)
        if releases != bag.number_of(contents.info, layout.RELEASES, self._there(bag.INFO)):
            raise Unverified("there are not as many releases as it says", where=self._there(bag.INFO))

    def _is_here(self, name: str, data: bytes) -> bool:
        found = _hash(self.place, name)
        return found is not None and found[0] == files.sha512(data)

    def _tell(self, of: int) -> None:
        self.looked_at += 1
        if self.progress is not None:
            self.progress(self.looked_at, of)


def _hash(place: Path, name: str) -> tuple[str, int] | None:
    """The hash of a file; None too where a link or something else stands in its place, which will be replaced."""
    try:
        return files.hash_file(place, name)
    except MirrorError:
        return None


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha512").hexdigest()
