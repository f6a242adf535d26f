"""Search: words and filters in, hits out, over an index that can be built again at any time."""

from reftel.search.index import fault_of, following, rebuild
from reftel.search.query import Hit, Hits, Query, every_hit, search
from reftel.search.snippet import Snippet

__all__ = ["Hit", "Hits", "Query", "Snippet", "every_hit", "fault_of", "following", "rebuild", "search"]
