"""What the archive keeps of one release, ready to store: made in worker processes, written by one."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import lru_cache

import msgspec

from reftel.archive.cited import Cited, cited_in
from reftel.archive.packing import compress, decompress, pack, printable, unpack
from reftel.archive.papers import CitedPaper, EnclosedPaper, Paper, cited_papers, enclosed_papers, paper_of
from reftel.cable import Cable
from reftel.cable.dates import in_utc
from reftel.cable.identity import canonical, find_post, letters, without_mission
from reftel.document import Document
from reftel.finding import Finding
from reftel.incident import Incident
from reftel.record import Record, read_record
from reftel.release import Kind, Release

_TYPES: dict[str, type[Cable] | type[Incident] | type[Document]] = {
    "cable": Cable,
    "incident": Incident,
    "document": Document,
}

_KNOWN = {"year": 4, "month": 7}  # characters of an ISO date
_LEVELS = {
    "U": "UNCLASSIFIED",
    "UNCLAS": "UNCLASSIFIED",
    "SBU": "UNCLASSIFIED",
    "LOU": "LIMITED OFFICIAL USE",
    "C": "CONFIDENTIAL",
    "S": "SECRET",
    "TS": "TOP SECRET",
}


class Facts(msgspec.Struct, frozen=True, omit_defaults=True):
    """The fields of a record by which it is listed and searched; empty where the record has none.

    `id` is canonical; `known_as` are all ids that lead to it, `id` among them. `sent` is ISO 8601, UTC, and no
    finer than what is known: `1977`, `1977-03`, a day or a time. `collection` is
    the archive's and not the record's: what the user called the lot that it came with. `addressees` are keys of posts
    where the handbook knows them, else names in capitals; `senders` are named only where they are not the post. `holds`
    are the parts that stand in it (`summary`, `references`, `redactions` ...).
    """

    kind: Kind
    form: str
    id: str = ""
    known_as: tuple[str, ...] = ()
    sent: str = ""
    post: str = ""
    level: str = ""
    captions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    subject: str = ""
    collection: str = ""
    marks: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    addressees: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()


_OF_TEXT = Facts.__struct_fields__


class Entry(msgspec.Struct, frozen=True):
    """One release, read and packed. `key` is its content address; `text`, `rest` and `record` are stored bytes."""

    key: bytes
    facts: Facts
    publisher: str
    text: bytes
    rest: bytes
    record: bytes
    cited: tuple[Cited, ...] = ()
    paper: Paper | None = None
    cited_papers: tuple[CitedPaper, ...] = ()
    enclosures: tuple[EnclosedPaper, ...] = ()


def key_of(release: Release) -> bytes:
    """The 32 bytes that name `release` by its content: text, kind, form, publisher, title and what was given.

    Where it was found is no part of it: the same page in another folder is the same release.
    """
    digest = hashlib.sha256(release.text.encode("utf-8", "surrogatepass"))
    digest.update(pack((release.kind, release.form, release.publisher, release.title, release.given)))
    return digest.digest()


def make_entry(release: Release, key: bytes = b"") -> Entry:
    """`release`, read, as the archive keeps it; `key` is its content address where that is known already."""
    found = read_record(release)
    paper = paper_of(release)
    return Entry(
        key=key or key_of(release),
        facts=facts_of(release, found),
        publisher=printable(release.publisher),
        text=compress(release.text.encode("utf-8", "surrogatepass")),
        rest=pack(msgspec.structs.replace(release, text="")),
        record=compress(pack(msgspec.structs.replace(found, text=""))),
        cited=cited_in(found),
        paper=paper,
        cited_papers=cited_papers(release, found) if paper else (),
        enclosures=enclosed_papers(release) if paper else (),
    )


def stored_release(text: bytes, rest: bytes) -> Release:
    """The release whose text and rest were stored."""
    return msgspec.structs.replace(unpack(rest, Release), text=decompress(text).decode("utf-8", "surrogatepass"))


def stored_record(kind: str, text: str, record: bytes) -> Record:
    """The record of that kind that was read in `text`."""
    return msgspec.structs.replace(unpack(decompress(record), _TYPES[kind]), text=text)


def facts_of(release: Release, record: Record) -> Facts:
    """The fields by which `record` is listed and searched, without lone surrogates."""
    found = _cable_facts(release, record) if isinstance(record, Cable) else _plain_facts(release, record)
    unclean = {name: _clean(getattr(found, name)) for name in _OF_TEXT if not _is_clean(getattr(found, name))}
    return msgspec.structs.replace(found, **unclean) if unclean else found


def _is_clean(value: str | tuple[str, ...]) -> bool:
    return (value if isinstance(value, str) else "".join(value)).isascii()


def _clean(value: str | tuple[str, ...]) -> str | tuple[str, ...]:
    return printable(value) if isinstance(value, str) else tuple(printable(item) for item in value)


def _plain_facts(release: Release, record: Incident | Document) -> Facts:
    given = release.given
    return Facts(
        kind=release.kind,
        form=release.form,
        id=record.id or given.id,
        known_as=_written(record.id, given.id, given.fields.get("TrackingNumber", "")),
        sent=_iso(release.dated),
        post=post_key(given.origin or given.place),
        level=level_of(given.classification),
        tags=given.tags,
        subject=release.title or given.title,
        findings=_codes(record.findings),
        senders=_names_of(given.sender),
        addressees=_names_of(given.recipient),
        holds=_parts(subject=release.title or given.title, findings=record.findings, notes=release.notes),
    )


def post_key(spelling: str) -> str:
    """The post that `spelling` means, as it is filed: the handbook's key, or the letters of what is written.

    `AMEMBASSY MARENGO` is MARENGO too where no table has it.
    """
    written = letters(spelling)
    known = find_post(written) if written else None
    return known.key if known else without_mission(written)


def level_of(classification: str) -> str:
    """The level alone, in full words and capitals: `c`, `Confidential//NOFORN` and `CONFIDENTIAL` are the same."""
    level = " ".join(classification.upper().split("//")[0].split())
    return _LEVELS.get(level, level)


def _cable_facts(release: Release, cable: Cable) -> Facts:
    given = release.given
    number = cable.id.value if cable.id else ""
    post = post_key(cable.post.value if cable.post else given.origin)
    level = cable.classification.level.value if cable.classification.level else given.classification
    return Facts(
        kind="cable",
        form=release.form,
        id=number or (canonical(given.id) if given.id else ""),
        known_as=_names(number, given.id),
        sent=_sent(cable) or _iso(release.dated),
        post=post,
        level=level_of(level),
        captions=tuple(caption.value for caption in cable.classification.captions),
        tags=tuple(tag.code for tag in cable.tags) or given.tags,
        subject=cable.subject.value if cable.subject else (release.title or given.title),
        marks=tuple({block.mark.value: None for block in cable.blocks if block.mark is not None}),
        findings=_codes(cable.findings),
        signers=tuple(" ".join(name.value.upper().split()) for name in cable.signature),
        senders=_senders(cable, post, given.sender),
        addressees=_addressees(cable) or _names_of(given.recipient),
        holds=_cable_holds(release, cable),
    )


def _cable_holds(release: Release, cable: Cable) -> tuple[str, ...]:
    return _parts(
        summary=cable.summary,
        comment=cable.comments,
        references=cable.references,
        redactions=cable.redactions,
        findings=cable.findings,
        tags=cable.tags,
        subject=cable.subject,
        signature=cable.signature,
        notes=release.notes,
        header=cable.transmission.date_time_group or cable.transmission.action,
        **{cable.completeness: True},
    )


def _parts(**parts: object) -> tuple[str, ...]:
    return tuple(name for name, part in parts.items() if part)


def _codes(findings: tuple[Finding, ...]) -> tuple[str, ...]:
    return tuple({finding.code: None for finding in findings})


def _senders(cable: Cable, post: str, given: str) -> tuple[str, ...]:
    sender = cable.transmission.sender
    names = (addressee(sender.name),) if sender else _names_of(given)
    return tuple(name for name in names if name != post)


def _addressees(cable: Cable) -> tuple[str, ...]:
    sent = cable.transmission
    return tuple({addressee(one.name): None for group in (sent.action, sent.info) for one in group if one.name})


def _names_of(given: str) -> tuple[str, ...]:
    return (addressee(given),) if given else ()


@lru_cache(maxsize=65_536)
def addressee(name: str) -> str:
    """The key of the post that `name` surely means, else the name in capitals."""
    written = letters(name[:100])
    known = find_post(written)
    if known and known.confidence >= 0.95:
        return known.key
    post = without_mission(written)
    return " ".join(name.upper().split()) if post == written else post


def _names(number: str, *others: str) -> tuple[str, ...]:
    """Every id that leads to a record, each once: as read, and as any spelling of it or of its publisher's is looked up."""
    found = dict.fromkeys((number,))
    for name in dict.fromkeys((number, *others)):
        if name:
            found.update(dict.fromkeys((canonical(name), letters(name))))
    return tuple(name for name in found if name)


def _written(*names: str) -> tuple[str, ...]:
    """Ids that are no telegram's number: as they are written, in capitals, letters and digits only."""
    return tuple(dict.fromkeys(name for name in map(letters, names) if name))


def _sent(cable: Cable) -> str:
    """No more than is known: a year, a month, a day or a minute."""
    if cable.sent is None:
        return ""
    whole = _utc(cable.sent.at, minute=cable.sent.precision == "minute")
    return whole[: _KNOWN.get(cable.sent.precision, len(whole))]


def _iso(date: str) -> str:
    """`date` if it is ISO 8601, in UTC; else nothing."""
    try:
        return _utc(datetime.fromisoformat(date), minute=len(date) > 10)
    except ValueError:
        return ""


def _utc(at: datetime, *, minute: bool) -> str:
    at = in_utc(at)
    return at.isoformat(timespec="seconds") if minute else at.date().isoformat()
