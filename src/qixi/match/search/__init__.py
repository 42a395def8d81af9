"""One need against a whole corpus: the best that pass the filters, in milliseconds."""

from qixi.match.search.searching import IN_INDUSTRY, Depth, Found, Search

__all__ = ["IN_INDUSTRY", "Depth", "Found", "Search"]
