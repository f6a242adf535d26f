"""What somebody is asked, told or wished to do: "urged the council to sign", "was asked for a list", "more rain expected"."""

from __future__ import annotations

from typing import Final

from reftel.statements.clauses import Group
from reftel.statements.ends import VERBAL, Sentence, after_adverbials, clause_end, object_end
from reftel.statements.found import Found
from reftel.statements.lexicon import Cue, lexicon
from reftel.statements.tokens import Items

_OVER: Final = "DpJNM#'PO()RQE\""
_FAR: Final = 24  # words between a verb and the infinitive that tells what is asked
_TOWARDS: Final = frozenset("on upon to with".split())
# Verbs whose passive leaves only what is wished or told, as telegrams do: "more rain expected", "reply requested".
_LEFT_OVER: Final = frozenset("expect desire request want appreciate recommend suggest propose agree demand".split())
_GIVEN: Final = frozenset("offer promise pledge".split())
_OF_THINGS: Final = frozenset("request recommend suggest order".split())
_WHOM: Final = 3  # words that name who is to do something
_AS: Final = frozenset("see view regard".split())  # what they hold begins with "as"
_OFTEN: Final = frozenset("every each last this next that".split())
_TOLD: Final = frozenset(
    "ask tell request invite instruct direct urge order advise remind warn encourage caution command".split()
)


def requested(sentence: Sentence, group: Group, cue: Cue, at: int) -> tuple[int, int] | None:
    """Where what somebody is asked to do begins and ends: `urged them to wait`, `called on both sides to wait`."""
    tags, low = sentence.items.tags, sentence.items.low
    if cue.verb in ("call", "appeal", "plead"):
        if low[at] not in _TOWARDS:
            return None
        at += 1
    if at >= sentence.last or tags[at] not in 'DpOMNJ#"':
        return None
    begin = _infinitive(sentence, at + 1)
    if begin < 0 or (cue.verb in _OF_THINGS and begin - at > _WHOM):
        return None  # "requested more men to help": the men are asked for
    return begin, object_end(sentence, begin + 1, group)


def _infinitive(sentence: Sentence, at: int) -> int:
    """Where "to" and a verb stand behind a noun phrase and asides; -1 where another clause comes first."""
    tags = sentence.items.tags
    stop = min(sentence.last - 1, at + _FAR)
    while at < stop:
        tag = tags[at]
        if tag == "t":
            if is_verb(sentence.items, at + 1, sentence.last):
                return at
        elif tag == ",":
            closing = next((k for k in range(at + 1, stop) if tags[k] == "," or tags[k] in VERBAL), -1)
            if closing < 0 or tags[closing] != "," or at + 1 == closing:
                return -1
            at = closing
        elif tag not in _OVER and not (tag == "C" and tags[at - 1] in "NMO"):
            return -1
        at += 1
    return -1


def is_verb(items: Items, at: int, last: int) -> bool:
    """Whether a verb stands at `at`, behind "to" and adverbs."""
    tags = items.tags
    while at < last and tags[at] == "R":
        at += 1
    if at >= last:
        return False
    if tags[at] in "NJ":
        return items.low[at] in lexicon().lemmas or (at + 1 < last and tags[at + 1] in "DpOTR")
    return tags[at] in "BbhdVa"


def told(sentence: Sentence, group: Group, cue: Cue) -> Found | None:
    """The frame of `he was told to wait`, `asked whether it would rain`, `was asked for a list`: nobody is named."""
    tags, low, at = sentence.items.tags, sentence.items.low, group.end
    if cue.verb in _GIVEN and group.passive and at < sentence.last and tags[at] in "DpNMJ#":
        end = object_end(sentence, at, group)
        return Found([], [sentence.span(group.start, at)], [sentence.span(at, end)], cue.verb, "asked", 0.4)
    if cue.verb not in _TOLD or at >= sentence.last:
        return None
    leads = ("about", "for") if cue.verb == "ask" else ()
    if low[at] not in leads and cue.verb == "ask":
        right = after_adverbials(sentence, at)
        at = right if right < sentence.last and (tags[right] in "wW" or low[right] in ("if", "where", "when")) else at
    if (
        low[at] in leads
        or (tags[at] == "t" and is_verb(sentence.items, at + 1, sentence.last))
        or _asks(sentence, cue, at)
    ):
        begin = at + 1 if low[at] in leads else at
        end = object_end(sentence, at + 1, group)
        if end <= begin:
            return None
        return Found([], [sentence.span(group.start, begin)], [sentence.span(begin, end)], cue.verb, "asked", 0.5)
    return None


def told_bare(sentence: Sentence, group: Group, cue: Cue) -> Found | None:
    """The frame of `minister instructed to wait`, where a telegram leaves out "was"."""
    items, at = sentence.items, group.end
    if cue.verb not in _TOLD or "I" in cue.frames.upper() or not items.low[group.head].endswith(("ed", "told")):
        return None
    return told(sentence, group, cue) if items.tags[at] == "t" and is_verb(items, at + 1, sentence.last) else None


def _asks(sentence: Sentence, cue: Cue, at: int) -> bool:
    tags, low = sentence.items.tags, sentence.items.low
    if tags[at] == ":" and at + 2 < sentence.last:
        return "t" in tags[at + 1 : at + 5]
    return (tags[at] in "wW" or low[at] in ("if", "where", "when")) and "W" in cue.frames


def left_over(sentence: Sentence, group: Group, cue: Cue) -> Found | None:
    """The frame of `more rain is expected`, `no reply desired`: what is expected is the subject, nobody is named."""
    tags, at = sentence.items.tags, group.end
    if cue.verb not in _LEFT_OVER or group.subject_start < 0 or group.shared:
        return None
    if not group.passive and cue.verb == "agree":
        return None
    if not group.passive and (group.start != group.head or not sentence.items.low[group.head].endswith("ed")):
        return None
    if tags[group.subject_start] in "OW" and not group.passive:
        return None
    while at < sentence.last and tags[at] == "R":
        at += 1
    if at < sentence.last and (not _only_when(sentence, at)):
        return None
    end = object_end(sentence, group.end, group) if group.end < sentence.last else group.end
    content = [*sentence.source(group)]
    if end > group.end and (rest := sentence.span(group.end, end)).end and tags[group.end] in "PR":
        content.append(rest)
    return Found([], [sentence.span(group.start, group.end)], content, cue.verb, "passive-object", 0.3)


def _only_when(sentence: Sentence, at: int) -> bool:
    """Whether what follows only says when or where."""
    low = sentence.items.low[at]
    return (sentence.items.tags[at] in "P,;C)" and low != "by") or low in ("before", "after", "until", "since")


def held(sentence: Sentence, group: Group, cue: Cue, at: int) -> int:
    """Where it ends what somebody holds something to be: `a hedge` in `saw the pact as a hedge`; -1 where nothing is held."""
    tags, low = sentence.items.tags, sentence.items.low
    if at >= sentence.last or tags[at] not in 'DpOMNJ#"':
        return -1
    noun = tags[at] in "OMN"
    position = at + 1
    while position < min(sentence.last, at + _FAR):
        tag = tags[position]
        if low[position] == "as":
            return object_end(sentence, position + 1, group)
        if tag == "t":
            behind = position + 1 < sentence.last and low[position + 1] in ("be", "have")
            return clause_end(sentence, position, group) if behind and noun else -1
        bare = cue.verb not in _AS and low[position] not in _OFTEN
        if tag in 'JD"' and noun and bare and tags[position - 1] in "NMO":
            return object_end(sentence, position, group)
        if tag not in _OVER:
            return -1
        noun = noun or tag in "NMO"
        position += 1
    return -1
