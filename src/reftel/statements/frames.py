"""The frames of reporting verbs: which side the source stands on, and where the content begins and ends."""

from __future__ import annotations

from typing import Final

from reftel.statements.clauses import Group
from reftel.statements.ends import (
    VERBAL,
    Sentence,
    after_adverbials,
    clause_end,
    clause_follows,
    object_end,
    phrase_end,
    tight_clause_follows,
)
from reftel.statements.floats import floating, inverted, quote_before
from reftel.statements.found import Found
from reftel.statements.lexicon import Cue, lexicon
from reftel.statements.nominal import tells_that
from reftel.statements.passives import passive, quoted_as
from reftel.statements.requests import held, is_verb, left_over, requested, told_bare
from reftel.statements.weighing import WISHES, weighed

_EVIDENCE: Final = frozenset(
    "poll polls survey surveys study studies report reports data figures records record document "
    "documents numbers statistics results analysis research "
    "evidence video footage tape polling review investigation findings census estimates estimate "
    "email emails e-mails letter filings filing average "
    "transcript memo audit tests test history experience markets index articles article papers photo "
    "photos photograph intelligence reporting".split()
)
_ASKING: Final = frozenset("if where when".split())
_IN_PASSING: Final = frozenset(
    (
        "in particular",
        "in turn",
        "for example",
        "in general",
        "at length",
        "at once",
        "in passing",
        "in private",
        "in public",
    )
)
_PROVING: Final = frozenset("show indicate demonstrate prove".split())
_VIEWS: Final = frozenset(
    "view views opinion opinions assessment position sentiment sentiments argument idea analysis "
    "conclusion interpretation assertion".split()
)
_DURATIONS: Final = frozenset(
    "months years weeks days hours minutes decades month year week day hour while time".split()
)
_WHEREABOUTS: Final = frozenset("on in at during after before from by when while".split())
_SHOWING: Final = frozenset("show find suggest indicate reveal demonstrate confirm".split())
_FAR: Final = 30  # words between a verb and its that-clause
# Verbs of thinking that stand as a tag: "the road, they believe, is open", "as we understand it".
_FLOATING: Final = frozenset("believe understand feel hope suspect".split())
_NOTHING: Final = frozenset("nothing something anything everything little much".split())
_SOONER: Final = frozenset("later earlier early further first second third last".split())
# What the sender of a telegram asks and thinks without saying who: "request instructions", "would appreciate names".
_UNSAID: Final = frozenset(
    "request suggest recommend appreciate propose believe understand hope expect doubt regret welcome prefer assume".split()
)
_LIKELY: Final = frozenset("likely unlikely probable improbable".split())
_SEEMING: Final = frozenset(("seem", "appear"))


def in_verbs(sentence: Sentence) -> list[Found]:
    """What the verbs of the sentence report."""
    found: list[Found] = []
    for group, cue in zip(sentence.groups, sentence.cues, strict=True):
        if cue is None:
            continue
        one = _reported(sentence, group, cue)
        if one is not None:
            one.group = group
            if one.source and not one.rule.startswith(("inverted", "passive")) and one.rule != "quote-before":
                one.confidence = weighed(sentence, one, group)
            elif not one.source and _unsaid(sentence, group, cue):
                one.rule, one.confidence = "unsaid", 0.5
            elif not one.source and one.rule not in ("seeming", "asked") and not one.rule.startswith("passive"):
                one.confidence = round(one.confidence * 0.4, 3)
            found.append(one)
    return found


def _unsaid(sentence: Sentence, group: Group, cue: Cue) -> bool:
    """Whether a telegram leaves out that its sender asks or thinks: "would appreciate names", "suggest you wait"."""
    tags = sentence.items.tags
    if not sentence.items.cable or cue.verb not in _UNSAID or group.form != "finite" or group.passive:
        return False
    if group.start > sentence.first and tags[group.start - 1] not in ",:-(":
        return False
    return tags[group.head] == "B" or tags[group.start] == "m"


def _reported(sentence: Sentence, group: Group, cue: Cue) -> Found | None:
    if cue.verb in _SEEMING:
        return _seeming(sentence, group, cue)
    if group.passive:
        return passive(sentence, group, cue)
    if group.form == "ing" and sentence.items.low[group.start - 1 : group.start] == ["as"]:
        return None  # "was quoted as saying"
    if cue.verb in ("begin", "continue") and group.subject_start < 0:
        return None
    if (inside := _inside_relative(sentence, group, cue)) is not None:
        return inside
    if group.form == "finite" and cue.verb in _FLOATING and (tag := floating(sentence, group, cue)) is not None:
        return tag
    if group.form == "finite" and ("Q" in cue.frames or cue.kind == "show"):
        found = quote_before(sentence, group, cue) or inverted(sentence, group, cue) or floating(sentence, group, cue)
        if found is not None:
            return found
    return _to_the_right(sentence, group, cue)


def _inside_relative(sentence: Sentence, group: Group, cue: Cue) -> Found | None:
    """The frame of `what pilots said was a leak`, `who sailors say is owed a boat`."""
    tags, start, at = sentence.items.tags, group.subject_start, group.end
    if (
        "z" not in cue.frames.lower()
        or group.shared
        or group.form != "finite"
        or start <= sentence.first
        or at >= sentence.last
    ):
        return None
    if tags[start - 1] not in "WwT" or tags[at] not in VERBAL:
        return None
    content = [sentence.span(start - 1, start), sentence.span(at, object_end(sentence, at, group))]
    return Found(sentence.source(group), [sentence.span(group.start, at)], content, cue.verb, "relative", 0.6)


def _seeming(sentence: Sentence, group: Group, cue: Cue) -> Found | None:
    """The frame of `the wall seems to hold` and of `it appears that`: nobody is named."""
    tags, low, at = sentence.items.tags, sentence.items.low, group.end
    if group.form != "finite" or at >= sentence.last:
        return None
    cue_span = [sentence.span(group.start, group.end)]
    if tags[at] == "T":
        return Found([], cue_span, [sentence.span(at, clause_end(sentence, at + 1, group))], cue.verb, "seeming", 0.5)
    subject = group.subject_start
    if tags[at] == "t" and subject >= 0 and sentence.items.low[subject] == "it":
        right = after_adverbials(sentence, at)
        if right < sentence.last and tags[right] == "T":
            source = sentence.span(at + 1, right)
            content = [sentence.span(right, clause_end(sentence, right + 1, group))]
            return Found([source], [sentence.span(subject, at)], content, cue.verb, "seeming", 0.5)
    if tags[at] == "J" and subject >= 0 and low[subject] == "it" and at + 1 < sentence.last:
        begin = at + 1
        if tags[begin] == "T" or tight_clause_follows(sentence, begin):
            content = [sentence.span(begin, clause_end(sentence, begin + 1, group))]
            return Found([], [sentence.span(subject, begin)], content, cue.verb, "seeming", 0.5)
    if low[at] in _LIKELY and subject >= 0 and at + 1 >= sentence.last:
        return Found([], [sentence.span(group.start, at + 1)], sentence.source(group), cue.verb, "seeming", 0.4)
    if tags[at] == "t" and subject >= 0 and not sentence.items.cable and not _tells_next(sentence, at):
        content = [*sentence.source(group), sentence.span(at, object_end(sentence, at, group))]
        return Found([], cue_span, content, cue.verb, "seeming", 0.5)
    return None


def _tells_next(sentence: Sentence, at: int) -> bool:
    """Whether the infinitive at `at` is of a verb that reports: "seems to think"."""
    return any(group.start == at and cue is not None for group, cue in zip(sentence.groups, sentence.cues, strict=True))


def _to_the_right(sentence: Sentence, group: Group, cue: Cue) -> Found | None:
    at = group.end
    frames = cue.frames
    if at < sentence.last and sentence.items.low[at] == "out" and "out" in cue.prepositions:
        at += 1
        frames += "TQO"
    if " ".join(sentence.items.low[at : at + 2]) in _IN_PASSING:
        at += 2
    if at >= sentence.last:
        return left_over(sentence, group, cue)
    if (quoted := quoted_as(sentence, group, at)) is not None:
        return quoted
    if sentence.items.cable and group.start == group.head and (bare := told_bare(sentence, group, cue)) is not None:
        return bare
    return (
        _quotation_or_that(sentence, group, cue, at, frames)
        or (_question(sentence, group, cue, at) if "W" in frames else None)
        or (_addressed(sentence, group, cue, at) if "A" in frames else None)
        or (_requested(sentence, group, cue, at) if "R" in frames else None)
        or (_held(sentence, group, cue, at) if "H" in frames else None)
        or _clause(sentence, group, cue, at, frames)
        or _phrase(sentence, group, cue, at, frames)
        or left_over(sentence, group, cue)
    )


def _made(
    sentence: Sentence, group: Group, cue: Cue, ends: tuple[int, int, int], rule: str, confidence: float
) -> Found | None:
    """The find whose cue ends at `ends[0]` and whose content is `ends[1]` to before `ends[2]`."""
    content = sentence.span(ends[1], ends[2])
    if not content.end:
        return None
    return Found(sentence.source(group), [sentence.span(group.start, ends[0])], [content], cue.verb, rule, confidence)


def _quotation_or_that(sentence: Sentence, group: Group, cue: Cue, at: int, frames: str) -> Found | None:
    tags = sentence.items.tags
    right = after_adverbials(sentence, at)
    if right + 1 < sentence.last and tags[right] in "-:," and tags[right + 1] == "T":
        right += 1
    if right >= sentence.last or right - at > (_FAR if tags[right] == "T" else 14):
        return None
    if "Q" in frames:
        colon = tags[right] in ":," and right + 1 < sentence.last and tags[right + 1] == '"'
        if colon and tags[right] == "," and tags[at] in "Dp" and "A" not in frames:
            return None  # it has an object of its own
        plain = (
            tags[right] == '"' and right - at <= 6 and (right == at or tags[right - 1] not in "DpPJ'#" or "A" in frames)
        )
        if colon or plain:
            begin = right + 1 if colon else right
            whole = begin + 1 >= sentence.last or tags[begin + 1] in ",.-"
            end = begin + 1 if whole else clause_end(sentence, begin, group)
            if right > at and not colon and tags[at] in "DpNJ" and "A" not in frames:
                begin = at
            return _made(sentence, group, cue, (at, begin, end), "quote-after", 0.88)
        if tags[right] == ":" and right == at:
            return _made(sentence, group, cue, (at, right + 1, sentence.last), "colon-after", 0.7)
    if tags[at] == "t" and "I" in frames and is_verb(sentence.items, at + 1, sentence.last):
        return None
    if tags[right] == "T" and right > at and sentence.items.low[right - 1] == "so":
        return None
    if tags[right] == "T" and right > at and "A" not in frames and _noun_has_it(sentence, at, right):
        return None
    if tags[right] == "T" and ("T" in frames or "that" in cue.prepositions):
        sure = 0.85 if cue.verb not in _PROVING or (group.form == "finite" and _tells(sentence, group)) else 0.35
        return _made(sentence, group, cue, (at, right, clause_end(sentence, right + 1, group)), "that-clause", sure)
    return None


def _noun_has_it(sentence: Sentence, at: int, that: int) -> bool:
    """Whether the that-clause is that of the verb's object: "accepted the suggestion of the pilots that"."""
    tags, low = sentence.items.tags, sentence.items.low
    if tags[at] not in "DpJNM":
        return False
    end = phrase_end(sentence, at)
    return end > at and tags[end - 1] == "N" and tells_that(low[end - 1]) and (end == that or low[end] in ("of", "by"))


def _question(sentence: Sentence, group: Group, cue: Cue, at: int) -> Found | None:
    """The frame of `asked in English whether`, `asked her if`."""
    tags, low = sentence.items.tags, sentence.items.low
    right = after_adverbials(sentence, at)
    if right + 1 < sentence.last and tags[right] == "," and tags[right - 1] == ",":
        right += 1
    if right >= sentence.last or right - at > 12 or not (tags[right] == "w" or low[right] in _ASKING):
        return None
    return _made(sentence, group, cue, (at, right, clause_end(sentence, right, group)), "question", 0.6)


def _addressed(sentence: Sentence, group: Group, cue: Cue, at: int) -> Found | None:
    tags, low = sentence.items.tags, sentence.items.low
    if tags[at] not in "OMDpNJ":
        return None
    end = at + 1 if tags[at] == "O" else phrase_end(sentence, at)
    if end >= sentence.last:
        return None
    if tags[end] == "P" and low[end] in ("about", "of"):
        return _made(sentence, group, cue, (at, end + 1, clause_end(sentence, end + 1, group)), "addressed-about", 0.4)
    if tags[end] == "t":
        return _made(sentence, group, cue, (at, end, clause_end(sentence, end, group)), "addressed-to", 0.4)
    if clause_follows(sentence, end) or tags[end] in "w" or low[end] == "if":
        return _made(sentence, group, cue, (at, end, clause_end(sentence, end, group)), "addressed-clause", 0.7)
    return None


def _requested(sentence: Sentence, group: Group, cue: Cue, at: int) -> Found | None:
    ends = requested(sentence, group, cue, at)
    return None if ends is None else _made(sentence, group, cue, (at, *ends), "requested", 0.6)


def _held(sentence: Sentence, group: Group, cue: Cue, at: int) -> Found | None:
    end = held(sentence, group, cue, at)
    return None if end <= at else _made(sentence, group, cue, (at, at, end), "held", 0.55)


def _clause(sentence: Sentence, group: Group, cue: Cue, at: int, frames: str) -> Found | None:
    tags, low = sentence.items.tags, sentence.items.low
    if ("Z" in frames and clause_follows(sentence, at)) or ("z" in frames and tight_clause_follows(sentence, at)):
        return _made(sentence, group, cue, (at, at, clause_end(sentence, at, group)), "clause", 0.75)
    if ("W" in frames or "T" in frames) and (
        tags[at] == "w" or ("W" in frames and (tags[at] == "W" or low[at] in _ASKING))
    ):
        return _made(sentence, group, cue, (at, at, clause_end(sentence, at, group)), "question", 0.4)
    if sentence.items.cable and "i" in frames.lower() and _bare(sentence, at):
        return _made(sentence, group, cue, (at, at, object_end(sentence, at + 1, group)), "infinitive", 0.4)
    modal = cue.verb in WISHES and sentence.items.tags[group.start] == "m"
    if tags[at] == "t" and ("I" in frames or "i" in frames) and is_verb(sentence.items, at + 1, sentence.last):
        return _made(
            sentence,
            group,
            cue,
            (at, at, object_end(sentence, at + 1, group)),
            "infinitive",
            0.5 if "I" in frames or modal else 0.25,
        )
    return None


def _bare(sentence: Sentence, at: int) -> bool:
    """Whether a telegram leaves out the "to" of an infinitive: "offered make reservations"."""
    tags, low = sentence.items.tags, sentence.items.low
    plain = tags[at] == "B" and lexicon().tags.get(low[at]) == "B" and lexicon().lemmas.get(low[at]) == low[at]
    return plain and at + 1 < sentence.last and tags[at + 1] in "DpNJOMP#t"


def _phrase(sentence: Sentence, group: Group, cue: Cue, at: int, frames: str) -> Found | None:
    tags, low = sentence.items.tags, sentence.items.low
    led = _lead(sentence, cue, at)
    if led is not None:
        begin, weak = led
        if begin < sentence.last and tags[begin] == "T":
            return _made(
                sentence, group, cue, (begin, begin, clause_end(sentence, begin + 1, group)), "that-clause", 0.7
            )
        end = _phrase_object_end(sentence, begin, group)
        if _is_duration(sentence, begin):
            return None
        return (
            None
            if end <= begin
            else _made(sentence, group, cue, (begin, begin, end), "preposition", 0.25 if weak else 0.5)
        )
    if cue.kind == "show" or (cue.verb in _SHOWING and _is_evidence(sentence, group)):
        if not _is_evidence(sentence, group) or tags[at] not in 'DpOMNJ#"w':
            return None
        return _made(sentence, group, cue, (at, at, clause_end(sentence, at, group)), "shown", 0.6)
    if low[at] in _NOTHING and cue.verb == "say":
        return None
    begin = at
    if low[at] in _SOONER and tags[at + 1 : at + 2] == ["N"]:
        at += 1  # "prefer later departure"
    if ("O" in frames or "o" in frames) and tags[at] in 'DpOMNJ#"G' and not _modifies(sentence, group):
        wished = cue.verb in WISHES and tags[group.start] == "m"
        strength = 0.7 if _is_view(sentence, at) else 0.5 if "O" in frames or wished else 0.25
        return _made(
            sentence,
            group,
            cue,
            (begin, begin, _phrase_object_end(sentence, at, group)),
            f"object-{cue.kind}",
            strength,
        )
    return None


def _modifies(sentence: Sentence, group: Group) -> bool:
    """Whether the participle only tells what kind of thing is the object of a verb: "missed the opposing sides"."""
    tags = sentence.items.tags
    return (
        group.form == "ing"
        and group.start > sentence.first
        and tags[group.start - 1] in "VBGE"
        and tags[group.end] == "N"
    )


def _is_view(sentence: Sentence, at: int) -> bool:
    """Whether another's view is what the verb is about: "supported this view"."""
    end = phrase_end(sentence, at)
    return end > at and sentence.items.tags[at] in "DpTM" and sentence.items.low[end - 1] in _VIEWS


def _is_duration(sentence: Sentence, at: int) -> bool:
    end = phrase_end(sentence, at)
    return end > at and sentence.items.low[end - 1] in _DURATIONS


def _phrase_object_end(sentence: Sentence, at: int, group: Group) -> int:
    """Where the object ends; a pronoun stands alone before words that only say where or how."""
    tags, low = sentence.items.tags, sentence.items.low
    end = object_end(sentence, at, group)
    if at + 1 < end and tags[at] == "O" and (tags[at + 1] == "R" or low[at + 1] in _WHEREABOUTS or low[at + 1] == "to"):
        return at + 1
    name = at
    while name < end and tags[name] == "M":
        name += 1
    if at < name < end and low[name] in ("to", "by", "during", "throughout"):
        return name
    for position in range(at + 1, end):
        if low[position] in ("during", "amid", "throughout"):
            return position
    return end


def _lead(sentence: Sentence, cue: Cue, at: int) -> tuple[int, bool] | None:
    """Where the content begins behind the words that lead to it, and whether they do so less often."""
    low = sentence.items.low
    word = low[at]
    if f"~{word}" in cue.prepositions:
        return at + 1, True
    if word in cue.prepositions:
        return at + 1, False
    for length in (3, 2):
        if at + length <= sentence.last and "_".join(low[at : at + length]) in cue.prepositions:
            return at + length, False
    return None


def _tells(sentence: Sentence, group: Group) -> bool:
    """Whether the subject is somebody, or something that is read: no tactic shows what somebody says."""
    tags, start = sentence.items.tags, group.subject_start
    head = group.subject_end - 1
    return start >= 0 and (tags[start] in "OM" or _is_evidence(sentence, group) or tags[head] == "M")


def _is_evidence(sentence: Sentence, group: Group) -> bool:
    low = sentence.items.low
    return any(low[at] in _EVIDENCE for at in range(max(0, group.subject_start), max(0, group.subject_end)))
