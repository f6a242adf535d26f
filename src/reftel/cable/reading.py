"""The one entry: a text becomes a Cable."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

from reftel.cable.authority import read_authority
from reftel.cable.banner import Banner, read_banner, read_order, with_captions
from reftel.cable.body import read_blocks
from reftel.cable.dates import in_utc
from reftel.cable.doubts import dates_apart, find_doubts, repaired
from reftel.cable.head import Field, find_body, find_fields, find_late_subject
from reftel.cable.identity import MISSION, Number, find_post, full_year, letters, parse_number
from reftel.cable.mentions import find_mentions
from reftel.cable.numbers_in_text import find_numbers
from reftel.cable.records import (
    Authority,
    Block,
    Cable,
    Classification,
    Completeness,
    Declassification,
    Mention,
    Reference,
    Sent,
    Tag,
    Transmission,
)
from reftel.cable.reference_years import Citing
from reftel.cable.references import read_references
from reftel.cable.sheet import Sheet, holds
from reftel.cable.signature import find_signature
from reftel.cable.subject import Subject, read_subject
from reftel.cable.summary import find_comments, find_summary
from reftel.cable.tags import bare_tags_line, read_tags
from reftel.cable.transmission import has_header, read_transmission
from reftel.finding import Finding, Span, Value
from reftel.release import Given

NOTHING_GIVEN = Given()
_REDACTION = re.compile(
    r"[xX]{4,}|(?<![A-Za-z0-9])x{2,3}(?![A-Za-z0-9])"  # in capitals it is a number (UNGA XXX), or a code
    r"|\[[^\[\]\n]{0,60}(?i:not declassified|withheld|deleted|excised|omitted|redacted)[^\[\]\n]{0,40}\]"
)  # fmt: skip
# How a publisher's notice says that it prints an extract, in the languages of such sites.
_EXTRACT_WORDS = (
    "partial extract",
    "not available",
    "auszug",
    "extrait",
    "extract",
    "extrato",
    "estratto",
    "uittreksel",
    "fragment",
)
_LAST_CUT_YEAR = 1989
_YEAR = re.compile(r"\d{4}")
_MONTH = re.compile(r"\d{4}-\d\d")


class _Head:
    """What was read of the head, and where the body begins."""

    __slots__ = (
        "authority",
        "banner",
        "body_at",
        "classification",
        "declassification",
        "fields",
        "references",
        "subject",
        "tags",
        "transmission",
    )

    def __init__(self, sheet: Sheet) -> None:
        clean = sheet.clean
        self.body_at = find_body(clean)
        self.fields = find_fields(clean, self.body_at)
        self.banner = read_banner(clean, self.body_at)
        first = min([self.body_at, *(field.at for field in self.fields if field.kind in ("order", "tags", "subject"))])
        self.transmission = Transmission()
        header_end = self.banner.start if self.banner and self.banner.start else first
        if has_header(clean, header_end):
            self.transmission = read_transmission(clean, header_end)
        self.classification = Classification()
        if self.banner:
            self.classification = with_captions(
                clean, self.banner, first if first > self.banner.start else self.banner.end, self.fields
            )
        self.declassification = self._order(clean)
        self.tags = self._tags(clean)
        self.subject = self._subject(clean)
        self.authority = self._authority(clean)
        self.references: tuple[Reference, ...] = ()

    def of(self, kind: str) -> list[Field]:
        """The fields of one kind."""
        return [field for field in self.fields if field.kind == kind]

    def _order(self, clean: str) -> Declassification:
        for field in self.of("order"):
            if (read_one := read_order(clean, field)).order:
                return read_one
        return Declassification()

    def _tags(self, clean: str) -> tuple[Tag, ...]:
        fields = self.of("tags")
        if (
            not fields
            and (orders := self.of("order"))
            and (bare := bare_tags_line(clean, orders[0].start, orders[0].end))
        ):
            fields = [bare]
        return read_tags(clean, fields)

    def _subject(self, clean: str) -> Subject | None:
        for field in self.of("subject"):
            if found := read_subject(clean, field):
                return found
        late = find_late_subject(clean, self.body_at) if not self.of("subject") else None
        return read_subject(clean, late) if late else None

    def _authority(self, clean: str) -> Authority:
        fields = self.of("authority")
        if not fields:  # it may be all of paragraph 1
            reach = min(len(clean), self.body_at + 400)
            if all(clean.find(word, self.body_at, reach) < 0 for word in ("LASS", "lass")):
                return Authority()
            fields = [one for one in find_fields(clean, reach, self.body_at) if one.kind == "authority"]
        found = [read_authority(clean, field) for field in fields]
        named = [one for one in found if one.name]
        full = [one for one in named if one.name and " " in one.name.value]
        return next(iter([*full, *named, *found]), Authority())


def read(text: str, *, id: str = "", sent: datetime | str | None = None, given: Given = NOTHING_GIVEN) -> Cable:  # noqa: A002
    """The Cable in `text`, a whole telegram or a fragment of one.

    `id` (any spelling) and `sent` (a datetime, ISO 8601, or a bare year) say what is known from outside the text;
    `given` holds what the publisher's page or row said. Never raises on content.
    """
    sheet = Sheet(text)
    head = _Head(sheet)
    told = _told(sent or given.date)
    number, written, span = _number(head, id or given.id)
    dated = _sent(head, told, number)
    if number is not None and number.year is None and dated is not None:
        number = Number(number.post, number.serial, dated.at.year, number.rule, number.confidence)
    references, reference_doubts = _references(head, sheet, number, dated)
    start = _body_start(head, sheet.clean, references)
    names, end = find_signature(sheet.clean, start)
    blocks = read_blocks(sheet.clean, start, end)
    cable = Cable(
        text=text,
        id=_identity(number, written, span, id or given.id),
        sent=dated,
        post=Value(number.post, span, number.rule, number.confidence) if number else _post(given),
        classification=head.classification,
        declassification=head.declassification,
        authority=head.authority,
        transmission=head.transmission,
        tags=head.tags,
        subject=head.subject.title if head.subject else None,
        subject_mark=head.subject.mark if head.subject else None,
        references=references,
        mentions=_mentions(sheet, start, references, _citing(head, number, dated)),
        blocks=tuple(blocks),
        summary=find_summary(sheet.clean, sheet.lower, blocks, start),
        comments=find_comments(sheet.clean, sheet.lower, blocks),
        redactions=_redactions(sheet),
        breaks=tuple(sheet.breaks),
        signature=names,
        completeness=_completeness(head, blocks, given),
    )
    reference_doubts += dates_apart(head.transmission.date_time_group, told)
    return _with_findings(cable, sheet, head, start, reference_doubts, given, written)


def _told(sent: datetime | str | None) -> tuple[datetime, str] | None:
    """(time, precision) of what is known from outside; None where that is nothing."""
    if isinstance(sent, datetime):
        return in_utc(sent), "minute"
    if not sent:
        return None
    try:
        if _YEAR.fullmatch(sent):
            return datetime(int(sent), 1, 1), "year"
        if _MONTH.fullmatch(sent):
            return datetime(int(sent[:4]), int(sent[5:]), 1), "month"
        at = datetime.fromisoformat(sent)
    except ValueError:
        return None
    return in_utc(at), "minute" if len(sent) > 10 else "day"


def _number(head: _Head, given_id: str) -> tuple[Number | None, str, Span | None]:
    """(number, as written, where) - the one given if it can be read, else that of the classification line."""
    number = parse_number(given_id) if given_id and "/" not in given_id else None
    banner = head.banner
    if number is not None and number.year is not None:
        number = _uncut(number, head)
        return number, given_id, _same_in_text(banner, number)
    if banner and banner.number:
        spelled = f"{banner.post} {banner.serial}" if banner.post else banner.serial
        found = parse_number(spelled) or _by_suffix(banner)
        if found is not None:
            return found, spelled, banner.number
    return number, given_id, None


def _uncut(number: Number, head: _Head) -> Number:
    """`number` with its post written out where the 1970s cut it to six characters and the telegram itself names it."""
    if number.rule != "post-unknown" or (number.year or 0) > _LAST_CUT_YEAR:
        return number
    sender = head.transmission.sender
    names = [head.banner.post] if head.banner else []
    names += [MISSION.sub("", sender.name)] if sender else []
    for name in names:
        if len(name) > 6 and number.post in (letters(name[:6]), letters(name)[:6]):
            return Number(letters(name), number.serial, number.year, "post-cut", 0.95)
    return number


def _by_suffix(banner: Banner) -> Number | None:
    words = banner.post.split()
    for first in range(len(words)):
        if post := find_post("".join(words[first:]).upper()):
            return Number(post.key, int(banner.serial), None, post.rule, post.confidence)
    return None


def _same_in_text(banner: Banner | None, number: Number) -> Span | None:
    if banner is None or banner.number is None or not banner.serial[-7:].lstrip("0").endswith(str(number.serial)):
        return None
    return banner.number


def _sent(head: _Head, told: tuple[datetime, str] | None, number: Number | None) -> Sent | None:
    group = head.transmission.date_time_group
    if told is not None and group is not None and (number is None or number.year in (None, group.value.year)):
        told = None  # the telegram's own time is the finer one (pages print minutes that are not)
    if told is not None and (told[1] == "minute" or group is None):
        return Sent(told[0], told[1], "given")  # type: ignore[arg-type]  # one of the four words by construction
    if group is not None:
        return Sent(group.value, "minute", "date-time-group", group.span)
    if number is not None and number.year is not None:
        return Sent(datetime(number.year, 1, 1), "year", "number", None, 0.9)
    return None


def _references(
    head: _Head, sheet: Sheet, number: Number | None, dated: Sent | None
) -> tuple[tuple[Reference, ...], list[Finding]]:
    fields = head.of("ref")
    return read_references(sheet.clean, fields, _citing(head, number, dated)) if fields else ((), [])


def _citing(head: _Head, number: Number | None, dated: Sent | None) -> Citing:
    """What is known of the telegram that references depend on."""
    year = number.year if number and number.year is not None else dated.at.year if dated else None
    day = dated.at.timetuple().tm_yday if dated and dated.precision in ("minute", "day") else None
    header = head.transmission
    names = tuple([recipient.name for recipient in (header.sender, *header.action, *header.info) if recipient])
    return Citing(year, day, number, names)


def _mentions(sheet: Sheet, start: int, references: tuple[Reference, ...], citing: Citing) -> tuple[Mention, ...]:
    """What running text calls reftel, ref A, or by post and number, in its order."""
    worded, numbered = (
        find_mentions(sheet.clean, sheet.lower, start, references),
        find_numbers(sheet.clean, sheet.lower, start, citing),
    )
    return tuple(sorted((*worded, *numbered), key=lambda one: one.span)) if numbered else worded


def _body_start(head: _Head, clean: str, references: tuple[Reference, ...]) -> int:
    """Where the body begins: the first numbered paragraph, or what stands behind the last field before it."""
    ends = [0]
    ends += [tag.span.end for tag in head.tags]
    ends += [caption.span.end for one in references for caption in one.captions if caption.span]
    ends += [
        reference.title.span.end if reference.title and reference.title.span else reference.span.end
        for reference in references
    ]
    if head.subject and head.subject.title.span:
        ends.append(head.subject.title.span.end)
    if head.authority.span and head.authority.span.start < head.body_at:
        ends.append(max([head.authority.span.end, *(one.span.end for one in head.authority.reasons if one.span)]))
    if head.banner:
        ends.append(head.banner.end)
        ends += [caption.span.end for caption in head.classification.captions if caption.span]
        ends += [line.span.end for line in head.classification.attention if line.span]
    for field in (*head.of("order"), *(head.of("ref") if not references else ())):
        line = clean.find("\n", field.start, field.end)
        ends.append(field.end if line < 0 else line)
    transmission = head.transmission
    for recipient in (transmission.sender, *transmission.action[-1:], *transmission.info[-1:]):
        if recipient:
            ends.append(recipient.span.end)
    if transmission.date_time_group and transmission.date_time_group.span:
        ends.append(transmission.date_time_group.span.end)
    at = max((end for end in ends if end <= head.body_at), default=0)
    while at < head.body_at and clean[at] in " \t\n\\.,;)]\"'”":
        at += 1
    if not at:
        return 0
    line = clean.rfind("\n", 0, at) + 1
    return line if not clean[line:at].strip() else at


def _identity(number: Number | None, written: str, span: Span | None, given_id: str) -> Value[str] | None:
    if number is not None and number.id:
        return Value(
            number.id, span, number.rule if span is None else f"classification-line {number.rule}", number.confidence
        )
    if given_id:
        return Value(given_id, None, "given", 0.5)
    return None


def _post(given: Given) -> Value[str] | None:
    from_origin = re.sub(
        r"^(?:US|U\.S\.|American)\s+|^(?:Embassy|Consulate(?: General)?|Office|Mission)\s+", "", given.origin
    ).strip()
    found = find_post(re.sub(r"[^A-Z]", "", from_origin.upper())) if from_origin else None
    return Value(found.key, None, "given-origin", found.confidence) if found else None


def _redactions(sheet: Sheet) -> tuple[Value[str], ...]:
    """What is withheld; nothing is where a page or section line stands."""
    text, lower = sheet.text, sheet.lower
    if "[" not in text and not holds(lower, "xx", 0):
        return ()
    lines = [value.span for value in sheet.breaks if value.span]
    return tuple(
        Value(match[0], Span(*match.span()), "redaction")
        for match in _REDACTION.finditer(text)
        if not any(line.start < match.end() and match.start() < line.end for line in lines)
    )


def _completeness(head: _Head, blocks: list[Block], given: Given) -> Completeness:
    if given.notice and any(word in given.notice.lower() for word in _EXTRACT_WORDS):
        return "extract"
    has_head = (
        head.banner is not None or head.transmission.date_time_group is not None or head.transmission.sender is not None
    )
    numbered = sum(1 for block in blocks if block.number and not block.level)
    if not has_head and numbered < 2:
        return "fragment" if blocks or head.fields else "empty"
    return "whole" if blocks else "header-only"


def _with_findings(
    cable: Cable, sheet: Sheet, head: _Head, start: int, doubts: list[Finding], given: Given, written: str
) -> Cable:
    findings: list[Finding] = []
    year = None
    if cable.id is not None and cable.id.rule != "given":
        if cable.id.confidence < 0.95 and not cable.id.rule.endswith("post-unknown"):
            findings.append(repaired(cable.id, written))
        if cable.id.value[:2].isdigit():
            year = full_year(int(cable.id.value[:2]))
    elif cable.completeness not in ("fragment", "empty"):
        findings.append(Finding("identity-lost", "no number with post, serial and year can be read"))
    if cable.completeness == "extract":
        findings.append(Finding("extract", " ".join(given.notice.split()) or "the publisher says this is an extract"))
    findings += doubts
    findings += find_doubts(cable, head.banner, start, year)
    msgspec.structs.force_setattr(cable, "findings", tuple(findings))  # ours alone until it is returned
    return cable
