"""Arrays and word lists on disk, without pickle, and the refusal where they are damaged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from tokenize import TokenError
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from qixi.core import Problem, Refused, Text
from qixi.match.postings import Postings

_FORMAT = 1
_SEAL = "seal.json"

Number = TypeVar("Number", bound=np.generic)


def save_arrays(folder: Path, arrays: Mapping[str, NDArray[np.generic]]) -> None:
    """Write each array to NAME.npy."""
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)


def load_array(folder: Path, name: str, kind: type[Number]) -> NDArray[Number]:
    """Read one array of just that type of number; raises Refused where it is missing or damaged."""
    path = folder / f"{name}.npy"
    try:
        with path.open("rb") as file:
            array = np.lib.format.read_array(file, allow_pickle=False)
    except (OSError, ValueError, EOFError, MemoryError, TokenError) as fault:
        raise damaged(path) from fault
    if array.dtype != np.dtype(kind):
        raise damaged(path)
    return cast("NDArray[Number]", array)


def seal(folder: Path) -> None:
    """Write down the digest of every file in `folder`, so that `check_seal` sees any later change."""
    digests = {path.name: _digest(path) for path in sorted(folder.iterdir()) if path.name != _SEAL}
    (folder / _SEAL).write_text(json.dumps(digests, indent=1), encoding="utf-8")


def check_seal(folder: Path) -> None:
    """Raise Refused where a sealed file is not as it was; files that came later are no matter."""
    try:
        sealed = dict(json.loads((folder / _SEAL).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as fault:
        raise damaged(folder / _SEAL) from fault
    for name, digest in sealed.items():
        try:
            found = _digest(folder / name)
        except (OSError, ValueError) as fault:
            raise damaged(folder / name) from fault
        if found != digest:
            raise damaged(folder / name)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
    seal(folder)


def load_postings(folder: Path) -> Postings:
    """Read what `save_postings` wrote; raises Refused where parts are missing or do not fit together."""
    check_seal(folder)
    path = folder / "postings.json"
    try:
        head = json.loads(path.read_text(encoding="utf-8"))
        terms = {str(term): i for i, term in enumerate(head["terms"])}
        size = int(head["size"])
        known = head["format"] == _FORMAT
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise damaged(path) from fault
    start = load_array(folder, "start", np.int64)
    docs = load_array(folder, "docs", np.int32)
    worth = load_array(folder, "worth", np.float64)
    mean = load_array(folder, "mean", np.float64)
    variance = load_array(folder, "variance", np.float64)
    # The kernel reads without bounds checks, so nothing may point outside.
    fits = (
        known
        and start.shape == (len(terms) + 1,)
        and len(terms) == len(head["terms"])
        and mean.shape == variance.shape == (len(terms),)
        and docs.shape == worth.shape == (int(start[-1]),)
        and start[0] == 0
        and bool(np.all(np.diff(start) >= 0))
        and bool(np.all((docs >= 0) & (docs < size)))
    )
    if not fits:
        raise damaged(path)
    return Postings(terms, start, docs, worth, mean, variance, size)
