"""The exact product on a device of PyTorch's, such as a graphics processor, with the best kept there."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

from qixi.match.vectors.moments import Vectors

if TYPE_CHECKING:
    from qixi.match.vectors.nearest import Near

_ROWS = 131_072
_BLOCK = 1024


def best_device() -> str | None:
    """Return the graphics processor that PyTorch sees, or None where there is none or no PyTorch."""
    if find_spec("torch") is None:
        return None
    import torch

    return "cuda" if torch.cuda.is_available() else None


class OnDevice:
    """Every product in single precision, in blocks that stream to the device; no reduced formats."""

    def __init__(self, vectors: Vectors, device: str) -> None:
        import torch

        self._vectors, self._device = vectors, device
        torch.backends.cuda.matmul.allow_tf32 = False

    def search(self, needs: Vectors, count: int) -> Near:
        """See `Nearest`."""
        import torch

        from qixi.match.vectors.nearest import Near  # noqa: PLC0415

        count = min(count, self._vectors.shape[0])
        asked = torch.from_numpy(np.array(needs, dtype=np.float32))
        kept = torch.full((len(asked), count), -torch.inf)
        places = torch.zeros((len(asked), count), dtype=torch.int64)
        for first in range(0, self._vectors.shape[0], _ROWS):
            held = torch.from_numpy(np.array(self._vectors[first : first + _ROWS])).to(self._device)
            for at in range(0, len(asked), _BLOCK):
                block = slice(at, at + _BLOCK)
                found = asked[block].to(self._device) @ held.T
                scores, best = torch.topk(found, min(count, len(held)), dim=1, sorted=False)
                both = torch.cat([kept[block], scores.cpu()], dim=1)
                numbers = torch.cat([places[block], best.cpu() + first], dim=1)
                kept[block], chosen = torch.topk(both, count, dim=1, sorted=False)
                places[block] = numbers.gather(1, chosen)
        return Near(places.numpy().astype(np.int32), kept.numpy())
