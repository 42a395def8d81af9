"""Running a batch: the blocks that are not done yet, by whoever does blocks, then the merge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from qixi.core import Need
from qixi.match.batch.folder import Folder
from qixi.match.batch.plan import Plan, blocks
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
    """One block of a run: its number, the number of its first need, its needs."""

    number: int
    first: int
    needs: Sequence[Need]


class Doer(Protocol):
    """Does blocks: processes of this machine, or of others."""

    def do(self, job: Job, todo: Iterable[Block], progress: Progress) -> None:
        """Put what every block comes to into the folder; call `progress` with needs as they are done.

        Doing a block a second time gives the same files. Raises Refused where it cannot go on.
        """
        ...


def run(
    job: Job, needs: Sequence[Need], technology_ids: Sequence[str], doer: Doer, progress: Progress
) -> Folder:
    """Do the blocks that are not done, merge, and return the finished folder.

    A need's number, by which ties in the back lists are settled, is its place by id. Raises Refused
    where the folder holds something else.
    """
    folder = Folder.open(job.out, job.identity, len(technology_ids), job.plan.back)
    ordered = sorted(needs, key=lambda need: need.id)
    cut = blocks(len(ordered))
    if folder.finished:
        progress(len(ordered))
        return folder
    progress(sum(len(part) for number, part in enumerate(cut) if folder.has(number)))

    def todo() -> Iterator[Block]:
        for number, part in enumerate(cut):
            if not folder.has(number):
                yield Block(number, part.start, ordered[part.start : part.stop])

    doer.do(job, todo(), progress)
    folder.finish(len(cut), [need.id for need in ordered], technology_ids)
    return folder
