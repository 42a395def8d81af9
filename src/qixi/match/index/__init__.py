"""An index of technologies on disk: built once, changed in small parts, opened by any later run."""

from qixi.match.index.change import Change, append, remove
from qixi.match.index.compaction import compact
from qixi.match.index.facets import open_facets
from qixi.match.index.head import Head as IndexInfo
from qixi.match.index.opening import Mapped, load_index, map_index
from qixi.match.index.places import check, discard, is_index
from qixi.match.index.verifying import verify
from qixi.match.index.writing import index_info, write_index

__all__ = [
    "Change",
    "IndexInfo",
    "Mapped",
    "append",
    "check",
    "compact",
    "discard",
    "index_info",
    "is_index",
    "load_index",
    "map_index",
    "open_facets",
    "remove",
    "verify",
    "write_index",
]
