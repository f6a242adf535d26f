"""What lies on a desk: entries that are never changed, each with its author and its time.

To change or remove a thing is to add an entry that takes the place of those before it. So two desks are merged by putting
their entries together, in any order and any number of times, and nothing of either is lost.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal
from uuid import uuid4

import msgspec

from reftel.archive.packing import printable
from reftel.errors import DeskError

LONGEST_NAME, LONGEST_TEXT = 100, 20_000
_LONGEST_QUOTE = 1_000_000
_BLANK = re.compile(r"[ \t]+(?=\n)")

# The lengths are for what `$` lets through: a line feed at the end.
_MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$"
Id = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$", max_length=32)]
Moment = Annotated[str, msgspec.Meta(pattern=_MOMENT, max_length=24)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]
Text = Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)]
Short = Annotated[str, msgspec.Meta(max_length=300)]
Quote = Annotated[str, msgspec.Meta(max_length=_LONGEST_QUOTE)]
Offset = Annotated[int, msgspec.Meta(ge=0, le=1 << 40)]
Key = Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$", max_length=64)]
FARTHEST = 1 << 53  # of the places in a collection: what every reader of JSON has as a whole number


class Target(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a note or tag is on, in three ways: path, position and quote; a record as a whole has the path alone.

    `record` is its id, or its address where it has none; `at` the name of its part; `release` the address of the release in
    which `exact` stands from `start` to `end`, between `prefix` and `suffix`.
    """

    record: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    release: Key = ""
    at: Short = ""
    start: Offset = 0
    end: Offset = 0
    exact: Quote = ""
    prefix: Short = ""
    suffix: Short = ""


class Collected(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="kind", tag="collection"):
    """A collection: its name and what it is about."""

    kind: ClassVar[str] = "collection"
    name: Name
    about: Text = ""


class Placed(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="kind", tag="cable"):
    """A record in a collection, at its place; what it was called then, so that a list can be read without the archive."""

    kind: ClassVar[str] = "cable"
    collection: Id
    record: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    rank: Annotated[int, msgspec.Meta(ge=-FARTHEST, le=FARTHEST)]
    release: Key = ""
    title: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    sent: Short = ""


class Noted(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="kind", tag="note"):
    """A note on a record, a paragraph or words."""

    kind: ClassVar[str] = "note"
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_TEXT)]
    target: Target


class Tagged(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="kind", tag="tag"):
    """A word of the reader's own on a record, a paragraph or words."""

    kind: ClassVar[str] = "tag"
    word: Name
    target: Target


class Claim(msgspec.Struct, frozen=True, omit_defaults=True):
    """A statement as somebody says it is: the speaker and what he is, whom it is about, how it is meant; and the very words.

    `source` and `cue` are words as they stand in the text; `about` are ids of actors, or names.
    """

    speaker: Short = ""
    kind: Short = "person"
    role: Short = ""
    affiliation: Short = ""
    about: Annotated[tuple[Short, ...], msgspec.Meta(max_length=50)] = ()
    modality: Short = ""
    source: Short = ""
    cue: Short = ""
    verb: Short = ""


Verdict = Literal["confirmed", "corrected", "rejected", "added"]


class Judged(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="kind", tag="statement"):
    """What somebody made of a statement: it is right, it is otherwise, it is none, or no reader found it.

    `target` are the words that were said; `claim` is the statement as it is right.
    """

    kind: ClassVar[str] = "statement"
    verdict: Verdict
    target: Target
    claim: Claim = Claim()


class Matched(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="kind", tag="person"):
    """That two who are called so in an archive are one and the same person, or are not."""

    kind: ClassVar[str] = "person"
    one: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    other: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    same: bool = True


What = Collected | Placed | Noted | Tagged | Judged | Matched


class Begun(msgspec.Struct, frozen=True):
    """Who first spoke of a thing, and when."""

    author: Name
    at: Moment

    def __post_init__(self) -> None:
        datetime.fromisoformat(self.at)  # ValueError: there is no such moment


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody said of one thing at one time. It takes the place of the entries `after`; `gone` takes the thing away.

    `begun` tells of the first entry on this thing, where this is another.
    """

    thing: Id
    author: Name
    at: Moment
    what: What
    after: tuple[Id, ...] = ()
    gone: bool = False
    begun: Begun | None = None

    def __post_init__(self) -> None:
        datetime.fromisoformat(self.at)
        if meant(self.what) not in ("", self.thing):
            raise ValueError(f"what it says is not said of {self.thing}")

    @property
    def origin(self) -> Begun:
        """Who first spoke of this thing, and when, as far as this entry knows."""
        return self.begun or Begun(self.author, self.at)

    @property
    def id(self) -> str:
        """Its address: what is the same has the same, wherever it was written."""
        return _digest(encoded(self, order="sorted"))

    @property
    def record(self) -> str:
        """The record that it is about; empty for a collection."""
        if isinstance(self.what, Placed):
            return self.what.record
        return self.what.target.record if isinstance(self.what, Noted | Tagged | Judged) else ""

    @property
    def collection(self) -> str:
        """The collection in which it places a record; empty for all else."""
        return self.what.collection if isinstance(self.what, Placed) else ""


def encoded(value: object, order: Literal["sorted"] | None = None) -> bytes:
    """`value` as JSON; DeskError where it is no text that can be kept."""
    try:
        return msgspec.json.encode(value, order=order)
    except (UnicodeEncodeError, OverflowError) as error:
        raise DeskError(f"this cannot be kept: {error}") from error


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]


def new_thing() -> str:
    """The name of a thing that is like no other."""
    return uuid4().hex


def thing_of(*parts: object) -> str:
    """The name of a thing that is the same for everybody who means the same: a place in a collection, a tag."""
    return _digest(encoded(parts))


def meant(what: What) -> str:
    """The thing of which all say `what` who mean the same; empty for a collection and a note, which are like no other."""
    if isinstance(what, Placed):
        return thing_of("cable", what.collection, what.record)
    if isinstance(what, Matched):
        return thing_of("person", what.one, what.other)
    if isinstance(what, Tagged):
        at = what.target
        return thing_of("tag", what.word.casefold(), at.record, *((at.release, at.start, at.end) if at.exact else ()))
    if isinstance(what, Judged):
        at = what.target
        return thing_of("statement", at.record, at.release, at.start, at.end)
    return ""


def now() -> str:
    """This moment, UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def name_of(text: str, what: str = "name") -> str:
    """`text` as a name, on one line; DeskError where it is none."""
    clean = " ".join(printable(text).replace("\0", " ").split())
    if not clean or len(clean) > LONGEST_NAME:
        raise DeskError(f"{clean[:LONGEST_NAME]!r} is no {what}", hint=f"1 to {LONGEST_NAME} characters")
    return clean


def text_of(text: str) -> str:
    """`text` as it is kept: line ends as one sign, nothing at its ends; DeskError where it is too long."""
    clean = _BLANK.sub("", printable(text).replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ")).strip()
    if len(clean) > LONGEST_TEXT:
        raise DeskError(f"a note may have {LONGEST_TEXT:,} characters; this has {len(clean):,}", hint="make it two")
    return clean
