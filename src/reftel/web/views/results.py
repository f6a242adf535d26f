"""The page of a search: what was understood, the hits, counts as links, time as bars, and every way on."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from functools import lru_cache
from urllib.parse import quote_plus

import msgspec

from reftel.archive import Archive
from reftel.cable.reflow import Piece
from reftel.export import formats
from reftel.finding import Span
from reftel.search import FIELDS, Bucket, Explanation, Hit, Hits, Query, parse, search
from reftel.search.tree import leaves
from reftel.sources import forms
from reftel.web import addresses
from reftel.web.asked import Searched
from reftel.web.charts import Chart, over_time
from reftel.web.shown import Marking, Shown, lay
from reftel.web.views.keeping import kept
from reftel.web.views.names import named_posts, shown_name

FACETS = ("post", "class", "tag", "country", "caption", "signer", "to", "kind", "form", "finding", "in")
_FIRST_FACETS = 8


class HitShown(msgspec.Struct, frozen=True):
    """One hit: its address (at the paragraph that it leads to), what it is listed by, and the passage that shows why.

    `post_name` is how its post is called where its key would be hard to read.
    """

    id: str
    key: str
    kind: str
    sent: str
    post: str
    level: str
    subject: str
    address: str
    paragraph: str
    mark: str
    role: str
    snippet: Shown
    post_name: str = ""


class Choice(msgspec.Struct, frozen=True):
    """A value that the hits can be narrowed to, how many have it, and the address of the search with it.

    `name` is how it is shown, where that is otherwise.
    """

    value: str
    count: int
    address: str
    name: str = ""


class Chip(msgspec.Struct, frozen=True):
    """A filter that holds now, and the address of the search without it."""

    text: str
    address: str


class FieldHelp(msgspec.Struct, frozen=True):
    """A field of the query language."""

    name: str
    asks: str
    example: str


class Ways(msgspec.Struct, frozen=True):
    """Where the page leads: the next page, what is said, each order and format of export, and the same search on the command line."""

    next: str
    sorts: dict[str, str]
    exports: dict[str, str]
    command: str
    statements: str


class SearchView(msgspec.Struct, frozen=True):
    """The page of a search."""

    asked: Searched
    total: int
    first: bool
    hits: tuple[HitShown, ...]
    understood: str
    notes: tuple[str, ...]
    why_nothing: str
    nearest: dict[str, tuple[str, ...]]
    chips: tuple[Chip, ...]
    facets: dict[str, tuple[Choice, ...]]
    chart: Chart
    ways: Ways
    help: tuple[FieldHelp, ...]


def query_of(asked: Searched, **more: object) -> Query:
    """The query that a page asks."""
    made = Query(
        words=asked.q, post=asked.post, since=asked.since, until=asked.until, level=asked.level, tags=asked.tag,
        within=asked.within, sort=asked.sort, limit=asked.limit, cursor=asked.after,
    )  # fmt: skip
    return msgspec.structs.replace(made, **more) if more else made


def search_view(archive: Archive, asked: Searched) -> SearchView:
    """One page of hits. The counts are of all hits; they are told on the first page only, for they do not change."""
    first = not asked.after
    found, counts = _found(archive, asked, first=first)
    told = found.explanation
    months = counts.get("month", ())
    return SearchView(
        asked=asked,
        total=found.total,
        first=first,
        hits=tuple(hit_shown(archive, hit, asked.q) for hit in found.hits),
        understood=told.understood if told and told.understood != "everything" else "",
        notes=found.notes,
        why_nothing=told.why_nothing if told else "",
        nearest=_nearest(told),
        chips=_chips(asked),
        facets=_facets(archive, asked, counts),
        chart=over_time(months, changing(asked, "from", "to")),
        ways=_ways(asked, found),
        help=fields_help(),
    )


def _found(archive: Archive, asked: Searched, *, first: bool) -> tuple[Hits, dict[str, tuple[Bucket, ...]]]:
    """The hits, and on the first page the counts: those are the same in every order, and are not made anew for each."""
    if not first:
        return search(archive, query_of(asked, explain=True)), {}
    hits: list[Hits] = []

    def counted() -> dict[str, tuple[Bucket, ...]]:
        names = (*FACETS, "month")
        hits.append(search(archive, query_of(asked, facets=names, facet_size=_FIRST_FACETS, explain=True)))
        return hits[0].facets

    question = query_of(asked, sort="oldest", limit=20, cursor="")
    counts = counted() if _asks_beside(question) else kept(archive, ("counts", question), counted)
    return (hits[0] if hits else search(archive, query_of(asked, explain=True))), counts


def _asks_beside(query: Query) -> bool:
    """Whether what it finds may change while the archive stays as it is: what was said, and what is the reader's own."""
    asked = [field for words in (query.words, *query.within) for field, _ in leaves(parse(words).tree)]
    return any(field and FIELDS[field].beside for field in asked)


@lru_cache(1)
def fields_help() -> tuple[FieldHelp, ...]:
    """The fields of the query language."""
    return tuple(FieldHelp(one.name, one.asks, one.example) for one in FIELDS.values())


def _nearest(told: Explanation | None) -> dict[str, tuple[str, ...]]:
    return {one.term: one.nearest for one in told.terms if one.nearest} if told else {}


def _facets(archive: Archive, asked: Searched, counts: dict[str, tuple[Bucket, ...]]) -> dict[str, tuple[Choice, ...]]:
    found = {name: _choices(asked, name, counts[name]) for name in FACETS if counts.get(name)}
    return {**found, "post": named_posts(archive, found["post"])} if "post" in found else found


def hit_shown(archive: Archive, hit: Hit, words: str) -> HitShown:
    """A hit with its address and its passage."""
    number = hit.paragraph.number if hit.paragraph else ""
    at = f"p{number.rstrip('.')}" if number else f"b{hit.paragraph.block + 1}" if hit.paragraph else ""
    return HitShown(
        id=hit.id, key=hit.key, kind=hit.kind, sent=hit.sent, post=hit.post, level=hit.level, subject=hit.subject,
        address=addresses.record(hit.id, hit.key, q=words, at=at),
        paragraph=number.rstrip("."),
        mark=hit.paragraph.mark.strip("()") if hit.paragraph else "",
        role=hit.paragraph.role if hit.paragraph else "",
        snippet=_snippet(hit),
        post_name=shown_name(archive, hit.post) if hit.post and hit.kind == "cable" else "",
    )  # fmt: skip


def _snippet(hit: Hit) -> Shown:
    """The passage, traced to its place in the release as all shown text is."""
    start = hit.snippet.span.start
    marks = [Marking("found", Span(one.start - start, one.end - start)) for one in hit.snippet.highlights]
    shown = lay(hit.snippet.text, Span(0, len(hit.snippet.text)), marks)
    pieces = tuple(Piece(one.shown, one.source + start, one.length) for one in shown.pieces)
    moved = tuple(
        msgspec.structs.replace(one, span=Span(one.span.start + start, one.span.end + start)) for one in shown.marks
    )
    return Shown(shown.text, hit.snippet.span, pieces, moved)


def address_of(asked: Searched, **changed: str | tuple[str, ...]) -> str:
    """The first page of the same search with something changed."""
    return "/search" + addresses.with_query(_values(msgspec.structs.replace(asked, after="", **changed)))


def changing(asked: Searched, *fields: str) -> Callable[[str], str]:
    """The first page of the same search with each of `fields` another value, or one more: what stays is written once."""
    values = _values(msgspec.structs.replace(asked, after=""))
    order = Searched.__struct_encode_fields__
    at = order.index(fields[0])
    start = addresses.query({name: values[name] for name in order[:at] if name in values})
    kept = {name: values[name] for name in order[at:] if name in values}
    more = addresses.query({name: value for name, value in kept.items() if name in fields and isinstance(value, tuple)})
    end = addresses.query({name: value for name, value in kept.items() if name not in fields})
    head = "/search?" + "".join(f"{part}&" for part in (start, more) if part)
    tail = f"&{end}" if end else ""

    def address(value: str) -> str:
        said = quote_plus(addresses.clean(value))
        return head + "&".join(f"{name}={said}" for name in fields) + tail

    return address


def _values(asked: Searched) -> dict[str, str | tuple[str, ...]]:
    """What was asked, as parameters; what is as always is left out."""
    told = msgspec.to_builtins(asked)
    return {name: tuple(value) if isinstance(value, list | tuple) else str(value) for name, value in told.items()}


def filter_of(name: str, value: str) -> str:
    """The words of the query language for one value of one field; empty for what it cannot say, a value with a quote in it."""
    return "" if '"' in value else f'{name}:"{value}"'


def _choices(asked: Searched, name: str, buckets: Iterable[Bucket]) -> tuple[Choice, ...]:
    found = []
    narrowed = changing(asked, "within")
    for bucket in buckets:
        words = filter_of(name, bucket.value)
        if words not in asked.within:
            name_shown = _SHOWN[name](bucket.value) if name in _SHOWN else ""
            found.append(Choice(bucket.value, bucket.count, narrowed(words) if words else "", name_shown))
    return tuple(found)


@lru_cache(maxsize=64)
def form_title(name: str) -> str:
    """What a published form is called; its name where no reader of it is installed."""
    return next((form.title for form in forms() if form.name == name), name)


_SHOWN: dict[str, Callable[[str], str]] = {"form": form_title, "finding": lambda code: code.replace("-", " ")}


def _chips(asked: Searched) -> tuple[Chip, ...]:
    chips = [
        Chip(f"{said}: {getattr(asked, name)}", address_of(asked, **{name: ""}))
        for name, said in (("post", "post"), ("level", "class"))
        if getattr(asked, name)
    ]
    if asked.since or asked.until:
        span = asked.since if asked.since == asked.until else f"{asked.since or '…'} – {asked.until or '…'}"
        chips.append(Chip(span, address_of(asked, since="", until="")))
    for field in ("tag", "within"):
        values: tuple[str, ...] = getattr(asked, field)
        for value in values:
            rest = tuple(one for one in values if one != value)
            chips.append(Chip(value, address_of(asked, **{field: rest})))
    return tuple(chips)


def _ways(asked: Searched, found: Hits) -> Ways:
    values = _values(asked)
    following = {**values, "after": found.cursor}
    whole = {name: value for name, value in values.items() if name not in ("after", "limit")}
    return Ways(
        next="/search" + addresses.with_query(following) if found.cursor else "",
        sorts={one: address_of(asked, sort=one) for one in ("relevance", "newest", "oldest", "post", "citations")},
        exports={one.name: f"/export/{one.name}" + addresses.with_query(whole) for one in formats()},
        command=_command(asked),
        statements="/statements"
        + addresses.with_query({name: value for name, value in whole.items() if name != "sort"}),
    )


def _command(asked: Searched) -> str:
    """The same search on the command line, under a name of the reader's own."""
    parts = ["reftel", "save", "NAME", *([asked.q] if asked.q else [])]
    options = {"--post": asked.post, "--from": asked.since, "--to": asked.until, "--class": asked.level}
    parts += [part for name, value in options.items() if value for part in (name, value)]
    parts += [part for value in asked.tag for part in ("--tag", value)]
    parts += [part for value in asked.within for part in ("--within", value)]
    return shlex.join(parts)
