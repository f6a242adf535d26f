"""A few numbers that stand for a text's words, so that the same words elsewhere are found without comparing all with all.

Some words, picked by a hash of their letters alone, begin a run of four; each run is a number, and a text keeps the
smallest of its numbers, an eighth of them but sixteen at least. Which runs are kept depends on nothing but the runs, so
that a part of a text keeps many of the numbers that the whole keeps. Line ends, case and punctuation do not count.
"""

from __future__ import annotations

import re
from itertools import compress
from zlib import crc32

RULE = 1  # of these numbers: another rule makes other numbers
_RUN = 4
_SHORTEST = 5  # letters of a word that may begin a run; shorter ones are in every text
_ONE_IN = 4  # words that begin a run
_LEAST, _PART, _MOST = 16, 8, 512
_VOCABULARY = 200_000  # words whose hash is remembered
_WORD = re.compile(r"[^\W_]+")
_FOLD = bytes(ord(chr(code).lower()) if chr(code).isascii() and chr(code).isalnum() else 32 for code in range(256))


class _Beginnings(dict[bytes, bool]):
    """Whether a word begins a run."""

    def __missing__(self, word: bytes) -> bool:
        if len(self) >= _VOCABULARY:
            self.clear()
        found = self[word] = len(word) >= _SHORTEST and crc32(word) % _ONE_IN == 0
        return found


_BEGINS = _Beginnings()


def sketch(text: str) -> tuple[list[int], int]:
    """The numbers that stand for `text`, rising, and how many words it has."""
    words = _words(text)
    starts = compress(range(len(words) - _RUN + 1), map(_BEGINS.__getitem__, words))
    found = sorted({crc32(b" ".join(words[at : at + _RUN])) for at in starts})
    return found[: min(max(_LEAST, len(found) // _PART), _MOST)], len(words)


def _words(text: str) -> list[bytes]:
    if text.isascii():  # nearly all are, and this is ten times as fast
        return text.encode().translate(_FOLD).split()
    return [word.encode("utf-8", "replace") for word in _WORD.findall(text.casefold())]
