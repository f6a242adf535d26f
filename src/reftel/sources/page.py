"""A saved web page parsed, unless it is nested so deep that parsing would take hours."""

from __future__ import annotations

import re
from collections import Counter

from selectolax.lexbor import LexborHTMLParser

from reftel.errors import Broken

DEEPEST = 1000  # the parser's time grows with the square of the depth; real pages stay under a hundred

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Elements that hold nothing, or that the next of their kind closes: leaving them open nests nothing.
_FLAT = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li dt dd option optgroup tr td th thead"
    " tbody tfoot colgroup html head body".split()
)


def parsed(page: str, where: str) -> LexborHTMLParser:
    """The tree of `page`; Broken where its elements are nested more than DEEPEST deep."""
    open_: Counter[str] = Counter()
    depth = 0
    for match in _TAG.finditer(page):
        closing, name = match[1], match[2].lower()
        if name in _FLAT or (closing and not open_[name]):
            continue
        step = -1 if closing else 1
        open_[name] += step
        depth += step
        if depth > DEEPEST:
            raise Broken(f"the page's elements are nested more than {DEEPEST} deep", where=where)
    return LexborHTMLParser(page)
