"""What the door knows of tokens: read, never written."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db.models import QuerySet

from qixi.api.models import Token
from qixi.registry.models import User


def tokens_of(user: User) -> QuerySet[Token]:
    """Return the tokens of a person that were not revoked, the latest first."""
    return Token.objects.filter(user=user, revoked_at__isnull=True).order_by("-id")


def token_by(key: str, now: datetime) -> Token | None:
    """Return the token that a key is of, None for one that opens nothing (any more)."""
    found = Token.objects.filter(digest=digest_of(key)).select_related("user").first()
    return found if found is not None and found.holds(now) else None


def digest_of(key: str) -> str:
    """Return what is kept of a key: it is long and random, so that a plain digest cannot be turned back."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
