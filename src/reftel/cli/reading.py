"""Printing records one after another, as they are met."""

from __future__ import annotations

from collections.abc import Iterable

from reftel.cli.layout import all_findings, lay_out, lay_out_findings
from reftel.cli.output import print_json, print_record, say, show
from reftel.record import Record, read_record
from reftel.release import Reject, Release


def print_all(met: Iterable[Release | Reject], *, as_json: bool, only_findings: bool) -> None:
    """Prints each release, read; says of each reject on standard error why it is one."""
    for one in met:
        if isinstance(one, Reject):
            say(f"rejected: {one.origin}: {one.reason}", "yellow")
        else:
            print_one(one, read_record(one), as_json=as_json, only_findings=only_findings)


def print_one(release: Release, record: Record, *, key: str = "", as_json: bool, only_findings: bool = False) -> None:
    """Prints one record whole, or only its findings; laid out, or as one line of JSON."""
    if only_findings:
        _print_findings(release, record, as_json=as_json)
    elif as_json:
        print_record(release, record, key)
    else:
        show(lay_out(release, record))


def _print_findings(release: Release, record: Record, *, as_json: bool) -> None:
    number = record.id
    name = number if isinstance(number, str) else number.value if number else release.given.id
    if as_json:
        print_json({"id": name, "origin": release.origin, "findings": all_findings(release, record)})
    else:
        show(lay_out_findings(release, record, name))
