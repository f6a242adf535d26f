"""War-diary rows become incidents, every column typed, every doubt said."""

from __future__ import annotations

import csv
import io
from datetime import datetime

import pytest

from reftel.incident import Incident
from reftel.record import read_record
from reftel.release import Reject
from reftel.sources.war_diary_csv import COLUMNS
from sources.reading import SAMPLES, met, releases, walked

PLAIN = dict.fromkeys(COLUMNS, "") | {
    "ReportKey": "A-1", "DateOccurred": "2006-01-02 03:04:00", "Title": "GOAT &amp;quot;LOST&amp;quot;",
    "Summary": "It came back.", "EnemyWIA": "0", "FriendlyWIA": "2", "Latitude": "-48.6", "Longitude": "-123.4",
    "ComplexAttack": "FALSE", "Classification": "SECRET",
}  # fmt: skip


def incident(**changes: str) -> Incident:
    out = io.StringIO()
    csv.writer(out).writerow((PLAIN | changes).values())
    (release,) = releases(out.getvalue().encode())
    record = read_record(release)
    assert isinstance(record, Incident)
    return record


def test_a_row_is_typed() -> None:
    found = incident()
    assert found.id == "A-1"
    assert found.occurred == datetime(2006, 1, 2, 3, 4)
    assert found.title == 'GOAT "LOST"'
    assert found.summary == found.summary_span.of(found.text) == "It came back."
    assert (found.casualties.friendly_wounded, found.casualties.enemy_wounded, found.casualties.enemy_killed) == (
        2,
        0,
        None,
    )
    assert (found.latitude, found.longitude, found.complex_attack) == (-48.6, -123.4, False)
    assert found.findings == ()


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"Latitude": "-123.4", "Longitude": "-48.6"}, "swapped"),
        ({"Latitude": "999", "Longitude": "999"}, "not a place on Earth"),
        ({"Latitude": "nan", "Longitude": "x"}, "not degrees"),
        ({"EnemyKIA": "many"}, "not a number of people"),
        ({"DateOccurred": "yesterday"}, "not a date"),
        ({"ComplexAttack": "perhaps"}, "neither true nor false"),
        ({"MGRS": "HERE"}, "not a grid reference"),
    ],
)
def test_what_cannot_be_read_is_a_finding(changes: dict[str, str], what: str) -> None:
    if "DateOccurred" in changes:  # recognised by its date, so the reader is named
        out = io.StringIO()
        csv.writer(out).writerow((PLAIN | changes).values())
        (release,) = releases(out.getvalue().encode(), "war-diary-csv")
        record = read_record(release)
        assert isinstance(record, Incident)
    else:
        record = incident(**changes)
    (finding,) = record.findings
    assert finding.code == "field-unreadable"
    assert what in finding.message


def test_the_sample_incidents_are_read() -> None:
    found, rejected = walked(SAMPLES / "war-diary")
    assert (len(found), rejected) == (65, [])
    records = [read_record(release) for release in found]
    assert all(isinstance(record, Incident) and record.occurred and record.title for record in records)
    assert "&" not in "".join(record.text for record in records).replace("& ", "")


def test_a_lost_quote_costs_one_report() -> None:
    table = (SAMPLES / "war-diary" / "incidents.csv").read_bytes()
    found = met(table.replace(b'wheelbarrow.",', b"wheelbarrow.,"))
    assert [one.origin.offset for one in found if isinstance(one, Reject)] == [2]
    assert len(found) == 60


def test_scrambled_words_are_restored_and_said() -> None:
    found = incident(Title="GOAT OF BÃ©la", Summary="It came â€œbackâ€.")
    assert found.title == "GOAT OF Béla"
    assert found.summary == found.summary_span.of(found.text) == "It came “back”."
    assert [one.code for one in found.findings] == ["encoding-repaired"]
