"""Search: a query in, hits out, over an index that can be built again at any time."""

from reftel.search.batch import Answer, Batch, Named, batch, read_queries
from reftel.search.explaining import Explanation, Found
from reftel.search.facets import FACETS, Bucket
from reftel.search.fields import FIELDS, Field, register
from reftel.search.index import fault_of, following, rebuild
from reftel.search.ordering import SORTS
from reftel.search.parse import Parsed, parse
from reftel.search.query import Hit, Hits, Likeness, Query, Rows, every_hit, like, places_of, rows_found, search
from reftel.search.saved import Mark, News, Saved, SavedSearches, new_since, searched_to
from reftel.search.snippet import Paragraph, Snippet

__all__ = [
    "FACETS",
    "FIELDS",
    "SORTS",
    "Answer",
    "Batch",
    "Bucket",
    "Explanation",
    "Field",
    "Found",
    "Hit",
    "Hits",
    "Likeness",
    "Mark",
    "Named",
    "News",
    "Paragraph",
    "Parsed",
    "Query",
    "Rows",
    "Saved",
    "SavedSearches",
    "Snippet",
    "batch",
    "every_hit",
    "fault_of",
    "following",
    "like",
    "new_since",
    "parse",
    "places_of",
    "read_queries",
    "rebuild",
    "register",
    "rows_found",
    "search",
    "searched_to",
]
