"""Verbs of a sentence with who does them: verb groups, and the subject of each."""

from __future__ import annotations

from typing import Final

from reftel.statements.lexicon import lexicon
from reftel.statements.tokens import Items

_PHRASE: Final = "DpJNM#'"
_NOUNY: Final = "NM#O"
_LINKED: Final = frozenset("of for at in from with on by to between against within under among about behind".split())
# Verbs whose object does what the infinitive behind it says.
_CONTROL: Final = frozenset(
    "ask asked asks asking urge urged urges urging tell told tells telling allow allowed allows force forced forces require required requires "
    "want wanted wants expect expected prompt prompted prompts lead led leads encourage encouraged encourages help helped helps get got persuade "
    "persuaded order ordered orders cause caused causes call calls called press pressed push pushed invite invited permit permitted compel compelled".split()
)
WHEN: Final = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow week month year night morning afternoon".split()
)


class Group:
    """A verb group: items `start` to before `end`, its main verb at `head`; `subject` is a range of items, empty where unknown.

    `form` is `finite`, `to` or `ing`, or `participle` for one without an auxiliary. `shared` where the subject is an earlier verb's.
    """

    __slots__ = ("end", "form", "head", "passive", "shared", "start", "subject_end", "subject_start")

    def __init__(self, start: int, head: int, end: int, form: str, passive: bool) -> None:
        self.start = start
        self.head = head
        self.end = end
        self.form = form
        self.passive = passive
        self.subject_start = -1
        self.subject_end = -1
        self.shared = False


def groups_of(items: Items, first: int, last: int) -> list[Group]:
    """The verb groups of the sentence, in order, with their subjects."""
    found: list[Group] = []
    position = first
    while position < last:
        group = _group_at(items, position, last)
        if group is None:
            position += 1
        else:
            found.append(group)
            position = group.end
    _find_subjects(items, first, last, found)
    return found


def _group_at(items: Items, position: int, last: int) -> Group | None:
    tags = items.tags
    tag = tags[position]
    at = position
    if tag == "t":
        at = _over_adverbs(tags, position + 1, last)
        if at >= last or tags[at] not in "Bbhd":
            return None
        form = "to"
    elif tag in "mbhdVB":
        form = "finite"
    elif tag == "G":
        form = "ing"
        behind = _over_adverbs(tags, position + 1, last)
        if items.low[position] in ("having", "being") and behind < last and tags[behind] in "VQE":
            return Group(position, behind, behind + 1, form, items.low[position] == "being")
    elif tag == "Q":
        form = "participle"
    else:
        return None
    head = at
    passive = tag == "Q"
    auxiliary = tags[at] in "mbhd"
    seen_be = tags[at] == "b"
    following = at + 1
    while following < last and auxiliary:
        following = _over_adverbs(tags, following, last)
        if following >= last or tags[following] not in "mbhdVBQGE":
            break
        if tags[following] == "V" and not items.low[following].endswith("ed"):
            break
        head = following
        auxiliary = tags[following] in "mbhd"
        if tags[following] == "b":
            seen_be = True
        elif not auxiliary:
            passive = seen_be and tags[following] in "QEV" and not (items.low[at] == "'s" and following == at + 1)
        following += 1
    start = position
    while start > 0 and tags[start - 1] == "R" and items.low[start - 1].endswith("ly"):
        start -= 1
    return Group(start, head, head + 1, form, passive)


def _over_adverbs(tags: list[str], position: int, last: int) -> int:
    while position < last and tags[position] == "R":
        position += 1
    return position


def _find_subjects(items: Items, first: int, last: int, groups: list[Group]) -> None:
    main: Group | None = None  # the verb whose subject later verbs without one share
    before: Group | None = None
    for group in groups:
        span = _own_subject(items, first, group, before, main)
        if span is not None:
            group.subject_start, group.subject_end = span
            if group.form == "finite" and (main is None or not _embedded(items, first, group, before)):
                main = group
        elif main is not None:
            _share(group, main)
        if group.form == "finite":
            before = group
    for group in groups:  # what opens a sentence has the subject of the verb that follows
        if group.subject_start < 0 and group.form != "finite":
            later = _next_with_subject(groups, group)
            if later is not None:
                _share(group, later)


def _next_with_subject(groups: list[Group], group: Group) -> Group | None:
    for one in groups:
        if one.start > group.start and one.subject_start >= 0 and not one.shared:
            return one
    return None


def _own_subject(
    items: Items, first: int, group: Group, before: Group | None, main: Group | None
) -> tuple[int, int] | None:
    tags = items.tags
    if group.form == "finite":
        return subject_before(items, first, group.start)
    if group.start <= first:
        return None
    left = tags[group.start - 1]
    if group.form == "to" and left in "NMO" and main is not None:
        start = phrase_start(items, first, group.start - 1)
        if tags[start] == "p":
            return start, start + 1
        if before is not None and before.end == start and items.low[before.head] in _CONTROL:
            return start, group.start
        return None
    if group.form in ("ing", "participle") and left in "NMO)" and (main is None or main.end < group.start - 1):
        start = phrase_start(items, first, group.start - 1)
        led = items.low[start - 1] if start > first else ""
        if tags[start - 1] == "P" and led != "with" and start > first:
            return None
        if main is not None and led != "with" and group.form == "ing" and _speaks(items, group):
            return None  # who "released a statement saying" speaks, not the statement
        return start, group.start
    return None


def _speaks(items: Items, group: Group) -> bool:
    known = lexicon()
    cue = known.cues.get(known.lemmas.get(items.low[group.head], ""))
    return cue is not None and cue.kind == "speech" and "Q" in cue.frames


def _embedded(items: Items, first: int, group: Group, before: Group | None) -> bool:
    """Whether the clause of `group` hangs on another: after "that", "who", "when", or right behind a verb."""
    tags = items.tags
    start = group.subject_start
    if tags[start] == "W" or start == first:
        return tags[start] == "W"
    left = start - 1
    while left > first and tags[left] == "R":
        left -= 1
    if tags[left] in "TSWw(P" or (before is not None and before.end > left):
        return True
    depth = 0
    for at in range(first, start):
        depth += (tags[at] == "(") - (tags[at] == ")")
    if depth > 0:
        return True
    return tags[left] in "NM" and before is not None  # a relative clause without its pronoun


def _share(group: Group, main: Group) -> None:
    group.subject_start, group.subject_end = main.subject_start, main.subject_end
    group.shared = True


def phrase_start(items: Items, first: int, end: int) -> int:
    """Where the noun phrase begins whose last item is at `end`."""
    tags = items.tags
    at = end
    if tags[at] == "O" or tags[at] == "W":
        return at
    while at > first:
        left = tags[at - 1]
        if left in "JNM#'" or (left == "Q" and at - 1 > first and tags[at - 2] in "DpJ"):
            at -= 1
        elif left in "Dp":
            at -= 1
            if at > first and tags[at - 1] == "D":
                at -= 1
            break
        elif (left == "R" and at - 1 > first and tags[at - 2] in "Dp" and tags[at] in "JNQ") or (left == "G" and at - 1 > first and tags[at - 2] in "Dp"):
            at -= 1
        else:
            break
    return at


def subject_before(items: Items, first: int, verb: int) -> tuple[int, int] | None:
    """The range of items that is the subject of the verb at `verb`; None where it has none of its own."""
    tags = items.tags
    end = verb
    while end > first and tags[end - 1] == "R":
        end -= 1
    outer = end
    at = end
    for _ in range(12):  # each round goes one phrase to the left
        if at <= first:
            return None
        left = tags[at - 1]
        if left == ")":
            opening = at - 2
            while opening >= first and tags[opening] != "(":
                opening -= 1
            if opening <= first:
                return None
            at = opening
            continue
        if left == "," and at - 2 >= first and tags[at - 2] == ")":
            at -= 1
            continue
        if left in ",-":
            beyond = _before_aside(items, first, at - 1)
            if beyond < 0:
                return None
            if tags[beyond + 1] in "PRGS" and tags[beyond] != ")":
                outer = beyond
            elif outer == end:
                outer = at - 1
            at = beyond
            if tags[at] in ",-":
                pass
            continue
        if left == '"':
            return None
        if left == "W":
            before = tags[at - 2] if at - 2 >= first else "^"
            if before in "NM)" or (before == "," and at - 3 >= first and tags[at - 3] in "NM)"):
                return (at - 1, outer) if outer >= at else None
            return at - 1, max(outer, at)
        if left not in _NOUNY and not (left == "J" and at - 2 >= first and tags[at - 2] in "NMD"):
            return None
        if left == "O" and items.low[at - 1].endswith("self") and at - 2 >= first and tags[at - 2] in "NM":
            at -= 1
            continue
        start = phrase_start(items, first, at - 1)
        if start - 1 >= first and tags[start - 1] in "NMOWR" and _is_time(items, start, at):
            outer = start if outer == end else outer
            at = start
            while at > first and tags[at - 1] == "R":
                at -= 1
            continue
        before = tags[start - 1] if start > first else "^"
        if before in "P" or before == "t":
            word = items.low[start - 1]
            if start - 2 >= first and tags[start - 2] in "NM)WO" and (word in _LINKED or before == "P"):
                if _opens_with_time(items, start, at) and word in ("on", "in", "at"):
                    outer = start - 1 if outer == end else outer
                at = start - 1
                continue
            if start - 2 >= first and tags[start - 2] in "QJGV" and start - 3 >= first and tags[start - 3] in "NM":
                at = start - 2  # "forces employed by X", "leaders close to Y"
                continue
            if start - 1 == first or tags[start - 2] in ",(":
                return None  # all of it is an adverbial
            return start, outer
        if before == "C" and start - 2 >= first and tags[start - 2] in "NM":
            other = phrase_start(items, first, start - 2)
            lead = tags[other - 1] if other > first else "^"
            if lead == "P" and _verb_before(tags, first, other):
                return start, outer  # another clause: "they had sympathy for the people and he voiced"
            if lead == "P" and other - 2 > first and tags[other - 2] in "NM":
                at = other - 1  # "a professor of history and director of the institute"
                continue
            if lead in "^TSC,;:wP":
                return _root(items, first, other), outer
            return _root(items, first, start), outer
        if before in "QG" and start - 2 >= first and tags[start - 2] in "NM":
            at = start - 1  # a phrase with a participle: "groups backing Trump", "the pact signed Friday"
            continue
        if before in "VBb" and start - 2 >= first:
            relative = start - 2
            while relative >= first and tags[relative] in "Rmbhd":
                relative -= 1
            if relative > first and tags[relative] in "W" and tags[relative - 1] in "NM":
                at = relative
                continue
        return _root(items, first, start), outer
    return None


def _verb_before(tags: list[str], first: int, at: int) -> bool:
    """Whether a finite verb stands before `at` in the same clause."""
    while at > first and tags[at - 1] not in 'TSwW;:",':
        at -= 1
        if tags[at] in "VbmhdB":
            return True
    return False


def _root(items: Items, first: int, start: int) -> int:
    """`start`, or where the name begins that the phrase there tells about: NAME, a professor, said."""
    tags = items.tags
    if start - 2 <= first or tags[start - 1] != "," or tags[start] not in "DpNJQR" or tags[start - 2] != "M":
        return start
    name = phrase_start(items, first, start - 2)
    return name if name == first or tags[name - 1] in ',;:"TSw(-' else start


def _opens_with_time(items: Items, start: int, end: int) -> bool:
    return any(items.low[position] in WHEN for position in range(start, end))


def _is_time(items: Items, start: int, end: int) -> bool:
    """Whether the phrase says when: "last week", "Tuesday night"."""
    return items.low[end - 1] in WHEN and items.tags[start] in "DJNMR#" and end - start <= 3


def _before_aside(items: Items, first: int, comma: int) -> int:
    """The position behind the noun that an aside ending with `comma` belongs to; -1 where it is none."""
    tags = items.tags
    sign = tags[comma]
    at = comma - 1
    while at >= first and tags[at] != sign:
        if tags[at] in '";:':
            return -1
        at -= 1
    if at <= first:
        return -1
    opening = tags[at + 1]
    if tags[at - 1] not in _NOUNY + ")J":
        return -1
    if sign == "-":
        return at
    inner_verbs = any(tags[position] in "VbmhdB" for position in range(at + 1, comma))
    if inner_verbs and opening not in "WGPRQS" and not (opening == "V" and tags[at + 2] in "PR"):
        return -1
    if opening in "OCT":
        return -1
    return at  # asides may follow each other: NAME, age, title, said
