"""The inbox: what one and one's organisations were told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from qixi.api.caller import Asked, known
from qixi.api.models import Scope
from qixi.api.pages import Cursor, Limit, Page, cut, marked, strange
from qixi.core import Text
from qixi.registry.queries import inbox
from qixi.registry.services import mark_read

router = Router(tags=["inbox"])
_LARGEST = 2**63 - 1
"""The largest number that a row can have, on either database."""


class MessageShown(BaseModel):
    """A message. `party` was told: oneself, or an organisation; `case` is empty where it is about none."""

    number: int
    party: str
    kind: str
    text: Text
    case: str
    sent_at: datetime
    read_at: datetime | None


class Reading(BaseModel):
    """Which messages were read; others' are passed over."""

    model_config = ConfigDict(extra="forbid")
    messages: list[Annotated[int, Field(ge=1, le=_LARGEST)]] = Field(min_length=1, max_length=100)


class Read(BaseModel):
    """How many of them were unread before."""

    read: int = Field(ge=0)


@router.get("/inbox", auth=known(Scope.READ), response=Page[MessageShown], summary="消息 / Messages")
def messages(
    request: Asked,
    response: HttpResponse,
    limit: Limit = 50,
    cursor: Cursor = "",
    unread: Annotated[bool, Query(description="只列未读 / unread alone")] = False,
) -> Page[MessageShown]:
    """List what one and one's organisations were told, the latest first."""
    found = inbox(request.auth.actor)
    if unread:
        found = found.filter(read_at__isnull=True)
    if cursor:
        mark = marked(cursor)
        if not mark.isdecimal() or int(mark) > _LARGEST:
            raise strange()
        found = found.filter(pk__lt=int(mark))
    some, following = cut(request, response, list(found[: limit + 1]), limit, lambda each: str(each.pk))
    return Page(
        items=[
            MessageShown(
                number=each.pk,
                party=each.party,
                kind=each.kind,
                text=Text(each.zh, each.en),
                case=each.case,
                sent_at=each.sent_at,
                read_at=each.read_at,
            )
            for each in some
        ],
        next=following,
    )


@router.post("/inbox/read", auth=known(Scope.ACT), response=Read, summary="标为已读 / Mark as read")
def read(request: Asked, reading: Reading) -> Read:
    """Mark messages as read; one to an organisation is read when one of its people has read it."""
    return Read(read=mark_read(request.auth.actor, reading.messages))
