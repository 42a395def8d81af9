"""Writing evidence: files handed in with a case, kept under the hash of their content."""

from __future__ import annotations

import hashlib
from datetime import date

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from qixi.casework import models
from qixi.casework.domain.files import kind_of, plain_name
from qixi.casework.queries import row_of, standings_in, subject_of
from qixi.casework.queries.evidence import content_of, place_of
from qixi.casework.services.rows import locked_open, refused
from qixi.core import Refused, Text
from qixi.procedures import Role, Standing
from qixi.registry.domain.may import Actor, Verb
from qixi.registry.services.entries import permit

MOST_FILES = 200
"""Files of one case, at most."""


def attach(actor: Actor, number: str, name: str, content: bytes, today: date) -> models.Evidence:
    """Hand in a file with a case; the same file of the same party is kept once.

    Parties and officers do, and who objected. Raises Refused, with the reason, for a file that is not taken.
    """
    standing = _hands_in(actor, row_of(actor, number))
    shown = plain_name(name)
    kind = kind_of(shown, content, settings.UPLOAD_MOST)
    sha256 = keep(content)
    with transaction.atomic():
        row = locked_open(number)
        if row.evidence.count() >= MOST_FILES:
            raise refused(
                Text(f"本案文件已达 {MOST_FILES} 个", f"the case has {MOST_FILES} files already"),
                Text("请合并后再上传", "put several into one"),
            )
        found, _ = models.Evidence.objects.get_or_create(
            case=row,
            party=standing.party,
            sha256=sha256,
            defaults={
                "role": standing.role.value,
                "person": actor.number,
                "name": shown,
                "kind": kind.name,
                "size": len(content),
                "on": today,
            },
        )
        return found


def _hands_in(actor: Actor, row: models.Case) -> Standing:
    """Return the role in which an actor hands in a file; raises Refused where it has none that does.

    Experts speak by their opinions alone: a file could tell who they are.
    """
    permit(actor, Verb.ATTACH, subject_of(row))
    return next(each for each in standings_in(actor, row) if each.role is not Role.EXPERT)


def keep(content: bytes) -> str:
    """Keep content under its hash, and return that; what a killed process wrote in part is written anew."""
    sha256 = hashlib.sha256(content).hexdigest()
    place = place_of(sha256)
    if default_storage.exists(place):
        try:
            content_of(sha256)
        except Refused:
            default_storage.delete(place)
        else:
            return sha256
    kept = default_storage.save(place, ContentFile(content))
    if kept != place:  # another was faster with the same content
        default_storage.delete(kept)
    return sha256
