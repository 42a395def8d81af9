"""The unified social credit code of an organisation, tested by its check character (GB 32100-2015)."""

from __future__ import annotations

import re

_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LENGTH = 18
_SHAPE = re.compile(rf"[{_SIGNS}]{{{_LENGTH}}}")


def credit_code(value: str) -> str:
    """Return a code in capitals; raises ValueError for one that is malformed or fails its check.

    The check character makes the sum of place weight x value a multiple of 31, the weights being the
    powers of 3.
    """
    code = value.strip().upper()
    if not _SHAPE.fullmatch(code) or check_character(code[:-1]) != code[-1]:
        msg = "统一社会信用代码不正确 / not a unified social credit code"
        raise ValueError(msg)
    return code


def check_character(stem: str) -> str:
    """Return the last character of a code whose first 17 are `stem`."""
    total = sum(_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(stem))
    return _SIGNS[-total % 31]
