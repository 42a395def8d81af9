"""The figure of the docs, drawn as SVG: meetings and signings of each plan in each scenario."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

OUT = Path(__file__).parents[2] / "docs" / "images" / "market-simulation.svg"

PLANS = {
    "sum": ("three-fit sum, lists of 10", "#9aa5b1"),
    "lists": ("likelihood, lists of 10", "#5b7083"),
    "assign": ("allocation, room in pairs shown", "#e0a458"),
    "requests": ("allocation, room in requests", "#c0562f"),
    "truth": ("allocation knowing the truth", "#d9d4c7"),
}
TITLES = {"scarce": "Scarce", "balanced": "Balanced", "ample": "Ample", "wrong": "Wrong likelihoods"}
MEASURES = {"meetings": "Meetings", "signings": "Signings"}

_WIDTH, _PANEL, _HEIGHT, _TOP, _LEFT = 960, 188, 190, 112, 50
_BAR, _GAP = 28, 6

Numbers = Mapping[str, Mapping[str, Mapping[str, Any]]]


def draw(numbers: Numbers) -> None:
    """Write the figure; where lists are as good or better, a mark says so."""
    parts = [_legend()]
    for row, (measure, title) in enumerate(MEASURES.items()):
        top = _TOP + row * (_HEIGHT + 82)
        parts.append(_text(12, top - 22, title, weight="bold"))
        for column, name in enumerate(TITLES):
            at = (_LEFT + column * (_PANEL + 38), top)
            parts.append(_panel(numbers[name], measure, name, at))
    height = _TOP + 2 * (_HEIGHT + 82)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        'font-family="sans-serif" font-size="12" fill="#222">\n'
        "<title>Meetings and signings of five plans in four simulated markets</title>\n"
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>\n' + "\n".join(parts) + "\n</svg>\n",
        encoding="utf-8",
    )


def _high(part: Mapping[str, Any]) -> float:
    return float(part["interval"][1])


def _legend() -> str:
    said = []
    for place, (words, colour) in enumerate(PLANS.values()):
        x, y = _LEFT + (place % 3) * 290, 18 + (place // 3) * 22
        said.append(f'<rect x="{x}" y="{y - 10}" width="14" height="12" fill="{colour}"/>')
        said.append(_text(x + 20, y, words))
    words = "× beaten by one kind of lists, ≈ no better than one (95 % interval over 20 seeds)"
    said.append(_text(_LEFT, 62, words, fill="#a00"))
    said.append(_text(_LEFT + 480, 62, "each panel has its own scale", fill="#666"))
    return "\n".join(said)


def _axis(at: tuple[int, int], high: float) -> str:
    left, top = at
    said = []
    for share in (0.0, 0.5, 1.0):
        y = top + _HEIGHT * (1 - share)
        said.append(
            f'<line x1="{left - 4}" x2="{left + _PANEL - 15}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        )
        said.append(_text(left - 8, y + 4, f"{high * share:.0f}", anchor="end", fill="#666", size=11))
    return "\n".join(said)


def _panel(plans: Mapping[str, Mapping[str, Any]], measure: str, name: str, at: tuple[int, int]) -> str:
    left, top = at
    high = max(_high(part[measure]) for part in plans.values())
    said = [
        _axis(at, high),
        _text(left + 85, top + _HEIGHT + 34, TITLES[name], anchor="middle", weight="bold"),
    ]
    for place, plan in enumerate(PLANS):
        part = plans[plan][measure]
        x, colour = left + place * (_BAR + _GAP), PLANS[plan][1]
        y = top + _HEIGHT * (1 - part["mean"] / high)
        said.append(
            f'<rect x="{x}" y="{y:.1f}" width="{_BAR}" height="{top + _HEIGHT - y:.1f}" fill="{colour}"/>'
        )
        low, top_of = (top + _HEIGHT * (1 - bound / high) for bound in part["interval"])
        middle = x + _BAR / 2
        said.append(f'<path d="M{middle} {low:.1f}V{top_of:.1f}" stroke="#222" stroke-width="1.3"/>')
        said.append(_text(middle, top + _HEIGHT + 15, f"{part['mean']:.0f}", anchor="middle", size=11))
        if plan in {"assign", "requests"} and (mark := verdict(plans, plan, measure)):
            said.append(_text(middle, top_of - 6, mark, anchor="middle", fill="#a00", weight="bold", size=16))
    return "\n".join(said)


def verdict(plans: Mapping[str, Mapping[str, Any]], plan: str, measure: str) -> str:
    """Return "×" where either kind of list beats a plan beyond chance, "≈" where one is as good."""
    bounds = [plans[plan][f"{measure} less {rival}"]["interval"] for rival in ("lists", "sum")]
    if any(high < 0 for _, high in bounds):
        return "×"
    return "≈" if any(low <= 0 for low, _ in bounds) else ""


def _text(
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "start",
    fill: str = "#222",
    weight: str = "normal",
    size: int = 12,
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}" font-weight="{weight}" '
        f'font-size="{size}">{escape(words)}</text>'
    )
