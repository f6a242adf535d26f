"""Statements of a text, of a cable, of any record: pure functions, no files, no database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import msgspec

from reftel.cable.records import Cable
from reftel.document import Document
from reftel.finding import Span
from reftel.record import Record
from reftel.statements.actors import actors_in
from reftel.statements.casing import is_lower, is_upper
from reftel.statements.found import Found
from reftel.statements.modality import modality_of
from reftel.statements.plain import found_in, paragraphs, sentence_spans
from reftel.statements.records import LEAST, Kind, Speaker, Statement
from reftel.statements.speakers import Cast
from reftel.statements.stances import answer_of, stances_of

_MARKS: Final = ('"', "“", "”", "«", "»")
_OWN: Final = 0.8
_STOPS: Final = (".", "?", "!")
_MAIN: Final = 0.5  # how much of a sentence its main clause takes at least
_SHORTEST_OWN: Final = 12  # characters of a sentence of the post's own
_JUDGING: Final = frozenset(
    "believe think judge assess expect suspect assume doubt hope fear understand anticipate conclude "
    "consider view see recommend suggest note feel estimate".split()
)


class _Region(NamedTuple):
    """A stretch of text that is read by itself, and where it stands in its record."""

    start: int
    end: int
    block: int | None = None
    paragraph: str = ""
    mark: str = ""


class _Met(NamedTuple):
    """A find, where it stands, and the position of the find in whose content it stands."""

    found: Found
    region: _Region
    inside: int | None


def read_statements(record: Record | str, *, least: float = LEAST) -> tuple[Statement, ...]:
    """The statements in a record, or in a plain text, in the order of the text. Never raises on content.

    Spans are offsets into `record.text`, or into the text itself. What is less sure than `least` is left out. An
    incident report has none.
    """
    if isinstance(record, Cable):
        return _read(record.text, _joined(record.text, _of_blocks(record)), record, least)
    if isinstance(record, str | Document):
        text = record if isinstance(record, str) else record.text
        return _read(text, [_Region(*msgspec.structs.astuple(place)) for place in paragraphs(text)], None, least)
    return ()


def _of_blocks(cable: Cable) -> Iterator[_Region]:
    for position, block in enumerate(cable.blocks):
        if block.kind in ("paragraph", "list"):
            number = block.number.value.rstrip(".") if block.number else ""
            mark = block.mark.value if block.mark else ""
            yield _Region(block.content.start, block.content.end, position, number, mark)


def _joined(text: str, regions: Iterable[_Region]) -> list[_Region]:
    """The regions, with what goes on in a list joined to the line that leads to it: `he stressed`, `-- that`, `-- that`."""
    out: list[_Region] = []
    for one in regions:
        opening = text[one.start : one.start + 9].lower()
        goes_on = opening.startswith(("that ", "and that "))
        if out and goes_on and text[out[-1].start : out[-1].end].rstrip()[-1:] not in _STOPS:
            out[-1] = out[-1]._replace(end=one.end)
        else:
            out.append(one)
    return out


def _read(text: str, regions: list[_Region], cable: Cable | None, least: float) -> tuple[Statement, ...]:
    holes = tuple((value.span.start, value.span.end) for value in (cable.breaks if cable else ()) if value.span)
    comments = cable.comments if cable else ()
    post = cable.post.value if cable and cable.post else ""
    caseless = [
        (one.start, one.end)
        for one in regions
        if is_upper(text, one.start, one.end) or is_lower(text, one.start, one.end)
    ]
    cast = Cast(text, caseless, _officers(cable))
    made: list[Statement] = []
    for region in regions:
        inside_holes = tuple(hole for hole in holes if region.start <= hole[0] < region.end)
        finds = found_in(text, region.start, region.end, inside_holes, cable=cable is not None)
        finds = [one for one in finds if one.confidence >= least]
        met = _nested(finds, region)
        cast.begin = region.start
        own = [span for span in comments if span.start < region.end and region.start < span.end]
        sentences = [
            each
            for span in own
            for each in sentence_spans(text, max(span.start, region.start), min(span.end, region.end), inside_holes)
        ]
        made += _made(text, cast, met, _Own(own, sentences, post, region), len(made))
    return tuple(made)


def _officers(cable: Cable | None) -> list[tuple[str, Span]]:
    """(title, where the name stands) of whoever classified a cable, and of who signs it, as `sender`."""
    found: list[tuple[str, Span]] = []
    if cable is None:
        return found
    name, title = cable.authority.name, cable.authority.title
    if name is not None and name.span is not None and title is not None:
        found.append((title.value, name.span))
    found += [("sender", one.span) for one in cable.signature[-1:] if one.span is not None]
    return found


class _Own(NamedTuple):
    """The post's comments in a region, their sentences, and the post's name."""

    spans: list[Span]
    sentences: list[Span]
    post: str
    region: _Region

    def holds(self, at: int) -> bool:
        """Whether the post itself speaks at `at`."""
        return any(span.start <= at < span.end for span in self.spans)


def _nested(finds: list[Found], region: _Region) -> list[_Met]:
    """The finds in the order of the text, each with the position of the smallest one around it."""
    ordered = sorted((one for one in finds if one.content), key=_place)
    around: list[int | None] = [None] * len(ordered)
    begun = sorted((span.start, span.end, position) for position, one in enumerate(ordered) for span in one.content)
    over: list[tuple[int, int, int]] = []  # length, find and end of each content that may still be around what comes
    behind = 0
    for at, position in sorted((_begin(one), position) for position, one in enumerate(ordered)):
        while behind < len(begun) and begun[behind][0] <= at:
            start, end, other = begun[behind]
            over.append((end - start, other, end))
            behind += 1
        over = [one for one in over if at < one[2]]
        cue = ordered[position].cue
        held = [one for one in over if one[1] != position and ordered[one[1]].cue != cue]
        around[position] = min(held)[1] if held else None
    return [_Met(one, region, around[position]) for position, one in enumerate(ordered)]


def _place(one: Found) -> tuple[int, int, int]:
    first = min(span.start for span in (*one.source, *one.cue, *one.content))
    return first, one.content[0].start, -max(span.end for span in one.content)


def _begin(one: Found) -> int:
    return min(span.start for span in one.cue) if one.cue else one.content[0].start


def _made(text: str, cast: Cast, met: list[_Met], own: _Own, offset: int) -> list[Statement]:
    made: list[Statement] = []
    before: list[tuple[int, Speaker | None]] = []
    for position, one in enumerate(met):
        found = one.found
        inside = met[one.inside].found if one.inside is not None else None
        speaker = cast.speaker(found, inside)
        about = actors_in(text, tuple(found.content), upper=is_upper(text, one.region.start, one.region.end))
        statement = Statement(
            source=tuple(found.source), cue=tuple(found.cue), content=tuple(found.content),
            kind=kind_of(text, found.content), verb=found.verb, speaker=speaker, about=about,
            modality=modality_of(text, found), stances=stances_of(text, found, about),
            answer=answer_of(text, found, speaker, before),
            within=offset + one.inside if one.inside is not None else None,
            block=one.region.block, paragraph=one.region.paragraph, mark=one.region.mark,
            rule=found.rule, confidence=found.confidence,
        )  # fmt: skip
        made.append(_in_voice(statement, own))
        before.append((offset + position, speaker))
    return _with_own(text, made, own)


def _in_voice(statement: Statement, own: _Own) -> Statement:
    """The statement in the post's own voice where the post itself judges."""
    speaker = statement.speaker
    judges = speaker is not None and speaker.kind == "post" and statement.verb in _JUDGING
    seems = not statement.source and statement.rule in ("seeming", "adverb", "unsaid")
    commented = own.holds(statement.content[0].start) and (speaker is None or speaker.kind == "post")
    if not (judges and not _is_officer(speaker)) and not seems and not commented:
        return statement
    return msgspec.structs.replace(statement, voice="own", speaker=speaker or _post(own))


def _is_officer(speaker: Speaker | None) -> bool:
    return speaker is not None and "off" in speaker.name.lower()


def _post(own: _Own) -> Speaker:
    return Speaker(own.post or "the post", "post", rule="own-voice", confidence=0.9)


def _with_own(text: str, made: list[Statement], own: _Own) -> list[Statement]:
    """The statements, and behind them the sentences of comments in which nobody else speaks."""
    out = list(made)
    for span in own.sentences:
        if span.end - span.start < _SHORTEST_OWN:
            continue
        if _is_led(made, span) or text[span.start : span.end].upper().startswith("END "):
            continue
        out.append(
            Statement(
                (),
                (),
                (span,),
                kind_of(text, [span]),
                "own",
                "",
                _post(own),
                about=actors_in(text, (span,)),
                modality=modality_of(text, Found([], [], [span], "", "comment", _OWN)),
                block=own.region.block,
                paragraph=own.region.paragraph,
                mark=own.region.mark,
                rule="comment",
                confidence=_OWN,
            )
        )
    return out


def _is_led(made: list[Statement], sentence: Span) -> bool:
    """Whether statements are the main clauses of a sentence, not only a phrase or clause in it."""
    told = 0
    for one in made:
        first = _first(one)
        if one.within is None and sentence.start <= first < sentence.end:
            told += max(span.end for span in (*one.source, *one.cue, *one.content)) - first
    return told >= (sentence.end - sentence.start) * _MAIN


def _first(one: Statement) -> int:
    return min(span.start for span in (*one.source, *one.cue, *one.content))


def kind_of(text: str, content: list[Span]) -> Kind:
    """Direct where all of the words stand in quotation marks, mixed where some do."""
    pieces = [span.of(text).strip() for span in content]
    if all(piece.startswith((*_MARKS, "''", "``")) for piece in pieces):
        whole = all(piece.rstrip(".,").endswith((*_MARKS, "''")) for piece in pieces)
        return "direct" if whole else "mixed"
    return "mixed" if any(sign in piece for piece in pieces for sign in (*_MARKS, "''")) else "indirect"
