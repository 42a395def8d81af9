"""How much firms, inventors, brokers and groups have room for; the rows of `--capacities` files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, cast

from qixi.tables.cells import Cells, Unfit, scalar
from qixi.tables.heads import plain
from qixi.tables.identity import stated

Holder = Literal["firm", "inventor", "broker", "group"]

KINDS = {
    "firm": ("firm", "企业", "单位", "需求单位", "need", "需求", "company"),
    "inventor": ("inventor", "发明人", "技术", "成果", "technology", "专家", "talker"),
    "broker": ("broker", "经纪人", "技术经纪人", "技术经理人", "服务机构"),
    "group": ("group", "分组", "组", "群体", "地区", "区县", "county"),
}
"""Words of the column `kind`."""

_KIND_OF = {plain(word): kind for kind, words in KINDS.items() for word in words}
_MOST = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many pairs somebody has room for; for a group, how many it is owed."""

    kind: Holder
    holder: str
    capacity: int
    file: str = field(default="", compare=False)
    row: int = field(default=0, compare=False)

    @property
    def id(self) -> str:
        """Kind and holder in one, by which repeated rows are told."""
        return f"{self.kind} · {self.holder}"


def capacity_of(cells: Cells) -> Capacity:
    """Return the row's capacity; raises Unfit where the kind or the number cannot be read."""
    said = cells.text("kind")
    kind = _KIND_OF.get(plain(said))
    if kind is None:
        raise Unfit("capacity-kind-unknown", cells.head_of("kind"), value=said)
    holder = stated(cells, "holder")
    return Capacity(cast("Holder", kind), holder, _number(cells), cells.source.name, cells.row.number)


def _number(cells: Cells) -> int:
    found = cells.first("capacity")
    text = "" if found is None else plain(scalar(found[1]) or "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 10 or int(text) > _MOST:
        raise Unfit("capacity-not-whole", cells.head_of("capacity"), value=text)
    return int(text)


def capacity_row(capacity: Capacity) -> dict[str, object]:
    """Return a capacity as a row of a table."""
    return {"kind": capacity.kind, "holder": capacity.holder, "capacity": capacity.capacity}
