"""Every fault of a mirror: files altered, missing or added, lists that lie, a signature that does not hold - and the cables it costs."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Literal

import minisign
import msgspec

from reftel.errors import MirrorError
from reftel.publish.mirror import bag, files, keys, layout
from reftel.publish.mirror.contents import NO_MIRROR, Contents, contents_of
from reftel.publish.mirror.packs import read_pack

Code = Literal[
    "unsigned", "signature", "lists", "altered", "missing", "added", "link", "counts", "cables", "unfinished"
]
_LISTS = (bag.BAGIT, bag.INFO, bag.MANIFEST)


class Fault(msgspec.Struct, frozen=True):
    """One thing that is not as it was signed.

    `code` says what, `file` where (empty: the mirror as a whole), `message` in words. `cables` are the releases that it
    costs or casts doubt on, by id, or by address where they have none; `readable` of them still read as they should.
    """

    code: Code
    file: str
    message: str
    cables: tuple[str, ...] = ()
    readable: int = 0


class Verification:
    """One look at the mirror at `place`. `faults` does it; how much was looked at, and who signed, stands here after it.

    Without `key` the signature is checked with the key that the mirror brings along: it then shows that all is from one
    hand, and not from whose. `unsigned` accepts a mirror without a signature. `deep` reads every release too, and compares
    it with its address. `progress` hears of bytes that were read.
    """

    def __init__(
        self,
        place: Path,
        *,
        key: minisign.PublicKey | None = None,
        unsigned: bool = False,
        deep: bool = False,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        if not place.is_dir():
            raise MirrorError(NO_MIRROR, where=str(place))
        self.place, self.key, self.unsigned, self.deep, self.progress = place, key, unsigned, deep, progress
        self.signature: keys.Signature | None = None
        self.files = self.bytes = self.releases = self.edition = 0
        self._rows: dict[int, list[layout.Row]] = {}

    def faults(self) -> Iterator[Fault]:
        """Each fault as it is found; none where all is as it was signed. Nothing is written, and no link followed."""
        if files.is_unfinished(self.place):
            message = "a new edition was not put in place to its end; run `reftel mirror sync` or `make` again"
            yield Fault("unfinished", layout.STAGING, message)
        there = dict(files.found_files(self.place))
        for name in sorted(name for name, regular in there.items() if not regular):
            yield Fault("link", name, "it is a link or no regular file, and a mirror has none")
        try:
            listed = files.read_small(self.place, bag.TAGMANIFEST)
            tags = bag.read_manifest(listed, bag.TAGMANIFEST, payload=False)
        except MirrorError as error:
            yield Fault("lists", bag.TAGMANIFEST, f"nothing can be verified: {error}")
            return
        yield from self._of_signature(listed, tags)
        good = yield from self._of_files(tags, there, "manifest of tag files")
        try:
            read = {name: self._small(name, tags) for name in _LISTS}
            contents = contents_of(tags, read, "lists")
            self.edition = contents.edition
        except MirrorError as error:
            yield Fault("lists", bag.MANIFEST, f"the releases cannot be verified: {error}")
            return
        for number in sorted(filter(None, map(layout.index_number, good))):
            yield from self._of_table(number)
        sound = yield from self._of_files(contents.payload, there, "manifest")
        yield from self._of_added(contents, there)
        yield from self._of_counts(contents)
        if self.deep:
            yield from self._of_releases(sound)

    def _small(self, name: str, tags: dict[str, str]) -> bytes:
        if name not in tags:
            raise MirrorError(f"{bag.TAGMANIFEST} does not list {name}")
        return files.read_small(self.place, name)

    def _of_signature(self, listed: bytes, tags: dict[str, str]) -> Iterator[Fault]:
        signed = layout.KEY in tags or (self.place / layout.SIGNATURE).exists()
        if not signed:
            if self.key is not None or not self.unsigned:
                yield Fault(
                    "unsigned", "", "the mirror is not signed: whoever altered it may have altered its lists too"
                )
            return
        try:
            key = self.key or keys.read_public_key(files.read_small(self.place, layout.KEY, keys.LONGEST), layout.KEY)
            signature = files.read_small(self.place, layout.SIGNATURE, keys.LONGEST)
            self.signature = keys.check_signature(listed, signature, key, layout.SIGNATURE)
        except MirrorError as error:
            yield Fault("signature", layout.SIGNATURE, str(error))

    def _of_files(
        self, wanted: dict[str, str], there: dict[str, bool], which: str
    ) -> Generator[Fault, None, list[str]]:
        """Faults of the files that are listed; gives the names of those without one."""
        good = []
        for name in sorted(wanted):
            try:
                found = files.hash_file(self.place, name, self._told)
            except MirrorError as error:
                if there.get(name, True):  # else it was named as a link
                    yield self._fault("altered", name, error.message)
                continue
            self.files += 1
            if found is None:
                yield self._fault("missing", name, f"it is missing; the {which} lists it")
            elif found[0] != wanted[name]:
                yield self._fault("altered", name, f"its hash is not the one that the {which} lists")
            else:
                good.append(name)
        return good

    def _told(self, count: int) -> None:
        self.bytes += count
        if self.progress is not None:
            self.progress(count)

    def _fault(self, code: Code, name: str, message: str) -> Fault:
        number = layout.pack_number(name)
        if number is None:
            return Fault(code, name, message)
        rows = self._rows.get(number)
        if rows is None:
            return Fault(
                code, name, f"{message}; its table is damaged too, so that nobody can say which cables it held"
            )
        sound, _ = read_pack(self.place, number, rows)
        cables = tuple(row.id or row.key.hex() for row in rows)
        lost = f"; {len(sound)} of {len(rows)} releases in it can still be read as they should"
        return Fault(code, name, message + lost, cables, len(sound))

    def _of_table(self, number: int) -> Iterator[Fault]:
        name = layout.index_name(number)
        try:
            self._rows[number] = layout.read_index(files.read_small(self.place, name), name)
            self.releases += len(self._rows[number])
        except MirrorError as error:
            yield Fault("lists", name, str(error))

    def _of_added(self, contents: Contents, there: dict[str, bool]) -> Iterator[Fault]:
        listed = {*contents.tags, *contents.payload, bag.TAGMANIFEST, layout.SIGNATURE}
        for name in sorted(name for name, regular in there.items() if regular and name not in listed):
            what = "it names addresses to fetch from, which no mirror does" if name == bag.FETCH else "no list has it"
            yield Fault("added", name, f"it was added: {what}")

    def _of_counts(self, contents: Contents) -> Iterator[Fault]:
        packs = set(filter(None, map(layout.pack_number, contents.payload)))
        tables = set(filter(None, map(layout.index_number, contents.tags)))
        for number in sorted(packs ^ tables):
            message = "it has no table of its cables" if number in packs else "its table stands here without it"
            yield Fault("lists", layout.pack_name(number), message)
        try:
            said = bag.oxum_of(contents.info, bag.INFO)
            releases = bag.number_of(contents.info, layout.RELEASES, bag.INFO)
        except MirrorError as error:
            yield Fault("counts", bag.INFO, str(error))
            return
        found = (self._payload_bytes(contents), len(contents.payload))
        if found != said:
            message = f"it says {said[0]} bytes in {said[1]} files, and there are {found[0]} in {found[1]}"
            yield Fault("counts", bag.INFO, message)
        if set(self._rows) == tables and releases != self.releases:
            yield Fault("counts", bag.INFO, f"it says {releases} releases, and the tables list {self.releases}")

    def _payload_bytes(self, contents: Contents) -> int:
        total = 0
        for name in contents.payload:
            path = self.place / name
            total += path.lstat().st_size if path.is_file() and not path.is_symlink() else 0
        return total

    def _of_releases(self, sound: list[str]) -> Iterator[Fault]:
        """Faults of releases in packs that are as they are listed: then the maker's own."""
        seen: set[bytes] = set()
        for name in sound:
            number = layout.pack_number(name)
            rows = self._rows.get(number) if number else None
            if not number or rows is None:
                continue
            good, whole = read_pack(self.place, number, rows)
            bad = tuple(row.id or row.key.hex() for row in rows if row.key not in good)
            if bad or not whole:
                yield Fault("cables", name, "its releases are not those that its table names", bad)
            if again := [row for row in rows if row.key in seen]:
                message = f"{len(again)} releases stand in another pack as well"
                yield Fault("cables", name, message, tuple(row.id or row.key.hex() for row in again))
            seen.update(row.key for row in rows)
