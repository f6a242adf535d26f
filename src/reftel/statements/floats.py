"""Reporting clauses that stand behind, or inside, what they report: quotations, inversion, floating tags."""

from __future__ import annotations

from typing import Final

from reftel.finding import Span
from reftel.statements.clauses import Group
from reftel.statements.ends import INSIDE, VERBAL, Sentence, after_adverbials, inverted_end
from reftel.statements.found import Found
from reftel.statements.lexicon import Cue

_WHOLE: Final = 5  # words from which a quotation that begins with a capital stands for itself
_DAYS: Final = frozenset("monday tuesday wednesday thursday friday saturday sunday today yesterday".split())


def _start(group: Group) -> int:
    return group.subject_start if group.subject_start >= 0 and not group.shared else group.start


def quote_before(sentence: Sentence, group: Group, cue: Cue) -> Found | None:
    """The frame of `"...," he said` and of `"...," said the minister`."""
    tags = sentence.items.tags
    start = _start(group)
    before = start - 1
    while before >= sentence.first and tags[before] in ",-":
        before -= 1
    if before < sentence.first or tags[before] != '"':
        return None
    quote = sentence.items.quotes[before]
    if start - 1 == before and quote is not None and quote.sign == "" and before > sentence.first:
        return None  # marks around a part of the clause
    if group.subject_start >= 0 and not group.shared:
        source, end = sentence.source(group), group.end
    else:
        stop = _behind_quote(sentence, group.end)
        if stop == group.end:
            return None
        source, end = [sentence.span(group.end, stop)], stop
    content = [quote_and_lead(sentence, before), *goes_on(sentence, end)]
    return Found(source, [sentence.span(group.start, group.end)], content, cue.verb, "quote-before", 0.95)


def _behind_quote(sentence: Sentence, at: int) -> int:
    """Where the source ends that stands behind `"...," said`: all that is told of it belongs to it."""
    tags = sentence.items.tags
    end = at
    while end < sentence.last:
        if tags[end] in '";:T' or (tags[end] == "," and end + 1 < sentence.last and tags[end + 1] in 'PGRSC"Q'):
            break
        if tags[end] in "VQ" and tags[end - 1] == ",":
            break
        end += 1
    return end if end > at and tags[at] in "DpMNJ#O" else at


def quote_and_lead(sentence: Sentence, quote: int) -> Span:
    """The quotation, with the words of its sentence that lead into it where it is only the end of one."""
    items = sentence.items
    start = quote
    while start > sentence.first and items.tags[start - 1] not in ';":':
        start -= 1
    inside = items.quotes[quote]
    whole = items.capital[quote] and inside is not None and inside.last - inside.first >= _WHOLE
    if start < quote and not whole and sentence.has_verb(start, quote):
        return Span(items.starts[start], items.ends[quote])
    return Span(items.starts[quote], items.ends[quote])


def goes_on(sentence: Sentence, at: int) -> list[Span]:
    """A quotation that goes on behind the cue."""
    tags = sentence.items.tags
    end = at
    while end < sentence.last and tags[end] in INSIDE:
        end += 1
    if end + 1 < sentence.last and tags[end] in ",:-" and tags[end + 1] == '"':
        return [sentence.span(end + 1, sentence.last)]
    return []


def inverted(sentence: Sentence, group: Group, cue: Cue) -> Found | None:
    """The frame of `it will rain, said the minister`, and of `the obstacle, said the minister, was the rain`."""
    tags = sentence.items.tags
    if tags[group.start - 1] != "," or group.start <= sentence.first or group.end - group.start > 2:
        return None
    if sentence.items.low[group.head] not in (cue.verb, f"{cue.verb}s") and tags[group.head] != "V":
        return None
    if group.subject_start >= 0 and not group.shared and cue.verb != "say" and ("O" in cue.frames or "A" in cue.frames):
        return None
    if sentence.items.cable and tags[group.head] == "B":
        return None  # what a telegram's sender asks without saying who
    end = inverted_end(sentence, group.end)
    if end == group.end:
        return None
    cue_span = [sentence.span(group.start, group.end)]
    source = [sentence.span(group.end, end)]
    left = sentence.span(sentence.first, group.start)
    if sentence.has_verb(sentence.first, group.start):
        return Found(source, cue_span, [left], cue.verb, "inverted", 0.85)
    if end + 1 < sentence.last and tags[end] == "," and tags[end + 1] in VERBAL:
        return Found(source, cue_span, [left, sentence.span(end, sentence.last)], cue.verb, "inverted-inside", 0.85)
    return None


def floating(sentence: Sentence, group: Group, cue: Cue) -> Found | None:
    """The frame of `it will rain, he said`, and of `the obstacle, he said, was the rain`."""
    tags, low = sentence.items.tags, sentence.items.low
    start = group.subject_start
    if start <= sentence.first or group.shared:
        return None
    comma = _over_phrase(sentence, group.end)
    if low[start - 1] == "as" and comma < sentence.last and tags[comma] == "," and start - 1 == sentence.first:
        behind = sentence.span(comma, sentence.last)
        return Found(
            sentence.source(group), [sentence.span(group.start, group.end)], [behind], cue.verb, "as-reported", 0.6
        )
    follows_as = (
        low[start - 1] == "as" and start - 2 > sentence.first and tags[start - 2] in ",-" and group.end == sentence.last
    )
    if tags[start - 1] not in ",-" and not follows_as:
        return None
    right = after_adverbials(sentence, group.end)
    if right < sentence.last and (
        tags[right] in "T:" or (tags[right] in ",-" and tags[right + 1 : right + 2] == ["T"])
    ):
        return None
    begin = start
    while begin > sentence.first and tags[begin - 1] != ";":
        begin -= 1
    left = sentence.span(begin, start - 1 if tags[start - 1] == "S" else start)
    cue_span = [sentence.span(group.start, group.end)]
    if right < sentence.last and tags[right] in ",-" and right + 1 < sentence.last:
        behind = sentence.span(right + 1, sentence.last)
        if tags[right + 1] == '"':
            quote = sentence.items.quotes[right + 1]
            if quote is not None and not _begins_low(sentence, right + 1):
                return None  # an adverbial, then: he said, "..."
            return Found(sentence.source(group), cue_span, [left, behind], cue.verb, "floating-inside", 0.8)
        if (
            right == group.end
            and (tags[right + 1] in VERBAL or sentence.has_verb(right + 1, sentence.last) or tags[right + 1] == "P")
            and tags[right + 1] != "C"
        ):
            return Found(sentence.source(group), cue_span, [left, behind], cue.verb, "floating-inside", 0.8)
    elif right < sentence.last:
        return None
    if right - group.end > 0 and tags[group.end] in "DpONMJ#" and low[group.end] not in _DAYS and "A" not in cue.frames:
        return None  # it has an object of its own
    if not _is_clause(sentence, begin, start):
        return None
    return Found(sentence.source(group), cue_span, [left], cue.verb, "floating", 0.85)


def _over_phrase(sentence: Sentence, at: int) -> int:
    """Behind what only says where: "as we wrote in the last report", "as they understand it"."""
    tags = sentence.items.tags
    while at < sentence.last and tags[at] in "PODpJNM#'":
        at += 1
    return at


def _begins_low(sentence: Sentence, position: int) -> bool:
    return sentence.items.low[position] == '"' and not sentence.items.capital[position]


def _is_clause(sentence: Sentence, start: int, end: int) -> bool:
    """Whether a main clause stands there, not only one that "when" or "if" opens."""
    tags = sentence.items.tags
    if tags[start] not in "SGQ" and sentence.items.low[start] != "asked":
        return sentence.has_verb(start, end)
    for at in range(start, end - 1):
        if tags[at] == ",":
            return sentence.has_verb(at + 1, end)
    return False
