"""The technologies a command works on: from files, from an index, or from files with an index kept beside."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from qixi.cli.porch import Porch, assets_of
from qixi.cli.usage import Misuse
from qixi.core import Asset, Problem, Refused, Text
from qixi.match.engine import Engine
from qixi.match.index import index_info, is_index, load_index, write_index
from qixi.match.models import ModelSuite
from qixi.match.settings import Settings
from qixi.tables import Reading
from qixi.tables.placing import nameable


@dataclass(frozen=True)
class Corpus:
    """A fitted engine, the snapshot of what it was fitted on, and how the reading went."""

    engine: Engine
    snapshot: str
    reading: Reading[Asset] | None


def corpus_of(
    porch: Porch, supply: Sequence[Path], index: Path | None, settings: Settings, suite: ModelSuite | None
) -> Corpus:
    """Open or build the engine; an index of other technologies is built anew and kept."""
    if index is not None:
        nameable(index)
    if not supply:
        if index is None:
            raise neither()
        with _opening(porch):
            engine, info = load_index(index, settings, suite)
        return Corpus(engine, info.snapshot, None)
    reading = assets_of(porch, supply, settings)
    if index is not None and not to_be_built(index, reading.snapshot):
        with _opening(porch):
            engine, info = load_index(index, settings, suite)
        # Another process may have put other technologies there since the look above.
        if info.snapshot == reading.snapshot:
            return Corpus(engine, info.snapshot, reading)
    with fitting(porch):
        engine = Engine(settings, suite).fit(reading.records)
        if index is not None:
            write_index(engine, index)
    return Corpus(engine, reading.snapshot, reading)


def neither() -> Misuse:
    """Return what is wrong where a command was given neither files nor an index."""
    return Misuse("请给出 --supply 或 --index", "give --supply FILE... or --index DIR")


def to_be_built(index: Path, snapshot: str) -> bool:
    """Say whether `index` is to be built of the technologies of that snapshot; else it is of them.

    Raises Refused for an index that was changed since it was built: what was added there would be lost.
    """
    if not is_index(index):
        return True
    info = index_info(index)
    if info.snapshot == snapshot:
        return False
    if len(info.parts) > 1:
        raise Refused(
            Problem(
                "index-changed",
                Text(
                    "该索引建立后又增补或移除过技术，不能由 --supply 重建覆盖",
                    "the index was changed since it was built, and --supply would undo that",
                ),
                Text(
                    "请只给 --index；或用 qixi index append 增补；或另选文件夹",
                    "give --index alone, add to it by `qixi index append`, or choose another folder",
                ),
                file=str(index),
            )
        )
    return True


def fitting(porch: Porch) -> AbstractContextManager[None]:
    """Say after a while that the technologies are being learnt."""
    return porch.waiting("正在学习技术库…", "fitting the technologies ...")


def _opening(porch: Porch) -> AbstractContextManager[None]:
    return porch.waiting("正在打开索引…", "opening the index ...")
