"""Blocks done by processes of this machine, each with the index mapped into its memory."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized

from qixi.core import Problem, Refused, Text
from qixi.match.batch.folder import Folder
from qixi.match.batch.memory import held_to, keep_within
from qixi.match.batch.run import Block, Job, Progress
from qixi.match.batch.worker import Worker, opened
from qixi.match.models import ModelSettings, ModelSuite

_EVERY = 0.5
"""Seconds between two looks at how far the processes are."""


@dataclass(frozen=True, slots=True)
class Processes:
    """Does blocks in `count` processes; `limit` is the most bytes each may hold of its own, if any."""

    count: int
    limit: int | None = None

    def do(self, job: Job, stages: Iterable[Iterable[Block]], progress: Progress) -> None:
        """Do every block; see `run.Doer`."""
        context = multiprocessing.get_context("spawn")
        done = context.Value("q", 0)
        pool = ProcessPoolExecutor(self.count, context, _begin, (job, self.limit, done))
        try:
            for stage in stages:
                self._feed(pool, stage, done, progress)
        except BrokenProcessPool:
            raise _died(job) from None
        except MemoryError:
            raise _too_little(job) from None
        finally:
            pool.shutdown(cancel_futures=True)

    def _feed(
        self,
        pool: ProcessPoolExecutor,
        todo: Iterable[Block],
        done: Synchronized[int],
        progress: Progress,
    ) -> None:
        blocks, said = iter(todo), done.value
        # One block waits for each process, no more: the rest stays where the needs are.
        running: set[Future[None]] = set()
        while True:
            while len(running) < 2 * self.count and (block := next(blocks, None)) is not None:
                running.add(pool.submit(_do, block))
            if not running:
                break
            ended, running = wait(running, timeout=_EVERY, return_when=FIRST_COMPLETED)
            said += _tell(done, said, progress)
            for future in ended:
                future.result()
        _tell(done, said, progress)


def _tell(done: Synchronized[int], said: int, progress: Progress) -> int:
    new = done.value - said
    progress(new)
    return new


_job: Job | None = None
_worker: Worker | None = None
_done: Synchronized[int] | None = None
_limit: int | None = None


def _begin(job: Job, limit: int | None, done: Synchronized[int]) -> None:
    """Make a new process ready; it opens the index with its first block, so that faults come back whole."""
    global _job, _done, _limit
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    held_to(limit)
    _job, _done, _limit = job, done, limit


def _embedding(models: ModelSettings) -> ModelSuite | None:
    """Open the embedding model where one is set, for as long as this process lives."""
    if models.embedding is None:
        return None
    return ModelSuite(models.model_copy(update={"rerank": None, "extract": None}))


def _do(block: Block) -> None:
    global _worker  # noqa: PLW0603  a process has one, for all its blocks
    if _job is None or _done is None:
        msg = "this process was not begun"
        raise RuntimeError(msg)
    counter, job = _done, _job
    if _worker is None:
        _worker = opened(job, _embedding(job.settings.models))

    def progress(count: int) -> None:
        with counter.get_lock():
            counter.value += count
        keep_within(_limit)

    found = _worker.run(block, progress)
    folder = Folder(job.out, job.identity, len(_worker.technology_ids), job.plan.back)
    folder.put(block.number, found, [need.id for need in block.needs], _worker.technology_ids)


def _died(job: Job) -> Refused:
    reason = Text(
        "一个工作进程意外结束（可能内存不足），已完成的部分都在",
        "a worker process ended unexpectedly (perhaps for want of memory); what was done is kept",
    )
    remedy = Text(
        "请用同一命令继续；若再次发生，请减少 --workers 或增大 --memory",
        "go on with the same command; if it happens again, use fewer --workers or more --memory",
    )
    return Refused(Problem("batch", reason, remedy, file=str(job.out)))


def _too_little(job: Job) -> Refused:
    reason = Text(
        "一个工作进程用到了给定内存的上限，已完成的部分都在",
        "a worker process came to the end of its memory; what was done is kept",
    )
    remedy = Text("请增大 --memory 后用同一命令继续", "go on with the same command and more --memory")
    return Refused(Problem("batch", reason, remedy, file=str(job.out)))
