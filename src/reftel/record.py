"""From a release to what was read in it: a Cable, an Incident or a Document."""

from __future__ import annotations

import msgspec

from reftel import cable
from reftel.cable import Cable
from reftel.cable.records import Citation
from reftel.document import Document, read_document
from reftel.enclosure import citations_in
from reftel.incident import Incident, read_incident
from reftel.release import Release

Record = Cable | Incident | Document
# What editors of volumes leave out of every telegram that they print: it is no loss of this one.
_LEFT_TO_EDITORS = frozenset({"identity-lost", "title-lost", "tags-lost", "header-lost", "classification-lost"})


def read_record(release: Release) -> Record:
    """What `release` holds, read by its kind."""
    if release.kind == "incident":
        return read_incident(release)
    citations = citations_in(release)
    if release.kind == "document":
        return read_document(release, citations)
    if release.from_volume:
        return _read_paper(release, citations)
    return cable.read(release.text, id=release.given.id, sent=release.given.date or None, given=release.given)


def _read_paper(release: Release, citations: tuple[Citation, ...]) -> Cable:
    """A telegram as a volume prints it."""
    given = msgspec.structs.replace(release.given, date=release.dated)
    found = cable.read(release.text, id=given.id, sent=given.date or None, given=given)
    findings = tuple(one for one in found.findings if one.code not in _LEFT_TO_EDITORS)
    return msgspec.structs.replace(found, citations=citations, findings=findings)
