"""A PDF read back by another library than the one that made it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader

_BROKEN = re.compile(r"(?<=\w[-/–—])[ ]*\n")
_MARK = 3  # characters of a note's mark, which stands at a word without a blank


def opened(made: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(made), strict=True)


def text_of(made: bytes) -> str:
    """The text of all pages in the order in which they hold it, on one line.

    Lines end behind a hyphen or dash of the text too; the edition never puts one in.
    """
    whole = "\n".join(page.extract_text() for page in opened(made).pages)
    return " ".join(_BROKEN.sub("", whole).split())


def in_order(wanted: str, text: str) -> list[str]:
    """The first word of `wanted` that does not come in `text` after those before it, and what follows; empty where all do."""
    words, read = wanted.split(), iter(text.split())
    for at, word in enumerate(words):
        if not any(_is(word, one) for one in read):
            return words[at : at + 5]
    return []


def _is(word: str, read: str) -> bool:
    """Whether that is the word that was read, perhaps with the mark of a note in it."""
    if read == word:
        return True
    letters = iter(read)
    return 0 < len(read) - len(word) <= _MARK and all(letter in letters for letter in word)


def squashed(text: str) -> str:
    """`text` without blanks: a line may also end behind a slash."""
    return "".join(text.split())


def bookmarks(made: bytes) -> list[str]:
    """The titles of the first level of the outline."""
    return [str(one.title) for one in opened(made).outline if not isinstance(one, list)]


def links(made: bytes) -> int:
    """How many places lead to another place in the file, and to none outside."""
    count = 0
    for page in opened(made).pages:
        for one in page.get("/Annots", ()):
            action: Any = one.get_object()
            assert "/URI" not in str(action)
            count += action["/Subtype"] == "/Link"
    return count


def roles(made: bytes) -> set[str]:
    """The names of the elements that the file tells those who do not see it."""
    root: Any = opened(made).trailer["/Root"]
    return set(_roles(root["/StructTreeRoot"]))


def _roles(element: Any) -> Iterator[str]:
    waiting = [element]
    while waiting:
        one = waiting.pop().get_object()
        if isinstance(one, list):
            waiting += one
        elif hasattr(one, "get"):
            if "/S" in one:
                yield str(one["/S"]).removeprefix("/")
            if "/K" in one:
                waiting.append(one["/K"])


def fonts(made: bytes) -> set[str]:
    """The names of the fonts, without the letters that tell a part of one."""
    found = set()
    for page in opened(made).pages:
        resources: Any = page["/Resources"]
        for font in resources.get("/Font", {}).values():
            found.add(re.sub(r"^/?(?:[A-Z]{6}\+)?", "", str(font.get_object()["/BaseFont"])))
    return found
