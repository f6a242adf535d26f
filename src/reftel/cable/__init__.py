"""Text to Cable: pure functions, no files, no database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reftel.cable.records import Cable

if TYPE_CHECKING:
    from reftel.cable.reading import read

__all__ = ["Cable", "read"]


def __getattr__(name: str) -> object:
    """`read`, whose patterns take longer to make ready than a search takes."""
    if name != "read":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from reftel.cable.reading import read  # noqa: PLC0415

    globals()[name] = read
    return read
