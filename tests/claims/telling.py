"""Archives whose statements are written by hand, so that what is made of them does not hang on how well they are read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from archive.building import kept
from claims.said import cable
from reftel.archive import Archive
from reftel.claims import make_claims
from reftel.claims.reading import Reading, line_of, packed
from reftel.finding import Span, Value
from reftel.release import Release
from reftel.search import rebuild
from reftel.statements import About, Answer, Speaker, Stance, Statement
from reftel.statements.records import ActorKind, Modality, SpeakerKind

ACTORS: dict[str, tuple[str, str, ActorKind]] = {
    "Russia": ("RU", "Russia", "state"),
    "Moscow": ("RU", "Russia", "state"),
    "France": ("FR", "France", "state"),
    "the CIS": ("CIS", "Commonwealth of Independent States", "organization"),
}


def place(text: str, words: str) -> Span:
    """Where `words` stand first in `text`."""
    start = text.index(words)
    return Span(start, start + len(words))


def value(text: str, words: str) -> Value[str]:
    return Value(words, place(text, words), "by-hand")


def said(
    text: str,
    who: str,
    what: str,
    *,
    kind: SpeakerKind = "person",
    sign: int = 0,
    role: str = "",
    modality: Modality = "asserted",
    answer: Answer | None = None,
) -> Statement:
    """What `who` said in `text`: about every actor whose name stands in it, for or against where `sign` says so."""
    content = place(text, what)
    about = []
    for name, (code, usual, sort) in ACTORS.items():
        if name in what:
            at = content.start + what.index(name)
            about.append(About(code, usual, sort, Span(at, at + len(name))))
    stances = [Stance(1 if sign > 0 else -1, content, one.id, one.span) for one in about] if sign else []
    source = place(text, who)
    return Statement(
        source=(source,),
        cue=(Span(source.end, content.start),),
        content=(content,),
        verb="say",
        speaker=Speaker(who, kind, source, role=value(text, role) if role else None),
        about=tuple(about),
        modality=Value(modality, content, "by-hand"),
        stances=tuple(stances),
        answer=answer,
        paragraph="1",
        confidence=0.9,
    )


def told(path: Path, *records: tuple[Release, Sequence[Statement]]) -> Archive:
    """An open archive at `path` with these cables, and these statements in each."""
    archive = kept(path, *(release for release, _ in records))
    rebuild(archive)
    with make_claims(archive) as claims:
        claims._keep(
            [
                Reading(row, packed(ones), tuple(line_of(release.text, one) for one in ones))
                for row, (release, ones) in enumerate(records, 1)
            ]
        )
    return archive


def talk(path: Path) -> Archive:
    """An archive in which three people speak of two states and an organization."""
    first = cable(1, "Ivan Petrov, a pilot, said that Russia and the CIS are friends of France.", post="PARIS")
    second = cable(2, "Ivan Petrov said that Moscow sank it. Anna Berg said that France sank it.", post="PARIS")
    third = cable(3, "Anna Berg agreed with Ivan Petrov. The Minister said that Russia is late.", post="OSLO")
    return told(
        path,
        (first, [said(first.text, "Ivan Petrov", "Russia and the CIS are friends of France", sign=1, role="a pilot")]),
        (
            second,
            [
                said(second.text, "Ivan Petrov", "Moscow sank it", sign=-1, modality="denied"),
                said(second.text, "Anna Berg", "France sank it", sign=-1),
            ],
        ),
        (
            third,
            [
                said(
                    third.text,
                    "Anna Berg",
                    "Ivan Petrov",
                    answer=Answer("agrees", place(third.text, "agreed with"), "Ivan Petrov"),
                ),
                said(third.text, "The Minister", "Russia is late", kind="role"),
            ],
        ),
    )
