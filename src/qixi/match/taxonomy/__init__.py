"""The classifications technologies and industries are sorted by: IPC, GB/T 4754, the 35 fields."""

from qixi.match.taxonomy.field import Field, field, field_of
from qixi.match.taxonomy.industry import Industry, industries, industry
from qixi.match.taxonomy.ipc import ipc_label, ipc_title, subclasses
from qixi.match.taxonomy.names import industry_by_name
from qixi.match.taxonomy.symbol import ipc_ancestors, normal_symbol

__all__ = [
    "Field",
    "Industry",
    "field",
    "field_of",
    "industries",
    "industry",
    "industry_by_name",
    "ipc_ancestors",
    "ipc_label",
    "ipc_title",
    "normal_symbol",
    "subclasses",
]
