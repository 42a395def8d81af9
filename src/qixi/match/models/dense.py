"""A scorer that compares needs and technologies as vectors of an embedding model."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from qixi.core import Asset, Need, Problem, Refused, Text
from qixi.match.models.embedding import DECIMALS, Embedder, Vectors

Scores = npt.NDArray[np.float64]

_FORMAT = 1
_SAMPLE = 1024
_NEIGHBOUR = 5
_NARROWEST = 0.02
_ROWS = 1024


@dataclass(frozen=True, slots=True)
class CosineScale:
    """What cosines mean in one corpus: the mean of two technologies, and that of close neighbours."""

    unrelated: float
    neighbours: float

    @classmethod
    def of(cls, vectors: Vectors) -> CosineScale:
        """Fit on the rows of `vectors`, of which an even sample is compared with all."""
        filled = vectors[vectors.any(axis=1)]
        count = len(filled)
        if count < 2:
            return cls(0.0, 1.0)
        sample = np.unique(np.linspace(0, count - 1, min(count, _SAMPLE)).astype(np.int64))
        mean, near = 0.0, []
        place = min(_NEIGHBOUR, count - 1)
        for row in sample:
            cosines = _cosines(filled, filled[row])
            cosines[row] = -np.inf
            near.append(np.partition(cosines, count - place)[count - place])
            cosines[row] = 0.0
            mean += float(cosines.sum()) / (count - 1)
        unrelated = round(mean / len(sample), DECIMALS)
        neighbours = round(float(np.median(near)), DECIMALS)
        return cls(unrelated, max(neighbours, unrelated + _NARROWEST))

    def score(self, cosines: Scores) -> Scores:
        """Map cosines to 0..1, rising throughout: unrelated to 0.12, neighbours to 0.88."""
        middle = (self.unrelated + self.neighbours) / 2
        steepness = 4 / (self.neighbours - self.unrelated)
        return np.asarray(np.round(1 / (1 + np.exp(-steepness * (cosines - middle))), DECIMALS))


class DenseScorer:
    """Cosine of need and technology, on a scale fitted on the corpus alone.

    So a pair's score depends on the pair and the corpus, not on the other candidates, and compares
    across needs. A need or technology without text stands at the corpus mean of cosines.
    """

    def __init__(self, embedder: Embedder, *, need_prefix: str = "", asset_prefix: str = "") -> None:
        self._embedder = embedder
        self._need_prefix = need_prefix
        self._asset_prefix = asset_prefix
        self._vectors: Vectors = np.zeros((0, 0), dtype=np.float32)
        self._unknown: npt.NDArray[np.bool_] = np.zeros(0, dtype=np.bool_)
        self._ids: tuple[str, ...] = ()
        self._scale = CosineScale(0.0, 1.0)
        self._needs: dict[str, Vectors] = {}

    @property
    def scale(self) -> CosineScale:
        """The scale fitted on the corpus."""
        return self._scale

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the technologies, in the order of the scores."""
        return self._ids

    def fit(self, assets: Sequence[Asset]) -> Self:
        """Embed `assets` and fit the scale; raises ModelUnavailable."""
        vectors = self._embed([self._asset_prefix + text if text else "" for text in map(asset_text, assets)])
        order = sorted(range(len(assets)), key=lambda i: assets[i].id)
        self._scale = CosineScale.of(vectors[order])
        self._take(vectors, tuple(asset.id for asset in assets))
        return self

    def _take(self, vectors: Vectors, ids: tuple[str, ...]) -> None:
        self._vectors = vectors
        self._unknown = np.logical_not(np.any(vectors, axis=1))
        self._ids = ids

    def prepare(self, needs: Sequence[Need]) -> None:
        """Embed many needs in one go, so that `score` finds them; raises ModelUnavailable."""
        texts = [self._need_query(need) for need in needs]
        self._needs.update(zip(texts, self._embed(texts), strict=True))

    def score(self, need: Need) -> Scores:
        """Return float64 (number of assets,), each 0 to 1, in the order of `fit`; raises ModelUnavailable."""
        query = self._need_query(need)
        if query not in self._needs:
            self._needs[query] = self._embed([query])[0]
        vector = self._needs[query]
        cosines = _cosines(self._vectors, vector)
        if not vector.any():
            cosines[:] = self._scale.unrelated
        cosines[self._unknown] = self._scale.unrelated
        return self._scale.score(cosines)

    def save(self, folder: Path) -> None:
        """Write dense.npy and dense.json into `folder`; the second, written last, makes them count."""
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / "dense.npy", lambda file: np.save(file, self._vectors, allow_pickle=False))
        about = {
            **self._about(),
            "scale": asdict(self._scale),
            "ids": self._ids,
            "sha256": _digest(folder / "dense.npy"),
        }
        text = json.dumps(about, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
        _write(folder / "dense.json", lambda file: file.write(text.encode()))

    @classmethod
    def load(cls, folder: Path, embedder: Embedder, *, need_prefix: str = "", asset_prefix: str = "") -> Self:
        """Read what `save` wrote; raises Refused where it is damaged or of another model."""
        scorer = cls(embedder, need_prefix=need_prefix, asset_prefix=asset_prefix)
        try:
            about = json.loads((folder / "dense.json").read_text("utf-8"))
            if about.get("sha256") != _digest(folder / "dense.npy"):
                raise _damaged(folder)
            scale = about.pop("scale")
            scorer._scale = CosineScale(float(scale["unrelated"]), float(scale["neighbours"]))
            vectors = np.load(folder / "dense.npy", mmap_mode="r", allow_pickle=False)
            scorer._take(vectors, tuple(about.pop("ids")))
            if len(scorer.ids) != len(vectors):
                raise _damaged(folder)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise _damaged(folder) from error
        del about["sha256"]
        if about != scorer._about():
            raise _of_another_model(folder)
        return scorer

    def _about(self) -> dict[str, Any]:
        return {
            "format": _FORMAT,
            "model": self._embedder.name,
            "model_digest": self._embedder.digest,
            "need_prefix": self._need_prefix,
            "asset_prefix": self._asset_prefix,
        }

    def _need_query(self, need: Need) -> str:
        text = need_text(need)
        return self._need_prefix + text if text else ""

    def _embed(self, texts: Sequence[str]) -> Vectors:
        """Embed the texts that say something; the others get zeros, whatever the model makes of nothing."""
        filled = [i for i, text in enumerate(texts) if text]
        vectors = self._embedder.embed([texts[i] for i in filled])
        result = np.zeros((len(texts), vectors.shape[1]), dtype=np.float32)
        result[filled] = vectors
        return result


def asset_text(asset: Asset) -> str:
    """Return title, abstract and keywords, and the first claim where there is no abstract."""
    body = asset.abstract or "".join(asset.claims[:1])
    return "\n".join(part for part in (asset.title, body, " ".join(asset.keywords)) if part.strip())


def need_text(need: Need) -> str:
    """Return title and content."""
    return "\n".join(part for part in (need.title, need.content) if part.strip())


def _cosines(vectors: Vectors, vector: Vectors) -> Scores:
    """Multiply in blocks of one size without the threads of a linear algebra library, and round."""
    result = np.empty(len(vectors), dtype=np.float64)
    for start in range(0, len(vectors), _ROWS):
        result[start : start + _ROWS] = np.einsum("ij,j->i", vectors[start : start + _ROWS], vector)
    return np.round(result, DECIMALS)


def _write(file: Path, fill: Any) -> None:
    """Write whole or not at all."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        with draft.open("wb") as stream:
            fill(stream)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


_REBUILD = Text("请用 qixi index build 重建索引", "build the index again with qixi index build")


def _damaged(folder: Path) -> Refused:
    reason = Text("索引中的向量部分缺失或已损坏", "the vectors of the index are missing or damaged")
    return Refused(Problem("index.dense", reason, _REBUILD, file=str(folder)))


def _of_another_model(folder: Path) -> Refused:
    reason = Text(
        "索引由另一向量模型、另一版本的组件或另一设置生成",
        "the index was built with another model, runtime or prefix",
    )
    return Refused(Problem("index.dense", reason, _REBUILD, file=str(folder)))
