"""The Afghan War Diary table: 32 columns, or 34 with an internal number and an address in front; header row or not.

Written from descriptions of the form, since no row of it could be had. Entities are escaped twice (`&amp;quot;`); a
release's text is title, line feed, summary, with both layers undone.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from typing import ClassVar

from reftel.release import Given, Origin, Reject, Release
from reftel.sources.base import Input
from reftel.sources.table import Table
from reftel.sources.text import head_text, mend, one_line_end

PUBLISHER = "Afghan War Diary"
COLUMNS = (
    "ReportKey", "DateOccurred", "Type", "Category", "TrackingNumber", "Title", "Summary", "Region", "AttackOn",
    "ComplexAttack", "ReportingUnit", "UnitName", "TypeOfUnit", "FriendlyWIA", "FriendlyKIA", "HostNationWIA",
    "HostNationKIA", "CivilianWIA", "CivilianKIA", "EnemyWIA", "EnemyKIA", "EnemyDetained", "MGRS", "Latitude",
    "Longitude", "OriginatorGroup", "UpdatedByGroup", "CCIR", "Sigact", "Affiliation", "DColor", "Classification",
)  # fmt: skip

# Where a row begins: a key of its usual shape and a date, behind number and address if it has them.
_ROW_START = re.compile(
    r'(?:"?\d+"?,"?[^",\n]{0,300}"?,)?"?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"?,"?\d{1,4}[-/]\d\d?[-/]\d'
)
_FIRST_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{4}")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T](\d{1,2}):(\d\d)(?::(\d\d))?)?")
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: (\d{1,2}):(\d\d)(?::(\d\d))?)?")


class WarDiaryCsv:
    """The form `war-diary-csv`."""

    name: ClassVar[str] = "war-diary-csv"
    title: ClassVar[str] = "War Diary CSV"
    about: ClassVar[str] = "Incident reports as a table of 32 columns, or 34 with a number and an address in front"

    def recognise(self, head: bytes) -> float:
        """Sure where the first row has 32 or 34 columns and a date where the form has it, or the form's header."""
        text = head_text(head)
        try:
            row = next(csv.reader(io.StringIO(text, newline="")), [])
        except csv.Error:
            return 0.0
        if len(row) not in (32, 34):
            return 0.0
        shift = len(row) - 32
        return 0.97 if _is_header(row) or _FIRST_DATE.match(row[1 + shift].strip()) else 0.0

    def read(self, source: Input) -> Iterator[Release | Reject]:
        """A Release for each row; a row of another width is a Reject."""
        with source.open() as stream:
            header = 0  # a header row is not counted
            for row in Table(stream, _ROW_START).rows():
                if row.number == 1 and not row.broken and _is_header(row.cells):
                    header = 1
                    continue
                origin = Origin(source.origin.file, source.origin.member, row.number - header)
                reason = row.broken or _fault(row.cells)
                yield Reject(origin, reason, row.first_bytes, self.name) if reason else _release(row.cells, origin)


FORM = WarDiaryCsv()


def _fault(cells: list[str]) -> str:
    """Why a row is none of this form; empty where it is."""
    return "" if len(cells) in (32, 34) else f"a row of {len(cells)} columns, not 32 or 34"


def _is_header(row: list[str]) -> bool:
    names = {re.sub(r"[^a-z]", "", cell.lower()) for cell in row}
    return len(names & {"reportkey", "dateoccurred", "trackingnumber", "mgrs", "latitude"}) >= 3


def _release(row: list[str], origin: Origin) -> Release:
    front, cells = row[:-32], [_plain(cell) for cell in row[-32:]]
    fields = dict(zip(COLUMNS, cells, strict=True))
    # The summary is the release's text; kept once.
    text, findings = mend(f"{fields['Title']}\n{fields.pop('Summary')}")
    fields = {name: mend(value)[0] for name, value in fields.items()}
    title = fields["Title"]
    if front:
        fields["InternalId"], fields["Address"] = (mend(_plain(cell))[0] for cell in front)
    return Release(
        text=text,
        kind="incident",
        form=FORM.name,
        origin=origin,
        publisher=PUBLISHER,
        title=title,
        given=Given(
            id=fields["ReportKey"].strip(),
            date=_iso(fields["DateOccurred"]),
            classification=fields["Classification"],
            fields={name: value for name, value in fields.items() if value},
        ),
        findings=tuple(findings),
    )


def _plain(cell: str) -> str:
    """A cell with both layers of entities undone, and line ends as line feeds."""
    text = html.unescape(html.unescape(cell)) if "&" in cell else cell
    return one_line_end(text)


def _iso(date: str) -> str:
    if match := _ISO.search(date):
        year, month, day, hour, minute, second = match.groups()
    elif match := _AMERICAN.search(date):
        month, day, year, hour, minute, second = match.groups()
    else:
        return ""
    whole = f"{year}-{month:0>2}-{day:0>2}"
    return f"{whole}T{hour:0>2}:{minute}:{second or '00'}" if hour else whole
