"""Versions, twins, differences and cuts on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from reftel.archive import Archive, Stored, open_archive
from reftel.archive.twins import Twin, make_twins, open_twins
from reftel.archive.versions import Cut, Versions, cuts, difference, versions
from reftel.archive.wording import Stretch
from reftel.cli import words
from reftel.cli.output import print_json, print_rows, say, show
from reftel.cli.progress import aside, counted
from reftel.cli.safe import line
from reftel.errors import NotFound, ReftelError

_CONTEXT = 60  # characters of what is the same, before and after a difference
_LONGEST = 600  # characters of one cut that are shown
_AT_ONCE = 5_000  # releases that are compared without being asked: a few seconds


def show_versions(path: Path, name: str, *, as_json: bool) -> None:
    """Prints the releases of a cable, and what they hold back from each other; NotFound where there is none."""
    with open_archive(path) as archive:
        _compare_new(archive)
        found = versions(archive, name)
        if not found:
            raise NotFound(f"no cable is known as {name}", where=str(path), hint="try `reftel search`")
        if as_json:
            print_rows(found)
            return
        for one in found:
            show(*_versions(archive, one))


def show_difference(path: Path, left: str, right: str, *, as_json: bool) -> bool:
    """Whether two releases differ; prints where."""
    with open_archive(path) as archive:
        one, other = _two(archive, left) if left == right else (_only(archive, left), _only(archive, right))
        found = difference(one, other)
        if as_json:
            print_rows(found)
        else:
            show(*_differences(one, other, found))
        return any(stretch.kind != "same" for stretch in found)


def show_cuts(path: Path, *, post: str, since: str, until: str, as_json: bool) -> int:
    """How many cuts there are; prints each as it is found."""
    count = 0
    with open_archive(path) as archive, aside("compared") as progress:
        _compare_new(archive)
        for number, cut in cuts(archive, post=post, since=since, until=until, progress=progress):
            count += 1
            if as_json:
                shown = archive.release(cut.shown_in).release.text
                print_json({"id": number, "cut": cut, "text": cut.shown.of(shown)})
            else:
                show(Text(number, "bold cyan"), *_cut(archive, cut))
    return count


def show_twins(path: Path, *, as_json: bool) -> int:
    """How many pairs of cables have the same words under different numbers; prints each as it is found."""
    count = 0
    with open_archive(path) as archive, make_twins(archive) as twins:
        with counted("compared", twins.behind) as progress:
            twins.bring_up(progress)
        for count, twin in enumerate(twins, 1):  # noqa: B007 - the last number is the count
            if as_json:
                print_json(twin)
            else:
                show(*_twin(twin))
    if not count and not as_json:
        show(Text("No two cables have the same words under different numbers.", "dim"))
    return count


def _compare_new(archive: Archive) -> None:
    """Looks for twins of what is new where that takes a few seconds; else says that nobody did."""
    known = open_twins(archive)
    if known is None:
        behind = archive.last_row()
    else:
        with known:
            behind = known.behind
    if not behind:
        return
    if behind > _AT_ONCE or not archive.writable:
        how = "`reftel twins` does it" + ("" if archive.writable else ", on a copy that can be written")
        say(f"{behind:,} releases were not yet compared for the same words under other numbers; {how}")
        return
    try:
        with make_twins(archive) as twins:
            twins.bring_up()
    except ReftelError as error:
        say(f"twins under other numbers were not looked for: {error}", "yellow")


def _two(archive: Archive, name: str) -> tuple[Stored, Stored]:
    """The two releases of a cable; NotFound where it has more or fewer."""
    found = archive.named(name)
    if len(found) != 2:
        raise _not(2, archive, name, found)
    return found[0], found[1]


def _only(archive: Archive, name: str) -> Stored:
    found = archive.named(name)
    if len(found) != 1:
        raise _not(1, archive, name, found)
    return found[0]


def _not(wanted: int, archive: Archive, name: str, found: Sequence[Stored]) -> NotFound:
    addresses = ", ".join(one.key[:12] for one in found)
    hint = f"name them by address: {addresses}" if addresses else "try `reftel search`"
    return NotFound(f"{name} has {len(found)} releases, not {wanted}", where=str(archive.path), hint=hint)


def _versions(archive: Archive, one: Versions) -> Iterator[RenderableType]:
    yield Text(one.id, "bold cyan")
    for copy in one.copies:
        about = ", ".join(part for part in (copy.form, line(copy.publisher), words.iso_moment(copy.sent)) if part)
        size = f"{copy.words:,} words, {copy.held_back:,} held back"
        number = "" if copy.id == one.id else f"  {copy.id or 'without a number'}"
        yield Text.assemble("  ", (copy.key[:12], "cyan"), (number, "bold"), "  ", about, "  ", (size, "bold"))
        yield Padding(Text(f"{copy.reason} ({copy.confidence:.2f})", "dim"), (0, 0, 1, 16))
    for twin in one.twins:
        if not twin.joined:
            name = twin.other.id or twin.other.key[:12]
            yield Text.assemble(
                "  the same words, not joined: ", (name, "bold"), f"  {words.iso_moment(twin.other.sent)}"
            )
            yield Padding(Text(f"{twin.reason} ({twin.confidence:.2f})", "dim"), (0, 0, 1, 16))
    for cut in one.cuts:
        yield from _cut(archive, cut)


def _twin(twin: Twin) -> Iterator[RenderableType]:
    for side in (twin.one, twin.other):
        about = ", ".join(part for part in (side.post, words.iso_moment(side.sent), f"{side.words:,} words") if part)
        yield Text.assemble((side.id or "without a number", "bold cyan"), f"  {about}  ", (side.key[:12], "dim"))
    said = "one transmission" if twin.joined else "not joined"
    yield Padding(Text(f"{said} ({twin.confidence:.2f}), {twin.relation}: {twin.reason}", "dim"), (0, 0, 1, 2))


def _cut(archive: Archive, cut: Cut) -> Iterator[RenderableType]:
    where = f"paragraph {cut.paragraph}" if cut.paragraph else "before the first paragraph"
    mark = f" ({cut.mark})" if cut.mark else ""
    said = f"{cut.kind}: {cut.words:,} words, {where}{mark}; held back in {cut.held_back_in[:12]}, shown in "
    yield Text.assemble((said, "dim"), (cut.shown_in[:12], "dim"))
    shown = line(cut.shown.of(archive.release(cut.shown_in).release.text))
    yield Padding(Text(shown[:_LONGEST] + ("..." if len(shown) > _LONGEST else ""), "yellow"), (0, 0, 1, 2))


def _differences(one: Stored, other: Stored, found: Iterable[Stretch]) -> Iterator[RenderableType]:
    left, right = one.release.text, other.release.text
    yield Text.assemble(
        ("- ", "red"),
        f"{one.key[:12]}  {one.release.form}\n",
        ("+ ", "green"),
        f"{other.key[:12]}  {other.release.form}",
    )
    differing = 0
    for stretch in found:
        if stretch.kind == "same":
            continue
        differing += 1
        before = line(left[max(stretch.left.start - _CONTEXT, 0) : stretch.left.start])
        after = line(left[stretch.left.end : stretch.left.end + _CONTEXT])
        shown = Text.assemble((before, "dim"), " ")
        for text, span, style in ((left, stretch.left, "red strike"), (right, stretch.right, "green")):
            if words_there := line(span.of(text)):
                sign = "[-" if style.startswith("red") else "[+"
                shown.append(f"{sign}{words_there}{sign[1]}]", style)
        shown.append(f" {after}", "dim")
        yield Padding(shown, (1, 0, 0, 2))
    yield Text(f"\n{differing:,} differences" if differing else "The same, word for word.", "dim")
