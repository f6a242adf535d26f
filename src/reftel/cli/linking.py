"""References, ghosts and gaps on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from reftel.archive import Archive, open_archive, post_key
from reftel.archive.gaps import Ghost, coverage, ghost, ghosts
from reftel.archive.link import Link
from reftel.archive.links import cited_by, references_of
from reftel.archive.threads import Tie, Turn, thread
from reftel.cli import words
from reftel.cli.output import print_json, print_rows, say, show
from reftel.cli.progress import aside
from reftel.cli.safe import line
from reftel.errors import NotFound

_SHOWN = 20  # citing cables of a ghost
_FEW = 6  # TAGS or subjects of those


def show_references(path: Path, name: str, *, as_json: bool) -> None:
    """Prints what a cable cites and who cites it, or what is known of it where it is not here; NotFound where nothing is."""
    with open_archive(path) as archive:
        outward, inward, absent = references_of(archive, name), cited_by(archive, name), ghost(archive, name)
        if not outward and not inward and not archive.rows_named(name):
            raise NotFound(
                f"no cable is known as {name}, and none cites it", where=str(path), hint="try `reftel search`"
            )
    if as_json:
        print_json({"cites": outward, "cited_by": inward, "ghost": absent})
        return
    if absent is not None:
        show(Group(*_ghost(absent)))
        return
    nothing, nobody = Text("  nothing", "dim"), Text("  nobody", "dim")
    show(Group(Text("Cites", "bold"), *([_outward(link) for link in outward] or [nothing])))
    show(Group(Text("Cited by", "bold"), *([_inward(link) for link in inward] or [nobody])))


def show_absent(archive: Archive, name: str, *, as_json: bool) -> bool:
    """Whether a cable that is not here is cited; prints what is known of it."""
    found = ghost(archive, name)
    if found is None:
        return False
    if as_json:
        print_json({"kind": "ghost", "ghost": found})
    else:
        show(Group(*_ghost(found)))
    return True


def show_thread(path: Path, name: str, *, steps: int, as_json: bool) -> None:
    """Prints the cables around one in the order of time; NotFound where there is none by that name."""
    with open_archive(path) as archive:
        found = thread(archive, name, steps=steps)
    if not found.turns:
        raise NotFound(f"no cable is known as {name}", where=str(path), hint="try `reftel search`")
    if as_json:
        print_json(found)
        return
    show(Group(*(_turn(one, found.ties) for one in found.turns)))
    if found.cut:
        show(Text("There are more; ask with fewer --steps.", "yellow"))


def _turn(one: Turn, ties: Sequence[Tie]) -> Text:
    shown = Text("> " if one.steps == 0 else "  ").append(one.id, "bold cyan" if one.here else "bold")
    shown.append(f"  {words.iso_moment(one.sent)}" if one.here else "  not here", "" if one.here else "yellow")
    shown.append(f"  {line(one.subject)}" if one.subject else "")
    told = [f"{tie.relation} {tie.cited}" for tie in ties if tie.citing == one.id]
    return shown.append(f"\n      {'; '.join(told)}" if told else "", "dim")


def show_ghosts(path: Path, name: str, *, post: str, limit: int, as_json: bool) -> int:
    """How many cables that are cited and not here were printed, with what is known of each: all (0) or so many, or the one named."""
    count = 0
    with open_archive(path) as archive, aside("followed") as progress:
        one = ghost(archive, name) if name else None
        key = post_key(post) if post else ""
        found = iter([one] if one else []) if name else ghosts(archive, post=key, progress=progress)
        for count, one in enumerate(islice(found, limit or None), 1):  # noqa: B007 - the last number is the count
            if as_json:
                print_json(one)
            else:
                show(Group(*_ghost(one)))
        if limit and next(found, None) is not None:
            say("there are more: --limit 0 prints all, --post those of one post")
    return count


def show_gaps(path: Path, *, post: str, year: int, as_json: bool) -> int:
    """How many posts and years there are; prints how complete each is."""
    with open_archive(path) as archive:
        found = list(coverage(archive, post=post_key(post), year=year))
    if as_json:
        print_rows(found)
        return len(found)
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("post", "year", "here", "sent, about", "at least", "at most", "share"):
        table.add_column(column, justify="left" if column == "post" else "right")
    for one in found:
        here = f"{one.here:,}" + (f" ({one.garbled} garbled)" if one.garbled else "")
        figures = (f"{one.estimate:,}", f"{one.low:,}", f"{one.high:,}", f"{one.here / max(one.estimate, 1):.0%}")
        table.add_row(line(one.post), str(one.year), here, *figures)
    show(table if found else Text("No numbered cable is here.", "dim"))
    return len(found)


def _outward(link: Link) -> RenderableType:
    shown = Text(f"  {link.letter or ' '}  ")
    if not link.likely:
        return shown.append(f"{line(link.label)}  ").append(link.kind, "dim")
    best = link.likely[0]
    shown.append(best.id, "bold cyan" if best.here else "bold")
    shown.append("  here" if best.here else "  not here", "green" if best.here else "yellow")
    shown.append(f"  as written: {line(link.label)}; {best.reason} ({best.confidence:.2f})", "dim")
    return shown


def _inward(link: Link) -> RenderableType:
    shown = Text.assemble("     ", (line(link.citing), "bold cyan"), f"  {words.iso_moment(link.sent)}")
    title = f", “{line(link.title)}”" if link.title else ""
    return shown.append(f"  as {line(link.label)}{title}", "dim")


def _ghost(one: Ghost) -> Iterator[RenderableType]:
    yield Text.assemble((one.id, "bold"), ("  not here", "yellow"), *(f"  “{line(title)}”" for title in one.titles))
    if one.day is not None:
        about = f"about {words.iso_moment(one.day.likely)}" if one.day.likely else "on an unknown day"
        yield Text(f"  sent {about}: {one.day.reason}", "dim")
    bounds = []
    if one.after:
        bounds.append(f"after {one.after.id} of {words.iso_moment(one.after.sent[:10])}")
    if one.before:
        bounds.append(f"before {one.before.id} of {words.iso_moment(one.before.sent[:10])}")
    if one.until:
        bounds.append(f"by {words.iso_moment(one.until)}")
    if bounds:
        yield Text(f"  in any case {', '.join(bounds)}", "dim")
    if one.tags:
        yield Text(f"  the cables that cite it have the TAGS {_most(one.tags)}", "dim")
    if one.subjects and not one.titles:
        yield Text(f"  and the subjects {'; '.join(f'“{line(name)}”' for name, _ in one.subjects[:_FEW])}", "dim")
    yield from (_inward(link) for link in one.cited_by[:_SHOWN])
    if len(one.cited_by) > _SHOWN:
        yield Text(f"     and {len(one.cited_by) - _SHOWN:,} more", "dim")
    yield Text("")


def _most(counted: Sequence[tuple[str, int]]) -> str:
    return ", ".join(line(name) + (f" ({count})" if count > 1 else "") for name, count in counted[:_FEW])
