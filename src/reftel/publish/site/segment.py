"""The search index of a stretch of rows, as files that a browser loads a few of: words with where they stand, and columns.

Each file is a program of one call, `reftel_give(NAME, VALUE)`: browsers load scripts beside a page from a disk, and fetch
nothing else there. What is in them is told in docs/explanation/site.md; coding.py says how lists of numbers are written.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from reftel.archive import Facts
from reftel.archive.packing import printable
from reftel.cable.identity import letters
from reftel.handbook import posts
from reftel.publish.site.coding import code, coded, codes
from reftel.search.asking import country_names
from reftel.search.forms import stem
from reftel.search.layout import COUNTED_LISTS, OTHER_LISTS, SINGLE, analyser, time_key

LARGE, SMALL = (
    65_536,
    8_192,
)  # rows of a stretch; those behind the last full large one are cut small, so that little is made anew
_SHARD = 56_000  # characters of lists in one file of words
_CHUNK = 40_000  # characters of places of one word that are taken up at once
_WORDS = 2_500
HITS = 200  # records in one file of what hits are listed by
_MOST_VALUES = 4_000  # different values of a column; rarer ones are not counted
COLUMNS = ("post", "class", "tag", "year", "country")


class Shelved(msgspec.Struct, frozen=True):
    """A release as hits list it: `page` is the path of its page in the site."""

    row: int
    page: str
    id: str
    key: str
    kind: str
    sent: str
    post: str
    level: str
    subject: str


class _Term:
    """A word's records and places so far; what stands in the newest record is added to `records` when that is left.

    `cuts` are (which of its records, offset) where a chunk of places begins.
    """

    __slots__ = ("at", "chunk", "count", "cuts", "gap", "last", "places", "records", "times")

    def __init__(self) -> None:
        self.records, self.places = bytearray(), bytearray()
        self.last, self.gap, self.times, self.at, self.count, self.chunk = -1, 0, 0, 0, 0, 0
        self.cuts: list[tuple[int, int]] = [(0, 0)]

    def leave(self) -> None:
        """Adds the newest record to the list."""
        times = self.times
        if times == 1:
            self.records += code(2 * self.gap)
        elif times:
            self.records += code(2 * self.gap + 1) + code(times)
        else:
            return
        self.times = 0
        self.count += 1
        if len(self.places) - self.chunk >= _CHUNK:
            self.chunk = len(self.places)
            self.cuts.append((self.count, self.chunk))


def stretches(last: int) -> list[tuple[int, int]]:
    """The stretches, from and to which row, into which an archive with `last` rows is cut; the same whatever was there before."""
    found = [(first, first + LARGE - 1) for first in range(1, last - LARGE + 2, LARGE)]
    start = found[-1][1] + 1 if found else 1
    return found + [(first, min(first + SMALL - 1, last)) for first in range(start, last + 1, SMALL)]


def in_time(shelved: Sequence[Shelved]) -> list[Shelved]:
    """In the order in which records are numbered in a stretch: by when they were sent, then by row."""
    return sorted(shelved, key=lambda one: time_key(one.sent, one.row))


class Segment:
    """An index in the making. Records are added in the order of time."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._terms: dict[str, _Term] = {}
        self._shelved: list[Shelved] = []
        self._lengths: tuple[list[int], list[int]] = ([], [])  # of texts and of subjects, in words
        self._columns: dict[str, list[tuple[str, ...]]] = {name: [] for name in COLUMNS}

    def add(self, shelved: Shelved, facts: Facts, text: str) -> None:
        """Takes in one release."""
        record = len(self._shelved)
        self._shelved.append(shelved)
        words = analyser().analyze(printable(text))
        subject = analyser().analyze(facts.subject) if facts.subject else []
        if facts.subject and facts.subject not in text:  # as in the index of the archive
            words += subject
        self._lengths[0].append(len(words))
        self._lengths[1].append(len(subject))
        self._add(record, words)
        self._add(record, [f":subject:{word}" for word in subject])
        for value in dict.fromkeys(_values(facts)):
            self._add_value(record, value)
        for name, values in columns_of(facts).items():
            self._columns[name].append(values)

    def _add(self, record: int, words: Sequence[str]) -> None:
        """One step for each word of a long text, without a call: this loop is most of what an index costs."""
        known, short = self._terms.get, codes()
        many = len(short)
        for at, word in enumerate(words):
            term = known(word)
            if term is None:
                term = self._terms[word] = _Term()
                term.gap, term.last, term.times, gap = record, record, 1, at
            elif term.last == record:
                term.times += 1
                gap = at - term.at - 1
            else:
                if term.times == 1 and len(term.places) - term.chunk < _CHUNK:  # as `leave` would
                    term.records += short[2 * term.gap]
                    term.count += 1
                else:
                    term.leave()
                term.gap = record - term.last - 1
                term.last, term.times, gap = record, 1, at
            term.at = at
            term.places += short[gap] if gap < many else code(gap)

    def _add_value(self, record: int, word: str) -> None:
        """A word that stands nowhere in the text."""
        term = self._terms.get(word)
        if term is None:
            term = self._terms[word] = _Term()
        term.leave()
        term.gap, term.last, term.times = record - term.last - 1, record, 1

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Every file: its name, and what is in it. Nothing can be added behind them."""
        for term in self._terms.values():
            term.leave()
        yield self._file("docs", self._docs())
        for name in COLUMNS:
            yield self._file(f"by-{name}", _column(self._columns[name]))
        for at in range(0, len(self._shelved), HITS):
            rows = [_listed(one) for one in self._shelved[at : at + HITS]]
            yield self._file(f"hits-{at // HITS}", rows)
        yield from self._words()

    def _docs(self) -> object:
        """How many records, when each was sent, and how long texts and subjects are."""
        moments = [time_key(one.sent) >> 32 for one in self._shelved if one.sent]
        times = [moment - before for before, moment in zip([0, *moments], moments, strict=False)]
        norms = [coded(map(norm, lengths)) for lengths in self._lengths]
        return {
            "records": len(self._shelved),
            "times": coded(times),
            "norms": norms,
            "words": [sum(lengths) for lengths in self._lengths],
        }

    def _words(self) -> Iterator[tuple[str, bytes]]:
        firsts: list[str] = []
        lot: list[str] = []
        size = 0
        for word in sorted(self._terms):
            length = len(self._terms[word].records)
            if lot and (size + length > _SHARD or len(lot) >= _WORDS):
                yield from self._shard(len(firsts) - 1, lot)
                lot, size = [], 0
            if not lot:
                firsts.append(word)
            lot.append(word)
            size += length
        if lot:
            yield from self._shard(len(firsts) - 1, lot)
        yield self._file("words", firsts)

    def _shard(self, number: int, words: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """The words of one file, and the files of where they stand: `places` says which chunk is which word's, from which record on."""
        where: list[list[tuple[int, int, str]]] = [[]]
        size = 0
        for at, word in enumerate(words):
            term = self._terms[word]
            ends = [*(offset for _, offset in term.cuts[1:]), len(term.places)]
            for (first, start), end in zip(term.cuts, ends, strict=True):
                if start == end:
                    continue
                if size + end - start > _SHARD and where[-1]:
                    where.append([])
                    size = 0
                where[-1].append((at, first, term.places[start:end].decode("ascii")))
                size += end - start
        shard = {
            "words": list(words),
            "stems": [_cut(word) for word in words],
            "records": [self._terms[word].records.decode("ascii") for word in words],
            "places": [coded(number for at, first, _ in lot for number in (at, first)) for lot in where],
        }
        yield self._file(f"words-{number}", shard)
        for at, lot in enumerate(where):
            if lot:
                yield self._file(f"places-{number}-{at}", [text for _, _, text in lot])

    def _file(self, name: str, value: object) -> tuple[str, bytes]:
        return f"{name}.js", given(f"{self.name}/{name}", value)


def given(name: str, value: object) -> bytes:
    """A file that gives `value` to the page that asked for `name`."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return f'reftel_give("{name}",{text});\n'.encode("ascii")


def norm(length: int) -> int:
    """The length of a text in words as one of 256 steps, exact for short ones: as tantivy (and Lucene) count it."""
    if length < 24:
        return length
    rest = length - 24
    if rest < 16:
        return length
    shift = rest.bit_length() - 4
    return 24 + ((rest >> shift) & 7 | (shift + 1) << 3)


def _cut(word: str) -> int | str:
    """The stem of a word: how many letters are cut from its end, or the stem itself where it ends otherwise."""
    if not word.isascii() or word.isdigit() or word.startswith(":"):
        return 0
    found = stem(word)
    return len(word) - len(found) if word.startswith(found) else found


def _values(facts: Facts) -> Iterator[str]:
    """Every field's values, as words that no text has: `:tag:EWWT`."""
    given_fields = {
        "kind": facts.kind, "form": facts.form, "post": facts.post, "level": facts.level, "collection": facts.collection,
    }  # fmt: skip
    several = {
        "caption": facts.captions, "tag": facts.tags, "signer": facts.signers, "to": facts.addressees, "finding": facts.findings,
        "id": facts.known_as, "mark": facts.marks, "from": facts.senders, "has": facts.holds,
    }  # fmt: skip
    assert set(given_fields) == set(SINGLE)
    assert set(several) == {*COUNTED_LISTS, *OTHER_LISTS}
    if known := posts().get(facts.post):
        given_fields["country"] = known.country
        several["country"] = (letters(country_names().get(known.country, "")),)
    yield from (f":{name}:{value}" for name, value in given_fields.items() if value)
    yield from (f":{name}:{value}" for name, values in several.items() for value in values if value)


def columns_of(facts: Facts) -> dict[str, tuple[str, ...]]:
    """The values of a record by which hits are counted."""
    known = posts().get(facts.post)
    country = country_names().get(known.country, known.country) if known else ""
    return {
        "post": (facts.post,) if facts.post else (),
        "class": (facts.level,) if facts.level else (),
        "tag": tuple(dict.fromkeys(facts.tags)),
        "year": (facts.sent[:4],) if facts.sent else (),
        "country": (country,) if country else (),
    }


def _column(rows: Sequence[tuple[str, ...]]) -> object:
    """The values, the most frequent first, and of each record how many it has and which."""
    counts = Counter(value for values in rows for value in values)
    names = [name for name, _ in sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:_MOST_VALUES]]
    places = {name: at for at, name in enumerate(names)}
    if all(len(values) <= 1 for values in rows):
        single = (places[values[0]] + 1 if values and values[0] in places else 0 for values in rows)
        return {"values": names, "one": coded(single)}
    several = ([places[value] for value in values if value in places] for values in rows)
    return {"values": names, "several": coded(number for found in several for number in (len(found), *found))}


def _listed(one: Shelved) -> list[str]:
    return [one.page, one.id or one.key[:12], one.kind, one.sent[:16], one.post, one.level, one.subject]
