"""The small corpus and the needs that the checks run on: Chinese in both scripts, English, mixed."""

from __future__ import annotations

from collections.abc import Sequence

from qixi.core import Asset, Need
from qixi.match.lexicon import default_lexicon
from qixi.match.query import Query, need_query
from qixi.match.requirements import background_mask

ASSETS = (
    Asset(
        "A01",
        "蛋白核小球藻高密度培养工艺",
        "异养发酵，生物质产量达到200 g/L，用于微藻扩繁。",
        ipc=("C12N1/12",),
    ),
    Asset("A02", "外骨骼机器人步态规划方法", "根据压力中心实时规划步态，适应不同使用者。", ipc=("B25J9/00",)),
    Asset("A03", "預應力混凝土風電塔筒", "塔筒分片預製，現場張拉，降低運輸成本。", ipc=("E04H12/12",)),
    Asset("A04", "银包铜低温浆料", "铜粉表面化学镀银，用于异质结电池的丝网印刷。", ipc=("H01B1/22",)),
    Asset(
        "A05",
        "Solid-state battery with sulfide electrolyte",
        "The sulfide electrolyte is coated on a lithium anode.",
    ),
    Asset(
        "A06", "Membrane for seawater desalination", "A reverse osmosis membrane with high salt rejection."
    ),
    Asset(
        "A07",
        "机床主轴热误差补偿",
        "采集温度信号，在线建模并补偿主轴的热伸长。",
        keywords=("数控机床", "spindle"),
    ),
    Asset("A08", "茶叶杀青机", "滚筒杀青，温度均匀。", claims=("一种杀青机，其特征在于包括滚筒和热风炉。",)),
    Asset("A09", "污水脱氮除磷一体化装置", "厌氧、缺氧与好氧分区，总氮去除率不低于85%。", ipc=("C02F3/30",)),
    Asset(
        "A10", "肺结节影像辅助诊断系统", "用三维卷积网络分割CT影像中的肺结节。", ipc=("G06T7/00", "A61B6/03")
    ),
)
NEEDS = (
    Need("N1", "微藻扩繁产量提升", "公司成立于2003年。目前产量约10 g/L，希望达到150 g/L以上。"),
    Need(
        "N2", "Longer life for lithium batteries", "We look for a solid electrolyte. Our firm has won prizes."
    ),
    Need("N3", "風機塔筒太貴", "想用混凝土代替鋼塔，降低 LCOE。", ipc=("E04H12/12",)),
    Need("N4", "污水处理", "总氮去除率≥80%。" * 40),
    Need("N5", "?", ""),
)


def queries(needs: Sequence[Need] = NEEDS) -> list[Query]:
    """Return the queries of `needs` as the engine makes them."""
    return [need_query(need, background_mask(need), default_lexicon()) for need in needs]
