"""The message head cut into fields: classification line, E.O., TAGS, SUBJECT, REF, Classified By - glued or not."""

from __future__ import annotations

import re

HEAD_LIMIT = 12_000

# A marker is looked for by a few letters of its word (finding letters is far cheaper than running a pattern at every
# character), then matched from there. Its word stands at a line's start, or glued into a line where flattening lost
# the line break: then a colon must follow.
_REF = re.compile(
    r"(?:REF(?:TELS?|ERENCES?|S|\(S\))?|RETEL)(?:[ \t]*(?P<colon>[:;.])|\b(?=[ \t]+[A-Z0-9(\['‘’])|(?=[ \t]*\\?\n))"
)
_MARKERS: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = (
    ("order", ("E.O", "E. O", "E.0", "EO", "E O"), re.compile(r"E\s?\.?\s?[O0]\s?\.?\s?(?=\d{4,5}(?!\d))")),
    ("order", ("EXECUTIVE ORDER",), re.compile(r"EXECUTIVE ORDER (?=\d{5})")),
    ("tags", ("TAG", "AGS", "TGS", "TABS", "TAS"), re.compile(r"(?:TAGE?S?|TGS|AGS|TABS|TAS)\b[ \t]*(?P<colon>[:,.;])?(?!\w)")),
    ("subject", ("SUBJ", "UBJECT", "SBJECT", "SUJECT", "SUBECT"),
     re.compile(r"(?:SUBJECTS?|SUBJ|UBJECT|SBJECT|SUJECT|SUBECT|SUBJCT|SUBJET|SUBJEC)\b[ \t]*(?P<colon>[:;.])?")),
    ("ref", ("REF", "RETEL"), _REF),
    ("authority", ("CLAS",), re.compile(r"CLAS\w{1,8}[ \t\n]+BY\b(?! LINE)[ \t]*(?P<colon>:)?")),
)  # fmt: skip
_ORDERS = ("10501", "11652", "12065", "12356", "1295", "13292", "13526", "1296", "1298")
_LINE_BEFORE = re.compile(r"(?:\A|.*\n)?[ \t¶>-]*(?:\(?[A-Z][.)][ \t]+)?(?:PROGRAM[ ]+)?\Z", re.DOTALL)
_LEVEL = (
    r"(?:T\s?O\s?P\s{1,3}S\s?E\s?C\s?R\s?E\s?T|S\s?E\s?C\s?R\s?E\s?T|C\s?O\s?N\s?F\s?I\s?D\s?E\s?N\s?T\s?I\s?A\s?L"
    r"|U\s?N\s?C\s?L\s?A\s?S(?:\s?S\s?I\s?F\s?I\s?E\s?D|S)?"
    r"|L\s?I\s?M\s?I\s?T\s?E\s?D\s{1,3}O\s?F\s?F\s?I\s?C\s?I\s?A\s?L\s{1,3}U\s?S\s?E|LIMOFFUSE|LOU)"
)
CLASS_LINE = re.compile(rf"(?:^|\n)[ \t>]*(?P<level>{_LEVEL})(?![A-Za-z])(?P<rest>[^\n]*)", re.IGNORECASE)
_CORRECTED = re.compile(r"C\s?O\s?R\s?R\s?E\s?C\s?T\s?E\s?D\s{1,3}C\s?O\s?P\s?Y[^\n]*", re.IGNORECASE)

# The first numbered paragraph, at a line's start or, in a flattened text, behind the authority's reasons.
_FIRST_PARAGRAPH = re.compile(r"[ \t>]*(?:¶[ \t]*)?\(?1[ \t]?[.)](?![\d])")
_FIRST_ON_A_LINE = re.compile(r"\n" + _FIRST_PARAGRAPH.pattern)
_NUMBERED = re.compile(r"(?:\A|\n)[ \t>]*(?:¶[ \t]*)?\(?\d{1,2}[ \t]?[.)](?=[ \t]*\(?[A-Z/]{1,4}[^\n]{0,12}\))")
_INLINE_PARAGRAPH = re.compile(r"(?<=[\s.)\]])1\.[ \t]?\((?=[A-Z]{1,3}(?:/[A-Z/]+)?\))|(?<=[.)\]] )1\. (?=[A-Z(])")
_SUMMARY_HEADING = re.compile(r"\n[ \t-]*(?:BEGIN )?SUM+A(?:R)?Y\b[^\n]{0,60}", re.IGNORECASE)


class Field:
    """One field of the head: its kind, where its marker begins, and the range of its content."""

    __slots__ = ("at", "end", "kind", "start")

    def __init__(self, kind: str, at: int, start: int, end: int) -> None:
        self.kind, self.at, self.start, self.end = kind, at, start, end


def find_corrected(text: str, start: int, end: int) -> re.Match[str] | None:
    """The words CORRECTED COPY in `text[start:end]`, spaced or not; the pattern runs only where something is corrected."""
    if all(text.find(letters, start, end) < 0 for letters in ("RRECT", "R R E C T", "rrect", "r r e c t")):
        return None
    return _CORRECTED.search(text, start, end)


def find_body(clean: str) -> int:
    """Where the body begins: the first numbered paragraph, or the end of the reach where there is none."""
    end = min(len(clean), HEAD_LIMIT)
    at = _first_numbered(clean, end)
    if at is None:
        numbered = _NUMBERED.search(clean, 0, end)
        at = numbered.start() if numbered else end
    if clean.find(" 1.", 0, at) >= 0 or clean.find("1. (", 0, at) >= 0:
        inline = _INLINE_PARAGRAPH.search(clean, 0, at)
        at = inline.start() if inline else at
    return at


def _first_numbered(clean: str, end: int) -> int | None:
    """The line that begins with the number 1, its line break included where it has one."""
    if _FIRST_PARAGRAPH.match(clean, 0, end):
        return 0
    match = _FIRST_ON_A_LINE.search(clean, 0, end)
    return match.start() if match else None


def find_fields(clean: str, end: int, start: int = 0) -> list[Field]:
    """The fields of the head in `clean[start:end]`, each ending where the next marker stands."""
    upper = _ascii_upper(clean[:end])
    marks: dict[int, tuple[str, int]] = {}
    for kind, keys, pattern in _MARKERS:
        for key in keys:
            at = upper.find(key, start)
            while at >= 0:
                if (match := pattern.match(upper, at)) and _stands(kind, upper, match):
                    marks.setdefault(at, (kind, match.end()))
                at = upper.find(key, at + len(key))
            if kind != "ref" and any(mark[0] == kind for mark in marks.values()):  # no need of its misspellings
                break
    places = sorted(marks)
    fields: list[Field] = []
    for position, at in enumerate(places):
        kind, begin = marks[at]
        if fields and at < fields[-1].start:  # inside the marker before it (SUBJECT holds UBJECT)
            continue
        stop = next((later for later in places[position + 1 :] if later >= begin), end)
        fields.append(Field(kind, at, begin, stop))
    return fields


def _ascii_upper(text: str) -> str:
    """`text` in capitals, each character still at its offset (some letters grow when they are raised)."""
    upper = text.upper()
    return upper if len(upper) == len(text) else "".join(c.upper() if c.isascii() else c for c in text)


def _stands(kind: str, upper: str, match: re.Match[str]) -> bool:
    """Whether a marker's word stands where a marker may: at a line's start, or glued and followed by a colon."""
    at = match.start()
    before = upper[at - 1] if at else "\n"
    if kind == "order":  # other orders than those on classification stand in titles
        return not before.isalpha() and (
            _at_line_start(upper, at) or upper.startswith(_ORDERS, match.end()) or "DECL" in upper[at : at + 24]
        )
    if kind == "authority":
        return not upper.endswith("DE", 0, at)
    colon = match["colon"] == ":"
    if kind == "ref":
        if colon:
            return before != "("
        return _at_line_start(upper, at)
    if before.isalpha() or before == "(":
        return False
    return _at_line_start(upper, at) or (colon and kind == "subject") or (colon and match[0].startswith("TAG"))


def _at_line_start(upper: str, at: int) -> bool:
    if not at or upper[at - 1] == "\n":
        return True
    line = upper.rfind("\n", max(0, at - 40), at)
    begin = line + 1 if line >= 0 else max(0, at - 40)
    return (line >= 0 or begin == 0) and _LINE_BEFORE.fullmatch(upper[begin:at]) is not None


def find_late_subject(clean: str, start: int) -> Field | None:
    """A SUBJECT line that stands behind text it should precede (a header repeated in the body)."""
    at = clean.find("\nSUBJECT:", start)
    if at < 0:
        return None
    begin = at + 9
    return Field("subject", at + 1, begin, min(len(clean), begin + 600))
