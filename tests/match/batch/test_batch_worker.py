"""A block's lists are the engine's: exactly where all is looked at, nearly where candidates are cut."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qixi.core import Asset, LegalStatus, Licence, Need, OwnPatent
from qixi.match.batch.plan import Plan
from qixi.match.batch.results import MICRO, NOBODY, Found
from qixi.match.batch.run import Block, Job
from qixi.match.batch.worker import Worker
from qixi.match.engine import Engine
from qixi.match.index import append, load_index, write_index
from qixi.match.settings import Settings

WORDS = (
    "微藻", "培养", "焊缝", "跟踪", "机器", "视觉", "电池", "电解液", "污水", "脱氮",
    "滤池", "混凝土", "塔筒", "催化剂", "合成", "传感器", "复合材料",
)  # fmt: skip
SYMBOLS = ("C12N1/12", "H01M10/0567", "C02F3/30", "E04H12/12", "B23K9/127", "G06T7/00")
INDUSTRIES = ("", "0412", "3484", "4620", "C3841")


def words(random_: random.Random, count: int) -> str:
    return "".join(random_.choice(WORDS) for _ in range(count))


def asset(random_: random.Random, i: int) -> Asset:
    return Asset(
        f"T{i:04}",
        title=words(random_, 3),
        abstract=words(random_, random_.randint(0, 12)),
        ipc=tuple(random_.sample(SYMBOLS, random_.randint(0, 2))),
        applicant=random_.choice(("甲公司", "乙大学", "")),
        family=random_.choice(("", "", "", "F1", "F2")),
        legal_status=random_.choice((LegalStatus.IN_FORCE, LegalStatus.IN_FORCE, LegalStatus.LAPSED)),
        licence=random_.choice((Licence.NONE, Licence.NONE, Licence.NONE, Licence.EXCLUSIVE)),
    )


def need(random_: random.Random, i: int) -> Need:
    patents = tuple(
        OwnPatent(words(random_, 2), "", tuple(random_.sample(SYMBOLS, random_.randint(0, 1))))
        for _ in range(random_.choice((0, 0, 1, 3)))
    )
    return Need(
        f"D{i:04}",
        title=words(random_, 2),
        content=words(random_, random_.randint(0, 20)),
        industry=random_.choice(INDUSTRIES),
        organisation=random_.choice(("", "", "甲公司")),
        portfolio=patents,
    )


def market(seed: int, technologies: int, needs: int) -> tuple[list[Asset], list[Need]]:
    random_ = random.Random(seed)
    return [asset(random_, i) for i in range(technologies)], [need(random_, i) for i in range(needs)]


def done(engine: Engine, needs: list[Need], plan: Plan, first: int = 0) -> Found:
    job = Job(Path("index"), engine.settings, plan, Path("out"), {})
    return Worker(engine, job).run(Block(0, first, needs), lambda count: None)


def forward_of(engine: Engine, found: Found, count: int) -> list[list[tuple[object, ...]]]:
    lists: list[list[tuple[object, ...]]] = [[] for _ in range(count)]
    f = found.forward
    for row in range(f.need.size):
        lists[f.need[row]].append(
            (
                engine.shelf.ids[f.place[row]],
                int(f.rank[row]),
                *(float(column[row]) for column in (f.score, f.business, f.fit, f.portfolio, f.known)),
            )
        )
    return lists


def wanted_forward(engine: Engine, needs: list[Need], top: int) -> list[list[tuple[object, ...]]]:
    return [
        [(m.asset_id, m.rank, m.score, m.business, m.need, m.portfolio, m.known) for m in ranking.matches]
        for ranking in engine.match(needs, top)
    ]


def wanted_back(engine: Engine, needs: list[Need], depth: int) -> list[list[tuple[int, int]]]:
    pairs: list[list[tuple[int, int]]] = [[] for _ in engine.shelf.ids]
    for number, (need_, scores) in enumerate(engine.scores(needs)):
        own = engine.own(need_)
        for place in range(len(engine.shelf.ids)):
            if not engine.shelf.barred[place] and place not in own:
                pairs[place].append((round(scores.total[place] * MICRO), number))
    return [sorted(row, key=lambda pair: (-pair[0], pair[1]))[:depth] for row in pairs]


def back_of(found: Found) -> list[list[tuple[int, int]]]:
    assert found.back is not None
    return [
        [(int(score), int(need_)) for score, need_ in zip(scores, needs, strict=True) if need_ != NOBODY]
        for scores, needs in zip(found.back.score, found.back.need, strict=True)
    ]


@pytest.mark.parametrize("seed", range(6))
def test_looking_at_all_gives_the_lists_of_the_engine_in_both_directions(seed):
    assets, needs = market(seed, 150, 40)
    engine = Engine().fit(assets)
    found = done(engine, needs, Plan(top=12, back=5, candidates=None))
    assert forward_of(engine, found, len(needs)) == wanted_forward(engine, needs, 12)
    assert back_of(found) == wanted_back(engine, needs, 5)


def test_settings_weigh_and_withhold_as_in_the_engine():
    settings = Settings.model_validate(
        {
            "weights": {"business": 0.5, "need": 0.3, "portfolio": 0.0},
            "fusion": {"topics": 0.0, "half": 2.0},
            "withhold": {"lapsed": False, "own": False, "family": False},
        }
    )
    assets, needs = market(7, 90, 20)
    engine = Engine(settings).fit(assets)
    found = done(engine, needs, Plan(top=7, back=3, candidates=None))
    assert forward_of(engine, found, len(needs)) == wanted_forward(engine, needs, 7)
    assert back_of(found) == wanted_back(engine, needs, 3)


def test_families_larger_than_the_margin_do_not_shorten_a_list():
    assets, needs = market(3, 300, 4)
    assets = [replace(each, family="F" if i % 10 else "") for i, each in enumerate(assets)]
    engine = Engine().fit(assets)
    found = done(engine, needs, Plan(top=10, back=0, candidates=20))
    assert forward_of(engine, found, len(needs)) == wanted_forward(engine, needs, 10)
    assert found.back is None


def test_cutting_candidates_keeps_nearly_all_of_the_lists():
    assets, needs = market(11, 1_500, 30)
    engine = Engine().fit(assets)
    found = forward_of(engine, done(engine, needs, Plan(top=20, back=0, candidates=60)), len(needs))
    wanted = wanted_forward(engine, needs, 20)
    kept = sum(len({m[0] for m in a} & {m[0] for m in b}) for a, b in zip(found, wanted, strict=True))
    assert kept / sum(map(len, wanted)) >= 0.97


def test_numbers_of_needs_are_those_of_the_run():
    assets, needs = market(5, 30, 10)
    engine = Engine().fit(assets)
    plan = Plan(top=3, back=2, candidates=None)
    early, late = done(engine, needs, plan), done(engine, needs, plan, first=1_000)
    assert early.back is not None
    assert late.back is not None
    held = early.back.need != NOBODY
    assert np.array_equal(early.back.need[held] + 1_000, late.back.need[held])


def test_a_changed_index_is_matched_as_it_stands(tmp_path):
    assets, needs = market(2, 60, 12)
    write_index(Engine().fit(assets[:50]), tmp_path / "index")
    append(tmp_path / "index", [*assets[50:], replace(assets[3], title="全新的滤池")])
    engine, _ = load_index(tmp_path / "index", Settings())
    found = done(engine, needs, Plan(top=9, back=4, candidates=None))
    assert forward_of(engine, found, len(needs)) == wanted_forward(engine, needs, 9)
    assert back_of(found) == wanted_back(engine, needs, 4)


def test_no_technology_can_be_had():
    assets, needs = market(4, 5, 3)
    engine = Engine().fit([replace(each, legal_status=LegalStatus.LAPSED) for each in assets])
    found = done(engine, needs, Plan(top=3, back=2))
    assert found.forward.need.size == 0
    assert back_of(found) == [[], [], [], [], []]
