"""The likeness of technologies to a firm's own patents, from that of texts and that of symbols."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled


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
    symbols = by_set.size > 0
    for d in range(by_text.size):
        compared = symbols and set_of[d] >= 0
        value = other
        if with_text[d]:
            value = by_text[d]
            if compared:
                value = text_share * value + (np.float32(1) - text_share) * by_set[set_of[d]]
        elif compared:
            value = by_set[set_of[d]]
        by_text[d] = scale * value
