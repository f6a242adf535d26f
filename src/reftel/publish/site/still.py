"""What a site holds beside its records: which pages there are, and those that are one of a kind."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from importlib.resources import files

import msgspec

from reftel import handbook
from reftel.archive import Archive
from reftel.archive.gaps import Coverage, coverage
from reftel.archive.keeping import number_of
from reftel.archive.overview import overview
from reftel.archive.packing import pack
from reftel.archive.weighing import Fetched
from reftel.publish.site import paths
from reftel.publish.site.around import Holdings, Kept, Ties
from reftel.publish.site.links import Known, anchor
from reftel.publish.site.lists import Columns, Page, Period, Subjects, shelf
from reftel.publish.site.segment import COLUMNS, HITS, given, stretches
from reftel.search.fields import FIELDS
from reftel.search.meaning import acronym_meanings, tag_meanings
from reftel.web import addresses
from reftel.web.asked import Nothing, PartOf
from reftel.web.charts import over_time, world
from reftel.web.views.guide import TABLES, guide_view, handbook_view, rows_of
from reftel.web.views.home import HomeView, completeness
from reftel.web.views.linked import post_of
from reftel.web.views.parts import part_view
from reftel.web.views.results import Choice, FieldHelp
from reftel.web.views.subjects import Entry, GhostRow, ShelvesView

_POSTS, _TAGS = 12, 16  # on the front page
_GHOSTS = 400  # on one page
_OF_READER = ("icon.svg", "theme.js", "reftel.js", "claims.css", "claims.js")
_OWN = ("finding.js", "search.js", "site.js", "stemmer.js")
# Fields of the language that a search in the browser knows.
ASKED = ("subject", "from", "to", "post", "country", "tag", "class", "caption", "mark", "signer", "year", "sent", "finding",
         "kind", "form", "in", "has", "id")  # fmt: skip


class File(msgspec.Struct, frozen=True):
    """A file of data."""

    path: str
    name: str
    count: int


class Row(msgspec.Struct, frozen=True):
    """A row of the handbook, and its place on the page; the first of its code alone has one."""

    code: str
    says: str
    anchor: str


class TablePage(msgspec.Struct, frozen=True):
    """A table of the handbook."""

    table: str
    entries: tuple[Row, ...]


class GhostsPage(msgspec.Struct, frozen=True):
    """Some of the cables of a post that are cited and not here."""

    post: str
    ghosts: tuple[GhostRow, ...]
    more: bool
    next: str


class MissingPage(msgspec.Struct, frozen=True):
    """The posts that miss some."""

    posts: tuple[Period, ...]


class DataPage(msgspec.Struct, frozen=True):
    """The files of data."""

    files: tuple[File, ...]


class SearchPage(msgspec.Struct, frozen=True):
    """The search."""

    help: tuple[FieldHelp, ...]


class Contents:
    """Which pages a site has."""

    def __init__(
        self, archive: Archive, held: Holdings, ties: Ties, columns: Mapping[int, Columns], name: str, *, data: bool
    ) -> None:
        self._archive, self.held, self.ties, self.name, self._with_data = archive, held, ties, name, data
        self.coverage: dict[str, list[Coverage]] = defaultdict(list)
        for one in coverage(archive):
            self.coverage[one.post].append(one)
        self.subjects = Subjects(held.rows, columns, self.coverage)

    @cached_property
    def ghosts(self) -> dict[str, object]:
        """What is cited and not here, with the neighbours between which it lies."""
        holdings = Fetched(self._archive)
        names = sorted(name for name in self.ties.absent() if name not in self.held.named)
        return {
            name: holdings.around(name) if post_of(name) else ()
            for name in sorted(names, key=lambda one: (post_of(one), one))
        }

    @cached_property
    def known(self) -> Known:
        """What links may lead to."""
        subjects: dict[str, frozenset[str]] = {kind: frozenset(values) for kind, values in self.subjects.of.items()}
        subjects["ghosts"] = frozenset(post_of(name) for name in self.ghosts)
        return Known(subjects, frozenset(self.held.others()), self._aliases())

    def _aliases(self) -> dict[str, str]:
        """What is cited by a name under which its record is known and not listed."""
        found = {}
        for name in self.ties.cited():
            if name not in self.held.named and name not in self.ghosts and (rows := self._archive.rows_named(name)):
                found[name] = self.held.rows[rows[0] - 1].name
        return found

    @cached_property
    def stamp(self) -> bytes:
        """What of all this shows on pages of records: which posts have one, and who has two names."""
        posts = sorted(set(self.subjects.of["post"]) & set(handbook.posts()))
        return pack((posts, sorted(self.known.aliases.items()), sorted(self.known.subjects["ghosts"])))

    @cached_property
    def data(self) -> dict[str, list[Kept]]:
        """The files of data, and the releases in each."""
        found: dict[str, list[Kept]] = defaultdict(list)
        if self._with_data:
            for one in self.held.rows:
                place = paths.safe(one.post) if one.post else f"_{one.kind}"
                found[f"data/{place}/{one.sent[:4] or 'undated'}.jsonl.gz"].append(one)
        return dict(sorted(found.items()))


def pages(contents: Contents, archive: Archive) -> Iterator[Page]:
    """The pages that are one of a kind, the handbook, and the lists of what is missing."""
    yield Page(paths.HOME, "home", _home(contents, archive))
    yield Page("browse/index.html", "browse", _shelves(contents, archive))
    publishers = overview(archive).publishers
    yield from shelf("publisher", [Entry(name, "", count, "") for name, count in publishers.items()])
    yield from _missing(contents)
    guide = guide_view(archive, Nothing())
    yield Page("guide.html", "guide", guide)
    for part in guide.parts:
        yield Page(paths.part(part.anchor), "part", part_view(archive, PartOf(part.anchor)))
    yield Page("handbook/index.html", "handbook", handbook_view(archive, Nothing()))
    for name in TABLES:
        yield Page(paths.table(name), "table", TablePage(name, tuple(_rows(name))))
    yield Page("privacy.html", "privacy", Nothing())
    listed = (
        File(path, path.removeprefix("data/").removesuffix(".jsonl.gz"), len(rows))
        for path, rows in contents.data.items()
    )
    yield Page("data.html", "data", DataPage(tuple(listed)))
    helps = (FieldHelp(one.name, one.asks, one.example) for one in FIELDS.values() if one.name in ASKED)
    yield Page(paths.SEARCH, "search", SearchPage(tuple(helps)))


def _home(contents: Contents, archive: Archive) -> HomeView:
    subjects = contents.subjects
    posts, tags = subjects.counts("post"), subjects.counts("tag")
    return HomeView(
        name=contents.name,
        overview=overview(archive),
        classes=_choices("class", subjects.counts("class")),
        posts=_choices("post", posts[:_POSTS]),
        posts_total=len(posts),
        tags=_choices("tag", tags[:_TAGS]),
        chart=over_time(subjects.months(contents.held.rows), lambda value: addresses.of("date", value)),
        completeness=completeness(one for lot in contents.coverage.values() for one in lot),
    )


def _choices(kind: str, counts: Sequence[tuple[str, int]]) -> tuple[Choice, ...]:
    return tuple(Choice(value, count, addresses.of(kind, value)) for value, count in counts)


def _shelves(contents: Contents, archive: Archive) -> ShelvesView:
    counts = {kind: len(values) for kind, values in contents.subjects.of.items()}
    counts["date"] = sum(1 for value in contents.subjects.of["date"] if len(value) == 7)
    order = ("date", "post", "country", "class", "tag", "person")
    return ShelvesView({**{kind: counts[kind] for kind in order}, "publisher": len(overview(archive).publishers)})


def _missing(contents: Contents) -> Iterator[Page]:
    by_post: dict[str, list[str]] = defaultdict(list)
    for name in contents.ghosts:
        by_post[post_of(name)].append(name)
    posts = tuple(
        Period(post, len(by_post[post]), _of_post(post)) for post in sorted(by_post, key=lambda one: (not one, one))
    )
    yield Page("missing/index.html", "missing", MissingPage(posts))
    for post, names in by_post.items():
        lots = [names[at : at + _GHOSTS] for at in range(0, len(names), _GHOSTS)]
        for number, lot in enumerate(lots, 1):
            rows = tuple(_ghost_row(contents, name) for name in lot)
            following = _of_post(post, number + 1) if number < len(lots) else ""
            yield Page(paths.ghosts(post, number), "ghosts", GhostsPage(post, rows, more=False, next=following))


def _of_post(post: str, part: int = 1) -> str:
    return addresses.of("ghosts", post=post or "_", part=str(part) if part > 1 else "")


def _ghost_row(contents: Contents, name: str) -> GhostRow:
    """As the reader lists it; its likely day is told on its own page."""
    citing = contents.ties.citing(name)
    title = next((link.title for link in citing if link.title), "")
    likely = str(number_of(name)[0]) if post_of(name) else ""
    return GhostRow(name, addresses.record(name), likely, len(citing), title)


def _rows(name: str) -> Iterator[Row]:
    seen: set[str] = set()
    for one in rows_of(name):
        place = anchor(one.code)
        yield Row(one.code, one.says, "" if place in seen else place)
        seen.add(place)


def plain_files(contents: Contents) -> Iterator[tuple[str, bytes]]:
    """Styles, scripts and pictures, and what the search must know first."""
    of_reader, own = files("reftel.web") / "static", files("reftel.publish.site") / "static"
    for name in _OF_READER:
        yield f"static/{name}", (of_reader / name).read_bytes()
    for name in _OWN:
        yield f"static/{name}", (own / name).read_bytes()
    yield "static/reftel.css", (of_reader / "reftel.css").read_bytes() + (own / "site.css").read_bytes()
    yield "static/world.svg", world().encode("utf-8")
    names = [f"{first:07d}-{last:07d}" for first, last in stretches(len(contents.held.rows))]
    meanings = _meanings()
    about = {"stretches": names, "hits": HITS, "columns": COLUMNS, "fields": ASKED, "meanings": sorted(meanings)}
    yield "search/index.js", given("index", about)
    yield "search/posts.js", given("posts", dict(sorted(handbook.keys_by_alias().items())))
    for letter, told in sorted(meanings.items()):
        yield f"search/meanings-{letter}.js", given(f"meanings-{letter}", told)


def _meanings() -> dict[str, dict[str, list[list[str]]]]:
    """The codes of TAGS and the short words that a run of words means, by the first letter of the run."""
    found: dict[str, dict[str, list[list[str]]]] = defaultdict(dict)
    for words in sorted({*tag_meanings(), *acronym_meanings()}):
        tags = list(tag_meanings().get(words, ()))
        short = [code for code in acronym_meanings().get(words, ()) if len(re.findall(r"[^\W_]+", code)) == 1]
        if 2 <= len(words) <= 8 and (tags or short):
            letter = words[0][0] if words[0][0].isascii() else "0"
            found[letter][" ".join(words)] = [tags, short]
    return found


def read_given(data: bytes) -> object:
    """The value of a file that was written by `given`; for tests."""
    return json.loads(data.decode("ascii").partition(",")[2].removesuffix(");\n"))
