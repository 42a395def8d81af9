"""An index of technologies on disk: built once, opened by any later run, whole or not at all."""

from qixi.match.index.whole import IndexInfo, index_info, is_index, load_index, write_index

__all__ = ["IndexInfo", "index_info", "is_index", "load_index", "write_index"]
