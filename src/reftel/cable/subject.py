"""The SUBJECT: where it ends, its portion mark, and its wording with line breaks and character references undone."""

from __future__ import annotations

import html
import re
from typing import NamedTuple

from reftel.cable.head import CLASS_LINE, Field, find_corrected
from reftel.cable.marks import MARK, canonical_mark
from reftel.finding import Span, Value

_BLANK = re.compile(r"\n[ \t\\]*(?=\n|\Z)")
_STOP = re.compile(
    r"\n[ \t]*(?:SENSITIVE(?:\s|$)|SIPDIS|NOFORN|UNCLASSIFIED|SUMMARY\b|-{3,}|={3,}|_{3,}|This (?:is|message|cable)|\(?(?:U|SBU|C|S)\)[ ]|REASON|E\.?O\.? ?\d)"
    r"|\n[ \t]*¶?\(?\d{1,2}[.)][ \t]*(?=[(A-Z])|(?<=[a-z.])[ ]{1,3}(?:This message (?:is|has)|Sensitive But Uncl)|\bREASONS?:",
    re.IGNORECASE,
)
_MARK_BEHIND = re.compile(r"\([A-Z/]{1,6}\)(?=[ \t\n\\]*$)")
# A title that goes on behind a level's word: TALKS IN / SECRET SAY NO.
_WORDS_ON = re.compile(
    r"[ \t]+(?!SIPDIS|NOFORN|SENS|SECT|EXDIS|NODIS|LIMDIS|STADIS|EFTO)[A-Za-z' ,]{4,}$", re.IGNORECASE
)
_DASH = re.compile(r"[-–][ \t]+")
_LIMIT = 700
_HYPHENATED = re.compile(r"(?<=[A-Za-z.])-[ \t\\]*\n[ \t]*(?=[A-Za-z])")
_BACKSLASH = re.compile(r"\\(?=\s|$)")


class Subject(NamedTuple):
    """The title, and its portion mark where it has one."""

    title: Value[str]
    mark: Value[str] | None


def read_subject(clean: str, field: Field) -> Subject | None:
    """The subject in `field`; None where the line is empty."""
    start = field.start
    while start < field.end and clean[start] in " \t\n\\:;":
        start += 1
    if dash := _DASH.match(clean, start, field.end):
        start = dash.end()
    end = _end(clean, start, min(field.end, start + _LIMIT))
    mark = None
    if match := MARK.match(clean, start, end):
        mark = Value(canonical_mark(match), Span(*match.span()), "portion-mark")
        start = match.end()
    elif (match := _MARK_BEHIND.search(clean, start, end)) and (inner := MARK.fullmatch(match[0])):
        mark = Value(canonical_mark(inner), Span(*match.span()), "portion-mark")
        end = match.start()
    while start < end and clean[start] in " \t\n\\":
        start += 1
    while end > start and clean[end - 1] in " \t\n\\":
        end -= 1
    if end <= start:
        return None
    return Subject(Value(_words(clean[start:end]), Span(start, end), "subject-line"), mark)


def _words(raw: str) -> str:
    joined = _HYPHENATED.sub("-", raw)
    text = " ".join(_BACKSLASH.sub(" ", joined).split())
    return html.unescape(text) if "&" in text else text


def _end(clean: str, start: int, end: int) -> int:
    for search in (_BLANK.search, CLASS_LINE.search, find_corrected, _STOP.search):
        match = search(clean, start, end)
        if match and not (match.re is CLASS_LINE and _WORDS_ON.match(match["rest"])):
            end = match.start()
    return _before_prose(clean, start, end)


def _before_prose(clean: str, start: int, end: int) -> int:
    """A title in capitals ends where the next line is not."""
    first = clean.find("\n", start, end)
    if first < 0 or not _capital(clean[start:first]):
        return end
    at = first
    while at >= 0:
        stop = clean.find("\n", at + 1, end)
        line = clean[at + 1 : end if stop < 0 else stop]
        if line.strip() and not _capital(line):
            return at
        at = stop
    return end


def _capital(line: str) -> bool:
    if line.isupper():
        return True
    letters = [character for character in line if character.isalpha()]
    return bool(letters) and sum(1 for character in letters if character.isupper()) >= 0.7 * len(letters)
