"""Threads: what a cable answers, what answers it, and the chain of references around it, in the order of time."""

from __future__ import annotations

from collections import deque
from typing import Literal

import msgspec

from reftel.archive.archive import Archive, Stored
from reftel.archive.entry import post_key
from reftel.archive.links import cited_by, references_of
from reftel.cable import Cable
from reftel.incident import Incident

Relation = Literal["answers", "cites"]


class Turn(msgspec.Struct, frozen=True):
    """One cable of a thread; `steps` away from the one that was asked for, `here` unless it is only cited."""

    id: str
    sent: str
    post: str
    subject: str
    steps: int
    here: bool


class Tie(msgspec.Struct, frozen=True):
    """One cable cites another; it `answers` where each was sent to the other's post for action."""

    citing: str
    cited: str
    relation: Relation


class Thread(msgspec.Struct, frozen=True):
    """The cables of a thread in the order of time, undated ones last, and what ties them; `cut` where there are more."""

    turns: tuple[Turn, ...]
    ties: tuple[Tie, ...]
    cut: bool = False


def thread(archive: Archive, spelling: str, *, steps: int = 2, most: int = 100) -> Thread:
    """The thread around the cable that `spelling` names: all that is `steps` references away, either way, `most` at most.

    Empty where no cable or paper of a volume is known by that name. References that mean neither make no thread.
    """
    first = next(
        (one.facts.id for one in archive.named(spelling) if one.facts.id and not isinstance(one.record, Incident)), ""
    )
    if not first:
        return Thread((), ())
    found, ties, cut = {first: 0}, dict[tuple[str, str], None](), False
    ahead = deque([first])
    while ahead:
        number = ahead.popleft()
        for citing, cited in _pairs(archive, number):
            other = cited if citing == number else citing
            if other not in found:
                if found[number] >= steps:
                    continue
                if len(found) >= most:
                    cut = True
                    continue
                found[other] = found[number] + 1
                ahead.append(other)
            ties[citing, cited] = None
    kept = {number: _best(archive, number) for number in found}
    turns = sorted((_turn(number, kept[number], away) for number, away in found.items()), key=_in_time)
    return Thread(tuple(turns), tuple(Tie(*tie, _relation(kept[tie[0]], kept[tie[1]])) for tie in ties), cut)


def _pairs(archive: Archive, number: str) -> list[tuple[str, str]]:
    """(citing, cited) of every reference from and to `number`, each once."""
    out = [(number, link.target) for link in references_of(archive, number) if link.target]
    back = [(link.citing, number) for link in cited_by(archive, number) if link.citing]
    return [pair for pair in dict.fromkeys(out + back) if pair[0] != pair[1]]


def _best(archive: Archive, number: str) -> Stored | None:
    """The longest release of a cable; None where it is not here."""
    return max(archive.named(number), key=lambda one: len(one.release.text), default=None)


def _turn(number: str, stored: Stored | None, steps: int) -> Turn:
    if stored is None:
        return Turn(number, "", "", "", steps, here=False)
    facts = stored.facts
    return Turn(number, facts.sent, facts.post, " ".join(facts.subject.split()), steps, here=True)


def _in_time(turn: Turn) -> tuple[bool, str, str]:
    return not turn.sent, turn.sent, turn.id


def _relation(citing: Stored | None, cited: Stored | None) -> Relation:
    if citing is None or cited is None:
        return "cites"
    there, back = _for_action(cited, citing.facts.post), _for_action(citing, cited.facts.post)
    return "answers" if there and back else "cites"


def _for_action(stored: Stored, post: str) -> bool:
    """Whether the cable was sent to `post` for action."""
    record = stored.record
    return isinstance(record, Cable) and any(post_key(one.name) == post for one in record.transmission.action)
