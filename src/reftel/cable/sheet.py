"""Sheet: a text made ready for the rules - its page and section lines found, and blanked out in a working copy.

Rules search `Sheet.clean`, which has the same length as the text, so that every offset holds in both.
"""

from __future__ import annotations

import re

from reftel.cable.identity import find_post, letters
from reftel.finding import Span, Value

_LEVEL_WORDS = r"(?:UNCLASSIFIED|CONFIDENTIAL|SECRET|LIMITED OFFICIAL USE|UNCLAS)"
# ROME 00000001  003.2 OF 004, the number perhaps on the next line.
_SECTION_COUNT = re.compile(r"(?P<serial>\d{3,8})[ \t]*\\?\s{1,6}\d{3}(?:\.\d)?[ \t]+OF[ \t]+\d{3}(?!\d)")
# CONFIDENTIAL PAGE 02 VATICA 05693 01 OF 02 021700Z
_PAGE_LINE = re.compile(
    rf"(?:{_LEVEL_WORDS}\s*(?:\\n)?\s*|\b)PAGE[ \t]+\d\d[ \t]+[A-Z][A-Z .']{{1,12}}?[ \t]+\d{{3,6}}"
    r"(?:[ \t]+\d\d OF \d\d)?(?:[ \t]+(?:TOSEC \d+[ \t]+)?\d{6}Z)?"
)
_POST_BEFORE = re.compile(r"([A-Z][A-Z.']*(?: [A-Z][A-Z.']*){0,4})[ \t]+$")


_SAMPLE = 200
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2007\u2009\u202f\u3000"), " ")


class Sheet:
    """A text, its working copy, and the page and section lines blanked out in it.

    `lower` is the working copy in small letters, offset for offset: finding a word there is far cheaper than a
    pattern that ignores case.
    """

    __slots__ = ("breaks", "clean", "lower", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        clean = _capitals(text if text.isascii() else text.translate(_SPACES))
        if "\\" in clean and "\\\n" in clean:  # line ends that were escaped once too often
            clean = clean.replace("\\\n", " \n")
        self.breaks = find_breaks(clean)
        self.clean = _blank(clean, self.breaks) if self.breaks else clean
        self.lower = _small(self.clean)


def find_breaks(text: str) -> list[Value[str]]:
    """The page and section lines of a telegram sent in several pieces, in order."""
    found: list[Value[str]] = []
    if holds(text, " OF 0", 2):
        for match in _SECTION_COUNT.finditer(text):
            start = _post_start(text, match.start())
            if start is not None:
                found.append(Value(text[start : match.end()], Span(start, match.end()), "section-line"))
    if holds(text, "PAGE", 2):
        for match in _PAGE_LINE.finditer(text):
            found.append(Value(match[0], Span(*match.span()), "page-line"))
    return _disjoint(text, found)


def holds(text: str, word: str, rare: int) -> bool:
    """Whether `word` stands in `text`, sought by its letter at `rare`: one that is seldom is leapt to, many times faster."""
    letter = word[rare]
    at = text.find(letter, rare)
    while at >= 0:
        if text.startswith(word, at - rare):
            return True
        at = text.find(letter, at + 1)
    return False


def _disjoint(text: str, found: list[Value[str]]) -> list[Value[str]]:
    """`found` in order; one that begins inside another keeps only what stands behind it."""
    out: list[Value[str]] = []
    end = 0
    for value in sorted(found, key=lambda one: one.span or Span(0, 0)):
        if value.span is None or value.span.end <= end:
            continue
        start = max(value.span.start, end)
        out.append(Value(text[start : value.span.end], Span(start, value.span.end), value.rule))
        end = value.span.end
    return out


def _post_start(text: str, number_at: int) -> int | None:
    """Where the post's name in front of a section count begins; it may be cut to ten letters (PORT AU PR)."""
    before = _POST_BEFORE.search(text, max(0, number_at - 40), number_at)
    if not before:
        return None
    words = before[1].split(" ")
    for first in range(len(words)):
        name = " ".join(words[first:])
        if find_post(letters(name)) or len(name) == 10:
            return before.end(1) - len(name)
    line_start = text.rfind("\n", 0, number_at) + 1
    if text[line_start : before.start(1)].strip() == "":
        return before.start(1)
    return before.end(1) - len(words[-1])


def _capitals(text: str) -> str:
    """A telegram that was put into small letters as a whole is read as what it was, in capitals."""
    middle = len(text) // 2
    if not text[:_SAMPLE].islower() and not text[middle : middle + 2 * _SAMPLE].islower():
        return text
    if not text.islower():  # the transmission in front kept its capitals, and what is withheld is written in capitals
        body = text[middle:].replace("X", "")
        if len(text) < 4 * _SAMPLE or sum(map(str.isupper, body)) * 500 > len(body):
            return text
    upper = text.upper()
    return upper if len(upper) == len(text) else text


def _small(text: str) -> str:
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if c.isascii() else c for c in text)


def _blank(text: str, breaks: list[Value[str]]) -> str:
    pieces: list[str] = []
    at = 0
    for value in breaks:
        if value.span is None or value.span.start < at:
            continue
        pieces.append(text[at : value.span.start])
        pieces.append(re.sub(r"[^\n]", " ", value.span.of(text)))
        at = value.span.end
    pieces.append(text[at:])
    return "".join(pieces)
