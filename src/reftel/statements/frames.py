"""The frames of reporting verbs: which side the source stands on, and where the content begins and ends."""

from __future__ import annotations

from typing import Final

from reftel.finding import Span
from reftel.statements.clauses import Group, groups_of, phrase_start
from reftel.statements.found import Found
from reftel.statements.lexicon import Cue, lexicon
from reftel.statements.tokens import Items

_INSIDE: Final = "DpJNM#'PO()RGQ"
_FLOATING: Final = "TQ"
_COMMENTS: Final = frozenset(
    "adding noting saying citing arguing claiming calling describing telling insisting stating".split()
)
_BREAKS: Final = frozenset("but while although though whereas because".split())


class Sentence:
    """One sentence: its items from `first` to before `last`, the stop left out, and its verb groups."""

    __slots__ = ("first", "groups", "items", "last")

    def __init__(self, items: Items, first: int, last: int) -> None:
        self.items = items
        self.first = first
        while last > first and items.tags[last - 1] in ".":
            last -= 1
        self.last = last
        self.groups = groups_of(items, first, last)

    def span(self, start: int, end: int) -> Span:
        """The offsets of the items from `start` to before `end`, without commas and the like at either side."""
        tags = self.items.tags
        while start < end and tags[start] in ",;:-":
            start += 1
        while end > start and tags[end - 1] in ",;:-":
            end -= 1
        if start >= end:
            return Span(0, 0)
        return Span(self.items.starts[start], self.items.ends[end - 1])


def find(sentence: Sentence) -> list[Found]:
    """What the verbs of the sentence report."""
    known = lexicon()
    found: list[Found] = []
    for position, group in enumerate(sentence.groups):
        lemma = known.lemmas.get(sentence.items.low[group.head])
        cue = known.cues.get(lemma) if lemma is not None else None
        if cue is None:
            continue
        one = _reported(sentence, position, group, cue)
        if one is not None:
            found.append(one)
    return found


def _reported(sentence: Sentence, position: int, group: Group, cue: Cue) -> Found | None:
    if group.passive:
        return _passive(sentence, group, cue)
    speaks = "Q" in cue.frames
    if speaks and group.form == "finite":
        for frame in (_quote_before, _inverted, _floating):
            one = frame(sentence, group, cue)
            if one is not None:
                return one
    return _to_the_right(sentence, position, group, cue)


def _source(sentence: Sentence, group: Group) -> list[Span]:
    if group.subject_start < 0:
        return []
    span = sentence.span(group.subject_start, group.subject_end)
    return [span] if span.end else []


def _cue_span(sentence: Sentence, start: int, end: int) -> list[Span]:
    return [sentence.span(start, end)]


def _after_adverbials(sentence: Sentence, at: int) -> int:
    """Where the first that-clause, quotation, colon, verb or comma behind `at` stands: phrases between are passed over."""
    tags = sentence.items.tags
    while at < sentence.last and tags[at] in _INSIDE:
        at += 1
    return at


def _quote_before(sentence: Sentence, group: Group, cue: Cue) -> Found | None:
    """ "...," he said; "...," said the minister."""
    tags = sentence.items.tags
    start = group.subject_start if group.subject_start >= 0 and not group.shared else group.start
    before = _back_over_comma(tags, start - 1, sentence.first)
    if before < sentence.first or tags[before] != '"':
        return None
    if tags[start - 1] != "," and start - 1 != before:
        return None
    quote = sentence.items.quotes[before]
    if start - 1 == before and quote is not None and quote.sign == "" and before > sentence.first:
        return None  # marks around a part of the clause
    if group.subject_start >= 0 and not group.shared:
        source = _source(sentence, group)
        end = group.end
    else:
        stop = _inverted_end(sentence, group.end)
        if stop == group.end:
            return None
        source, end = [sentence.span(group.end, stop)], stop
    content = [_quote_and_lead(sentence, before)]
    content += _goes_on(sentence, end)
    return Found(source, _cue_span(sentence, group.start, group.end), content, cue.verb, "quote-before", 0.95)


def _quote_and_lead(sentence: Sentence, quote: int) -> Span:
    """The quotation, with the words of its sentence that lead into it where it is only the end of one."""
    items = sentence.items
    start = quote
    while start > sentence.first and items.tags[start - 1] not in ';"':
        start -= 1
    if start < quote and any(items.tags[at] in "VbmhdB" for at in range(start, quote)):
        return Span(items.starts[start], items.ends[quote])
    return Span(items.starts[quote], items.ends[quote])


def _goes_on(sentence: Sentence, at: int) -> list[Span]:
    """A quotation, or the rest of a sentence, that goes on behind the cue."""
    tags = sentence.items.tags
    end = at
    while end < sentence.last and tags[end] in _INSIDE:
        end += 1
    if end < sentence.last and tags[end] in ",:" and end + 1 < sentence.last and tags[end + 1] == '"':
        return [sentence.span(end + 1, sentence.last)]
    return []


def _back_over_comma(tags: list[str], at: int, first: int) -> int:
    while at >= first and tags[at] in ",-":
        at -= 1
    return at


def _inverted_end(sentence: Sentence, at: int) -> int:
    """Where the source behind an inverted verb ends; `at` itself where none stands there."""
    tags = sentence.items.tags
    if at >= sentence.last or tags[at] not in "DpMNJ":
        return at
    end = at
    while end < sentence.last:
        tag = tags[end]
        if tag in '";:' or tag in "T":
            break
        if tag == "," and end + 1 < sentence.last and tags[end + 1] in 'PGRSC"':
            break
        if tag in "Vbmhd":
            before = tags[end - 1]
            if before != "W" and not any(tags[back] == "W" for back in range(at, end)):
                return at
        end += 1
    return end


def _inverted(sentence: Sentence, group: Group, cue: Cue) -> Found | None:
    """It will rain, said the minister."""
    tags = sentence.items.tags
    if group.subject_start >= 0 and not group.shared:
        return None
    if group.start <= sentence.first or tags[group.start - 1] != ",":
        return None
    end = _inverted_end(sentence, group.end)
    if end == group.end or not _has_verb(tags, sentence.first, group.start):
        return None
    content = [sentence.span(sentence.first, group.start)]
    return Found(
        [sentence.span(group.end, end)], _cue_span(sentence, group.start, group.end), content, cue.verb, "inverted", 0.9
    )


def _has_verb(tags: list[str], start: int, end: int) -> bool:
    return any(tags[at] in "VbmhdB" for at in range(start, end))


def _floating(sentence: Sentence, group: Group, cue: Cue) -> Found | None:
    """It will rain, he said; the obstacle, he said, was the rain."""
    tags, low = sentence.items.tags, sentence.items.low
    start = group.subject_start
    if start <= sentence.first or group.shared or tags[start - 1] not in ",-":
        return None
    if tags[sentence.first] in "S" and tags[sentence.first] != "S":
        return None
    right = _after_adverbials(sentence, group.end)
    if right < sentence.last and tags[right] == "T":
        return None
    left = sentence.span(sentence.first, start)
    if right >= sentence.last:
        if right - group.end > 0 and tags[group.end] in "DpONMJ#" and low[group.end] not in _DAYS:
            return None  # it has an object of its own
        if not _has_verb(tags, sentence.first, start) or tags[sentence.first] in "S":
            return None
        return Found(
            _source(sentence, group), _cue_span(sentence, group.start, group.end), [left], cue.verb, "floating", 0.85
        )
    if tags[right] in ",-" and right == group.end and right + 1 < sentence.last:
        behind = sentence.span(right + 1, sentence.last)
        follows = tags[right + 1]
        if follows in "VbmhdB" or (_has_verb(tags, sentence.first, start) and follows in "CST"):
            return Found(
                _source(sentence, group),
                _cue_span(sentence, group.start, group.end),
                [left, behind],
                cue.verb,
                "floating-inside",
                0.85,
            )
        if _has_verb(tags, sentence.first, start) and tags[sentence.first] not in "S":
            return Found(
                _source(sentence, group), _cue_span(sentence, group.start, group.end), [left], cue.verb, "floating", 0.8
            )
    return None


_DAYS: Final = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())


def _passive(sentence: Sentence, group: Group, cue: Cue) -> Found | None:
    """It was announced that; the plan was criticized by; they are expected to."""
    tags, low = sentence.items.tags, sentence.items.low
    if group.form == "participle":
        return None
    source: list[Span] = []
    at = group.end
    by = _after_adverbials(sentence, at)
    if by < sentence.last and tags[by] == "T" and "T" in cue.frames:
        content = sentence.span(by, _clause_end(sentence, by + 1))
        return Found(source, _cue_span(sentence, group.start, group.end), [content], cue.verb, "passive-that", 0.7)
    if at < sentence.last and tags[at] == "t" and cue.verb in ("expect", "believe", "think", "say", "report"):
        content_spans = _source(sentence, group)
        content_spans.append(sentence.span(at, _clause_end(sentence, at)))
        return Found([], _cue_span(sentence, group.start, group.end), content_spans, cue.verb, "passive-to", 0.5)
    if at < sentence.last and low[at] == "by" and group.subject_start >= 0 and ("O" in cue.frames):
        end = at + 1
        while end < sentence.last and tags[end] in "DpJNM#'":
            end += 1
        if end > at + 1:
            return Found(
                [sentence.span(at + 1, end)],
                _cue_span(sentence, group.start, at + 1),
                _source(sentence, group),
                cue.verb,
                "passive-by",
                0.55,
            )
    return None


def _to_the_right(sentence: Sentence, position: int, group: Group, cue: Cue) -> Found | None:
    tags, low = sentence.items.tags, sentence.items.low
    at = group.end
    frames = cue.frames
    source = _source(sentence, group)
    if at < sentence.last and low[at] in cue.prepositions and low[at] == "out":
        at += 1
        frames += "TQ"
    if at >= sentence.last:
        return None
    cue_span = _cue_span(sentence, group.start, at)
    right = _after_adverbials(sentence, at)
    if right < sentence.last and right - at < 14:
        colon = tags[right] in ":," and right + 1 < sentence.last and tags[right + 1] == '"'
        if "Q" in frames and ((tags[right] == '"' and right - at <= 6) or colon):
            begin = right + 1 if colon else right
            if colon or right == at or tags[right - 1] not in "DpPJ" or "A" in frames:
                end = (
                    begin + 1 if begin + 1 >= sentence.last or tags[begin + 1] in ",." else _clause_end(sentence, begin)
                )
                if right > at and not colon and tags[at] in "DpNJ" and "A" not in frames:
                    begin = at
                return Found(source, cue_span, [sentence.span(begin, end)], cue.verb, "quote-after", 0.9)
        if tags[right] == "T" and ("T" in frames or "that" in cue.prepositions):
            return Found(
                source, cue_span, [sentence.span(right, _clause_end(sentence, right + 1))], cue.verb, "that-clause", 0.9
            )
    if "A" in frames and tags[at] in "OMDpNJ":
        end = at + 1 if tags[at] == "O" else _phrase_end(sentence, at)
        if end < sentence.last and (tags[end] in "DpONMJSw#" or low[end] == "if"):
            clause = sentence.span(end, _clause_end(sentence, end))
            return Found(source, cue_span, [clause], cue.verb, "addressed-clause", 0.8)
        if end < sentence.last and tags[end] == "t":
            return Found(
                source, cue_span, [sentence.span(end, _clause_end(sentence, end))], cue.verb, "addressed-to", 0.6
            )
        if end < sentence.last and tags[end] == "P" and low[end] in ("about", "of"):
            return Found(
                source,
                _cue_span(sentence, group.start, end + 1),
                [sentence.span(end + 1, _clause_end(sentence, end + 1))],
                cue.verb,
                "addressed-about",
                0.5,
            )
        return None
    if "Z" in frames and _clause_follows(sentence, at):
        return Found(source, cue_span, [sentence.span(at, _clause_end(sentence, at))], cue.verb, "clause", 0.85)
    if ("W" in frames or "T" in frames) and (tags[at] in "w" or (low[at] == "if" and "W" in frames)):
        return Found(source, cue_span, [sentence.span(at, _clause_end(sentence, at))], cue.verb, "question", 0.65)
    if "I" in frames and tags[at] == "t":
        return Found(source, cue_span, [sentence.span(at, _clause_end(sentence, at))], cue.verb, "infinitive", 0.55)
    if low[at] in cue.prepositions:
        end = _object_end(sentence, at + 1)
        if end > at + 1:
            return Found(
                source,
                _cue_span(sentence, group.start, at + 1),
                [sentence.span(at + 1, end)],
                cue.verb,
                "preposition",
                0.5,
            )
        return None
    if "O" in frames and tags[at] in 'DpOMNJ#"':
        end = _object_end(sentence, at)
        return Found(source, cue_span, [sentence.span(at, end)], cue.verb, f"object-{cue.kind}", 0.5)
    return None


def _clause_follows(sentence: Sentence, at: int) -> bool:
    """Whether a clause without "that" begins at `at`: a phrase, then a finite verb of its own."""
    tags = sentence.items.tags
    first = at
    while first < sentence.last and tags[first] in "R":
        first += 1
    if first >= sentence.last:
        return False
    if tags[first] not in "DpONMJ#PSRGE'\"":
        return False
    for position in range(first, min(sentence.last, first + 25)):
        tag = tags[position]
        if tag in "Vbmhd" or (tag == "B" and position > first):
            return position > first
        if tag in ";T":
            return False
        if (
            tag == ","
            and tags[first] not in "PSG"
            and not (position + 1 < sentence.last and tags[position + 1] in "DWNPJM")
        ):
            return False
    return False


def _phrase_end(sentence: Sentence, at: int) -> int:
    tags = sentence.items.tags
    end = at
    while end < sentence.last and tags[end] in "DpJNM#'":
        if end > at and tags[end] in "Dp" and tags[end - 1] != "D":
            break
        end += 1
    return end


def _clause_end(sentence: Sentence, at: int) -> int:
    """Where the clause ends that begins at `at`."""
    tags, low = sentence.items.tags, sentence.items.low
    known = lexicon()
    position = at
    while position < sentence.last:
        tag = tags[position]
        if tag == ";":
            return position
        if tag == "," and position + 1 < sentence.last:
            following = low[position + 1]
            if following == "according" or following in _COMMENTS:
                return position
            if _floats(sentence, position + 1):
                return position
        if tag == "C" and position > at and low[position] in ("and", "but"):
            ahead = position + 1
            while ahead < sentence.last and tags[ahead] == "R":
                ahead += 1
            if ahead < sentence.last and tags[ahead] in "V":
                lemma = known.lemmas.get(low[ahead], "")
                cue = known.cues.get(lemma)
                if cue is not None and "Q" in cue.frames:
                    return position
        position += 1
    return sentence.last


def _floats(sentence: Sentence, at: int) -> bool:
    """Whether a tag such as "he said" or "said the minister" begins at `at` and ends the sentence or an aside."""
    tags, low = sentence.items.tags, sentence.items.low
    known = lexicon()
    for group in sentence.groups:
        if group.start < at:
            continue
        if group.form != "finite" or group.passive:
            return False
        cue = known.cues.get(known.lemmas.get(low[group.head], ""))
        if cue is None or "Q" not in cue.frames:
            return False
        if group.start == at:
            return _inverted_end(sentence, group.end) > group.end
        if group.subject_start == at and not group.shared:
            right = _after_adverbials(sentence, group.end)
            return (
                group.end >= sentence.last or (tags[group.end] in ",P" and (right >= sentence.last or tags[right] == ","))
            )
        return False
    return False


def _object_end(sentence: Sentence, at: int) -> int:
    """Where the object ends that begins at `at`: at the clause's next verb of its own, or what opens another clause."""
    tags, low = sentence.items.tags, sentence.items.low
    position = at
    while position < sentence.last:
        tag = tags[position]
        if tag in ";:" or (tag == "S" and position > at and low[position] not in ("as", "than", "since")):
            return position
        if tag == "," and position + 1 < sentence.last:
            following = tags[position + 1]
            if following in "WGSRT" or low[position + 1] in ("according", "but") or _floats(sentence, position + 1):
                return position
        if tag == "C" and position > at and position + 1 < sentence.last:
            ahead = position + 1
            while ahead < sentence.last and tags[ahead] == "R":
                ahead += 1
            if ahead < sentence.last and tags[ahead] in "Vmhbd":
                return position
        position += 1
    return sentence.last


__all__ = ["Sentence", "find", "phrase_start"]
