"""The same request sent again: performed once for each Idempotency-Key, answered the same each time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Header

from qixi.api.caller import Asked
from qixi.api.services import once

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{0,128}$",
        description="同一个键只执行一次，重发得到同一答复 / performed once for each key; "
        "whoever sends it again gets the same answer",
    ),
]


def answered(
    request: Asked,
    response: HttpResponse,
    key: str,
    perform: Callable[[], dict[str, Any]],
    sent: bytes | None = None,
) -> dict[str, Any]:
    """Return what performing gives, or what it gave when the same request came before.

    `sent` is what makes the request the same, where that is not its body byte for byte.
    """
    if not key:
        return perform()
    whole = f"{request.method} {request.path}\n".encode() + (request.body if sent is None else sent)
    digest = hashlib.sha256(whole).hexdigest()
    content, replayed = once(request.auth.actor.number, key, digest, request.auth.now, perform)
    if replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return content
