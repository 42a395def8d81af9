"""The engine: the score of a pair depends on need, technology and corpus alone, and compares across needs."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qixi.core import Asset, LegalStatus, Licence, Need, OwnPatent
from qixi.match import engine as engine_module
from qixi.match.conformance import ASSETS, NEEDS
from qixi.match.engine import Engine
from qixi.match.index import load_index, write_index
from qixi.match.settings import FitWeights, Settings, Withholding
from qixi.tables import asset_row, read_assets, write_rows

WORDS = [
    "微藻",
    "高密度培养",
    "锂电池",
    "電解質",
    "塔筒",
    "混凝土",
    "污水",
    "脱氮",
    "membrane",
    "solid state",
    "speed 3d",
]
SYMBOLS = ["C12N1/12", "H01M10/0525", "E04H12/12", "C02F3/30", "B25J9/00", "H01M4/525"]
text = st.lists(st.sampled_from(WORDS), max_size=8).map("，".join)
symbols = st.lists(st.sampled_from(SYMBOLS), max_size=2, unique=True).map(tuple)
patent = st.builds(OwnPatent, title=text, ipc=symbols)
some_assets = st.lists(
    st.builds(
        Asset,
        id=st.uuids().map(str),
        title=st.sampled_from(WORDS),
        abstract=text,
        ipc=symbols,
        family=st.sampled_from(["", "", "f", "g"]),
        applicant=st.sampled_from(["", "甲公司", "乙大学"]),
        legal_status=st.sampled_from([LegalStatus.UNKNOWN, LegalStatus.IN_FORCE, LegalStatus.LAPSED]),
        licence=st.sampled_from([Licence.UNKNOWN, Licence.EXCLUSIVE]),
    ),
    min_size=1,
    max_size=9,
    unique_by=lambda asset: asset.id,
)
some_needs = st.lists(
    st.builds(
        Need,
        id=st.uuids().map(str),
        title=text,
        content=text,
        industry=st.sampled_from(["", "2710", "3841", "46"]),
        organisation=st.sampled_from(["", "甲公司"]),
        ipc=symbols,
        portfolio=st.lists(patent, max_size=2).map(tuple),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda need: need.id,
)
few = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
Rows = dict[tuple[str, str], tuple[float, ...]]


def table(engine: Engine, needs: list[Need]) -> Rows:
    """Return every pair's score and fits, as `scores` yields them."""
    rows: Rows = {}
    for need, s in engine.scores(needs):
        for i, asset in enumerate(engine.assets):
            values = (s.total, s.business, s.need, s.portfolio, s.known)
            rows[need.id, asset.id] = tuple(float(v[i]) for v in values)
    return rows


def shown(engine: Engine, needs: list[Need], count: int) -> Rows:
    return {
        (m.need_id, m.asset_id): (m.score, m.business, m.need, m.portfolio, m.known)
        for ranking in engine.match(needs, count)
        for m in ranking.matches
    }


@few
@given(some_assets, some_needs, st.data())
def test_pair_has_one_score_whatever_is_asked_with_it(assets, needs, data):
    engine = Engine().fit(assets)
    all_pairs = table(engine, needs)
    assert all(0 <= value <= 1 for row in all_pairs.values() for value in row)

    count = data.draw(st.integers(1, 12))
    assert shown(engine, needs, count).items() <= all_pairs.items()
    assert table(engine, data.draw(st.permutations(needs))) == all_pairs
    for need in needs:
        assert table(engine, [need]).items() <= all_pairs.items()

    mixed = data.draw(st.permutations(assets))
    assert table(Engine().fit(mixed), needs) == all_pairs

    wanted = {n.id: data.draw(st.lists(st.sampled_from([a.id for a in assets]))) for n in needs}
    asked = {(need, asset) for need, chosen in wanted.items() for asset in chosen}
    found = {
        (m.need_id, m.asset_id): (m.score, m.business, m.need, m.portfolio, m.known)
        for ranking in engine.pairs(needs, wanted)
        for m in ranking.matches
    }
    assert found == {pair: all_pairs[pair] for pair in asked}


@few
@given(some_assets, some_needs, st.integers(1, 3))
def test_blocks_change_nothing(assets, needs, cells):
    engine = Engine().fit(assets)
    whole = table(engine, needs)
    before = engine_module._BLOCK_CELLS
    engine_module._BLOCK_CELLS = cells * len(assets)
    try:
        assert table(engine, needs) == whole
    finally:
        engine_module._BLOCK_CELLS = before


@few
@given(some_assets, some_needs)
def test_index_changes_nothing(assets, needs):
    with tempfile.TemporaryDirectory() as name:
        write_rows(Path(name) / "a.jsonl", [*asset_row(assets[0])], map(asset_row, assets), header={})
        reading = read_assets([Path(name) / "a.jsonl"])
        assert sorted(a.id for a in reading.records) == sorted(a.id for a in assets)
        engine = Engine().fit(reading.records)
        write_index(engine, Path(name) / "index")
        assert table(load_index(Path(name) / "index")[0], needs) == table(engine, needs)


@few
@given(some_assets, some_needs)
def test_known_is_the_weight_of_known_fits(assets, needs):
    weights = FitWeights(business=0.2, need=0.5, portfolio=0.3)
    engine = Engine(Settings(weights=weights)).fit(assets)
    for need, s in engine.scores(needs):
        business, portfolio = engine.business.score(need), engine.portfolio.score(need)
        known = 0.5 + 0.2 * business.known + 0.3 * portfolio.known
        np.testing.assert_allclose(s.known, known, atol=1e-6)
        assert (s.business_known == business.known).all()
        assert (s.portfolio_known == portfolio.known).all()
        total = 0.2 * s.business + 0.5 * s.need + 0.3 * s.portfolio
        np.testing.assert_allclose(s.total, total, atol=2e-6)
        assert (portfolio.values[~portfolio.known] == engine.portfolio.mean).all()
        if 0 < business.known.sum() < business.known.size:
            mean = business.values[business.known].mean()
            np.testing.assert_allclose(business.values[~business.known], mean, atol=1e-9)


def test_unknown_need_side_stands_at_one_value_and_moves_no_rank():
    engine = Engine().fit(ASSETS)
    bare = Need("N", "微藻扩繁")
    ((_, s),) = engine.scores([bare])
    assert len(set(s.business)) == len(set(s.portfolio)) == 1
    assert set(s.known) == {0.7}
    order = [m.asset_id for r in engine.match([bare]) for m in r.matches]
    by_need = sorted(range(len(ASSETS)), key=lambda i: (-s.need[i], engine.assets[i].id))
    assert order == [engine.assets[i].id for i in by_need]


def test_engine_finds_what_was_asked_for():
    best = {r.need_id: r.matches[0].asset_id for r in Engine().fit(ASSETS).match(NEEDS[:4])}
    assert best == {"N1": "A01", "N2": "A05", "N3": "A03", "N4": "A09"}


def test_stated_industry_and_own_patents_move_the_score():
    engine = Engine().fit(ASSETS)
    plain = Need("N", "高效装置")
    told = replace(plain, industry="2710", portfolio=(OwnPatent("小球藻培养", ipc=("C12N1/12",)),))
    ((_, without),), ((_, with_),) = engine.scores([plain]), engine.scores([told])
    place = engine.place["A01"]
    assert with_.portfolio[place] > without.portfolio[place]
    assert with_.known[place] > without.known[place]
    assert with_.total[place] > without.total[place]


@pytest.mark.parametrize(
    ("settings_", "ids", "codes"),
    [
        (Withholding(), ["A", "E"], {"B": "lapsed", "C": "exclusive", "D": "own"}),
        (Withholding(lapsed=False), ["A", "B", "E"], {"C": "exclusive", "D": "own"}),
        (Withholding(exclusive=False, own=False), ["A", "C", "D", "E"], {"B": "lapsed"}),
        (Withholding(family=False), ["A", "E", "F"], {"B": "lapsed", "C": "exclusive", "D": "own"}),
    ],
)
def test_what_cannot_be_had_is_set_aside_and_the_count_still_filled(settings_, ids, codes):
    assets = [
        Asset("A", "微藻高密度培养", "微藻高密度培养", family="f"),
        Asset("B", "微藻高密度培养", legal_status=LegalStatus.LAPSED),
        Asset("C", "微藻高密度培养", licence=Licence.EXCLUSIVE),
        Asset("D", "微藻高密度培养", applicant="甲公司"),
        Asset("E", "微藻采收"),
        Asset("F", "微藻培养", family="f"),
        *(Asset(f"Z{i}", word) for i, word in enumerate(["塔筒", "轴承", "膜"])),
    ]
    engine = Engine(Settings(withhold=settings_)).fit(assets)
    need = Need("N", "微藻高密度培养", organisation="甲公司")
    (everything,) = engine.match([need], 100)
    assert sorted(m.asset_id for m in everything.matches if m.asset_id[0] != "Z") == ids
    assert {w.asset_id: w.code for w in everything.withheld} == codes
    for count in range(1, len(everything.matches) + 1):
        (ranking,) = engine.match([need], count)
        assert ranking.matches == everything.matches[:count]
    folded = {m.asset_id: m.folded for m in everything.matches if m.folded}
    assert folded == ({"A": ("F",)} if settings_.family else {})


def test_own_number_withholds_what_the_name_does_not():
    engine = Engine().fit([Asset("A", "微藻", application_no="202110123456.7"), Asset("B", "微藻培养")])
    (ranking,) = engine.match([Need("N", "微藻", portfolio=(OwnPatent(number="ZL202110123456.7"),))])
    assert [m.asset_id for m in ranking.matches] == ["B"]
    assert [(w.asset_id, w.code) for w in ranking.withheld] == [("A", "own")]


def test_pairs_show_what_match_withholds():
    engine = Engine().fit([Asset("A", "微藻", legal_status=LegalStatus.LAPSED), Asset("B", "塔筒")])
    (ranking,) = engine.pairs([Need("N", "微藻"), Need("M", "塔筒")], {"N": ["A", "B", "A"]})
    assert [(m.asset_id, m.rank) for m in ranking.matches] == [("A", 1), ("B", 2)]


def test_unknown_pair_is_a_key_error():
    with pytest.raises(KeyError):
        list(Engine().fit([Asset("A", "微藻")]).pairs([Need("N", "微藻")], {"N": ["nobody"]}))


def test_ids_must_differ():
    with pytest.raises(ValueError, match="differ"):
        Engine().fit([Asset("A", "微藻"), Asset("A", "塔筒")])


def test_empty_corpus_matches_nothing():
    (ranking,) = Engine().fit([]).match([Need("N", "微藻")])
    assert (ranking.matches, ranking.withheld) == ((), ())


def test_progress_counts_every_need():
    told: list[int] = []
    list(Engine().fit(ASSETS).match(NEEDS, 3, told.append))
    assert told == [1] * len(NEEDS)


def test_equal_technologies_stand_by_id():
    engine = Engine().fit([Asset(id_, "微藻培养") for id_ in ("T3", "T1", "T2")])
    (ranking,) = engine.match([Need("N", "微藻")])
    assert [m.asset_id for m in ranking.matches] == ["T1", "T2", "T3"]


SMALL_RUN = """
import sys
from qixi.match.conformance import ASSETS, NEEDS
from qixi.match.engine import Engine
engine = Engine().fit(ASSETS)
for need, s in engine.scores(NEEDS):
    for values in (s.total, s.business, s.need, s.portfolio, s.known):
        sys.stdout.buffer.write(values.tobytes())
for ranking in engine.match(NEEDS, 4):
    print(ranking, flush=True)
for scorer in engine.need_fit.scorers:
    from qixi.match.conformance import queries
    sys.stdout.buffer.write(scorer.score(queries()).tobytes())
"""


def test_every_process_gives_the_same_bytes():
    outputs = set()
    for threads, seed in (("1", "0"), ("2", "1")):
        environment = {**os.environ, "NUMBA_NUM_THREADS": threads, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", SMALL_RUN], env=environment, capture_output=True, check=True
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1
    assert len(outputs.pop()) > 2000


def best_need(engine: Engine, needs: list[Need]) -> list[str]:
    """Return for each technology the need it fits best."""
    fits = np.array([s.need for _, s in engine.scores(needs)])
    return [needs[i].id for i in fits.argmax(axis=0)]


def test_long_needs_do_not_win_more_than_their_share():
    source = np.random.default_rng(7)
    words = [chr(c) + chr(c + 1) for c in range(0x4E00, 0x4E00 + 1200, 2)]
    topics = [list(source.choice(words, 30, replace=False)) for _ in range(40)]
    assets = [
        Asset(f"T{i:03}", "，".join(source.choice(topics[i % 40], 4)), "，".join(source.choice(words, 20)))
        for i in range(400)
    ]
    needs = []
    for i, topic in enumerate(topics):
        length = 200 if i < 8 else 20
        wanted = source.choice(topic, length // 4)
        filling = source.choice(words, length - length // 4)
        needs.append(Need(f"N{i:02}", "", "，".join([*wanted, *filling]) + "。"))
    winners = best_need(Engine().fit(assets), needs)
    share = sum(winner < "N08" for winner in winners) / len(winners)
    assert share <= 0.3, f"a fifth of the needs is ten times longer and wins {share:.0%} of the technologies"


@pytest.mark.data
def test_longest_real_demands_do_not_win_the_corpus(judged):
    needs = list(judged.needs)
    by_length = sorted(needs, key=lambda need: -len(need.title) - len(need.content))
    longest = {need.id for need in by_length[: len(needs) // 10]}
    winners = best_need(judged.engine, needs)
    share = sum(winner in longest for winner in winners) / len(winners)
    assert share <= 0.25, f"the longest tenth wins {share:.0%} of the technologies"
