"""What another allocation would have brought, from the one that was shown and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from qixi.cli.porch import Porch
from qixi.cli.usage import Misuse
from qixi.core import Problem, Refused, Text
from qixi.match.evaluation.policy import Estimate, Log, Method, estimate
from qixi.tables import Feedback, Pair, read_feedback, read_pairs, settled

_NAMES: Mapping[Method, Text] = {
    "ips": Text("逆概率加权", "inverse propensity (IPS)"),
    "snips": Text("自归一逆概率加权", "self-normalised (SNIPS)"),
    "dr": Text("双重稳健", "doubly robust (DR)"),
}


def tell_policy(porch: Porch, paths: tuple[Path, Path, Path], outcome: str, clip: float) -> None:
    """Print the estimates for the target; `paths` are what was shown, feedback on it, and the target."""
    shown_path, feedback_path, target_path = paths
    shown, target = _pairs(shown_path), _pairs(target_path)
    came = _outcomes(feedback_path, outcome)
    log = _log(shown, target, came)
    total = float(log.target.sum() + (0.0 if log.other is None else log.other.sum()))
    told = sum((pair.demand_id, pair.supply_id) in came for pair in shown)
    porch.say(
        f"已展示 {len(shown)} 对，有反馈 {told} 对，其余按未发生计；"
        f"目标方案 {total:.1f} 对，其中曾展示 {log.target.sum():.1f} 对",
        f"{len(shown)} pairs shown, feedback on {told}, the others counted as nothing; of the target's "
        f"{total:.1f} pairs {log.target.sum():.1f} were shown",
    )
    value = float(log.outcome.sum())
    porch.say(f"已展示方案的实际合计：{value:.0f}", f"what was shown came to: {value:.0f}")
    methods: list[Method] = ["ips", "snips", *(["dr"] if log.expected is not None else [])]  # type: ignore[list-item]
    for method in methods:
        _say(porch, estimate(log, method, clip), len(shown))
    if log.expected is None:
        porch.say(
            "两份文件不都有 likelihood 列，未作双重稳健估计",
            "no doubly robust estimate: not both files have the column likelihood",
        )


def _say(porch: Porch, found: Estimate, pairs: int) -> None:
    bounds = "–" if found.interval is None else f"[{found.interval[0]:.2f}, {found.interval[1]:.2f}]"
    name = _NAMES[found.method]
    porch.say(
        f"{name.zh}：{found.value:.2f}，95% 区间 {bounds}，"
        f"有效样本 {found.effective:.1f}/{pairs}，截断 {found.clipped}",
        f"{name.en}: {found.value:.2f}, 95 % interval {bounds}, effective pairs {found.effective:.1f} of "
        f"{pairs}, weights cut {found.clipped}",
    )


def _pairs(path: Path) -> tuple[Pair, ...]:
    reading = read_pairs([path])
    if reading.rejects:
        raise Refused(*reading.rejects[:20])
    if not reading.records:
        raise Refused(_problem(path, Text("没有任何数据行", "there is no row of data")))
    return reading.records


def _outcomes(path: Path, outcome: str) -> dict[tuple[str, str], float]:
    reading = read_feedback([path])
    if reading.rejects:
        raise Refused(*reading.rejects[:20])
    records, _ = settled(reading.records)
    found = {(each.demand_id, each.supply_id): _worth(each, outcome) for each in records}
    return {pair: worth for pair, worth in found.items() if worth is not None}


def _worth(feedback: Feedback, outcome: str) -> float | None:
    value = getattr(feedback, outcome)
    return None if value is None else float(value)


def _log(shown: Sequence[Pair], target: Sequence[Pair], came: Mapping[tuple[str, str], float]) -> Log:
    wanted = {(pair.demand_id, pair.supply_id): pair for pair in target}
    seen = {(pair.demand_id, pair.supply_id) for pair in shown}
    others = [pair for pair in target if (pair.demand_id, pair.supply_id) not in seen]
    clusters: dict[str, int] = {}

    def cluster(pair: Pair) -> int:
        drawn = pair.extra.get("lottery", "")
        return clusters.setdefault(f"lottery {drawn}" if drawn else f"need {pair.demand_id}", len(clusters))

    def chance(pair: Pair) -> float:
        aim = wanted.get((pair.demand_id, pair.supply_id))
        return 0.0 if aim is None else _number(aim, "propensity", 1.0)

    faults = [problem for pair in shown if (problem := _unlogged(pair)) is not None]
    if faults:
        raise Refused(*faults[:20])
    modelled = all("likelihood" in pair.extra for pair in (*shown, *target))
    return Log(
        np.array([_number(pair, "propensity", 0.0) for pair in shown]),
        np.array([came.get((pair.demand_id, pair.supply_id), 0.0) for pair in shown]),
        np.array([chance(pair) for pair in shown]),
        np.array([cluster(pair) for pair in shown], dtype=np.int64),
        np.array([_number(pair, "likelihood", 0.0) for pair in shown]) if modelled else None,
        np.array([_number(pair, "propensity", 1.0) for pair in others]),
        np.array([_number(pair, "likelihood", 0.0) for pair in others]) if modelled else None,
        np.array([cluster(pair) for pair in others], dtype=np.int64),
    )


def _number(pair: Pair, name: str, without: float) -> float:
    """Return a share from a row, or what stands for a missing one; raises Refused where it is none."""
    text = pair.extra.get(name, "")
    if not text:
        return without
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        said = Text(f"“{text[:40]}”不是 0 到 1 的数", f"“{text[:40]}” is no number from 0 to 1")
        raise Refused(_problem(Path(pair.file), said, pair.row, name))
    return value


def _unlogged(pair: Pair) -> Problem | None:
    if _number(pair, "propensity", 0.0) > 0:
        return None
    said = Text("没有展示概率", "the propensity is missing or 0")
    return _problem(Path(pair.file), said, pair.row, "propensity")


def _problem(path: Path, said: Text, row: int | None = None, column: str | None = None) -> Problem:
    remedy = Text(
        "请使用 qixi assign 写出的分配表（demand_id、supply_id、propensity、lottery、likelihood）",
        "give an allocation of qixi assign: demand_id, supply_id, propensity, lottery, likelihood",
    )
    return Problem("policy-unusable", said, remedy, str(path), row, column)


def policy_asked(
    run: Path | None, qrels: Path | None, paths: tuple[Path | None, Path | None, Path | None]
) -> bool:
    """Say which of its two questions evaluate was asked; raises Misuse where it was neither whole."""
    ranking, policy = (run, qrels), paths
    if all(policy) and not any(ranking):
        return True
    if all(ranking) and not any(policy):
        return False
    raise Misuse(
        "请给出 --run 和 --qrels，或 --shown、--feedback 和 --target",
        "give --run and --qrels, or --shown, --feedback and --target",
    )
