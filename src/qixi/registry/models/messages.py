"""What the house has told a party, as rows."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from qixi.procedures.values import LONGEST_NUMBER


class Message(models.Model):
    """A message to a party, in both languages, about a case. `key` is its own: none is sent twice.

    One to an organisation is read when one of its people has read it; `read_by` is that person's number.
    """

    key = models.CharField(max_length=200, unique=True)
    party = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    zh = models.TextField()
    en = models.TextField()
    case = models.CharField(max_length=LONGEST_NUMBER, blank=True)
    sent_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    read_by = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["party", "-id"], name="message_inbox"),
            models.Index(fields=["party"], name="message_unread", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"
