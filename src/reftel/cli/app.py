"""The commands. Each opens what it needs, calls one function, and prints.

Heavy libraries are imported inside the commands, so that help and errors come at once. Exit codes: 0 done; 1 nothing
was found, or with --strict something was rejected; 2 an error, said in one sentence; 130 stopped by the user.
"""

# ruff: noqa: PLC0415

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from reftel.cli import mirroring, options, printing, queries
from reftel.errors import NotFound, ReftelError

NOTHING, FAILED, STOPPED = 1, 2, 130


class _Commands(TyperGroup):
    """The command line as a whole: turns errors into sentences, and ends quietly when nobody reads on."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the command that was asked for."""
        from reftel.cli import output

        try:
            return super().invoke(ctx)
        except ReftelError as error:
            output.fail(error)
            raise typer.Exit(FAILED) from error
        except KeyboardInterrupt as error:
            output.say("stopped; what was reported as done is kept")
            raise typer.Exit(STOPPED) from error
        except BrokenPipeError as error:
            # Python would complain once more when it flushes the closed pipe at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(NOTHING) from error


app = typer.Typer(
    cls=_Commands,
    help="Read, keep, search, compare and export archives of diplomatic cables and incident reports, offline.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def read(
    paths: options.PathsArgument,
    form: options.FormOption = None,
    as_json: options.JsonOption = False,
    findings: Annotated[
        bool, typer.Option("--findings", help="Print only what is missing, damaged or in doubt.")
    ] = False,
) -> None:
    """Print the records in PATHS, laid out, without keeping them."""
    from reftel.cli.reading import print_all
    from reftel.cli.streams import met_in

    print_all(met_in(paths, form), as_json=as_json, only_findings=findings)


@app.command()
def ingest(  # noqa: PLR0913, PLR0917 - one parameter an option
    paths: options.PathsArgument,
    archive: options.ArchiveOption = options.DEFAULT_ARCHIVE,
    form: options.FormOption = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=0, help="Reading processes. [default: one a processor]")
    ] = None,
    collection: Annotated[str, typer.Option("--collection", help="What newly kept records are filed under.")] = "",
    again: Annotated[
        bool, typer.Option("--again", help="Also open files again that were read to their end and did not change.")
    ] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Report progress and the end as lines of JSON.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 if anything was rejected; implies --again.")
    ] = False,
) -> None:
    """Read everything in PATHS, keep it in an archive and make it searchable. Running it again adds only what is new."""
    from reftel.cli.ingesting import Order, ingest_and_report

    order = Order(paths=paths, form=form, jobs=jobs, collection=collection, again=again or strict, jsonl=jsonl)
    tally = ingest_and_report(archive, order)
    if strict and tally.failed:
        raise typer.Exit(NOTHING)


queries.register(app)


@app.command()
def show(
    name: Annotated[
        str, typer.Argument(metavar="ID", help="A telegram's number in any spelling, or a content address.")
    ],
    archive: options.ArchiveOption = options.DEFAULT_ARCHIVE,
    as_json: options.JsonOption = False,
) -> None:
    """Print a record of the archive: every release of it; or what is known of a cable that is cited and not here."""
    from reftel.archive import open_archive
    from reftel.cli.linking import show_absent
    from reftel.cli.reading import print_one

    with open_archive(archive) as opened:
        found = opened.named(name)
        if not found and show_absent(opened, name, as_json=as_json):
            raise typer.Exit(NOTHING)
    if not found:
        raise NotFound(f"no record is known as {name}", where=str(archive), hint="try `reftel search`")
    for stored in found:
        print_one(stored.release, stored.record, key=stored.key, as_json=as_json)


@app.command(context_settings=queries.WORDS)
def export(  # noqa: PLR0913, PLR0917 - one parameter an option
    words: options.WordsArgument = None,
    archive: options.ArchiveOption = options.DEFAULT_ARCHIVE,
    form: Annotated[
        str, typer.Option("--format", help="csv, jsonl, parquet, text, biblatex, ris, csl or citations.")
    ] = "csv",
    out: Annotated[str, typer.Option("--out", help="The file to write; - is standard output.")] = "-",
    paragraphs: Annotated[bool, typer.Option("--paragraphs", help="A row a paragraph, not a row a record.")] = False,
    post: options.PostOption = "",
    since: options.FromOption = "",
    until: options.ToOption = "",
    level: options.ClassOption = "",
    tag: options.TagOption = None,
    within: options.WithinOption = None,
    saved: options.SavedOption = "",
    new: options.NewOption = False,
    sort: options.SortOption = "relevance",
    saved_in: options.SavedFileOption = None,
) -> None:
    """Write every record that matches to a file, whole, in the order of search. Without words, the filters decide."""
    from reftel.cli.exporting import export as write
    from reftel.cli.looking import Asking
    from reftel.cli.searching import query_of

    fields = {
        "post": post, "since": since, "until": until, "level": level, "tags": tuple(tag or ()),
        "within": tuple(within or ()), "sort": sort,
    }  # fmt: skip
    asking = Asking(query_of(words or [], fields), saved=saved, new=new, file=saved_in)
    if not write(archive, asking, name=form, rows="paragraphs" if paragraphs else "records", out=out):
        raise typer.Exit(NOTHING)


@app.command()
def cite(
    name: Annotated[str, typer.Argument(metavar="ID", help="A number in any spelling, or a content address.")],
    archive: options.ArchiveOption = options.DEFAULT_ARCHIVE,
    style: Annotated[str, typer.Option("--style", help="citations, biblatex, ris or csl.")] = "citations",
) -> None:
    """Print how a record is cited: every release of it."""
    from reftel.cli.exporting import cite as print_citations

    print_citations(archive, name, style)


printing.register(app)


@app.command()
def references(
    name: Annotated[str, typer.Argument(metavar="ID", help="A telegram's number in any spelling.")],
    archive: options.ArchiveOption = options.DEFAULT_ARCHIVE,
    as_json: options.JsonOption = False,
) -> None:
    """Print what a cable cites and who cites it, with the reason for each inferred year."""
    from reftel.cli.linking import show_references

    show_references(archive, name, as_json=as_json)


@app.command()
def thread(
    name: Annotated[str, typer.Argument(metavar="ID", help="A telegram's number in any spelling.")],
    archive: options.ArchiveOption = options.DEFAULT_ARCHIVE,
    steps: Annotated[int, typer.Option("--steps", min=0, help="How many references away.")] = 2,
    as_json: options.JsonOption = False,
) -> None:
    """Print the cables around one in the order of time: what it answers, what answers it, and the chain of references."""
    from reftel.cli.linking import show_thread

    show_thread(archive, name, steps=steps, as_json=as_json)


@app.command()
def ghosts(
    name: Annotated[str, typer.Argument(metavar="[ID]", help="One cable; without it, all.")] = "",
    archive: options.ArchiveOption = options.DEFAULT_ARCHIVE,
    as_json: options.JsonOption = False,
) -> None:
    """Print the cables that are cited and not here: by whom, as what, and when they must have been sent."""
    from reftel.cli.linking import show_ghosts

    if not show_ghosts(archive, name, as_json=as_json):
        raise typer.Exit(NOTHING)


@app.command()
def gaps(
    archive: options.ArchiveOption = options.DEFAULT_ARCHIVE,
    post: options.PostOption = "",
    year: Annotated[int, typer.Option("--year", min=0, help="Only this year.")] = 0,
    as_json: options.JsonOption = False,
) -> None:
    """Print how many cables each post sent in each year, as far as their numbers tell, and how many are here."""
    from reftel.cli.linking import show_gaps

    if not show_gaps(archive, post=post, year=year, as_json=as_json):
        raise typer.Exit(NOTHING)


@app.command()
def versions(
    name: Annotated[str, typer.Argument(metavar="ID", help="A telegram's number in any spelling.")],
    archive: options.ArchiveOption = options.DEFAULT_ARCHIVE,
    as_json: options.JsonOption = False,
) -> None:
    """Print every release of a cable, and what one holds back and another shows."""
    from reftel.cli.comparing import show_versions

    show_versions(archive, name, as_json=as_json)


@app.command()
def diff(
    left: Annotated[str, typer.Argument(metavar="LEFT", help="A content address, or a telegram's number.")],
    right: Annotated[str, typer.Argument(metavar="RIGHT", help="Another; the same number for its other release.")],
    archive: options.ArchiveOption = options.DEFAULT_ARCHIVE,
    as_json: options.JsonOption = False,
) -> None:
    """Print where the words of two releases differ; line ends, case and punctuation do not count."""
    from reftel.cli.comparing import show_difference

    if show_difference(archive, left, right, as_json=as_json):
        raise typer.Exit(NOTHING)


@app.command()
def cuts(
    archive: options.ArchiveOption = options.DEFAULT_ARCHIVE,
    post: options.PostOption = "",
    since: options.FromOption = "",
    until: options.ToOption = "",
    as_json: options.JsonOption = False,
) -> None:
    """Print every passage of the archive that one release of a cable holds back and another shows."""
    from reftel.archive import post_key
    from reftel.cli.comparing import show_cuts

    if not show_cuts(archive, post=post_key(post), since=since, until=until, as_json=as_json):
        raise typer.Exit(NOTHING)


@app.command()
def twins(
    archive: options.ArchiveOption = options.DEFAULT_ARCHIVE,
    as_json: options.JsonOption = False,
) -> None:
    """Print the cables that have the same words under different numbers, and whether they are one transmission."""
    from reftel.cli.comparing import show_twins

    if not show_twins(archive, as_json=as_json):
        raise typer.Exit(NOTHING)


@app.command()
def serve(
    archive: options.ArchiveOption = options.DEFAULT_ARCHIVE,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes any that is free.")] = 8417,
    host: Annotated[
        str, typer.Option("--host", help="The address to listen on; only this machine reaches the usual one.")
    ] = "127.0.0.1",
    browser: Annotated[bool, typer.Option("--open", help="Open the archive in your browser.")] = False,
) -> None:
    """Open an archive in the browser, until stopped: no account, no log, nothing fetched from anywhere."""
    from reftel.cli.serving import serve as serve_archive

    serve_archive(archive, host=host, port=port, browser=browser)


@app.command()
def explain(
    codes: Annotated[
        list[str], typer.Argument(metavar="CODE...", help="Any code or short word of a telegram, in any spelling.")
    ],
    as_json: options.JsonOption = False,
) -> None:
    """Print what CODEs mean: captions, precedences, TAGS, posts, routing indicators, reasons, orders, acronyms."""
    from reftel.cli import output
    from reftel.cli.tables import explanations_table
    from reftel.handbook import explain as explained

    found = {code: explained(code) for code in codes}
    if as_json:
        output.print_rows({"asked": code, "explanations": ones} for code, ones in found.items())
    else:
        output.show(explanations_table(found))
    if not any(found.values()):
        raise typer.Exit(NOTHING)


@app.command()
def forms() -> None:
    """Print the published forms that can be read."""
    from reftel.cli.output import show as print_out
    from reftel.cli.tables import forms_table
    from reftel.sources import forms as known

    print_out(forms_table(known()))


@app.command()
def check(
    archive: options.ArchiveOption = options.DEFAULT_ARCHIVE,
    repair: Annotated[bool, typer.Option("--repair", help="Make anew what can be made from the texts.")] = False,
    deep: Annotated[bool, typer.Option("--deep", help="Read every text again and compare.")] = False,
    as_json: options.JsonOption = False,
) -> None:
    """Verify an archive: hashes, records, spans, references and index, against the texts it keeps."""
    from reftel.cli.checking import check_and_report

    if check_and_report(archive, repair=repair, deep=deep, as_json=as_json):
        raise typer.Exit(NOTHING)


@app.command()
def rejects(
    archive: options.ArchiveOption = options.DEFAULT_ARCHIVE,
    as_json: options.JsonOption = False,
) -> None:
    """Print what could not be read into the archive: where, why, and its first bytes."""
    from reftel.archive import open_archive
    from reftel.cli import output
    from reftel.cli.tables import rejects_table

    with open_archive(archive) as opened:
        found = list(opened.rejects())
    if as_json:
        output.print_rows(found)
    else:
        output.show(rejects_table(found) if found else "Nothing was rejected.")


mirroring.register(app)
