"""Texts to vectors: what every embedding model offers, kept so that none is computed twice."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from qixi.match.models.cache import Cache, content_key
from qixi.match.models.report import PartReport

Vectors = npt.NDArray[np.float32]

DECIMALS = 6
"""Vectors are rounded to so many decimals, past which runtimes do not agree."""


class Embedder(Protocol):
    """An embedding model.

    `name` is for people; `digest` identifies everything that shapes a vector; `dim` is the number
    of a vector's places. A vector depends on its own text only, never on the others of a call.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def digest(self) -> str: ...  # noqa: D102
    @property
    def dim(self) -> int: ...  # noqa: D102

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32 (len(texts), dim), rows of length 1, or 0 for a text without any token.

        Raises ModelUnavailable where the model gives no usable answer.
        """


def unit(vectors: npt.NDArray[np.floating]) -> Vectors:
    """Scale rows to length 1 (zero rows stay zero) and round them."""
    exact = np.asarray(vectors, dtype=np.float64)
    length = np.sqrt(np.square(exact).sum(axis=1, keepdims=True))
    scaled = np.divide(exact, length, out=np.zeros_like(exact), where=length > 0)
    # Adding zero turns -0.0 into 0.0, so that equal vectors have equal bytes.
    return np.asarray(np.round(scaled, DECIMALS) + 0.0, dtype=np.float32)


class CachedEmbedder:
    """An embedder that computes or sends each text once."""

    def __init__(self, inner: Embedder, cache: Cache, report: PartReport) -> None:
        self._inner = inner
        self._cache = cache
        self._report = report
        self.name = inner.name
        self.digest = inner.digest

    @property
    def dim(self) -> int:
        """Number of places of a vector, asked of the model once."""
        key = content_key(self.digest, "\0dim")
        known = self._cache.get([key]).get(key)
        if known is None:
            known = str(self._inner.dim).encode()
            self._cache.put({key: known})
        return int(known)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of `texts`, from the cache where it has them."""
        keys = [content_key(self.digest, "t" + text) for text in texts]
        known = self._cache.get(list(dict.fromkeys(keys)))
        wanted = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        self._report.add(cache_hits=len(known))
        if wanted:
            computed = self._inner.embed(list(wanted.values()))
            fresh = {key: row.tobytes() for key, row in zip(wanted, computed, strict=True)}
            self._cache.put(fresh)
            known |= fresh
        if not keys:
            return np.zeros((0, self.dim), dtype=np.float32)
        return np.stack([np.frombuffer(known[key], dtype=np.float32) for key in keys])


def digest_of_files(files: Sequence[Path], *others: str) -> str:
    """Return one SHA-256 over the names and contents of `files`, and `others`."""
    total = hashlib.sha256()
    for other in others:
        total.update(other.encode() + b"\0")
    for file in sorted(files):
        total.update(file.name.encode() + b"\0")
        with file.open("rb") as stream:
            total.update(hashlib.file_digest(stream, "sha256").digest())
    return total.hexdigest()
