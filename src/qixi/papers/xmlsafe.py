"""Text as XML can hold it."""

from __future__ import annotations

import re

_BARRED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """Return the text with a mark in place of each character that XML 1.0 bars."""
    return _BARRED.sub("\ufffd", text)
