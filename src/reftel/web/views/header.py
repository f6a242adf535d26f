"""The header of a record in plain words: rows of a label and its values, each code with what it means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec

from reftel import handbook
from reftel.archive import post_key
from reftel.cable import Cable
from reftel.cable.records import Authority, Declassification, Recipient, Transmission
from reftel.document import Document
from reftel.finding import Value
from reftel.incident import Incident
from reftel.incident.records import Casualties
from reftel.release import Release
from reftel.search.asking import country_names
from reftel.web import addresses
from reftel.web.words import degrees, iso, said


class Bit(msgspec.Struct, frozen=True, omit_defaults=True):
    """One value: its text, what a code means (`says`), a word beside it, where it leads; a date is `when`, ISO 8601.

    `lost` is what should be there and is not, named as lost.
    """

    text: str
    says: str = ""
    note: str = ""
    address: str = ""
    when: bool = False
    lost: bool = False


class Row(msgspec.Struct, frozen=True):
    """A label and its values; `code` where the values are codes."""

    label: str
    bits: tuple[Bit, ...]


@lru_cache(maxsize=4096)
def meaning(code: str, table: str = "") -> str:
    """What the handbook says of `code`, of its `table` where one is named; empty where it says nothing."""
    found = handbook.explain(code)
    return next((one.meaning for one in found if not table or one.table == table), "")


def _code(value: Value[str] | str, table: str = "") -> Bit:
    text = value if isinstance(value, str) else value.value
    says = meaning(text, table)
    return Bit(text, says=says, address=addresses.of("code", text) if says else "")


def _rows(pairs: Iterable[tuple[str, Iterable[Bit]]]) -> tuple[Row, ...]:
    """Rows without those that have no value."""
    made = (Row(label, tuple(bit for bit in bits if bit.text or bit.lost)) for label, bits in pairs)
    return tuple(row for row in made if row.bits)


def of_cable(release: Release, cable: Cable) -> tuple[Row, ...]:
    """The header of a cable; what must be there and is not is named as lost."""
    header = cable.transmission
    return _rows(
        (
            (said("From"), _sender(release, cable)),
            (said("To"), _recipients(header.action) or [Bit(release.given.recipient)]),
            (said("Info"), _recipients(header.info)),
            (said("Sent"), _sent(release, cable)),
            (said("Precedence"), [_code(one, "precedence") for one in header.precedences]),
            (said("Classification"), _classification(release, cable)),
            (said("Captions"), _captions(cable)),
            (said("Attention"), [Bit(one.value) for one in cable.classification.attention]),
            (said("Classified by"), _authority(cable.authority)),
            (said("Reasons"), [_code(one, "reason") for one in cable.authority.reasons]),
            (said("Declassification"), _declassification(cable.declassification)),
            (said("TAGS"), _tags(cable)),
            (said("Transmission"), _transmission(header)),
        )
    )


def _sender(release: Release, cable: Cable) -> Iterator[Bit]:
    sender = cable.transmission.sender
    name = sender.name if sender else release.given.origin or release.given.sender
    key = post_key(cable.post.value if cable.post else release.given.origin)
    known = handbook.posts().get(key)
    place = ", ".join(part for part in (known.name, country(known.country)) if part) if known else ""
    if name or key:
        yield Bit(name or key, address=addresses.of("post", key) if key else "", note="" if place == name else place)
    else:
        yield Bit("", lost=True)


def country(code: str) -> str:
    """The English name of a country, of which the ISO code is kept."""
    return country_names().get(code, code)


def _recipients(found: tuple[Recipient, ...]) -> list[Bit]:
    return [_recipient(one) for one in found]


def _recipient(one: Recipient) -> Bit:
    key = post_key(one.name)
    parts = [one.precedence.lower()] if one.precedence else []
    if one.excluded:
        parts.append("except " + ", ".join(left.name for left in one.excluded))
    return Bit(one.name, note=", ".join(parts), address=addresses.of("post", key) if key in handbook.posts() else "")


def _sent(release: Release, cable: Cable) -> Iterator[Bit]:
    if cable.sent is None:
        yield Bit(release.given.date, when=True, lost=not release.given.date)
        return
    if cable.sent.rule == "given" and release.by_local_clock:
        yield Bit(release.given.date, when=True, note=said("by the clock of the place"))
        return
    why = {"given": said("said by the publisher"), "number": said("the year of its number")}.get(cable.sent.rule, "")
    yield Bit(iso(cable.sent.at, cable.sent.precision), when=True, note=why)


def _classification(release: Release, cable: Cable) -> Iterator[Bit]:
    level = cable.classification.level
    text = level.value if level else release.given.classification
    lost = any(finding.code == "classification-lost" for finding in cable.findings)  # some were never printed with one
    yield Bit(text, lost=lost and not text, note="" if level or not text else said("said by the publisher"))


def _captions(cable: Cable) -> Iterator[Bit]:
    yield from (_code(one, "caption") for one in cable.classification.captions)
    if any(finding.code == "caption-lost" for finding in cable.findings):
        yield Bit("", lost=True)


def _authority(who: Authority) -> Iterator[Bit]:
    yield from (Bit(" ".join(value.value.split())) for value in (who.name, who.title) if value)


def _declassification(found: Declassification) -> Iterator[Bit]:
    if found.order:
        yield _order(found.order.value)
    if found.on:
        yield Bit(found.on.value.isoformat(), when=True)
    if found.event:
        yield Bit(" ".join(found.event.value.split()))
    yield from (_code(one, "declassification") for one in found.exemptions)
    if found.not_applicable:
        yield Bit(said("not applicable"), says=said("Nothing in it was classified, so there is nothing to declassify."))


def _order(number: str) -> Bit:
    return msgspec.structs.replace(_code(f"E.O. {number}", "order"), text=f"E.O. {number}")


def _tags(cable: Cable) -> Iterator[Bit]:
    for one in cable.tags:
        says = one.meaning or meaning(one.code, "tag")
        yield Bit(one.code, says=says, address=addresses.of("tag", one.code))
    if any(finding.code == "tags-lost" for finding in cable.findings):
        yield Bit("", lost=True)


def _transmission(header: Transmission) -> Iterator[Bit]:
    if header.identification:
        yield Bit(header.identification.value, says=said("The number of this transmission on its circuit."))
    if header.station:
        words = header.station.value.split()
        says = meaning(words[0], "route") if words else ""
        yield Bit(header.station.value, says=says, address=addresses.of("code", words[0]) if says else "")
    yield from (_code(one, "route") for one in header.routes)
    yield from (_code(one, "signal") for one in header.signals)
    if header.security:
        yield _code(header.security, "signal")
    yield from (_code(one) for one in header.offices)


def of_incident(release: Release, incident: Incident) -> tuple[Row, ...]:
    """What the report is about: when, where, what kind, by whom, and who was hurt."""
    occurred = incident.occurred.isoformat() if incident.occurred else release.given.date
    place = [Bit(release.given.place), Bit(incident.region)]
    if incident.latitude is not None and incident.longitude is not None:
        place.append(Bit(degrees(incident.latitude, incident.longitude, 4)))
    return _rows(
        (
            (said("Occurred"), [Bit(occurred[:16].replace(" ", "T"), when=True)]),
            (said("Place"), place),
            (said("Kind"), [Bit(incident.type), Bit(incident.category)]),
            (said("Unit"), [Bit(incident.reporting_unit), Bit(incident.unit_name)]),
            (said("Hurt"), _hurt(incident.casualties)),
            (said("Classification"), [Bit(release.given.classification)]),
        )
    )


def _hurt(found: Casualties) -> list[Bit]:
    """Every number that is not nothing, with the side it is of."""
    told = (
        (found.friendly_wounded, said("friendly wounded")), (found.friendly_killed, said("friendly killed")),
        (found.host_nation_wounded, said("host nation wounded")), (found.host_nation_killed, said("host nation killed")),
        (found.civilian_wounded, said("civilians wounded")), (found.civilian_killed, said("civilians killed")),
        (found.enemy_wounded, said("enemy wounded")), (found.enemy_killed, said("enemy killed")),
        (found.enemy_detained, said("enemy detained")),
    )  # fmt: skip
    some = [Bit(str(count), note=side) for count, side in told if count]
    return some or ([Bit(said("nobody"))] if any(count is not None for count, _ in told) else [])


def columns_of(release: Release) -> tuple[Row, ...]:
    """Every column of an incident's row that says something, as its publisher gives it."""
    told = {"title", "summary"}
    fields = release.given.fields.items()
    return _rows((name, [Bit(value.strip())]) for name, value in fields if name.lower() not in told)


def of_document(release: Release, document: Document) -> tuple[Row, ...]:
    """What its publisher gave."""
    return _rows(
        (
            (said("Kind"), [Bit(document.genre)]),
            (said("From"), [Bit(document.sender)]),
            (said("To"), [Bit(document.recipient)]),
            (said("Place"), [Bit(document.place)]),
            (said("Date"), [Bit(document.sent, when=True)]),
            (said("Classification"), [Bit(release.given.classification)]),
        )
    )
