"""The year of a reference that gives none, the posts a header teaches, and what is in doubt about a reference."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec
from rapidfuzz.distance import OSA

from reftel.cable.identity import MISSION, Number, full_year, letters
from reftel.cable.records import Candidate, Reference
from reftel.cable.reference_walk import UNKNOWN_POST
from reftel.finding import Finding

# The busiest posts sent some forty telegrams a day, the Department a thousand.
_A_DAY, _A_DAY_AT_HOME = 40, 1000
_OURS = frozenset({"EMBTEL", "EMTEL", "OURTEL", "MYTEL", "CONTEL", "CONGENTEL", "LEGTEL"})
_HOME = frozenset({"STATE", "SECDEF"})
_YEAR_OR_NOT = re.compile(r"(\d\d)?([A-Z].*?)(\d+)")
_POST_SERIAL = re.compile(r"(.*?)(\d+)")
_YEAR_POST_SERIAL = re.compile(r"(\d\d)(.*?)(\d+)")


class Citing:
    """What is known of the telegram that cites: year, day of the year, number, and the names in its header."""

    __slots__ = ("_names", "_neighbours", "day", "number", "year")

    def __init__(self, year: int | None, day: int | None, number: Number | None, names: tuple[str, ...] = ()) -> None:
        self.year, self.day, self.number, self._names = year, day, number, names
        self._neighbours: frozenset[str] | None = None

    @property
    def neighbours(self) -> frozenset[str]:
        """The posts that the header names, as letters: they teach the spelling of posts that the handbook lacks."""
        if self._neighbours is None:
            self._neighbours = frozenset([place for name in self._names if (place := _place(name)).isalpha()])
        return self._neighbours


@lru_cache(maxsize=16_384)
def _place(name: str) -> str:
    return letters(MISSION.sub("", name))


def respelt(reference: Reference, citing: Citing) -> Reference:
    """`reference` with a post that the handbook lacks spelt as the citing telegram's own header spells it.

    EMBTEL is a telegram of the embassy that cites.
    """
    match = _YEAR_OR_NOT.fullmatch(reference.target) if reference.confidence == UNKNOWN_POST else None
    if match is not None and match[2] in _OURS and citing.number:
        own = f"{match[1] or ''}{citing.number.post}{match[3]}"
        return msgspec.structs.replace(reference, target=own, rule="ref-block our-telegram", confidence=0.9)
    if match is None or match[2] in citing.neighbours or len(match[2]) < 5:
        return reference
    near = [name for name in citing.neighbours if OSA.distance(match[2], name, score_cutoff=1) <= 1]
    if len(near) != 1:
        return reference
    return msgspec.structs.replace(
        reference, target=f"{match[1] or ''}{near[0]}{match[3]}", rule="ref-block post-of-header", confidence=0.75
    )


def with_year(reference: Reference, citing: Citing) -> Reference:
    """`reference` with the citing telegram's year where it gives none, and the candidates that are possible."""
    if reference.kind != "cable" or reference.year_given or citing.year is None:
        return reference
    number = _POST_SERIAL.fullmatch(reference.target)
    if not number:
        return reference
    post, serial = number[1], int(number[2])
    same, before = (f"{year % 100:02d}{post}{serial}" for year in (citing.year, citing.year - 1))
    own = citing.number
    impossible = own is not None and own.post == post and own.year == citing.year and serial > own.serial
    early = citing.day is not None and citing.day <= 60
    improbable = citing.day is not None and serial > citing.day * (_A_DAY_AT_HOME if post in _HOME else _A_DAY)
    candidates: tuple[Candidate, ...]
    if impossible:
        reason = f"{post} had not yet reached {serial} in {citing.year} when this was sent"
        candidates = (Candidate(before, reason, 0.9), Candidate(same, "the year of the citing telegram", 0.1))
    elif improbable and early:
        reason = f"{post} cannot well have sent {serial} telegrams in the first {citing.day} days of {citing.year}"
        candidates = (Candidate(before, reason, 0.8), Candidate(same, "the year of the citing telegram", 0.2))
    elif early:
        candidates = (
            Candidate(same, "the year of the citing telegram", 0.6),
            Candidate(before, "sent early in the year: the reference may be to the year before", 0.4),
        )
    else:
        candidates = (Candidate(same, "the year of the citing telegram", 0.9),)
    return msgspec.structs.replace(
        reference,
        target=candidates[0].id,
        candidates=candidates,
        confidence=min(reference.confidence, candidates[0].confidence),
    )


def reference_doubts(reference: Reference, citing: Citing) -> Iterator[Finding]:
    """What is in doubt about one reference: an inferred year, a year or serial that cannot be."""
    if reference.kind != "cable" or citing.year is None:
        return
    if not reference.year_given:
        chosen = reference.candidates[0] if reference.candidates else None
        why = f" ({chosen.reason})" if chosen else ""
        yield Finding(
            "year-inferred", f"{reference.label} gives no year; read as {reference.target}{why}", reference.span
        )
        if len(reference.candidates) > 1 and "had not yet reached" in reference.candidates[0].reason:
            yield Finding("serial-impossible", f"{reference.label}: {reference.candidates[0].reason}", reference.span)
        return
    number = _YEAR_POST_SERIAL.fullmatch(reference.target)
    if not number:
        return
    year, own = full_year(int(number[1])), citing.number
    if year > citing.year:
        yield Finding("serial-impossible", f"{reference.label} names a later year than {citing.year}", reference.span)
    elif own and year == own.year and number[2] == own.post and int(number[3]) > own.serial:
        yield Finding("serial-impossible", f"{reference.label} has a later serial than this telegram", reference.span)
