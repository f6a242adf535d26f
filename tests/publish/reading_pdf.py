"""A PDF read back by another library than the one that made it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pypdf import PdfReader

_BROKEN = re.compile(r"(?<=\w[-/–—])[ ]*\n")
_MARK = 3  # characters of a note's mark, which stands at a word without a blank


@lru_cache(maxsize=4)
def opened(made: bytes) -> PdfReader:
    """The file as pypdf reads it; a test that asks it for several things has it read once."""
    return PdfReader(io.BytesIO(made), strict=True)


@lru_cache(maxsize=4)
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


def where(made: bytes, title: str) -> int:
    """The page, from 0, to which the bookmark of that title leads."""
    read = opened(made)
    mark = next(one for one in read.outline if not isinstance(one, list) and one.title == title)
    return read.get_destination_page_number(mark) or 0


def strays(made: bytes) -> list[str]:
    """What a tag, a page or a link points to and is not in the file."""
    read = opened(made)
    root: Any = read.trailer["/Root"]
    tree = root["/StructTreeRoot"]
    numbers = tree["/ParentTree"]["/Nums"]
    keys = {int(key) for key in numbers[::2]}
    pages = {page.indirect_reference for page in read.pages}
    found = [
        f"page {at} has no tags" for at, page in enumerate(read.pages) if int(str(page["/StructParents"])) not in keys
    ]
    if list(numbers[::2]) != sorted(keys):
        found.append("keys are out of order")
    for page in read.pages:
        for note in page.get("/Annots", ()):
            link: Any = note.get_object()
            if int(link["/StructParent"]) not in keys:
                found.append("a link has no tag")
            if isinstance(link.get("/Dest"), str) and link["/Dest"] not in read.named_destinations:
                found.append(f"there is no {link['/Dest']}")
    waiting = [tree["/K"]]
    while waiting:
        one = waiting.pop().get_object()
        if isinstance(one, list):
            waiting += one
        elif hasattr(one, "get"):
            if "/Pg" in one and one.raw_get("/Pg") not in pages:
                found.append("a tag is of no page")
            waiting += [one["/K"]] if "/K" in one else []
    return found


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
