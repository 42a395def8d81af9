"""What is known of files handed in, and their content for those who may see it."""

from __future__ import annotations

import hashlib
from datetime import date
from uuid import UUID

from django.core.files.storage import default_storage
from django.db.models import QuerySet

from qixi.casework import models
from qixi.casework.domain.files import KINDS
from qixi.casework.queries.cases import View, view
from qixi.casework.queries.papers import Made
from qixi.core import Problem, Refused, Text
from qixi.registry.domain.may import Actor


def evidence_in(seen: View) -> QuerySet[models.Evidence]:
    """Return the files of a case that an actor may see: all from inside, its own for who objected."""
    found = seen.row.evidence.all()
    return found if seen.is_inside else found.filter(party__in=seen.actor.parties())


def evidence_for(actor: Actor, number: str, evidence: UUID, today: date) -> Made:
    """Return a file of a case, to be served as an attachment; raises Refused where it may not be seen."""
    found = evidence_in(view(actor, number, today)).filter(number=evidence).first()
    if found is None:
        raise Refused(
            Problem(
                "missing",
                Text("没有这个文件", "there is no such file"),
                Text("请核对链接", "check the link"),
            )
        )
    return Made(found.name, KINDS[found.kind].media_type, content_of(found.sha256))


def place_of(sha256: str) -> str:
    """Return where in the store content of that hash lies."""
    return f"evidence/{sha256[:2]}/{sha256[2:]}"


def content_of(sha256: str) -> bytes:
    """Return the content of that hash; raises Refused where the store has lost or changed it."""
    try:
        with default_storage.open(place_of(sha256)) as file:
            content: bytes = file.read()
    except FileNotFoundError:
        content = b""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Refused(
            Problem(
                "file-damaged",
                Text("文件在存储中丢失或被改动", "the file was lost or changed in the store"),
                Text("请联系平台运营人员从备份恢复", "ask the operator to restore it from a backup"),
            )
        )
    return content
