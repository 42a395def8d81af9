"""What is kept of a compiled loop on disk counts only while every loop it may hold a copy of is the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

from qixi.match.kernels import compiling

LOOPS = """
from qixi.match.kernels.compiling import compiled
from {inner} import step


@compiled
def walk(n):
    total = 0
    for i in range(n):
        total += step(i)
    return total
"""
STEP = "from qixi.match.kernels.compiling import compiled\n\n\n@compiled\ndef step(i):\n    return i * {by}\n"
RUN = """
from qixi.match.kernels import compiling
compiling.__file__ = {file!r}
import walking
print(walking.walk(4))
"""


def test_a_loop_is_compiled_anew_when_one_it_calls_has_changed(tmp_path: Path):
    (tmp_path / "walking.py").write_text(LOOPS.format(inner="stepping"), encoding="utf-8")
    said = []
    for by in (2, 3):
        (tmp_path / "stepping.py").write_text(STEP.format(by=by), encoding="utf-8")
        run = RUN.format(file=str(tmp_path / "compiling.py"))
        done = subprocess.run(
            [sys.executable, "-B", "-c", run], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        said.append(done.stdout.strip())
    assert said == ["12", "18"]
    assert list((tmp_path / "__pycache__").glob("walking.walk*.nbi"))


def test_division_by_zero_gives_infinity_as_in_numpy():
    @compiling.compiled
    def divide(a, b):
        return a / b

    assert divide(np.float64(1.0), np.float64(0.0)) == np.inf
