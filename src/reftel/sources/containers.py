"""Folders and containers walked to the files in them; found by content, never trusting a name or a size."""

from __future__ import annotations

import gzip
import io
import lzma
import os
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import zstandard

from reftel.errors import Broken, SourceError, TooLarge
from reftel.release import Origin, Reject
from reftel.sources.base import HEAD_BYTES, Input
from reftel.sources.course import Course, state_of
from reftel.sources.limits import BREAKS, STEP, Budget, CutShort, Limits, bounded, rejected

if TYPE_CHECKING:
    from pathspec import PathSpec, Pattern

__all__ = ["IGNORE_FILE", "Limits", "inputs"]

IGNORE_FILE = ".reftelignore"
_IN_MEMORY = 16 << 20
_LONGEST_HEADER = 1 << 20
_EXTENDED = (
    tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE,
)  # fmt: skip
_LONGEST_NAME = 300
Opener = Callable[[], BinaryIO]


def inputs(paths: Iterable[str], limits: Limits, course: Course | None = None) -> Iterator[Input | Reject]:
    """Every file in `paths` and in the containers among them, in a fixed order; what cannot be opened is a Reject.

    `course` is told how far they were read, and leaves out those that it knows.
    """
    budget = Budget(limits)
    with tempfile.TemporaryDirectory(prefix="reftel-") as folder:
        walk = _Walk(budget, Path(folder), course or Course())
        for path in paths:
            yield from walk.path(path)


class _Walk:
    """One run over files and containers: its budget, and where large members are kept while they are read."""

    def __init__(self, budget: Budget, folder: Path, course: Course) -> None:
        self.budget, self.folder, self.course = budget, folder, course
        self._spooled = 0

    def path(self, name: str) -> Iterator[Input | Reject]:
        """What stands at `name`: a file, a folder, or standard input."""
        if name == "-":
            try:
                yield from self.spooled(sys.stdin.buffer, Origin("-"), 0)
            except SourceError as error:
                yield Reject(Origin("-"), error.message)
            return
        path = Path(name)
        if path.is_dir():
            for file in _files(path):
                yield from self.file(file) if isinstance(file, Path) else (file,)
        elif path.exists():
            yield from self.file(path)
        else:
            yield Reject(Origin(name), "there is no such file or folder")

    def file(self, path: Path) -> Iterator[Input | Reject]:
        """One file on disk."""
        origin = _origin(path)
        try:
            if not path.is_file():
                yield Reject(origin, "not a regular file")
                return
            state = state_of(path)
        except OSError as error:
            yield Reject(origin, f"cannot be opened: {error.strerror or error}")
            return
        if self.course.leaves_out(state):
            return
        yield from self.opened(lambda: self.course.open(path), origin, state.size, 0)
        if os.access(path, os.R_OK):  # else it is to be tried again
            self.course.ended(state)

    def opened(self, open_: Opener, origin: Origin, packed: int | None, depth: int) -> Iterator[Input | Reject]:
        """What a stream holds: a container is unfolded, anything else is an Input. Damage and limits are Rejects."""
        head = b""
        try:
            with open_() as stream:
                head, seekable = _read_head(stream), stream.seekable()
            kind = _container(head)
            if not kind:
                yield Input(origin, head, open_)
            elif depth >= self.budget.limits.depth:
                yield Reject(origin, f"containers stand more than {depth} deep in each other", head[:64])
            elif kind == "zip" and not seekable:  # its table of contents stands at the end
                with open_() as stream:
                    yield from self.spooled(stream, origin, depth)
            elif kind == "zip":
                yield from self._zip(open_, origin, depth)
            elif kind == "tar":
                yield from self._tar(open_, origin, depth)
            else:
                yield from self._packed(kind, open_, origin, packed, depth)
        except SourceError as error:
            yield rejected(error, origin, error.message, head)
        except BREAKS as error:
            what = "the container breaks" if head else "cannot be opened"
            said = getattr(error, "strerror", "") or str(error) or type(error).__name__
            yield rejected(error, origin, f"{what}: {said}", head)

    def spooled(self, stream: BinaryIO, origin: Origin, depth: int) -> Generator[Input | Reject, None, bool]:
        """A stream that can be read once, kept in memory or in a temporary file until what it holds is read.

        Gives whether its container breaks inside it: what stands before the break is read all the same.
        """
        self._spooled += 1
        path, most = self.folder / str(self._spooled), self.budget.limits.member_bytes
        memory = io.BytesIO()
        broken = _copy(stream, memory, _IN_MEMORY)
        data = memory.getvalue()
        size = len(data)
        whole: Opener = lambda: io.BytesIO(data)  # noqa: E731  # one of two openers, chosen below
        try:
            if size >= _IN_MEMORY:
                with path.open("wb") as file:
                    file.write(data)
                    broken = _copy(stream, file, most + 1)
                    size = file.tell()
                data, whole = b"", lambda: path.open("rb")
            if size > most:
                raise TooLarge(f"more than {most} bytes in one member", where=str(origin))
            if broken is None:
                yield from self.opened(whole, origin, size, depth)
            elif size:
                yield from self.opened(_cut_short(whole, broken), origin, size, depth)
            else:
                raise broken
        finally:
            path.unlink(missing_ok=True)
        return broken is not None

    def _packed(
        self, kind: str, open_: Opener, origin: Origin, packed: int | None, depth: int
    ) -> Iterator[Input | Reject]:
        """A single packed stream (gz, xz, zst)."""
        bound = self.budget.bound(packed)

        def unfold() -> BinaryIO:
            packed_stream = open_()
            return bounded((_UNFOLD[kind](packed_stream), packed_stream), bound, str(origin), self.budget)

        with unfold() as stream:
            inner = _container(_read_head(stream))
        if inner in ("", "tar"):
            yield from self.opened(unfold, origin, None, depth + 1)
        else:
            with unfold() as stream:
                yield from self.spooled(stream, origin, depth + 1)

    def _zip(self, open_: Opener, origin: Origin, depth: int) -> Iterator[Input | Reject]:
        with open_() as stream, zipfile.ZipFile(stream) as archive:
            if not archive.infolist():
                yield Reject(origin, "the container is empty")
            for info in archive.infolist():
                if info.is_dir():
                    continue
                member = _member(origin, info.filename)
                self.budget.member(str(member))
                if info.flag_bits & 1:
                    yield Reject(member, "the member is encrypted")
                    continue
                yield from self.opened(self._zip_opener(archive, info, member), member, info.compress_size, depth + 1)

    def _zip_opener(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, member: Origin) -> Opener:
        bound = self.budget.bound(info.compress_size)
        return lambda: bounded((cast(BinaryIO, archive.open(info)),), bound, str(member), self.budget)

    def _tar(self, open_: Opener, origin: Origin, depth: int) -> Iterator[Input | Reject]:
        with open_() as stream, tarfile.open(fileobj=stream, mode="r|", tarinfo=_TarInfo) as archive:
            for info in archive:
                if not info.isfile():
                    continue
                member = _member(origin, info.name)
                self.budget.member(str(member))
                content = archive.extractfile(info)
                if content is not None:
                    reader = bounded((cast(BinaryIO, content),), self._tar_bound(info), str(member), self.budget)
                    cut = yield from self.spooled(reader, member, depth + 1)
                    if cut:
                        return

    def _tar_bound(self, info: tarfile.TarInfo) -> int:
        """How much a member may hold: one with holes may unfold to far more than stands in the tar."""
        if not info.issparse():
            return self.budget.limits.member_bytes
        pieces = cast(list[tuple[int, int]], info.sparse)  # what stands between the holes
        return self.budget.bound(sum(size for _, size in pieces))


class _TarInfo(tarfile.TarInfo):
    """A member of a tar, whose long names and other extended headers, read whole into memory, are bounded."""

    def _proc_member(self, archive: tarfile.TarFile) -> Any:
        if self.type in _EXTENDED and self.size > _LONGEST_HEADER:
            raise tarfile.ReadError(f"a header of {self.size} bytes")
        return super()._proc_member(archive)  # type: ignore[misc]  # there is no public place to look at a header's size


def _files(root: Path) -> Iterator[Path | Reject]:
    """The files under `root`, sorted, without hidden ones and those the ignore file names."""
    ignored = _ignore_rules(root)
    inside = root.resolve()
    unreadable: list[OSError] = []
    for folder, names, files in os.walk(root, onerror=unreadable.append):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for path in (Path(folder, name) for name in names):
            if path.is_symlink() and not ignored.match_file(f"{path.relative_to(root).as_posix()}/"):
                yield Reject(_origin(path), "a link to a folder, which is not followed")
        is_bag = "bagit.txt" in files and "data" in names  # RFC 8493: what stands beside its payload is about it
        names[:] = ["data"] if is_bag else names
        for name in sorted(() if is_bag else files):
            path = Path(folder) / name
            relative = path.relative_to(root).as_posix()
            if name.startswith(".") or ignored.match_file(relative):
                continue
            if path.is_symlink() and not path.resolve().is_relative_to(inside):
                yield Reject(_origin(path), "a link that leads out of the folder")
            else:
                yield path
    for error in unreadable:
        yield Reject(_origin(Path(error.filename)), f"cannot be opened: {error.strerror or error}")


def _origin(path: Path) -> Origin:
    """The place of a file; bytes of its name that are not UTF-8 are shown as escapes."""
    return Origin(os.fsencode(path).decode("utf-8", "backslashreplace"))


def _ignore_rules(root: Path) -> PathSpec[Pattern]:
    from pathspec import PathSpec  # noqa: PLC0415 - slow to load, and not needed where an archive is only asked

    try:
        lines = (root / IGNORE_FILE).read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    return PathSpec.from_lines("gitignore", lines)


def _read_head(stream: BinaryIO) -> bytes:
    """The first bytes; those before the break where a container breaks among them."""
    head = io.BytesIO()
    broken = _copy(stream, head, HEAD_BYTES)
    if broken is not None and not head.tell():
        raise broken
    return head.getvalue()


def _copy(stream: BinaryIO, out: BinaryIO, most: int) -> Broken | None:
    """Copy what `stream` holds to `out` until that has `most` bytes; the break, where it breaks before."""
    step: Callable[[int], bytes] = getattr(stream, "read1", stream.read)  # a longer read would lose what it has
    try:
        while (left := most - out.tell()) > 0 and (piece := step(min(left, STEP))):
            out.write(piece)
    except Broken as error:
        return error
    return None


def _cut_short(whole: Opener, broken: Broken) -> Opener:
    """An opener of what stands before a break, whose streams end with the break."""
    return lambda: io.BufferedReader(CutShort(whole(), broken))


def _container(head: bytes) -> str:
    """The kind of container that begins with `head`; empty where it is none."""
    for kind, magic in (
        ("zip", b"PK\x03\x04"),
        ("zip", b"PK\x05\x06"),  # with nothing in it
        ("gz", b"\x1f\x8b\x08"),
        ("xz", b"\xfd7zXZ\x00"),
        ("zst", b"(\xb5/\xfd"),
    ):
        if head.startswith(magic):
            return kind
    return "tar" if head[257:262] == b"ustar" else ""


def _member(origin: Origin, name: str) -> Origin:
    """The place of a member; its name is only a name here, and shown without anything that could climb or hide."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    shown = "".join(c if c.isprintable() else "?" for c in "/".join(parts))[:_LONGEST_NAME] or "?"
    return Origin(origin.file, f"{origin.member}!{shown}" if origin.member else shown)


_UNFOLD: dict[str, Callable[[BinaryIO], BinaryIO]] = {
    "gz": lambda stream: cast(BinaryIO, gzip.GzipFile(fileobj=stream)),
    "xz": lambda stream: cast(BinaryIO, lzma.LZMAFile(stream)),  # noqa: SIM115  # closed by the stream around it
    "zst": lambda stream: cast(BinaryIO, zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True)),
}
