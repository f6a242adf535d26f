"""The desk: collections, notes and tags of the reader's own, in a file of his own outside every archive."""

from reftel.desk.anchor import Finder, Found, find, target_on, words_in
from reftel.desk.asking import FILE, desk_beside, desk_file, lay_beside, records_of
from reftel.desk.desk import AUTHOR, Card, Desk, Merged, Note, Tag, author_of, card_of
from reftel.desk.entry import Entry, Target
from reftel.desk.exchange import from_json, to_json
from reftel.desk.standing import Collection, Item, Version

__all__ = [
    "AUTHOR",
    "FILE",
    "Card",
    "Collection",
    "Desk",
    "Entry",
    "Finder",
    "Found",
    "Item",
    "Merged",
    "Note",
    "Tag",
    "Target",
    "Version",
    "author_of",
    "card_of",
    "desk_beside",
    "desk_file",
    "find",
    "from_json",
    "lay_beside",
    "records_of",
    "target_on",
    "to_json",
    "words_in",
]
