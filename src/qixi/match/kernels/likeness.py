"""The likeness of technologies to a firm's own patents, from that of texts and that of symbols."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled

_TILE = 4096
"""Technologies at a time: what is looked up for them stays in the first cache."""


@compiled
def blend(
    by_text: NDArray[np.float32],
    with_text: NDArray[np.bool_],
    by_set: NDArray[np.float32],
    set_of: NDArray[np.int32],
    text_share: np.float32,
    scale: np.float32,
    other: np.float32,
) -> None:
    """Turn `by_text` into the likeness of each technology, times `scale`.

    `with_text` says where texts compare; `by_set` is empty where symbols do not. Where neither can be
    compared the likeness is `other`.
    """
    if not by_set.size:
        for d in range(by_text.size):
            by_text[d] = scale * (by_text[d] if with_text[d] else other)
        return
    rest, symbols = np.float32(1) - text_share, np.empty(_TILE, dtype=np.float32)
    for begin in range(0, by_text.size, _TILE):
        texts, sets = by_text[begin : begin + _TILE], set_of[begin : begin + _TILE]
        worded = with_text[begin : begin + _TILE]
        # Looked up first: what is left is straight-line arithmetic and becomes vector code.
        for d in range(texts.size):
            own = sets[d]
            symbols[d] = by_set[np.uint32(own)] if own >= 0 else other
        for d in range(texts.size):
            both = text_share * texts[d] + rest * symbols[d] if sets[d] >= 0 else texts[d]
            texts[d] = scale * (both if worded[d] else symbols[d])
