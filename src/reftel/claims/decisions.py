"""What people decided, laid over what was read: statements confirmed, corrected, rejected and added by hand.

Decisions lie on the reader's desk and never in what is made from the archive. Each is anchored to the words that were said:
the address of their release, where they stand in it, and the words themselves. So they hold again whenever the archive is
read anew: what is still read there is judged; what is not read there any more, and was called right, stands by hand. Where
the words cannot be found at all, the decision is lost, and is told to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

import msgspec

from reftel.archive import Archive, Stored
from reftel.desk import (
    Claim,
    Desk,
    Found,
    Judgement,
    Judgements,
    Target,
    Verdict,
    Version,
    desk_beside,
    find,
    target_on,
)
from reftel.errors import DeskError
from reftel.finding import Span, Value
from reftel.statements import About, Speaker, Statement
from reftel.statements.records import Modality, SpeakerKind

BY_HAND = "by-hand"
_ENOUGH = 0.5  # of the longer of two contents that must be shared to be the same statement
_MOST = 0.8  # the same, where somebody found that a statement was missing
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

    Those that were added by hand come behind all others.
    """

    position: int
    statement: Statement
    mark: Mark | None = None


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

    def changed(self, archive: Archive) -> set[int]:
        """The rows of the releases of which a statement is not as it was read."""
        names = [name for name, ones in self._of.items() if any(one.verdict != "confirmed" for one in ones)]
        return {row for name in names for row in _rows_of(archive, name)}

    def pairs(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Who was joined to whom by hand, and who was parted from whom."""
        found = self._judgements.pairs() if self._judgements else []
        joined = [(one.one, one.other) for one in found if one.same]
        return joined, [(one.one, one.other) for one in found if not one.same]

    def over(self, stored: Stored, read: Sequence[Statement], *, rejected: bool = False) -> list[Judged]:
        """The statements of a release as they stand; with `rejected` also those that are none."""
        judged = [Judged(at, one) for at, one in enumerate(read)]
        for one in self._of.get(stored.facts.id or stored.key, ()):
            found = find(one.target, [stored])
            if found.span is not None:
                _lay(judged, one, found.span, stored)
        return [one for one in judged if rejected or one.mark is None or one.mark.verdict != "rejected"]

    def told(self, archive: Archive) -> Iterator[tuple[Judgement, Found]]:
        """Every decision, and where its words are now: none is left out, also where they are lost."""
        for name, ones in self._of.items():
            releases = archive.named(name)
            for one in ones:
                own = [stored for stored in releases if stored.key == one.target.release] or releases
                yield one, min((find(one.target, [each]) for each in own), key=_how, default=Found("lost", 0.0, ""))


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


def _lay(judged: list[Judged], one: Judgement, span: Span, stored: Stored) -> None:
    """Puts a decision to the statement that it is about; one that is not read any more is put in by hand, if it is one."""
    mark = Mark(one.id, one.verdict, one.author, one.at, one.others)
    place = _nearest(judged, span, stored.release.text, one)
    if place is None:
        if one.verdict != "rejected":
            made = _made(one.claim, span, stored)
            judged.append(Judged(max((each.position for each in judged), default=-1) + 1, made, mark))
        return
    there = judged[place]
    statement = _corrected(there.statement, one.claim) if one.verdict in ("corrected", "added") else there.statement
    judged[place] = Judged(there.position, statement, mark)


def _nearest(judged: Sequence[Judged], span: Span, text: str, judgement: Judgement) -> int | None:
    """The place of the statement, not judged yet, that shares most of the words in `span`; None where none shares enough."""
    enough = _MOST if judgement.verdict == "added" else _ENOUGH
    ways: list[tuple[float, bool, int]] = []
    for at, one in enumerate(judged):
        whole = whole_of(one.statement)
        shared = min(whole.end, span.end) - max(whole.start, span.start)
        alike = shared / max(whole.end - whole.start, span.end - span.start)
        if one.mark is None and alike >= enough:
            cue = " ".join(one.statement.cue[0].of(text).split()) if one.statement.cue else ""
            ways.append((alike, cue == judgement.claim.cue, -at))
    return -max(ways)[2] if ways else None


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
