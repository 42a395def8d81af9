"""What QIXI_REQUIRE promises: a skip for a part that may not be missing is a failure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SUITE = """
import pytest

def test_part(require):
    require("torch", False, "not here")

def test_other_part(require):
    require("perl", False, "not here")

def test_unnamed():
    pytest.skip("just so")

@pytest.mark.xfail(strict=True)
def test_known_fault():
    assert False
"""


def outcomes(folder: Path, required: str, suite: str = SUITE) -> list[str]:
    """Run a suite of its own under this one's conftest; return its last words and what it left."""
    file = folder / "test_parts.py"
    file.write_text(suite, "utf-8")
    environment = {**os.environ, "QIXI_REQUIRE": required, "PYTHONPATH": str(TESTS)}
    command = [sys.executable, "-m", "pytest", "-q", "-rsf", "-c", os.devnull, "--rootdir", str(folder)]
    command += ["-p", "conftest", "-p", "no:cacheprovider", str(file)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return [line.partition(" - ")[0] for line in (done.stdout + done.stderr).splitlines() if line]


@pytest.mark.parametrize(
    ("required", "failed", "counts"),
    [
        ("", [], "3 skipped, 1 xfailed"),
        ("torch", ["test_part", "test_unnamed"], "2 failed, 1 skipped, 1 xfailed"),
        ("perl, torch", ["test_part", "test_other_part", "test_unnamed"], "3 failed, 1 xfailed"),
    ],
)
def test_missing_part_fails_where_required(
    tmp_path: Path, required: str, failed: list[str], counts: str
) -> None:
    said = outcomes(tmp_path, required)
    assert [line.split("::")[1] for line in said if line.startswith("FAILED")] == failed
    assert said[-1].startswith(counts)


def test_module_skipped_as_a_whole_fails_where_required(tmp_path: Path) -> None:
    suite = 'import pytest\npytest.skip("perl: not here", allow_module_level=True)\n'
    assert outcomes(tmp_path, "perl", suite)[-1].startswith("1 error")
    assert outcomes(tmp_path, "torch", suite)[-1].startswith("1 skipped")


def test_unknown_part_is_refused(tmp_path: Path) -> None:
    assert outcomes(tmp_path, "chrome")[-1].startswith("ERROR: QIXI_REQUIRE names chrome; the parts are data")
