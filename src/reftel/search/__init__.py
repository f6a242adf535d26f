"""Search: a query in, hits out, over an index that can be built again at any time."""

from reftel.search.explaining import Explanation, Found
from reftel.search.facets import FACETS, Bucket
from reftel.search.fields import FIELDS, Field, register
from reftel.search.index import fault_of, following, rebuild
from reftel.search.ordering import SORTS
from reftel.search.parse import Parsed, parse
from reftel.search.query import Hit, Hits, Query, every_hit, search
from reftel.search.snippet import Paragraph, Snippet

__all__ = [
    "FACETS",
    "FIELDS",
    "SORTS",
    "Bucket",
    "Explanation",
    "Field",
    "Found",
    "Hit",
    "Hits",
    "Paragraph",
    "Parsed",
    "Query",
    "Snippet",
    "every_hit",
    "fault_of",
    "following",
    "parse",
    "rebuild",
    "register",
    "search",
]
