"""A large file, set in parts and joined: what the compiler holds grows with every page, and is let go with its process.

Pages, bookmarks, named places and tags of the parts become those of one file. A link from one part to another is set as an
address of no scheme that there is, and becomes a link within the file here.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import msgspec

from reftel.archive.packing import pack, unpack
from reftel.errors import MissingExtra, ReftelError, SettingError
from reftel.publish.pdf.compiling import compiled
from reftel.publish.pdf.sheets import Book

ELSEWHERE = "reftel-elsewhere:"  # as the template writes it
_SET = "from reftel.publish.pdf.joining import set_part; set_part()"


def compiled_apart(book: Book, folders: tuple[str, ...]) -> bytes:
    """The PDF of `book`, made in a process of its own; SettingError where it cannot be."""
    # -P: a folder of somebody's files, where the user happens to stand, must not provide modules.
    places = os.pathsep.join(place for place in sys.path if place)
    done = subprocess.run(
        [sys.executable, "-P", "-c", _SET], input=pack(_Task(book, folders)), capture_output=True, check=False,
        env={**os.environ, "PYTHONPATH": places},
    )  # fmt: skip
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip()
        raise SettingError(f"a part of the PDF could not be set: {told[-500:] or done.returncode}")
    return done.stdout


def set_part() -> None:
    """What that process does: the part comes in, its PDF goes out; or why there is none, as the last words."""
    task = unpack(sys.stdin.buffer.read(), _Task)
    try:
        made = compiled(task.book, task.folders)
    except ReftelError as error:
        sys.exit(str(error))
    sys.stdout.buffer.write(made)


class _Task(msgspec.Struct, frozen=True):
    book: Book
    folders: tuple[str, ...]


def places_in(pdf: bytes) -> tuple[int, dict[str, int]]:
    """How many pages there are, and on which, from 1, each named place stands."""
    with _pikepdf().open(io.BytesIO(pdf)) as part:
        numbers = {page.objgen: at for at, page in enumerate(part.pages, 1)}
        found = {name: numbers[place[0].objgen] for name, place in _named(part)}
        return len(part.pages), found


def joined(first: bytes, rest: list[bytes]) -> bytes:
    """One file of all parts; its title and what it claims to be are those of the first."""
    with ExitStack() as opened:  # what is copied is read only when all is written
        whole = opened.enter_context(_pikepdf().open(io.BytesIO(first)))
        names = list(_named(whole))
        for data in rest:
            names += _add(whole, opened.enter_context(_pikepdf().open(io.BytesIO(data))))
        names.sort(key=lambda one: one[0].encode())
        whole.Root.Names = whole.make_indirect(_pikepdf().Dictionary(Dests=_pikepdf().Dictionary(Names=_flat(names))))
        _lead_within(whole)
        out = io.BytesIO()
        whole.save(out, deterministic_id=True, object_stream_mode=_pikepdf().ObjectStreamMode.generate)
        return out.getvalue()


def _add(whole: Any, part: Any) -> list[tuple[str, Any]]:
    """Adds a part behind the last page; its named places."""
    tree = whole.Root.StructTreeRoot
    shift, before = int(tree.ParentTreeNextKey), len(whole.pages)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that named places are not copied with pages: they are below
        whole.pages.extend(part.pages)
    for page in list(whole.pages)[before:]:
        _shift(page.obj, "/StructParents", shift)
        for note in page.obj.get("/Annots", []):
            _shift(note, "/StructParent", shift)
    _add_tags(tree, whole.copy_foreign(part.Root.StructTreeRoot), shift)
    if "/First" in part.Root.get("/Outlines", {}):
        _add_bookmarks(whole, whole.copy_foreign(part.Root.Outlines))
    copied = whole.copy_foreign(part.make_indirect(part.Root.Names)) if "/Names" in part.Root else {}
    return list(_pairs(copied))


def _shift(found: Any, name: str, by: int) -> None:
    if name in found:
        found[name] = int(found[name]) + by


def _add_tags(tree: Any, more: Any, shift: int) -> None:
    """The elements of a part become those of the one document, and what stands on its pages is found by shifted keys."""
    document, other = _only(tree.K), _only(more.K)
    for child in _each(other.K):
        child.P = document
        document.K.append(child)
    numbers = list(more.ParentTree.Nums)
    for key, value in zip(numbers[::2], numbers[1::2], strict=True):
        tree.ParentTree.Nums.append(int(key) + shift)
        tree.ParentTree.Nums.append(value)
    tree.ParentTreeNextKey = int(more.ParentTreeNextKey) + shift
    for old, new in dict(more.get("/RoleMap", {})).items():
        tree.RoleMap[old] = new


def _add_bookmarks(whole: Any, more: Any) -> None:
    if "/Last" not in whole.Root.get("/Outlines", {}):
        whole.Root.Outlines = more
        return
    outlines = whole.Root.Outlines
    one = more.First
    while one is not None:
        one.Parent = outlines
        one = one.get("/Next")
    outlines.Last.Next, more.First.Prev = more.First, outlines.Last
    outlines.Last = more.Last
    outlines.Count = int(outlines.Count) + int(more.Count)


def _lead_within(whole: Any) -> None:
    """Makes each link to another part a link to its place."""
    for page in whole.pages:
        for note in page.obj.get("/Annots", []):
            address = str(note.A.get("/URI", "")) if "/A" in note else ""
            if address.startswith(ELSEWHERE):
                del note.A
                note.Dest = _pikepdf().String(address.removeprefix(ELSEWHERE))


def _named(part: Any) -> Iterator[tuple[str, Any]]:
    return _pairs(part.Root.get("/Names", {}))


def _pairs(names: Any) -> Iterator[tuple[str, Any]]:
    """The named places under a tree of names."""
    yield from _under(names["/Dests"]) if "/Dests" in names else ()


def _under(node: Any) -> Iterator[tuple[str, Any]]:
    found = list(node.get("/Names", []))
    yield from ((str(name), place) for name, place in zip(found[::2], found[1::2], strict=True))
    for kid in node.get("/Kids", []):
        yield from _under(kid)


def _flat(pairs: list[tuple[str, Any]]) -> Any:
    return _pikepdf().Array([one for name, place in pairs for one in (_pikepdf().String(name), place)])


def _only(found: Any) -> Any:
    return found[0] if isinstance(found, _pikepdf().Array) else found


def _each(found: Any) -> Iterator[Any]:
    return iter(list(found)) if isinstance(found, _pikepdf().Array) else iter((found,))


def _pikepdf() -> Any:
    try:
        import pikepdf  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtra("a large PDF is joined by pikepdf", hint="pip install 'reftel[pdf]'") from error
    return pikepdf
