"""Which technologies concern which industries: GB/T 4754 against IPC, by a table an operator can replace."""

from qixi.match.crosswalk.row import Basis, Row
from qixi.match.crosswalk.table import Affinity, Crosswalk

__all__ = ["Affinity", "Basis", "Crosswalk", "Row"]
