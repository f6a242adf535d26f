"""A sentence with its verbs, and where the clauses and phrases in it end."""

from __future__ import annotations

from typing import Final

from reftel.finding import Span
from reftel.statements.clauses import Group, groups_of
from reftel.statements.lexicon import Cue, lexicon
from reftel.statements.subjects import WHEN, antecedent
from reftel.statements.tokens import Items

VERBAL: Final = "VbmhdB"
INSIDE: Final = "DpJNM#'PO()RGQ"
_COMMENTS: Final = frozenset(
    "adding noting saying citing arguing claiming calling describing telling insisting stating referring".split()
)

# What turns from the content to something the writer sets against it.
_LAST: Final = frozenset("last this next that late early earlier".split())
_TURNS: Final = frozenset("but though although even while whereas despite compared unlike".split())


class Sentence:
    """One sentence: its items from `first` to before `last`, the stop left out, and its verb groups."""

    __slots__ = ("cues", "first", "groups", "items", "last")

    def __init__(self, items: Items, first: int, last: int) -> None:
        self.items = items
        self.first = first
        while last > first and items.tags[last - 1] in ".":
            last -= 1
        self.last = last
        self.groups: list[Group] = groups_of(items, first, last)
        known = lexicon()
        self.cues: list[Cue | None] = [
            known.cues.get(known.lemmas.get(items.low[group.head], "")) for group in self.groups
        ]

    def span(self, start: int, end: int) -> Span:
        """The offsets of the items from `start` to before `end`, without commas and the like at either side."""
        tags = self.items.tags
        while start < end and tags[start] in ",;:-":
            start += 1
        while end > start and tags[end - 1] in ",;:-C":
            end -= 1
        if start >= end:
            return Span(0, 0)
        return Span(self.items.starts[start], self.items.ends[end - 1])

    def source(self, group: Group) -> list[Span]:
        """Where the subject of `group` stands; for "who" and "which", what they stand for."""
        start, end = group.subject_start, group.subject_end
        if start < 0:
            return []
        if self.items.tags[start] == "W" and (noun := antecedent(self.items, self.first, start)) is not None:
            start, end = noun
        span = self.span(start, end)
        return [span] if span.end else []

    def has_verb(self, start: int, end: int) -> bool:
        """Whether a finite verb stands in the items from `start` to before `end`, or a quotation long enough for one."""
        tags, quotes = self.items.tags, self.items.quotes
        for at in range(start, end):
            quote = quotes[at]
            if tags[at] in VERBAL or (quote is not None and quote.last - quote.first >= 4):
                return True
        return False


def after_adverbials(sentence: Sentence, at: int) -> int:
    """Where the first that-clause, quotation, colon, verb or comma behind `at` stands: phrases between are passed over."""
    tags = sentence.items.tags
    while at < sentence.last:
        if tags[at] == "(":
            at = next((k for k in range(at, sentence.last) if tags[k] == ")"), at) + 1
        elif tags[at] in INSIDE or (tags[at] in "tS" and _opens_phrase(sentence, at)):
            at += 1
        elif tags[at] in ",-" and (beyond := _aside_end(sentence, at)) > at:
            at = beyond
        else:
            break
    return at


def _opens_phrase(sentence: Sentence, at: int) -> bool:
    """Whether "to" or "after" and the like stand before a noun here, not before a verb or a clause."""
    tags, low = sentence.items.tags, sentence.items.low
    if at + 1 >= sentence.last or tags[at + 1] not in "DpMNJ#O":
        return False
    return tags[at] == "t" or low[at] in ("after", "before", "since", "until")


def _aside_end(sentence: Sentence, comma: int) -> int:
    """Behind an aside such as ", however," or "- on Tuesday -" before "that"; `comma` itself where none stands there."""
    tags = sentence.items.tags
    for at in range(comma + 1, min(sentence.last - 1, comma + 12)):
        if tags[at] == tags[comma]:
            return at + 1 if tags[at + 1] in "Tw" and at > comma + 1 else comma
        if tags[at] in VERBAL + '";:T':
            break
    return comma


def clause_follows(sentence: Sentence, at: int) -> bool:
    """Whether a clause without "that" begins at `at`: a phrase, then a finite verb of its own."""
    tags = sentence.items.tags
    first = at
    while first < sentence.last and tags[first] == "R":
        first += 1
    if sentence.items.low[at : at + 1] in (["about"], ["of"]):
        return False
    if first >= sentence.last or tags[first] not in "DpONMJ#PSRGE'\"w-":
        return False
    opening = tags[first]
    for position in range(first, min(sentence.last, first + 30)):
        tag = tags[position]
        if tag in VERBAL:
            return position > first and not (tags[position - 1] == "W" and opening in "MN")
        if tag == "C" and position + 1 < sentence.last and tags[position + 1] in VERBAL:
            return False  # "knew little about the dam and left": the verb is the main clause's
        if tag == '"' and position > first and not sentence.items.capital[position]:
            return tags[position - 1] in "NM"  # "the Government "would not trim its sails""
        if tag in ";T:":
            return False
        if tag == "W" and position > first and tags[position - 1] not in "NM,O":
            return False
        if (
            tag == ","
            and opening not in "PSGR"
            and (
                position + 1 >= sentence.last
                or tags[position + 1] not in ("DWNPJMGR" if opening == "O" else "DWNPJMGCR")
            )
        ):
            return False
    return False


def tight_clause_follows(sentence: Sentence, at: int) -> bool:
    """Whether a subject and its verb follow at once: "he was", "the two sides had"."""
    tags = sentence.items.tags
    if at >= sentence.last:
        return False
    if tags[at] == "O":
        end = at + 1
    elif tags[at] in "DpMNJ#":
        end = phrase_end(sentence, at)
        while end + 1 < sentence.last and tags[end] == "P" and tags[end + 1] in "DpMNJ#":
            end = phrase_end(sentence, end + 1)
    else:
        return False
    while end < sentence.last and tags[end] == "R":
        end += 1
    return end < sentence.last and tags[end] in VERBAL and (tags[at] == "O" or tags[end - 1] != "W")


def phrase_end(sentence: Sentence, at: int) -> int:
    """Where the noun phrase ends that begins at `at`."""
    tags = sentence.items.tags
    end = at
    while end < sentence.last and tags[end] in "DpJNM#'":
        if end > at and tags[end] in "Dp" and tags[end - 1] != "D":
            break
        end += 1
    return end


def clause_end(sentence: Sentence, at: int, group: Group | None = None) -> int:
    """Where the clause ends that begins at `at`; `group` is the verb that reports it."""
    tags, low = sentence.items.tags, sentence.items.low
    opens = group is not None and _opens(sentence, group)
    relative = group is not None and group.subject_start >= 0 and tags[group.subject_start] == "W" and not group.shared
    position = at
    while position < sentence.last:
        tag = tags[position]
        if tag == ";":
            return position
        if tag in ",-" and position + 1 < sentence.last and _breaks(sentence, position, opens, relative):
            return position
        if tag == "C" and position > at and low[position] in ("and", "but") and _reports_next(sentence, position + 1):
            return position
        position += 1
    return sentence.last


def _breaks(sentence: Sentence, comma: int, opens: bool, relative: bool) -> bool:
    """Whether the content ends at this comma: another reporting clause, or the main clause, goes on behind it."""
    tags, low = sentence.items.tags, sentence.items.low
    following = low[comma + 1]
    if following == "according":
        return not _is_aside(sentence, comma)
    if following in _COMMENTS or floats(sentence, comma + 1):
        return True
    if following in _TURNS:
        return True
    if _tells_at(sentence, comma + 1):
        return True
    if following == "and" and comma + 2 < sentence.last and _goes_on(sentence, comma):
        return True
    if tags[comma + 1] == "#" and _subject_at(sentence, comma + 1):
        return True
    if tags[comma] == "," and _trails(sentence, comma + 1):
        return True
    if tags[comma] == "-":
        return tags[comma + 1] in "SC"
    if relative and tags[comma + 1] in VERBAL:
        return True
    return opens and _subject_at(sentence, comma + 1)


def _tells_at(sentence: Sentence, at: int) -> bool:
    """Whether another telling with its own that-clause begins here: ", we believe that"."""
    for group, cue in zip(sentence.groups, sentence.cues, strict=True):
        if group.subject_start == at and not group.shared:
            return (
                group.form == "finite" and cue is not None and sentence.items.tags[group.end : group.end + 1] == ["T"]
            )
    return False


def _is_aside(sentence: Sentence, comma: int) -> bool:
    """Whether the verb of the clause comes behind what stands between this comma and the next."""
    tags = sentence.items.tags
    behind = next((at for at in range(comma + 1, sentence.last - 1) if tags[at] == ","), -1)
    return behind > 0 and tags[behind + 1] in VERBAL


def _goes_on(sentence: Sentence, comma: int) -> bool:
    """Whether another main clause or verb follows ", and", not the last part of a list."""
    if _lists(sentence, comma):
        return False
    return _subject_at(sentence, comma + 2) or _cue_next(sentence, comma + 2)


def _lists(sentence: Sentence, comma: int) -> bool:
    """Whether the comma stands before the last part of a list: "Tajiks, Kazakhs, and Uzbeks"."""
    tags = sentence.items.tags
    for at in range(comma - 1, max(sentence.first, comma - 5), -1):
        if tags[at] == ",":
            return True
        if tags[at] in VERBAL + "TSW":
            return False
    return False


def _cue_next(sentence: Sentence, at: int) -> bool:
    """Whether a verb that reports comes next, without a subject of its own: ", and saw"."""
    for group, cue in zip(sentence.groups, sentence.cues, strict=True):
        if group.start == at:
            return group.form == "finite" and cue is not None and group.shared
    return False


def _trails(sentence: Sentence, at: int) -> bool:
    """Whether what begins at `at` is the writer's own addition to the last noun: ", who ...", ", a plan that ..."."""
    tags = sentence.items.tags
    if tags[at] == "W" and sentence.items.low[at] != "which":
        closing = (k for k in range(at, sentence.last - 1) if tags[k] == "," and tags[k + 1] in VERBAL)
        return next(closing, None) is None
    if sentence.items.low[at] in ("a", "an"):
        return not any(tags[k] in ",C" for k in range(at, min(sentence.last, at + 7)))
    return False


def _opens(sentence: Sentence, group: Group) -> bool:
    """Whether `group` stands in a phrase or clause that only opens the sentence."""
    tags = sentence.items.tags
    if group.form != "finite":
        before = [one for one in sentence.groups if one.form == "finite" and one.start < group.start]
        return not before or _opens(sentence, before[-1])
    start = group.subject_start
    if start < 0 and group.start == sentence.first and sentence.items.low[group.head] == "asked":
        return True  # "asked if it would rain, he said"
    return start > sentence.first and not group.shared and tags[start - 1] == "S" and start - 1 <= sentence.first + 1


def _subject_at(sentence: Sentence, at: int) -> bool:
    """Whether the subject of a finite verb begins at `at`."""
    return any(group.subject_start == at and not group.shared and group.form == "finite" for group in sentence.groups)


def _reports_next(sentence: Sentence, at: int) -> bool:
    """Whether a verb of speaking without a subject of its own comes next: "and added that"."""
    tags = sentence.items.tags
    while at < sentence.last and tags[at] == "R":
        at += 1
    for group, cue in zip(sentence.groups, sentence.cues, strict=True):
        if group.start <= at < group.end:
            return (
                group.form == "finite" and not group.passive and cue is not None and "Q" in cue.frames and group.shared
            )
    return False


def floats(sentence: Sentence, at: int) -> bool:
    """Whether a tag such as "he said" or "said the minister" begins at `at` and ends the sentence or an aside."""
    tags = sentence.items.tags
    for group, cue in zip(sentence.groups, sentence.cues, strict=True):
        if group.start < at:
            continue
        if group.form != "finite" or group.passive or cue is None or ("Q" not in cue.frames and cue.kind != "show"):
            return False
        if group.start == at:
            return inverted_end(sentence, group.end) > group.end
        if group.subject_start == at and not group.shared:
            right = after_adverbials(sentence, group.end)
            return group.end >= sentence.last or (
                tags[group.end] in ",P" and (right >= sentence.last or tags[right] == ",")
            )
        return False
    return False


def inverted_end(sentence: Sentence, at: int) -> int:
    """Where the source behind an inverted verb ends; `at` itself where none stands there."""
    tags = sentence.items.tags
    if at >= sentence.last or tags[at] not in "DpMNJ#":
        return at
    end = at
    relative = False
    while end < sentence.last:
        tag = tags[end]
        if tag == '"' and tags[end - 1] != "," and end > at:
            return at
        if tag in '";:T':
            break
        if tag == "," and end + 1 < sentence.last and tags[end + 1] in 'PGRSC"Q':
            break
        if tag == "W":
            relative = True
        if tag in VERBAL and not relative and tags[end - 1] != "W":
            return at
        end += 1
    return end


def object_end(sentence: Sentence, at: int, group: Group | None = None) -> int:
    """Where the object ends that begins at `at`: at the clause's next verb of its own, or what opens another clause."""
    tags, low = sentence.items.tags, sentence.items.low
    opens = group is not None and _opens(sentence, group)
    relative = group is not None and group.subject_start >= 0 and tags[group.subject_start] == "W"
    hangs = relative or (group is not None and group.form != "finite" and group.start > sentence.first)
    joined = False  # a word came that may open a clause inside the object
    position = at
    while position < sentence.last:
        tag = tags[position]
        if tag in ";:" or (tag == "-" and position > at):
            break
        if tag == "S" and position > at and _opens_clause(sentence, position):
            break
        if (
            tag == ","
            and position + 1 < sentence.last
            and tags[position - 1] != "W"
            and (_breaks(sentence, position, opens, relative) or _leaves_object(sentence, position))
        ):
            break
        if tag == "C" and position > at and tags[position + 1 : position + 2] == ["T"]:
            break
        if tag == "C" and position > at and (low[position] == "nor" or _clause_next(sentence, position + 1)):
            break
        if tag in "VbhmdB" and hangs and not joined and position > at and not _is_infinitive(tags, position):
            break
        joined = joined or tag in 'WTwS"O'
        position += 1
    return _before_time(sentence, at, position)


def _is_infinitive(tags: list[str], verb: int) -> bool:
    while verb > 0 and tags[verb - 1] == "R":
        verb -= 1
    return verb > 0 and tags[verb - 1] == "t"


def _opens_clause(sentence: Sentence, position: int) -> bool:
    """Whether "as", "when" and the like open a clause here, not a phrase ("as a friend", "than before")."""
    word = sentence.items.low[position]
    if word in ("though", "if") and sentence.items.low[position - 1] == "as":
        return False
    if word in ("if", "unless"):
        return sentence.items.tags[position - 1] == ","
    if word in ("as", "than", "since"):
        return _subject_at(sentence, position + 1)
    return True


def _leaves_object(sentence: Sentence, comma: int) -> bool:
    """Whether what follows a comma is no further part of a list."""
    tags, low = sentence.items.tags, sentence.items.low
    following = tags[comma + 1]
    if _in_list(sentence, comma):
        return False
    if following in "GSRTQW" or low[comma + 1] in ("but", "which", "who"):
        return True
    if following in 'C"' or tags[comma - 1] == '"':
        return False
    if following == "P":
        for at in range(comma + 1, min(sentence.last - 1, comma + 9)):
            if tags[at] in VERBAL:
                break
            if tags[at] == ",":
                return tags[at + 1] not in "PS"
    for at in range(comma + 1, min(sentence.last, comma + 10)):
        if tags[at] == "C":
            return False
        if tags[at] in VERBAL:
            break
    return True


def _in_list(sentence: Sentence, comma: int) -> bool:
    """Whether the comma only sets off an adverb, or adds to what stands before: "objections and, probably, more"."""
    tags, low = sentence.items.tags, sentence.items.low
    back = comma - 1
    while back > sentence.first and tags[back] == "R":
        back -= 1
    if tags[back] == "C" or (sentence.first < back < comma - 1 and tags[back] == "," and tags[back - 1] == "C"):
        return True
    if low[comma + 1] in ("including", "especially", "particularly", "notably"):
        return True
    return low[comma + 1 : comma + 4] == ["as", "well", "as"]


def _clause_next(sentence: Sentence, at: int) -> bool:
    """Whether a verb, or a subject with its verb, comes next behind "and"."""
    tags = sentence.items.tags
    while at < sentence.last and tags[at] == "R":
        at += 1
    if at >= sentence.last:
        return False
    return tags[at] in "Vmhbd" or (_subject_at(sentence, at) and (tags[at] == "O" or tags[at - 1] == "R"))


def _before_time(sentence: Sentence, start: int, end: int) -> int:
    """`end`, or where words begin that only say when: "last week", "on Tuesday"."""
    low, tags = sentence.items.low, sentence.items.tags
    if end - start < 2 or low[end - 1] not in WHEN:
        return end
    at = end - 1
    while at > start and tags[at - 1] in "DJ#NM" and (low[at - 1] in _LAST or low[at - 1] in WHEN):
        at -= 1
    if at > start + 1 and low[at - 1] in ("on", "in"):
        at -= 1
    return at if at > start and (at < end - 1 or tags[at] in "MR") else end
