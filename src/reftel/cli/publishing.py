"""The commands that publish: serve an archive in the browser, set records as a PDF, write all of it as a site of files."""

# ruff: noqa: PLC0415, PLR0913 - heavy libraries come with the command that needs them; one parameter an option

from __future__ import annotations

from pathlib import Path

import click

from reftel.cli import options
from reftel.cli.exits import nothing_unless

_VOLUME = 1_000


@click.command()
@options.archive
@click.option("--port", type=click.IntRange(0, 65535), default=8417, help="The port; 0 takes any that is free.")
@options.word("--host", default="127.0.0.1", help="The address to listen on; only this machine reaches the usual one.")
@options.flag("--open", "browser", help="Open the archive in your browser.")
@options.desk
@options.author
@options.saved_in
@options.word(
    "--share-desk",
    help="Where others reach the server too: `read` shows them your desk, `write` lets them write on it. Else only you do.",
)
def serve(
    *,
    archive: Path,
    port: int,
    host: str,
    browser: bool,
    desk: Path | None,
    author: str,
    saved_in: Path | None,
    share_desk: str,
) -> None:
    """Open an archive in the browser, until stopped: no account, no log, nothing fetched from anywhere."""
    from reftel.cli.serving import Laid
    from reftel.cli.serving import serve as serve_archive

    serve_archive(archive, host=host, port=port, browser=browser, laid=Laid(desk, author, share_desk, saved_in))


@click.command()
@click.argument("names", metavar="[ID...]", nargs=-1, help="Numbers in any spelling, or content addresses.")
@options.archive
@options.word("--out", default="-", help="The file to write; - is standard output.")
@click.option("--search", "query", metavar="QUERY", help="All that this query finds.")
@options.word("--collection", help="A collection of your own, in its order.")
@options.flag("--every-release", "every", help="Every release of an ID, not the fullest alone.")
@options.word("--title", help="What the file is called. [default: the query, the collection, or the record]")
@options.word("--paper", default="a4", help="a4 or us-letter.")
@click.option(
    "--fonts",
    type=options.type_of_path,
    multiple=True,
    help="A folder of fonts for scripts that the PDF's own fonts lack.",
)
@click.option("--volume", "size", type=click.IntRange(min=1), default=_VOLUME, help="The most records in one file.")
def pdf(
    *,
    names: tuple[str, ...],
    archive: Path,
    out: str,
    query: str | None,
    collection: str,
    every: bool,
    title: str,
    paper: str,
    fonts: tuple[Path, ...],
    size: int,
) -> None:
    """Set records as a PDF: what they say, and behind it references, doubts, other releases, codes explained, source.

    More records than --volume allows become several files, FILE-1.pdf and so on.
    """
    from reftel.cli.setting import Wanted, set_and_say

    wanted = Wanted(names, query, every=every, size=size, collection=collection)
    nothing_unless(set_and_say(archive, wanted, out=out, title=title, paper=paper, fonts=tuple(map(str, fonts))))


@click.command()
@click.argument(
    "out", metavar="OUT", type=options.type_of_path, help="The folder of the site: new, empty, or published before."
)
@options.archive
@options.word("--title", help="What the site is called. [default: the archive's name]")
@options.word("--language", default="en", help="The language of its words, of those that there are catalogues of.")
@options.flag("--no-data", help="Leave out the files of data, one for each post and year.")
@click.option("--jobs", type=click.IntRange(min=0), help="Processes that work at once. [default: one a processor]")
@options.flag("--jsonl", help="Print progress and result as lines of JSON.")
def publish(
    *, out: Path, archive: Path, title: str, language: str, no_data: bool, jobs: int | None, jsonl: bool
) -> None:
    """Write the whole reader as files that open from a disk or a stick, with a search that needs no server.

    Only what changed is written again, and a publishing that was stopped goes on where it stopped. The folder is copied
    to any web server as it is. Exit code 1 where a page could not be made.
    """
    from reftel.cli.sites import publish_and_report
    from reftel.publish.site import Settings

    settings = Settings(jobs=jobs, language=language, name=title, data=not no_data)
    nothing_unless(not publish_and_report(archive, out, settings, jsonl=jsonl).failed)
