"""Arrays and word lists on disk, without pickle, and the refusal where they are damaged."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Mapping
from pathlib import Path
from tokenize import TokenError
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from qixi.core import Problem, Refused, Text

_SEAL = "seal.json"

_UNREADABLE = (
    OSError,
    ValueError,
    TypeError,
    OverflowError,
    EOFError,
    MemoryError,
    RecursionError,
    TokenError,
)
"""What numpy raises over a forged header, which it reads as a Python literal."""

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
    except _UNREADABLE as fault:
        raise damaged(path) from fault
    if array.dtype != np.dtype(kind):
        raise damaged(path)
    return cast("NDArray[Number]", array)


def seal(folder: Path) -> None:
    """Write down the digest of every file in `folder`, so that `check_seal` sees any later change."""
    digests = {path.name: _digest(path) for path in sorted(folder.iterdir()) if path.name != _SEAL}
    (folder / _SEAL).write_text(json.dumps(digests, indent=1), encoding="utf-8")


def check_seal(folder: Path, *needed: str) -> None:
    """Raise Refused unless just the files of these plain names are sealed, and each is as it was.

    Files that came later are no matter.
    """
    sealed = read_json(folder / _SEAL)
    if not isinstance(sealed, dict) or sealed.keys() != set(needed):
        raise damaged(folder / _SEAL)
    for name in needed:
        try:
            # A pipe would never end, and a link would lead out of the folder.
            intact = stat.S_ISREG((folder / name).lstat().st_mode) and _digest(folder / name) == sealed[name]
        except OSError as fault:
            raise damaged(folder / name) from fault
        if not intact:
            raise damaged(folder / name)


def read_json(path: Path) -> Any:
    """Read a JSON file; raises Refused where it is missing, damaged, or nested without end."""
    if not path.is_file():
        raise damaged(path)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as fault:
        raise damaged(path) from fault


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def damaged(path: Path) -> Refused:
    """Return the refusal for an index file that cannot be used."""
    return Refused(
        Problem(
            "index-damaged",
            Text("索引文件缺失或损坏", "the index file is missing or damaged"),
            Text(
                "请用 qixi index build --replace 重新建立索引",
                "build the index again with qixi index build --replace",
            ),
            file=str(path),
        )
    )
