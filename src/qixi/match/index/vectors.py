"""How the dense scorer is kept in an index: the vectors of each part, and which model they are of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from qixi.core import Asset, Problem, Refused, Text
from qixi.match.index.opened import OpenPart
from qixi.match.models.dense import DenseKind, DenseScorer, of_another_model
from qixi.match.models.failure import ModelUnavailable
from qixi.match.scorers import Scorer
from qixi.match.scorers.standing import Usual
from qixi.match.vault import Stored, Vault, VaultWriter, damaged, finite

FILE = f"{DenseScorer.name}.vault"


@dataclass(frozen=True, slots=True)
class VectorKeeper:
    """Keeps dense scorers of one model; see `Keeper`. Raises Refused where vectors are of another."""

    kind: DenseKind

    @property
    def name(self) -> str:
        """The name of the scorers."""
        return self.kind.name

    def fit(self, assets: Sequence[Asset]) -> DenseScorer:
        """Return a scorer of a whole corpus; raises Refused where the model does not answer."""
        try:
            return self.kind().fit(assets)
        except ModelUnavailable as fault:
            reason = Text(
                f"向量模型不可用：{fault.text.zh}", f"the embedding model cannot be used: {fault.text.en}"
            )
            remedy = Text("索引未变，请稍后重试", "the index is as it was; try again later")
            raise Refused(Problem("index.dense", reason, remedy)) from fault

    def write(self, scorer: Any, part: Path) -> None:
        """Write the vectors, what cosines are like in general, and the model."""
        usual = scorer.usual
        with VaultWriter(part / FILE) as writer:
            writer.add("vectors", scorer.vectors)
            writer.add("usual", np.array([usual.mean, usual.deviation]))
            writer.add("about", np.frombuffer(self._about(), dtype=np.uint8))

    def grow(self, parts: Sequence[OpenPart], assets: Sequence[Asset], part: Path) -> None:
        """Embed `assets` and write their vectors."""
        base = self._base(parts)
        vectors = self.fit(assets).vectors
        if vectors.shape[1] != base.shape[1]:
            raise of_another_model(parts[0].folder)
        with VaultWriter(part / FILE) as writer:
            writer.add("vectors", vectors)

    def open(self, parts: Sequence[OpenPart]) -> tuple[Scorer, Unread]:
        """Return the scorer, its vectors mapped; where there are deltas, they are in memory."""
        base = self._base(parts)
        usual = parts[0].vault(FILE).array("usual", np.float64, finite).all()
        if usual.shape != (2,):
            raise damaged(parts[0].folder / FILE)
        later = [
            _vectors(part.vault(FILE), len(part.records), base.shape[1]).all()
            for part in parts[1:]
            if len(part.records)
        ]
        vectors = np.concatenate([base.all(), *later]) if later else base.unchecked
        return DenseScorer(self.kind, vectors, Usual(float(usual[0]), float(usual[1]))), Unread(base)

    def _base(self, parts: Sequence[OpenPart]) -> Stored[np.float32]:
        vault = parts[0].vault(FILE)
        if vault.array("about", np.uint8).all().tobytes() != self._about():
            raise of_another_model(parts[0].folder)
        return _vectors(vault, len(parts[0].records), vault.width("vectors"))

    def _about(self) -> bytes:
        return json.dumps(self.kind.about(), ensure_ascii=False, sort_keys=True).encode("utf-8")


@dataclass(frozen=True, slots=True)
class Unread:
    """Vectors that lie in a file."""

    vectors: Stored[np.float32]

    def check(self) -> None:
        """Check all of them; raises Refused."""
        self.vectors.all()


def _vectors(vault: Vault, count: int, width: int | None) -> Stored[np.float32]:
    vectors = vault.array("vectors", np.float32, finite, width)
    if width is None or len(vectors) != count:
        raise damaged(vault.path)
    return vectors
