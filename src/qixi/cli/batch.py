"""`qixi batch`: every need against every technology and back, at any size, into a folder of Parquet files."""

from __future__ import annotations

import math
import multiprocessing
import os
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from time import monotonic
from typing import Any

import click

from qixi import __version__
from qixi.cli.corpus import fitting, neither, to_be_built
from qixi.cli.places import Place, Url, paths_in, read_at
from qixi.cli.porch import (
    TABLES,
    ManyFiles,
    Porch,
    assets_of,
    demand_option_of,
    inside,
    needs_of,
    rejects_option,
    settings_of,
    settings_option,
    strict_option,
    suite_of,
    supply_option,
    writable,
)
from qixi.cli.usage import Misuse
from qixi.core import Problem, Refused, Text
from qixi.match.batch.folder import ABOUT, BACK, FORWARD, INDEX, check, corpus_of_run, of_another_run, places
from qixi.match.batch.memory import GIB, MERGING, held_now, of_worker, workers_within
from qixi.match.batch.plan import Plan
from qixi.match.batch.processes import Processes
from qixi.match.batch.run import Doer, Job, run
from qixi.match.cluster.fleet import LOCAL, ready
from qixi.match.cluster.nodes import Nodes
from qixi.match.engine import Engine
from qixi.match.index import index_info, is_index, load_index, write_index
from qixi.match.models.dense import DenseScorer
from qixi.match.settings import Settings
from qixi.match.vectors.device import best_device
from qixi.tables import REJECT_COLUMNS, reject_rows, write_rows
from qixi.tables.remote import prepare, send

Problems = tuple[tuple[Problem, ...], tuple[Problem, ...]]
"""What cost a row, and what cost a value."""


class _Candidates(click.ParamType):  # type: ignore[type-arg]  # generic in some releases of click
    name = "N|all"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        if value == "all" or isinstance(value, int):
            return value
        try:
            return int(str(value))
        except ValueError:
            raise Misuse(
                "--candidates 应为数字或 all", f"--candidates is a number or all, not {value}"
            ) from None


class _Gib(click.FloatRange):
    """GiB of memory, which NaN is none of."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found = float(super().convert(value, param, ctx))  # type: ignore[arg-type]  # any value, by its base
        if math.isnan(found):
            self.fail(f"{value} is no number", param, ctx)
        return found


@click.command(cls=ManyFiles)
@supply_option(required=False, kind=Place())
@demand_option_of(Place())
@click.option(
    "--index", "index_path", type=click.Path(path_type=Path), help="Index folder, built when missing."
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder for the results; a killed batch goes on there.",
)
@click.option(
    "--top",
    type=click.IntRange(1, 10_000),
    default=100,
    show_default=True,
    help="Technologies for each need.",
)
@click.option(
    "--back", type=click.IntRange(0, 1_000), default=20, show_default=True, help="Needs for each technology."
)
@click.option(
    "--candidates",
    type=_Candidates(),
    default=500,
    show_default=True,
    help="Technologies scored in full for each need; all: exact lists, slower.",
)
@click.option("--workers", type=click.IntRange(1, 1024), help="Processes.  [default: one for each core]")
@click.option(
    "--memory",
    type=_Gib(0.5, 1_000_000),
    default=8.0,
    show_default=True,
    help="GiB that all processes may hold of their own; index pages that the system can drop do not count.",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Let a Ray cluster (HOST:PORT) do it, whose nodes set workers and memory; local: a Ray of its own.",
)
@click.option("--send", type=Url(), help="Folder elsewhere (s3://..., sftp://...) that gets the results too.")
@settings_option
@rejects_option
@strict_option
@click.pass_obj
def batch(porch: Porch, /, supply: tuple[str, ...], demand: tuple[str, ...], **asked: Any) -> int:
    """Match all needs with all technologies, in both directions, resumable, into a folder.

    OUT/forward holds the best technologies of each need, OUT/back the best needs of each technology.
    """
    began = monotonic()
    settings = settings_of(asked["settings_path"])
    _models(asked, settings)
    out, rejects = asked["out"], asked["rejects"]
    own = [asked["index_path"]] if asked["index_path"] else []
    writable(rejects, [*paths_in([*supply, *demand]), *own, *places(out)], TABLES)
    if asked["send"]:
        prepare(asked["send"])
    if asked["cluster"]:
        ready(asked["cluster"])
    check(out)
    if own and inside(out, own[0]):
        raise _in_an_index(out)
    plan = _plan(asked["top"], asked["back"], asked["candidates"])
    needs = read_at(lambda paths: needs_of(porch, paths, settings), demand)
    folder = asked["index_path"] or out / INDEX
    problems, remarks = _index(porch, supply, folder, out, settings)
    engine, snapshot = _opened(asked, settings, folder)
    identity = _identity(settings, snapshot, needs.snapshot, plan)
    identity |= {f"model_{part}": said for part, said in engine.models.items()}
    job = Job(folder, settings, plan, out, identity)
    vectors = sum(each.vectors.shape[1] for each in engine.need_fit.scorers if isinstance(each, DenseScorer))
    each = of_worker(len(engine.assets), len(needs.records), plan, vectors)
    most = 1 if vectors and best_device() else asked["workers"]  # a device holds all vectors, once
    doer = _doer(porch, each, most, asked["memory"], asked["cluster"])
    with porch.progress(len(needs.records), "匹配", "matching") as step:
        run(job, needs.records, engine.shelf.ids, doer, step)
    if asked["send"]:
        with porch.waiting("正在发送结果…", "sending the results ..."):
            send(_results(out), asked["send"])
    problems, remarks = (*problems, *needs.rejects), (*remarks, *needs.warnings)
    if rejects is not None:
        write_rows(rejects, REJECT_COLUMNS, reject_rows((*problems, *remarks)), header=job.identity)
    seconds, there = monotonic() - began, engine.held.technologies
    porch.say(
        f"技术 {there} 项，需求 {len(needs.records)} 项，用时 {seconds:.0f} 秒；结果在 {out}",
        f"{there} technologies, {len(needs.records)} needs, {seconds:.0f} s; results in {out}",
    )
    if problems:
        porch.say(f"有误未用 {len(problems)} 处", f"{len(problems)} rows or files were rejected")
        for problem in problems[:5] if rejects is None else ():
            click.echo(f"  {porch.text(problem.message())}")
    return 3 if asked["strict"] and problems else 0


def _in_an_index(out: Path) -> Refused:
    reason = Text("结果文件夹是索引，或在索引之内", "the folder for the results is an index, or in one")
    remedy = Text("请为 --out 与 --index 各选一个文件夹", "choose different folders for --out and --index")
    return Refused(Problem("output", reason, remedy, file=str(out)))


def _plan(top: int, back: int, candidates: int | str) -> Plan:
    if isinstance(candidates, int) and candidates < top:
        raise Misuse(f"--candidates 不能小于 --top（{top}）", f"--candidates must be at least --top ({top})")
    return Plan(top, back, None if isinstance(candidates, str) else candidates)


def _identity(settings: Settings, corpus: str, needs: str, plan: Plan) -> dict[str, str]:
    return {
        "engine": f"qixi {__version__}",
        "settings": settings.digest(),
        "corpus": corpus,
        "needs": needs,
        "plan": plan.digest(),
        "top": str(plan.top),
        "back": str(plan.back),
        "candidates": "all" if plan.candidates is None else str(plan.candidates),
        "weights_confirmed": "false",
    }


def _index(porch: Porch, supply: tuple[str, ...], index: Path, out: Path, settings: Settings) -> Problems:
    """See that the index of the technologies is there, and return what was wrong with their rows.

    Another process reads and fits them: a nation of records leaves no trace in this one's memory.
    """
    if not supply:
        if index == out / INDEX and not is_index(index):
            raise neither()
        return (), ()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_built, porch, supply, index, out, settings).result()


def _built(porch: Porch, supply: tuple[str, ...], index: Path, out: Path, settings: Settings) -> Problems:
    """Build the index where there is none of these technologies yet.

    Raises Refused, before it is touched, where the batch in `out` was begun with others.
    """
    asked_of = corpus_of_run(out)
    reading = read_at(lambda paths: assets_of(porch, paths, settings), supply)
    if asked_of is not None and asked_of != reading.snapshot:
        raise of_another_run(out, {"corpus": asked_of}, {"corpus": reading.snapshot})
    if to_be_built(index, reading.snapshot):
        with suite_of(settings) or nullcontext() as suite, fitting(porch):
            write_index(Engine(settings, suite).fit(reading.records), index)
    return tuple(reading.rejects), tuple(reading.warnings)


def _models(asked: Mapping[str, Any], settings: Settings) -> None:
    """Refuse settings whose models a batch would have to leave out unsaid."""
    models = settings.models
    if models.rerank is not None:
        raise _refused(
            asked,
            "models.rerank",
            Text("批量匹配不使用重排模型", "a batch asks no re-ranker"),
            Text("请用 qixi match，或去掉该项", "use qixi match, or take the entry out"),
        )
    if models.embedding is not None and asked["cluster"]:
        raise _refused(
            asked,
            "models.embedding",
            Text("集群上的批量匹配不使用向量模型", "a batch on a cluster asks no embedding model"),
            Text("请在一台机器上运行，或去掉该项", "run it on one machine, or take the entry out"),
        )


def _opened(asked: Mapping[str, Any], settings: Settings, folder: Path) -> tuple[Engine, str]:
    """Open the index and return its engine and snapshot; raises Refused where it lacks a model's vectors."""
    if settings.models.embedding is None:
        engine, info = load_index(folder, settings)
        return engine, info.snapshot
    if DenseScorer.name not in index_info(folder).scorers:
        raise _refused(
            asked,
            "models.embedding",
            Text(f"索引 {folder} 不含该模型的向量", f"the index {folder} holds no vectors of the model"),
            Text("请用同一设置重新建立索引", "build the index again with the same settings"),
        )
    with suite_of(settings) or nullcontext() as suite:
        engine, info = load_index(folder, settings, suite)
        return engine, info.snapshot


def _refused(asked: Mapping[str, Any], setting: str, reason: Text, remedy: Text) -> Refused:
    return Refused(Problem("settings-wrong", reason, remedy, str(asked["settings_path"]), setting=setting))


def _doer(porch: Porch, each: int, workers: int | None, memory: float, cluster: str | None) -> Doer:
    """Return who does the blocks, in workers that are reckoned to hold `each` bytes.

    On this machine each may hold its part of `memory`, which is more where fewer workers fit.
    """

    def lost(address: str) -> None:
        zh = f"节点 {address} 已失联，它未完成的部分由其他节点重做"
        en = f"the node {address} is lost; what it had not finished is done by others"
        click.echo(zh if porch.language == "zh" else en, err=True)

    if cluster is not None and cluster != LOCAL:
        return Nodes(cluster, each, lost=lost)
    held, whole = held_now() + MERGING, int(memory * GIB)
    count = workers_within(whole, held, each, workers or os.cpu_count() or 1)
    limit = (whole - held) // count
    return Nodes(LOCAL, limit, count, count * limit, lost) if cluster else Processes(count, limit)


def _results(out: Path) -> dict[str, Path]:
    """Return the files of a finished batch by name, what says that it is finished last."""
    tables = [path for name in (FORWARD, BACK) for path in sorted((out / name).glob("*.parquet"))]
    return {path.relative_to(out).as_posix(): path for path in (*tables, out / ABOUT)}
