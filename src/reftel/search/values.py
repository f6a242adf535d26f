"""The values of exact fields as numbers, by which hits are counted in half the time, and back.

An index counts numbers without looking up a word for every value in each of its pieces. A value's number is part of its
hash, so that it is the same in every index and nothing has to be kept; the index's own list of values leads back.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import Any
from weakref import WeakKeyDictionary

from reftel.archive import Archive

# Among ten thousand values of one field two share a number once in five million times, and are then told together.
_BYTES = 6

# The values of each field of each open archive, and of how many records they are.
_known: WeakKeyDictionary[Archive, tuple[int, dict[str, dict[int, str]]]] = WeakKeyDictionary()


@lru_cache(maxsize=65_536)
def number_of(value: str) -> int:
    """The number of a value: 48 bits of its hash."""
    return int.from_bytes(blake2b(value.encode("utf-8", "surrogatepass"), digest_size=_BYTES).digest())


def values_of(archive: Archive, searcher: Any, field: str) -> dict[int, str]:
    """Every value that the records of `archive` have in an exact field, by its number."""
    held = _known.get(archive)
    if held is None or held[0] != searcher.num_docs:
        held = _known[archive] = (int(searcher.num_docs), {})
    if field not in held[1]:
        found: dict[int, str] = {}
        for value, _ in sorted(searcher.terms_with_prefix(field, "", None, None)):
            number = number_of(value)
            found[number] = f"{found[number]} / {value}" if number in found else value
        held[1][field] = found
    return held[1][field]
