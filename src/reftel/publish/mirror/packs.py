"""Packs: releases to compressed lines of JSON with the place of each line, and such lines read again, bounded."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, cast

import msgspec
import zstandard

from reftel.archive.entry import key_of
from reftel.archive.listing import Listed
from reftel.errors import MirrorError
from reftel.publish.mirror import files, layout
from reftel.release import Reject, Release
from reftel.sources.mirror_pack import LONGEST_LINE, read_line, reject_line, release_line

_WINDOW = 128 << 20


class Pack(msgspec.Struct, frozen=True):
    """A pack that is ready to be written: its bytes, and the rows of its table."""

    data: bytes
    rows: tuple[layout.Row, ...]


class Unpacked(msgspec.Struct, frozen=True):
    """The lines of a pack and the rows of its table."""

    lines: list[bytes]
    rows: tuple[layout.Row, ...]

    def compressed(self) -> Pack:
        """The pack. The same lines give the same bytes, with the same version of Zstandard."""
        return Pack(_compressed(self.lines), self.rows)


class Packer:
    """Releases go in one by one; a pack comes out when it is full."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._rows: list[layout.Row] = []
        self._bytes = 0

    def add(self, listed: Listed, release: Release) -> None:
        """Takes in one release; MirrorError where it is not the one that its address names."""
        if key_of(release) != listed.key:
            what = "the archive is damaged: a text is not the one that its address names"
            raise MirrorError(what, where=listed.id or listed.key.hex(), hint="reftel check")
        line = release_line(listed.key, release)
        place = (self._bytes, len(line))
        self._rows.append(layout.Row(listed.key, listed.id, listed.kind, listed.sent, listed.post, *place))
        self._lines.append(line)
        self._bytes += len(line)

    @property
    def full(self) -> bool:
        """Whether nothing more should go in."""
        return len(self._lines) >= layout.PACK_RELEASES or self._bytes >= layout.PACK_BYTES

    def take(self) -> Unpacked | None:
        """What went in since this was asked last; None where nothing did."""
        if not self._lines:
            return None
        pack = Unpacked(self._lines, tuple(self._rows))
        self._lines, self._rows, self._bytes = [], [], 0
        return pack


def has_room(rows: list[layout.Row]) -> bool:
    """Whether a pack of these rows takes more."""
    return len(rows) < layout.PACK_RELEASES and sum(row.length for row in rows) < layout.PACK_BYTES


def pack_rejects(rejects: Iterable[Reject]) -> tuple[bytes, int]:
    """The pack of `rejects`, and how many they are."""
    lines = [reject_line(reject) for reject in rejects]
    return _compressed(lines), len(lines)


def _compressed(lines: list[bytes]) -> bytes:
    return zstandard.ZstdCompressor(level=layout.LEVEL, write_checksum=True).compress(b"".join(lines))


def read_pack(place: Path, number: int, rows: list[layout.Row]) -> tuple[set[bytes], bool]:
    """The addresses of those of `rows` whose release stands in the pack as it should, and whether the pack holds just them.

    Never raises on its content.
    """
    sound: set[bytes] = set()
    try:
        with files.open_file(place, layout.pack_name(number)) as packed:
            unpacked = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
            with unpacked.stream_reader(packed, read_across_frames=True) as lines:
                sound.update(row.key for row in rows if _is_sound(_exactly(lines, row.length), row.key))
                return sound, len(sound) == len(rows) and not lines.read(1)
    except (MirrorError, OSError, zstandard.ZstdError):
        return sound, False


def keys_in(place: Path, number: int) -> set[bytes]:
    """The addresses of the releases in a pack, as its own lines tell them; MirrorError where it breaks before its end."""
    name = layout.pack_name(number)
    try:
        with files.open_file(place, name) as packed:
            unpacked = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
            with unpacked.stream_reader(packed, read_across_frames=True) as stream:
                lines = io.BufferedReader(cast(io.RawIOBase, stream))
                found = {bytes.fromhex(read_line(line).key) for line in iter(lambda: lines.readline(LONGEST_LINE), b"")}
    except (OSError, ValueError, RecursionError, zstandard.ZstdError) as error:
        raise MirrorError(f"it cannot be read: {error}", where=str(place / name)) from error
    return found


def _is_sound(line: bytes, key: bytes) -> bool:
    try:
        release = read_line(line).release
    except (ValueError, RecursionError):
        return False
    return release is not None and key_of(release) == key


def _exactly(stream: BinaryIO, length: int) -> bytes:
    pieces = []
    while length and (piece := stream.read(min(length, files.STEP))):
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)
