"""What the index holds of a record: its fields, and how text becomes terms in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache

import tantivy

from reftel.archive import Facts
from reftel.archive.packing import printable
from reftel.search.values import number_of

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
_LONGEST_WORD = 60
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
    hold no positions; those that hits are counted by stand a second time as numbers (see values.py).
    """
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("row", fast=True, indexed=True)
    builder.add_unsigned_field("time", fast=True, indexed=True)
    builder.add_unsigned_field("month", fast=True)
    for name in TEXTS:
        builder.add_text_field(name, tokenizer_name=ANALYSER)
    for name in SINGLE:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (*COUNTED_LISTS, *OTHER_LISTS):
        builder.add_text_field(name, tokenizer_name=LIST, index_option="basic")
    for name in (*SINGLE, *COUNTED_LISTS):
        builder.add_unsigned_field(counted(name), fast=True)
    return builder.build()


def counted(field: str) -> str:
    """The field that holds the values of `field` as numbers."""
    return f"{field}_number"


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


def document(row: int, facts: Facts, text: str) -> tantivy.Document:
    """One release as the index takes it."""
    made = tantivy.Document()
    made.add_unsigned("row", row)
    made.add_unsigned("time", time_key(facts.sent, row))
    if facts.sent:
        made.add_unsigned("month", int(facts.sent[:4]) * 100 + int(facts.sent[5:7] or 0))
    made.add_text("text", printable(text))
    if facts.subject:
        made.add_text("subject", facts.subject)
        if facts.subject not in text:  # a title given with the record: all words stand in `text`
            made.add_text("text", facts.subject)
    for field, value in _single(facts):
        if value:
            made.add_text(field, value)
            made.add_unsigned(counted(field), number_of(value))
    for field, values in _listed(facts):
        if not values:
            continue
        joined = SEPARATOR.join(values)
        made.add_text(field, joined)
        if field in COUNTED_LISTS:
            for value in joined.split(SEPARATOR):
                made.add_unsigned(counted(field), number_of(value))
    return made


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
