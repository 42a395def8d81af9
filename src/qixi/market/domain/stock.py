"""Taking stock of patents (盘点): what a row of a list states, ways of transfer, the three libraries. Pure.

The steps are those of the national action on the patents that universities hold (国知发运字〔2024〕5号): all
are inventoried, those to be transferred enter the library, firms' grades make them 可转化.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from qixi.core import Asset, LegalStatus, Problem, Refused, Text
from qixi.procedures.forms import Choice, Form, filled, titled
from qixi.registry.domain.asset import AssetKind
from qixi.registry.domain.patent import PatentForm
from qixi.tables.dates import day
from qixi.tables.heads import key

T = TypeVar("T")


class Stage(Choice):
    """How far an asset has come."""

    BASE = "base", "基础库", "Base library"
    TRANSFER = "transfer", "转化资源库", "Transfer library"
    TRANSFERABLE = "transferable", "可转化专利库", "Graded transferable"


class Way(Choice):
    """What its holder is willing to do with it."""

    ASSIGN = "assign", "转让", "Assign"
    LICENSE = "license", "许可", "License"
    OWN = "own", "自行产业化", "Put to use itself"


class OfferForm(Form):
    """What the lead says of the transfer of an asset."""

    ways: tuple[Way, ...] = titled("转化意愿", "Willing to", default=(), max_length=3)
    price: str = titled("价格意向", "Price in mind", default="", max_length=200)
    maturity: int | None = titled("技术成熟度（1–9）", "Readiness level (1-9)", default=None, ge=1, le=9)
    maturity_text: str = titled("成熟度说明", "Stage in words", default="", max_length=200)
    self_grade: str = titled("价值分级自评", "Self-graded value", default="", max_length=100)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list, as its forms take it."""

    patent: PatentForm
    offer: OfferForm

    def as_json(self) -> dict[str, object]:
        """Return the row as JSON, from which `row_from` makes it again."""
        return {"patent": self.patent.model_dump(mode="json"), "offer": self.offer.model_dump(mode="json")}


def row_from(stated: Mapping[str, Mapping[str, object]]) -> Row:
    """Return the row that `as_json` gave."""
    return Row(PatentForm.model_validate(stated["patent"]), OfferForm.model_validate(stated["offer"]))


_GRANTED = ("授权日", "授权公告日", "授权日期", "grant date", "date of grant")
_FEE = ("下次年费缴纳期限", "年费缴纳期限", "年费到期日", "应缴年费日期", "annual fee due", "fee due")
_FUNDED = ("是否财政资助", "财政资助", "是否财政性资金形成", "publicly funded", "public funding")
_SECRET = ("是否涉密", "涉密", "密级", "classified", "secret")
_WILLING = ("转化意愿", "转化方式", "拟转化方式", "转移转化意愿", "willingness", "transfer mode")
_GRADE = ("价值分级自评", "自评等级", "价值分级", "自评分级", "self grade", "self-graded value")
HEADS: Mapping[str, tuple[str, ...]] = {
    "granted_on": _GRANTED,
    "fee_due_on": _FEE,
    "publicly_funded": _FUNDED,
    "secret": _SECRET,
    "ways": _WILLING,
    "self_grade": _GRADE,
}
"""The column heads understood here beside those of technologies; Qixi's own choice of words, unconfirmed."""
_NO = frozenset({"否", "不", "无", "非密", "公开", "不涉密", "no", "n", "false", "0"})
_YES = frozenset({"是", "有", "yes", "y", "true", "1"})
_WAYS = (
    ("自行产业化", Way.OWN),
    ("自行", Way.OWN),
    ("自用", Way.OWN),
    ("转让", Way.ASSIGN),
    ("许可", Way.LICENSE),
    ("assign", Way.ASSIGN),
    ("licen", Way.LICENSE),
)
_STATUS = {LegalStatus.UNKNOWN: None}


def row_of(record: Asset, assigned: Mapping[str, str] | None = None) -> Row:
    """Return what a record of a list states; raises Refused with a problem for each field that is wrong.

    A record without an application number is an achievement, known by its id in the list. `assigned` are
    further columns for the fields of HEADS, by their heads.
    """
    more = {key(head): value for head, value in record.extra.items()}
    more |= {key(HEADS[field][0]): record.extra.get(head, "") for head, field in (assigned or {}).items()}
    if _said(more, "secret", _yes_or_no) is not False and _text(more, "secret"):
        raise Refused(_problem("secret", "涉密或未说明是否涉密的专利不得上传", "classified ones stay out"))
    status = _STATUS.get(record.legal_status, record.legal_status.value)
    granted = _said(more, "granted_on", day)
    kind = AssetKind.PATENT if granted or status == "in_force" else AssetKind.APPLICATION
    patent = filled(
        PatentForm,
        {
            "kind": kind if record.application_no else AssetKind.ACHIEVEMENT,
            "number": record.application_no or record.id,
            "title": record.title,
            "summary": record.abstract,
            "claims": record.claims,
            "keywords": record.keywords,
            "ipc": record.ipc,
            "applicants": _names(record.applicant),
            "inventors": record.inventors,
            "publication_no": record.publication_no,
            "family": record.family,
            "filed_on": record.filing_date,
            "granted_on": granted,
            "status": status,
            "fee_due_on": _said(more, "fee_due_on", day),
            "publicly_funded": _said(more, "publicly_funded", _yes_or_no),
        },
    )
    offer = filled(
        OfferForm,
        {
            "ways": _ways(_text(more, "ways")),
            "price": record.price,
            "maturity": record.maturity,
            "maturity_text": record.maturity_text,
            "self_grade": _text(more, "self_grade"),
        },
    )
    assert isinstance(patent, PatentForm)
    assert isinstance(offer, OfferForm)
    return Row(patent, offer)


def _names(applicant: str) -> list[str]:
    for mark in ";；、|\n":
        applicant = applicant.replace(mark, ";")
    return [name.strip() for name in applicant.split(";") if name.strip()]


def _text(more: Mapping[str, str], field: str) -> str:
    return next((more[key(head)].strip() for head in HEADS[field] if more.get(key(head), "").strip()), "")


def _said(more: Mapping[str, str], field: str, read: Callable[[str], T | None]) -> T | None:
    """Return what a column says, None where it is empty; raises Refused where it cannot be understood."""
    text = _text(more, field)
    if not text:
        return None
    found = read(text)
    if found is None:
        raise Refused(_problem(field, f"“{text[:40]}”无法理解", f"“{text[:40]}” is not understood"))
    return found


def _yes_or_no(text: str) -> bool | None:
    word = text.strip().lower()
    return False if word in _NO else True if word in _YES else None


def _ways(text: str) -> list[Way]:
    found = [way for word, way in _WAYS if word in text.lower()]
    return list(dict.fromkeys(found))


def _problem(field: str, zh: str, en: str) -> Problem:
    remedy = Text("请更正该列后重新导入", "correct the column and import again")
    return Problem("stock", Text(zh, en), remedy, column=HEADS[field][0])
