"""Nouns and adjectives that report: "his claim that", "criticism of", "is confident that"."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from reftel.finding import Span
from reftel.statements.clauses import Group
from reftel.statements.ends import Sentence, clause_end, object_end
from reftel.statements.found import Found
from reftel.statements.subjects import phrase_start
from reftel.statements.weighing import weighed

# Verbs with which a subject does what the noun says: voiced fears, has doubts, made a promise.
_LIGHT: Final = frozenset(
    "express expressed expresses expressing voice voiced voices voicing raise raised raises raising "
    "make made makes making have has had having issue issued "
    "give gave gives giving offer offered offers offering repeat repeated reiterate reiterated share "
    "shared shares announce announced declare declared "
    "state stated show showed shows showing convey conveyed send sent launch launched launching "
    "leveled levelled renew renewed drop dropped "
    "throw threw put level air aired pour poured stress stressed underscore underscored underline underlined".split()
)
_ADJECTIVES: Final = frozenset(
    "confident convinced certain sure adamant aware unaware concerned worried afraid fearful hopeful "
    "optimistic pessimistic skeptical sceptical doubtful "
    "critical wary angry angered upset glad happy unhappy pleased proud sorry surprised shocked "
    "alarmed disappointed frustrated furious outraged eager "
    "reluctant determined willing unwilling supportive dismissive mindful satisfied dissatisfied "
    "troubled nervous suspicious hesitant grateful "
    "insistent positive enthusiastic excited impressed appalled disturbed ready keen anxious opposed resigned".split()
)
_FEELS: Final = frozenset(
    "is are was were be been being 's 're am 'm feel feels felt seem seems seemed remain remains "
    "remained become became sound sounds sounded appears appear".split()
)
_AFTER_ADJECTIVE: Final = frozenset("about of to with over by at in".split())


@cache
def _nouns() -> dict[str, tuple[frozenset[str], bool]]:
    """What leads to the content of each noun; both numbers."""
    out: dict[str, frozenset[str]] = {}
    for row in files("reftel.statements").joinpath("data", "nouns.txt").read_text("utf-8").splitlines():
        if row and not row.startswith("#"):
            leads, *words = row.split()
            for word in words:
                plural = word[:-1] + "ies" if word.endswith("y") and word[-2] not in "aeo" else word + "s"
                for form in (word, plural):
                    out[form] = out.get(form, frozenset()) | frozenset(leads.split(","))
    return {word: (leads, True) for word, leads in out.items()}


def in_nouns(sentence: Sentence) -> list[Found]:
    """What the nouns and adjectives of the sentence report."""
    found: list[Found] = []
    known = _nouns()
    low, tags = sentence.items.low, sentence.items.tags
    for at in range(sentence.first, sentence.last - 2):
        one: Found | None = None
        if tags[at] == "N" and (entry := known.get(low[at])) is not None:
            one = _noun(sentence, at, entry[0])
        elif low[at] in _ADJECTIVES and tags[at] in "JQVEj":
            one = _adjective(sentence, at)
        if one is not None:
            found.append(one)
    return found


def _noun(sentence: Sentence, at: int, leads: frozenset[str]) -> Found | None:
    tags, low = sentence.items.tags, sentence.items.low
    lead = low[at + 1]
    if lead == "by" and (named := _by(sentence, at, leads)) is not None:
        return named
    if lead not in leads or (lead == "to" and tags[at + 2] not in "BbhdRa"):
        return None
    if lead == "that" and tags[at + 1] != "T":
        return None
    whole = lead in ("that", "to", "whether")
    begin = at + 1 if whole else at + 2
    end = clause_end(sentence, at + 2) if whole else object_end(sentence, at + 2)
    if end <= begin:
        return None
    start = phrase_start(sentence.items, sentence.first, at)
    source, cue_start, confidence = _whose(sentence, start, at)
    if low[at] == "consensus" and lead == "that":
        return _consensus(sentence, start, begin, end)
    confidence += 0.1 if lead == "that" and source else 0.0
    cue = [sentence.span(cue_start, begin)]
    return Found(source, cue, [sentence.span(begin, end)], low[at], "noun", round(confidence, 3))


def _consensus(sentence: Sentence, start: int, begin: int, end: int) -> Found:
    """The frame of `participants differed, but there was a consensus that`: those named before are who agree."""
    source: list[Span] = []
    for group in sentence.groups:
        if group.end <= start and group.subject_start >= 0 and sentence.items.low[group.subject_start] != "there":
            source = sentence.source(group)
    return Found(source, [sentence.span(start, begin)], [sentence.span(begin, end)], "consensus", "consensus", 0.7)


def _by(sentence: Sentence, at: int, leads: frozenset[str]) -> Found | None:
    """The frame of `the claim by the minister that`, `criticism by them of`."""
    tags, low = sentence.items.tags, sentence.items.low
    end = at + 2
    while end < sentence.last and tags[end] in "DpJNM#'":
        end += 1
    if end >= sentence.last - 1 or end == at + 2 or low[end] not in leads:
        return None
    whole = low[end] in ("that", "to", "whether")
    begin = end if whole else end + 1
    stop = clause_end(sentence, end + 1) if whole else object_end(sentence, end + 1)
    if stop <= begin:
        return None
    source = [sentence.span(at + 2, end)]
    return Found(source, [sentence.span(at, at + 1)], [sentence.span(begin, stop)], low[at], "noun-by", 0.5)


def _whose(sentence: Sentence, start: int, at: int) -> tuple[list[Span], int, float]:
    """Who holds what the noun phrase from `start` to `at` says, where its cue begins, and how sure that is."""
    tags, low = sentence.items.tags, sentence.items.low
    for back in range(at - 1, start - 1, -1):
        if tags[back] == "'":
            return [sentence.span(start, back)], back, 0.2
    group = _governing(sentence, start)
    if group is not None and group.subject_start >= 0 and low[group.subject_start] in ("there", "it"):
        group = None
    own = tags[start] == "p"
    if group is None or group.subject_start < 0:
        return ([sentence.span(start, start + 1)], start + 1, 0.2) if own else ([], start, 0.1)
    light = group.end == start and low[group.head] in _LIGHT
    if not light and not own:
        return sentence.source(group), group.start, 0.15
    if own and low[start] in ("your", "my", "our"):
        return [sentence.span(start, start + 1)], start + 1, 0.1
    return sentence.source(group), group.start, 0.3 if light else 0.15


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
    """The frame of `is confident that`, `were angry about`."""
    tags, low = sentence.items.tags, sentence.items.low
    lead = low[at + 1]
    if lead not in _AFTER_ADJECTIVE and tags[at + 1] != "T":
        return None
    back = at - 1
    while back > sentence.first and tags[back] == "R":
        back -= 1
    if low[back] not in _FEELS:
        return None
    group = next((one for one in sentence.groups if one.start <= back < one.end or one.head == at), None)
    if group is None or group.subject_start < 0:
        return None
    whole = lead in ("that", "to")
    if lead == "to" and tags[at + 2] not in "BbhdRa":
        return None
    begin = at + 1 if whole else at + 2
    end = clause_end(sentence, begin + 1, group) if whole else object_end(sentence, begin, group)
    if end <= begin:
        return None
    found = Found(
        sentence.source(group),
        [sentence.span(group.start, begin)],
        [sentence.span(begin, end)],
        low[at],
        "adjective",
        0.5,
    )
    found.group = group
    found.confidence = weighed(sentence, found, group)
    return found
