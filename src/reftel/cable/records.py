"""The records that reading a text gives. Every span is a range of offsets into `Cable.text`.

They hold no cycles, so the garbage collector need not walk them (gc=False).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec

from reftel.finding import Finding, Span, Value

BlockKind = Literal["paragraph", "heading", "table", "list"]
Role = Literal["", "summary", "comment", "action-request", "introduction", "classified-by", "contents", "note"]
ReferenceKind = Literal[
    "cable", "email", "telcon", "memorandum", "meeting", "report", "book", "fax", "web", "press", "message", "other"
]
TagKind = Literal["subject", "organization", "country", "program", "person", "other"]
Whose = Literal["", "own", "yours", "department", "mission", "named"]
Completeness = Literal["whole", "extract", "fragment", "header-only", "empty"]


class Recipient(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One addressee: `RUEHC/SECSTATE WASHDC IMMEDIATE 3355` is route, name, precedence, continuity number.

    `excluded` are the addressees an XMT line takes out of this collective.
    """

    name: str
    span: Span
    route: str = ""
    precedence: str = ""
    continuity: str = ""
    excluded: tuple[Recipient, ...] = ()
    rule: str = "addressee"
    confidence: float = 1.0


class Transmission(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The transmission header of ACP-126 and ACP-127.

    `precedences` are full words, highest first (`IMMEDIATE`); `routes` the routing indicators of the second line;
    `signals` operating signals such as ZDK with their meaning left to the handbook.
    """

    identification: Value[str] | None = None
    precedences: tuple[Value[str], ...] = ()
    routes: tuple[Value[str], ...] = ()
    station: Value[str] | None = None
    security: Value[str] | None = None
    date_time_group: Value[datetime] | None = None
    sender: Recipient | None = None
    action: tuple[Recipient, ...] = ()
    info: tuple[Recipient, ...] = ()
    signals: tuple[Value[str], ...] = ()
    offices: tuple[Value[str], ...] = ()
    drafted_by: Value[str] | None = None
    approved_by: Value[str] | None = None


class Sent(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """When the telegram was sent, UTC; `precision` is what the source gives, no more."""

    at: datetime
    precision: Literal["minute", "day", "month", "year"]
    rule: str
    span: Span | None = None
    confidence: float = 1.0


class Classification(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Level (`UNCLASSIFIED`, `LIMITED OFFICIAL USE`, `CONFIDENTIAL`, `SECRET`, `TOP SECRET`) and captions."""

    level: Value[str] | None = None
    captions: tuple[Value[str], ...] = ()
    attention: tuple[Value[str], ...] = ()


class Declassification(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The executive order line: order (`12958`), and when, why not, or after what event it is declassified."""

    order: Value[str] | None = None
    on: Value[date] | None = None
    exemptions: tuple[Value[str], ...] = ()
    event: Value[str] | None = None
    not_applicable: Value[bool] | None = None


class Authority(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Who classified: name and title as written, reasons (`1.4(b)`)."""

    name: Value[str] | None = None
    title: Value[str] | None = None
    reasons: tuple[Value[str], ...] = ()
    span: Span | None = None


class Tag(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One TAG: its code or name in the canonical spelling, its kind, its meaning where the handbook has one."""

    code: str
    kind: TagKind
    span: Span
    meaning: str = ""
    rule: str = "tags-line"
    confidence: float = 1.0


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """A possible target of a reference, with the reason in words."""

    id: str
    reason: str
    confidence: float


class Reference(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One entry of a REF block. `target` is a canonical id for cables, empty for the other kinds.

    `span` covers the entry as written (`PARIS 1501`); `label` is that text with its white space folded.
    """

    kind: ReferenceKind
    label: str
    span: Span
    letter: str = ""
    target: str = ""
    year_given: bool = True
    candidates: tuple[Candidate, ...] = ()
    captions: tuple[Value[str], ...] = ()
    title: Value[str] | None = None
    and_previous: bool = False
    rule: str = "ref-block"
    confidence: float = 1.0


class Mention(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A "reftel", a "ref A" or a number of a cable in running text; `references` are positions in `Cable.references`.

    The year in `target` is inferred unless `year_given`.
    """

    span: Span
    references: tuple[int, ...] = ()
    target: str = ""
    rule: str = "reftel"
    confidence: float = 1.0
    year_given: bool = True


class Citation(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A paper that running text names by number or day: "my 310, March 7, 4 p.m.", "your despatch of May 5".

    `whose` says from which side it came: the citing paper's own (`my`), its recipient's (`your`), the Department's, the
    mission's at this end of the correspondence, or that of a `party` named; empty where the text does not say.
    `kind` is `telegram`, `despatch`, `instruction`, `note`, `letter` ..., empty where it is not said. `day` is ISO 8601
    (`--03-07` where no year can be told), its year inferred unless `year_given`; `hour` is `16:00`.
    """

    span: Span
    kind: str = ""
    whose: Whose = ""
    party: str = ""
    recipient: str = ""
    number: str = ""
    day: str = ""
    hour: str = ""
    year_given: bool = False
    rule: str = "cited"
    confidence: float = 0.9


class Block(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One piece of the body, in the order of the text.

    `span` is all of it; `content` is what is left without number, mark, label and rule lines. A heading that
    continues an earlier one names that block's position in `continues`. `level` is 1 for sub-paragraphs and lists.
    """

    kind: BlockKind
    span: Span
    content: Span
    number: Value[str] | None = None
    mark: Value[str] | None = None
    role: Role = ""
    continues: int | None = None
    level: int = 0
    rule: str = "block"
    confidence: float = 1.0


class Cable(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One telegram, or a fragment of one, as read from `text`. Doubt is in `findings`; nothing raises on content."""

    text: str
    id: Value[str] | None = None
    sent: Sent | None = None
    post: Value[str] | None = None
    classification: Classification = Classification()
    declassification: Declassification = Declassification()
    authority: Authority = Authority()
    transmission: Transmission = Transmission()
    tags: tuple[Tag, ...] = ()
    subject: Value[str] | None = None
    subject_mark: Value[str] | None = None
    references: tuple[Reference, ...] = ()
    mentions: tuple[Mention, ...] = ()
    citations: tuple[Citation, ...] = ()
    blocks: tuple[Block, ...] = ()
    summary: tuple[Span, ...] = ()
    comments: tuple[Span, ...] = ()
    redactions: tuple[Value[str], ...] = ()
    breaks: tuple[Value[str], ...] = ()
    signature: tuple[Value[str], ...] = ()
    completeness: Completeness = "whole"
    findings: tuple[Finding, ...] = ()
