"""ETag and If-Match: whoever acts says what it looked at, and is told where somebody else was faster."""

from __future__ import annotations

import re
from typing import Annotated

from ninja import Header

Match = Annotated[
    str,
    Header(
        alias="If-Match",
        max_length=200,
        description="查看时得到的 ETag；此后已有变动则不办理（412） / the ETag of what one looked at; "
        "where it has changed since, nothing is done (412)",
    ),
]
_TAG = re.compile(r'"([0-9]{1,9})"')
_NONE = -1


def tag(changes: int) -> str:
    """Return the tag of what has changed so many times."""
    return f'"{changes}"'


def seen(match: str) -> int | None:
    """Return how many changes whoever asks has seen, None where it does not say; no tag of ours fits none."""
    if match.strip() in {"", "*"}:
        return None
    found = _TAG.fullmatch(match.strip())
    return int(found[1]) if found is not None else _NONE
