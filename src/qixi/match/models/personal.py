"""Finding personal data in Chinese and English text: numbers by their form, names by their cue words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from qixi.match.models.surnames import SURNAME
from qixi.match.text import Folded


@dataclass(frozen=True, slots=True, order=True)
class PersonalDatum:
    """A place [start, end) of the value as read and what stands there."""

    start: int
    end: int
    kind: str


def id_card_is_valid(number: str) -> bool:
    """Check digit of an 18-place citizen's number (GB 11643-1999, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(number[:17]))
    return "10x98765432"[total % 11] == number[17].lower()


def luhn_is_valid(number: str) -> bool:
    """Check digit of a bank card (ISO/IEC 7812-1, annex B)."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number))]
    return sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10 == 0


# What follows a number and makes it a quantity.
_UNIT = (
    r"(?!\s*(?:[元圆吨瓦帕℃%‰]|千克|公斤|千瓦|兆|立方|平方|[万亿](?:元|吨|台|套|件|个|只|亩|人|千|立方|平方)|"
    r"(?:rmb|cny|usd|kg|mg|km|mm|cm|nm|μm|ml|kwh|kw|mw|gw|mpa|kpa|pa|hz|rpm|r/min|mol|ppm|ppb|tons?|"
    r"pcs|units?|yuan|m|g|t|l|w|v|a|h|s)(?![a-z])))(?![0-9]|\.[0-9])"
)
_NO_KIND_CODE = r"(?![a-z][0-9]?(?![a-z0-9]))"
_ALONE = r"(?<![0-9a-z])(?<![0-9]\.)"
_SEP = r"[\s\-‐–—.]?"
_COLON = r"\s{0,3}[::]\s{0,3}"

# Numbers of patents, standards, contracts and organisations are public: nothing inside is masked.
_PUBLIC = re.compile(
    r"(?<![a-z])(?:zl|cn)\s?(?:[0-9]{4}\s?[0-9]\s?[0-9]{7}(?:\.?[0-9x])?|[0-9]{2}\s?[0-9]\s?[0-9]{5}(?:\.[0-9x])?|"
    r"[0-9]{7,12}\s?[a-z][0-9]?)(?![0-9a-z])"
    r"|(?<![a-z])(?:us|wo|ep|jp|kr|de|gb|fr|tw|hk)\s?(?:[0-9]{1,4}[/\-][0-9]{4,8}|[0-9]{6,11}\s?[abcu][0-9]?(?![a-z0-9]))"
    r"|pct/[a-z]{2}[0-9]{4}/[0-9]{5,6}"
    r"|(?:专利号|申请号|公开号|公告号|授权号|优先权号?|登记号|编号|合同号|标准号|批准文号|信用代码|patent\s(?:no|number)|"
    r"application\s(?:no|number)|publication\s(?:no|number)|doi|isbn|issn)[.为是]?\s{0,3}[::]?\s{0,3}[0-9a-z][0-9a-z./\-]*"
)

_ID_CARD = re.compile(
    rf"{_ALONE}[1-9][0-9]{{5}}(?:18|19|20)[0-9]{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{{3}}[0-9x](?![0-9a-z])"
)
_EMAIL = re.compile(r"[a-z0-9][a-z0-9._%+\-]{0,63}\s?@\s?[a-z0-9\-]{1,63}(?:\.[a-z0-9\-]{1,63}){1,5}")
_COUNTRY = rf"(?:\(?(?:\+|00)86\)?{_SEP}|(?<![0-9])86[\s\-])?"
_PREFIXED = r"(?:(?<![0-9a-z])(?:tel|phone|mobile|mob|cell|wechat|wx|vx|t|m|p)[.]?\s?)?"
_MOBILE = re.compile(
    rf"{_ALONE}{_PREFIXED}({_COUNTRY}1[3-9][0-9]{_SEP}[0-9]{{4}}{_SEP}[0-9]{{4}}){_UNIT}{_NO_KIND_CODE}"
)
_LANDLINE = re.compile(
    rf"{_ALONE}{_PREFIXED}((?:\(0(?:10|2[0-9]|[3-9][0-9]{{2}})\)\s?|{_COUNTRY}\(?0(?:10|2[0-9]|[3-9][0-9]{{2}})\)?[\s\-–—]?"
    rf"|(?:\+|00)86{_SEP}(?:10|2[0-9]|[3-9][0-9]{{2}}){_SEP})[2-9][0-9]{{6,7}}(?:\s?(?:转|ext\.?|-)\s?[0-9]{{1,5}})?){_UNIT}(?![a-z])"
)
_CARD = re.compile(
    rf"{_ALONE}[3-6][0-9]{{3}}(?:[ \-]?[0-9]{{4}}){{2,3}}(?:[ \-]?[0-9]{{1,4}})?{_UNIT}(?![0-9a-z])"
)
_CUED = (
    (
        "ID",
        re.compile(
            rf"(?:身份证号?码?|证件号码?|id\scard(?:\sno\.?)?){_COLON}([0-9]{{15,17}}[0-9x]?)(?![0-9])"
        ),
    ),
    (
        "PHONE",
        re.compile(
            rf"(?:电话|手机号?|联系方式|传真|热线|tel|telephone|phone|mobile|fax)(?:号码|号)?[.]?{_COLON}"
            r"(\+?[0-9(][0-9()\s\-]{5,20}[0-9])(?![0-9])"
        ),
    ),
    ("CARD", re.compile(rf"(?:卡号|账号|帐号|账户|account(?:\sno\.?)?){_COLON}([0-9][0-9 \-]{{8,30}}[0-9])")),
    (
        "HANDLE",
        re.compile(
            rf"(?:微信|wechat|weixin|vx|wx|v信|qq)(?:号码|号|群|\sid|id)?(?:{_COLON}|(?<=号)\s?)"
            r"([a-z][a-z0-9_\-]{4,29}|[0-9]{5,11})(?![a-z0-9])"
        ),
    ),
    ("HANDLE", re.compile(r"(?<![a-z])qq\s?(?:号码|号|群)?\s?([1-9][0-9]{4,10})(?![0-9a-z])")),
)

_PERSON = (
    "联系人|联络人|对接人|姓名|负责人|经办人|填报人|填表人|法定代表人|法人代表|"
    "项目经理|客户经理|技术经理|总经理|经理"
)
_TITLE = r"(?:总经理|经理|工程师|主任|总监|博士|教授|老师|先生|女士|小姐|同志|院长|所长|处长|科长|书记|总|工)"
_END = rf"(?={_TITLE}|电话|手机|联系|邮箱|微信|职务|部门|职称|[^\u4e00-\u9fff·]|$)"
_HAN = r"[\u4e00-\u9fff]"
_NAMES = (
    # 联系人：张三 · 经理（李四）: up to a title or an end, or two characters more where there is none
    re.compile(
        rf"(?:{_PERSON})(?:姓名)?{_COLON}({SURNAME}(?:(?={_TITLE})|(?:·?{_HAN}){{1,2}}?{_END}|{_HAN}{{1,2}}))"
    ),
    re.compile(
        rf"(?:{_PERSON})(?:姓名)?(?:为|\s{{1,3}}|\()({SURNAME}(?:(?={_TITLE})|(?:·?{_HAN}){{1,2}}?{_END}))"
    ),
    # 李经理 138…: a title makes a name only where a number or address follows at once
    re.compile(
        rf"(?<!{_HAN})({SURNAME}{_HAN}{{0,2}}?)(?<!项目)(?<!高级){_TITLE}"
        r"[\s,,:：()、-]{0,3}(?=\+?[0-9]{3,4}[\s\-]?[0-9]{3,}|[a-z0-9._\-]+@)"
    ),
)
_ENGLISH_NAME = re.compile(
    r"(?i:\b(?:contact(?:\s+person)?|attn|attention|project\s+manager|manager|person\s+in\s+charge))\s*[::]\s*"
    r"(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.?\s+)?([A-Z][a-z]+(?:[\s\-][A-Z][a-z]+){0,2})"
)
_SALUTED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Prof)\.?\s+([A-Z][a-z]+(?:[\s\-][A-Z][a-z]+){0,2})(?=[\s,,:：(]{0,3}\+?[0-9(])"
)
_NO_NAME = {
    "Technical",
    "Department",
    "Office",
    "Email",
    "Phone",
    "Tel",
    "Telephone",
    "Mobile",
    "Fax",
    "Address",
}

_Check = Callable[[str], bool]
_NUMBERS: tuple[tuple[str, re.Pattern[str], _Check], ...] = (
    ("EMAIL", _EMAIL, lambda _: True),
    ("ID", _ID_CARD, id_card_is_valid),
    ("PHONE", _MOBILE, lambda _: True),
    ("PHONE", _LANDLINE, lambda _: True),
    ("CARD", _CARD, lambda text: len(_digits(text)) >= 13 and luhn_is_valid(_digits(text))),
)


def personal_data(value: str) -> tuple[PersonalDatum, ...]:
    """Return the personal data in `value`, in order, none overlapping another."""
    folded = Folded.of(value)
    public = [match.span() for match in _PUBLIC.finditer(folded.text)]
    chosen: list[PersonalDatum] = []
    for kind, start, end, guarded in _candidates(folded.text):
        if guarded and any(start < stop and begin < end for begin, stop in public):
            continue
        chosen.append(PersonalDatum(*folded.span(start, end), kind))
    chosen += [PersonalDatum(start, end, "NAME") for start, end in _english_names(value)]
    return _apart(chosen)


def _candidates(text: str) -> Iterator[tuple[str, int, int, bool]]:
    """Yield (kind, start, end, whether a public number protects the place) in folded text."""
    for kind, pattern in _CUED:
        yield from ((kind, *match.span(1), False) for match in pattern.finditer(text))
    for kind, pattern, check in _NUMBERS:
        for match in pattern.finditer(text):
            start, end = match.span(match.lastindex or 0)
            if check(text[start:end]):
                yield kind, start, end, kind != "EMAIL"
    for pattern in _NAMES:
        yield from (("NAME", *match.span(1), False) for match in pattern.finditer(text))


def _english_names(value: str) -> Iterator[tuple[int, int]]:
    for pattern in (_ENGLISH_NAME, _SALUTED):
        for match in pattern.finditer(value):
            if match.group(1).split()[0] not in _NO_NAME:
                yield match.span(1)


def _apart(found: list[PersonalDatum]) -> tuple[PersonalDatum, ...]:
    """Join places that overlap; the first kind found stands for the whole."""
    apart: list[PersonalDatum] = []
    for datum in sorted(found, key=lambda each: (each.start, -each.end)):
        if apart and datum.start < apart[-1].end:
            last = apart[-1]
            apart[-1] = PersonalDatum(last.start, max(last.end, datum.end), last.kind)
        else:
            apart.append(datum)
    return tuple(apart)


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())
