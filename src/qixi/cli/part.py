"""A part of the service, as a process: runs a module, and ends when whoever started it is gone.

`python -m qixi.cli.part MODULE ARGUMENTS…` reads its standard input, which its parent holds open and writes
nothing to: at its end the parent has ended, however that came about, and the part ends with all it started.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time
from contextlib import suppress

PATIENCE = 10.0
"""Seconds that a part is given to end by itself."""


def end(group: int, sign: signal.Signals) -> None:
    """Send a signal to all processes of a group; nothing happens where there are none any more."""
    with suppress(ProcessLookupError):
        os.killpg(group, sign)


def _watch() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    if not hasattr(os, "killpg") or os.getpgrp() != os.getpid():  # nothing here is the part's alone
        os._exit(1)
    end(os.getpgrp(), signal.SIGTERM)
    time.sleep(PATIENCE)
    end(os.getpgrp(), signal.SIGKILL)


def main() -> None:
    """Run the module that is named, with the arguments that follow it."""
    threading.Thread(target=_watch, name="parent", daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
