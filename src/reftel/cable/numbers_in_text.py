"""Numbers of cables in running text: "(Moscow 12671, para 3)", "see 75 Montevideo 4172", "ref State 198580".

A place with a figure behind it is seldom a cable ("Paris 1968", "Geneva 500 km"). It is taken for one only where references
stand: as an entry of its own in brackets, or behind "see" and "ref".
"""

from __future__ import annotations

import re

from reftel.cable.banner import LEVELS
from reftel.cable.identity import find_post, full_year, letters
from reftel.cable.records import Mention, Reference
from reftel.cable.reference_years import Citing, with_year
from reftel.finding import Span

_SERIAL = re.compile(r" 0?(\d{2,6})(?![\w%$€£]|[.,:/-]\d)")
_WORD = re.compile(r"[A-Za-z][A-Za-z.'’]*\Z")
_YEAR = re.compile(r"(?<![\w.,-])(?:(?:19|20)(\d\d)|'?(\d\d))[ -]\Z")
_REACH = 48  # characters in which a post's name stands
_MOST_WORDS = 3
_SHORTEST_OF_SEVERAL = 7  # letters of a name of several words: SAN JOSE is one, PAN AM is none
_BRACKET = 160  # characters behind a bracket in which one stands
_BRACKETED = re.compile(rf"\([^()]{{6,{_BRACKET}}}")
_BEFORE = 24  # characters in which what leads to it stands
_CUES = ("see ", "ref")
_CUE = re.compile(r"\b(?:REFS?|REFTELS?|SEE|SEE ALSO)\b\.?:? *\Z", re.IGNORECASE)
_NEW_ENTRY = re.compile(rf"(?:[(,;:&-]|\b(?:AND|OF|{'|'.join(LEVELS)}))\s*\Z", re.IGNORECASE)
_MEASURE = re.compile(
    r" ?(?:per ?cent|percent|pct|kms?|kilomet\w+|miles|met\w{2,3}s|tons?|tonnes|dollars|people|persons|men|troops|hours|a\.?m|p\.?m)\b",
    re.IGNORECASE,
)


def find_numbers(clean: str, lower: str, start: int, citing: Citing) -> tuple[Mention, ...]:
    """The cables that `clean[start:]` names by post and number, in its order; the telegram's own number is none."""
    found: dict[int, Mention] = {}
    own = citing.number.id if citing.number else ""
    for low, high in _windows(clean, lower, start):
        for match in _SERIAL.finditer(clean, low, high):
            at = match.start()
            if at in found or not clean[at - 1].isalpha():
                continue
            named = _named(clean, at, match, citing)
            if named is not None and named.target != own:
                found[at] = named
    return tuple([found[at] for at in sorted(found)])


def _windows(clean: str, lower: str, start: int) -> list[tuple[int, int]]:
    """Where numbers of cables may stand: what is in brackets, and what stands by a word that leads to them."""
    found = [match.span() for match in _BRACKETED.finditer(clean, start)]
    for cue in _CUES:
        at = lower.find(cue, start)
        while at >= 0:
            found.append((at + len(cue) - 1, at + _REACH))
            at = lower.find(cue, at + len(cue))
    return found


def _named(clean: str, at: int, match: re.Match[str], citing: Citing) -> Mention | None:
    begin, post = _post_before(clean, at)
    if not post:
        return None
    year, serial = _YEAR.search(clean, max(0, begin - 6), begin), int(match[1])
    span = Span(year.start() if year else begin, match.end())
    if not _is_cited(clean, span):
        return None
    if year is not None:
        target = f"{year[1] or year[2]}{post}{serial}"
        is_past = citing.year is None or full_year(int(target[:2])) <= citing.year
        return Mention(span, (), target, rule="number", confidence=0.9) if is_past else None
    if citing.year is None or len(match[1]) < 3 or 1900 <= serial <= 2030:  # a year stands behind places, too
        return None
    found = with_year(Reference("cable", "", span, target=f"{post}{serial}", year_given=False), citing)
    return Mention(span, (), found.target, year_given=False, rule="number", confidence=min(found.confidence, 0.8))


def _post_before(clean: str, at: int) -> tuple[int, str]:
    """Where the longest name of a post that ends at `at` begins, and its key; empty where none does."""
    words: list[str] = []
    best, edge = (at, ""), at
    low = max(0, at - _REACH)
    while len(words) < _MOST_WORDS:
        word = _WORD.search(clean, low, edge)
        if word is None or not word[0][0].isupper():
            break
        words.insert(0, word[0])
        name = letters("".join(words))
        found = find_post(name) if len(words) == 1 or len(name) >= _SHORTEST_OF_SEVERAL else None
        if found is not None and found.confidence == 1.0:
            best = word.start(), found.key
        edge = word.start() - 1
        if edge < low or clean[edge] not in " \n":
            break
    return best


def _is_cited(clean: str, span: Span) -> bool:
    """Whether a number stands as references do."""
    if _MEASURE.match(clean, span.end):
        return False
    before = max(0, span.start - _BEFORE)
    opened = clean.rfind("(", max(0, span.start - _BRACKET), span.start)
    is_bracketed = opened >= 0 and ")" not in clean[opened : span.start]
    if is_bracketed and _NEW_ENTRY.search(clean, before, span.start):
        return True
    return _CUE.search(clean, before, span.start) is not None
