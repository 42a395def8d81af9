"""Running a batch: the blocks that are not done yet, by whoever does blocks, then the merge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qixi.core import Need
from qixi.match.batch.folder import Folder
from qixi.match.batch.plan import Plan, blocks, stages
from qixi.match.settings import Settings

Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Job:
    """What whoever does blocks must know, and nothing that is large: it goes to other processes."""

    index: Path
    settings: Settings
    plan: Plan
    out: Path
    identity: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a run: its number, the number of its first need, its needs.

    `least` float32 (technologies,) is what a need must be found by to come into a technology's back
    list, as the stages before have it; None where there were none.
    """

    number: int
    first: int
    needs: Sequence[Need]
    least: NDArray[np.float32] | None = None


class Doer(Protocol):
    """Does blocks: processes of this machine, or of others."""

    def do(self, job: Job, stages: Iterable[Iterable[Block]], progress: Progress) -> None:
        """Put what every block comes to into the folder; call `progress` with needs as they are done.

        A stage is asked for when the blocks of the one before are all there. Doing a block a second
        time gives the same files. Raises Refused where it cannot go on.
        """
        ...


def run(
    job: Job, needs: Sequence[Need], technology_ids: Sequence[str], doer: Doer, progress: Progress
) -> Folder:
    """Do the blocks that are not done, merge, and return the finished folder.

    A need's number, by which ties in the back lists are settled, is its place by id. What a finished
    folder has lost since is done again. Raises Refused where the folder holds something else.
    """
    folder = Folder.open(job.out, job.identity, len(technology_ids), job.plan.back)
    ordered = sorted(needs, key=lambda need: need.id)
    cut = blocks(len(ordered))
    if folder.backed:
        job, folder = replace(job, plan=replace(job.plan, back=0)), replace(folder, depth=0)
    lost = {number for number in range(len(cut)) if not folder.has(number)}
    progress(sum(len(part) for number, part in enumerate(cut) if number not in lost))
    if folder.finished and not lost:
        folder.tidy()
        return folder
    folder.reopen()

    def todo() -> Iterator[Iterator[Block]]:
        for stage in stages(len(cut)) if job.plan.back else [range(len(cut))]:
            left = [number for number in stage if not folder.has(number)]
            if left:
                yield of_stage(left, folder.least(stage.start) if stage.start else None)

    def of_stage(numbers: Sequence[int], least: NDArray[np.float32] | None) -> Iterator[Block]:
        for number in numbers:
            part = cut[number]
            yield Block(number, part.start, ordered[part.start : part.stop], least)

    doer.do(job, todo(), progress)
    folder.finish(len(cut), [need.id for need in ordered], technology_ids)
    return folder
