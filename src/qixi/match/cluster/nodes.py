"""Blocks of a batch done by the nodes of a Ray cluster; see `batch.run.Doer`."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from qixi.match.batch.run import Block, Job, Progress
from qixi.match.cluster.block import Context, Files, files_of, tables_of
from qixi.match.cluster.depot import begun, listing
from qixi.match.cluster.fleet import Fleet, joined
from qixi.match.cluster.tally import Tally
from qixi.match.index import index_info
from qixi.tables.placing import placed


@dataclass(frozen=True, slots=True)
class Nodes:
    """Does blocks on the cluster at `address`, or on this machine where it is LOCAL.

    A worker may hold `limit` bytes of its own. For LOCAL there are `processors` workers with `memory`
    bytes together; elsewhere the nodes say what they have. `lost` is told the address of a lost node.
    """

    address: str
    limit: int
    processors: int | None = None
    memory: int | None = None
    lost: Callable[[str], object] = lambda _: None

    def do(self, job: Job, stages: Iterable[Iterable[Block]], progress: Progress) -> None:
        """Do every block: workers hand back files, which are put in their places here and nowhere else."""
        there = listing(job.index)
        files = {name: there[name] for name in index_info(job.index).files if name in there}
        with joined(self.address, self.processors, self.memory):
            depot = begun({name: job.index / name for name in files})
            tables, run = tables_of(job.settings), secrets.token_hex(8)
            context = Context(job, files, depot, tables, self.limit, run)
            tally = Tally(depot, progress)
            fleet = Fleet(self.limit, self.lost)
            for stage in stages:
                for block, found in fleet.run(files_of, context, stage, tally.look):
                    _put(job, found)
                    tally.finished(block)


def _put(job: Job, found: Files) -> None:
    for name, content in found.items():
        with placed(job.out / name) as part, part.open("wb") as file:
            file.write(content.data)
