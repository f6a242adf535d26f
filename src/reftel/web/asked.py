"""What a page may be asked: its parameters, typed and bounded. Whatever is no such thing is refused in one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeVar, get_origin, get_type_hints

import msgspec

from reftel.errors import QueryError

Words = Annotated[str, msgspec.Meta(max_length=2000, description="words in the query language")]
Name = Annotated[str, msgspec.Meta(max_length=300, description="a name, a number or an address")]
Short = Annotated[str, msgspec.Meta(max_length=200)]
# A year, a month or a day that there is: those of 31 days, of 30, February, and its 29th in leap years.
_YEAR, _LEAP = (
    r"(?!0000)[0-9]{4}",
    r"(?:(?!0000)(?:[02468][048]|[13579][26])00|[0-9]{2}(?:0[48]|[2468][048]|[13579][26]))",
)
_DAYS = (
    r"(?:0?[13578]|1[02])(?:-(?:0?[1-9]|[12][0-9]|3[01]))?|(?:0?[469]|11)(?:-(?:0?[1-9]|[12][0-9]|30))?"
    r"|0?2(?:-(?:0?[1-9]|1[0-9]|2[0-8]))?"
)
DAY = rf"^(?:{_YEAR}(?:-(?:{_DAYS}))?|{_LEAP}-0?2-29)?$"
Day = Annotated[
    str, msgspec.Meta(max_length=200, description="a year, a month or a day", extra_json_schema={"pattern": DAY})
]
Cursor = Annotated[str, msgspec.Meta(max_length=1000, description="where the page before ended")]
Limit = Annotated[int, msgspec.Meta(ge=1, le=200, description="how many on a page")]
Sort = Literal["relevance", "oldest", "newest", "post", "citations"]
Several = Annotated[tuple[Words, ...], msgspec.Meta(max_length=20)]
T = TypeVar("T")


class Nothing(msgspec.Struct, frozen=True):
    """A page that takes no parameters."""


class Searched(
    msgspec.Struct, frozen=True, omit_defaults=True, rename={"since": "from", "until": "to", "level": "class"}
):
    """A search: words, filters, the order, and where the page before ended."""

    q: Words = ""
    post: Short = ""
    since: Day = ""
    until: Day = ""
    level: Short = ""
    tag: Several = ()
    within: Several = ()
    sort: Sort = "relevance"
    after: Cursor = ""
    limit: Limit = 20


class Named(msgspec.Struct, frozen=True, omit_defaults=True):
    """A record by its name; `release` chooses one of several, `q` are words to be marked in it, `said` one of its statements.

    Statements that are not kept are read only where `statements` asks for them, or `said` for one.
    """

    name: Name
    release: Short = ""
    q: Words = ""
    said: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] | None = None
    statements: bool = False


class Compared(msgspec.Struct, frozen=True, omit_defaults=True):
    """A record's releases; `left` and `right` are the addresses of the two that are laid beside each other."""

    name: Name
    left: Short = ""
    right: Short = ""


class Threaded(msgspec.Struct, frozen=True, omit_defaults=True):
    """The thread around a cable."""

    name: Name
    steps: Annotated[int, msgspec.Meta(ge=0, le=4, description="how many references away")] = 2


class Subject(msgspec.Struct, frozen=True, omit_defaults=True):
    """One post, TAG, person, country, class or date, and a page of its records."""

    name: Name
    sort: Sort = "oldest"
    after: Cursor = ""
    limit: Limit = 20


class Shelf(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is browsed by, and a page of its values."""

    by: Literal["date", "post", "country", "class", "tag", "person", "publisher"]
    start: Annotated[int, msgspec.Meta(ge=0, le=100_000, description="how many stand before")] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=2000, description="how many on a page")] = 500


class Table(msgspec.Struct, frozen=True, omit_defaults=True):
    """A table of the handbook."""

    by: Literal[
        "precedences",
        "captions",
        "reasons",
        "orders",
        "declassification",
        "signals",
        "tags",
        "posts",
        "acronyms",
        "routes",
    ]


class Coded(msgspec.Struct, frozen=True, omit_defaults=True):
    """A code or short word of a telegram."""

    code: Name


class PartOf(msgspec.Struct, frozen=True, omit_defaults=True):
    """One part of the guide."""

    part: Short


class Absent(msgspec.Struct, frozen=True, omit_defaults=True):
    """The ghosts, or those of one post."""

    post: Short = ""
    limit: Limit = 50


@lru_cache
def _fields(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """The parameters of a page by name, each with the type that it has at the root."""
    hints = get_type_hints(kind)
    return {one.encode_name: get_origin(hints[one.name]) or hints[one.name] for one in msgspec.structs.fields(kind)}


class Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    """A collection or tag of the reader's own, by its name."""

    name: Name


class Leafed(msgspec.Struct, frozen=True, omit_defaults=True):
    """A collection of the reader's own, from the record at one of its places on."""

    name: Name
    start: Annotated[int, msgspec.Meta(ge=1, le=1_000_000, description="the place of the first record")] = 1
    limit: Limit = 100


class Opened(msgspec.Struct, frozen=True, omit_defaults=True):
    """The desk; after a merge, with how many entries were received and how many of them were new."""

    received: Annotated[int, msgspec.Meta(ge=0, le=1 << 40)] = 0
    new: Annotated[int, msgspec.Meta(ge=0, le=1 << 40)] = 0


class Listed(msgspec.Struct, frozen=True, omit_defaults=True):
    """A page of a list."""

    after: Cursor = ""
    limit: Limit = 50


def read(kind: type[T], given: Sequence[tuple[str, str]], path: Mapping[str, object]) -> T:
    """What was asked, as a `kind`; QueryError for what it may not be. Parameters that the page does not know are passed over."""
    fields = _fields(kind)  # type: ignore[arg-type] # every such type is a struct
    found: dict[str, object] = dict(path)
    for name, value in given:
        if name not in fields or name in path:
            continue
        if fields[name] is tuple:
            several = found.setdefault(name, [])
            if isinstance(several, list) and value.strip():
                several.append(value)
        elif value or fields[name] is not str:  # an empty field of a form asks for nothing; an empty number is none
            found[name] = value
    try:
        return msgspec.convert(found, kind, strict=False)
    except msgspec.ValidationError as error:
        raise QueryError(
            f"this page cannot be asked so: {error}", hint="/openapi.json says what each page takes"
        ) from error
