"""From a war-diary release to an Incident: every column typed, every doubt a finding."""

from __future__ import annotations

import math
import re
from datetime import datetime

from reftel.finding import Finding, Span
from reftel.incident.records import Casualties, Incident
from reftel.release import Release

_MGRS = re.compile(r"\d{1,2}\s?[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2}\s?(?:\d\s?){2,10}", re.IGNORECASE)
_TRUE, _FALSE = frozenset({"TRUE", "T", "1", "YES"}), frozenset({"FALSE", "F", "0", "NO", ""})
_COUNTS = {
    "friendly_wounded": "FriendlyWIA", "friendly_killed": "FriendlyKIA",
    "host_nation_wounded": "HostNationWIA", "host_nation_killed": "HostNationKIA",
    "civilian_wounded": "CivilianWIA", "civilian_killed": "CivilianKIA",
    "enemy_wounded": "EnemyWIA", "enemy_killed": "EnemyKIA", "enemy_detained": "EnemyDetained",
}  # fmt: skip


def read_incident(release: Release) -> Incident:
    """The Incident in `release`, from the columns that its reader kept by name."""
    row = release.given.fields
    findings = list(release.findings)
    title = row.get("Title", "") or release.title
    title_span, summary_span = _spans(release.text, title)
    latitude, longitude = _place(row, findings)
    return Incident(
        text=release.text,
        id=release.given.id,
        title_span=title_span,
        summary_span=summary_span,
        occurred=_time(release.given.date, row.get("DateOccurred", ""), findings),
        type=row.get("Type", ""),
        category=row.get("Category", ""),
        tracking_number=row.get("TrackingNumber", ""),
        title=title_span.of(release.text),
        summary=summary_span.of(release.text),
        region=row.get("Region", ""),
        attack_on=row.get("AttackOn", ""),
        complex_attack=_flag(row, "ComplexAttack", findings),
        reporting_unit=row.get("ReportingUnit", ""),
        unit_name=row.get("UnitName", ""),
        type_of_unit=row.get("TypeOfUnit", ""),
        casualties=Casualties(**{name: _count(row, column, findings) for name, column in _COUNTS.items()}),
        mgrs=_grid(row, findings),
        latitude=latitude,
        longitude=longitude,
        originator_group=row.get("OriginatorGroup", ""),
        updated_by_group=row.get("UpdatedByGroup", ""),
        ccir=row.get("CCIR", ""),
        sigact=row.get("Sigact", ""),
        affiliation=row.get("Affiliation", ""),
        display_color=row.get("DColor", ""),
        classification=row.get("Classification", ""),
        findings=tuple(findings),
    )


def _spans(text: str, title: str) -> tuple[Span, Span]:
    """Where title and summary stand in the text; a text without the title in front is all summary."""
    if title and text.startswith(title):
        return Span(0, len(title)), Span(min(len(text), len(title) + 1), len(text))
    if not title and text.startswith("\n"):
        return Span(0, 0), Span(1, len(text))
    return Span(0, 0), Span(0, len(text))


def _unreadable(column: str, value: str, why: str) -> Finding:
    return Finding("field-unreadable", f"{column} is {value[:40]!r}: {why}")


def _time(iso: str, written: str, findings: list[Finding]) -> datetime | None:
    if iso:
        try:
            return datetime.fromisoformat(iso)
        except ValueError:
            pass
    if written:
        findings.append(_unreadable("DateOccurred", written, "not a date"))
    return None


def _flag(row: dict[str, str], column: str, findings: list[Finding]) -> bool | None:
    value = row.get(column, "").strip().upper()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False if value else None
    findings.append(_unreadable(column, value, "neither true nor false"))
    return None


def _count(row: dict[str, str], column: str, findings: list[Finding]) -> int | None:
    value = row.get(column, "").strip()
    if not value:
        return None
    if re.fullmatch(r"\d{1,6}(?:\.0+)?", value):
        return int(value.split(".")[0])
    findings.append(_unreadable(column, value, "not a number of people"))
    return None


def _degrees(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _place(row: dict[str, str], findings: list[Finding]) -> tuple[float | None, float | None]:
    """Latitude and longitude; swapped ones are put right, impossible ones left out, both with a finding."""
    written = row.get("Latitude", "").strip(), row.get("Longitude", "").strip()
    if not any(written):
        return None, None
    latitude, longitude = _degrees(written[0]), _degrees(written[1])
    if latitude is None or longitude is None:
        findings.append(_unreadable("Latitude, Longitude", ", ".join(written), "not degrees"))
        return None, None
    if abs(latitude) <= 90 and abs(longitude) <= 180:
        return latitude, longitude
    if abs(longitude) <= 90 and abs(latitude) <= 180:
        findings.append(_unreadable("Latitude, Longitude", ", ".join(written), "swapped; read the other way round"))
        return longitude, latitude
    findings.append(_unreadable("Latitude, Longitude", ", ".join(written), "not a place on Earth"))
    return None, None


def _grid(row: dict[str, str], findings: list[Finding]) -> str:
    value = row.get("MGRS", "").strip()
    if value and not _MGRS.fullmatch(value):
        findings.append(_unreadable("MGRS", value, "not a grid reference"))
    return value
