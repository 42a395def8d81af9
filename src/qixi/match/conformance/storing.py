"""Checks of what a scorer writes and reads: the same scores again, no pickle, no damage taken."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from qixi.core import Asset, Refused
from qixi.match.conformance.promise import Kind, require, same
from qixi.match.conformance.sample import ASSETS, queries
from qixi.match.scorers.protocol import Scorer

_FLIPS = 12


def _saved(kind: Kind, folder: Path, assets: Sequence[Asset] = ASSETS) -> Scorer:
    folder.mkdir()
    scorer: Scorer = kind().fit(assets)
    scorer.save(folder)
    return scorer


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _saved_scorer_scores_alike(kind: Kind) -> None:
    with tempfile.TemporaryDirectory() as name:
        for n, assets in enumerate((ASSETS, ASSETS[:1], ())):
            scorer = _saved(kind, Path(name) / str(n), assets)
            loaded = kind.load(Path(name) / str(n))
            same(scorer.score(queries()), loaded.score(queries()), f"saved with {len(assets)} technologies")


def _saved_files_are_always_the_same(kind: Kind) -> None:
    with tempfile.TemporaryDirectory() as name:
        one, two = Path(name) / "one", Path(name) / "two"
        _saved(kind, one)
        _saved(kind, two)
        contents = [{p.relative_to(f): p.read_bytes() for p in _files(f)} for f in (one, two)]
        require(contents[0] == contents[1], "saved twice, the files differ")


def _nothing_is_pickled(kind: Kind) -> None:
    with tempfile.TemporaryDirectory() as name:
        _saved(kind, Path(name) / "it")
        for path in _files(Path(name) / "it"):
            with path.open("rb") as file:
                if path.suffix == ".npy":
                    np.lib.format.read_array(file, allow_pickle=False)  # raises ValueError on objects
                else:
                    require(file.read(1) != b"\x80", f"{path.name} is a pickle")


def _damaged_files_are_refused(kind: Kind) -> None:
    with tempfile.TemporaryDirectory() as name:
        whole, folder = Path(name) / "whole", Path(name) / "it"
        _saved(kind, whole)
        for path in _files(whole):
            inside = path.relative_to(whole)
            for what, content in _damage(path.read_bytes()):
                shutil.copytree(whole, folder)
                (folder / inside).unlink()
                if content is not None:
                    (folder / inside).write_bytes(content)
                require(_refuses(kind, folder), f"{inside} was {what}, and load takes it")
                shutil.rmtree(folder)


def _damage(content: bytes) -> Iterator[tuple[str, bytes | None]]:
    yield "missing", None
    yield "empty", b""
    yield "cut in half", content[: len(content) // 2]
    yield "one byte short", content[:-1]
    yield "text instead", b"no index"
    for i in range(_FLIPS):
        at = i * (len(content) - 1) // (_FLIPS - 1)
        yield f"flipped in byte {at}", content[:at] + bytes([content[at] ^ (1 << i % 8)]) + content[at + 1 :]


def _refuses(kind: Kind, folder: Path) -> bool:
    try:
        kind.load(folder)
    except Refused:
        return True
    return False


CHECKS = (
    _saved_scorer_scores_alike,
    _saved_files_are_always_the_same,
    _nothing_is_pickled,
    _damaged_files_are_refused,
)
