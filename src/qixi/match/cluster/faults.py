"""What can be wrong with a cluster, in words that say what to do."""

from __future__ import annotations

import importlib.util
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from qixi.core import Problem, Refused, Text

_PATIENCE = 5.0
"""Seconds in which the head must take a connection: Ray itself would go on trying for minutes."""

_PLACE = re.compile(r"(?P<host>[^/\s:]+|\[[0-9a-fA-F:]+\]):(?P<port>\d{1,5})")


def need_ray() -> None:
    """Raise Refused where Ray is not installed."""
    if importlib.util.find_spec("ray") is None:
        raise Refused(
            Problem(
                "cluster",
                Text("集群需要 Ray，尚未安装", "a cluster needs Ray, which is not installed"),
                Text(
                    "请执行 pip install 'qixi[cluster]'，或去掉 --cluster",
                    "run pip install 'qixi[cluster]', or leave --cluster out",
                ),
            )
        )


def need_head(address: str) -> None:
    """Raise Refused where `address` is no HOST:PORT, or where nothing answers there."""
    found = _PLACE.fullmatch(address)
    if found is None or int(found["port"]) > 65_535:
        raise Refused(
            Problem(
                "cluster",
                Text(
                    f"集群地址无法理解：{address}", f"the address of the cluster is not understood: {address}"
                ),
                Text(
                    "请写成 主机:端口（ray start --head 所示），或用 local 只在本机运行",
                    "write HOST:PORT as `ray start --head` shows it, or local for this machine alone",
                ),
            )
        )
    try:
        socket.create_connection((found["host"].strip("[]"), int(found["port"])), _PATIENCE).close()
    except OSError as error:
        why = error.strerror or str(error) or type(error).__name__
        raise Refused(
            Problem(
                "cluster",
                Text(f"集群 {address} 没有应答：{why}", f"no cluster answers at {address}: {why}"),
                Text(
                    "请检查地址，并确认主节点已用 ray start --head 启动",
                    "check the address, and that the head was started with `ray start --head`",
                ),
            )
        ) from None


@contextmanager
def told(address: str) -> Iterator[None]:
    """Turn what Ray raises while it connects into a refusal."""
    from ray.exceptions import RayError

    try:
        yield
    except (RayError, ConnectionError, RuntimeError, ValueError) as error:
        raise _refusal(
            Text(f"无法加入集群 {address}", f"the cluster {address} cannot be joined"),
            Text(
                "请在集群的一个节点上运行，各节点的 Ray 与 Python 版本及访问令牌须相同",
                "run on a node of the cluster; Ray, Python and the access token must be the same everywhere",
            ),
            error,
        ) from error


@contextmanager
def watched() -> Iterator[None]:
    """Turn what Ray raises when a block cannot be done on any node into a refusal.

    A fault of Qixi's own on a worker is raised as it was there.
    """
    from ray.exceptions import RayError, RayTaskError

    try:
        yield
    except RayTaskError as error:
        cause = error.cause
        if not isinstance(cause, ModuleNotFoundError):
            raise (cause if isinstance(cause, Exception) else error) from error
        raise _refusal(
            Text("节点上缺少所需的程序", "a node lacks what is needed"),
            Text("请在所有节点上安装同一版本的 qixi[cluster]", "install the same qixi[cluster] on all nodes"),
            cause,
        ) from error
    except RayError as error:
        raise _refusal(
            Text("集群未能完成一批需求", "the cluster could not finish a block of needs"),
            Text(
                "请检查各节点的内存与网络，再次运行同一命令：已完成的部分会保留",
                "check memory and network of the nodes and run the same command again: what is done is kept",
            ),
            error,
        ) from error


def _refusal(reason: Text, remedy: Text, error: Exception) -> Refused:
    why = str(error).strip().partition("\n")[0] or type(error).__name__
    return Refused(Problem("cluster", Text(f"{reason.zh}：{why}", f"{reason.en}: {why}"), remedy))
