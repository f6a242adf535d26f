"""The releases of one cable beside each other: which belong together, what one holds back and another shows.

Releases with one number are joined where their texts are alike, or where one is too short to tell; two different
transmissions under one number stay two. Releases under another number, or a damaged one, are joined where their words,
days and posts leave little doubt; other releases with the same words are named beside them. Every join says why, and how
sure it is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from itertools import permutations
from typing import Literal

import msgspec

from reftel.archive.archive import Archive, Stored
from reftel.archive.twins import Twin, Twins, open_twins
from reftel.archive.wording import ALIKE, HELD_BACK, TOO_SHORT, Stretch, Word, align, likeness, words_of
from reftel.cable import Cable
from reftel.finding import Span

# A copy with its head cut off has neither day nor post: it is enough that one release of the cable has them.
_SEVERAL = """SELECT id FROM release WHERE kind = 'cable' AND id <> '' GROUP BY id HAVING count(*) > 1
              AND max((? = '' OR post = ?) AND sent >= ? AND (? = '' OR substr(sent, 1, length(?)) <= ?))"""

CutKind = Literal["redacted", "missing", "header-only"]

_SHORTEST_CUT = 4  # words; fewer are a slip of a copyist, not a cut


class Copy(msgspec.Struct, frozen=True):
    """One release of a cable: `words` that can be read in it, `held_back` signs of something taken out, why it is here.

    `id` is its own number, which may be another than that of the cable it is taken for.
    """

    row: int
    key: str
    id: str
    form: str
    publisher: str
    sent: str
    words: int
    held_back: int
    reason: str
    confidence: float


class Cut(msgspec.Struct, frozen=True):
    """What one release holds back and another shows.

    `at` is the place in the text of the release `held_back_in`, empty where nothing marks it; `shown` is what stands
    there in the release `shown_in`, `words` long, in the paragraph that has this number and mark there.
    """

    kind: CutKind
    held_back_in: str
    at: Span
    shown_in: str
    shown: Span
    words: int
    paragraph: str = ""
    mark: str = ""


class Passage(msgspec.Struct, frozen=True):
    """A piece of the fullest reading: the span of the release with this address."""

    key: str
    span: Span


class Versions(msgspec.Struct, frozen=True):
    """One transmission: its copies, the fullest first; the cuts; and the fullest reading, piece by piece.

    `twins` are releases of other numbers with the same words, those among the copies too.
    """

    id: str
    copies: tuple[Copy, ...]
    cuts: tuple[Cut, ...]
    fullest: tuple[Passage, ...]
    twins: tuple[Twin, ...] = ()


class _Laid(msgspec.Struct, frozen=True):
    """A release with its words."""

    stored: Stored
    words: list[Word]
    readable: int
    reason: str = "the only release"
    confidence: float = 1.0


def versions(archive: Archive, spelling: str) -> tuple[Versions, ...]:
    """Each transmission that `spelling` names, in the order they were kept; empty where there is none.

    Releases of other numbers are found as far as the archive was compared (`twins.make_twins`).
    """
    with _known_twins(archive) as twins:
        return tuple(_versions(archive, spelling, twins))


def cuts(
    archive: Archive,
    *,
    post: str = "",
    since: str = "",
    until: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[tuple[str, Cut]]:
    """Every cut in `archive`, each with the id of its cable, id by id; memory stays flat.

    `post` is a key of the handbook; `since` and `until` are compared with the beginning of the date (`1975-03`).
    `progress` is told how many cables with several releases were compared, and how many there are.
    """
    with _known_twins(archive) as twins:
        numbers = _with_several(archive, twins, (post, since, until))
        told: set[tuple[str, ...]] = set()  # transmissions with two numbers, under the first of which they were met
        for done, number in enumerate(numbers, 1):
            for one in _versions(archive, number, twins):
                keys = tuple(sorted(copy.key for copy in one.copies))
                if keys not in told:
                    yield from ((number, cut) for cut in one.cuts)
                if any(twin.joined for twin in one.twins):
                    told.add(keys)
            if progress is not None:
                progress(done, len(numbers))


@contextmanager
def _known_twins(archive: Archive) -> Iterator[Twins | None]:
    twins = open_twins(archive)
    with twins if twins is not None else nullcontext():
        yield twins


def _versions(archive: Archive, spelling: str, twins: Twins | None) -> Iterator[Versions]:
    by_id: dict[str, list[Stored]] = {}
    for one in archive.named(spelling):
        if one.release.kind == "cable":
            by_id.setdefault(one.facts.id, []).append(one)
    told: set[int] = set()
    for number, ones in by_id.items():
        for group in _transmissions(ones):
            found = twins.of([one.stored.row for one in group]) if twins is not None else []
            joined = _with_twins(archive, group, found)
            rows = {one.stored.row for one in joined}
            if not rows <= told:  # the name may lead to both numbers of one transmission
                name = number or next((one.stored.facts.id for one in joined if one.stored.facts.id), "")
                yield _compared(name, joined, found)
            told |= rows


def _laid(stored: Stored) -> _Laid:
    words = words_of(stored.release.text)
    return _Laid(stored, words, sum(word.key != HELD_BACK for word in words))


def _with_twins(archive: Archive, group: list[_Laid], twins: Sequence[Twin]) -> list[_Laid]:
    """The releases of one number, and those of other numbers that are taken for the same transmission."""
    reasons = {twin.other.row: twin for twin in sorted(twins, key=lambda twin: twin.confidence) if twin.joined}
    for one in group:
        reasons.pop(one.stored.row, None)
    if not reasons:
        return group
    others = [
        msgspec.structs.replace(_laid(stored), reason=_as_twin(twin), confidence=twin.confidence)
        for stored in archive.rows(list(reasons))
        if (twin := reasons[stored.row])
    ]
    return sorted([*group, *others], key=lambda one: (-one.readable, one.stored.row))


def _as_twin(twin: Twin) -> str:
    return f"kept as {twin.other.id}: {twin.reason}" if twin.other.id else f"kept without a number: {twin.reason}"


def _with_several(archive: Archive, twins: Twins | None, wanted: tuple[str, str, str]) -> list[str]:
    """The names of all cables with several releases, or with one that has another number, in order."""
    post, since, until = wanted
    found = {number for (number,) in archive.ask(_SEVERAL, (post, post, since, until, until, until))}
    for twin in twins if twins is not None else ():
        if twin.joined:
            fits = [
                side for side in (twin.one, twin.other)
                if (not post or side.post == post) and side.sent >= since and (not until or side.sent[: len(until)] <= until)
            ]  # fmt: skip
            found.update(side.id or side.key for side in fits[:1])
    return sorted(found)


def text_of(archive: Archive, passages: Sequence[Passage]) -> str:
    """The fullest reading as one text."""
    texts = {key: archive.release(key).release.text for key in dict.fromkeys(passage.key for passage in passages)}
    return "".join(passage.span.of(texts[passage.key]) for passage in passages)


def difference(left: Stored, right: Stored) -> list[Stretch]:
    """The texts of two releases side by side, stretch by stretch."""
    return align(words_of(left.release.text), words_of(right.release.text))


def _transmissions(releases: Sequence[Stored]) -> Iterator[list[_Laid]]:
    """The releases of one number, parted where their texts say that they are different telegrams."""
    groups: list[list[_Laid]] = []
    laid = [_laid(one) for one in releases]
    for one in sorted(laid, key=lambda one: (-one.readable, one.stored.row)):
        for group in groups:
            reason, confidence = _why_joined(group[0], one)
            if reason:
                group.append(msgspec.structs.replace(one, reason=reason, confidence=confidence))
                break
        else:
            reason = "the fullest release of this number" if not groups else "its text is that of another telegram"
            groups.append([msgspec.structs.replace(one, reason=reason)])
    yield from sorted(groups, key=lambda group: min(one.stored.row for one in group))


def _why_joined(fullest: _Laid, other: _Laid) -> tuple[str, float]:
    """Why two releases of one number are one telegram, and how sure that is; empty where they are not."""
    share = likeness(fullest.words, other.words)
    if share >= ALIKE:
        return f"the same number, and {share:.0%} of its words stand in the fullest release", 0.5 + share / 2
    same_day = fullest.stored.facts.sent[:10] == other.stored.facts.sent[:10]
    if min(fullest.readable, other.readable) < TOO_SHORT:
        return "the same number; too short to compare", 0.8 if same_day else 0.6
    return "", 0.0


def _compared(number: str, group: list[_Laid], twins: Sequence[Twin]) -> Versions:
    copies = tuple(
        Copy(
            one.stored.row, one.stored.key, one.stored.facts.id, one.stored.release.form, one.stored.release.publisher, one.stored.facts.sent,
            one.readable, len(one.words) - one.readable, one.reason, round(one.confidence, 3),
        )
        for one in group
    )  # fmt: skip
    found = list(_once(cut for one, other in permutations(group, 2) for cut in _cuts_between(one, other)))
    return Versions(number, copies, tuple(found), tuple(_fullest(group, found)), tuple(twins))


def _once(found: Iterable[Cut]) -> Iterator[Cut]:
    """Of the releases that show what stands at one place, the one that shows most: the fuller first where they are even."""
    most: dict[tuple[str, int], Cut] = {}
    for cut in found:
        place = (cut.held_back_in, cut.at.start)
        if place not in most or cut.words > most[place].words:
            most[place] = cut
    yield from sorted(most.values(), key=lambda cut: (cut.held_back_in, cut.at.start))


def _cuts_between(holding: _Laid, showing: _Laid) -> Iterator[Cut]:
    """What `holding` holds back and `showing` shows."""
    record = holding.stored.record
    header_only = isinstance(record, Cable) and record.completeness == "header-only"
    for stretch in align(holding.words, showing.words):
        if stretch.kind in {"same", "left-only"}:
            continue
        shown = [word for word in showing.words[slice(*stretch.right_words)] if word.key != HELD_BACK]
        marked = any(word.key == HELD_BACK for word in holding.words[slice(*stretch.left_words)])
        absent = stretch.kind == "right-only" and len(shown) >= _SHORTEST_CUT
        if not shown or not (marked or absent):
            continue
        kind: CutKind = "redacted" if marked else "header-only" if header_only else "missing"
        number, mark = _paragraph_in(showing.stored, stretch.right)
        yield Cut(
            kind, holding.stored.key, stretch.left, showing.stored.key, stretch.right, len(shown), number, mark
        )  # fmt: skip


def _paragraph_in(stored: Stored, span: Span) -> tuple[str, str]:
    """The number and mark of the first paragraph that `span` touches, or else of the last before it; empty in the head."""
    number = mark = ""
    for block in stored.record.blocks if isinstance(stored.record, Cable) else ():
        if block.span.start >= span.end:
            break
        if block.number is not None:
            number, mark = block.number.value, block.mark.value if block.mark else ""
            if block.span.end > span.start:
                break
    return number, mark


def _fullest(group: Sequence[_Laid], found: Sequence[Cut]) -> Iterator[Passage]:
    """The first release, with what others show put in where it holds back."""
    base, words = group[0], {one.stored.key: one.words for one in group}
    text, at = base.stored.release.text, 0
    own = [cut for cut in found if cut.held_back_in == base.stored.key]
    for cut in sorted(own, key=lambda cut: (cut.at.start, -cut.words)):
        place, shown = _set_off(cut, base.words, words[cut.shown_in])
        if place.start < at:  # another release fills the same place
            continue
        if place.start > at:
            yield Passage(base.stored.key, Span(at, place.start))
        yield Passage(cut.shown_in, shown)
        at = place.end
    if at < len(text):
        yield Passage(base.stored.key, Span(at, len(text)))


def _set_off(cut: Cut, held: Sequence[Word], showing: Sequence[Word]) -> tuple[Span, Span]:
    """Where something is put in, and what, with the blanks and signs that set it off from its neighbours.

    Where nothing marks the place it is in front of the next word, and what stands before that word comes with it; at the
    end, behind the word before, and what stands behind that comes with it.
    """
    if cut.at.end > cut.at.start:
        return cut.at, cut.shown
    behind = bisect_left(showing, cut.shown.end, key=lambda word: word.start)
    following = bisect_left(held, cut.at.start, key=lambda word: word.start)
    if behind < len(showing) and following < len(held):
        place = held[following].start
        return Span(place, place), Span(cut.shown.start, showing[behind].start)
    first = bisect_left(showing, cut.shown.start, key=lambda word: word.start)
    return cut.at, Span(showing[first - 1].end if first else 0, cut.shown.end)
