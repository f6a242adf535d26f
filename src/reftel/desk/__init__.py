"""The desk: collections, notes and tags of the reader's own, in a file of his own outside every archive."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reftel.desk.anchor import Finder, Found, find, target_on, words_in
    from reftel.desk.asking import FILE, desk_beside, desk_file, lay_beside, records_of
    from reftel.desk.desk import AUTHOR, Card, Desk, Merged, Note, Tag, author_of, card_of
    from reftel.desk.entry import Claim, Entry, Target, Verdict
    from reftel.desk.exchange import from_json, part_of, to_json
    from reftel.desk.judging import Judgement, Judgements, Pair
    from reftel.desk.standing import Collection, Item, Version

# Brought in when they are first used: a search that asks nothing of a desk need not wait for one.
_HOMES = {
    "anchor": ("Finder", "Found", "find", "target_on", "words_in"),
    "asking": ("FILE", "desk_beside", "desk_file", "lay_beside", "records_of"),
    "desk": ("AUTHOR", "Card", "Desk", "Merged", "Note", "Tag", "author_of", "card_of"),
    "entry": ("Claim", "Entry", "Target", "Verdict"),
    "exchange": ("from_json", "part_of", "to_json"),
    "judging": ("Judgement", "Judgements", "Pair"),
    "standing": ("Collection", "Item", "Version"),
}

__all__ = [
    "AUTHOR",
    "FILE",
    "Card",
    "Claim",
    "Collection",
    "Desk",
    "Entry",
    "Finder",
    "Found",
    "Item",
    "Judgement",
    "Judgements",
    "Merged",
    "Note",
    "Pair",
    "Tag",
    "Target",
    "Verdict",
    "Version",
    "author_of",
    "card_of",
    "desk_beside",
    "desk_file",
    "find",
    "from_json",
    "lay_beside",
    "part_of",
    "records_of",
    "target_on",
    "to_json",
    "words_in",
]


def __getattr__(name: str) -> object:
    """The public names."""
    for home, names in _HOMES.items():
        if name in names:
            globals()[name] = found = getattr(import_module(f"{__name__}.{home}"), name)
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
