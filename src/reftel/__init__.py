"""reftel reads, keeps, searches, explains and publishes archives of diplomatic cables, offline."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reftel.cable import Cable, read

__version__ = "0.1.0"

__all__ = ["Cable", "read"]


def __getattr__(name: str) -> object:
    """The public names, brought in when they are first used: a search need not wait for the reading of cables."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from reftel import cable  # noqa: PLC0415

    globals()[name] = found = getattr(cable, name)
    return found
