"""`python -m bench hybrid`: words and vectors together, beside an assembled rival, as one table and JSON."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.hybrid import curves, table
from bench.hybrid.measure import Plan, measured

ROOT = Path(__file__).parents[2]
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
_CHILD = "QIXI_BENCH_CHILD"


def main(arguments: Sequence[str]) -> int:
    """Measure in a process whose libraries were told of the threads before they started."""
    plan, out = _read(arguments)
    if os.environ.get(_CHILD) != "1":
        told = {name: str(plan.threads) for name in THREADS}
        command = [sys.executable, "-m", "bench", "hybrid", *arguments]
        return subprocess.run(command, env={**os.environ, **told, _CHILD: "1"}, check=False).returncode
    found = run(plan)
    print(table.page(found))
    if out is not None:
        out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


def page() -> str:
    """Return the tables of the standard plan in Markdown, measured in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "hybrid.json"
        if main(["--json", str(out)]):
            raise RuntimeError("the measurement of words and vectors failed")
        return table.page(json.loads(out.read_text(encoding="utf-8")))


def run(plan: Plan) -> dict[str, Any]:
    """Return all figures."""
    data = Path(os.environ.get("QIXI_DATA") or ROOT.parent / "shared" / "data")
    there = (data / "patents" / "patents.jsonl").is_file()
    real = curves.real_lists(data) if there else None
    real_vectors = curves.real_vectors(data) if there else curves.KNOWN
    made, made_vectors = curves.made_lists(plan.seed, 4097), curves.made_vectors(plan.seed)
    parts = ("numpy", "numba", "bm25s", "faiss-cpu")
    return {
        **measured(plan),
        "plan": asdict(plan),
        "versions": {part: version(part) for part in parts},
        "frequencies": {"real": real, "generated": made},
        "spectrum": {"real": real_vectors, "generated": made_vectors},
    }


def _read(arguments: Sequence[str]) -> tuple[Plan, Path | None]:
    parser = argparse.ArgumentParser(prog="python -m bench hybrid")
    for field in fields(Plan):
        name, default = f"--{field.name.replace('_', '-')}", field.default
        if isinstance(default, bool):
            parser.add_argument(name, action="store_true")
        else:
            parser.add_argument(name, type=type(default), default=default)
    parser.add_argument("--json", type=Path)
    given = vars(parser.parse_args(arguments))
    out = given.pop("json")
    return Plan(**given), out
