"""What sheets and columns are called in workbooks, which officers open."""

from __future__ import annotations

from collections.abc import Mapping

from qixi.core import Text
from qixi.core.text import Language
from qixi.match.rows import DEMAND, SUPPLY
from qixi.tables import Look

SHEETS: Mapping[str, Text] = {
    "matches": Text("匹配结果", "matches"),
    "withheld": Text("未列出", "withheld"),
    "rejects": Text("问题行", "rejects"),
    "allocation": Text("分配结果", "allocation"),
    "why": Text("为何未安排", "why not"),
    "prices": Text("价格", "prices"),
}

HEADS: Mapping[str, str] = {
    "demand_id": "需求编号",
    "supply_id": "技术编号",
    "rank": "排名",
    "score": "匹配分",
    "likelihood": "可能性",
    "demand_title": "需求名称",
    "supply_title": "技术名称",
    "fit_business": "业务契合",
    "fit_need": "需求契合",
    "fit_portfolio": "专利契合",
    "known": "已知比例",
    "suggestion": "建议形式代码",
    "suggestion_zh": "建议形式",
    "suggestion_en": "建议形式（英文）",
    "reasons_zh": "理由",
    "reasons_en": "理由（英文）",
    "folded": "同族另有",
    "evidence": "依据（供程序读取）",
    "serious": "是否可行",
    "firm": "企业",
    "talker": "发明人或技术",
    "broker": "经纪人",
    "group": "分组",
    "price_firm": "企业时间价格",
    "price_talker": "发明人时间价格",
    "price_broker": "经纪人时间价格",
    "propensity": "展示概率",
    "lottery": "抽签号",
    "holder": "名称",
    "capacity": "容量",
    "used": "已用",
    "price": "价格",
    "code": "代码",
    "reason_zh": "原因",
    "reason_en": "原因（英文）",
    "kind": "类别代码",
    "kind_zh": "类别",
    "file": "文件",
    "row": "行",
    "column": "列",
    "remedy_zh": "改法",
    "remedy_en": "改法（英文）",
}
"""What columns are called in Chinese; in English they bear their own names alone."""

_FOR_PROGRAMS = frozenset({"evidence"})


def look_of(name: str, language: Language) -> Look:
    """Return how the workbook of "matches", "withheld" or "rejects" looks in a language."""
    heads = HEADS if language == "zh" else {}
    return Look(SHEETS[name].in_language(language), heads, _FOR_PROGRAMS, (DEMAND, SUPPLY))
