"""The application number of a Chinese patent (ZC 0006-2003), as it is written: 202110123456.7, 85100123.4.

Its places are the year, the kind of application, a running number and, after the point, a check character.
Since October 2003 the year has four places, before it had two.
"""

from __future__ import annotations

import re

_PREFIX = re.compile(r"^(?:ZL|CN)")
_OTHER = re.compile(r"[\s,，·]")
_LONG = re.compile(r"((?:19|20)[0-9]{2}[12389][0-9]{7})\.?([0-9X])")
_SHORT = re.compile(r"((?:8[5-9]|9[0-9]|0[0-3])[1-389][0-9]{5})\.?([0-9X])")
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)


def application_number(value: str) -> str:
    """Return an application number as CN202110123456.7; raises ValueError where it fails its check.

    ZL, CN or nothing may stand before it, and the point may be missing.
    """
    bare = _OTHER.sub("", _PREFIX.sub("", _OTHER.sub("", value.upper().replace("．", "."))))
    found = _LONG.fullmatch(bare) or _SHORT.fullmatch(bare)
    if found is None or check_character(found[1]) != found[2]:
        msg = "专利申请号不正确 / not a Chinese application number"
        raise ValueError(msg)
    return f"CN{found[1]}.{found[2]}"


def check_character(stem: str) -> str:
    """Return the character after the point: the weighted sum of the places modulo 11, X for ten."""
    rest = sum(int(sign) * weight for sign, weight in zip(stem, _WEIGHTS, strict=False)) % 11
    return "X" if rest == 10 else str(rest)
