"""The values that hits are counted by, as small numbers, and back.

An index counts small numbers in a list, without looking up a word for every value in each of its pieces. Which number
stands for which value is kept in a file beside the pieces.
"""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

from reftel.errors import ArchiveError

FILE = "values.jsonl"


class Values:
    """The values of each counted field of an index, numbered from 1 in the order in which they were met; 0 is none.

    A line of the file is a field and a value. Lines are only added, and are durable before a record that has the value
    can be found: whoever reads a number finds what it stands for. ValueError for a file that is none.
    """

    def __init__(self, directory: Path, *, writing: bool = False) -> None:
        # Held open: an index that is made anew beside this one has another file of this name.
        self._file = (directory / FILE).open("r+b" if writing else "rb")
        self._reading = threading.Lock()
        self._named: dict[str, list[str]] = {}
        self._numbers: dict[str, dict[str, int]] = {}
        self._unwritten: list[tuple[str, str]] = []
        self._end = 0
        self._read()
        if writing:
            self._file.truncate(self._end)  # what a killed process wrote of a line

    def __del__(self) -> None:
        if file := getattr(self, "_file", None):
            file.close()

    def number(self, field: str, value: str) -> int:
        """The number of a value, a new one for one not met before; 0 for an empty one."""
        if number := self._numbers.setdefault(field, {}).get(value):
            return number
        if not value:
            return 0
        self._unwritten.append((field, value))
        return self._learn(field, value)

    def keep(self) -> None:
        """Makes durable what was numbered."""
        if not self._unwritten:
            return
        lines = "".join(json.dumps(one) + "\n" for one in self._unwritten).encode()
        self._file.seek(self._end)
        self._file.write(lines)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._end += len(lines)
        self._unwritten.clear()

    def named(self, field: str, number: int) -> str:
        """The value of a number; empty for 0. ArchiveError where the file does not have it."""
        if not number:
            return ""
        if number > len(self._named.get(field, ())):
            self._read()
        try:
            return self._named[field][number - 1]
        except (KeyError, IndexError):
            what = f"the index's values have no {field} of number {number}"
            raise ArchiveError(
                what, where=self._file.name, hint="`reftel check --repair` makes the index anew"
            ) from None

    def stand_in(self, directory: Path) -> bool:
        """Whether these are still the values of the index in `directory`, and not of one that was made anew there."""
        try:
            found, own = (directory / FILE).stat(), os.fstat(self._file.fileno())
        except OSError:
            return False
        return (found.st_dev, found.st_ino) == (own.st_dev, own.st_ino)

    def count(self, field: str) -> int:
        """How many values of a field are known."""
        return len(self._named.get(field, ()))

    def _learn(self, field: str, value: str) -> int:
        named = self._named.setdefault(field, [])
        named.append(value)
        number = self._numbers.setdefault(field, {})[value] = len(named)
        return number

    def _read(self) -> None:
        """Takes in the whole lines that were added since."""
        with self._reading:
            self._file.seek(self._end)
            added = self._file.read()
            whole = added[: added.rfind(b"\n") + 1]
            for line in whole.splitlines():
                self._learn(*_pair(line))
            self._end += len(whole)


def _pair(line: bytes) -> tuple[str, str]:
    try:
        match json.loads(line):
            case [str(field), str(value)]:
                return field, value
    except RecursionError:
        pass
    raise ValueError("the index's values are no pairs")


def make_values(directory: Path) -> None:
    """An empty file of values in the directory of a new index."""
    (directory / FILE).touch()
