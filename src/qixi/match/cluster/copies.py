"""The index on a node: as it is where the node can see it, else a copy that is sent once and kept."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from qixi.core import Problem, Refused, Text
from qixi.match.cluster.depot import Depot, Distant, Listing, digest, listing
from qixi.match.cluster.work import here
from qixi.match.lock import locked

KEPT = 3
"""Copies that a node keeps: this run's and those of the runs before it."""

_PATIENCE = 6 * 3600.0
"""Seconds a worker waits for another of its node that is fetching the copy: a slow network, a large index."""


def store() -> Path:
    """Return the folder of this node's copies."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "qixi" / "cluster"


def at_hand(folder: Path, files: Listing, depot: Depot | Distant) -> Path:
    """Return a folder of this node that holds `files`, fetched from `depot` where it has to be.

    `folder` itself serves where it lies on a file system that nodes share. Otherwise the first worker
    fetches for all of its node. Raises Refused where the copy cannot be written or arrives damaged.
    """
    try:
        if files.items() <= listing(folder).items():
            return folder
    except OSError:
        pass  # not to be seen from here, so it is sent
    digests = depot.digests()
    name = hashlib.sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()[:32]
    copy = store() / name
    try:
        store().mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(store(), _PATIENCE):
            if not copy.is_dir():
                _fetch(copy, digests, depot)
            os.utime(copy)
            _clear()
    except OSError as fault:
        raise _refused(copy, fault.strerror or type(fault).__name__) from fault
    return copy


def _fetch(copy: Path, digests: Mapping[str, str], depot: Depot | Distant) -> None:
    """Fetch every file into a draft, check it, and put the draft in its place."""
    draft = Path(tempfile.mkdtemp(prefix=".", suffix=".part", dir=copy.parent))
    try:
        for name, expected in digests.items():
            file = draft / "copy" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("wb") as out:
                while (chunk := depot.chunk(name, out.tell())).size:
                    out.write(chunk.data)
            if digest(file) != expected:
                raise _refused(file, "SHA-256")
        (draft / "copy").rename(copy)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _clear() -> None:
    """Remove drafts of workers that were killed, and all copies but the last KEPT; only under the lock."""
    kept = sorted((path for path in store().iterdir() if path.is_dir()), key=_age)
    drafts = [path for path in kept if path.name.startswith(".")]
    copies = [path for path in kept if path not in drafts]
    for path in (*drafts, *copies[KEPT:]):
        shutil.rmtree(path, ignore_errors=True)


def _age(path: Path) -> tuple[int, str]:
    return -path.stat().st_mtime_ns, path.name


def _refused(path: Path, why: str) -> Refused:
    return Refused(
        Problem(
            "cluster",
            Text(
                f"索引无法复制到节点 {here()}：{why}",
                f"the index cannot be copied to the node {here()}: {why}",
            ),
            Text(
                "请检查该节点的磁盘空间与权限，再次运行同一命令",
                "check disk space and permissions of that node and run the same command again",
            ),
            file=str(path),
        )
    )
