"""The dense scorer: needs and technologies compared as vectors of an embedding model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt

from qixi.core import Asset, Problem, Refused, Text
from qixi.match.models.embedding import DECIMALS, Embedder, Vectors
from qixi.match.models.failure import ModelUnavailable
from qixi.match.query import Query
from qixi.match.scorers.standing import Usual
from qixi.match.scorers.store import check_seal, damaged, load_array, read_json, save_arrays, seal
from qixi.match.vectors.moments import Moments

Scores = npt.NDArray[np.float64]

_FORMAT = 2
_ABOUT = "model.json"
_SAMPLE = 1024
_NARROWEST = 0.02
_ROWS = 1024


@dataclass(frozen=True, slots=True)
class DenseKind:
    """Dense scorers over one model; the prefixes are what the model wants before a text of either side."""

    embedder: Embedder
    need_prefix: str = ""
    asset_prefix: str = ""

    @property
    def name(self) -> str:
        """The name of the scorers."""
        return DenseScorer.name

    def __call__(self) -> DenseScorer:
        """Return an unfitted scorer."""
        return DenseScorer(self)

    def load(self, folder: Path) -> DenseScorer:
        """Read a scorer; raises Refused where it is damaged, or of another model or asset prefix."""
        check_seal(folder, "usual.npy", "vectors.npy", _ABOUT)
        if read_json(folder / _ABOUT) != self.about():
            raise of_another_model(folder)
        vectors = load_array(folder, "vectors", np.float32)
        usual = load_array(folder, "usual", np.float64)
        if vectors.ndim != 2 or usual.shape != (2,):
            raise damaged(folder / "vectors.npy")
        return DenseScorer(self, vectors, Usual(float(usual[0]), float(usual[1])))

    def about(self) -> dict[str, object]:
        """Return what shapes the vectors of technologies."""
        return {"format": _FORMAT, "model": self.embedder.digest, "asset_prefix": self.asset_prefix}


class DenseScorer:
    """Cosine of need and technology, in standard deviations of the corpus.

    A need or technology without text stands at the mean. Texts go to the model as read, so script,
    width and case make the difference that they make to the model.
    """

    name: ClassVar[str] = "dense"

    def __init__(self, kind: DenseKind, vectors: Vectors | None = None, usual: Usual | None = None) -> None:
        self._kind = kind
        self._vectors = vectors
        self._usual = usual or Usual(0.0, 1.0)
        self._asked: dict[str, Vectors] = {}
        self._moments: Moments | None = None

    @property
    def vectors(self) -> Vectors:
        """The technologies' vectors, float32 (corpus size, dim); raises RuntimeError before `fit`."""
        if self._vectors is None:
            msg = "fit or load the scorer first"
            raise RuntimeError(msg)
        return self._vectors

    @property
    def usual(self) -> Usual:
        """What the cosine of two technologies of the corpus is like."""
        return self._usual

    def fit(self, assets: Sequence[Asset]) -> Self:
        """Embed the technologies; raises ModelUnavailable."""
        texts = [asset_text(asset) for asset in assets]
        filled = [i for i, text in enumerate(texts) if text]
        # A text that says nothing gets zeros, whatever the model makes of nothing.
        found = self._kind.embedder.embed([self._kind.asset_prefix + texts[i] for i in filled])
        vectors = np.zeros((len(texts), found.shape[1]), dtype=np.float32)
        vectors[filled] = found
        self._vectors, self._moments = vectors, None
        self._usual = _usual(vectors[sorted(range(len(assets)), key=lambda i: assets[i].id)])
        return self

    def prepare(self, texts: Sequence[str]) -> None:
        """Embed the texts of many queries in one go; raises ModelUnavailable."""
        new = list(dict.fromkeys(text for text in texts if text.strip() and text not in self._asked))
        if not new:
            return
        found = self._kind.embedder.embed([self._kind.need_prefix + text for text in new])
        if self.vectors.any() and found.shape[1] != self.vectors.shape[1]:
            raise _of_other_size(self._kind.embedder.name)
        self._asked.update(zip(new, found, strict=True))

    def ask(self, queries: Sequence[Query]) -> Vectors:
        """Return the queries' vectors, float32 (len(queries), dim), 0 for one without text.

        Raises ModelUnavailable for what was not prepared.
        """
        self.prepare([query.text for query in queries])
        none = np.zeros(self.vectors.shape[1], dtype=np.float32)
        rows = [self._asked.get(query.text, none) for query in queries]
        return np.asarray(rows, dtype=np.float32).reshape(len(rows), none.size)

    def forget(self) -> None:
        """Drop the vectors of queries, which are kept so that none is asked for twice."""
        self._asked.clear()

    def measure(self, asked: Vectors) -> tuple[Scores, Scores]:
        """Return mean and deviation of each vector's cosines over the technologies that have one."""
        if self._moments is None:
            self._moments = Moments.of(self.vectors)
        return self._moments.measure(asked, self._usual)

    def pairs(
        self, asked: Vectors, queries: npt.NDArray[np.int64], documents: npt.NDArray[np.int64]
    ) -> Scores:
        """Return the cosines of pairs, rows of `asked` and of the technologies, as `score` takes them."""
        result = np.empty(len(queries), dtype=np.float64)
        for at in range(0, len(queries), _ROWS):
            part = slice(at, at + _ROWS)
            result[part] = np.einsum("ij,ij->i", self.vectors[documents[part]], asked[queries[part]])
        return np.round(result, DECIMALS)

    def score(self, queries: Sequence[Query]) -> Scores:
        """Score every technology for each query; raises ModelUnavailable for what was not prepared."""
        known = np.asarray(self.vectors.any(axis=1))
        result = np.zeros((len(queries), len(known)))
        if not known.any():
            self.prepare([query.text for query in queries])
            return result
        asked = self.ask(queries)
        for row, vector, mean, deviation in zip(result, asked, *self.measure(asked), strict=True):
            if vector.any():
                row[known] = (_cosines(self.vectors, vector)[known] - mean) / deviation
        return result

    def save(self, folder: Path) -> None:
        """Write the vectors, and which model they are of."""
        usual = np.array([self._usual.mean, self._usual.deviation])
        save_arrays(folder, {"vectors": self.vectors, "usual": usual})
        text = json.dumps(self._kind.about(), ensure_ascii=False, indent=1)
        (folder / _ABOUT).write_text(text + "\n", encoding="utf-8")
        seal(folder)


def asset_text(asset: Asset) -> str:
    """Return title, abstract and keywords, and the first claim where there is no abstract."""
    body = asset.abstract or "".join(asset.claims[:1])
    return "\n".join(part for part in (asset.title, body, " ".join(asset.keywords)) if part.strip())


def _usual(vectors: Vectors) -> Usual:
    """Return what the cosine of two technologies is like, an even sample compared with all others.

    Models differ in it more than corpora do.
    """
    filled = vectors[vectors.any(axis=1)]
    count = len(filled)
    if count < 2:
        return Usual(0.0, 1.0)
    sample = np.unique(np.linspace(0, count - 1, min(count, _SAMPLE)).astype(np.int64))
    means, squares = [], []
    for row in sample:
        cosines = np.delete(_cosines(filled, filled[row]), row)
        means.append(float(cosines.mean()))
        squares.append(float(np.square(cosines).mean()))
    mean = float(np.mean(means))
    deviation = float(np.sqrt(max(float(np.mean(squares)) - mean**2, 0.0)))
    # What is left of another order of sums goes with the rounding.
    return Usual(round(mean, DECIMALS), max(round(deviation, DECIMALS), _NARROWEST))


def _cosines(vectors: Vectors, vector: Vectors) -> Scores:
    """Multiply in blocks of one size without the threads of a linear algebra library, and round."""
    result = np.empty(len(vectors), dtype=np.float64)
    for start in range(0, len(vectors), _ROWS):
        result[start : start + _ROWS] = np.einsum("ij,j->i", vectors[start : start + _ROWS], vector)
    return np.round(result, DECIMALS)


def of_another_model(folder: Path) -> Refused:
    """Return the refusal of vectors in `folder` that another model, runtime or prefix made."""
    reason = Text(
        "索引由另一向量模型、另一版本的组件或另一设置生成",
        "the index was built with another model, runtime or prefix",
    )
    remedy = Text(
        "请用同一设置文件重新建立索引，或换回建立索引时的模型",
        "build the index again with this settings file, or set the model it was built with",
    )
    return Refused(Problem("index.dense", reason, remedy, file=str(folder)))


def _of_other_size(name: str) -> ModelUnavailable:
    return ModelUnavailable(
        Text(
            f"向量模型 {name} 的向量维数与技术的向量不符",
            f"the embedding model {name} gives vectors of another size than those of the technologies",
        )
    )
