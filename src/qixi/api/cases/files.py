"""Files handed in with a case: listed, handed in, fetched."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from ninja import File, Router, Status, UploadedFile
from pydantic import BaseModel

from qixi.api.caller import Asked, known
from qixi.api.cases.shapes import Number
from qixi.api.downloads import BINARY, download
from qixi.api.keys import Key, answered
from qixi.api.models import Scope
from qixi.api.pages import Cursor, Limit, Page, cut, marked, strange
from qixi.api.problems import TooLarge
from qixi.casework import models
from qixi.casework.queries import view
from qixi.casework.queries.evidence import evidence_for, evidence_in
from qixi.casework.services import attach
from qixi.procedures import Role
from qixi.registry.queries import names_of
from qixi.registry.queries.people import as_number

router = Router(tags=["files"])


class FileShown(BaseModel):
    """A file that was handed in, by which party; its content is known by its SHA-256."""

    number: UUID
    name: str
    kind: str
    size: int
    sha256: str
    party: str
    party_name: str
    role: Role
    on: date


@router.get(
    "/cases/{number}/files",
    auth=known(Scope.READ),
    response=Page[FileShown],
    summary="案件文件 / Files of a case",
)
def files(
    request: Asked, response: HttpResponse, number: Number, limit: Limit = 50, cursor: Cursor = ""
) -> Page[FileShown]:
    """List the files of a case that one may see, the first first."""
    found = evidence_in(view(request.auth.actor, number, request.auth.today)).order_by("id")
    if cursor:
        last = found.filter(number=as_number(marked(cursor))).first()
        if last is None:
            raise strange()
        found = found.filter(pk__gt=last.pk)
    some, following = cut(request, response, list(found[: limit + 1]), limit, lambda each: str(each.number))
    names = names_of(each.party for each in some)
    return Page(items=[_shown(each, names.get(each.party, "")) for each in some], next=following)


@router.post(
    "/cases/{number}/files",
    auth=known(Scope.ACT),
    response={201: FileShown},
    summary="提交文件 / Hand in a file",
)
def hand_in(
    request: Asked, response: HttpResponse, number: Number, file: File[UploadedFile], key: Key = ""
) -> Status[dict[str, Any]]:
    """Hand in one file, as multipart/form-data; its content is looked into before it is taken.

    The same file of the same party is kept once.
    """
    if (file.size or 0) > settings.UPLOAD_MOST:
        raise TooLarge
    content, name = file.read(), file.name or ""

    def perform() -> dict[str, Any]:
        kept = attach(request.auth.actor, number, name, content, request.auth.today)
        return _shown(kept, names_of([kept.party]).get(kept.party, "")).model_dump(mode="json")

    sent = f"{name}\n{hashlib.sha256(content).hexdigest()}".encode()
    shown = answered(request, response, key, perform, sent)
    response.headers["Location"] = f"{request.path}/{shown['number']}"
    return Status(201, shown)


@router.get(
    "/cases/{number}/files/{file}",
    auth=known(Scope.READ),
    summary="下载文件 / Fetch a file",
    openapi_extra=BINARY,
)
def fetch(request: Asked, number: Number, file: UUID) -> HttpResponse:
    """Fetch a file that was handed in."""
    return download(evidence_for(request.auth.actor, number, file, request.auth.today))


def _shown(kept: models.Evidence, party_name: str) -> FileShown:
    return FileShown(
        number=kept.number,
        name=kept.name,
        kind=kept.kind,
        size=kept.size,
        sha256=kept.sha256,
        party=kept.party,
        party_name=party_name,
        role=Role(kept.role),
        on=kept.on,
    )
