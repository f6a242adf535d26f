"""How a statement is meant: asserted, predicted, possible, conditional, wished, obliged, denied or questioned."""

from __future__ import annotations

import re
from typing import Final

from reftel.finding import Span, Value
from reftel.statements.found import Found
from reftel.statements.records import Modality

_BY_VERB: Final[dict[str, Modality]] = {
    **dict.fromkeys("deny dispute refute rebut contradict disavow reject repudiate".split(), "denied"),
    **dict.fromkeys("ask question query wonder inquire enquire doubt".split(), "questioned"),
    **dict.fromkeys("hope wish want desire prefer like dream beg plead".split(), "wished"),
    **dict.fromkeys("demand order instruct urge insist request command call implore exhort recommend".split(), "obliged"),
    **dict.fromkeys("predict forecast project anticipate foresee expect prophesy".split(), "predicted"),
}  # fmt: skip
_NOUNS: Final[dict[str, Modality]] = {
    **dict.fromkeys("hope hopes desire desires".split(), "wished"),
    **dict.fromkeys("denial denials".split(), "denied"),
    **dict.fromkeys("question questions doubt doubts skepticism scepticism".split(), "questioned"),
    **dict.fromkeys("demand demands call calls request requests".split(), "obliged"),
    **dict.fromkeys("prediction predictions fear fears expectation expectations".split(), "predicted"),
}  # fmt: skip
_WORDS: Final = re.compile(
    r"\b(?P<conditional>if|unless|provided\s+that|otherwise)\b"
    r"|\b(?P<possible>may|might|could|possibly|perhaps|maybe|potentially|(?:more\s+)?likely(?!\s+to))\b"
    r"|\b(?P<obliged>must|should|ought\s+to|needs?\s+to|ha(?:s|ve|d)\s+to|required\s+to)\b"
    r"|\b(?P<predicted>will|would|shall|won['’]t|going\s+to|likely\s+to|inevitabl[ey]|certain\s+to|bound\s+to)\b"
    r"|\b(?P<wished>hopefully)\b",
    re.IGNORECASE,
)
_RELATIVE: Final = re.compile(r"\b(?:which|who|whose)\b|[;:]", re.IGNORECASE)
_HEADED: Final = re.compile(
    r"(?:(?:the|a|an|his|her|their|its|some|great|strong|deep|serious|no)\s+){1,3}(?P<noun>\w+)", re.IGNORECASE
)


def modality_of(text: str, found: Found) -> Value[Modality]:
    """The modality of a find, with the word that shows it; without such a word it is asserted, by its cue."""
    cue = found.cue[0] if found.cue else None
    by_verb = _BY_VERB.get(found.verb) if found.rule not in ("noun", "noun-by") else _NOUNS.get(found.verb)
    if by_verb is not None and cue is not None and not (found.verb == "insist" and found.rule != "preposition"):
        return Value(by_verb, cue, "cue", 0.85)
    if cue is None and not found.content:
        return Value("asserted", None, "default", 0.5)
    noun = _HEADED.match(text, found.content[0].start, found.content[0].end) if found.content else None
    if noun is not None and (headed := _NOUNS.get(noun["noun"].lower())) is not None:
        return Value(headed, Span(*noun.span("noun")), "noun", 0.8)
    marked = _marked(text, found)
    return marked if marked is not None else Value("asserted", cue, "default", 0.7)


def _marked(text: str, found: Found) -> Value[Modality] | None:
    """What the first modal word of the content's own clause says; a condition outweighs what depends on it."""
    first: Value[Modality] | None = None
    for span in found.content:
        relative = _RELATIVE.search(text, span.start, span.end)
        stop = relative.start() if relative and relative.start() > span.start + 20 else span.end
        for match in _WORDS.finditer(text, span.start, stop):
            name: Modality = match.lastgroup  # type: ignore[assignment]  # the groups are named for what they show
            value: Value[Modality] = Value(name, Span(*match.span()), "modal-word", 0.8)
            if name == "conditional":
                return value
            first = first or value
    return first
