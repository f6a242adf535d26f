"""Who said what, over a whole archive: statements kept beside it, asked for, joined to persons, and judged."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from reftel.claims import asking  # noqa: F401 - it brings the fields said-by:, said-about: and modality:

if TYPE_CHECKING:
    from reftel.claims.kept import Claims, make_claims, open_claims
    from reftel.claims.stream import Told, told_by

# Brought in when they are first used: a search that asks nothing about statements need not wait for their reader.
_HOMES = {
    "kept": ("Claims", "make_claims", "open_claims"),
    "stream": ("Told", "told_by"),
}

__all__ = ["Claims", "Told", "make_claims", "open_claims", "told_by"]


def __getattr__(name: str) -> object:
    """The public names."""
    for home, names in _HOMES.items():
        if name in names:
            globals()[name] = found = getattr(import_module(f"{__name__}.{home}"), name)
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
