"""Prose: the body's words without numbers, marks, labels, rules, caption lines and redactions."""

from __future__ import annotations

import re

from reftel.cable.marks import END_LABEL
from reftel.cable.records import Cable

_RULE = re.compile(r"(?m)^[ \t]*[-=_*#]{3,}[ \t]*$")
_CAPTION_LINE = re.compile(r"\n?^[ \t]*(?:SIPDIS|NOFORN)[ \t]*$\n?", re.MULTILINE)


def prose(cable: Cable) -> str:
    """What `cable` says, as written, without the apparatus around it; line breaks stay.

    Meant for counting words and reading aloud. Nothing is moved: the result is the text with pieces left out.
    """
    text = cable.text
    cut = [(value.span.start, value.span.end) for value in (*cable.redactions, *cable.breaks) if value.span]
    body = cable.blocks[0].span.start if cable.blocks else 0
    cut.append((0, body if cable.blocks and cable.blocks[0].number else _line_start(text, body)))
    for block in cable.blocks:
        if block.kind != "heading":
            cut.append((block.span.start, block.content.start))
    for pattern in (_RULE, END_LABEL, _CAPTION_LINE):
        cut += [_kept_space(text, match) for match in pattern.finditer(text, body)]
    return _without(text, cut)


def _line_start(text: str, at: int) -> int:
    """The start of the rule line in front of a heading, which leaves its line break."""
    before = text.rfind("\n", 0, max(0, at - 1)) + 1
    return before if _RULE.match(text, before) else at


def _kept_space(text: str, match: re.Match[str]) -> tuple[int, int]:
    start, end = match.span()
    if match.re is END_LABEL:
        while start < end and text[start] in " \t":
            start += 1
    return start, end


def _without(text: str, cut: list[tuple[int, int]]) -> str:
    out: list[str] = []
    at = 0
    for start, end in sorted(cut):
        if start > at:
            out.append(text[at:start])
        at = max(at, end)
    out.append(text[at:])
    return "".join(out)
