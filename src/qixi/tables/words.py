"""Words of people's files and what they mean: legal status, licence, maturity, "nothing"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from qixi.core import LegalStatus, Licence
from qixi.tables.heads import plain


@dataclass(frozen=True, slots=True)
class Glossary:
    """Words and their meanings.

    `order` is the meanings from the one that wins; a text that holds several words takes the first.
    `source` says where the mapping comes from, `confirmed` whether somebody with authority agreed.
    """

    words: Mapping[str, str]
    order: tuple[str, ...]
    source: str
    confirmed: bool

    def meaning(self, text: str) -> str | None:
        """Return the meaning of the words found in `text`, None where there is none."""
        found = {self.words[word] for word in self._pattern().findall(plain(text[:500]))}
        return next((meaning for meaning in self.order if meaning in found), None)

    def _pattern(self) -> re.Pattern[str]:
        return _pattern(tuple(self.words))


_PATTERNS: dict[tuple[str, ...], re.Pattern[str]] = {}


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Match the longest word at each place, so that 非独占 is not read as 独占; English ones whole."""
    if words not in _PATTERNS:
        longest = sorted(words, key=lambda word: (-len(word), word))
        parts = [rf"(?<![a-z]){re.escape(w)}(?![a-z])" if w.isascii() else re.escape(w) for w in longest]
        _PATTERNS[words] = re.compile("|".join(parts))
    return _PATTERNS[words]


def _table(*groups: tuple[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, words in groups for word in words.split("|")}


LEGAL_STATUS = Glossary(
    words=_table(
        (
            LegalStatus.IN_FORCE,
            "有效|授权|有权|维持|维持有效|专利权维持|部分无效|权利恢复|恢复|in force|in_force"
            "|active|granted|grant|alive|valid|issued",
        ),
        (
            LegalStatus.PENDING,
            "审中|实质审查|实审|公开|公布|受理|申请中|在审|未授权|审查中|待审|pending"
            "|published|application|under examination|examination|filed",
        ),
        (
            LegalStatus.LAPSED,
            "失效|未缴年费|终止|届满|撤回|视为撤回|驳回|放弃|视为放弃|避免重复授权|避重放弃|期限届满"
            "|失权|无权|过期|lapsed|expired|withdrawn|rejected|refused|abandoned|ceased|terminated|inactive|dead"
            "|not granted|discontinued",
        ),
        (
            LegalStatus.INVALID,
            "无效|全部无效|宣告无效|宣告全部无效|撤销|invalid|invalidated|revoked|annulled",
        ),
        (LegalStatus.UNKNOWN, "未知|不详|未确认|unknown"),
    ),
    order=(
        LegalStatus.INVALID,
        LegalStatus.LAPSED,
        LegalStatus.IN_FORCE,
        LegalStatus.PENDING,
        LegalStatus.UNKNOWN,
    ),
    source="Qixi's reading of the words of patent exports; what ends a right wins where several stand",
    confirmed=False,
)

LICENCE = Glossary(
    words=_table(
        (Licence.EXCLUSIVE, "独占|独占许可|专有|专有许可|专属授权|独家|exclusive"),
        (Licence.SOLE, "排他|排他许可|排它|sole"),
        (Licence.OPEN, "开放许可|open|open licence|open license"),
        (
            Licence.ORDINARY,
            "普通|普通许可|非独占|非专属|非专属授权|非独家|non-exclusive|nonexclusive|non exclusive"
            "|ordinary|有许可|已许可|分许可|交叉许可|licensed",
        ),
        (Licence.NONE, "无|未许可|无许可|没有|否|none|not licensed|unlicensed|no"),
        (Licence.UNKNOWN, "未知|不详|unknown"),
    ),
    order=(Licence.EXCLUSIVE, Licence.SOLE, Licence.OPEN, Licence.ORDINARY, Licence.NONE, Licence.UNKNOWN),
    source="Kinds: Supreme Court interpretation on technology contracts art. 25 (unclear and sub-licences "
    "count as ordinary), Patent Law art. 50; the words are Qixi's reading",
    confirmed=False,
)

MATURITY = Glossary(
    words=_table(
        ("2", "概念|创意|构想|方案阶段|concept|idea"),
        ("3", "原理验证|理论研究|基础研究|概念验证|可行性研究|proof of concept"),
        ("4", "实验室|实验室阶段|研发阶段|研发中|研制阶段|研制|laboratory|lab"),
        ("5", "小试|小试阶段|初样|bench"),
        ("6", "样机|雏形|雏型|原型|试制|正样|prototype"),
        ("7", "中试|中试阶段|示范|试点|pilot|demonstration"),
        (
            "8",
            "试量产|小批量|小批量生产|小批量应用|小规模生产|小规模应用|小量产|试生产|试用"
            "|small batch|trial production",
        ),
        (
            "9",
            "量产|量产上市|批量生产|批量应用|规模生产|规模化生产|规模应用|规模化应用|产业化|产业化阶段|大规模生产"
            "|大批量生产|成熟应用|工业应用|工业化应用|工业化生产|已上市|上市|已应用|已投产|投产|已推广|推广应用"
            "|应用推广|商业化|商用|已商用|市场化"
            "|mass production|commercial|commercialised|commercialized|market",
        ),
    ),
    order=("2", "3", "4", "5", "6", "7", "8", "9"),
    source="Qixi's own mapping onto the nine levels of GB/T 22900; the lower level wins where several stand",
    confirmed=False,
)

NOTHING = frozenset(
    {"", "-", "--", "—", "——", "/", "\\", "无", "暂无", "n/a", "na", "nan", "null", "none", "nil"}
)
"""Cells that mean "not filled in" where a date, code or word of a list is expected."""

UNKNOWN_STAGE = re.compile(r"未知|不详|其他|其它|unknown|other", re.IGNORECASE)
"""Stages of maturity that say none; they get no remark."""

OPEN_END = frozenset({"长期", "长期有效", "不限", "无期限", "open", "no deadline", "ongoing"})
"""Deadlines that are none."""

_LEVEL = re.compile(
    r"(?:trl|技术成熟度|就绪度)?\s*(?:level|第)?\s*[-:]?\s*([1-9])(?:\.0)?(?:\s*[-~至到]\s*[1-9])?\s*级?"
)


_NOT_YET = re.compile(r"(?:尚?未|没有|待|拟|即将|计划|准备|具备|可(?!行)|not (?:yet )?)[^,;。、\n]*")
"""What a technology has not reached yet: 尚未产业化 says nothing of how far it is."""


def level(text: str) -> int | None:
    """Return the technology readiness level a text states (of a range the lower), else None."""
    if not text:
        return None
    words = plain(text[:200])
    found = _LEVEL.fullmatch(words) or re.search(r"trl\s*[-:]?\s*([1-9])(?!\d)", words)
    if found:
        return int(found.group(1))
    meaning = MATURITY.meaning(_NOT_YET.sub("", words))
    return int(meaning) if meaning else None


def is_nothing(text: str) -> bool:
    """Say whether a cell means "not filled in"."""
    return len(text) <= 8 and plain(text) in NOTHING
