"""People, organisations, posts and divisions, as rows."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q


class User(AbstractUser):
    """A person with an account. Its `number` stands in events, and stays when the account is closed."""

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    language = models.CharField(max_length=2, choices=[("zh", "中文"), ("en", "English")], default="zh")
    closed_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name or self.username


class Division(models.Model):
    """An administrative division, by its code without the trailing zeros: 33, 3301, 330102."""

    code = models.CharField(max_length=9, primary_key=True)
    name = models.CharField(max_length=60)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")

    def __str__(self) -> str:
        return f"{self.name} {self.code}"


class Organisation(models.Model):
    """A body that can be a party. Its `number` stands in cases; one that was merged says into which.

    `entered_by` is the number of the case by which it was last verified.
    """

    class Kind(models.TextChoices):
        """What kind of body it is."""

        ENTERPRISE = "enterprise", "企业 / enterprise"
        UNIVERSITY = "university", "高校 / university"
        INSTITUTE = "institute", "科研院所 / institute"
        HOSPITAL = "hospital", "医院 / hospital"
        SERVICE = "service", "服务机构 / service institution"
        BANK = "bank", "银行 / bank"
        INSURER = "insurer", "保险 / insurer"
        OFFICE = "office", "主管部门 / office"
        OTHER = "other", "其他 / other"

    class Standing(models.TextChoices):
        """Whether it may do more than draft."""

        UNVERIFIED = "unverified", "未核验 / unverified"
        VERIFIED = "verified", "已核验 / verified"
        SUSPENDED = "suspended", "已暂停 / suspended"

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    credit_code = models.CharField(max_length=18, null=True, blank=True, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    division = models.ForeignKey(Division, on_delete=models.PROTECT)
    standing = models.CharField(max_length=12, choices=Standing.choices, default=Standing.UNVERIFIED)
    entered_by = models.CharField(max_length=32, blank=True, db_index=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """What a person is in an organisation, from one day to another."""

    class Title(models.TextChoices):
        """Posts as organisations have them."""

        INVENTOR = "inventor", "发明人 / inventor"
        DEPARTMENT = "department", "院系 / department"
        TRANSFER = "transfer", "转化机构 / transfer office"
        FINANCE = "finance", "财务 / finance"
        LEGAL = "legal", "法务 / legal"
        LEADER = "leader", "分管领导 / approving leader"
        HANDLER = "handler", "经办人 / handler"
        APPROVER = "approver", "审批人 / approver"
        OFFICER = "officer", "主管部门经办 / officer"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="posts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="posts")
    title = models.CharField(max_length=12, choices=Title.choices)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "organisation", "title"],
                condition=Q(until__isnull=True),
                name="post_held_once",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="post_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.title} {self.organisation}"
