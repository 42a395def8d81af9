"""What the machine that runs a batch has for the nodes: the index's files, and a count of what is done."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

CHUNK = 2**26
"""Bytes of a file that are sent at a time."""

Listing = Mapping[str, tuple[int, int]]


def listing(folder: Path) -> Listing:
    """Return size in bytes and time of change in nanoseconds of each finished file below `folder`.

    What is hidden is a draft or a lock, and left out. A path that is no folder has no files.
    """
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        about = path.stat()
        if stat.S_ISREG(about.st_mode) and not any(part.startswith(".") for part in name.parts):
            found[name.as_posix()] = (about.st_size, about.st_mtime_ns)
    return found


class Depot:
    """An actor beside the driver: gives out `files`, by name, and adds up what workers have done."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files
        self._digests: dict[str, str] | None = None
        self._counts: dict[int, int] = {}

    def digests(self) -> dict[str, str]:
        """Return the SHA-256 of each file."""
        if self._digests is None:
            self._digests = {name: digest(path) for name, path in sorted(self._files.items())}
        return self._digests

    def chunk(self, name: str, at: int) -> NDArray[np.uint8]:
        """Return at most CHUNK bytes of a file, none at its end."""
        return np.fromfile(self._files[name], dtype=np.uint8, count=CHUNK, offset=at)

    def tell(self, block: int, count: int) -> None:
        """Take note that so many needs of a block are done; a block that is begun anew starts over."""
        self._counts[block] = count

    def told(self) -> dict[int, int]:
        """Return the needs done of each block."""
        return dict(self._counts)


class Distant:
    """A depot as workers see it: the same answers, waited for; `tell` waits for nothing."""

    def __init__(self, actor: Any) -> None:
        self._actor = actor

    def digests(self) -> dict[str, str]:
        """See `Depot.digests`."""
        return dict(_got(self._actor.digests.remote()))

    def chunk(self, name: str, at: int) -> NDArray[np.uint8]:
        """See `Depot.chunk`."""
        return np.asarray(_got(self._actor.chunk.remote(name, at)))

    def tell(self, block: int, count: int) -> None:
        """See `Depot.tell`."""
        self._actor.tell.remote(block, count)

    def told(self, patience: float = 1.0) -> dict[int, int] | None:
        """See `Depot.told`; None where the answer takes more than `patience` seconds."""
        import ray

        coming = self._actor.told.remote()
        ready, _ = ray.wait([coming], timeout=patience)
        return dict(_got(coming)) if ready else None


def _got(reference: Any) -> Any:
    import ray

    return ray.get(reference)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def begun(files: Mapping[str, Path]) -> Distant:
    """Start a depot on the node that this process runs on."""
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    here = ray.get_runtime_context().get_node_id()
    kind: Any = ray.remote(Depot)
    kind = kind.options(
        num_cpus=0, scheduling_strategy=NodeAffinitySchedulingStrategy(node_id=here, soft=False)
    )
    return Distant(kind.remote(files))
