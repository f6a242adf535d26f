"""Verbs of a sentence with who does them: verb groups, and the subject of each."""

from __future__ import annotations

from typing import Final

from reftel.statements.lexicon import lexicon
from reftel.statements.subjects import phrase_start, subject_before
from reftel.statements.tokens import Items

# Verbs whose object does what the infinitive behind it says.
_CONTROL: Final = frozenset(
    "ask asked asks asking urge urged urges urging tell told tells telling allow allowed allows force "
    "forced forces require required requires "
    "want wanted wants expect expected prompt prompted prompts lead led leads encourage encouraged "
    "encourages help helped helps get got persuade "
    "persuaded order ordered orders cause caused causes call calls called press pressed push pushed "
    "invite invited permit permitted compel compelled".split()
)

# What is written, so that a participle behind it tells what stands in it: "a note saying that".
_PAPERS: Final = frozenset(
    "note notes statement statements letter letters telegram telegrams telex telexes cable cables message messages report "
    "reports article articles editorial editorials memorandum memo memos circular communique communiques deposition "
    "resolution resolutions petition aide-memoire paper papers leaflet leaflets leaflet poster posters banner banners placard "
    "placards sign signs notice notices decree decrees bulletin release email e-mail fax".split()
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
    _find_subjects(items, first, found)
    return found


_FORMS: Final = {**dict.fromkeys("mbhdVB", "finite"), "t": "to", "G": "ing", "Q": "participle"}


def _group_at(items: Items, position: int, last: int) -> Group | None:
    tags = items.tags
    tag = tags[position]
    form = _FORMS.get(tag)
    if form is None:
        return None
    at = position
    if form == "to":
        at = _over_adverbs(tags, position + 1, last)
        if at >= last or tags[at] not in "Bbhd":
            return None
    elif form == "ing" and items.low[position] in ("having", "being"):
        behind = _over_adverbs(tags, position + 1, last)
        if behind < last and tags[behind] in "VQE":
            return Group(position, behind, behind + 1, form, items.low[position] == "being")
    head, passive = _head(items, at, last)
    start = position
    while start > 0 and tags[start - 1] == "R" and items.low[start - 1].endswith("ly"):
        start -= 1
    return Group(start, head, head + 1, form, passive or tag == "Q")


def _head(items: Items, at: int, last: int) -> tuple[int, bool]:
    """The main verb of the group whose first verb is at `at`, behind its auxiliaries; whether it is passive."""
    tags = items.tags
    head, passive, seen_be = at, False, tags[at] == "b"
    following = at
    while tags[head] in "mbhd":
        following = _over_adverbs(tags, following + 1, last)
        if following >= last or tags[following] not in "mbhdVBQGE":
            break
        if tags[following] == "V" and not items.low[following].endswith("ed"):
            break
        head = following
        seen_be = seen_be or tags[head] == "b"
        passive = seen_be and tags[head] in "QEV" and not (items.low[at] == "'s" and head == at + 1)
    return head, passive


def _over_adverbs(tags: list[str], position: int, last: int) -> int:
    while position < last and tags[position] == "R":
        position += 1
    return position


def _find_subjects(items: Items, first: int, groups: list[Group]) -> None:
    main: Group | None = None  # the verb whose subject later verbs without one share
    before: Group | None = None
    for position, group in enumerate(groups):
        previous = groups[position - 1] if position else None
        span = _own_subject(items, first, group, previous, main)
        if span is not None:
            group.subject_start, group.subject_end = span
            if group.form == "finite" and (main is None or not _embedded(items, first, group, before)):
                main = group
        elif (
            previous is not None and group.form == "to" and previous.end == group.start and previous.subject_start >= 0
        ):
            _share(group, previous)  # "they said the envoys wished to stay": the envoys stay
        elif main is not None:
            _share(group, before if before is not None and _goes_with(items, group, before) else main)
        if group.form == "finite":
            before = group
    for group in groups:  # what opens a sentence has the subject of the verb that follows
        if group.subject_start < 0 and group.form != "finite":
            later = _next_with_subject(groups, group)
            if later is not None:
                _share(group, later)


def _goes_with(items: Items, group: Group, before: Group) -> bool:
    """Whether a bare "and" joins the verb to the that-clause before it: "said that the pact set a date and showed good will"."""
    tags = items.tags
    at = group.start - 1
    while at > before.end and tags[at] == "R":
        at -= 1
    if group.form != "finite" or tags[at] != "C" or before.subject_start < 1 or before.shared:
        return False
    if tags[before.subject_start - 1] != "T" or tags[group.end : group.end + 1] == ["T"] or _speaks(items, group):
        return False
    return not any(tags[k] in ",;-" for k in range(before.end, at))


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
    if group.form == "ing" and left in "NMO)#" and _speaks(items, group):
        paper = _paper_before(items, first if main is None else main.end, group.start)
        if paper >= 0:
            return phrase_start(items, first, paper), group.start
    if group.form in ("ing", "participle") and left in "NMO)" and (main is None or main.end < group.start - 1):
        start = phrase_start(items, first, group.start - 1)
        led = items.low[start - 1] if start > first else ""
        if tags[start - 1] == "P" and led != "with" and start > first:
            return None
        if main is not None and led != "with" and group.form == "ing" and _speaks(items, group):
            return None  # who "released a statement saying" speaks, not the statement
        return start, group.start
    return None


def _paper_before(items: Items, first: int, at: int) -> int:
    """Where something written is named, with only phrases behind it: "a note on his desk", "telex dated May 3"; else -1."""
    for position in range(at - 1, first - 1, -1):
        if items.tags[position] == "N" and items.low[position] in _PAPERS:
            return position
        if items.tags[position] not in "DpJNM#'P()RQ" and items.low[position] not in ("dated", "signed", "sent"):
            return -1
    return -1


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
