"""What runs on a worker, whatever the work is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from qixi import __version__
from qixi.core import Problem, Refused, Text

Context = TypeVar("Context")
Block = TypeVar("Block")
Result = TypeVar("Result")


def done_by(version: str, work: Callable[[Context, Block], Result], context: Context, block: Block) -> Result:
    """Do one block that was sent by a Qixi of `version`; raises Refused where another one is here."""
    if version != __version__:
        raise _other_version(version)
    return work(context, block)


def here() -> str:
    """Return the address of the node this process runs on."""
    import ray

    address: str = ray.util.get_node_ip_address()  # type: ignore[no-untyped-call]
    return address


def _other_version(mine: str) -> Refused:
    reason = Text(
        f"节点 {here()} 上的 qixi 是 {__version__} 版，与本机的 {mine} 版不同",
        f"the node {here()} has qixi {__version__}, this machine has {mine}",
    )
    remedy = Text("请在所有节点上安装同一版本", "install the same version on all nodes")
    return Refused(Problem("cluster", reason, remedy))
