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
from reftel.sources.text import head_text

PUBLISHER = "Afghan War Diary"
LARGEST_FIELD = 16 << 20
COLUMNS = (
    "ReportKey", "DateOccurred", "Type", "Category", "TrackingNumber", "Title", "Summary", "Region", "AttackOn",
    "ComplexAttack", "ReportingUnit", "UnitName", "TypeOfUnit", "FriendlyWIA", "FriendlyKIA", "HostNationWIA",
    "HostNationKIA", "CivilianWIA", "CivilianKIA", "EnemyWIA", "EnemyKIA", "EnemyDetained", "MGRS", "Latitude",
    "Longitude", "OriginatorGroup", "UpdatedByGroup", "CCIR", "Sigact", "Affiliation", "DColor", "Classification",
)  # fmt: skip

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
        limit = csv.field_size_limit(LARGEST_FIELD)
        try:
            with source.open() as stream:
                lines = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
                yield from _rows(source, csv.reader(line.replace("\0", "") for line in lines))
        finally:
            csv.field_size_limit(limit)


FORM = WarDiaryCsv()


def _rows(source: Input, reader: Iterator[list[str]]) -> Iterator[Release | Reject]:
    number = 0
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield _reject(source, number + 1, str(error), "")
            continue
        if row is None:
            return
        if not row or (number == 0 and _is_header(row)):
            continue
        number += 1
        if len(row) not in (32, 34):
            yield _reject(source, number, f"a row of {len(row)} columns, not 32 or 34", ",".join(row))
            continue
        yield _release(source, number, row)


def _is_header(row: list[str]) -> bool:
    names = {re.sub(r"[^a-z]", "", cell.lower()) for cell in row}
    return len(names & {"reportkey", "dateoccurred", "trackingnumber", "mgrs", "latitude"}) >= 3


def _reject(source: Input, number: int, reason: str, text: str) -> Reject:
    origin = Origin(source.origin.file, source.origin.member, number)
    return Reject(origin, reason, text[:64].encode("utf-8", "surrogateescape")[:64], FORM.name)


def _release(source: Input, number: int, row: list[str]) -> Release:
    front, cells = row[:-32], [_plain(cell) for cell in row[-32:]]
    fields = dict(zip(COLUMNS, cells, strict=True))
    title = fields["Title"]
    # The summary is the release's text; kept once.
    text = f"{title}\n{fields.pop('Summary')}"
    if front:
        fields["InternalId"], fields["Address"] = (_plain(cell) for cell in front)
    return Release(
        text=text,
        kind="incident",
        form=FORM.name,
        origin=Origin(source.origin.file, source.origin.member, number),
        publisher=PUBLISHER,
        title=title,
        given=Given(
            id=fields["ReportKey"].strip(),
            date=_iso(fields["DateOccurred"]),
            classification=fields["Classification"],
            fields={name: value for name, value in fields.items() if value},
        ),
    )


def _plain(cell: str) -> str:
    """A cell with both layers of entities undone, and line ends as line feeds."""
    text = html.unescape(html.unescape(cell)) if "&" in cell else cell
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    if not text.isascii():
        text = re.sub(r"[\udc80-\udcff]", lambda byte: bytes([ord(byte[0]) - 0xDC00]).decode("cp1252", "replace"), text)
    return text


def _iso(date: str) -> str:
    if match := _ISO.search(date):
        year, month, day, hour, minute, second = match.groups()
    elif match := _AMERICAN.search(date):
        month, day, year, hour, minute, second = match.groups()
    else:
        return ""
    whole = f"{year}-{month:0>2}-{day:0>2}"
    return f"{whole}T{hour:0>2}:{minute}:{second or '00'}" if hour else whole
