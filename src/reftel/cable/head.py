"""The message head cut into fields: classification line, E.O., TAGS, SUBJECT, REF, Classified By - glued or not."""

from __future__ import annotations

import re
from typing import NamedTuple

HEAD_LIMIT = 12_000

# Each marker stands at the start of a line, or glued into one where flattening lost the line break.
_MARKER = re.compile(
    r"""
    (?P<order>(?<![A-Z])E\s?\.?\s?[O0]\s?\.?\s?(?=\d{4,5}(?!\d))|^[ \t]*(?=EXECUTIVE\ ORDER\ \d{5}))
  | (?P<tags>^[ \t¶]*(?:TAGS?|TAGES?|TGS|AGS|TABS|TAS|TAG)\b[ \t]*[:,.;]?(?!\w) | \bTAGS?[ \t]*: )
  | (?P<subject>^[ \t¶]*(?:SUBJECTS?|SUBJ|UBJECT|SBJECT|SUJECT|SUBECT|SUBJCT|SUBJET|SUBJEC)\b[ \t]*[:;.]?
      | (?<![(A-Z])SUBJ(?:ECT)?[ \t]*: )
  | (?P<ref>^[ \t¶-]*(?:\(?[A-Z][.)]\s+)?(?:PROGRAM[ ]+)?(?:REF(?:TELS?|ERENCES?|S|\(S\))?|RETEL)
        (?:[ \t]*[:;.]|\b(?=[ \t]+[A-Z0-9(\['‘’]))
      | REF(?:TELS?|S|\(S\))?[ \t]*: )
  | (?P<authority>(?<!DE)CLAS\w{2,7}[ \t]+BY\b[ \t]*:?)
    """,
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_LEVEL = (
    r"(?:T\s?O\s?P\s{1,3}S\s?E\s?C\s?R\s?E\s?T|S\s?E\s?C\s?R\s?E\s?T|C\s?O\s?N\s?F\s?I\s?D\s?E\s?N\s?T\s?I\s?A\s?L"
    r"|U\s?N\s?C\s?L\s?A\s?S(?:\s?S\s?I\s?F\s?I\s?E\s?D|S)?"
    r"|L\s?I\s?M\s?I\s?T\s?E\s?D\s{1,3}O\s?F\s?F\s?I\s?C\s?I\s?A\s?L\s{1,3}U\s?S\s?E|LIMOFFUSE|LOU)"
)
CLASS_LINE = re.compile(rf"(?:^|\n)[ \t>]*(?P<level>{_LEVEL})(?![A-Za-z])(?P<rest>[^\n]*)", re.IGNORECASE)
CORRECTED = re.compile(r"C\s?O\s?R\s?R\s?E\s?C\s?T\s?E\s?D\s{1,3}C\s?O\s?P\s?Y[^\n]*", re.IGNORECASE)
# The first numbered paragraph, at a line's start or, in a flattened text, behind the authority's reasons.
_FIRST_PARAGRAPH = re.compile(r"(?:^|\n)[ \t>]*¶?[ \t]*\(?1[ \t]*[.)](?![\d])")
_NUMBERED = re.compile(r"\n[ \t>]*¶?[ \t]*\(?\d{1,2}[ \t]*[.)](?=[ \t]*\(?[A-Z/]{1,4}[^\n]{0,12}\))")
_INLINE_PARAGRAPH = re.compile(r"(?<=[\s.)\]])1\.[ \t]?\((?=[A-Z]{1,3}(?:/[A-Z/]+)?\))|(?<=[.)\]] )1\. (?=[A-Z(])")
_SUMMARY_HEADING = re.compile(r"\n[ \t-]*(?:BEGIN )?SUM+A(?:R)?Y\b[^\n]{0,60}", re.IGNORECASE)


class Field(NamedTuple):
    """One field of the head: its kind, where its marker begins, and the range of its content."""

    kind: str
    at: int
    start: int
    end: int


def find_body(clean: str, after: int = 0) -> int:
    """Where the body begins: the first numbered paragraph, a summary heading, or the end where there is neither."""
    head = clean[: HEAD_LIMIT + after]
    first = _FIRST_PARAGRAPH.search(head, after)
    at = first.start() if first else len(head)
    if not first and (numbered := _NUMBERED.search(head, after)):
        at = numbered.start()
    if inline := _INLINE_PARAGRAPH.search(head, after, at):
        at = inline.start()
    return at


def find_fields(clean: str, end: int) -> list[Field]:
    """The fields of the head in `clean[:end]`, each ending where the next marker stands."""
    marks: list[tuple[str, int, int]] = []
    for match in _MARKER.finditer(clean, 0, end):
        kind = match.lastgroup or ""
        if kind == "subject" and marks and marks[-1][0] == "subject" and match.start() == marks[-1][2]:
            continue
        marks.append((kind, match.start(), match.end()))
    fields: list[Field] = []
    for position, (kind, at, start) in enumerate(marks):
        stop = marks[position + 1][1] if position + 1 < len(marks) else end
        fields.append(Field(kind, at, start, stop))
    return fields


def find_late_subject(clean: str, start: int) -> Field | None:
    """A SUBJECT line that stands behind text it should precede (a header repeated in the body)."""
    at = clean.find("\nSUBJECT:", start)
    if at < 0:
        return None
    begin = at + 9
    return Field("subject", at + 1, begin, min(len(clean), begin + 600))
