"""What is told in the passive: "it was announced that", "he is expected to", "was quoted as saying that"."""

from __future__ import annotations

from typing import Final

from reftel.statements.clauses import Group
from reftel.statements.ends import (
    Sentence,
    after_adverbials,
    clause_end,
    object_end,
    phrase_end,
    tight_clause_follows,
)
from reftel.statements.found import Found
from reftel.statements.lexicon import Cue
from reftel.statements.requests import is_verb, left_over, told

_CALLING: Final = frozenset("call dub deem consider name label".split())
_NAMING: Final = frozenset(
    "know see describe consider view regard portray label dub call deem characterize perceive depict cast".split()
)
_QUOTED: Final = frozenset(("quoted", "reported", "cited"))
_HELD_TO: Final = frozenset(
    "expect believe think say report rumor allege know consider deem hold understand estimate purport presume assume claim".split()
)


def passive(sentence: Sentence, group: Group, cue: Cue) -> Found | None:
    """The frames of `it was announced that`, `he was asked about`, `they are expected to`, `the plan was criticized by`."""
    tags, low = sentence.items.tags, sentence.items.low
    at = group.end
    if group.form == "participle":
        return told(sentence, group, cue) or left_over(sentence, group, cue)
    if at >= sentence.last:
        return left_over(sentence, group, cue)
    cue_span = [sentence.span(group.start, group.end)]
    if (quoted := quoted_as(sentence, group, at)) is not None:
        return quoted
    right = after_adverbials(sentence, at)
    if right < sentence.last and tags[right] == "T" and "T" in cue.frames and low[right - 1] != "so":
        content = sentence.span(right, clause_end(sentence, right + 1, group))
        return Found([], cue_span, [content], cue.verb, "passive-that", 0.55)
    subject = group.subject_start
    if subject >= 0 and low[subject] == "it" and "T" in cue.frames and tight_clause_follows(sentence, at):
        content = sentence.span(at, clause_end(sentence, at + 1, group))
        return Found([], [sentence.span(subject, at)], [content], cue.verb, "passive-that", 0.5)
    if tags[at] == "t" and cue.verb in _HELD_TO and is_verb(sentence.items, at + 1, sentence.last):
        content_spans = [*sentence.source(group), sentence.span(at, clause_end(sentence, at, group))]
        return Found([], cue_span, content_spans, cue.verb, "passive-to", 0.6)
    if cue.verb in _NAMING and group.subject_start >= 0 and _is_named(sentence, cue, at):
        named = [*sentence.source(group), sentence.span(at, object_end(sentence, at, group))]
        return Found([], cue_span, named, cue.verb, "passive-named", 0.4)
    if low[at] == "by" and group.subject_start >= 0 and "O" in cue.frames:
        end = phrase_end(sentence, at + 1)
        if end > at + 1:
            agent = [sentence.span(at + 1, end)]
            return Found(
                agent, [sentence.span(group.start, at + 1)], sentence.source(group), cue.verb, "passive-by", 0.45
            )
    return told(sentence, group, cue) or left_over(sentence, group, cue)


def quoted_as(sentence: Sentence, group: Group, at: int) -> Found | None:
    """The frame of `he was quoted as saying that`."""
    tags, low = sentence.items.tags, sentence.items.low
    if low[group.head] not in _QUOTED or at + 2 >= sentence.last or low[at] != "as" or tags[at + 1] != "G":
        return None
    content = sentence.span(at + 2, clause_end(sentence, at + 3, group))
    cue = [sentence.span(group.start, at + 2)]
    return Found(sentence.source(group), cue, [content], low[group.head], "quoted-as", 0.8)


def _is_named(sentence: Sentence, cue: Cue, at: int) -> bool:
    """Whether what somebody is called or seen as follows: "known as", "called a"."""
    if sentence.items.low[at] == "as":
        return True
    return cue.verb in _CALLING and sentence.items.tags[at] in 'DMN"J'
