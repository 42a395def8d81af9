"""Reading and writing people's files."""

from qixi.tables.heads import known_heads
from qixi.tables.limits import Limits
from qixi.tables.look import Look
from qixi.tables.pairs import Pair
from qixi.tables.reading import Reading, read_assets, read_needs, read_pairs
from qixi.tables.rejects import REJECT_COLUMNS, reject_rows
from qixi.tables.rows import ASSET_COLUMNS, NEED_COLUMNS, asset_row, need_row
from qixi.tables.writing import RUN_COLUMNS, write_rows, write_run

__all__ = [
    "ASSET_COLUMNS",
    "NEED_COLUMNS",
    "REJECT_COLUMNS",
    "RUN_COLUMNS",
    "Limits",
    "Look",
    "Pair",
    "Reading",
    "asset_row",
    "known_heads",
    "need_row",
    "read_assets",
    "read_needs",
    "read_pairs",
    "reject_rows",
    "write_rows",
    "write_run",
]
