"""What a mirror says of itself: its lists of files, the edition, the tables of its cables - read once, believed when it holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from reftel.errors import MirrorError, Unverified
from reftel.publish.mirror import bag, files, layout

NO_MIRROR = "there is no mirror here"


class Contents(msgspec.Struct, frozen=True):
    """The lists of a mirror: name to SHA-512 of its tag files and of its payload, and what `bag-info.txt` says."""

    tags: dict[str, str]
    payload: dict[str, str]
    info: dict[str, str]

    @property
    def edition(self) -> int:
        """The number of the edition, which counts up."""
        return bag.number_of(self.info, layout.EDITION, bag.INFO)


def is_mirror(place: Path) -> bool:
    """Whether a mirror seems to stand at `place`."""
    return (place / bag.BAGIT).is_file() and (place / bag.TAGMANIFEST).is_file()


def read_contents(place: Path) -> Contents:
    """What the mirror at `place` says of itself, its tag files as they are listed; MirrorError where they are not."""
    if not is_mirror(place):
        raise MirrorError(NO_MIRROR, where=str(place))
    tags = bag.read_manifest(files.read_small(place, bag.TAGMANIFEST), str(place / bag.TAGMANIFEST), payload=False)
    read = {name: _listed(place, name, tags) for name in (bag.BAGIT, bag.INFO, bag.MANIFEST)}
    return contents_of(tags, read, str(place))


def contents_of(tags: dict[str, str], read: dict[str, bytes], where: str) -> Contents:
    """The contents, from the list of tag files and the bytes of three of them; MirrorError where they make no sense."""
    bag.check_declaration(read[bag.BAGIT], f"{where}: {bag.BAGIT}")
    info = bag.read_info(read[bag.INFO], f"{where}: {bag.INFO}")
    if (version := bag.number_of(info, layout.VERSION, f"{where}: {bag.INFO}")) != layout.LAYOUT:
        what = f"the mirror has layout {version}, this reftel reads {layout.LAYOUT}"
        raise MirrorError(what, where=where, hint="update reftel")
    payload = bag.read_manifest(read[bag.MANIFEST], f"{where}: {bag.MANIFEST}", payload=True)
    for name in (*tags, *payload):
        if not layout.belongs(name):
            raise MirrorError(f"it lists {name}, which no mirror of this layout has", where=where)
    return Contents(tags, payload, info)


def refuse_strangers(place: Path) -> None:
    """MirrorError where `place` holds files, but no mirror, nor one that is half put in place."""
    if not place.is_dir() or is_mirror(place) or files.is_unfinished(place):
        return
    if any(one.name != layout.STAGING for one in place.iterdir()):
        raise MirrorError("the folder is not empty and holds no mirror", where=str(place), hint="name a new folder")


def rows_of(place: Path, number: int, tags: dict[str, str]) -> list[layout.Row]:
    """The rows of the table of pack `number`, as it is listed; MirrorError where it is not."""
    name = layout.index_name(number)
    return layout.read_index(_listed(place, name, tags), str(place / name))


def all_rows(place: Path, contents: Contents) -> Iterator[tuple[int, list[layout.Row]]]:
    """The rows of each pack's table, in the order of their numbers."""
    for number in sorted(filter(None, map(layout.index_number, contents.tags))):
        yield number, rows_of(place, number, contents.tags)


def _listed(place: Path, name: str, tags: dict[str, str]) -> bytes:
    if name not in tags:
        raise MirrorError(f"{bag.TAGMANIFEST} does not list {name}", where=str(place))
    data = files.read_small(place, name)
    if files.sha512(data) != tags[name]:
        raise Unverified("it is not the file that is listed", where=str(place / name), hint="reftel mirror verify")
    return data
