"""A driver for tests: adds up the rows of an array, block by block, on a cluster."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qixi.core import Problem, Refused, Text
from qixi.match.cluster.fleet import Fleet, joined
from qixi.match.cluster.work import here

ROWS = NDArray[np.int64]


def rows() -> ROWS:
    return np.arange(40_000, dtype=np.int64).reshape(40, 1000)


def added(state: ROWS, block: int) -> tuple[int, str]:
    """Return the sum of one row, and the node that added it up."""
    time.sleep(0.2)
    return int(state[block].sum()), here()


def resting(state: ROWS, block: int) -> int:
    if block:
        time.sleep(600)
    return block


def refusing(state: ROWS, block: int) -> int:
    if block == 3:
        raise Refused(Problem("code", Text("因", "why"), Text("法", "what"), file="f", row=3))
    return 0


def failing(state: ROWS, block: int) -> int:
    raise ZeroDivisionError(str(block))


def dying(state: ROWS, block: int) -> int:
    """End the worker the first time that block 5 is tried."""
    mark = Path(os.environ["RAY_TMPDIR"]) / "died"
    if block == 5 and not mark.exists():
        mark.touch()
        os._exit(1)
    return block


def interfered(state: ROWS, block: int) -> int:
    """Fail unless the array is shared with whoever else is on the node, and so may not be changed."""
    assert not state.flags.writeable
    return block


def main(address: str, work: str, signs: str, memory: int) -> None:
    """Print what each block came to, and a line into `signs` for each block that is done."""
    found: dict[object, object] = {}
    lost: list[str] = []
    try:
        with joined(address, 1), Path(signs).open("a") as file:
            for block, result in Fleet(memory, lost.append).run(globals()[work], rows(), range(40)):
                found[block] = result
                file.write(f"{block}\n")
                file.flush()
        found["lost"] = lost
    except Refused as refused:
        found = {"refused": [[p.code, p.file, p.row, p.reason.en] for p in refused.problems]}
    except ZeroDivisionError as error:
        found = {"failed": str(error)}
    sys.stdout.write(json.dumps(found, sort_keys=False))


if __name__ == "__main__":
    main(*sys.argv[1:4], int(sys.argv[4]))
