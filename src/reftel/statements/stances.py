"""For or against: stance to whom or what a statement names, and agreement between speakers."""

from __future__ import annotations

import re
from typing import Final, Literal

from reftel.finding import Span
from reftel.statements.found import Found
from reftel.statements.names import person_in
from reftel.statements.records import About, Answer, Sense, Speaker, Stance

_FOR: Final = frozenset(
    "praise applaud commend hail welcome laud thank compliment extol credit congratulate celebrate "
    "salute admire endorse support back favor favour advocate champion "
    "defend tout promote embrace like love appreciate accept push press vouch rally side sympathize "
    "cheer trust lionize "
    "admiration enthusiasm endorsement approval advocacy".split()
)
_AGAINST: Final = frozenset(
    "criticize criticise condemn denounce blast slam assail lambast lambaste decry deplore rebuke "
    "chastise chide castigate berate scold ridicule mock deride disparage "
    "belittle excoriate skewer insult bemoan attack rip hammer bash oppose reject dismiss blame "
    "accuse challenge resist repudiate disown dislike resent hate distrust "
    "mistrust rail object lash balk scoff sneer vilify demonize smear savage trash spurn rebuff shun "
    "boo jeer fear complain warn distance "
    "criticism critique condemnation denunciation complaint opposition hostility objection resistance "
    "rejection disapproval concern concerns alarm anger outrage".split()
)
_NEAR_FOR: Final = re.compile(
    r"\b(?:sympathy|support|respect|admiration|enthusiasm|praise|friendship|loyal|loyalty"
    r"|solidarity|in\s+favou?r|friendly|close|partnership|partner)\s+(?:for|to|of|with|between|toward[s]?)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_NEAR_AGAINST: Final = re.compile(
    r"\b(?:against|opposed\s+to|opposition\s+to|critical\s+of|criticism\s+of|afraid\s+of|fear\s+of|hostile\s+to|hostility\s+to(?:wards?)?"
    r"|anti-|distrust\s+of|suspicious\s+of|hedge\s+against|wary\s+of)\s*(?:the\s+)?$",
    re.IGNORECASE,
)
_ANSWERS: Final[dict[str, Sense]] = {
    **dict.fromkeys("agree concur echo second support share endorse back accept".split(), "agrees"),
    **dict.fromkeys("disagree differ dispute contradict refute rebut reject challenge question dismiss deny".split(), "disagrees"),
}  # fmt: skip
_VIEW: Final = re.compile(
    r"(?:with\s+)?(?:this|that|these|those|the|such|his|her|their|(?P<whose>[\w.\s'’-]{2,40}?)['’]s?)\s+(?:\w+\s+)?(?:view|opinion|assessment|position|statement|"
    r"argument|idea|sentiment|point|claim|analysis|conclusion|observation|suggestion|assertion|characterization|interpretation|judgment)s?\b",
    re.IGNORECASE,
)
_SIMILAR: Final = re.compile(
    r"\b(?:a|an)\s+(?P<how>similar|same|like|contrary|opposite|different)\s+(?:view|opinion|sentiment|assessment|point|position)\b",
    re.IGNORECASE,
)
_LONGEST_TARGET: Final = 8  # words


def stances_of(text: str, found: Found, about: tuple[About, ...]) -> tuple[Stance, ...]:
    """The stances that a find shows, by its verb and by the words right before an actor."""
    out: list[Stance] = []
    sign = _sign(found)
    if sign is not None and found.cue and found.content and not found.rule.startswith(("that", "clause", "quote")):
        target = _target(text, found.content[0], about)
        if target is not None:
            name, span = target
            out.append(Stance(sign, found.cue[0], name, span, "verb", 0.8))
    for actor in about:
        before = text[max(0, actor.span.start - 40) : actor.span.start]
        for pattern, value in ((_NEAR_FOR, 1), (_NEAR_AGAINST, -1)):
            if (match := pattern.search(before)) is not None:
                start = max(0, actor.span.start - 40) + match.start()
                trigger = Span(start, start + len(match[0].rstrip()))
                out.append(Stance(value, trigger, actor.id, actor.span, "before-actor", 0.6))  # type: ignore[arg-type]
    return tuple(out)


def _sign(found: Found) -> Literal[-1, 1] | None:
    if found.verb in _FOR:
        return -1 if "against" in found.rule else 1
    return -1 if found.verb in _AGAINST else None


def _target(text: str, content: Span, about: tuple[About, ...]) -> tuple[str, Span] | None:
    """Whom or what the stance is to: the first actor at the head of the content, else its first words."""
    for actor in about:
        if actor.span.start - content.start < 60:
            return actor.id, actor.span
    words = [match.end() for match in re.finditer(r"\S+", text[content.start : content.end])]
    if not words:
        return None
    span = Span(content.start, content.start + words[min(len(words), _LONGEST_TARGET) - 1])
    return " ".join(span.of(text).split()), span


def answer_of(
    text: str, found: Found, speaker: Speaker | None, before: list[tuple[int, Speaker | None]]
) -> Answer | None:
    """Whom the find agrees or disagrees with; `before` are the positions and speakers of earlier statements, in order."""
    if not found.cue:
        return None
    sense = _ANSWERS.get(found.verb)
    content = found.content[0] if found.content else found.cue[0]
    if sense is not None:
        view = _VIEW.match(text, content.start, min(content.end, content.start + 80))
        if view is not None and not view["whose"]:
            return _to_last(sense, found.cue[0], speaker, before)
        person = person_in(text, Span(content.start, min(content.end, content.start + 80)))
        if person is not None and (
            view is not None or found.verb in ("agree", "disagree", "concur", "differ", "echo", "second")
        ):
            return _to_named(text, sense, found.cue[0], person, before)
    similar = _SIMILAR.search(text, max(0, found.cue[0].start - 80), found.cue[0].end)
    if similar is not None and found.verb in (":", "express", "voice", "share", "hold", "offer"):
        other: Sense = "disagrees" if similar["how"].lower() in ("contrary", "opposite", "different") else "agrees"
        return _to_last(other, Span(*similar.span()), speaker, before)
    return None


def _to_last(
    sense: Sense, trigger: Span, speaker: Speaker | None, before: list[tuple[int, Speaker | None]]
) -> Answer | None:
    for position, other in reversed(before):
        if other is not None and (speaker is None or other.name != speaker.name):
            return Answer(sense, trigger, other.name, position, "view-before", 0.7)
    return None


def _to_named(text: str, sense: Sense, trigger: Span, person: Span, before: list[tuple[int, Speaker | None]]) -> Answer:
    words = " ".join(person.of(text).split())
    family = words.split()[-1]
    for position, other in reversed(before):
        if other is not None and other.kind == "person" and other.name.split()[-1] == family:
            return Answer(sense, trigger, other.name, position, "named", 0.85)
    return Answer(sense, trigger, words, None, "named", 0.8)
