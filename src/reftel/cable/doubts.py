"""What is lost, damaged or in contradiction in a telegram, as findings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise, zip_longest

from reftel.cable.banner import LEVELS, Banner
from reftel.cable.head import CLASS_LINE, find_corrected
from reftel.cable.marks import LEVEL_OF_MARK
from reftel.cable.records import Block, Cable
from reftel.finding import Finding, Span, Value

_ENDS = frozenset(".!?:;\"”’')]*_=-")
# Line noise prints figures and signs in a word; two signs side by side that are not one sign repeated (a rule) tell it.
_CHARACTER = re.compile(r"&(?:#\w{2,6}|[a-z]{2,8});")
_NOISE_SIGNS = "#&%+$@=<>{}~|^`\\"
_NOISE = re.compile(r"\S{0,30}?(?P<signs>[#&%+$@=<>{}~|^`\\]{2,})\S{0,30}")
_SECTION_SEEN = re.compile(r"(\d{3})(?:\.\d)?[ \t]+OF[ \t]+(\d{3})|(?<=\s)(\d\d) OF (\d\d)(?=\s)")
_SECTION_LINE = re.compile(r"S\w{4,6}N\s+(\d{1,2})\s+[O0]F\s+(\d{1,2})", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?:https?:|www\.|\S@\S+\.)\S*(?:\s\S{1,24})?$", re.IGNORECASE
)  # it ends in no stop, and may be broken
_FORM_ITEM = 120
_ENOUGH = 20  # findings of one kind
_TAGS_SINCE = 1973
_ZONES = timedelta(hours=14)


def find_doubts(cable: Cable, banner: Banner | None, body_at: int, year: int | None) -> Iterator[Finding]:
    """Everything doubtful about `cable` as a whole; doubts about single fields come with those fields."""
    yield from _lost(cable, year)
    yield from _corrected(cable.text, body_at)
    yield from _marks(cable)
    yield from _order(cable.blocks)
    yield from _cuts(cable)
    yield from _sections(cable, banner)
    yield from _dates(cable, year)
    yield from _garbled(cable.text)
    for value in cable.redactions:
        yield Finding("redaction", f"text is withheld: {value.value[:40]}", value.span)


def _lost(cable: Cable, year: int | None) -> Iterator[Finding]:
    if cable.completeness in ("fragment", "empty"):
        return
    if cable.subject is None:
        yield Finding("title-lost", "there is no SUBJECT line")
    year = year or (cable.sent.at.year if cable.sent else None)
    if not cable.tags and (year is None or year >= _TAGS_SINCE):
        yield Finding("tags-lost", "there is no TAGS line")
    if cable.transmission.sender is None and cable.transmission.date_time_group is None:
        yield Finding("header-lost", "precedence, date-time group, FM, TO and INFO are absent")
    if cable.classification.level is None:
        yield Finding("classification-lost", "there is no classification line")


def _corrected(text: str, body_at: int) -> Iterator[Finding]:
    if match := find_corrected(text, 0, min(len(text), body_at + 2000)):
        yield Finding("corrected-copy", " ".join(match[0].split()), Span(*match.span()))


def _marks(cable: Cable) -> Iterator[Finding]:
    level = cable.classification.level
    if level is None:
        return
    banner = LEVELS.index(level.value)
    captions = {caption.value for caption in cable.classification.captions}
    sensitive = [block for block in cable.blocks if block.mark and block.mark.value.startswith(("SBU", "FOUO"))]
    has_caption = bool(captions & {"SENSITIVE", "FOR OFFICIAL USE ONLY"})
    if sensitive and banner == 0 and not has_caption and not _said_sensitive(cable, sensitive[0]):
        where = sensitive[0].mark.span if sensitive[0].mark else None
        message = f"{len(sensitive)} paragraphs are marked SBU, and the caption SENSITIVE is absent"
        yield Finding("caption-lost", message, where)
    for block in cable.blocks:
        if block.mark and LEVEL_OF_MARK.get(block.mark.value.split("/")[0], 0) > banner:
            yield Finding(
                "mark-above-banner", f"({block.mark.value}) stands in a telegram that is {level.value}", block.mark.span
            )


def _said_sensitive(cable: Cable, first: Block) -> bool:
    """Whether the head says in words what the caption would."""
    return "SENSITIVE BUT UNCLAS" in cable.text[: first.span.start].upper()


def _order(blocks: tuple[Block, ...]) -> Iterator[Finding]:
    numbered = [one for one in blocks if one.number and not one.level and one.number.value.isdigit()]
    numbers = [int(one.number.value) for one in numbered if one.number]
    if numbers == list(range(1, len(numbers) + 1)):
        return
    if len(numbered) == 1 and numbered[0].mark is None:  # the number of an old telegram stands before its first words
        return
    there = set(numbers)
    last = 0
    seen: set[int] = set()
    found = 0
    for block in numbered:
        if block.number is None:
            continue
        number = int(block.number.value)
        if number == 1 and len(seen) > 1 and 1 in seen:  # the paragraphs of a note or an annex are counted anew
            seen, last = set(), 0
        seen.add(number)
        if number <= last:
            found += 1
            if found > _ENOUGH:
                return
            yield Finding("out-of-order", f"paragraph {number} stands behind paragraph {last}", block.number.span)
        elif absent := sorted(set(range(last + 1, number)) - there):
            missing = str(absent[0]) if len(absent) == 1 else f"{absent[0]} to {absent[-1]}"
            yield Finding("paragraph-missing", f"paragraph {missing} is absent", block.number.span)
        last = max(last, number)


def _cuts(cable: Cable) -> Iterator[Finding]:
    blocks, text = cable.blocks, cable.text
    listed: bool | None = None  # asked only where something seems cut
    for block, following in zip_longest(blocks, blocks[1:]):
        if block.kind != "paragraph" or block.level:
            continue
        if following is None:
            if cable.completeness == "fragment":
                continue
        elif following.level or following.kind in ("list", "table"):
            continue
        content = block.content
        if content.end > content.start and text[content.end - 1] in _ENDS and following is not None:
            continue
        tail = text[max(content.start, content.end - 60) : content.end].rstrip(" \\\t\n")
        if not tail or tail[-1] in _ENDS:
            if following is None and tail.endswith(("...", "…")):
                yield _cut(block, tail, 0.6)
        elif block.number is not None or content.end - content.start > 120:
            lower = tail.lower()
            listed = _is_form(blocks, text) if listed is None else listed
            if lower.endswith("xxx") or (listed and content.end - content.start < _FORM_ITEM):
                continue
            if ("http" in lower or "www." in lower or "@" in lower) and _ADDRESS.search(tail):
                continue
            sure = (following is None and not cable.signature) or (
                following is not None and following.number is not None
            )
            yield _cut(block, tail, 0.9 if sure else 0.7)


def _is_form(blocks: tuple[Block, ...], text: str) -> bool:
    """Whether most numbered paragraphs are the filled lines of a form, which end in no stop."""
    numbered = [one for one in blocks if one.number is not None and not one.level and one.kind == "paragraph"]
    tails = [text[max(one.content.start, one.content.end - 60) : one.content.end] for one in numbered]
    open_ones = sum(1 for tail in tails if tail.rstrip(" \\\t\n")[-1:] not in _ENDS)
    return len(numbered) > 3 and open_ones * 2 >= len(numbered)


def _cut(block: Block, tail: str, confidence: float) -> Finding:
    name = f"paragraph {block.number.value}" if block.number else "a paragraph"
    words = " ".join(tail.rsplit(None, 5)[-5:])
    return Finding(
        "text-cut",
        f"{name} breaks off after “{words}”",
        Span(block.content.end - min(len(tail), 20), block.content.end),
        confidence,
    )


def _sections(cable: Cable, banner: Banner | None) -> Iterator[Finding]:
    seen: list[int] = []
    total = banner.section[1] if banner and banner.section else 0
    if banner and banner.section:
        seen.append(banner.section[0])
    for value in cable.breaks:
        for match in _SECTION_SEEN.finditer(value.value):
            seen.append(int(match[1] or match[3]))
            total = max(total, int(match[2] or match[4]))
    if total > 1:
        seen += [int(m[1]) for line in CLASS_LINE.finditer(cable.text) if (m := _SECTION_LINE.search(line["rest"]))]
    if total <= 1 or (not cable.breaks and len(set(seen)) < 2):
        return
    missing = sorted(set(range(1, total + 1)) - set(seen))
    # Mirrors take out the section lines of this century's pages: where the end is here, no section is lost.
    ended = cable.signature and missing[-1:] == [total] and all(one.rule == "section-line" for one in cable.breaks)
    if missing and not ended:
        yield Finding(
            "section-missing", f"of {total} sections, {', '.join(map(str, missing))} left no trace", None, 0.6
        )
    if any(later < earlier for earlier, later in pairwise(seen) if later != 1):
        yield Finding("out-of-order", "the sections do not stand in order", None, 0.6)


def _dates(cable: Cable, year: int | None) -> Iterator[Finding]:
    group = cable.transmission.date_time_group
    if group is None:
        return
    if year is not None and group.value.year % 100 != year % 100:
        yield Finding("date-disagrees", f"the date-time group says {group.value.year}, the number {year}", group.span)
    station = cable.transmission.station
    if station and (day := re.search(r"[ \t](\d{3})\d{4}$", station.value)):
        of_year = group.value.timetuple().tm_yday
        if min(abs(int(day[1]) - of_year), 365 - abs(int(day[1]) - of_year)) > 1:
            yield Finding(
                "date-disagrees",
                f"the station line says day {day[1]}, the date-time group day {of_year:03d}",
                station.span,
            )


def dates_apart(group: Value[datetime] | None, told: tuple[datetime, str] | None) -> list[Finding]:
    """A finding where the publisher's date is not the telegram's; a zone's difference in hours is none."""
    if group is None or told is None or told[1] not in ("minute", "day"):
        return []
    apart = abs(group.value - told[0])
    if apart <= _ZONES or (told[1] == "day" and apart <= timedelta(days=2) - _ZONES):
        return []
    message = f"the date-time group says {group.value:%Y-%m-%d %H:%M}, the publisher {told[0]:%Y-%m-%d %H:%M}"
    return [Finding("date-disagrees", message, group.span)]


def _garbled(text: str) -> Iterator[Finding]:
    if "\ufffd" in text:
        at = text.index("\ufffd")
        yield Finding("garbled", f"{text.count(chr(0xFFFD))} characters are lost", Span(at, at + 1))
    if sum([sign in text for sign in _NOISE_SIGNS]) < 2:
        return
    found: list[Span] = []
    for match in _NOISE.finditer(text):
        if len(set(match["signs"])) == 1 or _CHARACTER.search(match[0]) or "://" in match[0] or "www." in match[0]:
            continue
        if found and match.start() - found[-1].end < 80:
            found[-1] = Span(found[-1].start, match.end())
        else:
            found.append(Span(*match.span()))
    for span in found:
        yield Finding("garbled", f"garbled in transmission: {span.of(text)[:30]!r}", span, 0.8)


def repaired(value: Value[str], written: str) -> Finding:
    """The finding that a damaged number was restored."""
    return Finding("identity-repaired", f"{written.strip()!r} was read as {value.value}", value.span, value.confidence)
