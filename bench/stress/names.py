"""Invented parties and real places of the generator: who offers, who asks, and where they are."""

from __future__ import annotations

from bench.stress.words import counties, words

REGIONS: tuple[str, ...] = (
    *(f"浙江省{city}{county}" for city, below in counties().items() for county in below),
    *words("elsewhere"),
)
"""Regions as a record writes them, the busiest city first."""

_FIRST, _SECOND, _TRADES = words("first"), words("second"), words("trades")
_SUBJECTS, _SCHOOLS = words("subjects"), words("schools")
KINDS = ("university", "enterprise", "institute", "hospital", "individual")
KIND_SHARES = (0.56, 0.22, 0.16, 0.03, 0.03)


def place(region: str) -> str:
    """Return the short name of a region's last part, as firms carry it in theirs."""
    cut = max(region.find("省"), -1) + 1
    city = region[cut:].partition("市")
    last = city[2] or city[0]
    return last[:-1] if len(last) > 2 else last


def firm(number: int, region: str) -> str:
    """Return the name of the firm with this number; the same wherever it appears."""
    first, rest = number % len(_FIRST), number // len(_FIRST)
    second, rest = rest % len(_SECOND), rest // len(_SECOND)
    trade, rest = rest % len(_TRADES), rest // len(_TRADES)
    name = f"{_FIRST[first]}{_SECOND[second]}{_FIRST[rest % len(_FIRST)] if rest else ''}"
    return f"{place(region)}样例{name}{_TRADES[trade]}有限公司"


def applicant(kind: str, number: int, region: str) -> str:
    """Return an invented applicant of a kind."""
    if kind == "enterprise":
        return firm(number, region)
    where, subject = place(region), _SUBJECTS[number % len(_SUBJECTS)]
    if kind == "university":
        school = _SCHOOLS[number // len(_SUBJECTS) % len(_SCHOOLS)]
        return f"样例{where}{subject}大学{school}"
    if kind == "institute":
        return f"样例{where}{subject}研究院"
    if kind == "hospital":
        return f"样例{where}第{number % 9 + 1}医院"
    return f"样例{_FIRST[number % 30]}{_SECOND[number // 30 % 30]}"
