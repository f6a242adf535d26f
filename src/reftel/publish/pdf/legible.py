"""Text made fit for print: nothing steers the setting, and what the fonts do not have is shown by its number."""

from __future__ import annotations

import re
from typing import Any

# Control characters of both sets, those that turn the direction of what follows, halves of characters, and no characters.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffc\ufffe\uffff]"
)
COMMON = frozenset(map(chr, (0x09, 0x0A, *range(0x20, 0x7F), *range(0xA0, 0x180), 0x2013, 0x2014, 0x2018, 0x2019)))

_LONG = re.compile(r"\S{45,}")  # no word of a language; it would run over the edge of the page
_ADDRESS = re.compile(r"[0-9a-f]{64}")  # fits a line, and has to be copied whole
_STEP = 22
_MAY_BREAK = "\N{ZERO WIDTH SPACE}"


def safe(text: str) -> str:
    """`text` with the sign for an unknown character in place of each that could steer what prints it.

    What is longer than any word may be broken at a line's end. Soft hyphens go: they share the hyphen's glyph, and every
    hyphen would be read back as one.
    """
    clean = _UNSAFE.sub(lambda match: " " if match[0] == "\r" else "\N{REPLACEMENT CHARACTER}", text)
    clean = clean.replace("\N{SOFT HYPHEN}", "")
    return _LONG.sub(_breakable, clean)


def _breakable(match: re.Match[str]) -> str:
    word = match[0]
    if _ADDRESS.search(word):
        return word
    return _MAY_BREAK.join(word[at : at + _STEP] for at in range(0, len(word), _STEP))


def each_text(value: Any, change: Any) -> Any:
    """The same structure of lists and mappings with every text changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list | tuple):
        return [each_text(one, change) for one in value]
    if isinstance(value, dict):
        return {name: each_text(one, change) for name, one in value.items()}
    return value


def rare(value: Any) -> set[str]:
    """The characters in `value` that not every font has."""
    found: set[str] = set()

    def note(text: str) -> str:
        if not text.isascii():
            found.update(set(text) - COMMON)
        return text

    each_text(value, note)
    return found


def numbered(value: Any, missing: frozenset[str]) -> Any:
    """`value` with each run of `missing` characters as `[U+4E2D U+6587]`."""
    if not missing:
        return value
    pattern = re.compile("[" + "".join(map(re.escape, sorted(missing))) + "]+")
    return each_text(value, lambda text: pattern.sub(_named, text))


def _named(match: re.Match[str]) -> str:
    return "[" + " ".join(f"U+{ord(character):04X}" for character in match[0]) + "]"
