"""Mirrors, as the commands do them: what was made, found, copied or differs, in words or as lines of JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
from rich.table import Table
from rich.text import Text

from reftel.archive import open_archive
from reftel.cli.output import print_json, say, show
from reftel.cli.progress import counted
from reftel.cli.safe import line
from reftel.errors import MirrorError
from reftel.publish.mirror import keys
from reftel.publish.mirror.comparing import Comparison, Difference, differences
from reftel.publish.mirror.making import Made, Order, make
from reftel.publish.mirror.places import place_named
from reftel.publish.mirror.syncing import Synced, Trust, sync
from reftel.publish.mirror.verifying import Fault, Verification

_NAMED = 12  # cables that a fault names on the terminal; JSON has all
_SHORT = 12  # digits of an address


def make_and_report(
    archive: Path, place: Path, order: dict[str, Any], ask: Callable[[], str], *, as_json: bool
) -> None:
    """Makes the mirror and prints what it holds."""
    key = keys.secret_key(order["key"], ask) if order["key"] else None
    day = _day(order["date"])
    with open_archive(archive) as opened, counted("packed") as progress:
        wanted = Order(date=day, key=key, description=order["description"], remove=order["remove"])
        made = make(opened, place, wanted, progress)
    if as_json:
        print_json({"event": "made", **msgspec.to_builtins(made)})
    else:
        show(Text(_made(made)))
    if not made.signed_by:
        say("The mirror is not signed: nobody can tell whether it is from you (see `reftel mirror key`).", "yellow")
    if made.new_key:
        say("It was signed by another key before: copies will refuse it until they are told the new one.", "yellow")


def _made(made: Made) -> str:
    what = f"{made.releases:,} releases of {made.cables:,} cables, {made.rejects:,} rejects"
    done = f"{made.written:,} files written" if made.written else "nothing to write"
    gone = f", {made.removed:,} releases taken out" if made.removed else ""
    signed = f"\nsigned by {made.signed_by}" if made.signed_by else ""
    return f"Edition {made.edition}: {what}; {done}{gone}.{signed}"


def verify_and_report(place: Path, *, key: str, deep: bool, unsigned: bool, as_json: bool) -> bool:
    """Whether there are faults; each is printed as it is found."""
    found = 0
    with counted("bytes") as progress:
        read = 0

        def told(count: int) -> None:
            nonlocal read
            read += count
            if progress is not None:
                progress(read)

        public = keys.public_key(key) if key else None
        look = Verification(place, key=public, unsigned=unsigned, deep=deep, progress=told)
        for fault in look.faults():
            found += 1
            _print_fault(fault, as_json=as_json)
    _summary(look, found, known=bool(key), as_json=as_json)
    return bool(found)


def _print_fault(fault: Fault, *, as_json: bool) -> None:
    if as_json:
        print_json({"event": "fault", **msgspec.to_builtins(fault)})
        return
    row = Table.grid(padding=(0, 2))
    row.add_row(Text(fault.code, "bold yellow"), Text(line(fault.file), "cyan"), Text(line(fault.message)))
    show(row)
    if fault.cables:
        more = len(fault.cables) - _NAMED
        named = ", ".join(line(name) for name in fault.cables[:_NAMED])
        show(Text(f"    cables: {named}" + (f" and {more:,} more" if more > 0 else "")))


def _summary(look: Verification, found: int, *, known: bool, as_json: bool) -> None:
    signature = look.signature
    if as_json:
        figures = {"files": look.files, "bytes": look.bytes, "releases": look.releases, "edition": look.edition}
        print_json({"event": "end", "faults": found, **figures, "signature": signature})
        return
    if signature is not None:
        show(Text(line(f"signed by {signature.key}: {signature.comment}")))
        if not known:
            show(Text("The key is the mirror's own: compare it with the one its publisher made known."))
    what = f"{look.files:,} files, {look.bytes:,} bytes, {look.releases:,} releases"
    if found:
        show(Text(f"{what}: {found:,} faults.", "yellow"))
    else:
        show(Text(f"{what}: all is as it was {'signed' if signature else 'listed'}.", "green"))


def sync_and_report(source: str, place: Path, trust: dict[str, Any], *, other_hosts: bool, as_json: bool) -> None:
    """Copies the mirror and prints what it took."""
    public = keys.public_key(trust["key"]) if trust["key"] else None
    wanted = Trust(key=public, unsigned=trust["unsigned"], older=trust["older"])
    with counted("files") as progress:
        synced = sync(place_named(source, other_hosts=other_hosts), place, wanted, progress)
    if as_json:
        print_json({"event": "synced", **msgspec.to_builtins(synced)})
    else:
        show(Text(_synced(synced)))
    if synced.first_seen and synced.signature is not None:
        say(
            "The key was taken from the mirror, and later copies are held to it. Compare it with the publisher's:",
            "yellow",
        )
        say(synced.signature.key, "yellow")


def _synced(synced: Synced) -> str:
    gone = f", {synced.removed:,} removed" if synced.removed else ""
    signed = f"\nsigned by {synced.signature.key}: {line(synced.signature.comment)}" if synced.signature else ""
    took = f"{synced.fetched:,} of {synced.files:,} files fetched, {synced.bytes:,} bytes{gone}"
    return f"Edition {synced.edition}: {took}.{signed}"


def compare_and_print(left: Path, right: Path, *, as_json: bool) -> bool:
    """Whether anything differs; each cable that does is printed."""
    counts, found = Comparison(), 0
    for difference in differences(left, right, counts):
        found += 1
        if as_json:
            print_json({"event": "difference", **msgspec.to_builtins(difference)})
        else:
            show(Text(line(_different(difference))))
    if as_json:
        print_json({"event": "end", "differences": found, **msgspec.to_builtins(counts)})
    else:
        what = f"{counts.left:,} releases left, {counts.right:,} right, {counts.both:,} on both sides"
        show(
            Text(f"{what}; {found:,} cables differ." if found else f"{what}: no difference.", "" if found else "green")
        )
    return bool(found)


def _different(one: Difference) -> str:
    name = one.id or "(no number)"
    sides = (("left", one.left), ("right", one.right))
    own = "; ".join(f"{side} {' '.join(key[:_SHORT] for key in held)}" for side, held in sides if held)
    shared = f"; {one.both} on both" if one.both else ""
    return f"{one.code} {name}: {own}{shared}"


def _day(given: str) -> str:
    try:
        return date.fromisoformat(given).isoformat() if given else datetime.now(UTC).date().isoformat()
    except ValueError as error:
        raise MirrorError(f"{given!r} is no day", hint="write it as 2026-05-31") from error
