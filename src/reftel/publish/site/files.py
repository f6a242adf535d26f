"""Files of a site: put in place whole or not at all, and only those taken away that were put there."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from reftel.errors import SiteError

PART = ".part"


class Folder:
    """The folder of a site."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._known: set[str] = set()

    def write(self, path: str, data: bytes) -> int:
        """Puts a file in place, in one step; gives its size. SiteError where it cannot be written."""
        whole = os.path.join(self.place, path)
        try:
            folder = os.path.dirname(whole)
            if folder not in self._known:
                os.makedirs(folder, exist_ok=True)
                self._known.add(folder)
            with open(whole + PART, "wb") as file:
                file.write(data)
            os.replace(whole + PART, whole)
        except OSError as error:
            hint = "make room, run it again" if error.errno == 28 else "look at the folder and its permissions"
            raise SiteError(f"it cannot be written: {error.strerror or error}", where=str(whole), hint=hint) from error
        return len(data)

    def has(self, path: str, size: int) -> bool:
        """Whether a file stands there, of that size."""
        try:
            return os.stat(os.path.join(self.place, path)).st_size == size
        except OSError:
            return False

    def remove(self, paths: Iterable[str]) -> int:
        """Takes files away, and folders that are empty then; gives how many there were."""
        count, folders, own = 0, set(), os.path.realpath(self.place)
        for path in paths:
            whole = os.path.join(self.place, path)
            if os.path.commonpath((own, os.path.realpath(os.path.dirname(whole)))) != own:
                continue  # a folder of ours was made a link to elsewhere
            with suppress(FileNotFoundError):
                os.unlink(whole)
                count += 1
            folders.add(os.path.dirname(path))
        for folder in sorted(folders, key=len, reverse=True):
            if folder:
                with suppress(OSError):  # it is not empty
                    os.removedirs(os.path.join(self.place, folder))
        return count
