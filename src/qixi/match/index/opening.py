"""Opening an index as an engine: mapped into memory, all of it checked, or each block as it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from qixi.core import Refused, Text
from qixi.match.columns import Columns
from qixi.match.engine import Engine
from qixi.match.held import Held
from qixi.match.index.columns import FILE as COLUMNS
from qixi.match.index.columns import read_columns
from qixi.match.index.corpus import Finder, Ids
from qixi.match.index.fits import teach
from qixi.match.index.head import Head, refused
from qixi.match.index.kinds import keepers
from qixi.match.index.opened import Opened
from qixi.match.models import ModelSuite
from qixi.match.scorers import Scorer, ScorerKind
from qixi.match.settings import Settings
from qixi.match.shards import Watched


@dataclass(frozen=True, slots=True)
class Mapped:
    """An engine over the files of an index.

    `watched` holds for each scorer what must be checked before it is read; `opened` are the parts.
    """

    engine: Engine
    opened: Opened
    watched: Mapping[str, Watched]

    @property
    def head(self) -> Head:
        """What the index is."""
        return self.opened.head

    def check(self) -> None:
        """Check all that scores rest on; raises Refused."""
        for each in self.watched.values():
            each.check()


def load_index(
    folder: Path, settings: Settings | None = None, suite: ModelSuite | None = None
) -> tuple[Engine, Head]:
    """Open the engine in `folder`, all that scores rest on checked; its records are as they are read.

    Raises Refused where it is damaged, or lacks a scorer that has a weight.
    """
    mapped = map_index(folder, settings, suite)
    mapped.check()
    return mapped.engine, mapped.head


def map_index(folder: Path, settings: Settings | None = None, suite: ModelSuite | None = None) -> Mapped:
    """Open the engine in `folder` without reading its shards, at any size in about a second.

    Whoever lets a kernel read a scorer's shards has them checked first, by `watched`. Raises Refused
    as `load_index` does, and as long as the engine is used, where what is read is damaged.
    """
    opened = Opened.latest(folder)
    engine, watched = Engine(settings, suite), {}
    names = opened.head.scorers
    missing = ", ".join(kind.name for kind in engine.need_fit.kinds if kind.name not in names)
    if missing:
        raise refused(
            folder,
            Text(f"索引缺少设置所用的部分：{missing}", f"the index lacks what the settings use: {missing}"),
            Text("请用同一设置文件重新建立索引", "build the index again with the same settings file"),
        )

    def made(kind: ScorerKind) -> Scorer:
        if kind.name not in names:
            return kind().fit(opened.corpus)
        (keeper,) = keepers(folder, [kind.name], suite)
        scorer, watched[kind.name] = keeper.open(opened.parts)
        return scorer

    def scores() -> None:
        for each in watched.values():
            each.check()

    try:
        engine.load(_held(opened), made, lambda engine: teach(engine, opened.parts, scores))
        return Mapped(engine, opened, watched)
    except Refused:
        if Head.read(folder) != opened.head:
            # The index was replaced while it was being opened.
            return map_index(folder, settings, suite)
        raise


def _held(opened: Opened) -> Held:
    parts = [read_columns(part.vault(COLUMNS), len(part.records)) for part in opened.parts]
    columns = reduce(Columns.followed_by, parts)
    corpus = opened.corpus
    return Held(corpus, Ids(corpus), Finder(corpus), columns, corpus.gone)
