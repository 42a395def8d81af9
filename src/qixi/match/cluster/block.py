"""One block of a batch on a worker: done with the node's index, written, and handed back as files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from qixi.core import Problem, Refused, Text
from qixi.match.batch.folder import ABOUT, FORWARD, Folder
from qixi.match.batch.memory import held_to, keep_within
from qixi.match.batch.run import Block, Job
from qixi.match.batch.worker import Worker, opened
from qixi.match.cluster.copies import at_hand
from qixi.match.cluster.depot import Distant, Listing
from qixi.match.cluster.work import here
from qixi.match.settings import Settings

Files = Mapping[str, NDArray[np.uint8]]
"""What a block came to: bytes by the file's place in the batch's folder, what tells it is done last."""

Tables = Mapping[str, tuple[str, bytes]]

THREADS = 2**30
"""Bytes that Ray's threads reserve in a worker for their stacks."""


@dataclass(frozen=True, slots=True)
class Context:
    """What every worker of a run must know: the job, its index's files, and who can send them.

    `tables` are the operator's own tables, by setting: name and content. `limit` is the most bytes a
    worker may hold of its own, `run` tells this run from all others.
    """

    job: Job
    files: Listing
    depot: Distant
    tables: Tables
    limit: int
    run: str


def tables_of(settings: Settings) -> Tables:
    """Read the tables that the settings name, for nodes that cannot see them."""
    named = {name: getattr(settings, name) for name in ("crosswalk", "suggestion")}
    return {name: (path.name, path.read_bytes()) for name, path in named.items() if path is not None}


_opened: dict[str, Worker] = {}
"""The run that this process works for; its index is mapped into memory and shared with others of its node."""


def files_of(context: Context, block: Block) -> Files:
    """Do one block and return its files; raises Refused where the node cannot."""
    try:
        worker = _worker(context)
        context.depot.tell(block.number, 0)
        count = 0

        def progress(more: int) -> None:
            nonlocal count
            count += more
            context.depot.tell(block.number, count)
            keep_within(context.limit)

        found = worker.run(block, progress)
        with TemporaryDirectory(prefix="qixi-") as name:
            folder = Folder.open(
                Path(name) / "out", worker.job.identity, len(worker.technology_ids), worker.job.plan.back
            )
            folder.put(block.number, found, [need.id for need in block.needs], worker.technology_ids)
            return _read(folder.path)
    except MemoryError:
        raise _too_little() from None


def _worker(context: Context) -> Worker:
    if context.run not in _opened:
        _opened.clear()
        held_to(context.limit + THREADS)
        job = replace(context.job, index=at_hand(context.job.index, context.files, context.depot))
        with _settled(job.settings, context.tables) as settings:
            _opened[context.run] = opened(replace(job, settings=settings))
    return _opened[context.run]


@contextmanager
def _settled(settings: Settings, tables: Tables) -> Iterator[Settings]:
    """Yield settings whose tables lie on this node."""
    with TemporaryDirectory(prefix="qixi-") as folder:
        paths = {}
        for setting, (name, content) in tables.items():
            paths[setting] = Path(folder) / setting / name
            paths[setting].parent.mkdir()
            paths[setting].write_bytes(content)
        yield settings.model_copy(update=paths)


def _read(folder: Path) -> Files:
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != ABOUT]
    paths.sort(key=lambda path: path.parent.name == FORWARD)
    return {path.relative_to(folder).as_posix(): np.fromfile(path, dtype=np.uint8) for path in paths}


def _too_little() -> Refused:
    reason = Text(
        f"节点 {here()} 上的工作进程用到了给定内存的上限，已完成的部分都在",
        f"a worker on the node {here()} came to the end of its memory; what was done is kept",
    )
    remedy = Text(
        "请减小 --back 或 --candidates，或使用内存更大的节点",
        "lower --back or --candidates, or use nodes with more memory",
    )
    return Refused(Problem("cluster", reason, remedy))
