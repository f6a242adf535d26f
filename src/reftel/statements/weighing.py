"""How sure a find is: by who speaks and by the form of the verb, beside the frame."""

from __future__ import annotations

from typing import Final

from reftel.statements.clauses import Group
from reftel.statements.ends import Sentence
from reftel.statements.found import Found

_THINGS: Final = frozenset("it this that these those which there everything nothing something what".split())
_TALKERS: Final = frozenset("i we you me us".split())
_MODALS: Final = frozenset(
    "will would can could may might must shall should ought cannot can't won't wouldn't couldn't "
    "shouldn't 'd 'll".split()
)
_NEGATIONS: Final = frozenset(
    "not never don't doesn't didn't isn't aren't wasn't weren't hasn't haven't hadn't".split()
)
# Whom reports and articles quote; what these do is mostly said.
_OBSERVERS: Final = frozenset(
    "analysts analyst observers observer participants participant experts expert officials official "
    "diplomats diplomat journalists journalist interlocutors interlocutor "
    "contacts contact commentators commentator academics scholars critics critic spokesman "
    "spokeswoman spokesperson poloff emboff econoff".split()
)
# Verbs that tell a wish in a modal as well as without one: "would appreciate", "may wish to".
WISHES: Final = frozenset("like wish want desire prefer appreciate welcome hope expect".split())
_SURELY: Final = 0.75  # from here on the frame itself says that somebody speaks


def weighed(sentence: Sentence, found: Found, group: Group) -> float:
    """The confidence of `found`, whose verb is `group`."""
    sure = found.confidence >= _SURELY
    if sentence.items.cable and not sure:
        factor = _in_cable(sentence, found, group)
    else:
        factor = _of_subject(sentence, group, sure) * _of_form(sentence, found, group, sure)
    return round(min(0.97, found.confidence * factor), 3)


def _in_cable(sentence: Sentence, found: Found, group: Group) -> float:
    """What subject and form tell in a cable, where whoever is named is mostly reported."""
    subject = _of_subject(sentence, group, sure=False)
    if subject > 0.5 or (group.subject_start >= 0 and sentence.items.tags[group.subject_start] == "W"):
        subject = max(subject, 1.0)
    form = _of_form(sentence, found, group, sure=False)
    if found.rule.startswith(("object", "preposition")):
        return subject * form
    return subject * max(form, 0.7)


def _of_subject(sentence: Sentence, group: Group, sure: bool) -> float:
    items, start, end = sentence.items, group.subject_start, group.subject_end
    if start < 0:
        return 0.4
    word, tag = items.low[start], items.tags[start]
    if word in _TALKERS:
        return 0.8 if sure else 0.7
    if word in _THINGS:
        return 0.6 if sure else 0.45
    if word == "who":
        return 0.8 if sure else 0.65
    if word == "they":
        return 0.85 if sure else 0.6
    if tag == "O":
        return 1.0
    if tag == "M" or any(items.tags[at] == "M" for at in range(start, min(end, start + 4))):
        return 1.1
    if any(items.low[at] in _OBSERVERS for at in range(start, end)):
        return 1.0 if sure else 1.5
    if end - start == 1:
        return 1.0  # "analysts", "officials"
    return 0.9 if sure else 0.7


def _of_form(sentence: Sentence, found: Found, group: Group, sure: bool) -> float:
    low = sentence.items.low
    words = [low[at] for at in range(group.start, group.head)]
    if group.form == "to":
        return 0.6 if sure else 0.5
    if any(word in _MODALS for word in words) and found.verb not in WISHES:
        return 0.6 if sure else 0.45
    if any(word in _NEGATIONS for word in words):
        return 0.8 if sure else 0.7
    if group.form == "ing":
        return 0.9 if sure else 0.75
    return 1.0
