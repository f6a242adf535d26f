"""REF blocks become references: letters, lists, repeated posts, slash runs, years in front and behind, titles.

A block is cut at its letters and semicolons into segments. A segment that names an e-mail, a report or another thing
that is no cable becomes one entry of that kind; any other is walked word by word: post words followed by a number are
a cable, further numbers behind separators repeat the post, a number in front of post words is a year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from reftel.cable.head import CLASS_LINE, Field, find_corrected
from reftel.cable.identity import find_post, letters
from reftel.cable.records import Reference, ReferenceKind
from reftel.cable.reference_kinds import kind_of
from reftel.cable.reference_walk import walk
from reftel.cable.reference_years import Citing, reference_doubts, respelt, with_year
from reftel.finding import Finding, Span

_BLANK_LINE = re.compile(r"\n[ \t\\]*\n")
_NEXT_ENTRY = re.compile(
    r"[\s\\]*+[-¶]?+\s*+(?:\(?[A-Za-z][ \t]*[.):\]]|(?:(?:'|‘|’)?\d{2,4}[ -]?)?[A-Z][A-Za-z .']{1,25}[ \t]+#?[O0]?\d{2,7}"
    r"(?!\d*\.)|[O0]?\d{3,7}(?=[\s,;]))"
)
# What an entry that goes on behind a blank line ends with: a separator, a letter, a year; or a post, asked apart.
_OPEN = re.compile(
    r"(?:[;,&(]|\bAND|(?<![A-Za-z0-9])\(?[A-Z][.):]|(?<![A-Za-z0-9])'?(?:19|20)?\d\d)[\s\\]*\Z", re.IGNORECASE
)
_LAST_WORDS = re.compile(r"(?:[A-Z][A-Za-z.']*[ ]){0,3}[A-Z][A-Za-z.']*\Z")
_GOES_ON = re.compile(
    r"[\s\\]*+[-¶]?+\s*+(?:#?[O0]?\d{1,7}(?!\d|\.[ \t]*\S)|(?:'?\d\d )?[A-Z][A-Za-z .']{1,25}\s+#?\d{1,7})"
)
_BROKEN_PAGE = re.compile(r"(?=\s*?[ ]{15})\s*+\(")  # a page line stood here, and a title or year follows
_STOP = re.compile(
    r"\bThis (?:message|cable|telegram|is)\b|\bSENSITIVE (?:BUT|AND)\b|\bNOT FOR\b|\n[ \t]*SUMMARY\b|\bEND SUMMARY\b"
    r"|\n[ \t]*SIPDIS|\n[ \t]*-{4,}|\bREASONS?\b|\n[ \t]*\(SBU(?:/NF)?\)[ ]|\n[ \t]*¶?\d{1,2}\.[ \t]*\(",
    re.IGNORECASE,
)
_BULLET = re.compile(
    r"(?<![A-Za-z0-9'’/&.])[\[(]?(?P<letter>[A-Za-z])(?:[ \t]*[\])][.:]?|[ \t]*[.:]\)?|[ \t]+-(?=\s))(?=[\s\[('‘’\"A-Za-z0-9])"
    r"|(?<![^\s,;])[\[(](?P<digit>\d)[\])]"
    r"|(?<=[,;\n:])[ \t]*(?P<bare>[A-Z])\s{1,4}(?=(?:'?\d\d\s{1,4})?[A-Z][A-Za-z'’ ]+\d)"
)
_LETTER_BEFORE = re.compile(r"(?:\A|\n)[ \t¶]*\(?([A-Z])[.)][ \t]*\Z")  # "A. REF AMMAN 222"
_REF_WORD = re.compile(r"[\s:.]*(?:REF(?:TELS?|S)?|PARA)\b[ \t]*(?:\(?[A-Z]\)?(?=[ \t]+\S))?[\s:.]*", re.IGNORECASE)
_BROKEN = re.compile(r"-[ \t\\]*\n[ \t]*")
_NOTHING = re.compile(r"[\s:.]*(?:NONE|NIL|N/A)[\s.]*", re.IGNORECASE)
_EDGES = " \t\n\\,;¶-"
_SPACE = re.compile(r"[\s\\]*")
_PIECE = re.compile(r"[^,\n]+")
_AND = re.compile(r"\s(?:AND|&)\s(?=\s*(?:(?:19|20)?\d\d[ -]?)?[A-Z])")


def read_references(clean: str, fields: list[Field], citing: Citing) -> tuple[tuple[Reference, ...], list[Finding]]:
    """All references of all REF blocks, in the text's order, and what is in doubt about them."""
    found: list[Reference] = []
    for field in fields:
        end = _block_end(clean, field)
        for letter, start, stop in _segments(clean, field, end):
            found.extend(_read_segment(clean, letter, start, stop))
    own = citing.number.id if citing.number else ""
    dated = [with_year(respelt(reference, citing), citing) for reference in found]
    kept = [reference for reference in dated if not own or reference.target != own]
    return tuple(kept), [doubt for reference in kept for doubt in reference_doubts(reference, citing)]


def _block_end(clean: str, field: Field) -> int:
    end = field.end
    for search in (CLASS_LINE.search, find_corrected, _STOP.search):
        if match := search(clean, field.start, end):
            end = match.start()
    at = field.start
    if first := _SPACE.match(clean, at, end):  # an empty first line is no end
        at = first.end()
    while blank := _BLANK_LINE.search(clean, at, end):
        if not _goes_on(clean, field.start, blank, end):
            return blank.start()
        at = blank.end()
        if skip := _SPACE.match(clean, at, end):
            at = skip.end()
    return end


def _goes_on(clean: str, start: int, blank: re.Match[str], end: int) -> bool:
    """Whether the block goes on behind a blank line: with another entry, or with the rest of an open one."""
    if _NEXT_ENTRY.match(clean, blank.end(), end) or _BROKEN_PAGE.match(clean, blank.start(), end):
        return True
    if not _GOES_ON.match(clean, blank.end(), end):
        return False
    before = clean[max(start, blank.start() - 40) : blank.start()].rstrip(" \t\n\\")
    if _OPEN.search(before):
        return True
    words = _LAST_WORDS.search(before)
    return words is not None and find_post(letters(words[0])) is not None


def _segments(clean: str, field: Field, end: int) -> Iterator[tuple[str, int, int]]:
    """(letter, start, end) of each piece between letters and semicolons; the letter is empty before the first."""
    start = field.start
    before = _LETTER_BEFORE.search(clean, max(0, field.at - 8), field.at)
    letter, at = before[1] if before else "", start
    for match in _BULLET.finditer(clean, start, end):
        new = (match["letter"] or match["digit"] or match["bare"]).upper()
        if match.start() < at or not _follows(clean, letter, new, start, match.start()):
            continue
        if clean[at : match.start()].strip(" \t\n\\¶-,;&"):
            yield from _split_semicolons(clean, letter, at, match.start())
        letter, at = new, match.end()
    yield from _split_semicolons(clean, letter, at, end)


def _follows(clean: str, last: str, new: str, start: int, at: int) -> bool:
    """Whether `new` can be the next letter of the list, so that initials and sentences make no entries."""
    if not last:
        return new in "A1" or not clean[start:at].strip(" \t\n¶-")
    return ord(new) - ord(last) in (0, 1, 2)


def _split_semicolons(clean: str, letter: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    if clean.find(";", start, end) < 0:
        yield letter, start, end
        return
    at, depth = start, 0
    for position in range(start, end):
        character = clean[position]
        if character in "([":
            depth += 1
        elif character in ")]":
            depth = max(0, depth - 1)
        elif character == ";" and depth == 0:
            yield letter, at, position
            at = position + 1
    yield letter, at, end


def _read_segment(clean: str, letter: str, start: int, end: int) -> Iterator[Reference]:
    if word := _REF_WORD.match(clean, start, end):
        start = word.end()
    text = clean[start:end]
    if not text.strip(" \t\n\\.,;¶-") or _NOTHING.fullmatch(text):
        return
    cables = walk(clean, letter, start, end)
    titled = [value.title.span for value in cables if value.title and value.title.span]
    outside = text
    for span in titled:
        outside = outside.replace(clean[span.start : span.end], " ")
    kind = kind_of(outside) or ("" if cables else kind_of(text))
    if kind == "message" and cables and all(cable.confidence >= 0.8 for cable in cables):  # its number and its time
        kind = ""
    if not kind:
        if cables:
            yield from cables
        elif len(text.strip(_EDGES)) > 3:
            yield from _other(clean, letter, start, end, "other")
        return
    yield from _mixed(clean, letter, start, end)


def _mixed(clean: str, letter: str, start: int, end: int) -> Iterator[Reference]:
    """A segment that names something else than a cable, perhaps with cables beside it, parted by commas or lines."""
    pending: int | None = None
    stop = start
    for begin, finish in _pieces(clean, letter, start, end):
        part = clean[begin:finish]
        cables = [] if kind_of(part) else walk(clean, letter, begin, finish)
        if cables and all(cable.confidence >= 0.8 for cable in cables):
            if pending is not None:
                yield from _other(clean, letter, pending, stop, kind_of(clean[pending:stop]) or "other")
                pending = None
            yield from cables
        elif part.strip(_EDGES):
            pending = begin if pending is None else pending
        stop = finish
    if pending is not None:
        yield from _other(clean, letter, pending, stop, kind_of(clean[pending:stop]) or "other")


def _pieces(clean: str, letter: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What stands between commas and line ends; behind an AND a piece of its own begins if it is a cable and no more."""
    for piece in _PIECE.finditer(clean, start, end):
        at, stop = piece.span()
        for joint in _AND.finditer(clean, at, stop):
            behind = clean[joint.end() : stop].strip(_EDGES + ".")
            cables = walk(clean, letter, joint.end(), stop)
            if len(cables) == 1 and cables[0].confidence == 1.0 and cables[0].label == " ".join(behind.split()):
                yield at, joint.start()
                at = joint.end()
        yield at, stop


def _other(clean: str, letter: str, start: int, end: int, kind: str) -> Iterator[Reference]:
    """What stands in `clean[start:end]` as one reference; none where that is only white space of some kind."""
    text = clean[start:end]
    begin = start + len(text) - len(text.lstrip(_EDGES))
    stop = end - (len(text) - len(text.rstrip(_EDGES)))
    if clean[begin:stop].upper().endswith(" AND"):
        stop = begin + len(clean[begin:stop][:-4].rstrip())
    label = " ".join(_BROKEN.sub("-", clean[begin:stop]).split())
    if label:
        yield Reference(
            kind=cast(ReferenceKind, kind), label=label, span=Span(begin, stop), letter=letter,
            rule=f"ref-{kind}", confidence=0.5 if kind == "other" else 0.9,
        )  # fmt: skip
