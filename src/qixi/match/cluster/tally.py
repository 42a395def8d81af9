"""How many needs of a batch are done, while workers come and go."""

from __future__ import annotations

from qixi.match.batch.run import Block, Progress
from qixi.match.cluster.depot import Depot, Distant


class Tally:
    """Counts finished blocks in full, and of the others what workers tell; never goes back."""

    def __init__(self, depot: Depot | Distant, progress: Progress) -> None:
        self._depot = depot
        self._progress = progress
        self._counts: dict[int, int] = {}
        self._finished: dict[int, int] = {}
        self._said = 0

    def look(self) -> None:
        """Ask what was told, and call `progress` with what is new."""
        told = self._depot.told()
        if told is not None:
            self._counts = told
            self._say()

    def finished(self, block: Block) -> None:
        """Count a block in full."""
        self._finished[block.number] = len(block.needs)
        self._say()

    def _say(self) -> None:
        # A block that is begun anew takes back what it had told; nobody is shown that.
        count = sum((self._counts | self._finished).values())
        if count > self._said:
            self._progress(count - self._said)
            self._said = count
