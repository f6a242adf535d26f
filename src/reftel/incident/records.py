"""The Incident: one row of a war diary, typed."""

from __future__ import annotations

from datetime import datetime

import msgspec

from reftel.finding import Finding, Span


class Casualties(msgspec.Struct, frozen=True, omit_defaults=True):
    """Wounded, killed and detained by side; None where the row gives no number."""

    friendly_wounded: int | None = None
    friendly_killed: int | None = None
    host_nation_wounded: int | None = None
    host_nation_killed: int | None = None
    civilian_wounded: int | None = None
    civilian_killed: int | None = None
    enemy_wounded: int | None = None
    enemy_killed: int | None = None
    enemy_detained: int | None = None


class Incident(msgspec.Struct, frozen=True, omit_defaults=True):
    """One incident report. `text` is the title, a line feed and the summary; the spans are offsets into it.

    `occurred` is local to the report, as the row gives it. Latitude and longitude are degrees, within range or None.
    """

    text: str
    id: str = ""
    title_span: Span = Span(0, 0)
    summary_span: Span = Span(0, 0)
    occurred: datetime | None = None
    type: str = ""
    category: str = ""
    tracking_number: str = ""
    title: str = ""
    summary: str = ""
    region: str = ""
    attack_on: str = ""
    complex_attack: bool | None = None
    reporting_unit: str = ""
    unit_name: str = ""
    type_of_unit: str = ""
    casualties: Casualties = Casualties()
    mgrs: str = ""
    latitude: float | None = None
    longitude: float | None = None
    originator_group: str = ""
    updated_by_group: str = ""
    ccir: str = ""
    sigact: str = ""
    affiliation: str = ""
    display_color: str = ""
    classification: str = ""
    findings: tuple[Finding, ...] = ()
