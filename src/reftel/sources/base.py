"""The one interface of every reader of a published form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

import msgspec

from reftel.release import Origin, Reject, Release

HEAD_BYTES = 65_536


class Input(msgspec.Struct, frozen=True):
    """One file, or one member of a container: where it is, its first bytes, and how to open it again.

    `head` holds at most HEAD_BYTES bytes. `open` gives a fresh binary stream from the start each time it is called
    and bounds what can be read from it, so that a reader may trust it to end.
    """

    origin: Origin
    head: bytes
    open: Callable[[], BinaryIO]


class Form(Protocol):
    """A published form: `name` for the command line, `title` and `about` for people, and two functions."""

    name: str
    title: str
    about: str

    def recognise(self, head: bytes) -> float:
        """How sure the reader is, from the content's first bytes alone, that this is its form (0 to 1)."""
        ...

    def read(self, source: Input) -> Iterator[Release | Reject]:
        """Every record in `source`, streamed; what breaks comes as a Reject, and the rest goes on."""
        ...
