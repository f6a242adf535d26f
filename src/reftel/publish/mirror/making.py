"""Making a mirror of an archive, and bringing one up to it: what did not change is not written again."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import minisign
import msgspec

import reftel
from reftel.archive import Archive
from reftel.archive.listing import Listed, listing, releases
from reftel.errors import MirrorError
from reftel.publish.mirror import bag, files, keys, layout
from reftel.publish.mirror.contents import Contents, is_mirror, read_contents, refuse_strangers, rows_of
from reftel.publish.mirror.packs import Pack, Packer, Unpacked, has_room, keys_in, pack_rejects, read_pack

Progress = Callable[[int, int], None]


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """How a mirror is to be made: signed by `key`, on this `date` (a day, ISO 8601), described in one line.

    `remove` lets it lose releases that the archive does not hold.
    """

    date: str
    key: minisign.SecretKey | None = None
    description: str = ""
    remove: bool = False


class Made(msgspec.Struct, frozen=True):
    """What a mirror holds now: its edition, releases, cables by their ids, rejects; files written, releases taken out.

    `signed_by` is the public key; `new_key` says that the edition before was signed by another.
    """

    edition: int
    releases: int
    cables: int
    rejects: int
    written: int
    removed: int = 0
    signed_by: str = ""
    new_key: bool = False


class _Kept(msgspec.Struct, frozen=True):
    """A pack that is there: its number, those of its releases that the archive holds, and whether it can stay as it is."""

    number: int
    held: list[Listed]
    rows: list[layout.Row]
    whole: bool


def make(archive: Archive, place: Path, order: Order, progress: Progress | None = None) -> Made:
    """What was made of `archive` at `place`: a new mirror, or the one that is there brought up to it.

    Packs that still say what the archive says stay as they are, byte for byte; those that are damaged, or hold what the
    archive does not, are written again. The new edition is put in place when all of it is written: a process that is
    killed leaves the old one, or one that the next process finishes. `progress` hears of releases packed, of how many.
    """
    refuse_strangers(place)
    staging = files.Staging(place)
    try:
        staging.clear()
        return _Making(archive, staging, order, progress).run()
    finally:
        staging.close()


class _Making:
    """One making: what is at the place, what the archive holds, and the files of the new edition as they come."""

    def __init__(self, archive: Archive, staging: files.Staging, order: Order, progress: Progress | None) -> None:
        self.archive, self.staging, self.order, self.progress = archive, staging, order, progress
        self.place = staging.place
        self.old, self.proven, self.new_key = _old_contents(self.place, order.key)
        self.held = {one.key: one for one in listing(archive)}
        self.tags: dict[str, str] = {}
        self.payload: dict[str, str] = {}
        self.payload_bytes = self.packed = 0
        self.put: list[str] = []

    def run(self) -> Made:
        """Writes what is new and puts it in place."""
        kept, lost = self._kept_packs()
        if lost and not self.order.remove:
            what = f"the mirror holds {lost} releases that the archive does not"
            raise MirrorError(what, where=str(self.place), hint="mirror the archive they are in, or say --remove")
        self._write_packs(kept)
        data, rejects = pack_rejects(self.archive.rejects())
        if rejects:
            self._payload_file(layout.REJECTS, data)
        self._tag_file(bag.BAGIT, bag.DECLARATION)
        self._tag_file(bag.README, layout.README.encode("ascii"))
        if self.order.key is not None:
            self._tag_file(layout.KEY, keys.public_file(self.order.key))
        return self._finish(rejects, lost)

    def _kept_packs(self) -> tuple[list[_Kept], int]:
        """The packs that are there and listed, and how many of their releases the archive does not hold."""
        kept, lost = [], 0
        numbers = {*map(layout.index_number, self.old.tags), *map(layout.pack_number, self.old.payload)}
        for number in sorted(filter(None, numbers)):
            try:
                rows = rows_of(self.place, number, self.old.tags)
            except MirrorError:  # its table is damaged: its releases are packed anew
                lost += self._lost_with(number)
                continue
            held = [self.held[row.key] for row in rows if row.key in self.held]
            lost += len(rows) - len(held)
            if held:
                whole = len(held) == len(rows) and self._is_whole(number, rows)
                kept.append(_Kept(number, held, rows, whole))
        return kept, lost

    def _lost_with(self, number: int) -> int:
        """How many releases that the archive does not hold stand in a pack without a table; none where they may go."""
        if self._is_listed(number):
            return len(keys_in(self.place, number) - self.held.keys())
        if self.order.remove:
            return 0
        hint = "take the two from another copy; or say --remove, and it holds what the archive holds"
        what = "pack and table are both damaged, and nobody knows what the archive lacks of them"
        raise MirrorError(what, where=str(self.place / layout.pack_name(number)), hint=hint)

    def _is_whole(self, number: int, rows: list[layout.Row]) -> bool:
        """Whether the pack is the one that is listed, and says what its table says: by our own signature, or read again."""
        return self._is_listed(number) and (self.proven or read_pack(self.place, number, rows)[1])

    def _is_listed(self, number: int) -> bool:
        name = layout.pack_name(number)
        try:
            found = files.hash_file(self.place, name)
        except MirrorError:  # a link in its place, or it cannot be read
            return False
        return found is not None and found[0] == self.old.payload.get(name)

    def _write_packs(self, kept: list[_Kept]) -> None:
        """Leaves whole packs, writes the others again under their numbers, fills the last one, and begins new ones."""
        known = {one.key for pack in kept for one in pack.held}
        new = [one for key, one in self.held.items() if key not in known]
        if new and kept and has_room(kept[-1].rows):
            new = [*kept.pop().held, *new]
        for pack in kept:
            if pack.whole:
                self._leave(pack)
            else:
                for written in self._packs(pack.held, one=True):
                    self._write(pack.number, written)
        first = kept[-1].number + 1 if kept else 1
        for number, written in enumerate(self._packs(new), first):
            self._write(number, written)

    def _leave(self, pack: _Kept) -> None:
        name = layout.pack_name(pack.number)
        self.payload[name] = self.old.payload[name]
        self.payload_bytes += (self.place / name).stat().st_size
        rows = [_listed_anew(row, one) for row, one in zip(pack.rows, pack.held, strict=True)]
        self._tag_file(layout.index_name(pack.number), layout.write_index(rows))
        self._count(len(rows))

    def _packs(self, held: list[Listed], *, one: bool = False) -> Iterator[Pack]:
        """The packs of `held`, in order, or all of it in `one`; compressed on all processors, a few at a time."""
        processors = os.cpu_count() or 1
        under_way: deque[Future[Pack]] = deque()
        with ThreadPoolExecutor(processors, thread_name_prefix="packing") as pool:
            for unpacked in self._unpacked(held, one=one):
                under_way.append(pool.submit(unpacked.compressed))
                if len(under_way) > processors:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()

    def _unpacked(self, held: list[Listed], *, one: bool) -> Iterator[Unpacked]:
        packer = Packer()
        for listed, (_, release) in zip(held, releases(self.archive, [one.row for one in held]), strict=True):
            packer.add(listed, release)
            if packer.full and not one and (pack := packer.take()):
                yield pack
        if pack := packer.take():
            yield pack

    def _write(self, number: int, pack: Pack) -> None:
        self._payload_file(layout.pack_name(number), pack.data)
        self._tag_file(layout.index_name(number), layout.write_index(pack.rows))
        self._count(len(pack.rows))

    def _count(self, packed: int) -> None:
        self.packed += packed
        if self.progress is not None:
            self.progress(self.packed, len(self.held))

    def _payload_file(self, name: str, data: bytes) -> None:
        self.payload_bytes += len(data)
        self.payload[name] = self._file(name, data)

    def _tag_file(self, name: str, data: bytes) -> None:
        self.tags[name] = self._file(name, data)

    def _file(self, name: str, data: bytes) -> str:
        """The hash of `data`, which is written as the file `name` unless it is there already."""
        digest = files.sha512(data)
        try:
            there = files.hash_file(self.place, name)
        except MirrorError:
            there = None
        if there is None or there[0] != digest:
            self.staging.write(name, data)
            self.put.append(name)
        return digest

    def _finish(self, rejects: int, lost: int) -> Made:
        cables = len({one.id for one in self.held.values() if one.id})
        edition = self.old.edition if self._says_the_same() else self._new_edition(cables, rejects)
        gone = (set(self.old.tags) | set(self.old.payload)) - set(self.tags) - set(self.payload)
        gone -= {bag.INFO, bag.MANIFEST}
        if self.put or gone:
            self.staging.commit(self.put, gone)
        key = keys.written(self.order.key.get_public_key()) if self.order.key else ""
        return Made(edition, len(self.held), cables, rejects, len(self.put), lost, key, self.new_key)

    def _says_the_same(self) -> bool:
        """Whether the edition that is there lists the same files and says the same of itself."""
        about = {bag.INFO, bag.MANIFEST}
        tags = {name: digest for name, digest in self.old.tags.items() if name not in about}
        described = self.old.info.get("External-Description", "") == " ".join(self.order.description.split())
        return self.tags == tags and self.payload == self.old.payload and described

    def _new_edition(self, cables: int, rejects: int) -> int:
        edition = self.old.edition + 1 if self.old.info else 1
        described = {"External-Description": self.order.description} if self.order.description else {}
        counts = {
            layout.EDITION: edition, layout.RELEASES: len(self.held), layout.CABLES: cables, layout.REJECTED: rejects,
        }  # fmt: skip
        info = {
            **described,
            "Bagging-Date": self.order.date,
            "Bag-Software-Agent": f"reftel {reftel.__version__}",
            "Payload-Oxum": f"{self.payload_bytes}.{len(self.payload)}",
            layout.VERSION: str(layout.LAYOUT),
            **{label: str(count) for label, count in counts.items()},
        }
        self._tag_file(bag.INFO, bag.write_info(info))
        self._tag_file(bag.MANIFEST, bag.write_manifest(self.payload))
        listed = bag.write_manifest(self.tags)
        self._file(bag.TAGMANIFEST, listed)
        if self.order.key is not None:
            comment = (
                f"reftel mirror, edition {edition} of {self.order.date}: {len(self.held)} releases of {cables} cables, "
                f"{rejects} rejects"
            )
            self._file(layout.SIGNATURE, keys.sign(listed, self.order.key, comment))
        return edition


def _old_contents(place: Path, key: minisign.SecretKey | None) -> tuple[Contents, bool, bool]:
    """What the mirror that is there says of itself, whether `key` signed it, and whether another key did."""
    if not is_mirror(place):
        return Contents({}, {}, {}), False, False
    contents = read_contents(place)
    if layout.KEY not in contents.tags:
        return contents, False, False
    if key is None:
        hint = "name its secret key with --key"
        raise MirrorError("the mirror is signed, and a new edition of it must be too", where=str(place), hint=hint)
    if contents.tags[layout.KEY] != files.sha512(keys.public_file(key)):
        return contents, False, True
    listed, signature = (files.read_small(place, name) for name in (bag.TAGMANIFEST, layout.SIGNATURE))
    keys.check_signature(listed, signature, key.get_public_key(), str(place / layout.SIGNATURE))
    return contents, True, False


def _listed_anew(row: layout.Row, one: Listed) -> layout.Row:
    """The row with what the archive lists its release by now."""
    return msgspec.structs.replace(row, id=one.id, kind=one.kind, sent=one.sent, post=one.post)
