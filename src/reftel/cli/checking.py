"""The check of an archive, as the command does it."""

from __future__ import annotations

from pathlib import Path

import msgspec
from rich.table import Table
from rich.text import Text

from reftel.archive import Archive, Fault, open_archive
from reftel.archive import check as faults_of
from reftel.cli.output import print_json, show
from reftel.cli.progress import counted
from reftel.cli.safe import line
from reftel.search import fault_of, rebuild


def check_and_report(path: Path, *, repair: bool, deep: bool, as_json: bool) -> bool:
    """Whether faults are left; each is printed as it is found."""
    left = found = 0
    changed = False
    with open_archive(path) as archive:
        with counted("checked", archive.last_row()) as progress:
            for fault in faults_of(archive, repair=repair, deep=deep, progress=progress):
                found, left = found + 1, left + (not fault.mended)
                changed |= fault.mended
                _print(fault, as_json=as_json)
        if message := fault_of(archive):
            found, left = found + 1, left + (not repair)
            if repair:
                rebuild(archive)
            _print(Fault("index", message, mended=repair), as_json=as_json)
        elif changed:  # what the index holds of the mended ones is as it was
            rebuild(archive)
        _summary(archive, found, left, as_json=as_json)
    return bool(left)


def _print(fault: Fault, *, as_json: bool) -> None:
    if as_json:
        print_json({"event": "fault", **msgspec.to_builtins(fault)})
        return
    row = Table.grid(padding=(0, 2))
    mended = Text("mended", "green") if fault.mended else Text("left", "bold yellow")
    row.add_row(mended, Text(fault.code, "bold"), Text(fault.key[:12], "cyan"), Text(line(fault.message)))
    show(row)


def _summary(archive: Archive, found: int, left: int, *, as_json: bool) -> None:
    releases = len(archive)
    if as_json:
        print_json({"event": "end", "releases": releases, "faults": found, "left": left})
    elif not found:
        show(Text(f"{releases:,} releases checked; all is as it was kept.", "green"))
    else:
        show(Text(f"{releases:,} releases checked; {found:,} faults, {left:,} left.", "yellow"))
