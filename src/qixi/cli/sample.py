"""The sample province with cases at every stage, for a demonstration. All of it is invented."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

from django.utils import timezone

from qixi.casework.models import Case
from qixi.casework.services import act_for, open_for
from qixi.casework.work import sweep
from qixi.cli.porch import Porch
from qixi.market.services import intakes
from qixi.procedures.catalogue import newest
from qixi.procedures.credit_code import check_character
from qixi.registry.demo import acting_as, organisation_named, sample_province

_NEEDS = (
    (
        "光伏银浆降本",
        "正面电极银浆的银含量超过百分之八十五，浆料成本占电池片非硅成本三分之一，需在不降低焊接拉力的前提下减少用银。",
        "银含量降低 30% 以上；焊接拉力不低于 1.5 N/mm",
        "烧结温度不高于 250 ℃",
        "development",
        "2600000",
    ),
    (
        "微藻低能耗采收",
        "高密度培养后的微藻用离心机采收，每吨藻液电耗超过八千瓦时，采收成本高于产品毛利，需要能耗更低的连续采收方法。",
        "每吨藻液电耗低于 2 kWh；回收率不低于 95%",
        "不引入铝盐絮凝剂",
        "licence",
        "900000",
    ),
    (
        "数控机床主轴热误差补偿",
        "主轴升温四十分钟后轴向伸长约三十微米，班产首件合格率不到七成，需要不加装水冷机的在线补偿方法。",
        "补偿后轴向误差小于 8 微米",
        "在现有数控系统上实施",
        "consulting",
        "450000",
    ),
    (
        "纺织废水中染料的回收",
        "活性染料上染率低，废水色度高，现有芬顿法产生大量铁泥，需要能把染料浓缩回用的处理方法。",
        "染料回收率不低于 60%；出水色度低于 50 倍",
        "",
        "development",
        "1800000",
    ),
    (
        "冷链包装的可降解保温材料",
        "生鲜电商使用的发泡聚苯乙烯箱不可降解且回收率低，需要保温时间相当、可堆肥的替代材料。",
        "48 小时内箱内温度不高于 8 ℃",
        "单箱成本不高于 6 元",
        "open",
        None,
    ),
)
"""Title, problem, targets, constraints, way, budget."""

_STEM = "91330106MA2DEMX0X"


def fill_in(porch: Porch) -> None:
    """Fill in the sample, once however often it is asked for."""
    today = timezone.localdate()
    with porch.waiting("正在准备示例省", "filling in the sample province"):
        sample_province(today)
        if not Case.objects.exists():
            _needs(today)
            _joining(today)
            _prices(today)
            _stock(today)
            sweep()


def _needs(today: date) -> None:
    """Have needs in each step: published, with an officer, being corrected, being filled in."""
    firm, officer = acting_as("demo-firm", today), acting_as("demo-county", today)
    party = str(organisation_named("enterprise1").number)
    for number, need in enumerate(_NEEDS):
        day = today - timedelta(days=12 - 2 * number)
        case = open_for(firm, newest("need"), party, "330106", day).number
        if number == len(_NEEDS) - 1:
            return
        act_for(firm, case, "submit", _need(*need), day)
        if number < 2:
            act_for(officer, case, "publish", {}, day + timedelta(days=1))
        elif number == 2:
            points = ["请写明主轴的功率与转速范围", "预算请注明是否含税"]
            act_for(officer, case, "correct", {"points": points}, day + timedelta(days=1))


def _need(
    title: str, problem: str, targets: str, constraints: str, way: str, budget: str | None
) -> Mapping[str, Any]:
    return {
        "title": title,
        "problem": problem,
        "targets": targets,
        "constraints": constraints,
        "way": way,
        "budget": budget,
        "ownership": "双方约定，企业优先使用",
    }


def _joining(today: date) -> None:
    """Have an organisation wait to be looked at."""
    person = acting_as("demo-bank", today)
    case = open_for(person, newest("organisation"), person.number, "330106", today).number
    form = {
        "name": "示例·溪山概念验证中心有限公司",
        "code": _STEM + check_character(_STEM),
        "sort": "service",
        "division": "330106",
        "contact": "许澄",
        "scope": "概念验证、中试与技术经理服务",
    }
    act_for(person, case, "submit", form, today)


def _prices(today: date) -> None:
    """Have one price in public notice, and one before the collective decision."""
    office = acting_as("demo-transfer", today)
    party = str(organisation_named("university1").number)
    for name, price, announced in (
        ("低温银包铜浆料及其制备方法", "1200000", True),
        ("微藻采收方法", "380000", False),
    ):
        day = today - timedelta(days=6)
        case = open_for(office, newest("price"), party, "330106", day).number
        form = {
            "name": name,
            "summary": f"{name}，已完成实验室验证，拟转让给企业实施。",
            "way": "transfer",
            "price": price,
            "route": "agreement",
            "buyer": "示例·青岚科技有限公司",
            "related": announced,
            "relation": "完成人之一持有受让方百分之五的股权" if announced else "",
        }
        act_for(office, case, "submit", form, day)
        if announced:
            decision = {
                "held_on": (day + timedelta(days=1)).isoformat(),
                "members": ["陆怀谷", "沈知夏", "闻声"],
                "result": "同意按评估价以协议方式转让",
                "avoided": ["顾以宁"],
            }
            act_for(office, case, "announce", decision, day + timedelta(days=1))


def _stock(today: date) -> None:
    """Have the university take stock: a list with one wrong row, whose patents enter the transfer library."""
    office, leader = acting_as("demo-transfer", today), acting_as("demo-leader", today)
    party = str(organisation_named("university1").number)
    content = files("qixi.cli").joinpath("sample_stock.csv").read_bytes()
    intake = intakes.hand_in(office, party, "示例·存量专利清单.csv", content, today)
    intakes.read(intake)
    intakes.begin(office, intake.number)
    while intakes.go_on(intake, today):
        pass
    case = open_for(office, newest("library"), party, "330106", today, str(intake.number)).number
    clear = {"title": "2026 年第一批存量专利", "secrecy": "clear", "export": "clear"}
    act_for(office, case, "submit", clear, today)
    act_for(leader, case, "enter", {}, today)
