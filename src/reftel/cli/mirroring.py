"""The commands of mirrors: key, make, verify, sync, compare."""

# ruff: noqa: PLC0415 - heavy libraries come with the command that needs them; one parameter an option

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from reftel.cli import options
from reftel.cli.exits import nothing_unless

PASSPHRASE = "REFTEL_MIRROR_PASSPHRASE"
_place = click.argument("place", metavar="MIRROR", type=options.type_of_path, help="The folder of the mirror.")
_public_key = options.word("--key", help="The publisher's public key, or its file, as it was made known elsewhere.")
_unsigned = options.flag("--unsigned", help="Accept a mirror that nobody signed.")


@click.group(cls=options.InOrder)
def mirror() -> None:
    """Make, verify, copy and compare mirrors: an archive's releases as a signed bag that others can keep."""


@mirror.command()
@click.argument(
    "file",
    metavar="FILE",
    type=options.type_of_path,
    help="Where the secret key goes; the public one goes to FILE.pub.",
)
@options.flag("--passphrase", help=f"Lock it with a passphrase: asked for, or from {PASSPHRASE}.")
def key(*, file: Path, passphrase: bool) -> None:
    """Make a key to sign mirrors with, and print the public one. Tell it to readers in a place of its own, not in the mirror."""
    from reftel.cli.output import say, show
    from reftel.publish.mirror.keys import make_key

    public = make_key(file, _passphrase(again=True) if passphrase else "")
    show(public)
    say(f"{file} is the secret key: whoever has it signs in your name. {file}.pub is for all.")


@mirror.command()
@_place
@options.archive
@click.option(
    "--key", type=options.type_of_path, help="The file of the secret key to sign with (see `reftel mirror key`)."
)
@options.word("--description", help="What it is, in one line.")
@options.flag("--remove", help="Take out releases that the archive does not hold.")
@options.word("--date", help="The day of this edition, as 2026-05-31. [default: today]")
@options.as_json
def make(
    *, place: Path, archive: Path, key: Path | None, description: str, remove: bool, date: str, as_json: bool
) -> None:
    """Make a mirror of an archive, or bring one up to it: packs that did not change stay as they are."""
    from reftel.cli.mirrors import make_and_report

    order = {"key": key, "description": description, "remove": remove, "date": date}
    make_and_report(archive, place, order, _passphrase, as_json=as_json)


@mirror.command()
@_place
@_public_key
@options.flag("--deep", help="Also read every release and compare it with its address.")
@_unsigned
@options.as_json
def verify(*, place: Path, key: str, deep: bool, unsigned: bool, as_json: bool) -> None:
    """Name each altered, missing or added file of a mirror, and the cables that it costs."""
    from reftel.cli.mirrors import verify_and_report

    faults = verify_and_report(place, key=key, deep=deep, unsigned=unsigned, as_json=as_json)
    nothing_unless(not faults)


@mirror.command()
@click.argument("source", metavar="FROM", help="A folder, or an address (http or https).")
@_place
@_public_key
@_unsigned
@options.flag("--older", help="Accept an edition before the one that is here.")
@options.flag("--other-hosts", help="Follow the server where it sends to another host.")
@options.as_json
def sync(*, source: str, place: Path, key: str, unsigned: bool, older: bool, other_hosts: bool, as_json: bool) -> None:
    """Copy a mirror, or bring the copy up to date: only what is missing or changed comes, and nothing that does not verify.

    Without --key the key that the mirror brings is accepted once, and every later copy is held to it.
    """
    from reftel.cli.mirrors import sync_and_report

    trust = {"key": key, "unsigned": unsigned, "older": older}
    sync_and_report(source, place, trust, other_hosts=other_hosts, as_json=as_json)


@mirror.command()
@click.argument("left", metavar="LEFT", type=options.type_of_path, help="A mirror or an archive.")
@click.argument("right", metavar="RIGHT", type=options.type_of_path, help="Another.")
@options.as_json
def compare(*, left: Path, right: Path, as_json: bool) -> None:
    """Print how two mirrors, or an archive and a mirror, differ, cable by cable; exit code 1 where they do."""
    from reftel.cli.mirrors import compare_and_print

    differences = compare_and_print(left, right, as_json=as_json)
    nothing_unless(not differences)


def _passphrase(*, again: bool = False) -> str:
    import os

    given: Any = os.environ.get(PASSPHRASE)
    return str(given or click.prompt("Passphrase", hide_input=True, confirmation_prompt=again, err=True))
