"""The market of one run of `qixi assign`: match files, the people behind them, capacities, exclusions."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qixi.cli.porch import Porch, assets_of, needs_of
from qixi.cli.strangers import unknown
from qixi.core import Asset, Need, Problem, Refused, Text
from qixi.match.assign.calibration import along
from qixi.match.assign.market import Market, Room, Sides, market
from qixi.match.assign.settings import AssignSettings
from qixi.match.assign.why import Reason
from qixi.match.settings import Settings
from qixi.match.text import fold
from qixi.tables import Capacity, read_capacities, read_pairs
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
    capacities = _capacities(asked["capacities"])
    _refuse_settings_of_nobody(asked, settings.assign, sides, needs, assets)
    known = {*scores.demand_ids, *(n.id for n in needs)}, {*scores.supply_ids, *(a.id for a in assets)}
    excluded, strange = _excluded(asked["exclude"], *known)
    likelihood, said = _likelihood(scores, settings, asked["matches"])
    kept = _kept(scores, excluded)
    serious = settings.assign.serious if settings.assign.floor else None
    owed = settings.assign.groups | {c.holder: c.capacity for c in capacities if c.kind == "group"}
    built = market(
        scores.demand_ids,
        scores.supply_ids,
        likelihood[kept],
        (scores.need[kept], scores.supply[kept]),
        sides,
        _room(capacities, settings.assign, sides),
        (serious, owed),
    )
    return Trading(built, excluded, said, (*strange, *_strangers(built, capacities, owed)))


def _sides(needs: Sequence[Need], assets: Sequence[Asset], settings: AssignSettings) -> Sides:
    broker, group = settings.broker_column, settings.group_column
    firms = _same([(need.id, need.organisation) for need in needs])
    talkers: dict[str, str] = {}
    if settings.talker == "inventor":
        named = [(a.id, f"{a.inventors[0]} ({a.applicant})") for a in assets if a.inventors]
        talkers = _same(named)
    return Sides(
        firms,
        talkers,
        _column([(need.id, need.region, need.extra) for need in needs], broker, _BROKER_HEADS),
        {}
        if broker == "region"
        else _column([(asset.id, "", asset.extra) for asset in assets], broker, _BROKER_HEADS),
        _column([(need.id, need.region, need.extra) for need in needs], group, _GROUP_HEADS),
    )


def _same(named: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the name of each id's firm or inventor, one spelling for all that differ in width or case."""
    first: dict[str, str] = {}
    return {key: first.setdefault(fold(name).strip(), name.strip()) for key, name in named if name.strip()}


def _column(
    records: Sequence[tuple[str, str, Mapping[str, str]]], column: str, usual: Sequence[str]
) -> dict[str, str]:
    """Return what stands in a column by id: the one that is set, or one of the usual heads."""
    if column == "region":
        return {key: region.strip() for key, region, _ in records if region.strip()}
    heads = (column, *(usual if column == usual[0] else ()))
    found = {}
    for key, _, extra in records:
        values = (extra.get(head, "").strip() for head in heads)
        value = next((each for each in values if each), "")
        if value:
            found[key] = value
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


def _capacities(path: Path | None) -> tuple[Capacity, ...]:
    if path is None:
        return ()
    reading = read_capacities([path])
    if reading.rejects:
        raise Refused(*reading.rejects[:20])
    return reading.records


def _room(capacities: Sequence[Capacity], settings: AssignSettings, sides: Sides) -> Room:
    def shown(room: int) -> int:
        """Return how many pairs may be shown for so many requests."""
        return int(room / settings.response)

    def of(kind: str, names: Mapping[str, str]) -> dict[str, int]:
        # A firm or an inventor is found under any spelling that differs in width or case.
        known = {fold(name).strip(): name for name in names.values()}
        rows = [each for each in capacities if each.kind == kind]
        return {known.get(fold(each.holder).strip(), each.holder): each.capacity for each in rows}

    return Room(
        settings.reads,
        shown(settings.talks),
        None if settings.carries is None else shown(settings.carries),
        of("firm", sides.firm),
        {name: shown(room) for name, room in of("inventor", sides.talker).items()},
        {
            name: shown(room)
            for name, room in of("broker", {**sides.broker_of_supply, **sides.broker_of_need}).items()
        },
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
            raise Refused(
                Problem(
                    "likelihood-outside",
                    Text("可能性不在 0 到 1 之间", "a likelihood lies outside 0 to 1"),
                    Text("请改正 likelihood 列", "correct the column likelihood"),
                    file=", ".join(str(path) for path in paths),
                    column="likelihood",
                )
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
    return along(())(scores.score), said


def _strangers(built: Market, capacities: Sequence[Capacity], owed: Mapping[str, int]) -> list[Problem]:
    """Return remarks on capacities and groups that speak of nobody here: often a name spelled otherwise."""
    known: dict[str, set[str]] = {
        "firm": {fold(name).strip() for name in built.firm_ids},
        "inventor": {fold(name).strip() for name in built.talker_ids},
        "broker": {fold(name).strip() for name in built.broker_ids},
        "group": {fold(name).strip() for name in built.group_ids},
    }
    remarks = [
        _stranger(each.holder, each.file, each.row)
        for each in capacities
        if fold(each.holder).strip() not in known[each.kind]
    ]
    listed = {each.holder for each in capacities}
    return remarks + [
        _stranger(name, None, None)
        for name in sorted(owed)
        if name not in listed and fold(name).strip() not in known["group"]
    ]


def _stranger(name: str, file: str | None, row: int | None) -> Problem:
    return Problem(
        "capacity-of-nobody",
        Text(f"市场中没有“{name}”", f"nobody in the market is called “{name}”"),
        Text("请核对名称或编号；该行未起作用", "check the name or id; the row had no effect"),
        file,
        row,
        None,
        None if file else "assign.groups",
    )
