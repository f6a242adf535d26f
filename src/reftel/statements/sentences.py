"""Quotations folded into one item each, and the items of a stretch told apart into sentences."""

from __future__ import annotations

from typing import Final

from reftel.statements.tokens import Items, Quote

_OPENING: Final = frozenset("“«``‘‘")
_CLOSING: Final = frozenset("”»’’")
_LONGEST_INLINE = 3  # words in marks that are read as if the marks were not there
_LONGEST = 400  # items of a sentence; what goes on longer is no prose, and is cut so that reading it takes no longer than its length


def fold(text: str, items: Items) -> Items:
    """The items with each quotation folded into one; words in marks that are part of a phrase stay as they are."""
    folded = Items(upper=items.upper, cable=items.cable)
    position, count = 0, len(items.low)
    while position < count:
        if items.tags[position] != '"':
            folded.take(items, position)
            position += 1
            continue
        if not _opens(text, items, position):
            position += 1  # closes nothing that was opened here
            continue
        closing = _closing(text, items, position)
        last = (closing if closing >= 0 else count) - 1
        if last <= position:
            position = max(position + 1, closing + 1)
            continue
        if closing >= 0 and _is_inline(items, folded, position + 1, last):
            for inner in range(position + 1, last + 1):
                folded.take(items, inner)
        else:
            stop = items.ends[closing] if closing >= 0 else items.ends[last]
            sign = items.tags[last] if items.tags[last] in ".,…-;:" else ""
            if items.low[last].startswith(("?", "!")):
                sign = "?"
            within = Items(upper=items.upper, cable=items.cable)
            for inside in range(position + 1, last + 1):
                within.take(items, inside)
            quote = Quote(items.starts[position], stop, position + 1, last, sign, within)
            folded.add(quote.start, quote.end, '"', '"', items.capital[position + 1], quote)
            if sign == ",":
                folded.add(items.starts[last], items.ends[last], ",", ",", False)
        position = last + 1 if closing < 0 else closing + 1
    return folded


def _opens(text: str, items: Items, position: int) -> bool:
    mark = items.low[position]
    if mark in _OPENING:
        return True
    if mark in _CLOSING:
        return False
    following = text[items.ends[position] : items.ends[position] + 1]
    before = text[items.starts[position] - 1 : items.starts[position]]
    if following.isspace() or not following:
        return False
    return not before or not (before.isalnum() or before in ",.?!…")


def _closing(text: str, items: Items, position: int) -> int:
    """The position of the mark that closes the quotation opened at `position`; -1 where none does."""
    mark = items.low[position]
    level = 0
    for at in range(position + 1, len(items.low)):
        if items.tags[at] != '"':
            continue
        other = items.low[at]
        if mark in _OPENING:
            if other == mark:
                level += 1
            elif (
                other in _CLOSING or (other == "''" and mark == "``") or (other == '"' and not _opens(text, items, at))
            ):
                if level == 0:
                    return at
                level -= 1
        elif (other == mark and not (_opens(text, items, at) and at > position + 1)) or (mark == '"' and other == "”"):
            return at
    return -1


def _is_inline(items: Items, before: Items, first: int, last: int) -> bool:
    """Whether the words in marks are part of a phrase: a few words, or a title."""
    left = before.tags[-1][-1] if before.tags else ""
    if left in "NMPDJ'" and left and last - first < 7 and items.tags[last] in ",MN~J" + items.tags[last][0]:
        named = all(items.capital[at] or items.tags[at] in "DPC," for at in range(first, last + 1))
        if named and items.tags[last] != ".":
            return True
    if last - first + 1 > _LONGEST_INLINE or items.tags[last] in ".,…?!":
        return False
    return not before.tags or before.tags[-1] not in ",:"


def sentences(items: Items) -> list[tuple[int, int]]:
    """(first, behind the last) item of each sentence."""
    found: list[tuple[int, int]] = []
    first, count = 0, len(items.low)
    for position in range(count):
        if _ends_sentence(items, position) or position - first >= _LONGEST:
            found.append((first, position + 1))
            first = position + 1
    if first < count:
        found.append((first, count))
    return found


def _ends_sentence(items: Items, position: int) -> bool:
    if position + 1 >= len(items.low):
        return True
    tag = items.tags[position]
    following = items.tags[position + 1]
    begins = items.capital[position + 1] or following in '"#(M' or items.low[position + 1] == "i"
    if tag == ".":
        if following in ")." or (following == '"' and items.quotes[position + 1] is None):
            return False
        return begins or items.starts[position + 1] > items.ends[position]
    if tag == ")" and position and items.tags[position - 1] == ".":
        return begins
    if tag == '"':
        quote = items.quotes[position]
        return quote is not None and quote.sign == "." and (begins or following in "DOSP")
    low = items.low[position]
    # an abbreviation such as U.S. may end the sentence as well
    return low.endswith(".") and len(low) > 2 and items.capital[position + 1] and following in "DOSPpWwR"
