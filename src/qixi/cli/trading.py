"""The market of one run of `qixi assign`: match files, the people behind them, capacities, exclusions."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qixi.cli.porch import Porch, assets_of, needs_of
from qixi.cli.rooms import Rooms, rooms_of, spelled
from qixi.cli.strangers import unknown
from qixi.core import Asset, Need, Problem, Refused, Text
from qixi.match.assign.calibration import along
from qixi.match.assign.market import Market, Room, Sides, market
from qixi.match.assign.settings import AssignSettings
from qixi.match.assign.why import Reason
from qixi.match.settings import Settings
from qixi.tables import read_pairs
from qixi.tables.scores import Scores, read_scores

_BROKER_HEADS = ("broker", "经纪人", "技术经纪人", "技术经理人", "服务机构")
_GROUP_HEADS = ("group", "分组", "群体", "企业规模")
_REASON_HEADS = ("reason", "原因", "排除原因", "理由", "reason_zh", "remark", "备注")

Pairs = Mapping[tuple[str, str], Reason]


@dataclass(frozen=True, slots=True)
class Trading:
    """A market with what was left out of it and what is to be said about the files.

    `excluded` has the pairs of the exclusions, those too that name nobody here and had no effect.
    """

    market: Market
    excluded: Pairs
    likelihoods: Text
    remarks: tuple[Problem, ...]


def trading_of(porch: Porch, settings: Settings, asked: Mapping[str, Any]) -> Trading:
    """Read everything and build the market; raises Refused on anything that would bend it unseen."""
    with porch.waiting("正在读取匹配结果…", "reading the matches ..."):
        scores = read_scores(asked["matches"], limits=settings.limits)
    needs = needs_of(porch, asked["demand"], settings).records if asked["demand"] else ()
    assets = assets_of(porch, asked["supply"], settings).records if asked["supply"] else ()
    sides = _sides(needs, assets, settings.assign)
    _refuse_settings_of_nobody(asked, settings.assign, sides, needs, assets)
    rooms = rooms_of(asked["capacities"], settings.assign.groups, sides, scores.demand_ids, scores.supply_ids)
    known = {*scores.demand_ids, *(n.id for n in needs)}, {*scores.supply_ids, *(a.id for a in assets)}
    excluded, strange = _excluded(asked["exclude"], *known)
    likelihood, said = _likelihood(scores, settings, asked["matches"])
    kept = _kept(scores, excluded)
    serious = settings.assign.serious if settings.assign.floor else None
    built = market(
        scores.demand_ids,
        scores.supply_ids,
        likelihood[kept],
        (scores.need[kept], scores.supply[kept]),
        sides,
        _room(rooms, settings.assign),
        (serious, rooms.of("group")),
    )
    return Trading(built, excluded, said, (*strange, *rooms.strangers))


def _sides(needs: Sequence[Need], assets: Sequence[Asset], settings: AssignSettings) -> Sides:
    broker, group = settings.broker_column, settings.group_column
    firms = _same([(need.id, need.organisation) for need in needs], {})
    talkers: dict[str, str] = {}
    if settings.talker == "inventor":
        named = [(a.id, f"{a.inventors[0]} ({a.applicant})") for a in assets if a.inventors]
        talkers = _same(named, {})
    asking = [(need.id, need.region, need.extra) for need in needs]
    offering = [] if broker == "region" else [(asset.id, "", asset.extra) for asset in assets]
    brokers: dict[str, str] = {}
    return Sides(
        firms,
        talkers,
        _same(_column(asking, broker, _BROKER_HEADS), brokers),
        _same(_column(offering, broker, _BROKER_HEADS), brokers),
        _same(_column(asking, group, _GROUP_HEADS), {}),
    )


def _same(named: Sequence[tuple[str, str]], first: dict[str, str]) -> dict[str, str]:
    """Return the name of each id's holder, for all spellings of it the one in `first`, or seen first."""
    return {key: first.setdefault(spelled(name), name.strip()) for key, name in named if name.strip()}


def _column(
    records: Sequence[tuple[str, str, Mapping[str, str]]], column: str, usual: Sequence[str]
) -> list[tuple[str, str]]:
    """Return what stands in a column, with its id: the one that is set, or one of the usual heads."""
    if column == "region":
        return [(key, region) for key, region, _ in records]
    heads = (column, *(usual if column == usual[0] else ()))
    found = []
    for key, _, extra in records:
        values = (extra.get(head, "") for head in heads)
        found.append((key, next((each for each in values if each.strip()), "")))
    return found


def _refuse_settings_of_nobody(
    asked: Mapping[str, Any],
    settings: AssignSettings,
    sides: Sides,
    needs: Sequence[Need],
    assets: Sequence[Asset],
) -> None:
    """Raise Refused where a setting asks for inventors or columns that the files do not have."""
    usual, problems = AssignSettings(), []

    def refuse(setting: str, reason: Text, remedy: Text) -> None:
        file = str(asked["settings_path"])
        problems.append(Problem("settings-wrong", reason, remedy, file, setting=f"assign.{setting}"))

    if settings.talker == "inventor" and not sides.talker:
        refuse(
            "talker",
            Text("没有读到任何发明人", "no inventor was read"),
            Text(
                "请用 --supply 给出写有发明人的技术文件，或把 talker 设为 technology",
                "give technologies with inventors by --supply, or set talker to technology",
            ),
        )
    extras = [*(need.extra for need in needs), *(asset.extra for asset in assets)]
    heads = [*sorted({head for extra in extras for head in extra})[:10], "region"]
    for setting, found in (
        ("broker_column", {**sides.broker_of_supply, **sides.broker_of_need}),
        ("group_column", sides.group),
    ):
        column = getattr(settings, setting)
        if column != getattr(usual, setting) and not found:
            refuse(
                setting,
                Text(f"没有一行填写了“{column}”列", f'no row fills in the column "{column}"'),
                Text(
                    f"请用 --demand 给出有该列的需求文件，或改为已有的列：{'、'.join(heads)}",
                    f"give needs with that column by --demand, or name one that is there: {', '.join(heads)}",
                ),
            )
    if problems:
        raise Refused(*problems)


def _room(rooms: Rooms, settings: AssignSettings) -> Room:
    def shown(room: int) -> int:
        """Return how many pairs may be shown for so many requests."""
        return int(room / settings.response)

    def all_shown(kind: str) -> dict[str, int]:
        return {name: shown(room) for name, room in rooms.of(kind).items()}

    return Room(
        settings.reads,
        shown(settings.talks),
        None if settings.carries is None else shown(settings.carries),
        rooms.of("firm"),
        all_shown("inventor"),
        all_shown("broker"),
    )


def _excluded(
    path: Path | None, needs: Container[str], technologies: Container[str]
) -> tuple[Pairs, list[Problem]]:
    """Return the pairs with what is to be said of them, and the rows whose pair is nobody's here."""
    if path is None:
        return {}, []
    reading = read_pairs([path])
    if reading.rejects:
        raise Refused(*reading.rejects[:20])
    found, strange = {}, []
    for pair in reading.records:
        problem = unknown(pair, needs, technologies)
        if problem is not None:
            strange.append(problem)
            found[pair.demand_id, pair.supply_id] = Reason(problem.code, problem.message())
            continue
        said = next((pair.extra[head] for head in _REASON_HEADS if pair.extra.get(head)), "")
        zh = f"已在排除表第 {pair.row} 行排除" + (f"：{said}" if said else "")
        en = f"excluded by row {pair.row} of the exclusions" + (f": {said}" if said else "")
        found[pair.demand_id, pair.supply_id] = Reason("excluded", Text(zh, en))
    return found, strange


def _kept(scores: Scores, excluded: Pairs) -> NDArray[np.bool_]:
    kept = np.ones(scores.score.size, dtype=np.bool_)
    needs = {name: place for place, name in enumerate(scores.demand_ids)}
    supplies = {name: place for place, name in enumerate(scores.supply_ids)}
    width = max(len(supplies), 1)
    barred = [
        needs[demand] * width + supplies[supply]
        for demand, supply in excluded
        if demand in needs and supply in supplies
    ]
    if barred:
        kept &= ~np.isin(scores.need.astype(np.int64) * width + scores.supply, barred)
    return kept


def _likelihood(
    scores: Scores, settings: Settings, paths: Sequence[Path]
) -> tuple[NDArray[np.float32], Text]:
    """Return likelihoods and where they come from: the file, points, a learnt curve, or bare scores."""
    if scores.likelihood is not None:
        found = scores.likelihood
        if found.size and not (found.min() >= 0 and found.max() <= 1):
            raise _outside(
                "likelihood",
                Text("可能性不在 0 到 1 之间", "a likelihood lies outside 0 to 1"),
                Text("请改正 likelihood 列", "correct the column likelihood"),
                paths,
            )
        return found, Text("取自匹配表的 likelihood 列", "from the matches' column likelihood")
    if settings.assign.calibration:
        said = Text("按设置 assign.calibration 换算", "along assign.calibration of the settings")
        return along(settings.assign.calibration)(scores.score), said
    curve = settings.calibration.chosen if settings.calibration else None
    if curve is not None:
        different, place = np.unique(scores.score, return_inverse=True)
        learnt = np.array([curve.likelihood(float(score)) for score in different], dtype=np.float32)
        said = Text("按 qixi learn 学得的曲线换算", "along the curve that qixi learn found")
        return learnt[place], said
    said = Text(
        "直接取匹配分，未经校准、未经证实；先后可信，大小不可当作概率",
        "the scores as they are, not calibrated and unconfirmed: their order tells, not their size",
    )
    found = scores.score
    if found.size and not (found.min() >= 0 and found.max() <= 1):
        raise _outside(
            "score",
            Text("匹配分不在 0 到 1 之间，不能代替可能性", "a score outside 0 to 1 is no likelihood"),
            Text(
                "请加一列 likelihood（可能性），或在设置中写 assign.calibration，或用 qixi learn 学得曲线",
                "add a column likelihood, set assign.calibration, or learn a curve with qixi learn",
            ),
            paths,
        )
    return found, said


def _outside(column: str, reason: Text, remedy: Text, paths: Sequence[Path]) -> Refused:
    file = ", ".join(str(path) for path in paths)
    return Refused(Problem(f"{column}-outside", reason, remedy, file=file, column=column))
