"""What people decided, laid over what was read: statements confirmed, corrected, rejected and added by hand.

Decisions lie on the reader's desk and never in what is made from the archive. Each is anchored to the words that were said:
the address of their release, where they stand in it, and the words themselves. So they hold again whenever the archive is
read anew: what is still read there is judged; what is not read there any more, and was called right, stands by hand. Where
the words cannot be found at all, the decision is lost, and is told to be.

Several decisions can be about one statement: two people judged it, each in another release of the record. The latest of
them holds, and the others are told beside it until somebody decides anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple, get_args

import msgspec

from reftel.archive import Archive, Stored
from reftel.desk import (
    Claim,
    Desk,
    Finder,
    Found,
    Judgement,
    Judgements,
    Target,
    Verdict,
    Version,
    desk_beside,
    target_on,
)
from reftel.errors import DeskError
from reftel.finding import Span, Value
from reftel.statements import About, Speaker, Statement
from reftel.statements.records import Modality, SpeakerKind

BY_HAND = "by-hand"
_ENOUGH = 0.5  # of the longer of two contents that must be shared to be the same statement
_MOST = 0.8  # the same, where somebody found that a statement was missing, and for two decisions to be about one
_ORDER = {"there": 0, "whole": 0, "moved": 1, "altered": 2, "lost": 3}


class Mark(msgspec.Struct, frozen=True):
    """What was decided about a statement, by whom and since when; `others` are what others say of it."""

    id: str
    verdict: Verdict
    author: str
    at: str
    others: tuple[Version, ...] = ()


class Judged(msgspec.Struct, frozen=True):
    """A statement as it stands, its place among those of its release, and what was decided about it.

    Those that nobody read and that stand by hand come behind all others. `decisions` are all that are about it, the one that
    holds first.
    """

    position: int
    statement: Statement
    mark: Mark | None = None
    decisions: tuple[Judgement, ...] = ()
    by_hand: bool = False


class Decisions:
    """The decisions of one desk."""

    def __init__(self, desk: Desk | None) -> None:
        self._judgements = Judgements(desk) if desk else None
        self._of: dict[str, list[Judgement]] = {}
        for one in self._judgements.judgements() if self._judgements else ():
            self._of.setdefault(one.target.record, []).append(one)

    @property
    def records(self) -> list[str]:
        """The records about which anything was decided."""
        return list(self._of)

    def rows(self, archive: Archive) -> set[int]:
        """The rows of the releases about which anything was decided."""
        return {row for name in self._of for row in _rows_of(archive, name)}

    def only_confirm(self, record: str, key: str, read: Sequence[Statement]) -> bool:
        """Whether nothing is decided about a release's statements but that they are right, and all of these are still read."""
        there = {whole_of(one) for one in read}
        return all(
            one.verdict == "confirmed" and one.target.release == key and Span(one.target.start, one.target.end) in there
            for one in self._of.get(record, ())
        )

    def pairs(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Who was joined to whom by hand, and who was parted from whom."""
        found = self._judgements.pairs() if self._judgements else []
        joined = [(one.one, one.other) for one in found if one.same]
        return joined, [(one.one, one.other) for one in found if not one.same]

    def over(self, stored: Stored, read: Sequence[Statement], *, rejected: bool = False) -> list[Judged]:
        """The statements of a release as they stand; with `rejected` also those that are none."""
        ones, finder = self._of.get(stored.facts.id or stored.key, ()), Finder(stored)
        found = [_Laid(one, span) for one in ones if (span := finder.find(one.target).span) is not None]
        judged = _lay(read, found, stored)
        return [one for one in judged if rejected or one.mark is None or one.mark.verdict != "rejected"]

    def told(self, archive: Archive) -> Iterator[tuple[Judgement, Found]]:
        """Every decision, and where its words are now: none is left out, also where they are lost."""
        for name, ones in self._of.items():
            finders = {stored.key: Finder(stored) for stored in archive.named(name)}
            for one in ones:
                archive.go_on()
                own = finders.get(one.target.release)
                found = (each.find(one.target) for each in ([own] if own else finders.values()))
                yield one, min(found, key=_how, default=Found("lost", 0.0, ""))


def _rows_of(archive: Archive, name: str) -> list[int]:
    return archive.rows_named(name) or [one.row for one in archive.named(name)]


def _how(found: Found) -> int:
    return _ORDER[found.how]


def decisions_beside(archive: Archive) -> Decisions:
    """The decisions on the desk that lies beside an archive; none where no desk lies open."""
    try:
        return Decisions(desk_beside(archive))
    except DeskError:
        return Decisions(None)


def judge(desk: Desk, stored: Stored, one: Judged, verdict: Verdict, claim: Claim) -> Judgement:
    """Decides about a statement as it stands, in place of all that was decided about it, in whichever of the releases."""
    judgements = Judgements(desk)
    if not one.decisions:
        return judgements.judge(target_of(stored, one.statement), verdict, claim)
    last, *others = one.decisions
    for each in others:
        with suppress(DeskError):  # it was taken back in the meantime
            judgements.withdraw(each.id)
    if one.by_hand and any(each.verdict == "added" for each in one.decisions):
        if verdict == "rejected":
            return judgements.withdraw(last.id)
        verdict = "added"  # as it is right; anything else would be sought among what is read
    return judgements.judge(last.target, verdict, claim)


def target_of(stored: Stored, one: Statement) -> Target:
    """The words that were said, as a decision is anchored to them."""
    return target_on(stored, span=whole_of(one))


def whole_of(one: Statement) -> Span:
    """From the first of its words to the last."""
    spans = one.content or one.cue or one.source
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def claim_of(text: str, one: Statement) -> Claim:
    """A statement as it was read, as it would be decided to be."""
    speaker = one.speaker
    return Claim(
        speaker=_short(speaker.name if speaker else ""),
        kind=speaker.kind if speaker else "unknown",
        role=_short(speaker.role.value if speaker and speaker.role else ""),
        affiliation=_short(speaker.affiliation.value if speaker and speaker.affiliation else ""),
        about=tuple(dict.fromkeys(_short(each.id) for each in one.about))[:50],
        modality=one.modality.value if one.modality else "",
        source=_short(one.source[0].of(text) if one.source else ""),
        cue=_short(one.cue[0].of(text) if one.cue else ""),
        verb=_short(one.verb),
    )


def _short(text: str) -> str:
    return " ".join(text.split())[:300]


class _Laid(NamedTuple):
    """A decision, and where its words are in a release."""

    decision: Judgement
    span: Span


def _lay(read: Sequence[Statement], found: Sequence[_Laid], stored: Stored) -> list[Judged]:
    """The statements of a release, each with what was decided about it, and behind them those that stand by hand."""
    places: list[list[_Laid]] = [[] for _ in read]
    apart: list[list[_Laid]] = []
    ways = [(_ways(read, one, stored.release.text), one) for one in found]
    # What fits a statement best is laid first, so that a decision about its neighbour cannot take it.
    for nearest, one in sorted(ways, key=lambda way: (-way[0][0][0] if way[0] else 0.0, *_when(way[1]))):
        free = (places[at] for _, at in nearest if not places[at] or _same(places[at][0], one))
        group = next(free, None)
        if group is None:
            group = next((each for each in apart if _same(each[0], one)), None)
        if group is None:
            apart.append(group := [])
        group.append(one)
    judged = [_judged(Judged(at, one), places[at]) for at, one in enumerate(read)]
    # Where everybody says that it is no statement, and nobody reads it, there is none.
    standing = [ones for ones in apart if any(one.decision.verdict != "rejected" for one in ones)]
    standing.sort(key=lambda ones: min(map(_when, ones)))
    for at, ones in enumerate(standing, len(read)):
        last = max(ones, key=_when)
        judged.append(_judged(Judged(at, _made(last.decision.claim, last.span, stored), by_hand=True), ones))
    return judged


def _ways(read: Sequence[Statement], one: _Laid, text: str) -> list[tuple[float, int]]:
    """How much of its words each statement shares that may be meant, and its place; the nearest first."""
    enough = _MOST if one.decision.verdict == "added" else _ENOUGH
    ways: list[tuple[float, bool, int]] = []
    for at, statement in enumerate(read):
        alike = _alike(whole_of(statement), one.span)
        if alike >= enough:
            cue = " ".join(statement.cue[0].of(text).split()) if statement.cue else ""
            ways.append((alike, cue == one.decision.claim.cue, -at))
    return [(alike, -at) for alike, _, at in sorted(ways, reverse=True)]


def _alike(one: Span, other: Span) -> float:
    """What share of the longer of two stretches both have."""
    return (min(one.end, other.end) - max(one.start, other.start)) / max(one.end - one.start, other.end - other.start)


def _same(one: _Laid, other: _Laid) -> bool:
    """Whether two decisions are about one statement. In one release, that has each thing once, two places are two statements."""
    left, right = one.decision, other.decision
    if left.target.release == right.target.release and "added" not in (left.verdict, right.verdict):
        return one.span == other.span
    return _alike(one.span, other.span) >= _MOST


def _when(one: _Laid) -> tuple[str, str]:
    return one.decision.at, one.decision.id


def _judged(one: Judged, laid: Sequence[_Laid]) -> Judged:
    """A statement with what was decided about it; the latest decision holds."""
    decisions = tuple(each.decision for each in sorted(laid, key=_when, reverse=True))
    if not decisions:
        return one
    last = decisions[0]
    mark = Mark(last.id, last.verdict, last.author, last.at, tuple(_others(decisions)))
    otherwise = last.verdict in ("corrected", "added") and not one.by_hand
    statement = _corrected(one.statement, last.claim) if otherwise else one.statement
    return msgspec.structs.replace(one, statement=statement, mark=mark, decisions=decisions)


def _others(ones: Sequence[Judgement]) -> Iterator[Version]:
    """What is said otherwise than by the first of `ones`."""
    last = ones[0]
    yield from last.others
    for one in ones[1:]:
        if _says(one) != _says(last):
            words = (one.verdict, one.claim.speaker, one.claim.modality)
            yield Version(one.author, one.at, " ".join(word for word in words if word))
        yield from one.others


def _says(one: Judgement) -> tuple[object, ...]:
    """What a decision comes to, whatever words of its release it has."""
    if one.verdict in ("confirmed", "rejected"):
        return (one.verdict,)
    return ("otherwise", msgspec.structs.replace(one.claim, source="", cue="", verb=""))


def _corrected(one: Statement, claim: Claim) -> Statement:
    known = {about.id: about for about in one.about}
    where = whole_of(one)
    return msgspec.structs.replace(
        one,
        speaker=_speaker(claim, one.speaker.span if one.speaker else None),
        about=tuple(known.get(each) or _about(each, where) for each in claim.about),
        stances=tuple(stance for stance in one.stances if stance.target in claim.about),
        modality=_modality(claim, where),
        rule=BY_HAND,
        confidence=1.0,
    )


def _made(claim: Claim, span: Span, stored: Stored) -> Statement:
    """A statement that only people know of."""
    text = stored.release.text
    source, cue = (tuple(_words_near(text, words, span)) for words in (claim.source, claim.cue))
    target = target_on(stored, span=span)
    return Statement(
        source=source,
        cue=cue,
        content=(span,),
        verb=claim.verb,
        speaker=_speaker(claim, source[0] if source else None),
        about=tuple(_about(each, span) for each in claim.about),
        modality=_modality(claim, span),
        paragraph=target.at[1:] if target.at.startswith("p") else "",
        rule=BY_HAND,
        confidence=1.0,
    )


def _words_near(text: str, words: str, span: Span) -> Iterable[Span]:
    """The last place of `words` before the content, or the first behind it, in its paragraph."""
    if not words:
        return
    low, high = max(text.rfind("\n\n", 0, span.start), 0), text.find("\n\n", span.end)
    before = text.rfind(words, low, span.start)
    at = before if before >= 0 else text.find(words, span.end, high if high >= 0 else len(text))
    if at >= 0:
        yield Span(at, at + len(words))


def _speaker(claim: Claim, span: Span | None) -> Speaker | None:
    if not claim.speaker:
        return None
    kind: SpeakerKind = claim.kind if claim.kind in get_args(SpeakerKind) else "unknown"  # type: ignore[assignment]
    role = Value(claim.role, None, BY_HAND) if claim.role else None
    affiliation = Value(claim.affiliation, None, BY_HAND) if claim.affiliation else None
    return Speaker(claim.speaker, kind, span, role, affiliation, rule=BY_HAND)


def _about(name: str, where: Span) -> About:
    return About(name, name, "organization", where, BY_HAND)


def _modality(claim: Claim, where: Span) -> Value[Modality] | None:
    if claim.modality not in get_args(Modality):
        return None
    modality: Modality = claim.modality  # type: ignore[assignment]
    return Value(modality, where, BY_HAND)
