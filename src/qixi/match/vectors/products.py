"""All products of a few needs with all technologies, on the processor or on a device of PyTorch's."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from qixi.match.vectors.device import best_device
from qixi.match.vectors.moments import Vectors

_ROWS = 131_072


class Products(Protocol):
    """Multiplies needs with the technologies it was made for, in single precision."""

    def of(self, needs: Vectors) -> Vectors:
        """Return float32 (needs, technologies) for float32 (needs, dim)."""
        ...


def products(vectors: Vectors, device: str | None = None) -> Products:
    """Return what multiplies with `vectors` float32 (technologies, dim), which may be memory-mapped.

    `device` is one of PyTorch's; without it, a graphics processor is taken where PyTorch sees one.
    """
    chosen = device or best_device()
    return Here(vectors) if chosen is None else There(vectors, chosen)


class Here:
    """By the linear algebra library that NumPy has."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    def of(self, needs: Vectors) -> Vectors:
        """See `Products`."""
        return np.asarray(needs @ self._vectors.T, dtype=np.float32)


class There:
    """On a device, where the technologies stay; no reduced formats."""

    def __init__(self, vectors: Vectors, device: str) -> None:
        import torch

        torch.backends.cuda.matmul.allow_tf32 = False
        self._device = device
        self._held: list[Any] = [
            torch.from_numpy(np.array(vectors[at : at + _ROWS])).to(device)
            for at in range(0, len(vectors), _ROWS)
        ]

    def of(self, needs: Vectors) -> Vectors:
        """See `Products`."""
        import torch

        asked = torch.from_numpy(np.array(needs, dtype=np.float32)).to(self._device)
        found = [(asked @ held.T).cpu().numpy() for held in self._held]
        none = np.empty((len(needs), 0), dtype=np.float32)
        return np.concatenate([none, *found], axis=1)
