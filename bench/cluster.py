"""`python -m bench cluster`: one plan done by processes and by Ray, by one worker and by two, side by side.

Reading the files, building the index and starting Ray's two nodes come before what is timed; starting
processes, opening the index in each, and a Ray of the command's own belong to it. All runs must give the
same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.stage import SETTINGS, Stage, stage, stage_lacks
from bench.stress.writing import Plan as Market
from bench.stress.writing import write
from qixi.match.batch.memory import of_worker
from qixi.match.batch.plan import Plan
from qixi.match.batch.processes import Processes
from qixi.match.batch.run import Doer, Job, run
from qixi.match.cluster.fleet import LOCAL
from qixi.match.cluster.nodes import Nodes
from qixi.match.engine import Engine
from qixi.match.index import index_info, load_index, write_index
from qixi.match.settings import Settings
from qixi.tables import read_assets, read_needs

WAYS = ("processes", "ray-local", "ray-nodes")
STORE = 2_000_000_000


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench cluster", description=__doc__)
    parser.add_argument("--supply", type=int, default=20_000, help="technologies")
    parser.add_argument("--demand", type=int, default=6_144, help="needs")
    parser.add_argument("--rounds", type=int, default=2, help="times each is run; the best counts")
    parser.add_argument("--json", type=Path, help="file for the figures")
    parser.add_argument("--one", nargs=3, metavar=("FOLDER", "WHO", "OUT"), help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.one:
        print(json.dumps(_timed(Path(given.one[0]), given.one[1], Path(given.one[2]))))
        return 0
    with TemporaryDirectory(prefix="qixi-cluster-") as name:
        folder = Path(name)
        write(Market(given.supply, given.demand, 0.3, 1), folder, 2)
        write_index(Engine(Settings()).fit(read_assets([folder / "supply.jsonl"]).records), folder / "index")
        figures = _compared(folder, given.rounds)
    figures |= {"supply": given.supply, "demand": given.demand}
    print(_table(figures))
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


def _compared(folder: Path, rounds: int) -> dict[str, object]:
    """Return the seconds of each way with one worker and with two; raises where results differ."""
    lacks = stage_lacks()
    if lacks:
        print(f"无法启动两个节点 / no nodes of their own: {lacks}")
    seconds: dict[str, dict[str, float]] = {}
    digests = set()
    # Rounds outside, so that what else the machine does falls on all of them.
    for round_ in range(rounds):
        for way in WAYS[: 2 if lacks else 3]:
            for workers in (1, 2):
                said = _run(folder, way, workers, folder / f"{way}-{workers}-{round_}")
                print(f"{way}, {workers}: {said['seconds']:.1f} s", file=sys.stderr, flush=True)
                digests.add(said["digest"])
                best = seconds.setdefault(way, {}).get(str(workers), float("inf"))
                seconds[way][str(workers)] = min(best, said["seconds"])
    if len(digests) != 1:
        msg = "the ways do not give the same bytes"
        raise RuntimeError(msg)
    return {"seconds": seconds, "digest": digests.pop()}


def _run(folder: Path, way: str, workers: int, out: Path) -> dict[str, object]:
    with stage() if way == "ray-nodes" else nullcontext() as nodes:
        who = f"{way}:{workers}"
        if isinstance(nodes, Stage):
            for number in range(workers):
                nodes.add(f"node_{number}", store=STORE)
            who = nodes.address
        command = [sys.executable, "-m", "bench", "cluster", "--one", str(folder), who, str(out)]
        if isinstance(nodes, Stage):
            running = nodes.popen(command, stdout=subprocess.PIPE)
        else:
            running = subprocess.Popen(command, env={**os.environ, **SETTINGS}, stdout=subprocess.PIPE)
        said = running.communicate()[0]
        if running.returncode:
            raise subprocess.CalledProcessError(running.returncode, command)
        return json.loads(said)


def _timed(folder: Path, who: str, out: Path) -> dict[str, object]:
    """Match as `who` says, and return the seconds it took and a digest over what was written."""
    needs = read_needs([folder / "demand.jsonl"]).records
    index, plan, settings = folder / "index", Plan(), Settings()
    engine, _ = load_index(index, settings)
    ids = engine.shelf.ids
    job = Job(index, settings, plan, out, {"corpus": index_info(index).snapshot})
    doer = _doer(who, of_worker(len(ids), len(needs), plan))
    start = time.perf_counter()
    run(job, needs, ids, doer, lambda _: None)
    seconds = time.perf_counter() - start
    digest = hashlib.sha256()
    for path in sorted(out.rglob("*.parquet")):
        digest.update(path.read_bytes())
    return {"seconds": seconds, "digest": digest.hexdigest()[:16]}


def _doer(who: str, each: int) -> Doer:
    way, _, number = who.partition(":")
    if way == "processes":
        return Processes(int(number), each)
    if way == "ray-local":
        return Nodes(LOCAL, each, int(number), 2 * int(number) * each)
    return Nodes(who, each)


def _table(figures: dict[str, object]) -> str:
    lines = [
        f"{figures['supply']:,} technologies, {figures['demand']:,} needs; all results {figures['digest']}",
        "",
        "| blocks done by | 1 worker, s | 2 workers, s | efficiency | beside processes, 1 and 2 |",
        "|---|---|---|---|---|",
    ]
    seconds = figures["seconds"]
    assert isinstance(seconds, dict)
    plain = seconds["processes"]
    for way, found in seconds.items():
        efficiency = found["1"] / found["2"] / 2
        beside = ", ".join(f"{found[n] / plain[n] - 1:+.1%}" for n in ("1", "2"))
        lines.append(f"| {way} | {found['1']:.1f} | {found['2']:.1f} | {efficiency:.0%} | {beside} |")
    return "\n".join(lines)
