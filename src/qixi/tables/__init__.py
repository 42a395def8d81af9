"""Reading and writing people's files."""

from qixi.tables.capacities import Capacity
from qixi.tables.feedback import DIMENSIONS, GRADES, Feedback, Scale, feedback_row
from qixi.tables.heads import known_heads
from qixi.tables.limits import Limits
from qixi.tables.look import Look
from qixi.tables.pairs import Pair
from qixi.tables.parquet_output import header_of, named, write_columns
from qixi.tables.reading import (
    Reading,
    heads_of,
    read_assets,
    read_capacities,
    read_feedback,
    read_needs,
    read_pairs,
)
from qixi.tables.rejects import REJECT_COLUMNS, reject_rows
from qixi.tables.rows import ASSET_COLUMNS, NEED_COLUMNS, asset_row, need_row
from qixi.tables.settling import settled
from qixi.tables.writing import RUN_COLUMNS, write_rows, write_run

__all__ = [
    "ASSET_COLUMNS",
    "DIMENSIONS",
    "GRADES",
    "NEED_COLUMNS",
    "REJECT_COLUMNS",
    "RUN_COLUMNS",
    "Capacity",
    "Feedback",
    "Limits",
    "Look",
    "Pair",
    "Reading",
    "Scale",
    "asset_row",
    "feedback_row",
    "header_of",
    "heads_of",
    "known_heads",
    "named",
    "need_row",
    "read_assets",
    "read_capacities",
    "read_feedback",
    "read_needs",
    "read_pairs",
    "reject_rows",
    "settled",
    "write_columns",
    "write_rows",
    "write_run",
]
