"""The kinds of scorers that an index can hold, and who keeps each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qixi.core import Text
from qixi.match.index.head import refused
from qixi.match.index.keepers import Keeper, Lexical, ShardKeeper, Topical
from qixi.match.index.vectors import VectorKeeper
from qixi.match.models import ModelSuite
from qixi.match.scorers import LexicalScorer, SubclassScorer, TopicScorer

KEEPERS: tuple[Keeper, ...] = (
    ShardKeeper(LexicalScorer.name, Lexical()),
    *(ShardKeeper(kind.name, Topical(kind)) for kind in (TopicScorer, SubclassScorer)),
)
"""Those of the default engine."""


def keepers(folder: Path, names: Sequence[str], suite: ModelSuite | None) -> list[Keeper]:
    """Return the keepers of an index's scorers; raises Refused where one needs a model that is not set."""
    known = {keeper.name: keeper for keeper in KEEPERS}
    dense = suite.dense_kind() if suite is not None else None
    if dense is not None:
        known[dense.name] = VectorKeeper(dense)
    missing = ", ".join(name for name in names if name not in known)
    if missing:
        raise refused(
            folder,
            Text(
                f"索引含有此处没有的部分：{missing}", f"the index has parts that are not set here: {missing}"
            ),
            Text(
                "请给出建立索引时的设置文件（--settings）",
                "give the settings file it was built with (--settings)",
            ),
        )
    return [known[name] for name in names]
