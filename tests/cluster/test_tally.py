"""Progress of a batch whose blocks are done by workers that may be lost."""

from __future__ import annotations

from qixi.core import Need
from qixi.match.batch.run import Block
from qixi.match.cluster.depot import Depot
from qixi.match.cluster.tally import Tally


def block(number: int, size: int) -> Block:
    return Block(number, 10 * number, [Need(id=f"D{number}-{i}", title="微藻") for i in range(size)])


def test_progress_never_goes_back_and_ends_whole() -> None:
    said: list[int] = []
    depot = Depot({})
    tally = Tally(depot, said.append)
    depot.tell(0, 6)
    depot.tell(1, 3)
    tally.look()
    depot.tell(1, 0)  # its node was lost
    tally.look()
    tally.finished(block(0, 10))
    depot.tell(1, 5)
    tally.look()
    tally.finished(block(1, 10))
    depot.tell(0, 2)  # a worker that was thought lost speaks up
    tally.look()
    assert said == [9, 1, 5, 5]
    assert sum(said) == 20
