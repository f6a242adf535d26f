"""Plain text of telegrams: full transmissions, short forms, the 1970s form with page lines, bare bodies; one or many.

A file is parted only where a telegram unmistakably begins: a transmission identification, a heading of the 1970s, or a
precedence and date-time group with FM in the next lines - and never at a telegram that another repeats in quotation.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar

from reftel.release import Given, Origin, Reject, Release
from reftel.sources.base import Input
from reftel.sources.text import escaped, head_text, mend, read_whole

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
    rf"^[ \t]*{_CLASS}(?P<section>[ \t]+SECTION[ \t]+\d+[ \t]+OF[ \t]+\d+)?[ \t]+(?P<post>[A-Z][A-Z .']{{2,24}}?)[ \t]+"
    r"(?P<serial>(?=[O\d]*\d)[O\d]{2,7})[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_FROM = re.compile(r"^[ \t]*FM[ \t]+[A-Z]", re.MULTILINE | re.IGNORECASE)
_MARKS = (_VZCZC, _PAGE_ONE, _HEAD, _NUMBERED_LINE)
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
_FEW_LINES = 6  # may have as many commas by chance
_HEADER_REACH = 2500  # characters from the first line of a transmission to its date-time group, at most
_NONE = ("", "")
_NUMBER = re.compile(r"(?:\d\d|\d{4})[A-Z]{3,20}\d{1,7}(?:_[a-z]\d*)?", re.IGNORECASE)
_PARAGRAPH = re.compile(r"^[ \t]*¶?\(?\d{1,2}[.)][ \t]*[^\s\d]", re.MULTILINE)
_WORDS = re.compile(r"[^\W\d_]{2,}[^\S\n]+[^\W\d_]+[^\S\n]+[^\W\d_]+")  # three in a row, as only prose has them


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
        text = escaped(read_whole(source, MAX_BYTES))
        if not text.strip():
            yield Reject(source.origin, "there is no text in the file", source.head[:64], self.name)
            return
        pieces = list(part(text))
        for number, (start, end) in enumerate(pieces, start=1):
            yield _release(text[start:end], source, number if len(pieces) > 1 else 0)


FORM = Telegram()


def _release(text: str, source: Input, number: int) -> Release:
    stem = source.origin.stem
    line = _NUMBERED_LINE.search(text, 0, _HEAD_REACH)
    numbered = line is not None and line["serial"].isdigit()  # a number with letters O for zeros wants the name's help
    named = _NUMBER.fullmatch(stem) is not None and number == 0 and not numbered
    given = Given(id=stem if named else "", fields={"file_name": stem} if stem != "-" else {})
    text, findings = mend(text)
    origin = Origin(source.origin.file, source.origin.member, number)
    return Release(text, "cable", FORM.name, origin, given=given, findings=tuple(findings))


def part(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each telegram in `text`, without the white space and end marks between them."""
    starts = _starts(text)
    first = starts[0] if starts else len(text)
    edges = [*starts, len(text)]
    before = text[:first].strip()
    if before and (not starts or not _END.fullmatch(before)):
        edges = [0, *edges]
    for start, end in pairwise(edges):
        piece = text[start:end]
        if piece.strip():
            begin = start + len(piece) - len(piece.lstrip("\n \t\f"))
            begin = text.rfind("\n", 0, begin) + 1 if start else start + len(piece) - len(piece.lstrip("\n\f"))
            yield max(start, begin), start + len(piece.rstrip("\n \t\f"))


def _starts(text: str) -> list[int]:
    """Where telegrams begin, in order; a later section of the telegram before it begins none."""
    senders = [match.start() for match in _FROM.finditer(text)]
    met = [(match.start(), order, match) for order, marks in enumerate(_MARKS) for match in marks.finditer(text)]
    starts: list[int] = []
    page = ""  # the number of the last first page: sections have first pages too
    numbers: list[tuple[str, str]] = []  # of each start, once its classification line is met
    for place, _, match in sorted(met, key=lambda one: one[:2]):
        if match.re is _NUMBERED_LINE:
            number = _number(match)
            same = bool(starts) and numbers[-1] == number
            if starts and numbers[-1] == _NONE:
                numbers[-1] = number
                if match["section"] and numbers[-2:-1] == [number]:  # sent again with a header of its own
                    starts.pop()
                    numbers.pop()
                continue
            begins = not same and _is_behind_end(text, place)
        elif match.re is _PAGE_ONE:
            begins, page = not match["later"] and match["number"] != page, match["number"]
        elif match.re is _HEAD:
            begins = not (
                starts and place - starts[-1] < _HEADER_REACH and not _any_between(senders, starts[-1], place)
            )
        else:
            begins = True
        if begins and not _QUOTED.search(text, max(0, place - 200), place):
            starts.append(place)
            numbers.append(_number(match) if match.re is _NUMBERED_LINE else _NONE)
    return starts


def _number(match: re.Match[str]) -> tuple[str, str]:
    """Post and serial of a classification line, as they can be compared."""
    serial = match["serial"].upper().replace("O", "0").lstrip("0")
    return " ".join(match["post"].upper().split()), serial


def _any_between(places: list[int], start: int, end: int) -> bool:
    """Whether one of the sorted `places` lies in [start, end)."""
    at = bisect_left(places, start)
    return at < len(places) and places[at] < end


def _is_behind_end(text: str, place: int) -> bool:
    """Whether an end mark, or nothing at all, stands before a place: only there a bare classification line begins."""
    before = text[max(0, place - 400) : place].rstrip()
    return _END.fullmatch(before, before.rfind("\n") + 1) is not None if before else place <= 400


def _looks_like_body(text: str) -> float:
    """How far a text looks like a telegram's body: capitals, or numbered paragraphs, and words."""
    letters = [c for c in text[:4000] if c.isalpha()]
    if len(letters) < 80:
        return 0.0
    capitals = sum(1 for c in letters if c.isupper()) / len(letters)
    printable = sum(1 for c in text[:4000] if c.isprintable() or c in "\n\r\t\f") / len(text[:4000])
    if printable < 0.97 or not _is_prose(text[:4000]):
        return 0.0
    if capitals > 0.8:
        return 0.35
    return 0.3 if len(_PARAGRAPH.findall(text)) >= 3 else 0.0


def _is_prose(text: str) -> bool:
    """Whether most of a text stands on lines of several words; a list of words and a table do not."""
    lines = [line for line in text.splitlines() if line.strip()]
    worded = sum(len(line) for line in lines if _WORDS.search(line))
    return 2 * worded > sum(map(len, lines)) and not any(_is_table(lines, sign) for sign in ",;\t|")


def _is_table(lines: list[str], sign: str) -> bool:
    """Whether nearly all lines, the last of which may be cut, have as many of a sign."""
    counts = Counter(line.count(sign) for line in lines[:-1] or lines)
    ((count, often),) = counts.most_common(1)
    return count > 0 and len(lines) > _FEW_LINES and often > 0.8 * counts.total()
