"""Three engines that answer the same queries: reftel, tantivy with nothing around it, and SQLite's FTS5.

An answer is how many records match and the ten best of them with number, date, post, class, subject and a passage that
shows the words; of reftel and tantivy also, for every facet, its ten commonest values with their counts over all matches.
FTS5 is spared the facets.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import msgspec
import tantivy

from query_mix import Asked, Leaf, in_reftel
from reftel.archive import Archive, Facts
from reftel.archive.packing import printable
from reftel.search import Query, search
from reftel.search.layout import stemmed

TOP = 10
_STEMS = "english_stems"  # what tantivy offers for a word in all its forms; reftel brings them together when asked
SHOWN = 240  # characters of a passage
_HEAP = 192_000_000
_ALL = 65_000  # different values of a field
_MUST, _SHOULD, _NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot
_COLUMNS = {"post": "post", "class": "level"}


class Answer(msgspec.Struct, frozen=True):
    """What an engine said: how many there are, and the shown ones as (number, passage)."""

    total: int
    shown: tuple[tuple[str, str], ...]
    facets: int = 0


class Engine(Protocol):
    """Something that answers queries; `answer` gives None for a kind of query that it does not have."""

    name: str

    def answer(self, asked: Asked) -> Answer | None: ...


class Reftel:
    """reftel through its Python interface, with snippets, and with facets unless it is spared them as FTS5 is."""

    def __init__(self, archive: Archive, *, facets: bool = True) -> None:
        self.name = "reftel" if facets else "bare"
        self._archive, self._facets = archive, ("all",) if facets else ()

    def answer(self, asked: Asked) -> Answer:
        found = search(self._archive, Query(words=in_reftel(asked), limit=TOP, facets=self._facets, facet_size=TOP))
        shown = tuple((hit.id, hit.snippet.text) for hit in found.hits)
        return Answer(found.total, shown, sum(map(len, found.facets.values())))


def records(archive: Archive) -> Iterator[tuple[int, Facts, str]]:
    """Row, facts and text of every release."""
    for stored in archive:
        yield stored.row, stored.facts, printable(stored.release.text)


def build(archive: Archive, folder: Path) -> tuple[RawTantivy, Fts5]:
    """Both other engines over the archive's texts, in `folder`; what it holds of them from another time is used."""
    done = folder / "done"
    if not done.exists() or done.read_text() != str(archive.last_row()):
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "tantivy").mkdir(parents=True)
        raw, fts = _RawWriter(folder / "tantivy"), _Fts5Writer(folder / "fts5.sqlite")
        for row, facts, text in records(archive):
            raw.add(facts, text)
            fts.add(row, facts, text)
        raw.close()
        fts.close()
        done.write_text(str(archive.last_row()))
    return RawTantivy(folder / "tantivy"), Fts5(folder / "fts5.sqlite")


# --- tantivy alone -------------------------------------------------------------------------------------------------

_ONE = {"kind": "kind", "form": "form", "post": "post", "level": "level", "collection": "collection"}
_MANY = {"caption": "captions", "tag": "tags", "signer": "signers", "to": "addressees", "finding": "findings"}
# Without a size for each of its pieces the index counts only what is common in each, and the sums are not true.
_FACETS: dict[str, Any] = {
    name: {"terms": {"field": name, "size": TOP, "segment_size": _ALL}} for name in (*_ONE, *_MANY)
}
_FACETS["month"] = {"terms": {"field": "month", "size": _ALL}}


def _raw_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_date_field("sent", stored=True, indexed=True, fast=True)
    builder.add_unsigned_field("month", fast=True)
    for name in (*_ONE, *_MANY):
        stored = name in ("post", "level")
        builder.add_text_field(name, stored=stored, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_text_field("subject", stored=True, tokenizer_name=_STEMS)
    builder.add_text_field("text", stored=True, tokenizer_name=_STEMS)
    return builder.build()


class _RawWriter:
    def __init__(self, folder: Path) -> None:
        index: Any = tantivy.Index(_raw_schema(), path=str(folder))
        index.register_tokenizer(_STEMS, stemmed())
        self._writer = index.writer(_HEAP, 2)

    def add(self, facts: Facts, text: str) -> None:
        made = tantivy.Document()
        for number in facts.known_as:
            made.add_text("id", number)
        if facts.sent:
            made.add_date("sent", _moment(facts.sent))
            made.add_unsigned("month", int(facts.sent[:4]) * 100 + int(facts.sent[5:7] or 0))
        for name, attribute in _ONE.items():
            if value := getattr(facts, attribute):
                made.add_text(name, value)
        for name, attribute in _MANY.items():
            for value in getattr(facts, attribute):
                made.add_text(name, value)
        made.add_text("subject", facts.subject)
        made.add_text("text", text)
        self._writer.add_document(made)

    def close(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()


def _moment(sent: str) -> datetime:
    whole = sent + "-01-01"[len(sent) - 4 :] if len(sent) < 10 else sent
    return datetime.fromisoformat(whole).replace(tzinfo=UTC)


class RawTantivy:
    """tantivy: its top ten with their stored fields, its count, its snippets, its aggregations."""

    name = "tantivy"

    def __init__(self, folder: Path) -> None:
        self._schema = _raw_schema()
        index: Any = tantivy.Index.open(str(folder))
        index.register_tokenizer(_STEMS, stemmed())
        index.reload()
        self._searcher = index.searcher()

    def answer(self, asked: Asked) -> Answer:
        query = self._query(asked)
        order: dict[str, Any] = {} if asked.scored else {"order_by_field": "sent", "order": tantivy.Order.Asc}
        found = self._searcher.search(query, TOP, **order)
        generator: Any = None
        if asked.scored:
            generator = tantivy.SnippetGenerator.create(self._searcher, query, self._schema, "text")
            generator.set_max_num_chars(SHOWN)
        shown = []
        for _, address in found.hits:
            document = self._searcher.doc(address)
            told = document.to_dict()
            snippet = generator.snippet_from_doc(document) if generator is not None else None
            marks = [(one.start, one.end) for one in snippet.highlighted()] if snippet is not None else []
            passage = snippet.fragment() if snippet is not None and marks else told["text"][0][:SHOWN]
            shown.append((told["id"][0] if "id" in told else "", passage))
        counted = self._searcher.aggregate(query, _FACETS)
        facets = sum(len(one["buckets"]) for one in counted.values())
        return Answer(int(found.count), tuple(shown), facets)

    def _query(self, asked: Asked) -> tantivy.Query:
        clauses = [(_MUST, self._leaf(leaf)) for leaf in asked.must]
        if asked.should:
            clauses.append((_MUST, tantivy.Query.boolean_query([(_SHOULD, self._leaf(leaf)) for leaf in asked.should])))
        clauses += [(_NOT, self._leaf(leaf)) for leaf in asked.never]
        return clauses[0][1] if len(clauses) == 1 else tantivy.Query.boolean_query(clauses)

    def _leaf(self, leaf: Leaf) -> tantivy.Query:
        make, schema = tantivy.Query, self._schema
        if leaf.how == "between":
            first, last = _moment(leaf.words[0]), _moment(leaf.words[1]) + timedelta(days=1, seconds=-1)
            return make.range_query(schema, "sent", tantivy.FieldType.Date, first, last)
        if leaf.how == "is":
            field = _COLUMNS.get(leaf.field, leaf.field)
            only = make.term_query(schema, field, leaf.words[0], index_option="basic")
            return make.const_score_query(only, 0.0)
        terms: list[str | tuple[int, str]] = [stemmed().analyze(word)[0] for word in leaf.words]
        if leaf.how == "prefix":
            return make.regex_query(schema, "text", f"{leaf.words[0]}.*")
        if leaf.how == "fuzzy":
            return make.fuzzy_term_query(schema, "text", str(terms[0]), distance=leaf.number)
        if leaf.how == "near":
            both = [make.phrase_query(schema, "text", one, slop=leaf.number) for one in (terms, terms[::-1])]
            return make.boolean_query([(tantivy.Occur.Should, one) for one in both])
        if leaf.how == "phrase":
            return make.phrase_query(schema, "text", terms)
        return make.term_query(schema, "text", terms[0])


# --- FTS5 ----------------------------------------------------------------------------------------------------------


class _Fts5Writer:
    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("PRAGMA synchronous = OFF")
        for statement in (
            "CREATE VIRTUAL TABLE cable USING fts5(text, tokenize = 'porter unicode61 remove_diacritics 2')",
            "CREATE TABLE fact (row INTEGER PRIMARY KEY, id TEXT, sent TEXT, post TEXT, level TEXT, subject TEXT)",
            "CREATE TABLE tag (tag TEXT, row INTEGER, PRIMARY KEY (tag, row)) WITHOUT ROWID",
            "CREATE TABLE name (id TEXT, row INTEGER, PRIMARY KEY (id, row)) WITHOUT ROWID",
            "BEGIN",
        ):
            self._connection.execute(statement)

    def add(self, row: int, facts: Facts, text: str) -> None:
        execute, many = self._connection.execute, self._connection.executemany
        execute("INSERT INTO cable (rowid, text) VALUES (?, ?)", (row, text))
        fact = (row, facts.id, facts.sent, facts.post, facts.level, facts.subject)
        execute("INSERT INTO fact VALUES (?, ?, ?, ?, ?, ?)", fact)
        many("INSERT OR IGNORE INTO tag VALUES (?, ?)", [(tag, row) for tag in facts.tags])
        many("INSERT OR IGNORE INTO name VALUES (?, ?)", [(number, row) for number in facts.known_as])

    def close(self) -> None:
        self._connection.execute("COMMIT")
        self._connection.execute("INSERT INTO cable (cable) VALUES ('optimize')")
        for column in ("sent", "post", "level"):
            self._connection.execute(f"CREATE INDEX fact_{column} ON fact ({column})")
        self._connection.execute("ANALYZE fact")
        self._connection.close()


class Fts5:
    """FTS5: its top ten by rank with their facts, its count, its snippets; no facets, and nothing nearly spelled."""

    name = "fts5"

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        self._connection.execute("PRAGMA cache_size = -262144")

    def answer(self, asked: Asked) -> Answer | None:
        if any(leaf.how == "fuzzy" for leaf in (*asked.must, *asked.should, *asked.never)):
            return None
        where, values = _where(asked)
        fact = "JOIN fact ON fact.row = cable.rowid"
        joined = fact if "fact." in where else ""
        if not asked.scored:
            counted = f"SELECT count(*) FROM fact WHERE {where}"
            best = f"""SELECT id, sent, post, level, subject, substr(text, 1, {SHOWN})
                       FROM fact JOIN cable ON cable.rowid = fact.row WHERE {where} ORDER BY sent LIMIT {TOP}"""
        else:
            counted = f"SELECT count(*) FROM cable {joined} WHERE {where}"
            best = f"""SELECT id, sent, post, level, subject, snippet(cable, 0, '[', ']', '', 40)
                       FROM cable {fact} WHERE {where} ORDER BY rank LIMIT {TOP}"""
        total = int(self._connection.execute(counted, values).fetchone()[0])
        shown = self._connection.execute(best, values).fetchall()
        return Answer(total, tuple((row[0], row[5]) for row in shown))


def _where(asked: Asked) -> tuple[str, list[str]]:
    parts, values = [], []
    words = " AND ".join(_match(leaf) for leaf in asked.must if not leaf.field)
    either = " OR ".join(_match(leaf) for leaf in asked.should)
    words = f"({either})" if either and not words else f"{words} AND ({either})" if either else words
    words += "".join(f" NOT {_match(leaf)}" for leaf in asked.never)
    if words:
        parts.append("cable MATCH ?")
        values.append(words)
    for leaf in asked.must:
        if not leaf.field:
            continue
        if leaf.how == "between":
            parts.append("fact.sent BETWEEN ? AND ?")
            values += [leaf.words[0], leaf.words[1] + "T99"]
        elif leaf.field in ("tag", "id"):
            table = "tag" if leaf.field == "tag" else "name"
            parts.append(f"fact.row IN (SELECT row FROM {table} WHERE {leaf.field} = ?)")
            values.append(leaf.words[0])
        else:
            parts.append(f"fact.{_COLUMNS[leaf.field]} = ?")
            values.append(leaf.words[0])
    return " AND ".join(parts), values


def _match(leaf: Leaf) -> str:
    text = " ".join(leaf.words)
    if leaf.how == "near":
        quoted = " ".join(f'"{word}"' for word in leaf.words)
        return f"NEAR({quoted}, {leaf.number})"
    return f'"{text}"*' if leaf.how == "prefix" else f'"{text}"'
