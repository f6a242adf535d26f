"""The table of all pages: each address, what it takes, the view that gives its data, and the template that shows it.

The routes, the OpenAPI document and the contract test are all made from this table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from reftel.archive import Archive
from reftel.web import asked
from reftel.web.views import claims, compared, guide, home, linked, own, parts, publishers, record, results, subjects


class Page(msgspec.Struct, frozen=True):
    """One kind of page. `table` is the field of the data that `.csv` gives, empty where the page is no table.

    `sample` are values of the path with which the page is there in the sample archive, for tests. `own` pages are of the
    reader's own desk and no part of the archive.
    """

    name: str
    path: str
    about: str
    takes: type[Any]
    gives: Any
    view: Callable[[Archive, Any], Any]
    table: str = ""
    sample: str = ""
    own: bool = False

    @property
    def data_path(self) -> str:
        """The address of its data, without the ending."""
        return self.path if self.path != "/" else "/index"


def _subject(kind: str, about: str, view: Callable[[Archive, Any], Any], sample: str) -> Page:
    path = f"/{kind}/{{name:path}}"
    return Page(kind, path, about, asked.Subject, subjects.SubjectView, view, "hits", sample)


PAGES = (
    Page("home", "/", "What this archive holds.", asked.Nothing, home.HomeView, home.home_view),
    Page("search", "/search", "One page of what a search finds.", asked.Searched, results.SearchView, results.search_view, "hits"),
    Page("record", "/record/{name:path}", "A cable, an incident report or a document; or what is known of a cable that is not here.",
         asked.Named, record.View, record.record_view, sample="07MARENGO212"),
    Page("raw", "/raw/{name:path}", "The text of a release exactly as it was published, and the record that was read from it.",
         asked.Named, record.RawView, record.raw_view, sample="07MARENGO212"),
    Page("versions", "/versions/{name:path}", "The releases of a cable beside each other.",
         asked.Compared, compared.ComparedView, compared.compared_view, sample="06VESZTALY418"),
    Page("thread", "/thread/{name:path}", "The cables around one in the order of time.",
         asked.Threaded, linked.ThreadView, linked.thread_view, "turns", "07MARENGO212"),
    Page("statements", "/statements", "Who said what, in the records of one page of what a search finds.", asked.Searched, claims.StatementsView,
         claims.statements_view, "statements"),
    Page("speaker", "/speaker/{name:path}", "One who speaks in the records: names, roles, posts, of whom he speaks, and what he says.",
         asked.Kept, claims.SpeakerView, claims.speaker_view, "statements", "Leontine Vasseur"),
    Page("ghosts", "/ghosts", "The cables that are cited and not here.", asked.Absent, subjects.GhostsView, subjects.ghosts_view, "ghosts"),
    Page("browse", "/browse", "What the archive can be browsed by.", asked.Nothing, subjects.ShelvesView, subjects.shelves_view),
    Page("shelf", "/browse/{by}", "Dates, posts, countries, classes, TAGS, persons or publishers, with counts.",
         asked.Shelf, subjects.ShelfView, subjects.shelf_view, "entries", "post"),
    _subject("post", "A post: its place, its records over time, how complete they are, who signs.", subjects.post_view, "MARENGO"),
    _subject("tag", "A TAG: what it means, and its records.", subjects.tag_view, "EWWT"),
    _subject("person", "Who signs so, and the records.", subjects.person_view, "LINDGREN"),
    _subject("country", "A country: the records of the posts in it.", subjects.country_view, "United Kingdom"),
    _subject("class", "A classification, and its records.", subjects.class_view, "SECRET"),
    _subject("date", "A year, a month or a day, and its records.", subjects.date_view, "2006-05"),
    _subject("publisher", "Who published, and the records.", publishers.publisher_view, "Cablegate"),
    Page("guide", "/guide", "How to read a cable.", asked.Nothing, guide.GuideView, guide.guide_view, "parts"),
    Page("part", "/guide/{part}", "One part of a cable: what it tells, how it is written, its codes, and how it stands here.",
         asked.PartOf, parts.PartView, parts.part_view, sample="captions"),
    Page("handbook", "/handbook", "The handbook's tables.", asked.Nothing, guide.HandbookView, guide.handbook_view),
    Page("table", "/handbook/{by}", "One table of the handbook.", asked.Table, guide.TableView, guide.table_view, "entries", "captions"),
    Page("code", "/code/{code:path}", "What the handbook says of a code or short word.", asked.Coded, guide.CodeView, guide.code_view,
         "explanations", "EXDIS"),
    Page("desk", "/desk", "The reader's own desk: collections, notes, tags.", asked.Opened, own.DeskView, own.desk_view, "collections", own=True),
    Page("collection", "/desk/collection/{name:path}", "A collection of the reader's own, in its order.", asked.Leafed, own.CollectionView,
         own.collection_view, "items", "Harbour", own=True),
    Page("notes", "/desk/notes", "The reader's notes, newest first.", asked.Listed, own.NotesView, own.notes_view, "notes", own=True),
    Page("own-tags", "/desk/tags", "The reader's own tags.", asked.Nothing, own.TagsView, own.tags_view, "tags", own=True),
    Page("own-tag", "/desk/tag/{name:path}", "All that has one tag of the reader's own.", asked.Kept, own.TagView, own.tag_view, "tags", "mud", own=True),
    Page("searches", "/desk/searches", "The saved searches, and what is new.", asked.Nothing, own.SearchesView, own.searches_view, "searches", own=True),
    Page("privacy", "/privacy", "What the server keeps, and how to check that.", asked.Nothing, guide.StillView, guide.privacy_view),
    Page("data", "/data", "How every page is taken as data.", asked.Nothing, guide.StillView, guide.data_view),
)  # fmt: skip
