"""What the template is given of each record: plain data, none of it mark-up.

A run is a stretch of text with one style. `to` is a label within the file that it leads to; `note` is a footnote whose
mark it is. The template knows these names and sets each value as text.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Style = Literal["", "strong", "quiet", "italic", "code", "withheld", "page", "doubt", "at-page", "loss"]


class Run(msgspec.Struct, frozen=True, omit_defaults=True):
    """A stretch of text. With the style `at-page` its text is the number of the page on which `to` stands."""

    text: str = ""
    style: Style = ""
    to: str = ""
    note: str = ""


Runs = tuple[Run, ...]


class Row(msgspec.Struct, frozen=True):
    """One field of the head: its label, and a line for each of its values."""

    label: str
    lines: tuple[Runs, ...]


class Piece(msgspec.Struct, frozen=True, omit_defaults=True):
    """One piece of the body. `fixed` keeps its line ends and blanks; `width` is the longest of its lines.

    `role` is a name to stand in the margin. `cells` are the rows of a table, the first its head where it is `headed`; then
    there are no `runs`.
    """

    kind: Literal["paragraph", "heading", "fixed", "table", "signature"]
    runs: Runs = ()
    number: str = ""
    mark: str = ""
    role: str = ""
    level: int = 0
    width: int = 0
    framed: bool = False
    cells: tuple[tuple[str, ...], ...] = ()
    headed: bool = False


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """One entry of a section behind the text; `label` is what leads to it."""

    runs: Runs
    key: str = ""
    label: str = ""


class Section(msgspec.Struct, frozen=True, omit_defaults=True):
    """A section behind the text, as a list or as terms in two columns."""

    title: str
    items: tuple[Item, ...]
    form: Literal["list", "terms", "glossary"] = "list"
    lead: str = ""


class Sheet(msgspec.Struct, frozen=True):
    """A record, ready to be set. `kicker` stands over the title, `running` at the head of each page."""

    label: str
    kicker: Runs
    banner: str
    title: str
    when: str
    running: str
    lost_title: bool
    rows: tuple[Row, ...]
    pieces: tuple[Piece, ...]
    sections: tuple[Section, ...]


class Entry(msgspec.Struct, frozen=True):
    """A line of the contents of a file that is set in parts: where it leads, what it says, and its page."""

    to: str
    name: str
    title: str
    when: str
    page: str


class Book(msgspec.Struct, frozen=True):
    """All of a file: the title and what it says of itself, and its records.

    A `part` of a file begins with page `first_page`; `elsewhere` are the labels of its other parts with their pages, empty
    where those are not known yet. Its contents stand in a part without records, as `entries`.
    """

    title: str
    paper: str
    about: tuple[str, ...]
    colophon: str
    fonts: tuple[str, ...]
    contents: bool
    sheets: tuple[Sheet, ...]
    first_page: int = 1
    elsewhere: dict[str, str] = {}
    entries: tuple[Entry, ...] = ()
    part: bool = False


def plain(text: str) -> Runs:
    """`text` as one run; nothing where it is empty."""
    return (Run(text),) if text else ()


def folded(text: str) -> str:
    """`text` on one line."""
    return " ".join(text.split())
