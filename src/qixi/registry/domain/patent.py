"""A patent as a file or its owner states it, and the number under which it is published. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, StringConstraints, model_validator

from qixi.procedures.forms import Form, titled
from qixi.registry.domain.asset import PATENTS, AssetKind, Status, register_number

_PUBLISHED = re.compile(r"([A-Z]{2})?([0-9]{5,15})([A-Z][0-9]?)?")
_MARKS = re.compile(r"[\s,，.．/·-]")

Line = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Claim = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]


def publication_number(value: str) -> str:
    """Return a publication number as numbers are compared: CN112345678A; raises ValueError for none.

    Without letters of a country it is one of China's (WIPO standard ST.16 has the kinds at its end).
    """
    bare = _MARKS.sub("", unicodedata.normalize("NFKC", value).upper())
    found = _PUBLISHED.fullmatch(bare)
    if found is None:
        msg = "公开（公告）号不正确 / not a publication number"
        raise ValueError(msg)
    return f"{found[1] or 'CN'}{found[2]}{found[3] or ''}"


def _publication(value: str) -> str:
    return publication_number(value) if value else ""


class PatentForm(Form):
    """A patent or application: its number, its bibliography, where it stands.

    An achievement that is none takes the same form; its number is the one under which its owner lists it.
    """

    kind: AssetKind = titled("类型", "Kind")
    number: str = titled("申请号", "Application number", min_length=1, max_length=300)
    title: str = titled("名称", "Title", min_length=2, max_length=300)
    summary: str = titled("摘要", "Abstract", default="", max_length=20_000)
    claims: tuple[Claim, ...] = titled("权利要求", "Claims", default=(), max_length=300)
    keywords: tuple[Line, ...] = titled("关键词", "Keywords", default=(), max_length=100)
    ipc: tuple[Line, ...] = titled("分类号", "IPC symbols", default=(), max_length=100)
    applicants: tuple[Line, ...] = titled("申请人（专利权人）", "Applicants", default=(), max_length=50)
    inventors: tuple[Annotated[str, StringConstraints(min_length=1, max_length=100)], ...] = titled(
        "发明人", "Inventors", default=(), max_length=100
    )
    publication_no: Annotated[str, AfterValidator(_publication)] = titled(
        "公开（公告）号", "Publication number", default="", max_length=40
    )
    family: str = titled("同族", "Family", default="", max_length=500)
    filed_on: date | None = titled("申请日", "Day of filing", default=None)
    granted_on: date | None = titled("授权日", "Day of grant", default=None)
    status: Status | None = titled("法律状态", "Legal status", default=None)
    fee_due_on: date | None = titled("下次年费缴纳期限", "Next annual fee due", default=None)
    publicly_funded: bool | None = titled("是否财政资助", "Publicly funded", default=None)

    @model_validator(mode="after")
    def _has_its_number(self) -> PatentForm:
        if self.kind in PATENTS:
            register_number(self.kind, self.number)
        return self

    def numbers(self, lead: str) -> tuple[str, str]:
        """Return the number as it is shown, and as it is compared; an owner's own number is its alone."""
        if self.kind in PATENTS:
            return register_number(self.kind, self.number)
        own = hashlib.sha256(f"{lead} {self.number}".encode()).hexdigest()
        return self.number[:60], f"{self.kind}:{own}"
