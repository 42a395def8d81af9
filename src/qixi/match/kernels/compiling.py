"""How the loops are compiled: at first use, kept on disk where a folder for it can be written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba

Loop = Callable[..., Any]


def compiled(loop: Loop) -> Loop:
    """Compile a loop for one thread that lets go of the interpreter's lock.

    No `prange`: bodies of one parallel loop have been seen to share buffers, and threads of a web
    process must not start threads of their own. Callers run loops side by side in a thread pool.
    Sums are added in the order written, each product rounded before it is added.
    """
    return _compiled(loop, {})


def estimating(loop: Loop) -> Loop:
    """Compile a loop whose float32 results may differ in the last bit from one processor to another.

    A product and a sum may be rounded once together, which is faster where the processor can; for
    scores that choose candidates, never for those that are shown.
    """
    return _compiled(loop, {"fastmath": {"contract", "nsz"}})


def _compiled(loop: Loop, options: dict[str, Any]) -> Loop:
    # Division by zero gives infinity, as in numpy, and so needs no branch that keeps a loop from vector code.
    options = {"nogil": True, "error_model": "numpy", **options}
    try:
        kept: Loop = numba.njit(cache=True, **options)(loop)
    except RuntimeError:  # no home and a package that others own, as in many containers
        return _plain(loop, options)
    return kept if _stamp(kept, options) else _plain(loop, options)


def _plain(loop: Loop, options: dict[str, Any]) -> Loop:
    plain: Loop = numba.njit(**options)(loop)
    return plain


def _stamp(kept: Any, options: dict[str, Any]) -> bool:
    """Let what is kept on disk count only while all loops are the same; say whether that could be done.

    A loop holds a copy of every loop it calls, but numba looks at the file of the outer one alone.
    """
    file = getattr(getattr(kept, "_cache", None), "_cache_file", None)
    if file is None or not hasattr(file, "_source_stamp"):
        return False
    file._source_stamp = (file._source_stamp, _loops(), sorted(options))
    return True


@cache
def _loops() -> str:
    digest = hashlib.sha256()
    for module in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(module.read_bytes())
    return digest.hexdigest()
