"""Adding what the common terms say to a need's candidates, which the rare terms and topics found."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled
from qixi.match.kernels.shapes import Asked, Lists


@compiled
def common_part(
    by_document: Lists,
    documents: NDArray[np.int32],
    asked: Asked,
    table: NDArray[np.float32],
    share: float,
    sums: NDArray[np.float32],
) -> None:
    """Add share x weight x worth over the leading terms, those below `table.size`, to each document's sum.

    `documents` int32 and `sums` float32 (candidates,): rows of `by_document` and what is known of them.
    `asked` is the whole query; `table` float32 (leading terms,) is all 0 before and after.
    """
    common = table.size
    asked_common = np.searchsorted(asked.terms, np.int32(common))
    for k in range(asked_common):
        table[asked.terms[k]] = np.float32(share * asked.weights[k])
    start, columns, worth = by_document
    for i in range(documents.size):
        begin, end = start[documents[i]], start[documents[i] + 1]
        total = np.float32(0)
        for j in range(begin, end):
            term = columns[j]
            if term >= np.uint32(common):
                break
            total += table[term] * worth[j]
        sums[i] += total
    for k in range(asked_common):
        table[asked.terms[k]] = np.float32(0)
