"""What is filled in when an asset is entered, and the number by which it is known."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, StringConstraints, model_validator

from qixi.procedures.application_number import application_number
from qixi.procedures.forms import Choice, Form, titled
from qixi.registry.domain.encumbrances import Burden
from qixi.registry.domain.shares import fraction, whole, written


class AssetKind(Choice):
    """The kinds of asset that the law knows."""

    PATENT = "patent", "专利", "Patent"
    APPLICATION = "application", "专利申请", "Patent application"
    SECRET = "secret", "技术秘密", "Trade secret"
    LAYOUT = "layout", "集成电路布图设计", "Layout design"
    SOFTWARE = "software", "计算机软件", "Software"
    TRADEMARK = "trademark", "商标", "Trademark"
    COPYRIGHT = "copyright", "作品著作权", "Copyright"
    GEOGRAPHICAL = "geographical", "地理标志", "Geographical indication"
    DATA = "data", "数据知识产权", "Data set"
    ACHIEVEMENT = "achievement", "科技成果", "Achievement"


class Status(Choice):
    """Where a right stands; the values are those of `qixi.core.LegalStatus`."""

    PENDING = "pending", "审查中", "Pending"
    IN_FORCE = "in_force", "有效", "In force"
    LAPSED = "lapsed", "已终止", "Lapsed"
    INVALID = "invalid", "已无效", "Invalid"


PATENTS = frozenset({AssetKind.PATENT, AssetKind.APPLICATION})
_FOREIGN = re.compile(r"(?!CN|ZL)[A-Z]{2}[0-9A-Z]{4,30}")
_SIGN = re.compile(r"[^0-9A-Z\u4e00-\u9fff]")
_MOST = 60

Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Division = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{1,8}$")]


def register_number(kind: AssetKind, value: str) -> tuple[str, str]:
    """Return an office's number as it is written, and as numbers are compared; raises ValueError.

    A patent of China is known by its application number, whose check character must be right, one of another
    country by its number with that country's letters. An application that is granted keeps its number.
    """
    if kind not in PATENTS:
        shown = " ".join(unicodedata.normalize("NFKC", value).upper().split())
        bare = _SIGN.sub("", shown)
        if not bare or len(shown) > _MOST:
            msg = "登记号不正确 / not a registration number"
            raise ValueError(msg)
        return shown, f"{kind}:{bare}"
    bare = _SIGN.sub("", unicodedata.normalize("NFKC", value).upper())
    if _FOREIGN.fullmatch(bare):
        return bare, f"patent:{bare}"
    shown = application_number(unicodedata.normalize("NFKC", value))
    return shown, f"patent:{shown}"


class ShareLine(Form):
    """A holder, by its number, and its part."""

    party: Line = titled("持有人编号", "Number of the holder")
    part: Annotated[str, AfterValidator(written)] = titled("份额", "Share", max_length=20)


class InventorLine(Form):
    """Who made it; `person` is the number of an account, where there is one."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100)] = titled("姓名", "Name")
    person: str = titled("账号编号", "Number of the account", default="", max_length=64)


class AssetForm(Form):
    """An asset as its lead editor enters it."""

    kind: AssetKind = titled("类型", "Kind")
    title: str = titled("名称", "Title", min_length=2, max_length=300)
    number: str = titled("申请号或登记号", "Application or registration number", default="", max_length=80)
    summary: str = titled("简介（公开）", "Summary (public)", default="", max_length=8000)
    confidential: str = titled("保密内容", "Confidential part", default="", max_length=8000)
    filed_on: date | None = titled("申请或登记日期", "Day of filing", default=None)
    division: Division = titled("所在行政区划代码", "Administrative division")
    public: bool = titled("对外公开", "Shown to everybody", default=False)
    holders: tuple[ShareLine, ...] = titled("持有人", "Holders", min_length=1, max_length=50)
    inventors: tuple[InventorLine, ...] = titled("完成人", "Inventors", default=(), max_length=100)

    @model_validator(mode="after")
    def _is_whole(self) -> AssetForm:
        if not whole(fraction(each.part) for each in self.holders):
            msg = "各持有人份额之和须为一 / the shares of the holders must make one whole"
            raise ValueError(msg)
        if len({each.party for each in self.holders}) != len(self.holders):
            msg = "同一持有人只填一行 / a holder stands in one line"
            raise ValueError(msg)
        if self.kind in PATENTS and not self.number:
            msg = "专利须填写申请号 / a patent has an application number"
            raise ValueError(msg)
        if self.number:
            register_number(self.kind, self.number)
        return self


class AssetChange(Form):
    """What the lead editor may change of an asset: how it is described, and who sees it."""

    title: str = titled("名称", "Title", min_length=2, max_length=300)
    summary: str = titled("简介（公开）", "Summary (public)", default="", max_length=8000)
    confidential: str = titled("保密内容", "Confidential part", default="", max_length=8000)
    public: bool = titled("对外公开", "Shown to everybody", default=False)


class ClaimForm(Form):
    """What somebody claims who is not among the holders of an asset that others entered."""

    kind: AssetKind = titled("类型", "Kind")
    number: str = titled("申请号或登记号", "Application or registration number", max_length=80)
    reason: Line = titled("理由", "What the claim rests on")

    @model_validator(mode="after")
    def _has_a_number(self) -> ClaimForm:
        register_number(self.kind, self.number)
        return self


class TransferForm(Form):
    """A share, or a part of it, that goes to another holder."""

    giver: Line = titled("转让方编号", "Number of the giver")
    receiver: Line = titled("受让方编号", "Number of the receiver")
    part: Annotated[str, AfterValidator(written)] = titled("份额", "Share", max_length=20)
    on: date = titled("转让日期", "Day of the transfer")
    basis: Line = titled("依据（合同或文书编号）", "Number of the contract or paper")


class RightForm(Form):
    """Where the right stands from a day on: granted, lapsed, declared invalid."""

    status: Status = titled("状态", "Status")
    since: date = titled("自", "From")
    basis: str = titled(
        "依据（公告或文书编号）", "Number of the announcement or paper", default="", max_length=200
    )


class EncumbranceForm(Form):
    """A licence, a pledge or a preservation."""

    kind: Burden = titled("类型", "Kind")
    party: str = titled(
        "被许可人、质权人或保全机关编号", "Number of the licensee or pledgee", default="", max_length=64
    )
    territory: str = titled(
        "地域（行政区划代码，空为全国）",
        "Territory (a division; empty is everywhere)",
        default="",
        pattern=r"^([1-9][0-9]{1,8})?$",
    )
    since: date = titled("自", "From")
    until: date | None = titled("至", "Until", default=None)
    basis: Line = titled("依据（合同或文书编号）", "Number of the contract or paper")
    consent: bool = titled("质权人已同意", "The pledgee consents", default=False)

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> EncumbranceForm:
        if self.until is not None and self.until < self.since:
            msg = "结束日期早于开始日期 / it ends before it begins"
            raise ValueError(msg)
        return self
