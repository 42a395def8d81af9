"""The first two moments of a corpus's descriptions, from which every query's mean and deviation follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.describing import add_products, cosine_sums
from qixi.match.scorers.standing import Usual, spread
from qixi.match.sparse import Matrix, Weights

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums over the `size` fitted documents: of descriptions, and of their outer products.

    Shapes: `total` float64 (topics,), `products` float64 (topics, topics).
    """

    KINDS: ClassVar[Mapping[str, type[np.generic]]] = {
        "size": np.int64,
        "total": np.float64,
        "products": np.float64,
    }

    size: int
    total: Float
    products: Float

    @classmethod
    def of(cls, shards: Sequence[Matrix], topics: int) -> Self:
        """Sum up the descriptions of a corpus, in its order."""
        total, products = np.zeros(topics), np.zeros((topics, topics))
        for shard in shards:
            rows = shard.by_document
            add_products(rows.start, rows.columns, rows.worth, total, products)
        return cls(sum(shard.documents for shard in shards), total, products)

    def standardised(self, described: Weights, usual: Usual) -> Weights:
        """Return descriptions of queries as weights whose sums are what `standing` gives over all cosines."""
        start, terms, weights = described.start, described.terms, described.weights
        sums, squares = cosine_sums(start, terms, weights, self.total, self.products)
        mean, deviation = spread(sums, squares, self.size, usual)
        scaled = weights / np.repeat(deviation, np.diff(start))
        return Weights(start, terms, scaled, -mean / deviation)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return the moments as arrays: `size` int64 (1,), `total`, `products`."""
        size = np.array([self.size], dtype=np.int64)
        return {"size": size, "total": self.total, "products": self.products}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[np.generic]], topics: int) -> Self:
        """Take what `arrays` gave; raises ValueError where shapes or types do not fit."""
        total, products, size = arrays["total"], arrays["products"], arrays["size"]
        if total.shape != (topics,) or products.shape != (topics, topics) or size.shape != (1,):
            raise ValueError("moments of other topics")
        if any(arrays[name].dtype != np.dtype(kind) for name, kind in cls.KINDS.items()):
            raise ValueError("moments of another type")
        return cls(int(size[0]), np.asarray(total, np.float64), np.asarray(products, np.float64))

    def check(self) -> None:
        """Raise ValueError where numbers cannot be right."""
        if self.size < 0 or not (np.isfinite(self.total).all() and np.isfinite(self.products).all()):
            raise ValueError("moments")
