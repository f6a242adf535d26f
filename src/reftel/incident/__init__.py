"""Incident reports: a war-diary row becomes an Incident."""

from __future__ import annotations

import msgspec

from reftel.finding import Finding
from reftel.release import Release


class Incident(msgspec.Struct, frozen=True, omit_defaults=True):
    """One incident report."""

    text: str
    id: str = ""
    findings: tuple[Finding, ...] = ()


def read_incident(release: Release) -> Incident:
    """The Incident in `release`."""
    return Incident(text=release.text, id=release.given.id, findings=release.findings)
