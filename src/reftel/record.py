"""From a release to what was read in it: a Cable, an Incident or a Document."""

from __future__ import annotations

import msgspec

from reftel import cable
from reftel.cable import Cable
from reftel.document import Document, read_document
from reftel.enclosure import citations_in
from reftel.incident import Incident, read_incident
from reftel.release import Release

Record = Cable | Incident | Document


def read_record(release: Release) -> Record:
    """What `release` holds, read by its kind."""
    if release.kind == "incident":
        return read_incident(release)
    citations = citations_in(release)
    if release.kind == "document":
        return read_document(release, citations)
    found = cable.read(release.text, id=release.given.id, sent=release.given.date or None, given=release.given)
    return msgspec.structs.replace(found, citations=citations) if citations else found
