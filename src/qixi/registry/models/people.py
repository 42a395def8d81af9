"""People, organisations, their posts, invitations to them, and divisions, as rows."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from qixi.procedures.values import LONGEST_NUMBER
from qixi.registry.domain.names import name_key


class User(AbstractUser):
    """A person with an account. Its `number` stands in events, and stays when the account is closed."""

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    language = models.CharField(max_length=2, choices=[("zh", "中文"), ("en", "English")], default="zh")
    mail_wanted = models.BooleanField(default=True)
    sms_wanted = models.BooleanField(default=False)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = "账号 / account"
        verbose_name_plural = "账号 / accounts"

    def __str__(self) -> str:
        return self.name or self.username


class Division(models.Model):
    """An administrative division, by its code without the trailing zeros: 33, 3301, 330102."""

    code = models.CharField(max_length=9, primary_key=True)
    name = models.CharField(max_length=60)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")

    class Meta:
        verbose_name = "行政区划 / division"
        verbose_name_plural = "行政区划 / divisions"

    def __str__(self) -> str:
        return f"{self.name} {self.code}"


class Organisation(models.Model):
    """A body that can be a party. Its `number` stands in cases; one that was merged says into which.

    `entered_by` is the number of the case by which it was last verified; `name_key` is the name as spellings
    of it are compared.
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
    name_key = models.CharField(max_length=200, editable=False, db_index=True)
    credit_code = models.CharField(max_length=18, null=True, blank=True, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    division = models.ForeignKey(Division, on_delete=models.PROTECT)
    standing = models.CharField(max_length=12, choices=Standing.choices, default=Standing.UNVERIFIED)
    entered_by = models.CharField(max_length=LONGEST_NUMBER, blank=True, db_index=True)
    contact = models.CharField(max_length=100, blank=True)
    scope = models.TextField(blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )

    class Meta:
        verbose_name = "机构 / organisation"
        verbose_name_plural = "机构 / organisations"

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the key of the name with the name."""
        self.name_key = name_key(self.name)
        named = kwargs.get("update_fields")
        if named is not None and "name" in named:
            kwargs["update_fields"] = {*named, "name_key"}
        super().save(*args, **kwargs)


class Post(models.Model):
    """What a person is in an organisation, since a day. `until` is the first day on which it no longer is."""

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
        verbose_name = "岗位 / post"
        verbose_name_plural = "岗位 / posts"
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


class Invitation(models.Model):
    """A post that is offered to whoever has the token, once, until a day. Only the token's hash is kept."""

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    title = models.CharField(max_length=12, choices=Post.Title.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.CharField(max_length=64)
    made_on = models.DateField()
    expires_on = models.DateField()
    accepted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="invitations")
    accepted_on = models.DateField(null=True)
    withdrawn_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.title} {self.organisation}"


class Entry(models.Model):
    """What was done in a register beside the cases: what about, who, when, why. Only ever appended to.

    `person` is the number of who did it, empty where a case did, which then is in `content`.
    """

    kind = models.CharField(max_length=16)
    number = models.CharField(max_length=LONGEST_NUMBER)
    verb = models.CharField(max_length=20)
    person = models.CharField(max_length=64, blank=True, db_index=True)
    on = models.DateField()
    content: models.JSONField[Any, Any] = models.JSONField(default=dict)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "登记记录 / entry"
        verbose_name_plural = "登记记录 / entries"
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["kind", "number"], name="entry_about")]

    def __str__(self) -> str:
        return f"{self.on} {self.verb} {self.kind} {self.number}"
