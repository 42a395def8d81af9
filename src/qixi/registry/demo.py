"""A sample province: offices, organisations, people of each role, assets. All names are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import cycle

from django.db import transaction

from qixi.core import Text
from qixi.procedures.application_number import check_character as patent_check
from qixi.procedures.credit_code import check_character as credit_check
from qixi.registry.domain.may import Actor
from qixi.registry.models import Asset, Expert, Organisation, Post, User
from qixi.registry.queries.people import actor_of, organisation_under
from qixi.registry.services.accounts import open_account
from qixi.registry.services.assets import enter_asset
from qixi.registry.services.experts import enrol_expert
from qixi.registry.services.organisations import enter_organisation, name_organisation
from qixi.registry.services.posts import give_post
from qixi.registry.services.shares import confirm_holding

MARK = "示例·"
"""What stands before the name of every organisation of the sample."""
MAIL = "demo.invalid"
"""Where all addresses of the sample are: a domain that nobody can have."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account to enter with one click: what it is called, what it is, where and in which posts."""

    username: str
    name: str
    role: Text
    organisation: str = ""
    posts: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    operator: bool = False


ACCOUNTS = (
    Account("demo-firm", "林晓舟", Text("企业经办人", "A firm's handler"), "enterprise1", ("handler",)),
    Account("demo-approver", "苏明远", Text("企业审批人", "A firm's approver"), "enterprise1", ("approver",)),
    Account("demo-inventor", "顾以宁", Text("高校发明人", "An inventor"), "university1", ("inventor",)),
    Account(
        "demo-transfer", "沈知夏", Text("高校转化机构", "A transfer office"), "university1", ("transfer",)
    ),
    Account("demo-leader", "陆怀谷", Text("高校分管领导", "An approving leader"), "university1", ("leader",)),
    Account(
        "demo-province", "程望", Text("省级经办人员", "An officer of the province"), "office1", ("officer",)
    ),
    Account("demo-city", "严书", Text("市级经办人员", "An officer of the city"), "office2", ("officer",)),
    Account("demo-county", "方禾", Text("县级经办人员", "An officer of the county"), "office3", ("officer",)),
    Account("demo-bank", "许澄", Text("银行", "A bank"), "bank1", ("handler", "approver")),
    Account(
        "demo-service", "唐序", Text("服务机构", "A service institution"), "service1", ("handler", "approver")
    ),
    Account(
        "demo-expert-1",
        "江砚",
        Text("专家（材料）", "An expert (materials)"),
        "university2",
        fields=("材料", "化工"),
    ),
    Account(
        "demo-expert-2", "何未", Text("专家（材料）", "An expert (materials)"), "institute1", fields=("材料",)
    ),
    Account(
        "demo-expert-3",
        "白露生",
        Text("专家（装备）", "An expert (equipment)"),
        "institute2",
        fields=("装备",),
    ),
    Account(
        "demo-expert-4", "卫青禾", Text("专家（医药）", "An expert (medicine)"), "hospital1", fields=("医药",)
    ),
    Account(
        "demo-expert-5",
        "乔木",
        Text("专家（投资）", "An expert (investment)"),
        "service2",
        fields=("投资", "材料"),
    ),
    Account("demo-operator", "周岸", Text("平台运营人员", "An operator"), operator=True),
)
"""Accounts of each role. They have no password: a demonstration lets them in by itself."""

_OFFICES = (("省级科技主管部门", "33"), ("市级科技主管部门", "3301"), ("区级科技主管部门", "330106"))
_ENDINGS = {
    "enterprise": "科技有限公司",
    "university": "大学",
    "institute": "研究院",
    "hospital": "医院",
    "service": "技术转移服务有限公司",
    "bank": "银行",
}
_STEMS = ("青岚", "云溪", "听澜", "知远", "竹里", "望舒")
_PLACES = ("330106", "330108", "330203", "330402", "330602", "330702")
_ASSETS = (
    ("一种低温银包铜浆料及其制备方法", "202019900301"),
    ("主轴热误差在线补偿装置", "202029900302"),
    ("一种微藻采收方法", "202019900303"),
)


def sample_province(today: date) -> tuple[Account, ...]:
    """Fill in the sample province, once however often it is asked for; return its accounts.

    Upper rooms add cases to it, acting as these people: `acting_as` returns who one of them is.
    """
    with transaction.atomic():
        bodies = _organisations()
        for account in ACCOUNTS:
            _person(account, bodies, today)
        officer = acting_as("demo-province", today)
        for account in ACCOUNTS:
            if account.fields:
                _expert(officer, account, bodies[account.organisation], today)
        _assets(bodies, today)
        name_organisation(officer, f"{MARK}{_STEMS[0]}大学（工学院）", "university", "330106", today)
    return ACCOUNTS


def acting_as(username: str, today: date) -> Actor:
    """Return one of the sample's people as who acts."""
    return actor_of(User.objects.get(username=username), today)


def person_called(username: str) -> User | None:
    """Return one of the sample's people, None where it is none of them: nobody else is let in so."""
    if username not in {account.username for account in ACCOUNTS}:
        return None
    return User.objects.filter(username=username, is_active=True).first()


def organisation_named(key: str) -> Organisation:
    """Return an organisation of the sample by its key: its kind and number, as enterprise1 or office3."""
    found = organisation_under(_credit_code(key))
    assert found is not None, key
    return found


def _organisations() -> dict[str, Organisation]:
    rows = {f"office{n}": (name, "office", place) for n, (name, place) in enumerate(_OFFICES, 1)}
    for kind, ending in _ENDINGS.items():
        for n, (stem, place) in enumerate(zip(_STEMS, cycle(_PLACES), strict=False), 1):
            rows[f"{kind}{n}"] = (stem + ending, kind, place)
    return {
        key: organisation_under(_credit_code(key))
        or enter_organisation(MARK + name, _credit_code(key), kind, place)
        for key, (name, kind, place) in rows.items()
    }


def _credit_code(key: str) -> str:
    """Return a code that is formally right and nobody's: no office gives numbers of this form."""
    kind, number = key.rstrip("0123456789"), int(key.lstrip("abcdefghijklmnopqrstuvwxyz"))
    place = ("office", *_ENDINGS).index(kind)
    stem = f"91990000XXDEM{place:01}{number:03}"
    return stem + credit_check(stem)


def _person(account: Account, bodies: dict[str, Organisation], today: date) -> None:
    user = User.objects.filter(username=account.username).first()
    if user is not None:
        return
    user = open_account(
        account.username, f"{account.username}@{MAIL}", account.name, operator=account.operator
    )
    for title in account.posts:
        give_post(user, bodies[account.organisation], Post.Title(title), today)


def _expert(officer: Actor, account: Account, body: Organisation, today: date) -> None:
    user = User.objects.get(username=account.username)
    if not Expert.objects.filter(user=user).exists():
        enrol_expert(officer, str(user.number), str(body.number), account.fields, today)


def _assets(bodies: dict[str, Organisation], today: date) -> None:
    """Enter inventions of the university, one held together with the firm, which has confirmed its share."""
    office, firm = acting_as("demo-transfer", today), acting_as("demo-approver", today)
    inventor = User.objects.get(username="demo-inventor")
    school, partner = str(bodies["university1"].number), str(bodies["enterprise1"].number)
    for n, (title, stem) in enumerate(_ASSETS):
        number = f"CN{stem}.{patent_check(stem)}"
        if Asset.objects.filter(register_number=number).exists():
            continue
        shares = [(school, "2/3"), (partner, "1/3")] if n == 1 else [(school, "1")]
        form = {
            "kind": "application" if n == 2 else "patent",
            "title": MARK + title,
            "number": number,
            "summary": "演示数据，并无此项技术。",
            "division": "330106",
            "public": True,
            "holders": [{"party": party, "part": part} for party, part in shares],
            "inventors": [{"name": inventor.name, "person": str(inventor.number)}],
        }
        asset = enter_asset(office, school, form, today)
        if n == 1:
            confirm_holding(firm, str(asset.number), partner, today)
