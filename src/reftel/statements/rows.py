"""Statements as flat rows: what tables are made of."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from reftel.finding import Span
from reftel.statements.records import Statement

_BETWEEN = " ... "


class StatementRow(msgspec.Struct, frozen=True):
    """One statement in one row: names as they were resolved, words as they stand, lists joined by `; `.

    `record` is the record's number, `position` counts its statements from 0, `within` is the position of the one in
    whose content this stands. `spans` are those of source, cue and content, as `start-end` with commas between pieces.
    """

    record: str
    position: int
    paragraph: str
    mark: str
    voice: str
    kind: str
    speaker: str
    speaker_kind: str
    role: str
    affiliation: str
    paper: str
    paper_date: str
    verb: str
    source: str
    cue: str
    content: str
    about: str
    modality: str
    stance: str
    answer: str
    within: str
    rule: str
    confidence: float
    source_spans: str
    cue_spans: str
    content_spans: str


def rows_of(text: str, statements: Iterable[Statement], record: str = "") -> list[StatementRow]:
    """The row of each of `statements`, which were read from `text`."""
    return [_row(text, one, position, record) for position, one in enumerate(statements)]


def words(text: str, spans: Iterable[Span]) -> str:
    """What stands in `spans`, white space folded, pieces told apart by ` ... `."""
    return _BETWEEN.join(" ".join(span.of(text).split()) for span in spans)


def _row(text: str, one: Statement, position: int, record: str) -> StatementRow:
    speaker = one.speaker
    press = speaker.press if speaker else None
    answer = ""
    if one.answer is not None:
        answer = f"{one.answer.sense} {one.answer.speaker}".strip()
    return StatementRow(
        record=record,
        position=position,
        paragraph=one.paragraph,
        mark=one.mark,
        voice=one.voice,
        kind=one.kind,
        speaker=speaker.name if speaker else "",
        speaker_kind=speaker.kind if speaker else "",
        role=speaker.role.value if speaker and speaker.role else "",
        affiliation=speaker.affiliation.value if speaker and speaker.affiliation else "",
        paper=press.paper.value if press and press.paper else "",
        paper_date=press.date.value if press and press.date else "",
        verb=one.verb,
        source=words(text, one.source),
        cue=words(text, one.cue),
        content=words(text, one.content),
        about="; ".join(dict.fromkeys(about.name for about in one.about)),
        modality=one.modality.value if one.modality else "",
        stance="; ".join(f"{'+' if stance.sign > 0 else '-'} {stance.target}" for stance in one.stances),
        answer=answer,
        within="" if one.within is None else str(one.within),
        rule=one.rule,
        confidence=one.confidence,
        source_spans=_spans(one.source),
        cue_spans=_spans(one.cue),
        content_spans=_spans(one.content),
    )


def _spans(spans: Iterable[Span]) -> str:
    return ",".join(f"{span.start}-{span.end}" for span in spans)
