"""What the index holds of a record: its fields, and how text becomes terms in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache

import msgspec
import tantivy

from reftel.archive import Facts
from reftel.archive.packing import printable
from reftel.search.values import Values

ANALYSER = "cable_words"
LIST = "cable_list"
SEPARATOR = "\x1f"  # between the values of a list: one call for all of them costs a third of one for each
UNDATED = 1 << 63
ALL_TIME = (1 << 64) - 1
TEXTS = ("text", "subject")
PARTS = ("summary", "comment")  # asked for as fields, and read in the texts: see parts.py
SINGLE = ("kind", "form", "post", "level", "collection")
COUNTED_LISTS = ("caption", "tag", "signer", "to", "finding")
OTHER_LISTS = ("id", "mark", "from", "has")
# What has few values is counted as one: a number stands for a combination of them.
PROFILE = ("kind", "form", "level", "collection", "caption", "finding")
# Of other lists the first values have a column each, for a column with one number a record is counted ten times as fast.
# All stand once more in one column, which is the quicker where there are few records to count.
PLACED = {"tag": 5, "signer": 1, "to": 4}
NUMBERED = ("profile", "post", *PLACED)
_FIRST_YEAR = 1500  # dates before are slips, and are numbered behind the year 9999
_LONGEST_WORD = 60
_LONGEST_VALUE = 20_000  # signs; the index's own list of values has none that is much longer
_LAST_MINUTE = (1 << 31) - 1  # of the year 4083; what claims to be sent later is a slip, and stands at the end of time


@cache
def analyser() -> tantivy.TextAnalyzer:
    """What makes terms of a text: letters and digits, accents folded, lower case. Words stay as they are written."""
    return _words().build()


@cache
def stemmed() -> tantivy.TextAnalyzer:
    """The same with English stems, by which the forms of a word are told (see forms.py)."""
    return _words().filter(tantivy.Filter.stemmer("english")).build()


def _words() -> tantivy.TextAnalyzerBuilder:
    steps = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    steps = steps.filter(tantivy.Filter.remove_long(_LONGEST_WORD)).filter(tantivy.Filter.lowercase())
    return steps.filter(tantivy.Filter.ascii_fold())


@cache
def lists() -> tantivy.TextAnalyzer:
    """What takes a list apart."""
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(f"[^{SEPARATOR}]+")).build()


@cache
def schema() -> tantivy.Schema:
    """The fields: text ones without their text, exact ones for filters and counts, and two to find and order rows by.

    All words stand in `text`; a subject is short enough to stand a second time. Summaries and comments, a seventh of the
    text, would take a quarter of the indexing again, and are read in the texts when they are asked for. Exact fields
    hold no positions; those that hits are counted by stand a second time as numbers (see `columns`).
    """
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("row", fast=True, indexed=True)
    builder.add_unsigned_field("time", fast=True, indexed=True)
    for name in TEXTS:
        builder.add_text_field(name, tokenizer_name=ANALYSER)
    for name in SINGLE:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (*COUNTED_LISTS, *OTHER_LISTS):
        builder.add_text_field(name, tokenizer_name=LIST, index_option="basic")
    for name in ("month", *NUMBERED):
        for column in dict.fromkeys((*columns(name), together(name))):
            builder.add_unsigned_field(column, fast=True)
    return builder.build()


@cache
def columns(field: str) -> tuple[str, ...]:
    """The fields that hold the values of `field` as numbers (see values.py); `profile` for a combination of PROFILE.

    All but the last of a list hold one number a record, 0 for none; the last of a list holds what is left.
    """
    if places := PLACED.get(field):
        return (*(f"{field}_{place}" for place in range(1, places + 1)), f"{field}_more")
    return (f"{field}_number",)


def together(field: str) -> str:
    """The one field that holds all the values of `field` as numbers."""
    return f"{field}_all" if field in PLACED else columns(field)[0]


def month_number(sent: str) -> int:
    """A small number for the month of `sent`, ISO 8601, or for its year where that is all; 0 for no date."""
    return (int(sent[:4]) - _FIRST_YEAR) % 10_000 * 13 + int(sent[5:7] or 0) + 1 if sent else 0


def month_of(number: int) -> tuple[int, int]:
    """The year and the month of such a number; month 0 where only the year is known."""
    year, month = divmod(number - 1, 13)
    return (year + _FIRST_YEAR) % 10_000, month


def time_key(sent: str, row: int = 0) -> int:
    """A number that orders records by when they were sent, then by row; those without a date come last.

    `sent` is ISO 8601, from a year to a time. Minutes since the year 1 above 32 bits of row.
    """
    if not sent:
        return UNDATED | row
    at = moment(sent).replace(tzinfo=None)
    minutes = (at - datetime.min).days * 1440 + at.hour * 60 + at.minute
    return min(minutes, _LAST_MINUTE) << 32 | row


def moment(sent: str) -> datetime:
    """The first instant of what `sent`, ISO 8601, names: a year, a month, a day or a time."""
    return datetime.fromisoformat(sent + "-01-01"[len(sent) - 4 :] if len(sent) < 10 else sent)


def document(row: int, facts: Facts, text: str, values: Values) -> tantivy.Document:
    """One release as the index takes it."""
    made = tantivy.Document()
    made.add_unsigned("row", row)
    made.add_unsigned("time", time_key(facts.sent, row))
    made.add_text("text", printable(text))
    if facts.subject:
        made.add_text("subject", facts.subject)
        if facts.subject not in text:  # a title given with the record: all words stand in `text`
            made.add_text("text", facts.subject)
    held: dict[str, list[str]] = {}
    for field, value in _single(facts):
        if value:
            made.add_text(field, value)
            held[field] = [value]
    for field, several in _listed(facts):
        if several:
            joined = SEPARATOR.join(several)
            made.add_text(field, joined)
            held[field] = list(dict.fromkeys(joined.split(SEPARATOR)))
    held = {field: [one for one in several if len(one) <= _LONGEST_VALUE] for field, several in held.items()}
    for column, number in _numbers(facts.sent, held, values):
        made.add_unsigned(column, number)
    return made


def _numbers(sent: str, held: dict[str, list[str]], values: Values) -> Iterator[tuple[str, int]]:
    """What a record is counted by: pairs of a column and a number in it."""
    yield columns("month")[0], month_number(sent)
    profile = [(field, value) for field in PROFILE for value in sorted(held.get(field, ()))]
    yield columns("profile")[0], values.number("profile", msgspec.json.encode(profile).decode())
    yield columns("post")[0], values.number("post", "".join(held.get("post", ())))
    for field in PLACED:
        numbers = [values.number(field, value) for value in held.get(field, ())]
        *first, more = columns(field)
        yield from zip(first, [*numbers, *[0] * len(first)], strict=False)
        yield from ((more, number) for number in numbers[len(first) :])
        yield from ((together(field), number) for number in numbers)


def _single(facts: Facts) -> Iterable[tuple[str, str]]:
    return (
        ("kind", facts.kind),
        ("form", facts.form),
        ("post", facts.post),
        ("level", facts.level),
        ("collection", facts.collection),
    )


def _listed(facts: Facts) -> Iterable[tuple[str, tuple[str, ...]]]:
    return (
        ("id", facts.known_as),
        ("caption", facts.captions),
        ("tag", facts.tags),
        ("signer", facts.signers),
        ("to", facts.addressees),
        ("finding", facts.findings),
        ("mark", facts.marks),
        ("from", facts.senders),
        ("has", facts.holds),
    )
