"""Evaluations and comparisons as tables of plain text or Markdown."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Literal

from qixi.core import Text
from qixi.core.text import Language
from qixi.match.evaluation.comparison import Comparison, Difference
from qixi.match.evaluation.results import Evaluation, Result

Style = Literal["text", "markdown"]

_RESULT_HEADS = (
    Text("指标", "Measure"),
    Text("需求数", "Demands"),
    Text("均值", "Mean"),
    Text("95% 区间", "95 % interval"),
    Text("未计入", "Left out"),
)
_GROUP = Text("分组", "Group")
_NO_GROUP = Text("未分组", "no group")
_DIFFERENCE_HEADS = (
    Text("指标", "Measure"),
    Text("需求数", "Demands"),
    Text("甲", "A"),
    Text("乙", "B"),
    Text("差", "A - B"),
    Text("95% 区间", "95 % interval"),
    Text("胜/平/负", "Wins/ties/losses"),
    Text("p（配对 t 检验）", "p (paired t)"),
    Text("p（配对 t，Holm 校正）", "p (paired t, Holm)"),
    Text("p（随机化检验）", "p (randomisation)"),
    Text("p（随机化，Holm 校正）", "p (randomisation, Holm)"),
)
_NOTE = Text(
    "有评判的需求：{judged}（不在排序结果中、按 0 计：{missing}）。"
    "排序结果中没有评判、不计的需求：{unjudged}。"
    "有评判的配对：{judged_pairs}（未被排序、按未找到计：{unranked}）。"
    "“未计入”指没有相关供给可找的需求。",
    "Judged demands: {judged} (not in the run, counted as 0: {missing}). "
    "Demands of the run without judgements, ignored: {unjudged}. "
    "Judged pairs: {judged_pairs} (not ranked, counted as not found: {unranked}). "
    "“Left out” are demands with nothing relevant to find.",
)


def table(shown: Evaluation | Comparison, style: Style = "text", language: Language | None = None) -> str:
    """Return the table, ending in a line feed; headings in both languages unless one is given.

    An evaluation is followed by a note on what counted as zero, and by its groups if it has any.
    """
    if isinstance(shown, Comparison):
        return _grid(_DIFFERENCE_HEADS, [_difference_cells(d) for d in shown.differences], style, language)
    parts = [_grid(_RESULT_HEADS, [_result_cells(result) for result in shown.results], style, language)]
    if shown.groups:
        rows = [
            (group or _say(_NO_GROUP, language), *_result_cells(result))
            for group, results in shown.groups.items()
            for result in results
        ]
        parts.append(_grid((_GROUP, *_RESULT_HEADS), rows, style, language))
    parts.append(_note(shown, language))
    return "\n".join(parts)


def _note(shown: Evaluation, language: Language | None) -> str:
    coverage = shown.coverage
    counts = {
        "judged": coverage.judged,
        "missing": len(coverage.missing),
        "unjudged": coverage.unjudged,
        "judged_pairs": coverage.judged_pairs,
        "unranked": coverage.unranked,
    }
    said = Text(_NOTE.zh.format(**counts), _NOTE.en.format(**counts))
    return (f"{said.zh}\n{said.en}" if language is None else said.in_language(language)) + "\n"


def _say(text: Text, language: Language | None) -> str:
    return str(text) if language is None else text.in_language(language)


def _result_cells(result: Result) -> tuple[str, ...]:
    return (
        str(result.measure),
        str(len(result.demands)),
        _number(result.mean),
        _range(result.interval()),
        str(len(result.left_out)),
    )


def _difference_cells(found: Difference) -> tuple[str, ...]:
    tests = (found.p_t, found.p_t_holm, found.p_randomisation, found.p_randomisation_holm)
    return (
        str(found.measure),
        str(found.demands),
        _number(found.a),
        _number(found.b),
        _number(found.difference, "+.4f"),
        _range(found.interval, "+.4f"),
        f"{found.wins}/{found.ties}/{found.losses}",
        *(_number(p, ".4f" if p is not None and p >= 0.0001 else ".1e") for p in tests),
    )


def _number(value: float | None, form: str = ".4f") -> str:
    return "–" if value is None else format(value, form)


def _range(bounds: tuple[float, float] | None, form: str = ".4f") -> str:
    return "–" if bounds is None else f"[{bounds[0]:{form}}, {bounds[1]:{form}}]"


def _grid(
    heads: Sequence[Text], rows: Sequence[Sequence[str]], style: Style, language: Language | None
) -> str:
    lines = [[_say(head, language) for head in heads], *rows]
    if style == "markdown":
        lines = [[cell.replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    padded = [[_pad(cell, width) for cell, width in zip(line, widths, strict=True)] for line in lines]
    rule = ["-" * width for width in widths]
    if style == "markdown":
        return "".join(f"| {' | '.join(line)} |\n" for line in (padded[0], rule, *padded[1:]))
    return "".join("  ".join(line).rstrip() + "\n" for line in (padded[0], rule, *padded[1:]))


def _width(cell: str) -> int:
    """Columns a terminal gives the cell: two for a wide character."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in cell)


def _pad(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))
