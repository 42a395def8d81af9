"""Runs one command and prints its wall time and peak memory as JSON: `python -m bench.meter COMMAND...`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

if __name__ == "__main__":
    start = time.perf_counter()
    process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    # Linux counts in KiB, macOS in bytes.
    mebibytes = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    print(json.dumps({"seconds": seconds, "mebibytes": mebibytes}))
    sys.exit(os.waitstatus_to_exitcode(status))
