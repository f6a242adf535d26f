"""The signature: the last line in capitals before the classification, the end mark, or a declassification stamp."""

from __future__ import annotations

import re

from reftel.finding import Span, Value

_TRAILER = re.compile(
    r"[ \t]*(?:(?:UNCLASSIFIED|UNCLAS|CONFIDENTIAL|SECRET|TOP SECRET|LIMITED OFFICIAL USE|SENSITIVE|NOFORN|EXDIS|NODIS|SIPDIS)"
    r"(?:[ \t/]+[A-Z]+)*|N{2,}[A-Z]*|NMAFV[A-Z]*|[A-Z]?VZCZC.*|BT|GP-\d|EXEMPT|#\d{4}|<+.*>+|\*[\s*].*|Current (?:Handling|Classification).*|\*+|[-=_*]{2,}"
    r"|.*\bDeclassified.*|.*\bDECLASSIFIED.*|Margaret P\. Grafeld.*|Sheryl P\. Walter.*|US Department of State.*"
    r"|(?:EO )?Systematic.*|Review.*\d{4}|\d{1,2} [A-Z]{3} \d{4}|(?:19|20)\d\d[A-Z]{4,8}\d{5}.*|\d{2}[A-Z]{4,}\d+.*)[ \t\\]*$",
)
_NAME = re.compile(r"[ \t]*(?P<name>[A-Z][A-Z'’.-]+(?:[ \t]+[A-Z'’.-]+){0,2}|[A-Z][a-z]+[A-Z]?[a-z]*)[ \t\\]*$")
# KEEGAN UNQUOTE VANCE: the telegram that is repeated was signed by the first, this one by the second.
_UNQUOTE = re.compile(r"[ \t]*(?P<inner>[A-Z][A-Z'’-]+)[ \t]+UNQUOTE[ \t]*(?P<outer>[A-Z][A-Z'’-]+)[ \t\\]*$")
# In a flattened text the name stands behind the last sentence.
_INLINE = re.compile(r"(?<=[a-z0-9)\"”][.!?] )(?P<name>[A-Z][A-Z'’-]{3,})(?:[ \t]+(?:19|20)\d\d-\d\d-\d\d)?[ \t\\]*$")
_INLINE_CAPITALS = re.compile(r"(?<=[A-Z]{3}[.!?] )[ ]?(?P<name>[A-Z][A-Z'’-]{3,})[ \t\\]*$")
_NOT_NAMES = frozenset(
    "REGARDS UNQUOTE ENDTEXT TEXT END SUMMARY COMMENT NNNN SENSITIVE SIPDIS NOFORN MINIMIZE CONSIDERED CONFIDENTIAL SECRET "
    "UNCLASSIFIED UNCLAS NOTE ANNEX OMITTED GARBLE UNDER BT".split()
)
_LOOK_BACK = 30
_LONGEST_TRAILER = 200


def find_signature(clean: str, start: int) -> tuple[tuple[Value[str], ...], int]:
    """(names that sign, offset where the body's text ends); the body ends at the text's end where nobody signs."""
    end = len(clean)
    stop = end
    for _ in range(_LOOK_BACK):
        begin = max(start, clean.rfind("\n", start, stop) + 1)
        line = clean[begin:stop]
        if line.strip(" \t\\") and (len(line) > _LONGEST_TRAILER or not _TRAILER.match(line)):
            return _sign(clean, start, begin, stop)
        if begin <= start:
            break
        stop = begin - 1
    return (), end


def _sign(clean: str, start: int, begin: int, stop: int) -> tuple[tuple[Value[str], ...], int]:
    if quoted := _UNQUOTE.match(clean, begin, stop):
        names = tuple(
            Value(quoted[group], Span(*quoted.span(group)), "behind-unquote", 0.9)
            for group in ("inner", "outer")
            if quoted[group]
        )
        return names[::-1], begin
    match = _NAME.match(clean, begin, stop)
    inline = _INLINE.search(clean, begin, stop) or _INLINE_CAPITALS.search(clean, begin, stop)
    if inline and not match and inline["name"] not in _NOT_NAMES:
        return (Value(inline["name"], Span(*inline.span("name")), "last-word", 0.8),), inline.start("name")
    if not match or not _is_signature(clean, start, begin, match["name"]):
        return (), stop
    span = Span(*match.span("name"))
    return (Value(match["name"], span, "last-line", 0.9),), begin


def _is_signature(clean: str, start: int, begin: int, name: str) -> bool:
    words = name.split()
    if any(word.strip(".") in _NOT_NAMES for word in words) or sum(map(len, words)) < 2 or len(name) > 32:
        return False
    before = clean[start:begin].rstrip(" \t\n\\")
    if not before:
        return False
    if not name.isupper():
        last_line = before[before.rfind("\n") + 1 :]
        return len(words) == 1 and len(name) > 3 and (before[-1] in '.!?,)"”' or "http" in last_line)
    if before[-1] in ".!?:)\"'”’-_=*":
        return True
    gap = clean[start + len(before) : begin].count("\n")
    last_line = before[before.rfind("\n") + 1 :]
    return gap >= 2 or not last_line.isupper() or len(last_line.split()) <= 2
