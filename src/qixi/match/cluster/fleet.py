"""Workers on Ray: joining a cluster, and streaming blocks of work to whichever worker is free."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from qixi import __version__
from qixi.core import Problem, Refused, Text
from qixi.match.cluster.faults import need_head, need_ray, told, watched
from qixi.match.cluster.work import done_by

Context = TypeVar("Context")
Block = TypeVar("Block")
Result = TypeVar("Result")

LOCAL = "local"
"""The address that means: this machine alone, with Ray started for this run and ended after it."""

WINDOW = 2
"""Blocks under way for each processor: one that is worked on and one that waits beside it."""

TRIES = 8
"""How often a block is begun anew when its worker or its node is lost."""

_EVERY = 0.5
"""Seconds between two looks at how far the workers are."""


def ready(address: str) -> None:
    """Raise Refused where Ray is missing, or no cluster answers at `address`."""
    need_ray()
    if address != LOCAL:
        need_head(address)


@contextmanager
def joined(address: str, processors: int | None = None, memory: int | None = None) -> Iterator[None]:
    """Join the cluster at `address`, and leave it at the end.

    LOCAL starts Ray on this machine, reachable from nowhere else, with `processors` workers and
    `memory` bytes for them (all there are where None), and ends it. Raises Refused where Ray is
    missing or no cluster answers.
    """
    ready(address)
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is reported to anybody
    # Ray prints what befalls nodes and workers among a command's own output; `Fleet.lost` says it.
    os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", ".*")
    import ray

    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    if address == LOCAL:
        quiet |= {"num_cpus": processors, "_memory": memory}
        quiet |= {"include_dashboard": False, "_node_ip_address": "127.0.0.1"}
    with told(address):
        ray.init(address=address, **quiet)
    try:
        yield
    finally:
        ray.shutdown()


@dataclass(frozen=True, slots=True)
class Fleet:
    """The workers of the cluster that was joined; each block takes one processor and `memory` bytes.

    `lost` is called with the address of each node that is lost.
    """

    memory: int = 0
    lost: Callable[[str], object] = lambda _: None

    def run(
        self,
        work: Callable[[Context, Block], Result],
        context: Context,
        blocks: Iterable[Block],
        idle: Callable[[], object] = lambda: None,
    ) -> Iterator[tuple[Block, Result]]:
        """Yield each block with `work(context, block)`, in the order in which they are done.

        A block whose worker or node is lost is done again by another. So `work`, a function of a
        module, must give the same result for the same block wherever and however often it runs, and
        change nothing outside. At most WINDOW blocks for each processor are under way, so that neither
        blocks nor results pile up; leaving the cluster ends them. `idle` is called twice a second.
        Raises Refused as `work` does, and where a block was lost too often or the cluster is gone.
        """
        import ray

        begin: Any = ray.remote(done_by)
        begin = begin.options(
            num_cpus=1, memory=self.memory or None, max_retries=TRIES, scheduling_strategy="SPREAD"
        )
        with watched():
            shared = ray.put(context)
        under_way: dict[Any, Block] = {}
        waiting = iter(blocks)
        there: dict[str, str] = {}
        while True:
            there = self._called(there)
            for block in islice(waiting, max(0, WINDOW * self._places() - len(under_way))):
                under_way[begin.remote(__version__, work, shared, block)] = block
            if not under_way:
                return
            with watched():
                finished, _ = ray.wait(list(under_way), timeout=_EVERY)
            idle()
            for reference in finished:
                with watched():
                    result = ray.get(reference)
                yield under_way.pop(reference), result

    def _called(self, before: dict[str, str]) -> dict[str, str]:
        """Return the address of each node that is there, and tell which of those `before` are not."""
        now = {node["NodeID"]: node["NodeManagerAddress"] for node in _nodes()}
        for name in before.keys() - now.keys():
            self.lost(before[name])
        return now

    def _places(self) -> int:
        """Return how many blocks can be worked on at a time; nodes come and go."""
        resources = [node["Resources"] for node in _nodes()]
        places = sum(self._places_of(each) for each in resources)
        if places == 0:
            raise _too_small(self.memory, max((each.get("memory", 0) for each in resources), default=0))
        return places

    def _places_of(self, resources: dict[str, float]) -> int:
        processors = resources.get("CPU", 0)
        fitting = resources.get("memory", 0) // self.memory if self.memory else processors
        return int(min(processors, fitting))


def _nodes() -> list[dict[str, Any]]:
    import ray

    with watched():
        nodes: list[dict[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call]
    return [node for node in nodes if node["Alive"]]


def _too_small(wanted: int, most: float) -> Refused:
    wanted_gib, most_gib = wanted / 2**30, most / 2**30
    return Refused(
        Problem(
            "cluster",
            Text(
                f"集群中没有节点能容纳一个工作进程：需要 1 个处理器、{wanted_gib:.1f} GiB 内存，最多只有 "
                f"{most_gib:.1f} GiB",
                f"no node of the cluster can hold a worker: it takes 1 processor and {wanted_gib:.1f} GiB of "
                f"memory, the most there is are {most_gib:.1f} GiB",
            ),
            Text(
                "请加入更大的节点（ray start --memory），或减小 --back、--candidates",
                "add a larger node (ray start --memory), or lower --back or --candidates",
            ),
        )
    )
