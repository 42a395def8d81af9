"""A batch of several stages gives the engine's lists, though later blocks keep only what may still matter."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from test_batch_worker import market

from qixi.core import Refused
from qixi.match.batch import backing
from qixi.match.batch import plan as planning
from qixi.match.batch import worker as working
from qixi.match.batch.folder import Folder
from qixi.match.batch.plan import Plan, blocks, stages
from qixi.match.batch.results import MICRO
from qixi.match.batch.run import Job, run
from qixi.match.batch.worker import Worker, opened
from qixi.match.engine import Engine
from qixi.match.index import index_info, write_index


class Here:
    """Does blocks in this process, and says how many needs of the ones after the first stage were let go."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.stages = self.bounded = 0

    def do(self, job, stages, progress):
        for stage in stages:
            self.stages += 1
            for block in stage:
                self.bounded += block.least is not None
                found = self.worker.run(block, progress)
                ids = [need.id for need in block.needs]
                folder = Folder(job.out, job.identity, len(self.worker.technology_ids), job.plan.back)
                folder.put(block.number, found, ids, self.worker.technology_ids)


def lists(path: Path, of: str, to: str) -> dict[str, list[tuple[int, str, int]]]:
    found = defaultdict(list)
    for row in pq.read_table(path).to_pylist():
        found[row[of]].append((row["rank"], row[to], round(row["score"] * MICRO)))
    return {key: sorted(rows) for key, rows in found.items()}


def wanted(engine: Engine, needs, top: int, depth: int):
    forward = {
        r.need_id: [(m.rank, m.asset_id, round(m.score * MICRO)) for m in r.matches]
        for r in engine.match(needs, top)
        if r.matches
    }
    back = defaultdict(list)
    for need, scores in engine.scores(needs):
        own = engine.own(need)
        for place, id_ in enumerate(engine.shelf.ids):
            if not engine.shelf.barred[place] and place not in own:
                back[id_].append((-round(scores.total[place] * MICRO), need.id))
    back = {
        id_: [(rank, need, -score) for rank, (score, need) in enumerate(sorted(rows)[:depth], 1)]
        for id_, rows in back.items()
    }
    return forward, back


@pytest.mark.parametrize(("seed", "left"), [(1, None), (2, None), (3, 40)])
def test_lists_of_many_stages_are_those_of_the_engine(seed, left, tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "SMALLEST_BLOCK", 5)
    assets, needs = market(seed, 120, 130)
    engine = Engine().fit(assets)
    plan = Plan(top=9, back=4, candidates=left)
    job = Job(tmp_path / "index", engine.settings, plan, tmp_path / "out", {"corpus": "it"})
    doer = Here(Worker(engine, job))
    run(job, needs, engine.shelf.ids, doer, lambda count: None)
    assert doer.stages == len(stages(len(blocks(len(needs))))) >= 3
    assert doer.bounded > 10
    forward = lists(tmp_path / "out" / "forward", "demand_id", "supply_id")
    back = lists(tmp_path / "out" / "back", "supply_id", "demand_id")
    if left is None:
        assert (forward, back) == wanted(engine, needs, 9, 4)
        return
    for found, all_of_them in zip((forward, back), wanted(engine, needs, 9, 4), strict=True):
        kept = sum(
            len({n for _, n, _ in found.get(i, ())} & {n for _, n, _ in rows})
            for i, rows in all_of_them.items()
        )
        assert kept / sum(map(len, all_of_them.values())) >= 0.97


class Anew:
    """Does blocks in this process as the job that comes to it asks, and says how many."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.blocks = 0

    def do(self, job, stages, progress):
        here = Here(Worker(self.engine, job))
        for stage in stages:
            todo = list(stage)
            self.blocks += len(todo)
            here.do(job, [todo], progress)


@pytest.mark.parametrize("left", [None, 40])
def test_lost_forward_lists_come_back_the_same_without_the_others(left, tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "SMALLEST_BLOCK", 5)
    assets, needs = market(2, 120, 130)
    engine = Engine().fit(assets)
    job = Job(tmp_path / "index", engine.settings, Plan(9, 4, left), tmp_path / "out", {"corpus": "it"})

    def done() -> tuple[int, dict[str, bytes]]:
        doer, counted = Anew(engine), []
        folder = run(job, needs, engine.shelf.ids, doer, counted.append)
        assert folder.finished
        assert sum(counted) == len(needs)
        files = {str(p): p.read_bytes() for p in sorted(job.out.rglob("*")) if p.is_file()}
        return doer.blocks, files

    whole, first = done()
    assert whole == len(blocks(len(needs)))
    for number in (0, 7, 20):
        (job.out / "forward" / f"block-{number:05}.parquet").unlink()
    assert done() == (3, first)
    (job.out / "back" / "part-00000.parquet").unlink()
    assert done() == (whole, first)
    assert done() == (0, first)


def test_lists_that_rounding_puts_in_doubt_are_settled_by_looking_at_all(tmp_path, monkeypatch):
    # With so much doubt every list is in it, and none may change.
    monkeypatch.setattr(backing, "SLACK", 10.0)
    monkeypatch.setattr(working, "SLACK", 10.0)
    assets, needs = market(4, 120, 60)
    engine = Engine().fit(assets)
    plan = Plan(top=9, back=4, candidates=None, spare=0.0)
    job = Job(tmp_path / "index", engine.settings, plan, tmp_path / "out", {"corpus": "it"})
    run(job, needs, engine.shelf.ids, Here(Worker(engine, job)), lambda count: None)
    forward = lists(tmp_path / "out" / "forward", "demand_id", "supply_id")
    back = lists(tmp_path / "out" / "back", "supply_id", "demand_id")
    assert (forward, back) == wanted(engine, needs, 9, 4)


def test_a_worker_refuses_an_index_that_is_not_the_one_begun_with(tmp_path):
    assets, _ = market(1, 20, 1)
    write_index(Engine().fit(assets), tmp_path / "index")
    snapshot = index_info(tmp_path / "index").snapshot
    job = Job(tmp_path / "index", Engine().settings, Plan(), tmp_path / "out", {"corpus": snapshot})
    assert len(opened(job).technology_ids) == 20
    write_index(Engine().fit(assets[:19]), tmp_path / "index")
    with pytest.raises(Refused, match="changed while the batch ran"):
        opened(job)
