"""How the loops are compiled: at first use, kept on disk where a folder for it can be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba


def compiled(loop: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a loop for one thread that lets go of the interpreter's lock.

    No `prange`: bodies of one parallel loop have been seen to share buffers, and threads of a web
    process must not start threads of their own. Callers run loops side by side in a thread pool.
    """
    try:
        kept: Callable[..., Any] = numba.njit(nogil=True, cache=True)(loop)
    except RuntimeError:  # no home and a package that others own, as in many containers
        kept = numba.njit(nogil=True)(loop)
    return kept
