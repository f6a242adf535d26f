"""Statements as a database of Discourse Network Analyzer, version 3.1.

One document a record, one statement for each concept that a statement of a record is about. The person is who speaks, where
he is one; the organization is his affiliation, or whoever else speaks; the concept is an actor, or a TAG; and he disagrees
where a stance is against it. Statements lie where their content stands.
"""

from __future__ import annotations

import os
import sqlite3
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC
from pathlib import Path

from reftel.analysis import dna_tables as tables
from reftel.analysis.network import Tie, Ties, kind_named, once_each, read_of
from reftel.archive import Archive
from reftel.archive.packing import printable
from reftel.claims.parties import Parties, Party
from reftel.claims.reading import by_of
from reftel.claims.stream import Told, told_by
from reftel.errors import ArchiveError
from reftel.search import Query
from reftel.search.layout import moment
from reftel.statements import Statement

_PEOPLE = ("person", "leader")


def write_dna(
    archive: Archive, query: Query | str, out: str | os.PathLike[str], kind: str, *, confidence: float = 0.0
) -> int:
    """How many statements were written to the file `out`, which is there once it is whole; what was there is replaced."""
    place = Path(out)
    part = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        with read_of(archive) as held, closing(sqlite3.connect(part)) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            making = Ties(Parties(held), kind_named(kind))
            with connection:
                tables.make_tables(connection)
                writing = _Writing(connection)
                for told in once_each(told_by(archive, query, confidence=confidence, held=held)):
                    found = [(one.statement, tie) for one in told.statements for tie in making.of(one.statement, told)]
                    if found:
                        writing.document(told, found)
                writing.finish()
        part.replace(place)
    except (OSError, sqlite3.Error) as error:
        raise ArchiveError(
            f"cannot be written: {error}", where=str(place), hint="is there room, and may you write there?"
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return writing.statements


class _Writing:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._entities: dict[tuple[int, str], int] = {}
        self._documents = self.statements = 0
        for variable in (tables.PERSON, tables.ORGANIZATION, tables.CONCEPT):
            self._entity(variable, "", "")

    def document(self, told: Told, found: list[tuple[Statement, Tie]]) -> None:
        """Adds a record and its statements."""
        stored, facts = told.stored, told.stored.facts
        self._documents += 1
        text, places = as_shown(stored.release.text)
        title = " ".join(f"{facts.id or stored.key[:16]} {facts.subject}".split())
        dated = int(moment(facts.sent).replace(tzinfo=UTC).timestamp()) if facts.sent else 0
        notes = f"reftel {stored.key}" + ("" if facts.sent else "; without a date")
        cells = (self._documents, _name(title), text, 1, _name(facts.post), _name(stored.release.publisher))
        more = (_name(facts.collection), notes, _name(facts.level), dated, 0)
        self._connection.execute(f"INSERT INTO DOCUMENTS VALUES ({', '.join('?' * 11)})", (*cells, *more))
        for one, tie in found:
            self._statement(one, tie, places)

    def _statement(self, one: Statement, tie: Tie, places: _Places) -> None:
        spans = one.content or one.cue
        start, stop = places.of(min(span.start for span in spans)), places.of(max(span.end for span in spans))
        self.statements += 1
        number, connection = self.statements, self._connection
        cells = (number, tables.STATEMENT_TYPE, self._documents, start, max(stop, start + 1), 1)
        connection.execute("INSERT INTO STATEMENTS VALUES (?, ?, ?, ?, ?, ?)", cells)
        for variable, name, kind in _entities(one, tie):
            entity = self._entity(variable, name, kind)
            insert = "INSERT INTO DATASHORTTEXT (StatementId, RoleVariableLinkId, Entity) VALUES (?, ?, ?)"
            connection.execute(insert, (number, variable, entity))
        agrees = "INSERT INTO DATABOOLEAN (StatementId, RoleVariableLinkId, Value) VALUES (?, ?, ?)"
        connection.execute(agrees, (number, tables.AGREEMENT, int(tie.sign >= 0)))

    def _entity(self, variable: int, name: str, kind: str) -> int:
        key = (variable, _name(name))
        if key not in self._entities:
            number = self._entities[key] = len(self._entities) + 1
            self._connection.execute("INSERT INTO ENTITIES (ID, VariableId, Value) VALUES (?, ?, ?)", (number, *key))
            values = [
                (number, tables.attribute(variable, one), kind if one == "Type" else "") for one in tables.ATTRIBUTES
            ]
            insert = "INSERT INTO ATTRIBUTEVALUES (EntityId, AttributeVariableId, AttributeValue) VALUES (?, ?, ?)"
            self._connection.executemany(insert, values)
        return self._entities[key]

    def finish(self) -> None:
        """Nothing is left half done: what refers to something refers to what is there."""
        if wrong := self._connection.execute("PRAGMA foreign_key_check").fetchone():
            raise sqlite3.IntegrityError(f"{wrong[0]} refers to nothing")


def _entities(one: Statement, tie: Tie) -> Iterator[tuple[int, str, str]]:
    """Variable, name and type of each entity of a statement; one that is not known is the one without a name."""
    person = tie.source if tie.source.kind in _PEOPLE else None
    by = by_of(one)
    organization = by.affiliation if person and by else "" if person else tie.source.label
    role = by.role if by else ""
    yield tables.PERSON, person.label if person else "", role[: tables.LONGEST]
    yield tables.ORGANIZATION, organization, "" if person else _kind(tie.source)
    yield tables.CONCEPT, tie.target.label, _kind(tie.target)


def _kind(party: Party) -> str:
    return str(party.kind)


def _name(text: str) -> str:
    """A name or title, cut where it is longer than DNA takes."""
    clean = " ".join(printable(text).replace("\0", " ").split())
    return clean if len(clean) <= tables.LONGEST else f"{clean[: tables.LONGEST - 1]}…"


class _Places:
    """Where a place in a text is in the text as DNA shows it: line ends are one sign there, and some signs are two."""

    def __init__(self, steps: list[tuple[int, int]]) -> None:
        self._at = [at for at, _ in steps]
        self._moved = [moved for _, moved in steps]

    def of(self, at: int) -> int:
        """The place of the character at `at`."""
        step = bisect_right(self._at, at) - 1
        return at + (self._moved[step] if step >= 0 else 0)


def as_shown(text: str) -> tuple[str, _Places]:
    """`text` with line ends of one sign, and where each place of it is then, counted in UTF-16 as Java does."""
    steps, moved = list[tuple[int, int]](), 0
    for at, sign in enumerate(text):
        if sign == "\r" and text[at + 1 : at + 2] == "\n":
            moved -= 1
        elif sign > "\uffff":
            moved += 1
        else:
            continue
        steps.append((at + 1, moved))
    return printable(text.replace("\r\n", "\n").replace("\r", "\n")).replace("\0", " "), _Places(steps)
