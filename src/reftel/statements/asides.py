"""What is attributed without a verb: "according to", "in the words of", "reportedly", "NAME: ...", "in a survey"."""

from __future__ import annotations

from typing import Final

from reftel.statements.ends import VERBAL, Sentence
from reftel.statements.found import Found

_ADVERBS: Final = frozenset("reportedly allegedly purportedly supposedly".split())
_HELD_AS: Final = frozenset("view opinion judgment judgement account estimation experience knowledge".split())
_PAPERS: Final = frozenset(
    "article articles editorial commentary newspaper daily weekly interview column paper magazine "
    "journal broadcast".split()
)
_SURVEYS: Final = frozenset("poll polls survey surveys polling".split())


def in_asides(sentence: Sentence) -> list[Found]:
    """What the sentence attributes without a verb."""
    found: list[Found] = []
    low, tags = sentence.items.low, sentence.items.tags
    for at in range(sentence.first, sentence.last):
        word = low[at]
        one: Found | None = None
        if word == "according" and at + 1 < sentence.last and low[at + 1] == "to":
            one = _according(sentence, at, at + 2)
        elif word == "words" and at + 1 < sentence.last and low[at + 1] == "of" and low[at - 1] == "the":
            one = _according(sentence, at - 2, at + 2)
        elif word in _HELD_AS:
            one = _in_view(sentence, at)
        elif word in _ADVERBS:
            one = _adverb(sentence, at)
        elif tags[at] == ":" and at > sentence.first:
            one = _colon(sentence, at) or _before_quote(sentence, at)
        elif word in _SURVEYS:
            one = _survey(sentence, at)
        if one is not None:
            found.append(one)
    return found


def _source_end(sentence: Sentence, at: int) -> int:
    tags = sentence.items.tags
    end = at
    while end < sentence.last and tags[end] not in ",;:-":
        end += 1
    while end + 1 < sentence.last and tags[end] == "," and tags[end + 1] in "WD" and at > sentence.first + 2:
        # an apposition or a relative clause belongs to the source
        end += 1
        while end < sentence.last and tags[end] not in ",;:-":
            end += 1
    return end


def _according(sentence: Sentence, cue: int, at: int) -> Found | None:
    if cue < sentence.first:
        return None
    tags = sentence.items.tags
    end = _source_end(sentence, at)
    if end == at:
        return None
    cue_span, source = [sentence.span(cue, at)], [sentence.span(at, end)]
    rule = "according-to"
    if cue <= sentence.first + 1 or tags[cue - 1] in ";":
        if end >= sentence.last:
            return None
        stop = end + 1
        while stop < sentence.last and tags[stop] != ";":
            stop += 1
        return Found(source, cue_span, [sentence.span(end, stop)], "according to", rule, 0.9)
    if sentence.items.low[cue] == "in" and end + 1 < sentence.last:
        return Found(source, cue_span, [sentence.span(end, sentence.last)], "in the words of", "words-of", 0.7)
    start = cue
    while start > sentence.first and tags[start - 1] != ";":
        start -= 1
    content = [sentence.span(start, cue)]
    if not content[0].end:
        return None
    if (
        tags[cue - 1] in ",-"
        and end + 1 < sentence.last
        and (not sentence.has_verb(start, cue) or tags[end + 1] in VERBAL)
    ):
        content.append(sentence.span(end, sentence.last))
    return Found(source, cue_span, content, "according to", rule, 0.9)


def _in_view(sentence: Sentence, at: int) -> Found | None:
    """The frame of `in his view`, `in the minister's opinion`, `by her own account`."""
    tags, low = sentence.items.tags, sentence.items.low
    start = at
    while start > sentence.first and tags[start - 1] in "DpJNM'":
        start -= 1
    if start == sentence.first or low[start - 1] not in ("in", "by", "to") or at - start > 6:
        return None
    owner = next((back for back in range(start, at) if tags[back] == "'"), -1)
    source = (
        sentence.span(start, owner)
        if owner > start
        else sentence.span(start, start + 1)
        if tags[start] == "p"
        else None
    )
    if source is None:
        return None
    if (
        start - 1 > sentence.first
        and tags[start - 2] == ","
        and tags[at + 1 : at + 2] == [","]
        and at + 2 < sentence.last
    ):
        around = [sentence.span(sentence.first, start - 1), sentence.span(at + 1, sentence.last)]
        return Found([source], [sentence.span(start - 1, at + 1)], around, low[at], "in-view", 0.6)
    behind = at + 1 < sentence.last and sentence.has_verb(at + 1, sentence.last)
    content = sentence.span(at + 1, sentence.last) if behind else sentence.span(sentence.first, start - 1)
    if not content.end:
        return None
    return Found([source], [sentence.span(start - 1, at + 1)], [content], low[at], "in-view", 0.6)


def _adverb(sentence: Sentence, at: int) -> Found | None:
    """The clause around the adverb: nobody is named."""
    tags = sentence.items.tags
    start, end = at, at + 1
    for group in sentence.groups:
        if group.start - 1 <= at <= group.end and group.subject_start >= 0:
            start = group.subject_start
            break
    else:
        if at > sentence.first and tags[at - 1] not in ",":
            return None
    while (
        end < sentence.last
        and tags[end] not in ";"
        and not (tags[end] == "," and end + 1 < sentence.last and tags[end + 1] in "WSC")
    ):
        end += 1
    content = [span for span in (sentence.span(start, at), sentence.span(at + 1, end)) if span.end]
    if not content:
        return None
    return Found([], [sentence.span(at, at + 1)], content, sentence.items.low[at], "adverb", 0.6)


_SALUTATIONS: Final = frozenset("sir sirs madam madame gentlemen excellency dear".split())


def _colon(sentence: Sentence, at: int) -> Found | None:
    """A line that names its speaker first, as headlines and transcripts do."""
    tags = sentence.items.tags
    if at - sentence.first > 7 or at + 3 >= sentence.last or sentence.items.low[sentence.first] in _SALUTATIONS:
        return None
    if any(tags[back] not in "MNJ#'D" for back in range(sentence.first, at)) or tags[at - 1] not in "MN":
        return None
    if not any(tags[back] == "M" for back in range(sentence.first, at)) and sentence.items.low[at - 1] not in _SURVEYS:
        return None
    if not sentence.has_verb(at + 1, sentence.last) and tags[at + 1] != '"':
        return None
    if at - sentence.first == 1 and not (
        sentence.items.low[sentence.first].upper() == sentence.items.low[sentence.first]
        or tags[at + 1] == '"'
        or _told(sentence, at)
    ):
        return None
    source = [sentence.span(sentence.first, at)]
    colon = [type(source[0])(sentence.items.starts[at], sentence.items.ends[at])]
    return Found(source, colon, [sentence.span(at + 1, sentence.last)], ":", "colon", 0.5)


def _told(sentence: Sentence, at: int) -> bool:
    """Whether a clause with a subject follows."""
    return any(group.start > at and group.form == "finite" and group.subject_start > at for group in sentence.groups)


def _before_quote(sentence: Sentence, at: int) -> Found | None:
    """A clause that only leads to a quotation: `A similar view stood in an article in the Daily: "..."`."""
    tags, low = sentence.items.tags, sentence.items.low
    if at + 2 > sentence.last or tags[at + 1] != '"' or not sentence.has_verb(sentence.first, at):
        return None
    for group, cue in zip(sentence.groups, sentence.cues, strict=True):
        if cue is not None and "Q" in cue.frames and not group.passive and group.end <= at:
            return None  # the verb's own frame has it
    start = at
    for back in range(at - 1, sentence.first, -1):
        if (
            tags[back] in "DM"
            and low[back - 1] in ("in", "by")
            and any(low[k] in _PAPERS or tags[k] == "M" for k in range(back, at))
        ):
            start = back
    opening = sentence.groups[0] if sentence.groups else None
    content = [sentence.span(at + 1, sentence.last)]
    if start < at:
        cue_span = [sentence.span(opening.start, opening.end)] if opening else []
        return Found([sentence.span(start, at)], cue_span, content, ":", "before-quote", 0.6)
    if opening is None or opening.subject_start < 0:
        return None
    return Found(
        sentence.source(opening), [sentence.span(opening.start, opening.end)], content, ":", "before-quote", 0.4
    )


def _survey(sentence: Sentence, at: int) -> Found | None:
    """What is found "in a survey", at the beginning or the end of its sentence."""
    tags, low = sentence.items.tags, sentence.items.low
    start = at
    while start > sentence.first and tags[start - 1] in "DJNM#'":
        start -= 1
    if start == sentence.first or low[start - 1] != "in" or tags[start] not in "DM":
        return None
    cue_span = [sentence.span(start - 1, start)]
    end = _source_end(sentence, at)
    if start - 1 == sentence.first:
        if end >= sentence.last or tags[end] != "," or not sentence.has_verb(end, sentence.last):
            return None
        return Found([sentence.span(start, end)], cue_span, [sentence.span(end, sentence.last)], "in", "survey", 0.6)
    if end < sentence.last and tags[end] != ",":
        return None
    if not sentence.has_verb(sentence.first, start - 1) or sentence.has_verb(at, end):
        return None
    return Found([sentence.span(start, end)], cue_span, [sentence.span(sentence.first, start - 1)], "in", "survey", 0.4)
