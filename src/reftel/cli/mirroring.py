"""The commands of mirrors: key, make, verify, sync, compare."""

# ruff: noqa: PLC0415 - heavy libraries come with the command that needs them

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from reftel.cli import options

NOTHING = 1
PASSPHRASE = "REFTEL_MIRROR_PASSPHRASE"
PlaceArgument = Annotated[Path, typer.Argument(metavar="MIRROR", help="The folder of the mirror.")]
PublicKeyOption = Annotated[
    str, typer.Option("--key", help="The publisher's public key, or its file, as it was made known elsewhere.")
]
UnsignedOption = Annotated[bool, typer.Option("--unsigned", help="Accept a mirror that nobody signed.")]

mirror = typer.Typer(
    help="Make, verify, copy and compare mirrors: an archive's releases as a signed bag that others can keep.",
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    """Adds the commands to `app`."""
    app.add_typer(mirror, name="mirror")


@mirror.command()
def key(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where the secret key goes; the public one goes to FILE.pub.")
    ],
    passphrase: Annotated[
        bool, typer.Option("--passphrase", help=f"Lock it with a passphrase: asked for, or from {PASSPHRASE}.")
    ] = False,
) -> None:
    """Make a key to sign mirrors with, and print the public one. Tell it to readers in a place of its own, not in the mirror."""
    from reftel.cli.output import say, show
    from reftel.publish.mirror.keys import make_key

    public = make_key(file, _passphrase(again=True) if passphrase else "")
    show(public)
    say(f"{file} is the secret key: whoever has it signs in your name. {file}.pub is for all.")


@mirror.command()
def make(
    place: PlaceArgument,
    archive: options.ArchiveOption = options.DEFAULT_ARCHIVE,
    key: Annotated[
        Path | None, typer.Option("--key", help="The file of the secret key to sign with (see `reftel mirror key`).")
    ] = None,
    description: Annotated[str, typer.Option("--description", help="What it is, in one line.")] = "",
    remove: Annotated[bool, typer.Option("--remove", help="Take out releases that the archive does not hold.")] = False,
    date: Annotated[str, typer.Option("--date", help="The day of this edition, as 2026-05-31. [default: today]")] = "",
    as_json: options.JsonOption = False,
) -> None:
    """Make a mirror of an archive, or bring one up to it: packs that did not change stay as they are."""
    from reftel.cli.mirrors import make_and_report

    order = {"key": key, "description": description, "remove": remove, "date": date}
    make_and_report(archive, place, order, _passphrase, as_json=as_json)


@mirror.command()
def verify(
    place: PlaceArgument,
    key: PublicKeyOption = "",
    deep: Annotated[
        bool, typer.Option("--deep", help="Also read every release and compare it with its address.")
    ] = False,
    unsigned: UnsignedOption = False,
    as_json: options.JsonOption = False,
) -> None:
    """Name each altered, missing or added file of a mirror, and the cables that it costs."""
    from reftel.cli.mirrors import verify_and_report

    if verify_and_report(place, key=key, deep=deep, unsigned=unsigned, as_json=as_json):
        raise typer.Exit(NOTHING)


@mirror.command()
def sync(
    source: Annotated[str, typer.Argument(metavar="FROM", help="A folder, or an address (http or https).")],
    place: PlaceArgument,
    key: PublicKeyOption = "",
    unsigned: UnsignedOption = False,
    older: Annotated[bool, typer.Option("--older", help="Accept an edition before the one that is here.")] = False,
    other_hosts: Annotated[
        bool, typer.Option("--other-hosts", help="Follow the server where it sends to another host.")
    ] = False,
    as_json: options.JsonOption = False,
) -> None:
    """Copy a mirror, or bring the copy up to date: only what is missing or changed comes, and nothing that does not verify.

    Without --key the key that the mirror brings is accepted once, and every later copy is held to it.
    """
    from reftel.cli.mirrors import sync_and_report

    trust = {"key": key, "unsigned": unsigned, "older": older}
    sync_and_report(source, place, trust, other_hosts=other_hosts, as_json=as_json)


@mirror.command()
def compare(
    left: Annotated[Path, typer.Argument(metavar="LEFT", help="A mirror or an archive.")],
    right: Annotated[Path, typer.Argument(metavar="RIGHT", help="Another.")],
    as_json: options.JsonOption = False,
) -> None:
    """Print how two mirrors, or an archive and a mirror, differ, cable by cable; exit code 1 where they do."""
    from reftel.cli.mirrors import compare_and_print

    if compare_and_print(left, right, as_json=as_json):
        raise typer.Exit(NOTHING)


def _passphrase(*, again: bool = False) -> str:
    import os

    given: Any = os.environ.get(PASSPHRASE)
    return str(given or typer.prompt("Passphrase", hide_input=True, confirmation_prompt=again, err=True))
