"""What the short words of a telegram mean: captions, precedences, reasons, orders, signals, routes, acronyms.

Each table is a mapping from the code in capitals to its row. `explain` asks all of them, and those of TAGS and posts.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Literal, TypeVar

import msgspec

from reftel.handbook.posts import keys_by_alias, posts
from reftel.handbook.tables import rows
from reftel.handbook.tags import tag

Table = Literal[
    "precedence", "caption", "reason", "order", "declassification", "signal", "route", "tag", "post", "acronym"
]
Row = TypeVar("Row", bound=msgspec.Struct)

_ORDER = re.compile(r"(?:E\.?\s*O\.?|EXECUTIVE\s+ORDER)?[\s:]*(\d{5})")
_REASON = re.compile(r"(1\.[45])\s*\(?([A-H])\)?")
_DOUBLED = re.compile(r"([ZOPR])\1")
_DASHES = re.compile(r"[\s()\[\].,;:-]+")
# msgspec learns what a struct is made of when it first meets it, and another thread may then find it half learnt.
_LEARNING = threading.Lock()


class Precedence(msgspec.Struct, frozen=True):
    """How urgent a telegram is: `name` in words, `letter` in the header (`O`, doubled `OO`), misspellings met."""

    name: str
    letter: str
    spellings: tuple[str, ...]
    meaning: str


class Caption(msgspec.Struct, frozen=True):
    """A word beside the classification line that says who may see the telegram, or how it travels.

    `group` is one of distribution, channel, transmission, dissemination, handling, reference, series.
    """

    code: str
    group: str
    spellings: tuple[str, ...]
    meaning: str


class Reason(msgspec.Struct, frozen=True):
    """Why something may be classified: section and letter, `1.4(b)`, as `order` numbers them."""

    code: str
    order: str
    meaning: str


class Order(msgspec.Struct, frozen=True):
    """An executive order on classification; dates are ISO 8601, empty where not known or not ended."""

    code: str
    signed: str
    since: str
    until: str
    meaning: str


class Declassifying(msgspec.Struct, frozen=True):
    """A schedule of declassification or an exemption from it, under `order`: GDS, OADR, X6, 25X1."""

    code: str
    order: str
    meaning: str


class Signal(msgspec.Struct, frozen=True):
    """An operating signal, a procedure sign or a security group of the transmission header; `kind` says which."""

    code: str
    kind: str
    meaning: str


class Route(msgspec.Struct, frozen=True):
    """Whom a routing indicator reaches: `post` is a key of the table of posts, else `name` says it in words.

    `evidence` is `seen` (in published telegrams that we hold), `known` (from general knowledge) or `rule`, where only
    the first letters are known.
    """

    code: str
    post: str
    name: str
    evidence: str


class Acronym(msgspec.Struct, frozen=True):
    """A short word of the trade and what it stands for."""

    code: str
    meaning: str


class Explanation(msgspec.Struct, frozen=True):
    """What one table says of a code: the code as the table has it, and its meaning in plain words."""

    table: Table
    code: str
    meaning: str


def _all(name: str, kind: type[Row]) -> Iterator[Row]:
    for row in rows(name):
        cells: dict[str, Any] = dict(row)
        if "spellings" in cells:
            cells["spellings"] = cells["spellings"].split()
        with _LEARNING:
            found = msgspec.convert(cells, kind)
        yield found


@lru_cache(maxsize=1)
def precedences() -> Mapping[str, Precedence]:
    """Every precedence by its name, the most urgent first."""
    return {row.name: row for row in _all("precedences", Precedence)}


@lru_cache(maxsize=1)
def captions() -> Mapping[str, Caption]:
    """Every caption by its canonical spelling."""
    return {row.code: row for row in _all("captions", Caption)}


@lru_cache(maxsize=1)
def reasons() -> Mapping[tuple[str, str], Reason]:
    """Every reason by its code and the number of the order: the orders count them differently."""
    return {(row.code, row.order): row for row in _all("reasons", Reason)}


@lru_cache(maxsize=1)
def orders() -> Mapping[str, Order]:
    """Every executive order on classification by its number, in the order of time."""
    return {row.code: row for row in _all("orders", Order)}


@lru_cache(maxsize=1)
def declassifying() -> Mapping[str, Declassifying]:
    """Every schedule and exemption by its code, without dashes."""
    return {row.code: row for row in _all("declassification", Declassifying)}


@lru_cache(maxsize=1)
def signals() -> Mapping[str, Signal]:
    """Every signal by its letters."""
    return {row.code: row for row in _all("signals", Signal)}


@lru_cache(maxsize=1)
def acronyms() -> Mapping[str, Acronym]:
    """Every acronym by its letters."""
    return {row.code: row for row in _all("acronyms", Acronym)}


@lru_cache(maxsize=1)
def routes() -> Mapping[str, Route]:
    """Every routing indicator by its letters; one that ends in `*` stands for all that begin so."""
    return {row.code: row for row in _all("routes", Route)}


def route(indicator: str) -> Route | None:
    """Whom `indicator` (capitals) reaches; where only its first letters are known, the row for those; else None."""
    found = routes().get(indicator)
    if found is None and len(indicator) >= 5:
        found = next((row for size in (4, 3) if (row := routes().get(indicator[:size] + "*"))), None)
    return found


def explain(spelling: str) -> tuple[Explanation, ...]:
    """What every table says of `spelling`, the tables of the header first; empty where none knows it.

    Any spelling will do: `oo`, `1.4 b`, `E.O. 12958`, `XGDS-2`, `(NF)`, `Ruehc`, `poloff`.
    """
    written = " ".join(spelling[:200].upper().split())
    bare = _DASHES.sub("", written)
    return tuple(dict.fromkeys(_found(written.strip("()[].,;: "), bare)))


def _found(written: str, bare: str) -> Iterator[Explanation]:
    letter = bare[0] if _DOUBLED.fullmatch(bare) else bare
    for urgency in precedences().values():
        if written in {urgency.name, *urgency.spellings} or letter == urgency.letter:
            yield Explanation("precedence", urgency.name, urgency.meaning)
    for caption in captions().values():
        if written in {caption.code, *caption.spellings}:
            yield Explanation("caption", caption.code, caption.meaning)
    if match := _REASON.fullmatch(written):
        code = f"{match[1]}({match[2].lower()})"
        for reason in reasons().values():
            if reason.code == code:
                yield Explanation("reason", code, f"{reason.meaning} (E.O. {reason.order})")
    if (match := _ORDER.fullmatch(written)) and (order := orders().get(match[1])):
        yield Explanation("order", f"E.O. {order.code}", order.meaning)
    if schedule := declassifying().get(bare):
        yield Explanation("declassification", schedule.code, f"{schedule.meaning} (E.O. {schedule.order})")
    if signal := signals().get(bare):
        yield Explanation("signal", signal.code, signal.meaning)
    if reached := _reached(bare):
        yield reached
    yield from _other_tables(written, bare)


def _reached(bare: str) -> Explanation | None:
    row = route(bare) if 5 <= len(bare) <= 8 else None
    if row is None:
        return None
    return Explanation("route", bare, posts()[row.post].name if row.post else row.name)


def _other_tables(written: str, bare: str) -> Iterator[Explanation]:
    meaning = tag(written)
    if meaning is not None:
        yield Explanation("tag", meaning.code, meaning.meaning or f"A TAG for a {meaning.kind}")
    if key := keys_by_alias().get(bare):
        one = posts()[key]
        yield Explanation("post", key, ", ".join(part for part in (one.name, one.country) if part))
    if acronym := acronyms().get(bare):
        yield Explanation("acronym", acronym.code, acronym.meaning)
