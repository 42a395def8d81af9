"""Arrays and word lists on disk, without pickle, and the refusal where they are damaged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qixi.core import Problem, Refused, Text
from qixi.match.postings import Postings

_FORMAT = 1


def save_arrays(folder: Path, arrays: Mapping[str, NDArray[np.generic]]) -> None:
    """Write each array to NAME.npy."""
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)


def load_array(folder: Path, name: str) -> NDArray[np.generic]:
    """Read one array; raises Refused where it is missing or damaged."""
    path = folder / f"{name}.npy"
    try:
        array: NDArray[np.generic] = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as fault:
        raise damaged(path) from fault
    return array


def damaged(path: Path) -> Refused:
    """Return the refusal for an index file that cannot be used."""
    return Refused(
        Problem(
            "index-damaged",
            Text("索引文件缺失或损坏", "the index file is missing or damaged"),
            Text("请用 qixi index build 重新建立索引", "build the index again with qixi index build"),
            file=str(path),
        )
    )


def save_postings(postings: Postings, folder: Path) -> None:
    """Write `postings` into `folder`."""
    save_arrays(
        folder,
        {
            "start": postings.start,
            "docs": postings.docs,
            "worth": postings.worth,
            "mean": postings.mean,
            "variance": postings.variance,
        },
    )
    text = json.dumps(
        {"format": _FORMAT, "size": postings.size, "terms": list(postings.terms)}, ensure_ascii=False
    )
    (folder / "postings.json").write_text(text, encoding="utf-8")


def load_postings(folder: Path) -> Postings:
    """Read what `save_postings` wrote; raises Refused where parts are missing or do not fit together."""
    path = folder / "postings.json"
    try:
        head = json.loads(path.read_text(encoding="utf-8"))
        terms = {str(term): i for i, term in enumerate(head["terms"])}
        size = int(head["size"])
        known = head["format"] == _FORMAT
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise damaged(path) from fault
    start = load_array(folder, "start").astype(np.int64)
    docs = load_array(folder, "docs").astype(np.int32)
    worth = load_array(folder, "worth").astype(np.float64)
    mean = load_array(folder, "mean").astype(np.float64)
    variance = load_array(folder, "variance").astype(np.float64)
    # The kernel reads without bounds checks, so nothing may point outside.
    fits = (
        known
        and start.shape == (len(terms) + 1,)
        and mean.shape == variance.shape == (len(terms),)
        and docs.shape == worth.shape == (int(start[-1]),)
        and start[0] == 0
        and bool(np.all(np.diff(start) >= 0))
        and bool(np.all((docs >= 0) & (docs < size)))
    )
    if not fits:
        raise damaged(path)
    return Postings(terms, start, docs, worth, mean, variance, size)
