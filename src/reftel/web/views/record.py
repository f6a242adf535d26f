"""The page of one record: a cable, an incident report or a document; of a cable that is not here; or of several of one name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

import msgspec

from reftel.analysis.heads import Head, head_at
from reftel.archive import Archive, Stored, fullest
from reftel.archive.gaps import ghost
from reftel.archive.link import Link
from reftel.archive.links import cited_by, references_of
from reftel.archive.overview import Neighbours, neighbours
from reftel.archive.twins import Twin, open_twins
from reftel.archive.versions import versions
from reftel.cable import Cable
from reftel.cable.identity import canonical
from reftel.document import Document
from reftel.errors import NotFound
from reftel.export.citing import biblatex, citation_of, csl, plain, ris
from reftel.finding import Finding, Span
from reftel.handbook import Chief, chiefs_on, posts
from reftel.incident import Incident
from reftel.paths import anchors, paragraphs
from reftel.record import Record
from reftel.release import Note
from reftel.search import places_of
from reftel.web import addresses
from reftel.web.asked import Named
from reftel.web.metadata import linked_data
from reftel.web.shown import Marking, Shown, lay, lay_as_is
from reftel.web.views import header
from reftel.web.views.body import Heading, Laid, body_of, linked, markings
from reftel.web.views.claims import StatementShown, judged_of, marked, of_record
from reftel.web.views.keeping import kept
from reftel.web.views.linked import GhostView, Shelved, Ties, ghost_view, shelved, ties_of
from reftel.web.views.own import Margin, margin_of

_QUOTED = 90  # characters of the passage that a finding quotes
_INFERRED = frozenset({"year-inferred", "kind-inferred", "identity-repaired", "encoding-repaired"})  # nothing is lost
_MOST_TWINS = 12
_LONGEST_COMPARED = 400_000  # characters of a cable's releases together that are compared on its page


class Damage(msgspec.Struct, frozen=True, omit_defaults=True):
    """One doubt in words: where it stands, what is quoted of it, how sure it is; `inferred` where nothing is lost by it."""

    code: str
    says: str
    confidence: float
    quote: str = ""
    anchor: str = ""
    span: Span | None = None
    inferred: bool = False


class Citations(msgspec.Struct, frozen=True):
    """How the record is cited, in every style; the fields of `fields` are those of the styles."""

    plain: str
    biblatex: str
    ris: str
    csl: str


class Meta(msgspec.Struct, frozen=True):
    """What programs that collect citations read from the page; `linked` is JSON-LD."""

    title: str
    author: str
    date: str
    number: str
    institution: str
    keywords: tuple[str, ...]
    linked: str


class CopyShown(msgspec.Struct, frozen=True):
    """One release of the record, and whether it is the one that is shown."""

    key: str
    form: str
    publisher: str
    address: str
    chosen: bool
    length: int


class TwinShown(msgspec.Struct, frozen=True):
    """Another record with the same words: what that may mean, and whether both are taken for one transmission."""

    id: str
    address: str
    reason: str
    joined: bool


class HeadShown(msgspec.Struct, frozen=True):
    """Who headed the post on the day of a cable: as the signatures of those weeks tell, and as the handbook lists it.

    `agree` where the signer is one of those listed; another signs while a chief is away.
    """

    signed: Head | None
    listed: tuple[Chief, ...]
    agree: bool


class Source(msgspec.Struct, frozen=True):
    """Where the text comes from, word for word as far as it is known."""

    publisher: str
    form: str
    file: str
    retrieved: str
    sha256: str
    key: str
    notice: str
    collection: str


class RecordView(msgspec.Struct, frozen=True, tag_field="kind"):
    """What every kind of record has on its page."""

    id: str
    name: str
    title: str
    title_from: str
    sent: str
    post: str
    level: str
    rows: tuple[header.Row, ...]
    blocks: tuple[Laid, ...]
    outline: tuple[Heading, ...]
    signed: tuple[str, ...]
    completeness: str
    damage: tuple[Damage, ...]
    notes: tuple[Note, ...]
    ties: Ties
    beside: Shelved
    copies: tuple[CopyShown, ...]
    cuts: int
    source: Source
    citations: Citations
    meta: Meta
    columns: tuple[header.Row, ...] = ()
    twins: tuple[TwinShown, ...] = ()
    head: HeadShown | None = None
    q: str = ""
    latitude: float | None = None
    longitude: float | None = None
    own: Margin | None = None
    statements: tuple[StatementShown, ...] = ()
    statements_read: bool = True


class CableView(RecordView, frozen=True, tag="cable"):
    """The page of a cable."""

    kind: ClassVar[str] = "cable"


class IncidentView(RecordView, frozen=True, tag="incident"):
    """The page of an incident report."""

    kind: ClassVar[str] = "incident"


class DocumentView(RecordView, frozen=True, tag="document"):
    """The page of a document."""

    kind: ClassVar[str] = "document"


class Which(msgspec.Struct, frozen=True):
    """One of several records that a name may mean."""

    id: str
    address: str
    sent: str
    subject: str


class ChoiceView(msgspec.Struct, frozen=True, tag="choice", tag_field="kind"):
    """The records that a name may mean."""

    kind: ClassVar[str] = "choice"
    name: str
    records: tuple[Which, ...]


View = CableView | IncidentView | DocumentView | GhostView | ChoiceView


def record_view(archive: Archive, asked: Named) -> View:
    """The page of what is called so; NotFound where nothing is, and nobody cites it."""
    found = archive.named(asked.name)
    if not found:
        absent = ghost(archive, asked.name)
        if absent is None:
            raise NotFound(f"no record is known as {asked.name}, and none cites it", hint="try a search")
        return ghost_view(absent)
    ids = {one.key: one.facts.id for one in found}
    meant = canonical(asked.name)
    if len(set(ids.values())) > 1 and meant not in ids.values():
        return ChoiceView(asked.name, tuple(map(_which, _fullest_of_each(found))))
    named = [one for one in found if ids[one.key] == meant] or found
    return _view(archive, asked, named, chosen_of(named, asked.release))


def chosen_of(found: Sequence[Stored], release: str) -> Stored:
    """The release whose address starts so, else the fullest; NotFound where none does."""
    if release:
        for one in found:
            if one.key.startswith(release.lower()):
                return one
        raise NotFound("this record has no release with that address", hint="leave `release` out")
    return fullest(found)


def _fullest_of_each(found: Sequence[Stored]) -> list[Stored]:
    by_id: dict[str, Stored] = {}
    for one in found:
        if one.facts.id not in by_id or len(by_id[one.facts.id].release.text) < len(one.release.text):
            by_id[one.facts.id] = one
    return list(by_id.values())


def _which(one: Stored) -> Which:
    facts = one.facts
    return Which(facts.id or one.key, addresses.record(facts.id, one.key), facts.sent, " ".join(facts.subject.split()))


class Around(msgspec.Struct, frozen=True):
    """What stands around a record: what it cites, who cites it, its neighbours, how many passages its releases hold back.

    `twins` have the same words under other numbers, `head` headed the post then. `own` and `noted` are what the reader wrote
    on it, and its marks. A site of files has none of these: whatever is added to an archive may change the first two, and
    the others are nobody else's.
    """

    links: tuple[Link, ...]
    citing: tuple[Link, ...]
    beside: Neighbours
    cuts: int
    own: Margin | None = None
    noted: tuple[Marking, ...] = ()
    twins: tuple[TwinShown, ...] = ()
    head: HeadShown | None = None


def _view(archive: Archive, asked: Named, found: Sequence[Stored], stored: Stored) -> View:
    name = stored.facts.id or stored.key
    links, citing = references_of(archive, name), cited_by(archive, name)
    beside, cuts = neighbours(archive, stored), cuts_of(archive, name, found)
    margin, noted = margin_of(archive, name, stored)
    cable = isinstance(stored.record, Cable)
    twins = _twins(archive, found) if cable else ()
    head = _head(archive, stored.facts.post, stored.facts.sent[:10]) if cable else None
    told = judged_of(archive, stored, reading=asked.statements or asked.said is not None)
    marks = (*noted, *marked(told or (), asked.said))
    view = page_of(asked.q, found, stored, Around(links, citing, beside, cuts, margin, marks, twins, head))
    statements = of_record(stored, told or (), view.blocks)
    return msgspec.structs.replace(view, statements=statements, statements_read=told is not None)


def page_of(q: str, found: Sequence[Stored], stored: Stored, around: Around) -> CableView | IncidentView | DocumentView:
    """The page of `stored`, one of the releases `found` of a record; `q` are words to be marked in it."""
    facts, release, record = stored.facts, stored.release, stored.record
    name = facts.id or stored.key
    own = [link for link in around.links if link.row == stored.row]
    kind, rows, (blocks, outline) = _laid_out(stored, own, q, around.noted)
    title, title_from = _title(stored)
    cited = citation_of(stored)
    names = anchors(record.blocks) if isinstance(record, Cable) else []
    return kind(
        id=facts.id,
        name=name,
        title=title,
        title_from=title_from,
        sent=facts.sent,
        post=facts.post,
        level=facts.level,
        rows=rows,
        blocks=blocks,
        outline=outline,
        signed=tuple(one.value for one in record.signature) if isinstance(record, Cable) else (),
        completeness=record.completeness if isinstance(record, Cable) else "whole",
        damage=tuple(_damage(record, one, names) for one in dict.fromkeys((*record.findings, *release.findings))),
        notes=release.notes,
        ties=ties_of(around.links, around.citing),
        beside=shelved(around.beside),
        copies=tuple(_copy(one, stored) for one in found),
        cuts=around.cuts,
        source=_source(stored),
        citations=Citations(
            plain(cited).strip(),
            biblatex(cited),
            ris(cited),
            msgspec.json.format(msgspec.json.encode(csl(cited))).decode(),
        ),
        meta=Meta(
            cited.title,
            cited.author,
            cited.date,
            cited.number,
            cited.publisher,
            facts.tags,
            linked_data(cited, facts.tags),
        ),
        columns=header.columns_of(release) if isinstance(record, Incident) else (),
        twins=around.twins,
        head=around.head,
        q=q,
        own=around.own,
        latitude=record.latitude if isinstance(record, Incident) else None,
        longitude=record.longitude if isinstance(record, Incident) else None,
    )


_Laid = tuple[
    type[CableView] | type[IncidentView] | type[DocumentView],
    tuple[header.Row, ...],
    tuple[tuple[Laid, ...], tuple[Heading, ...]],
]


def _laid_out(stored: Stored, links: Sequence[Link], words: str, noted: Sequence[Marking] = ()) -> _Laid:
    release, record = stored.release, stored.record
    if isinstance(record, Cable):
        body = body_of(record, [*markings(record, links, words), *noted])
        return CableView, header.of_cable(release, record), (body.blocks, body.outline)
    found = [Marking("found", span) for span in places_of(words, release.text)] if words else []
    found += [*linked(links), *noted]
    if isinstance(record, Incident):
        span = record.summary_span if record.summary_span.end else Span(0, len(release.text))
        shown = lay_as_is(release.text, span, found)
        return IncidentView, header.of_incident(release, record), ((Laid("p1", "verse", span, shown),), ())
    blocks = tuple(
        Laid(f"b{at}", "paragraph", span, lay(release.text, span, found))
        for at, span in enumerate(paragraphs(release.text), 1)
    )
    return DocumentView, header.of_document(release, record), (blocks, ())


def _title(stored: Stored) -> tuple[str, str]:
    """The title and who gives it: the text, the publisher, or nobody."""
    record, release = stored.record, stored.release
    if isinstance(record, Cable):
        if record.subject and record.subject.value.strip():
            return " ".join(record.subject.value.split()), "text"
        given = " ".join((release.title or release.given.title).split())
        return (given, "publisher") if given else ("", "lost")
    given = " ".join((release.title or release.given.title or record.title).split())
    return (given, "publisher") if given else ("", "lost")


def _damage(record: Record, finding: Finding, names: list[str]) -> Damage:
    span = finding.span
    quote = " ".join(span.of(record.text).split()) if span else ""
    anchor = ""
    if span and isinstance(record, Cable):
        anchor = next(
            (
                name
                for name, block in zip(names, record.blocks, strict=True)
                if block.span.start <= span.start < block.span.end
            ),
            "",
        )
    says = finding.message.strip()
    says = says[:1].upper() + says[1:] + ("" if says.endswith((".", "!", "?", ".]")) else ".")
    shown = "" if quote in says else quote[:_QUOTED] + ("…" if len(quote) > _QUOTED else "")
    return Damage(finding.code, says, finding.confidence, shown, anchor, span, finding.code in _INFERRED)


def _copy(one: Stored, chosen: Stored) -> CopyShown:
    address = addresses.record(one.facts.id, one.key)
    return CopyShown(one.key, one.release.form, one.release.publisher, address, one is chosen, len(one.release.text))


def cuts_of(archive: Archive, name: str, found: Sequence[Stored]) -> int:
    """How many passages one release holds back and another shows; nothing is compared where there is one only."""
    lengths = sum(len(one.release.text) for one in found)
    if len(found) < 2 or lengths > _LONGEST_COMPARED or not isinstance(found[0].record, Cable):
        return 0
    return sum(len(one.cuts) for one in versions(archive, name))


def _head(archive: Archive, post: str, day: str) -> HeadShown | None:
    """Who headed the post then; None where nothing tells, and for the Department, which has no chief of mission."""
    listed = listed_at(post, day)
    if listed is None:
        return None
    signed = kept(archive, ("head", post, day), lambda: head_at(archive, post, day))
    agree = signed is not None and signed.name.split()[-1] in {one.surname.upper() for one in listed}
    return HeadShown(signed, listed, agree) if signed or listed else None


def listed_at(post: str, day: str) -> tuple[Chief, ...] | None:
    """The chiefs of mission that the handbook lists for a post and a day; None where there is none to head."""
    known = posts().get(post)
    if not post or len(day) < 10 or (known and known.kind in ("department", "agency")):
        return None
    return chiefs_on(known.country, day) if known and known.kind == "embassy" else ()


def _twins(archive: Archive, found: Sequence[Stored]) -> tuple[TwinShown, ...]:
    """The records with the same words, each once, as far as the archive was compared with itself."""
    twins = open_twins(archive)
    if twins is None:
        return ()
    with twins:
        return twins_shown(twins.of(one.row for one in found))


def twins_shown(found: Iterable[Twin]) -> tuple[TwinShown, ...]:
    """The other record of each pair, each once."""
    others = {one.other.id or one.other.key: one for one in found}
    return tuple(
        TwinShown(name, addresses.record(one.other.id, one.other.key), one.reason, one.joined)
        for name, one in list(others.items())[:_MOST_TWINS]
    )


def _source(stored: Stored) -> Source:
    release = stored.release
    return Source(
        release.publisher, release.form, str(release.origin), release.origin.retrieved, release.sha256, stored.key,
        release.given.notice, stored.collection,
    )  # fmt: skip


class RawView(msgspec.Struct, frozen=True):
    """The text of a release exactly as it was published, with the same marks, and the record that was read from it: one of three."""

    id: str
    name: str
    key: str
    address: str
    shown: Shown
    cable: Cable | None = None
    incident: Incident | None = None
    document: Document | None = None


def raw_view(archive: Archive, asked: Named) -> RawView:
    """The raw text of a record; NotFound where there is none by that name."""
    found = archive.named(asked.name)
    if not found:
        raise NotFound(f"no record is known as {asked.name}", hint="try a search")
    stored = chosen_of(found, asked.release)
    record, text = stored.record, stored.release.text
    if isinstance(record, Cable):
        links = references_of(archive, stored.facts.id or stored.key)
        marks = markings(record, [link for link in links if link.row == stored.row], asked.q)
    else:
        marks = [Marking("found", span) for span in places_of(asked.q, text)] if asked.q else []
    name = stored.facts.id or stored.key
    address = addresses.record(stored.facts.id, stored.key, q=asked.q)
    return RawView(
        id=stored.facts.id,
        name=name,
        key=stored.key,
        address=address,
        shown=lay_as_is(text, Span(0, len(text)), marks),
        cable=record if isinstance(record, Cable) else None,
        incident=record if isinstance(record, Incident) else None,
        document=record if isinstance(record, Document) else None,
    )
