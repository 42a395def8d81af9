"""Lists in pages: each page names where the next begins, so that what comes in meanwhile shifts nothing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from django.http import HttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from qixi.api.caller import Asked
from qixi.core import Problem, Refused, Text

T = TypeVar("T")
Limit = Annotated[int, Query(ge=1, le=100, description="每页条数 / entries of a page")]
Cursor = Annotated[
    str, Query(max_length=200, description="上一页给出的 next / what the page before gave as next")
]


class Page(BaseModel, Generic[T]):
    """Some entries of a list. `next` is the cursor of the following page, null on the last."""

    items: list[T]
    next: str | None = Field(description="cursor of the following page")


def cut(
    request: Asked, response: HttpResponse, found: Sequence[T], limit: int, mark: Callable[[T], str]
) -> tuple[Sequence[T], str | None]:
    """Return the entries of a page out of one more than it holds, and the cursor of what follows, if any."""
    if len(found) <= limit:
        return found, None
    cursor = base64.urlsafe_b64encode(mark(found[limit - 1]).encode()).decode().rstrip("=")
    query = request.GET.copy()
    query["cursor"] = cursor
    response.headers["Link"] = f'<{request.path}?{query.urlencode()}>; rel="next"'
    return found[:limit], cursor


def marked(cursor: str) -> str:
    """Return the mark that a cursor stands for; raises Refused for one that no page gave."""
    try:
        mark = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        raise strange() from None
    if not mark.isprintable():
        raise strange()
    return mark


def strange() -> Refused:
    """Return the refusal of a cursor that leads nowhere."""
    return Refused(
        Problem(
            "cursor",
            Text("cursor 无法使用", "the cursor leads nowhere"),
            Text("请使用上一页给出的 next，或从第一页开始", "use what a page gave as next, or begin anew"),
            column="cursor",
        )
    )
