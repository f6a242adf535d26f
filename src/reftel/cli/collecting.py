"""The commands of the reader's own desk: collection, note, tag."""

# ruff: noqa: PLC0415 - heavy libraries come with the command that needs them; one parameter an option

from __future__ import annotations

from pathlib import Path

import click

from reftel.cli import options
from reftel.cli.exits import nothing_unless

_name = click.argument("name", metavar="NAME", help="The collection, by its name or the beginning of its id.")
_about = options.word("--about", help="What it is about.")
_at = options.word("--at", metavar="PART", help="The paragraph: p3 is the one with the number 3.")
_words = options.word("--words", help="The very words, as they stand in the text.")
_note = click.argument("note", metavar="NOTE", help="The note, by the beginning of its id.")
_text = click.argument("text", metavar="TEXT", help="What you note; - is the standard input.")


@click.group(cls=options.InOrder)
def collection() -> None:
    """Collections of your own: records in your order, kept outside every archive, handed on and merged."""


@collection.command()
@click.argument("name", metavar="NAME", help="What it is called.")
@_about
@options.desk
@options.author
def create(*, name: str, about: str, desk: Path | None, author: str) -> None:
    """Make a collection."""
    from reftel.cli.desks import open_desk, say_made

    say_made(open_desk(desk, author).create(name, about))


@collection.command("list")
@options.desk
@options.as_json
def list_(*, desk: Path | None, as_json: bool) -> None:
    """Print your collections."""
    from reftel.cli.desks import show_collections

    nothing_unless(show_collections(desk, as_json=as_json))


@collection.command()
@_name
@options.archive
@options.desk
@options.as_json
def show(*, name: str, archive: Path, desk: Path | None, as_json: bool) -> None:
    """Print a collection: its records in their order, and whether the archive has them."""
    from reftel.cli.desks import show_collection

    show_collection(archive, name, desk, as_json=as_json)


@collection.command()
@_name
@options.word("--name", "called", help="What it is called from now on.")
@click.option("--about", help="What it is about from now on.")
@options.desk
@options.author
def describe(*, name: str, called: str, about: str | None, desk: Path | None, author: str) -> None:
    """Call or describe a collection otherwise; where two people did, this settles it."""
    from reftel.cli.desks import open_desk, say_made

    opened = open_desk(desk, author)
    found = opened.collection(name)
    say_made(opened.describe(found.id, called=called or found.name, about=found.about if about is None else about))


@collection.command()
@_name
@click.argument("ids", metavar="[ID...]", nargs=-1, help="Numbers in any spelling, or content addresses.")
@click.option("--search", "query", metavar="QUERY", help="All that this query finds.")
@options.archive
@options.desk
@options.author
def add(*, name: str, ids: tuple[str, ...], query: str | None, archive: Path, desk: Path | None, author: str) -> None:
    """Put records at the end of a collection. A telegram that is not in the archive may be put there by its number."""
    from reftel.cli.desks import add_and_say, open_desk

    nothing_unless(add_and_say(archive, open_desk(desk, author), name, ids, query))


@collection.command()
@_name
@click.argument("ids", metavar="ID...", nargs=-1, required=True, help="The records, as the collection has them.")
@options.desk
@options.author
def remove(*, name: str, ids: tuple[str, ...], desk: Path | None, author: str) -> None:
    """Take records out of a collection. What you noted on them stays."""
    from reftel.cli.desks import open_desk, remove_and_say

    remove_and_say(open_desk(desk, author), name, ids)


@collection.command()
@_name
@click.argument("record", metavar="ID", help="The record, as the collection has it.")
@click.argument("place", metavar="PLACE", type=click.IntRange(min=1), help="Its place from now on, counted from 1.")
@options.desk
@options.author
def move(*, name: str, record: str, place: int, desk: Path | None, author: str) -> None:
    """Give a record another place in a collection."""
    from reftel.cli.desks import open_desk

    open_desk(desk, author).move(name, record, place)


@collection.command()
@_name
@options.desk
@options.author
def delete(*, name: str, desk: Path | None, author: str) -> None:
    """Take a whole collection away. What you noted on its records stays."""
    from reftel.cli.desks import open_desk
    from reftel.cli.output import say

    gone = open_desk(desk, author).remove(name)
    say(f"{gone.name!r} is taken away, with its list of {len(gone.items):,}")


@collection.command()
@click.argument("name", metavar="[NAME]", default="", help="One collection; without it, your whole desk.")
@options.word(
    "--format",
    "style",
    default="desk",
    help="desk: JSON to merge, with notes and tags. Or of its records: csv, jsonl ...",
)
@options.word("--out", default="-", help="The file to write; - is standard output.")
@options.flag("--history", help="With desk: also what was changed or taken away since.")
@options.flag("--paragraphs", help="Of its records: a row a paragraph.")
@options.archive
@options.desk
def export(
    *, name: str, style: str, out: str, history: bool, paragraphs: bool, archive: Path, desk: Path | None
) -> None:
    """Write collections, notes and tags as one file of JSON to merge; or a collection's records in any format, in its order."""
    from reftel.cli.desks import export_desk, export_records

    if style == "desk":
        export_desk(desk, name, out, history=history)
    else:
        rows = export_records(archive, desk, name, style, "paragraphs" if paragraphs else "records", out)
        nothing_unless(rows)


@collection.command()
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, help="What `export` wrote; - is the standard input."
)
@options.desk
def merge(*, files: tuple[str, ...], desk: Path | None) -> None:
    """Put others' collections, notes and tags to yours. Nothing is lost; where two disagree both are kept, and it is said."""
    from reftel.cli.desks import merge_and_say

    merge_and_say(desk, files)


@click.group(cls=options.InOrder)
def note() -> None:
    """Notes of your own: on a record, on a paragraph, or on the very words."""


@note.command("add")
@options.name
@_text
@_at
@_words
@options.archive
@options.desk
@options.author
def add_note(*, name: str, text: str, at: str, words: str, archive: Path, desk: Path | None, author: str) -> None:
    """Note something."""
    from reftel.cli.desks import note_and_say, open_desk

    note_and_say(archive, open_desk(desk, author), (name, at, words), text)


@note.command("list")
@click.argument("name", metavar="[ID]", default="", help="One record; without it, all.")
@options.archive
@options.desk
@options.as_json
def list_notes(*, name: str, archive: Path, desk: Path | None, as_json: bool) -> None:
    """Print your notes, and where each stands: there, moved, altered, or lost."""
    from reftel.cli.desks import show_notes

    nothing_unless(show_notes(archive, desk, name, as_json=as_json))


@note.command()
@_note
@_text
@options.desk
@options.author
def edit(*, note: str, text: str, desk: Path | None, author: str) -> None:
    """Write a note anew; where two people did, this settles it."""
    from reftel.cli.desks import given_text, open_desk

    open_desk(desk, author).rewrite(note, given_text(text))


@note.command("remove")
@_note
@options.desk
@options.author
def remove_note(*, note: str, desk: Path | None, author: str) -> None:
    """Take a note away."""
    from reftel.cli.desks import open_desk

    open_desk(desk, author).unwrite(note)


@click.group(cls=options.InOrder)
def tag() -> None:
    """Tags of your own: a word on a record, on a paragraph, or on the very words. (TAGS of telegrams are another thing.)"""


@tag.command("add")
@options.name
@click.argument("word", metavar="WORD", help="The tag; it may have blanks.")
@_at
@_words
@options.archive
@options.desk
@options.author
def add_tag(*, name: str, word: str, at: str, words: str, archive: Path, desk: Path | None, author: str) -> None:
    """Tag something."""
    from reftel.cli.desks import open_desk, tag_and_say

    tag_and_say(archive, open_desk(desk, author), (name, at, words), word)


@tag.command("list")
@click.argument("word", metavar="[WORD]", default="", help="One tag; without it, all, with how often each is used.")
@options.desk
@options.as_json
def list_tags(*, word: str, desk: Path | None, as_json: bool) -> None:
    """Print your tags."""
    from reftel.cli.desks import show_tags

    nothing_unless(show_tags(desk, word, as_json=as_json))


@tag.command("remove")
@options.name
@click.argument("word", metavar="WORD", help="The tag.")
@_at
@options.archive
@options.desk
@options.author
def remove_tag(*, name: str, word: str, at: str, archive: Path, desk: Path | None, author: str) -> None:
    """Take a tag away: from all of a record, or from one paragraph."""
    from reftel.cli.desks import open_desk, untag_and_say

    nothing_unless(untag_and_say(archive, open_desk(desk, author), name, word, at))
