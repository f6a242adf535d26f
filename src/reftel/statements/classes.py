"""The class of each word where it stands: verb or noun, name or plain word."""

from __future__ import annotations

from typing import Final

from reftel.statements.lexicon import lexicon
from reftel.statements.tokens import Items

_NOMINAL_BEFORE: Final = "DpJ'#P"
_COUNTS: Final = frozenset(
    "some half many most few several both all one another these those this each neither either more "
    "two three four five six".split()
)
_REFERENCES: Final = frozenset("reftel reftels ref refs para paras septel refair refdoc below above".split())
_FELT: Final = frozenset("feeling warning understanding".split())
_ALL: Final = frozenset("everything all anything something nothing much".split())
_ELLIPTIC: Final = frozenset("as if unless until than".split())
_BEFORE_NOUNS: Final = frozenset("the a an this these those his her its their our my your every no".split())
# Nouns as well that ask or wish for the sender where they open a sentence of a telegram.
_ASKING: Final = frozenset("request hope doubt regret welcome".split())
# Pasts that a clause without "that" may follow.
_JOINS_CLAUSES: Final = frozenset(
    "added argued claimed believed hoped feared suggested announced predicted insisted declared "
    "reported estimated noted showed proposed indicated "
    "revealed concluded acknowledged admitted confirmed stated expected wished figured guessed "
    "imagined doubted realized assumed suspected demanded "
    "maintained contended alleged asserted explained observed recommended urged agreed warned ensured charged".split()
)


def settle(items: Items, first: int, last: int) -> None:
    """Settles the classes of the items of one sentence, in place."""
    tags, low = items.tags, items.low
    _settle_names(items, first, last)
    for position in range(first, last):
        tag = tags[position]
        if tag == "S" and low[position] == "provided" and not (position + 1 < last and tags[position + 1] in "TOM"):
            tag = "E"
        if tag in "PN":
            _settle_plain(items, position, first, last)
        elif tag == "j":
            tags[position] = _adjective_or_noun(tags, position, first, last)
        elif tag == "a" and items.cable and _asks(items, position, first, last):
            tags[position] = "B"
        elif tag in "az":
            tags[position] = _noun_or_verb(tags, low, position, first, last)
        elif tag == "T":
            tags[position] = _that(tags, low, position, first, last)
        elif tag == "G" and position > first and low[position - 1] in _BEFORE_NOUNS:
            tags[position] = "J" if position + 1 < last and tags[position + 1] in "NMJ#a~" else "N"
        elif tag in "BVG" and _is_noun(tags, low, position, first, last):
            tags[position] = "N"
        elif tag in "EQ":
            tags[position] = _past_or_participle(tags, low, position, first, last)
        elif tag == "h" and low[position] == "having":
            tags[position] = "G"
        elif tag in "D#" and _stands_alone(tags, low, position, last):
            tags[position] = "O"
    _reduce(tags, low, first, last)


def _settle_plain(items: Items, position: int, first: int, last: int) -> None:
    """Settles the class of prepositions and nouns that are something else where they stand."""
    tags, low = items.tags, items.low
    word = low[position]
    if position == first:
        return
    if tags[position] == "P":
        if word in ("like", "following"):
            tags[position] = _like_or_following(tags, low, position, first)
    elif tags[position - 1] == "m" and (items.upper or not items.capital[position]):
        tags[position] = "B"
    elif word == "longer" and low[position - 1] == "no":
        tags[position - 1] = tags[position] = "R"
    elif word == "further" and position + 1 < last and tags[position + 1] in "EVBzahbmd":
        tags[position] = "R"  # "he further stated"


def _settle_names(items: Items, first: int, last: int) -> None:
    """Whether known words with a capital are names: not where they open the sentence, nor in a title."""
    tags = items.tags
    opening = _is_title(items, first, last)
    title = opening
    if not title:
        opening = True
    for position in range(first, last):
        tag = tags[position]
        if tag[0] == "~":
            plain = tag[1]
            named = position + 1 < last and (tags[position + 1] == "M" or tags[position + 1][0] == "~")
            tags[position] = plain if title or (opening and not (named and plain in "NJ")) else "M"
        opening = (opening and tags[position] in '"(-x…') or tags[position] in ":"


def _is_noun(tags: list[str], low: list[str], position: int, first: int, last: int) -> bool:
    """Whether a verb's form stands as a noun: "the lights", "blinking lights", "the meeting"."""
    if position == first:
        return False
    left, tag = tags[position - 1], tags[position]
    if tag == "B" or low[position] == "thought":
        right = tags[position + 1] if position + 1 < last else "$"
        return left in "Dp'" or (left == "J" and right == "P")
    if tag == "G" and low[position] in _FELT and position + 1 < last and tags[position + 1] in "TP,":
        return _has_article(tags, low, position, first)
    if tag == "V":
        return left in "Dp'JGP#" and low[position].endswith("s")
    return left in "Dp'J" and (position + 1 >= last or tags[position + 1] in "P,.VbhmCEaT")


def _has_article(tags: list[str], low: list[str], position: int, first: int) -> bool:
    """Whether an article for one thing opens the phrase: "a widespread feeling"."""
    at = position - 1
    while at >= first and tags[at] in "JNMR":
        at -= 1
    return at >= first and low[at] in ("a", "an", "no", "any", "one")


def _is_title(items: Items, first: int, last: int) -> bool:
    words = capitals = 0
    for position in range(first, last):
        tag = items.tags[position]
        if tag[0] == "~" or tag in "MNJaBVGEQRz":
            words += 1
            capitals += items.capital[position]
    return words >= 4 and capitals * 10 >= words * 9


def _stands_alone(tags: list[str], low: list[str], position: int, last: int) -> bool:
    """Whether "some", "half", "many" and the like stand for whom they count."""
    if low[position] not in _COUNTS or position + 1 >= last:
        return False
    following = tags[position + 1]
    if low[position - 1] in ("the", "a", "an") and position > 0:
        return False
    beyond = tags[position + 2] if position + 2 < last else "$"
    return following in "bhmdVRBW" or (following == "E" and _reports(low[position + 1]) and beyond not in "NMa")


def _reduce(tags: list[str], low: list[str], first: int, last: int) -> None:
    """Of two past forms in one clause with nothing between them that joins clauses, the first is a participle."""
    previous = -1
    for position in range(first, last):
        tag = tags[position]
        if tag == "V":
            if (
                previous >= 0
                and low[previous].endswith("ed")
                and position - previous > 1
                and low[previous] not in _JOINS_CLAUSES
            ):
                late = (
                    low[position].endswith("ed")
                    and position + 1 < last
                    and tags[position + 1] == "P"
                    and _reports(low[previous])
                )
                tags[position if late else previous] = "Q"
                if late:
                    continue
            previous = position if position > first and tags[position - 1] in "NMO)" else -1
        elif tag in 'TWSwC,;:"(-t' or tag in "mbhd":
            if (
                tag in "bhm"
                and position > 0
                and tags[position - 1] in "NMO"
                and previous >= 0
                and low[previous].endswith("ed")
                and low[previous] not in _JOINS_CLAUSES
            ):
                tags[previous] = "Q"
            previous = -1


def _tells(word: str) -> bool:
    known = lexicon()
    cue = known.cues.get(known.lemmas.get(word, ""))
    return cue is not None and "T" in cue.frames


def _reports(word: str) -> bool:
    known = lexicon()
    return known.lemmas.get(word, "") in known.cues


def _before(tags: list[str], position: int, first: int) -> int:
    """The position before this one, adverbs left out; -1 where there is none."""
    position -= 1
    while position >= first and tags[position] == "R":
        position -= 1
    return position if position >= first else -1


def _after(tags: list[str], position: int, last: int) -> int:
    position += 1
    while position < last and tags[position] == "R":
        position += 1
    return position if position < last else -1


def _adjective_or_noun(tags: list[str], position: int, first: int, last: int) -> str:
    """What a word is whose ending is an adjective's as well as a noun's: "the admiral", "the admiral view"."""
    left = tags[position - 1] if position > first else "^"
    right = tags[position + 1] if position + 1 < last else "$"
    return "J" if right in "NMJj#aGCz~" or left in "bR" else "N"


def _like_or_following(tags: list[str], low: list[str], position: int, first: int) -> str:
    """The class of two words that are prepositions unless what stands before says otherwise."""
    before = _before(tags, position, first)
    left = tags[before] if before >= 0 else "^"
    if low[position] == "like":
        return "B" if left == "m" else "P"
    return "J" if left in "DpVBGE" else "P"


def _wishes(word: str) -> bool:
    known = lexicon()
    cue = known.cues.get(known.lemmas.get(word, ""))
    return cue is not None and "I" in cue.frames.upper()


def _noun_or_verb(tags: list[str], low: list[str], position: int, first: int, last: int) -> str:
    before, after = _before(tags, position, first), _after(tags, position, last)
    left = tags[before] if before >= 0 else "^"
    right = tags[after] if after >= 0 else "$"
    base = tags[position] == "a"
    if base and left in "tmd":
        return "B"
    if left in "O" or left == "W":
        if low[before] in ("him", "me", "us", "them", "her", "nothing", "something", "anything", "everything"):
            return "N" if low[before] == "her" else "B"
        return "B" if base else "V"
    if left in _NOMINAL_BEFORE or left == "G":
        return "N"
    if right in "VbhmdE" or (right == "P" and _finite_behind(tags, after, last)):
        return "N"
    if right in ":," and left in "NM" and not _speaks(low[position]):
        return "N"
    if right == "t" and left in "C," and _wishes(low[position]):
        return "B" if base else "V"  # "and wants to"
    if right == "T" and not _tells(low[position]):
        return "N"
    return _verb_by_neighbours(low, before, after, (left, right), base)


def _asks(items: Items, position: int, first: int, last: int) -> bool:
    """Whether a telegram asks without saying who: "request instructions"."""
    tags = items.tags
    opens = position == first or (tags[position - 1] in ",:-" and not items.capital[position - 1])
    return (
        opens
        and items.low[position] in _ASKING
        and position + 1 < last
        and tags[position + 1] in "NMDpOJ#T~"
        and not _finite_behind(tags, position + 1, last)
    )


def _finite_behind(tags: list[str], at: int, last: int) -> bool:
    """Whether a finite verb follows in the same clause: "reports on the trip were thin"."""
    for position in range(at, last):
        if tags[position] in "bhmd":
            return True
        if tags[position] in 'TWSwC,;:"(-tVE':
            return False
    return False


def _heads(tags: list[str], at: int, last: int) -> bool:
    """Whether a noun phrase at `at` leads to a finite verb."""
    while at < last and tags[at] in "NJMa#'j":
        at += 1
    return at < last and tags[at] in "bhmd"


def _speaks(word: str) -> bool:
    known = lexicon()
    cue = known.cues.get(known.lemmas.get(word, ""))
    return cue is not None and "Q" in cue.frames


def _verb_by_neighbours(low: list[str], before: int, after: int, sides: tuple[str, str], base: bool) -> str:
    """The class of a form that is noun or verb, by the classes on its left and right."""
    left, right = sides
    verb = "B" if base else "V"
    if left == "T":
        return verb if right in ("DpOMTJ#tP" if base else "DpOMTJtP") else "N"
    if left in "NM" and base:
        return _base_after_noun(low, before, after, sides)
    if left in "NM":
        return "V" if right in 'DpOMTJ#tw":,ENPSaGzR' and (right != "P" or low[after] != "of") else "N"
    if left == "C":
        return verb if right in "DpOT" else "N"
    if left == ",":
        return "V" if right in "DpOTMwJ" and not base else "N"
    if left == "^":
        return "B" if base and right in "DpO" else "N"
    return "V" if left == ")" and not base and right in 'DpOMTJtw":' else "N"


def _base_after_noun(low: list[str], before: int, after: int, sides: tuple[str, str]) -> str:
    """Whether "report" and the like are a verb behind a plural: "analysts report that"."""
    left, right = sides
    if right == "T" and low[after] == "that" and left == "M":
        return "B"
    plural = low[before].endswith(("s", "men", "people", "police")) and not low[before].endswith(("ss", "us", "is"))
    return "B" if plural and right in ('DpOMTJ#tPw"SaNGR:,' if left == "N" else 'DpOTtw"#') else "N"


def _that(tags: list[str], low: list[str], position: int, first: int, last: int) -> str:
    """Determiner, or what opens a clause."""
    if position + 1 >= last:
        return "O"
    right = tags[position + 1]
    left = tags[position - 1] if position > first else "^"
    third = tags[position + 2] if position + 2 < last else "$"
    if left == "O" and right == "E" and low[position - 1] in _ALL:
        return "W"
    if left in "NMO" and (right in "bhmdV" or (right == "z" and third in "DpO")):
        return "W"  # "a question that is old", "all that had been said"
    if left == "P" and low[position - 1] not in ("in", "except"):
        return "D" if right in "NJaz#" else "O"
    beyond = position + 1
    while beyond < last and tags[beyond] == "R":
        beyond += 1
    if left in "^C,EVB" and beyond < last and tags[beyond] in "bhmdV":
        return "O"
    if right in "Naz" and left in "^tVBGEP," and (position + 2 >= last or tags[position + 2] in "bhmdVEP.,"):
        return "D" if low[position + 1][-1:] != "s" and not (left in "VE" and _tells(low[position - 1])) else "T"
    return "T"


def _past_or_participle(tags: list[str], low: list[str], position: int, first: int, last: int) -> str:
    """`V` for a past that carries a clause, `Q` for a participle."""
    before = _before(tags, position, first)
    left = tags[before] if before >= 0 else "^"
    if left in "bh":
        return "Q"
    if tags[position] == "Q":
        return "Q"
    after = _after(tags, position, last)
    right = tags[after] if after >= 0 else "$"
    if left == "D" and low[before] == "the":
        beyond = tags[after + 1] if after >= 0 and after + 1 < last else "$"
        if right in "bhmdV" or (right == "z" and beyond in "TO"):
            return "N"  # "the accused says"
    if left in "Dp'J#":
        return "J" if right in "NMJ#aGzj~" or right[0] == "~" else "V" if left in "#'" or right in 'T"' else "J"
    if left in "OW":
        return "V"
    if left == "T" and right in "NJMa" and _heads(tags, after, last):
        return "J"  # "that proposed taxes would"
    if left == "S" and low[before] in _ELLIPTIC:
        return "Q"  # "as requested by", "if deemed necessary"
    if right in "NP#" and after >= 0 and low[after] in _REFERENCES:
        return "Q"  # "the project described reftel"
    if left in "S" and right in "NJM#" and low[before] != "as":
        return "J"  # "if detailed talks were held"
    if left in "NM)":
        by = right == "P" and low[after] == "by" and after + 1 < last and tags[after + 1] != "G"
        return "Q" if by else "V"
    if left in "PmdtVB":
        return "J"
    return "V"
