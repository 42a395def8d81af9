"""Searching for one need, against a ranking of everything that passes the filters."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qixi.core import Asset, LegalStatus, Licence, Need, OwnPatent
from qixi.match.engine import Engine
from qixi.match.facets import Facets, Filters
from qixi.match.search import IN_INDUSTRY, Depth, Search
from qixi.match.settings import Settings, Withholding

WORDS = (
    "锂电池",
    "正极材料",
    "回收",
    "铜浆料",
    "光伏",
    "污水处理",
    "膜",
    "机器人",
    "视觉检测",
    "齿轮",
    "battery",
    "coating",
)
REGIONS = ("浙江省杭州市", "浙江省宁波市", "江苏省南京市")
SYMBOLS = ("H01M10/54", "H01M4/36", "C02F1/44", "B25J9/16", "F16H55/17")
STATUSES = (LegalStatus.IN_FORCE, LegalStatus.IN_FORCE, LegalStatus.PENDING, LegalStatus.LAPSED)


def made(seed: int, count: int) -> list[Asset]:
    """Return technologies of few words, so that scores tie, families and owners among them."""
    rng = np.random.default_rng(seed)

    def some(values: tuple[str, ...], most: int) -> tuple[str, ...]:
        return tuple(str(each) for each in rng.choice(values, rng.integers(0, most + 1)))

    return [
        Asset(
            id=f"T{number:03d}",
            title="".join(some(WORDS, 2)) or "装置",
            abstract="，".join(some(WORDS, 6)),
            ipc=some(SYMBOLS, 2),
            applicant=str(rng.choice(["甲公司", "乙大学", "丙研究院"])),
            applicant_kind=str(rng.choice(["enterprise", "university"])),
            region=str(rng.choice(REGIONS)),
            legal_status=STATUSES[rng.integers(len(STATUSES))],
            licence=Licence.EXCLUSIVE if rng.random() < 0.05 else Licence.NONE,
            family=str(rng.choice(["", "", "", "F1", "F2"])),
        )
        for number in range(count)
    ]


@cache
def fitted(seed: int, fold: bool) -> tuple[Engine, Facets]:
    engine = Engine(Settings(withhold=Withholding(family=fold))).fit(made(seed, 90))
    return engine, Facets.of(engine.assets)


needs = st.builds(
    Need,
    id=st.just("N"),
    title=st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map("".join),
    content=st.lists(st.sampled_from(WORDS), max_size=5).map("，".join),
    industry=st.sampled_from(("", "C3841", "46")),
    organisation=st.sampled_from(("", "甲公司")),
    portfolio=st.sampled_from(
        (
            (),
            (OwnPatent("锂电池回收", "", ("H01M10/54",)),),
            (OwnPatent("齿轮"), OwnPatent("", "", ("B25J9/16",))),
        )
    ),
)
filters = st.builds(
    Filters,
    region=st.sampled_from(((), ("杭州",), ("浙江",))),
    ipc=st.sampled_from(((), ("H",), ("H01M10",), ("B25J", "F16H"))),
    legal_status=st.sampled_from(((), (LegalStatus.PENDING,))),
    applicant_kind=st.sampled_from(((), ("university",))),
    industry=st.sampled_from(("", "3841", "46")),
)


def naive(engine: Engine, facets: Facets, need: Need, wanted: Filters, top: int) -> list[tuple[str, float]]:
    """Return (id, score) of the best: everything scored, filtered, sorted, families folded."""
    (_, scores), *_ = engine.scores([need])
    mask = facets.select(replace(wanted, industry=""))
    passes = np.ones(len(engine.assets), dtype=bool) if mask is None else mask
    if wanted.industry:
        (_, asked), *_ = engine.scores([Need("I", "", "x", industry=wanted.industry)])
        passes = passes & asked.business_known & (asked.business >= IN_INDUSTRY)
    own = engine.own(need)
    found: list[tuple[str, float]] = []
    families: set[str] = set()
    for place in sorted(range(len(engine.assets)), key=lambda p: (-scores.total[p], p)):
        asset = engine.assets[place]
        if not passes[place] or engine.shelf.barred[place] or place in own:
            continue
        if asset.family and asset.family in families and engine.settings.withhold.family:
            continue
        families.add(asset.family)
        found.append((asset.id, float(scores.total[place])))
    return found[:top]


@given(st.integers(0, 2), st.booleans(), needs, filters, st.sampled_from((1, 5, 200)), st.booleans())
@settings(max_examples=80, deadline=None)
def test_search_is_the_filtered_ranking(
    seed: int, fold: bool, need: Need, wanted: Filters, top: int, listed: bool
) -> None:
    engine, facets = fitted(seed, fold)
    depth = Depth() if listed else Depth(candidates=90, listed=0)
    with Search(engine, facets, depth, threads=2) as search:
        found = search.find(need, wanted, top, explain=0)
    assert [(m.asset_id, m.score) for m in found.ranking.matches] == naive(engine, facets, need, wanted, top)


@given(needs)
@settings(max_examples=25, deadline=None)
def test_search_of_everything_is_the_match(need: Need) -> None:
    engine, facets = fitted(0, fold=True)
    ranking = next(iter(engine.match([need], 20)))
    with Search(engine, facets, Depth(candidates=None)) as search:
        assert search.find(need, top=20, explain=0).ranking.matches == ranking.matches


def test_search_names_only_members_that_pass() -> None:
    engine, facets = fitted(0, fold=True)
    place = {asset.id: asset for asset in engine.assets}
    with Search(engine, facets) as search:
        found = search.find(Need("N", "锂电池"), Filters(region=("杭州",)), explain=0)
    folded = [id_ for match in found.ranking.matches for id_ in match.folded]
    assert folded
    assert {place[id_].region for id_ in folded} == {"浙江省杭州市"}


def test_search_explains_the_first() -> None:
    engine, facets = fitted(0, fold=True)
    with Search(engine, facets) as search:
        found = search.find(Need("N", "锂电池正极材料回收"), top=8, explain=3)
    shown = found.ranking.matches
    assert [told.match for told in found.explanations] == list(shown[:3])
    assert all(told.reasons() for told in found.explanations)


def test_search_shows_at_least_one() -> None:
    engine, facets = fitted(0, fold=True)
    with Search(engine, facets) as search, pytest.raises(ValueError, match="at least 1"):
        search.find(Need("N", "锂电池"), top=0)


def test_search_where_nothing_passes_is_empty() -> None:
    engine, facets = fitted(0, fold=True)
    with Search(engine, facets) as search:
        found = search.find(Need("N", "锂电池"), Filters(region=("拉萨",)))
    assert (found.ranking.matches, found.passed, found.exact) == ((), 0, True)
