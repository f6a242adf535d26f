"""Plain text of telegrams: full transmissions, short forms, the 1970s form with page lines, bare bodies; one or many.

A file is parted only where a telegram unmistakably begins: a transmission identification, a heading of the 1970s, or a
precedence and date-time group with FM in the next lines - and never at a telegram that another repeats in quotation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePath
from typing import ClassVar

from reftel.finding import Finding
from reftel.release import Given, Origin, Reject, Release
from reftel.sources.base import Input
from reftel.sources.text import decode, head_text

MAX_BYTES = 256 << 20

_CLASS = r"(?:U ?N ?C ?L ?A ?S(?:SIFIED)?|C ?O ?N ?F ?I ?D ?E ?N ?T ?I ?A ?L|S ?E ?C ?R ?E ?T|LIMITED OFFICIAL USE)"
_DTG = r"[ZOPRY](?:[ \t]+[ZOPR]){0,2}[ \t]+\d{6}[ \t]?Z[ \t]+[A-Z]{3}[A-Z]*[ \t]+\d{2,4}"
# Where a telegram begins. Spaces may stand in front; nothing else may.
_VZCZC = re.compile(r"^[ \t]*VZCZC[A-Z]{2,3}\d{3,4}", re.MULTILINE)
_PAGE_ONE = re.compile(
    r"^[ \t]*PAGE[ \t]+01[ \t]+[A-Z][A-Z ]{2,12}[ \t]+(?P<number>\d{4,6})(?P<later>[ \t]+0[2-9] OF)?", re.MULTILINE
)
_HEAD = re.compile(rf"^[ \t]*{_DTG}[^\n]*\n(?:[^\n]*\n){{0,2}}[ \t]*FM[ \t]+[A-Z]", re.MULTILINE | re.IGNORECASE)
_NUMBERED_LINE = re.compile(
    rf"^[ \t]*{_CLASS}(?:[ \t]+SECTION[ \t]+\d+[ \t]+OF[ \t]+\d+)?[ \t]+(?P<post>[A-Z][A-Z .']{{2,24}}?)[ \t]+(?P<serial>\d{{2,7}})[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_END = re.compile(r"^[ \t]*(?:N{4,}[A-Z]*|[-=*_]{20,}|\f|#{2,})[ \t]*$", re.MULTILINE)
_QUOTED = re.compile(
    r"\b(?:QUOTE|QTE|BEGIN TEXT|REPEATED FOR YOUR|FOLLOWING (?:TEL|CABLE|SENT)[^\n]*)[^\n]*\s*\Z", re.IGNORECASE
)
_TRAITS = (
    (re.compile(rf"^[ \t>]*{_CLASS}\b[^\n]{{0,80}}$", re.MULTILINE | re.IGNORECASE), 0.3),
    (_HEAD, 0.5),
    (_VZCZC, 0.5),
    (re.compile(r"^[ \t]*E\.?O\.? ?\d{4,5}", re.MULTILINE | re.IGNORECASE), 0.35),
    (re.compile(r"^[ \t]*TAGS?:?[ \t]", re.MULTILINE), 0.25),
    (re.compile(r"^[ \t]*(?:SUBJECT|SUBJ):", re.MULTILINE | re.IGNORECASE), 0.15),
    (re.compile(r"^[ \t]*REF(?:TEL|S)?:", re.MULTILINE | re.IGNORECASE), 0.15),
    (re.compile(r"^[ \t]*¶?\d{1,2}\.[ \t]*\([A-Z/]{1,6}\)", re.MULTILINE), 0.35),
    (_PAGE_ONE, 0.5),
)  # fmt: skip
_HEAD_REACH = 1500
_NUMBER = re.compile(r"(?:\d\d|\d{4})[A-Z]{3,20}\d{1,7}(?:_[a-z]\d*)?", re.IGNORECASE)
_PARAGRAPH = re.compile(r"^[ \t]*¶?\(?\d{1,2}[.)][ \t]*\S", re.MULTILINE)


class Telegram:
    """The form `telegram`."""

    name: ClassVar[str] = "telegram"
    title: ClassVar[str] = "Telegram text"
    about: ClassVar[str] = "Plain text of one telegram or many: full transmission, short form, 1970s form, bare body"

    def recognise(self, head: bytes) -> float:
        """Surer the more lines a telegram has stand in the text; a bare body in capitals is recognised faintly."""
        if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
            return 0.0
        text = head_text(head)
        if text.lstrip()[:1] == "<":
            return 0.0
        score = sum(weight for pattern, weight in _TRAITS if pattern.search(text))
        return min(0.9, score) if score >= 0.3 else _looks_like_body(text)

    def read(self, source: Input) -> Iterator[Release | Reject]:
        """A Release for each telegram in the file."""
        with source.open() as stream:
            text, findings = decode(stream.read(MAX_BYTES))
        if not text.strip():
            yield Reject(source.origin, "there is no text in the file", source.head[:64], self.name)
            return
        pieces = list(part(text))
        for number, (start, end) in enumerate(pieces, start=1):
            yield _release(text[start:end], source, number if len(pieces) > 1 else 0, findings)


FORM = Telegram()


def _release(text: str, source: Input, number: int, findings: list[Finding]) -> Release:
    stem = PurePath((source.origin.member or source.origin.file).replace("\\", "/")).stem
    named = _NUMBER.fullmatch(stem) is not None and number == 0 and not _NUMBERED_LINE.search(text, 0, _HEAD_REACH)
    given = Given(id=stem if named else "", fields={"file_name": stem} if stem != "-" else {})
    mine = tuple(findings) if number <= 1 else tuple(one for one in findings if one.span is None)
    origin = Origin(source.origin.file, source.origin.member, number)
    return Release(text, "cable", FORM.name, origin, given=given, findings=mine if number == 0 else _unplaced(mine))


def _unplaced(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Findings about a file that was parted: their places were in the whole."""
    return tuple(Finding(one.code, one.message, None, one.confidence) for one in findings)


def part(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each telegram in `text`, without the white space and end marks between them."""
    starts = _starts(text)
    edges = [*starts, len(text)]
    if text[: edges[0]].strip() and not starts:
        edges = [0, len(text)]
    elif text[: edges[0]].strip() and not _END.fullmatch(text[: edges[0]].strip()):
        edges = [0, *edges]
    for start, end in pairwise(edges):
        piece = text[start:end]
        if piece.strip():
            begin = start + len(piece) - len(piece.lstrip("\n \t\f"))
            begin = text.rfind("\n", 0, begin) + 1 if start else start + len(piece) - len(piece.lstrip("\n\f"))
            yield max(start, begin), start + len(piece.rstrip("\n \t\f"))


def _starts(text: str) -> list[int]:
    found: set[int] = {match.start() for match in _VZCZC.finditer(text)}
    found |= {match.start() for match in _PAGE_ONE.finditer(text) if not match["later"] and _new_page(text, match)}
    for match in _HEAD.finditer(text):
        if not any(start <= match.start() and _same_head(text[start : match.start()]) for start in found):
            found.add(match.start())
    found |= {match.start() for match in _NUMBERED_LINE.finditer(text) if _begins(text, match)}
    return sorted(start for start in found if not _QUOTED.search(text[max(0, start - 200) : start]))


def _same_head(before: str) -> bool:
    """Whether what stands between a beginning and a date-time group is the upper part of the same header."""
    return not re.search(r"^[ \t]*FM[ \t]+[A-Z]", before, re.MULTILINE | re.IGNORECASE) and len(before) < 2500


def _new_page(text: str, match: re.Match[str]) -> bool:
    """Whether a first page is of another telegram than the one before it (sections have first pages too)."""
    before = [one["number"] for one in _PAGE_ONE.finditer(text, 0, match.start())]
    return not before or before[-1] != match["number"]


def _begins(text: str, match: re.Match[str]) -> bool:
    """Whether a classification line begins a telegram in the short form: an end mark or the file's start before it."""
    before = text[: match.start()].rstrip()
    if not before:
        return True
    last = before[before.rfind("\n") + 1 :]
    return _END.fullmatch(last) is not None


def _looks_like_body(text: str) -> float:
    """How far a text looks like a telegram's body: capitals, or numbered paragraphs, and words."""
    letters = [c for c in text[:4000] if c.isalpha()]
    if len(letters) < 80:
        return 0.0
    capitals = sum(1 for c in letters if c.isupper()) / len(letters)
    printable = sum(1 for c in text[:4000] if c.isprintable() or c in "\n\r\t\f") / len(text[:4000])
    if printable < 0.97:
        return 0.0
    if capitals > 0.8:
        return 0.35
    return 0.3 if len(_PARAGRAPH.findall(text)) >= 3 else 0.0
