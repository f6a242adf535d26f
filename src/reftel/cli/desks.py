"""The reader's own desk, as the commands use it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from rich.console import Group
from rich.table import Table
from rich.text import Text

from reftel.archive import Archive, fullest, open_archive
from reftel.cable.identity import canonical
from reftel.cli import words
from reftel.cli.exporting import writing
from reftel.cli.output import print_json, print_rows, say, show
from reftel.cli.safe import line, safe
from reftel.desk import (
    Card,
    Collection,
    Desk,
    Found,
    Note,
    Target,
    Version,
    card_of,
    desk_file,
    find,
    from_json,
    part_of,
    records_of,
    target_on,
    to_json,
    words_in,
)
from reftel.errors import DeskError, NoArchive, NotFound
from reftel.export import RowKind, format_named
from reftel.search import every_hit

_LARGEST = 512 * 1024 * 1024  # bytes of a file that is merged
_HOW = {
    "whole": "", "there": "", "moved": "elsewhere in this release", "altered": "the words are altered",
    "lost": "its words are lost",
}  # fmt: skip


class NoteTold(msgspec.Struct, frozen=True):
    """A note, and where its words are in the archive; None where the archive has not its record."""

    note: Note
    found: Found | None


class Shown(msgspec.Struct, frozen=True):
    """A record of a collection, and whether the archive has it."""

    place: int
    record: str
    title: str
    sent: str
    author: str
    at: str
    here: bool
    others: tuple[Version, ...] = ()


def open_desk(file: Path | None, author: str = "") -> Desk:
    """The desk that is meant; what cannot be read of it is said."""
    return Desk(desk_file(file), author, tell=_say_left_out)


def _say_left_out(what: str) -> None:
    say(what, "yellow")


def say_made(made: Collection) -> None:
    """Says what a collection is called, and its id."""
    say(f"{made.name!r} is the collection {made.id[:8]}")


def show_collections(file: Path | None, *, as_json: bool) -> int:
    """How many collections there are; prints them."""
    found = open_desk(file).collections()
    if as_json:
        print_rows(found)
    elif found:
        table = _table("collection", "records", "by", "since", "about")
        for one in found:
            about = line(one.about)[:200] + _torn(one.others)
            table.add_row(line(one.name), f"{len(one.items):,}", line(one.author), one.at[:10], about)
        show(table)
    else:
        show("There is no collection; `reftel collection create NAME` makes one.")
    return len(found)


def _table(*names: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for at, name in enumerate(names):
        table.add_column(name, style="bold cyan" if not at else "", overflow="fold")
    return table


def _torn(others: Sequence[Version]) -> str:
    told = [f"{line(one.author)} {'took it away' if one.gone else f'has: {line(one.says)}'}" for one in others]
    return f" [not settled: {'; '.join(told)}]" if told else ""


def show_collection(archive: Path, name: str, file: Path | None, *, as_json: bool) -> None:
    """Prints a collection; where there is no archive, without whether its records are here."""
    found = open_desk(file).collection(name)
    here = _here(archive, [item.record for item in found.items])
    rows = [
        Shown(at, one.record, one.title, one.sent, one.author, one.at, one.record in here, one.others)
        for at, one in enumerate(found.items, 1)
    ]
    if as_json:
        print_rows(rows)
        return
    table = _table("", "record", "sent", "title")
    for one in rows:
        title = line(one.title) + ("" if one.here else " [not in this archive]") + _torn(one.others)
        table.add_row(str(one.place), line(one.record[:24]), words.iso_moment(one.sent[:10]), Text(title))
    head = [Text(line(found.name), "bold"), Text(safe(found.about)), Text(_torn(found.others).strip())]
    show(Group(*(part for part in head if part.plain), table))


def _here(archive: Path, records: Sequence[str]) -> set[str]:
    try:
        with open_archive(archive) as opened:
            return {one for one in records if opened.rows_named(one) or opened.named(one)}
    except NoArchive as error:
        say(f"nothing was looked for: {error}")
        return set()


def add_and_say(archive: Path, desk: Desk, name: str, ids: Sequence[str], query: str | None) -> int:
    """How many records are in the collection that were not there before."""
    if not ids and query is None:
        raise DeskError("nothing was named", hint="give IDs, or --search QUERY")
    desk.collection(name)
    with open_archive(archive) as opened:
        cards = list(_cards(opened, ids))
        if query is not None:
            cards += [card_of(one) for one in every_hit(opened, query)]
    count = desk.add(name, cards)
    say(f"{count:,} of {len({one.record for one in cards}):,} were not in {name!r} before")
    return count


def _cards(archive: Archive, ids: Sequence[str]) -> Iterator[Card]:
    for spelling in ids:
        found = archive.named(spelling)
        if found:
            yield from {card_of(one).record: card_of(one) for one in (*found, fullest(found))}.values()
            continue
        number = canonical(spelling)
        if not number or not number[:2].isdigit():
            raise NotFound(f"no record is known as {spelling}", where=str(archive.path), hint="try `reftel search`")
        say(f"{number} is not in this archive; it is put there by its number alone")
        yield Card(number)


def remove_and_say(desk: Desk, name: str, ids: Sequence[str]) -> None:
    """Takes records out of a collection."""
    for spelling in ids:
        there = {item.record for item in desk.collection(name).items}
        gone = desk.take_out(name, spelling if spelling in there else canonical(spelling) or spelling)
        say(f"{gone.record} is taken out of {name!r}")


def export_desk(file: Path | None, name: str, out: str, *, history: bool) -> None:
    """Writes a desk, or one collection with what is noted on its records, as JSON to merge."""
    desk = open_desk(file)
    entries, past = desk.everything()
    if name:
        entries, past = part_of(entries, past, desk.collection(name))
    with writing(out) as to:
        to.write(to_json(entries, past, history=history))
    if out != "-":
        say(f"{len({one.thing for one in entries}):,} things written to {out}")


def export_records(archive: Path, file: Path | None, name: str, style: str, rows: RowKind, out: str) -> int:
    """How many rows were written, of the records of a collection in its order; says which are not here."""
    wanted = format_named(style)
    if not name:
        raise DeskError("which collection?", hint=f"reftel collection export NAME --format {style}")
    found = open_desk(file).collection(name)
    with open_archive(archive) as opened, writing(out) as to:
        count = wanted.write(records_of(opened, found), to, rows)
        away = [item.record for item in found.items if not opened.named(item.record)]
    if away:
        say(f"not in this archive, and left out: {', '.join(away[:20])}{' ...' if len(away) > 20 else ''}")
    if out != "-":
        say(f"{count:,} rows written to {out}")
    return count


def merge_and_say(file: Path | None, files: Sequence[str]) -> None:
    """Merges files, all or none of them, and says what was new, and what is not settled."""
    desk = open_desk(file)
    read = [from_json(_bytes(name), name) for name in files]
    for name, merged in zip(files, desk.merge_all(read), strict=True):
        say(f"{name}: {merged.new:,} of {merged.received:,} entries are new")
        for one in merged.disagreements:
            say(f"not settled, both are kept: {one.says}")


def _bytes(name: str) -> bytes:
    try:
        if name == "-":
            data = sys.stdin.buffer.read(_LARGEST + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(_LARGEST + 1)
    except OSError as error:
        raise DeskError(f"cannot be read: {error.strerror or error}", where=name) from error
    if len(data) > _LARGEST:
        raise DeskError(f"it has more than {_LARGEST:,} bytes", where=name, hint="is it what `export` wrote?")
    return data


def given_text(text: str) -> str:
    """A text as it was typed, or the standard input for `-`."""
    return sys.stdin.read() if text == "-" else text


def _target(archive: Archive, place: tuple[str, str, str]) -> Target:
    name, at, exact = place
    stored = fullest(archive.meant(name))
    return target_on(stored, at, words_in(stored, at, exact) if exact else None)


def note_and_say(archive: Path, desk: Desk, place: tuple[str, str, str], text: str) -> None:
    """Writes a note on a record, a paragraph or words."""
    with open_archive(archive) as opened:
        target = _target(opened, place)
    made = desk.write(target, given_text(text))
    say(f"noted on {_where(target)}: {made.id[:8]}")


def tag_and_say(archive: Path, desk: Desk, place: tuple[str, str, str], word: str) -> None:
    """Tags a record, a paragraph or words."""
    with open_archive(archive) as opened:
        target = _target(opened, place)
    made = desk.tag(target, word)
    say(f"{made.word!r} is on {_where(target)}")


def untag_and_say(archive: Path, desk: Desk, name: str, word: str, at: str) -> int:
    """How many tags were taken away."""
    with open_archive(archive) as opened:
        record = _record(opened, name)
    gone = [
        desk.untag(one.id)
        for one in desk.tags(record)
        if one.word.casefold() == word.casefold() and (not at or one.target.at == at)
    ]
    say(f"{word!r} was taken from {', '.join(_where(one.target) for one in gone) or 'nothing'}")
    return len(gone)


def _record(archive: Archive, name: str) -> str:
    """What the one record that is meant is called on a desk, also one that is not in the archive."""
    if not archive.named(name):
        return canonical(name) or name
    meant = archive.meant(name)[0]
    return meant.facts.id or meant.key


def _where(target: Target) -> str:
    words_ = f" “{line(target.exact)[:60]}”" if target.exact and not target.at else ""
    return f"{line(target.record[:24])}{f' {line(target.at)}' if target.at else ''}{words_}"


def show_notes(archive: Path, file: Path | None, name: str, *, as_json: bool) -> int:
    """How many notes there are on a record, or in all; prints them with where they stand."""
    with open_archive(archive) as opened:
        record = _record(opened, name) if name else ""
        told = [NoteTold(one, _found(opened, one)) for one in open_desk(file).notes(record)]
    if as_json:
        print_rows(told)
    elif told:
        show(Group(*(part for one in told for part in _parts(one))))
    else:
        show("There is no note; `reftel note add ID TEXT` writes one.")
    return len(told)


def _found(archive: Archive, one: Note) -> Found | None:
    releases = archive.named(one.target.record)
    return find(one.target, releases) if releases else None


def _parts(told: NoteTold) -> Iterator[Text]:
    one, found = told.note, told.found
    state = _HOW[found.how] if found else "not in this archive"
    head = Text.assemble(
        (one.id[:8], "dim"), "  ", (_where(one.target), "bold"), f"  {line(one.author)}, {one.at[:10]}"
    )
    yield head + Text(f"  [{state}]" if state else "")
    if one.target.exact:
        quote = line(one.target.exact)
        yield Text(f"  “{quote[:200]}{'…' if len(quote) > 200 else ''}”", "dim")
    for row in safe(one.text).splitlines():
        yield Text(f"  {row}")
    if one.others:
        yield Text(f" {_torn(one.others)}", "yellow")


def show_tags(file: Path | None, word: str, *, as_json: bool) -> int:
    """How many tags are used; prints how often, or where one is."""
    desk = open_desk(file)
    if not word:
        counts = desk.words()
        if as_json:
            print_json(counts)
        elif counts:
            show(Group(*(Text.assemble((line(name), "bold cyan"), f" {count:,}") for name, count in counts.items())))
        return len(counts)
    found = [one for one in desk.tags() if one.word.casefold() == " ".join(word.split()).casefold()]
    if as_json:
        print_rows(found)
    elif found:
        show(Group(*(Text(f"{_where(one.target)}  {line(one.author)}, {one.at[:10]}") for one in found)))
    return len(found)
