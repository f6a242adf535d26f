"""Nouns and adjectives that report: "his claim that", "criticism of", "is confident that"."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from reftel.finding import Span
from reftel.statements.actors import actor_named
from reftel.statements.clauses import Group
from reftel.statements.ends import Sentence, clause_end, object_end, tight_clause_follows
from reftel.statements.found import Found
from reftel.statements.requests import is_verb
from reftel.statements.subjects import phrase_start, subject_before
from reftel.statements.weighing import weighed

# Verbs with which a subject does what the noun says: voiced fears, has doubts, made a promise.
_LIGHT: Final = frozenset(
    "express expressed expresses expressing voice voiced voices voicing raise raised raises raising "
    "make made makes making have has had having issue issued "
    "give gave gives giving offer offered offers offering repeat repeated reiterate reiterated share "
    "shared shares announce announced declare declared "
    "state stated show showed shows showing convey conveyed send sent launch launched launching "
    "leveled levelled renew renewed drop dropped "
    "register registered registering registers lodge lodged lodging "
    "throw threw put level air aired pour poured stress stressed underscore underscored underline underlined".split()
)
# Verbs that only hand on what the noun behind them says: the noun's find is the better one.
HANDING: Final = frozenset("express voice convey reiterate repeat raise offer share announce state".split())
_ADJECTIVES: Final = frozenset(
    "confident convinced certain sure adamant aware unaware fearful hopeful optimistic pessimistic skeptical sceptical "
    "doubtful critical wary supportive dismissive mindful suspicious insistent opposed resigned reluctant willing unwilling "
    "eager keen anxious afraid hesitant determined concerned worried".split()
)
# Moods: only what is told with a clause.
_MOODS: Final = frozenset(
    "angry angered upset glad happy unhappy pleased proud sorry surprised shocked alarmed disappointed frustrated furious "
    "outraged satisfied dissatisfied troubled nervous grateful impressed appalled disturbed enthusiastic positive".split()
)
_WILLING: Final = frozenset("reluctant willing unwilling eager keen anxious afraid hesitant determined".split())
_FEELS: Final = frozenset(
    "is are was were be been being 's 're am 'm feel feels felt seem seems seemed remain remains "
    "remained become became sound sounds sounded appears appear".split()
)
_SURE: Final = frozenset("confident hopeful sure certain convinced aware afraid optimistic".split())
_ALONE: Final = frozenset(
    "reluctant willing unwilling opposed hopeful confident convinced eager anxious unaware aware".split()
)
_AGAINST: Final = frozenset(
    "opposition hostility resistance aversion objection objections reservation reservations".split()
)
# Who has a view without an article in a telegram.
_WHO: Final = frozenset(
    "embassy department mission post consulate ministry fonoff secretariat delegation council cabinet".split()
)
_AFTER_ADJECTIVE: Final = frozenset("about of to over".split())


@cache
def _nouns() -> dict[str, frozenset[str]]:
    """What leads to the content of each noun; both numbers."""
    out: dict[str, frozenset[str]] = {}
    for row in files("reftel.statements").joinpath("data", "nouns.txt").read_text("utf-8").splitlines():
        if row and not row.startswith("#"):
            leads, *words = row.split()
            for word in words:
                plural = word[:-1] + "ies" if word.endswith("y") and word[-2] not in "aeo" else word + "s"
                for form in (word, plural):
                    out[form] = out.get(form, frozenset()) | frozenset(leads.split(","))
    return out


def tells_that(noun: str) -> bool:
    """Whether a that-clause behind the noun is what it tells."""
    entry = _nouns().get(noun)
    return entry is not None and "that" in entry


def in_nouns(sentence: Sentence) -> list[Found]:
    """What the nouns and adjectives of the sentence report."""
    found: list[Found] = []
    behind = sentence.first
    known = _nouns()
    low, tags = sentence.items.low, sentence.items.tags
    for at in range(sentence.first, sentence.last - 2):
        one: Found | None = None
        if at < behind:
            continue
        if tags[at] in "NG" and (entry := known.get(low[at])) is not None:
            one = _noun(sentence, at, entry)
        elif (low[at] in _ADJECTIVES or low[at] in _MOODS) and tags[at] in "JQVEjN":
            one = _adjective(sentence, at)
        if one is not None:
            found.append(one)
            if one.rule == "noun-is":
                behind = next(k for k in range(at, sentence.last) if tags[k] == "T")
    return found


def _noun(sentence: Sentence, at: int, leads: frozenset[str]) -> Found | None:
    tags, low = sentence.items.tags, sentence.items.low
    lead = low[at + 1]
    if tight_clause_follows(sentence, at + 1) and (hoped := _hoped(sentence, at, leads)) is not None:
        return hoped
    if (copula := _copula(sentence, at, leads)) is not None:
        return copula
    if "that" in leads and (apart := _apart(sentence, at)) is not None:
        return apart
    if lead in ("by", "of") and (named := _by(sentence, at, leads)) is not None:
        return named
    if lead not in leads or (lead == "to" and not _to_do(sentence, at, tags)):
        return None
    if lead == "that" and tags[at + 1] != "T":
        return None
    whole = lead in ("that", "whether") or (lead == "to" and is_verb(sentence.items, at + 2, sentence.last))
    begin = at + 1 if whole else at + 2
    end = clause_end(sentence, at + 2) if whole and lead != "to" else _phrase_end(sentence, at + 2)
    if end <= begin:
        return None
    start = phrase_start(sentence.items, sentence.first, at)
    if start == at and start > sentence.first and low[start - 1] == "in":
        return None  # "in confidence that"
    if low[at] == "consensus" and lead == "that":
        return _consensus(sentence, start, begin, end)
    source, cue_start, confidence = _whose(sentence, start, at)
    confidence += 0.1 if lead in ("that", "whether") and (source or confidence > 0.1) else 0.0
    cue = [sentence.span(cue_start, begin)]
    return Found(source, cue, [sentence.span(begin, end)], low[at], "noun", round(confidence, 3))


def _hoped(sentence: Sentence, at: int, leads: frozenset[str]) -> Found | None:
    """The frame of `expressed the hope they would come`, without "that"."""
    start = phrase_start(sentence.items, sentence.first, at)
    group = _governing(sentence, start)
    if "that" not in leads or group is None or group.end != start or group.subject_start < 0:
        return None
    if sentence.items.low[group.head] not in _LIGHT:
        return None
    content = sentence.span(at + 1, clause_end(sentence, at + 1, group))
    return Found(
        sentence.source(group), [sentence.span(group.start, at + 1)], [content], sentence.items.low[at], "noun", 0.5
    )


def _phrase_end(sentence: Sentence, at: int) -> int:
    """Where the object ends that begins at `at`: before the verb whose subject it is part of."""
    tags = sentence.items.tags
    end = object_end(sentence, at)
    for position in range(at + 1, end):
        if tags[position] in "Vbhmd" and tags[position - 1] not in "tR":
            return position
        if tags[position] in 'WTwS"O':
            break
    return end


def _to_do(sentence: Sentence, at: int, tags: list[str]) -> bool:
    """Whether "to" leads to what is wished or refused, or to what is opposed."""
    return (
        tags[at + 2] in "BbhdRa"
        or is_verb(sentence.items, at + 2, sentence.last)
        or (sentence.items.low[at] in _AGAINST and tags[at + 2] in "DpNJMOG")
    )


def _copula(sentence: Sentence, at: int, leads: frozenset[str]) -> Found | None:
    """The frame of `their view is that`, `the upshot of the talks is that`."""
    tags, low = sentence.items.tags, sentence.items.low
    if "that" not in leads:
        return None
    be = at + 1
    while be < min(sentence.last - 1, at + 9) and tags[be] in "PDpJNM#'G":
        be += 1
    if be >= sentence.last - 1 or tags[be] != "b" or tags[be + 1] != "T" or (be > at + 1 and tags[at + 1] not in "PG"):
        return None
    start = phrase_start(sentence.items, sentence.first, at)
    source: list[Span] = []
    if be > at + 2 and low[at + 1] in ("of", "among", "in"):
        source = [sentence.span(at + 2, be)]
    elif (owner := _owner(sentence, start, at)) is not None:
        source = [sentence.span(*owner)]
    content = sentence.span(be + 1, clause_end(sentence, be + 2))
    return Found(source, [sentence.span(at, at + 1), sentence.span(be, be + 1)], [content], low[at], "noun-is", 0.6)


def _consensus(sentence: Sentence, start: int, begin: int, end: int) -> Found:
    """The frame of `there was a consensus that`: nobody is named."""
    group = _governing(sentence, start)
    there = group is not None and group.subject_start >= 0 and sentence.items.low[group.subject_start] == "there"
    cue = sentence.span(group.subject_start if there and group is not None else start, begin)
    return Found([], [cue], [sentence.span(begin, end)], "consensus", "consensus", 0.7)


def _by(sentence: Sentence, at: int, leads: frozenset[str]) -> Found | None:
    """The frame of `the claim by the minister that`, `the suggestion of the committee that`, `criticism by them of`."""
    tags, low = sentence.items.tags, sentence.items.low
    end = at + 2
    while end < sentence.last and tags[end] in "DpJNM#'":
        end += 1
    if end < sentence.last and tags[end] == "(":
        end = next((k for k in range(end, sentence.last) if tags[k] == ")"), end) + 1
    if end >= sentence.last - 1 or end == at + 2 or low[end] not in leads or (low[at + 1] == "of" and tags[end] != "T"):
        return None
    whole = low[end] in ("that", "to", "whether")
    begin = end if whole else end + 1
    stop = clause_end(sentence, end + 1) if whole else object_end(sentence, end + 1)
    if stop <= begin:
        return None
    source = [sentence.span(at + 2, end)]
    return Found(source, [sentence.span(at, at + 1)], [sentence.span(begin, stop)], low[at], "noun-by", 0.5)


def _owner(sentence: Sentence, start: int, at: int) -> tuple[int, int] | None:
    """Who has what the noun at `at` says, in the phrase itself: `the minister's claim`, `their claim`, `Greek refusal`."""
    items = sentence.items
    tags = items.tags
    for back in range(at - 1, start - 1, -1):
        if tags[back] == "'":
            return start, back
    if tags[start] == "p":
        return start, start + 1
    for back in range(at - 1, start - 1, -1):
        if tags[back] == "M" or (tags[back] in "NJ" and _is_actor(items.low[back])):
            return back, back + 1
    return None


def _is_actor(word: str) -> bool:
    return word in _WHO or actor_named(word) is not None


def _apart(sentence: Sentence, at: int) -> Found | None:
    """The frame of `a feeling in the port that`, `rumors, from several sources, that`."""
    tags, low = sentence.items.tags, sentence.items.low
    lead = at + 2 if tags[at + 1] == "," else at + 1
    if low[lead] not in ("in", "among", "from", "within"):
        return None
    end = lead + 1
    while end < sentence.last and tags[end] in "DpJNM#'":
        end += 1
    source = [sentence.span(lead + 1, end)] if low[lead] in ("among", "from") else []
    if end < sentence.last and tags[end] == ",":
        end += 1
    if end >= sentence.last - 1 or tags[end] != "T":
        return None
    start = phrase_start(sentence.items, sentence.first, at)
    content = sentence.span(end, clause_end(sentence, end + 1))
    return Found(source, [sentence.span(start, at + 1)], [content], low[at], "noun", 0.25)


def _whose(sentence: Sentence, start: int, at: int) -> tuple[list[Span], int, float]:
    """Who holds what the noun phrase from `start` to `at` says, where its cue begins, and how sure that is."""
    tags, low = sentence.items.tags, sentence.items.low
    group = _governing(sentence, start)
    if group is not None and group.subject_start >= 0 and low[group.subject_start] in ("there", "it"):
        group = None
    light = group is not None and group.subject_start >= 0 and group.end == start and low[group.head] in _LIGHT
    owner = _owner(sentence, start, at)
    if owner is not None and not (light and tags[start] == "p"):
        return [sentence.span(*owner)], owner[1], 0.25
    if light and group is not None:
        return sentence.source(group), group.start, 0.35
    if start > sentence.first and low[start - 1] == "with":
        before = [one for one in sentence.groups if one.end < start and one.form == "finite" and one.subject_start >= 0]
        return (sentence.source(before[-1]) if before and not before[-1].passive else []), start, 0.2
    return [], start, 0.15


def _governing(sentence: Sentence, start: int) -> Group | None:
    """The verb that the phrase at `start` is the object of, or that leads to it over a preposition."""
    tags = sentence.items.tags
    last: Group | None = None
    for group in sentence.groups:
        if group.end > start:
            break
        last = group
    if last is None or any(tags[at] not in "DpJNM#'PRO" for at in range(last.end, start)):
        return None
    return last


def _adjective(sentence: Sentence, at: int) -> Found | None:
    """The frame of `is confident that`, `were critical of`, and of telegrams: `council reluctant to`."""
    tags, low = sentence.items.tags, sentence.items.low
    lead = low[at + 1]
    clause = low[at] in _SURE and tight_clause_follows(sentence, at + 1)
    if tags[at + 1] != "T" and not clause and (lead not in _AFTER_ADJECTIVE or low[at] in _MOODS):
        return None
    to_do = lead == "to" and tags[at + 2] in "BbhdRaN"
    if lead == "to" and (not to_do if low[at] in _WILLING else low[at] != "opposed"):
        return None
    if low[at] in _WILLING and lead == "of" and low[at] != "afraid":
        return None
    back = at - 1
    while back > sentence.first and tags[back] == "R":
        back -= 1
    group = next((one for one in sentence.groups if one.start <= back < one.end or one.head == at), None)
    whole = clause or tags[at + 1] == "T" or (lead == "to" and low[at] != "opposed")
    begin = at + 1 if whole else at + 2
    end = (
        clause_end(sentence, begin + 1, group) if clause or tags[at + 1] == "T" else object_end(sentence, begin, group)
    )
    if end <= begin:
        return None
    content = [sentence.span(begin, end)]
    if low[back] not in _FEELS or group is None:
        return _without_verb(sentence, (back, at, begin), content)
    if group.subject_start < 0:
        return None
    found = Found(sentence.source(group), [sentence.span(group.start, begin)], content, low[at], "adjective", 0.5)
    found.group = group
    found.confidence = weighed(sentence, found, group)
    return found


def _without_verb(sentence: Sentence, where: tuple[int, int, int], content: list[Span]) -> Found | None:
    """The frame of `council reluctant to wait`, without the verb that telegrams leave out."""
    back, at, begin = where
    tags, low = sentence.items.tags, sentence.items.low
    if tags[back] not in "NMO" or low[at] not in _ALONE or back < sentence.first:
        return None
    subject = subject_before(sentence.items, sentence.first, at)
    if subject is None:
        return None
    cue = sentence.span(back + 1, begin)
    return Found([sentence.span(*subject)], [cue], content, low[at], "adjective", 0.35)
