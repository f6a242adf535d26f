"""Who said what: the statements of a record on its page, those of all that a search finds, and the page of one who speaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

import msgspec

from reftel.archive import Archive, Stored
from reftel.cable.reflow import Reflowed
from reftel.claims.decisions import Judged, claim_of, whole_of
from reftel.claims.held import Chosen, Held, condition
from reftel.claims.kept import FILE
from reftel.claims.persons import People, Person, bearer_of
from reftel.claims.reading import by_of
from reftel.claims.stream import spans_of, told_by
from reftel.desk import Claim, Version
from reftel.errors import NotFound
from reftel.finding import Span
from reftel.search import Query, search
from reftel.statements.rows import words
from reftel.web import addresses
from reftel.web.asked import Kept, Searched
from reftel.web.shown import Marking
from reftel.web.views.body import Laid
from reftel.web.views.results import query_of

_LONGEST = 600  # characters of the words that are shown in a row
_FIRST = 30  # statements on the page of one who speaks
_LOOKED_AT = 400  # statements from which it is told of whom he speaks
_NOT_READ = "what was said was not read here yet: run `reftel statements` on the archive"


class Actor(msgspec.Struct, frozen=True):
    """Somebody of whom is spoken, and the search for what is said of him."""

    name: str
    address: str
    count: int = 1


class StanceShown(msgspec.Struct, frozen=True):
    """Whom or what a statement is for, or `against`."""

    name: str
    against: bool


class StatementShown(msgspec.Struct, frozen=True):
    """A statement in a row: who says what of whom, how sure it sounds and how surely it was read, and where its words stand.

    `lit` are the places of its words on the page of its record, as `p3:12-40`; `start` and `end` those in the release.
    """

    position: int
    record: str
    sent: str
    post: str
    address: str
    speaker: str
    speaker_address: str
    role: str
    affiliation: str
    cue: str
    verb: str
    words: str
    paragraph: str
    mark: str
    own_voice: bool
    about: tuple[Actor, ...]
    modality: str
    stances: tuple[StanceShown, ...]
    answer: str
    rule: str
    confidence: float
    release: str
    start: int
    end: int
    claim: Claim
    lit: str = ""
    decision: str = ""
    verdict: str = ""
    judge: str = ""
    judged: str = ""
    others: tuple[Version, ...] = ()


class StatementsView(msgspec.Struct, frozen=True):
    """The statements of one page of what a search finds."""

    asked: Searched
    total: int
    statements: tuple[StatementShown, ...]
    notes: tuple[str, ...]
    search: str
    next: str
    command: str


class Alike(msgspec.Struct, frozen=True):
    """Somebody who may be the same person."""

    id: str
    name: str
    address: str
    reason: str


class SpeakerView(msgspec.Struct, frozen=True):
    """One who speaks: all that he is called and is said to be, of whom he speaks, and what he says."""

    person: Person
    about: tuple[Actor, ...]
    joined: tuple[str, ...]
    alike: tuple[Alike, ...]
    statements: tuple[StatementShown, ...]
    search: str
    writable: bool


def statements_view(archive: Archive, asked: Searched) -> StatementsView:
    """The statements of the records on one page of hits, of which all holds that is asked of statements."""
    query = query_of(asked)
    found = search(archive, query)
    with Held(archive) as held:
        chosen = held.chosen(condition(query))
        shown = [one for hit in found.hits for one in _chosen_of(held, archive.release(hit.key), chosen)]
    values = {
        name: tuple(one) if isinstance(one, list | tuple) else str(one)
        for name, one in msgspec.to_builtins(asked).items()
    }
    return StatementsView(
        asked=asked,
        total=found.total,
        statements=tuple(shown),
        notes=found.notes or (() if held.claims else (_NOT_READ,)),
        search="/search" + addresses.with_query({name: value for name, value in values.items() if name != "after"}),
        next="/statements" + addresses.with_query({**values, "after": found.cursor}) if found.cursor else "",
        command=f"reftel statements {asked.q}".strip(),
    )


def _chosen_of(held: Held, stored: Stored, chosen: Chosen) -> list[StatementShown]:
    return [_shown(stored, one) for one in held.of(stored) if chosen.has(stored, one)]


def speaker_view(archive: Archive, asked: Kept) -> SpeakerView:
    """The page of a person by his id or full name; NotFound where nobody is called so."""
    if not (archive.path / FILE).is_file():
        raise NotFound(f"nobody is known as {asked.name}: {_NOT_READ}", hint="try a search")
    with Held(archive) as held:
        people = held.people()
        person = people.person(asked.name)
        if person is None:
            raise NotFound(f"nobody who speaks here is known as {asked.name}", hint="`reftel persons` lists who speaks")
        query = _query_of(person)
        told = islice(_said_by(archive, held, person.id, people, query), _LOOKED_AT)
        said = [(stored, one) for stored, one in told]
        joined = tuple(people.bearers(person.id))
        alike = tuple(
            Alike(one.person, _called(people, one.person), _speaker_address(one.person), one.reason)
            for one in person.proposals
        )
    spoken = Counter(
        (each.id, each.name) for _, one in said for each in {a.id: a for a in one.statement.about}.values()
    )
    return SpeakerView(
        person=person,
        about=tuple(_actor(code, name, count) for (code, name), count in spoken.most_common(20)),
        joined=joined,
        alike=alike,
        statements=tuple(_shown(stored, one) for stored, one in said[:_FIRST]),
        search="/statements" + addresses.with_query({"q": query}),
        writable=_writable(archive),
    )


def _called(people: People, person: str) -> str:
    """What a person is called; one who is known by his surname alone, by that, as his id has it."""
    label = people.label(person)
    return person.partition(".")[0].replace("-", " ").title() if label == person else label


def _said_by(archive: Archive, held: Held, person: str, people: People, query: str) -> Iterable[tuple[Stored, Judged]]:
    for told in told_by(archive, Query(words=query, sort="newest"), held=held):
        for one in told.statements:
            by = by_of(one.statement)
            if by and people.id_of(by, told.stored.facts.post) == person:
                yield told.stored, one


def _query_of(person: Person) -> str:
    """What asks for all that he says, under every name by which he is called."""
    names = dict.fromkeys(name.replace('"', " ") for name in list(person.names)[:20])
    return " OR ".join(f'said-by:"{name}"' for name in names)


def judged_of(archive: Archive, stored: Stored, *, reading: bool) -> list[Judged] | None:
    """The statements of a release, also those that were rejected, so that this can be taken back.

    None where they would have to be read first, and `reading` does not ask for it: that takes as long as all else on a page.
    """
    with Held(archive) as held:
        return held.of(stored, rejected=True) if reading or held.at_hand(stored) else None


def of_record(stored: Stored, ones: Sequence[Judged], blocks: Sequence[Laid]) -> tuple[StatementShown, ...]:
    """The rows of a release's statements, for its page."""
    flowed = [(block.anchor, block.span, Reflowed(block.shown.text, block.shown.pieces)) for block in blocks]
    return tuple(
        msgspec.structs.replace(_shown(stored, one), lit=_lit(flowed, spans_of(one.statement))) for one in ones
    )


def marked(ones: Sequence[Judged], position: int | None) -> list[Marking]:
    """The words of one statement, to be marked in the text."""
    return [Marking("found", span) for one in ones if one.position == position for span in spans_of(one.statement)]


def _lit(flowed: Sequence[tuple[str, Span, Reflowed]], spans: Sequence[Span]) -> str:
    """Where words are shown, in UTF-16 as browsers count: `p3:12-40 p3:52-60`."""
    places = []
    for span in spans:
        for anchor, whole, text in flowed:
            if whole.start < span.end and span.start < whole.end:
                at = text.shown(span)
                if at.start < at.end:
                    places.append(f"{anchor}:{_units(text.text, at.start)}-{_units(text.text, at.end)}")
    return " ".join(places)


def _units(text: str, at: int) -> int:
    return at if text.isascii() else at + sum(sign > "\uffff" for sign in text[:at])


def _shown(stored: Stored, one: Judged) -> StatementShown:
    statement, facts, text = one.statement, stored.facts, stored.release.text
    speaker, by = statement.speaker, by_of(statement)
    whole = whole_of(statement)
    named = {each.id: each.name for each in statement.about}
    person = bearer_of(by, facts.post) if by else ""
    name = " ".join((speaker.name if speaker else words(text, statement.source)).split())
    said = words(text, statement.content)
    at = f"p{statement.paragraph}" if statement.paragraph.isalnum() else ""
    place = addresses.of("record", facts.id or stored.key, release=stored.key[:16], said=str(one.position))
    mark = one.mark
    return StatementShown(
        position=one.position,
        record=facts.id or stored.key,
        sent=facts.sent,
        post=facts.post,
        address=f"{place}#{at}" if at else place,
        speaker=name,
        speaker_address=_speaker_address(person) if person else "",
        role=speaker.role.value if speaker and speaker.role else "",
        affiliation=speaker.affiliation.value if speaker and speaker.affiliation else "",
        cue=words(text, statement.cue),
        verb=statement.verb,
        words=said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…",
        paragraph=statement.paragraph,
        mark=statement.mark.strip("()"),
        own_voice=statement.voice == "own",
        about=tuple(_actor(each.id, each.name) for each in {a.id: a for a in statement.about}.values()),
        modality=statement.modality.value if statement.modality else "",
        stances=tuple(StanceShown(named.get(each.target, each.target), each.sign < 0) for each in statement.stances),
        answer=f"{statement.answer.sense} {statement.answer.speaker}".strip() if statement.answer else "",
        rule=statement.rule,
        confidence=statement.confidence,
        release=stored.key,
        start=whole.start,
        end=whole.end,
        claim=claim_of(text, statement),
        decision=mark.id if mark else "",
        verdict=mark.verdict if mark else "",
        judge=mark.author if mark else "",
        judged=mark.at if mark else "",
        others=mark.others if mark else (),
    )


def _actor(code: str, name: str, count: int = 1) -> Actor:
    return Actor(name, addresses.of("statements", q=f'said-about:"{code}"'), count)


def _speaker_address(person: str) -> str:
    return addresses.of("speaker", person)


def _writable(archive: Archive) -> bool:
    from reftel.web.own import own_of  # noqa: PLC0415 - it brings the desk, which not every reader shows

    own = own_of(archive)
    return own is not None and own.state.writable
