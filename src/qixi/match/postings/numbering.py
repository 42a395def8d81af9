"""Numbers for codes in the order in which they are first met, for many millions of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.interning import intern

_FREE = -1


class Numbering:
    """Numbers codes from 0; sixteen to forty-eight bytes for each."""

    def __init__(self) -> None:
        self.size = 0
        self._keys = np.full(2**12, _FREE, dtype=np.int64)
        self._numbers = np.empty(self._keys.size, dtype=np.int32)

    def number(self, codes: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the number of each code, the next one for a code that is new."""
        if 2 * (self.size + codes.size) > self._keys.size:
            met = self.met()
            places = 1 << (3 * (self.size + codes.size)).bit_length()
            self._keys = np.full(places, _FREE, dtype=np.int64)
            self._numbers = np.empty(places, dtype=np.int32)
            intern(self._keys, self._numbers, met, 0)
        found: NDArray[np.int32]
        found, self.size = intern(self._keys, self._numbers, codes, self.size)
        return found

    def met(self) -> NDArray[np.int64]:
        """Return the codes by number."""
        used = self._keys != _FREE
        codes = np.empty(self.size, dtype=np.int64)
        codes[self._numbers[used]] = self._keys[used]
        return codes
