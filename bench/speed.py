"""Wall time and peak memory of whole commands, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROUNDS = 3


@dataclass(frozen=True)
class Cost:
    """Seconds of wall time and MiB of peak resident memory."""

    seconds: float
    mebibytes: float


def cost(command: list[str]) -> Cost:
    """Run a command to its end; raises RuntimeError where it fails.

    A small process of its own starts it: on Linux a child's peak memory is at least what its parent
    held when it was started, and this process holds a lot.
    """
    meter = [sys.executable, "-m", "bench.meter", *command]
    done = subprocess.run(meter, capture_output=True, cwd=ROOT, check=False, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Cost(**json.loads(done.stdout))


def lines(path: Path) -> int:
    """Return the number of records."""
    with path.open("rb") as file:
        return sum(1 for _ in file)


def table(data: Path) -> str:
    """Return the table in Markdown; times are the best of some rounds taken in turn."""
    supply, demand = data / "patents" / "patents.jsonl", data / "demand-achievement" / "demands.jsonl"
    with tempfile.TemporaryDirectory() as name:
        out, index = Path(name) / "out.jsonl", Path(name) / "index"
        match = [sys.executable, "-m", "qixi", "match", "--demand", str(demand), "--out", str(out)]
        rival = [sys.executable, "-m", "bench.rivals"]
        commands = {
            "jieba + bm25s, words": [*rival, "words", str(supply), str(demand), str(out)],
            "characters + bm25s": [*rival, "characters", str(supply), str(demand), str(out)],
            "`qixi match`": [*match, "--supply", str(supply)],
            "`qixi match` from an index": [*match, "--index", str(index)],
        }
        build = [sys.executable, "-m", "qixi", "index", "build", str(index), "--supply", str(supply)]
        cost(build)
        found: dict[str, list[Cost]] = {label: [] for label in commands}
        for _ in range(ROUNDS):
            for label, command in commands.items():
                found[label].append(cost(command))
    needs, pairs = lines(demand), lines(demand) * lines(supply)
    best = {label: min(costs, key=lambda c: c.seconds) for label, costs in found.items()}
    base = best["jieba + bm25s, words"]
    rows = [
        "| command | wall s | × rival | pairs/s | needs/s | peak MiB | × rival |",
        "|---|---|---|---|---|---|---|",
    ]
    rows += [
        f"| {label} | {c.seconds:.1f} | {c.seconds / base.seconds:.1f} | {pairs / c.seconds:,.0f}"
        f" | {needs / c.seconds:.1f} | {c.mebibytes:.0f} | {c.mebibytes / base.mebibytes:.1f} |"
        for label, c in best.items()
    ]
    return f"{needs} demands × {lines(supply):,} patents = {pairs:,} pairs.\n\n" + "\n".join(rows)
