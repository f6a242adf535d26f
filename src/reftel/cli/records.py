"""The commands about records: read, ingest, show, cite, check, rejects, and what codes and forms are known."""

# ruff: noqa: PLC0415, PLR0913 - heavy libraries come with the command that needs them; one parameter an option

from __future__ import annotations

from pathlib import Path

import click

from reftel.cli import options
from reftel.cli.exits import NOTHING, nothing_unless
from reftel.errors import NotFound


@click.command()
@options.paths
@options.form
@options.as_json
@options.flag("--findings", help="Print only what is missing, damaged or in doubt.")
def read(*, paths: tuple[str, ...], form: str | None, as_json: bool, findings: bool) -> None:
    """Print the records in PATHS, laid out, without keeping them."""
    from reftel.cli.reading import print_all
    from reftel.cli.streams import met_in, must_be_there

    must_be_there(paths)
    print_all(met_in(paths, form), as_json=as_json, only_findings=findings)


@click.command()
@options.paths
@options.archive
@options.form
@click.option("--jobs", type=click.IntRange(min=0), help="Reading processes. [default: one a processor]")
@options.word("--collection", help="What newly kept records are filed under.")
@options.flag("--again", help="Also open files again that were read to their end and did not change.")
@options.flag("--jsonl", help="Report progress and the end as lines of JSON.")
@options.flag("--strict", help="Exit with 1 if anything was rejected; implies --again.")
def ingest(
    *,
    paths: tuple[str, ...],
    archive: Path,
    form: str | None,
    jobs: int | None,
    collection: str,
    again: bool,
    jsonl: bool,
    strict: bool,
) -> None:
    """Read everything in PATHS, keep it in an archive and make it searchable. Running it again adds only what is new."""
    from reftel.cli.ingesting import Order, ingest_and_report
    from reftel.cli.streams import must_be_there

    must_be_there(paths)
    order = Order(paths=list(paths), form=form, jobs=jobs, collection=collection, again=again or strict, jsonl=jsonl)
    tally = ingest_and_report(archive, order)
    if strict and tally.failed:
        raise click.exceptions.Exit(NOTHING)


@click.command()
@options.name
@options.archive
@options.as_json
def show(*, name: str, archive: Path, as_json: bool) -> None:
    """Print a record of the archive: every release of it; or what is known of a cable that is cited and not here."""
    from reftel.archive import open_archive
    from reftel.cli.linking import show_absent
    from reftel.cli.reading import print_one

    with open_archive(archive) as opened:
        found = opened.named(name)
        if not found and show_absent(opened, name, as_json=as_json):
            raise click.exceptions.Exit(NOTHING)
    if not found:
        raise NotFound(f"no record is known as {name}", where=str(archive), hint="try `reftel search`")
    for stored in found:
        print_one(stored.release, stored.record, key=stored.key, as_json=as_json)


@click.command()
@options.name
@options.archive
@options.word("--style", default="citations", help="citations, biblatex, ris or csl.")
def cite(*, name: str, archive: Path, style: str) -> None:
    """Print how a record is cited: every release of it."""
    from reftel.cli.exporting import cite as print_citations

    print_citations(archive, name, style)


@click.command()
@click.argument(
    "codes", metavar="CODE...", nargs=-1, required=True, help="Any code or short word of a telegram, in any spelling."
)
@options.as_json
def explain(*, codes: tuple[str, ...], as_json: bool) -> None:
    """Print what CODEs mean: captions, precedences, TAGS, posts, routing indicators, reasons, orders, acronyms."""
    from reftel.cli import output
    from reftel.cli.tables import explanations_table
    from reftel.handbook import explain as explained

    found = {code: explained(code) for code in codes}
    if as_json:
        output.print_rows({"asked": code, "explanations": ones} for code, ones in found.items())
    else:
        output.show(explanations_table(found))
    nothing_unless(any(found.values()))


@click.command()
def forms() -> None:
    """Print the published forms that can be read."""
    from reftel.cli.output import show as print_out
    from reftel.cli.tables import forms_table
    from reftel.sources import forms as known

    print_out(forms_table(known()))


@click.command()
@options.archive
@options.flag("--repair", help="Make anew what can be made from the texts.")
@options.flag("--deep", help="Read every text again and compare.")
@options.as_json
def check(*, archive: Path, repair: bool, deep: bool, as_json: bool) -> None:
    """Verify an archive: hashes, records, spans, references and index, against the texts it keeps."""
    from reftel.cli.checking import check_and_report

    faults = check_and_report(archive, repair=repair, deep=deep, as_json=as_json)
    nothing_unless(not faults)


@click.command()
@options.archive
@options.as_json
def rejects(*, archive: Path, as_json: bool) -> None:
    """Print what could not be read into the archive: where, why, and its first bytes."""
    from reftel.archive import open_archive
    from reftel.cli import output
    from reftel.cli.tables import rejects_list

    with open_archive(archive) as opened:
        found = list(opened.rejects())
    if as_json:
        output.print_rows(found)
    else:
        output.show(rejects_list(found) if found else "Nothing was rejected.")
