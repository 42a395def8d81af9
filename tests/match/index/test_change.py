"""Appending, removing and compacting against a plain dict; what changed is found at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from corpus_model import asset, built, contents, is_fresh, is_model
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from qixi.core import Asset, Need, OwnPatent, Refused
from qixi.match.conformance.sample import queries
from qixi.match.engine import Engine
from qixi.match.index import append, compact, index_info, load_index, remove, verify, write_index
from qixi.match.index import change as changing
from qixi.match.settings import Fusion, Settings

START = {f"P{n:03}": asset(n) for n in range(12)}


@pytest.fixture(scope="module")
def start(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("start") / "it"
    built(START.values(), folder)
    return folder


@pytest.fixture
def folder(start, tmp_path) -> Path:
    return Path(shutil.copytree(start, tmp_path / "it"))


numbers = st.sets(st.integers(0, 25), min_size=1, max_size=9)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("append"), numbers),
        st.tuples(st.just("append"), st.sets(st.integers(0, 25), min_size=1, max_size=1)),
        st.tuples(st.just("remove"), numbers),
        st.tuples(st.just("compact"), st.just(set())),
    ),
    min_size=1,
    max_size=8,
)


@profile(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps, st.sampled_from([1, 4, 128]))
def test_any_changes_leave_what_a_dict_holds(start, tmp_path_factory, todo, folded):
    folder = Path(shutil.copytree(start, tmp_path_factory.mktemp("any") / "it"))
    model = dict(START)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changing, "FOLDED", folded)
        for turn, (what, which) in enumerate(todo, start=1):
            if what == "append":
                fresh = {f"P{n:03}": asset(n, turn) for n in which}
                done = append(folder, list(fresh.values()))
                assert done.replaced == len(fresh.keys() & model.keys())
                assert done.new == len(fresh) - done.replaced
                model |= fresh
            elif what == "remove":
                ids = {f"P{n:03}" for n in which} & model.keys()
                assert remove(folder, ids).removed == len(ids)
                model = {id_: each for id_, each in model.items() if id_ not in ids}
            else:
                compact(folder)
                assert len(index_info(folder).parts) == 1
                assert is_fresh(folder, model, folder.parent / "fresh")
            assert is_model(folder, model)
    engine, info = load_index(folder)
    assert info.technologies == len(model)
    ranking = next(engine.match([Need("N", "污水脱氮装置")], 100))
    assert {match.asset_id for match in ranking.matches} == model.keys()
    assert ranking.withheld == ()


def test_compaction_is_a_fresh_build_byte_for_byte(folder):
    append(folder, [asset(3, 5), asset(40), asset(50)])
    remove(folder, ["P007", "P040"])
    compact(folder)
    model = {id_: each for id_, each in START.items() if id_ != "P007"}
    model |= {"P003": asset(3, 5), "P050": asset(50)}
    assert is_fresh(folder, model, folder.parent / "fresh")
    assert index_info(folder) == index_info(folder.parent / "fresh")


def test_compacting_what_has_not_changed_changes_nothing(folder):
    before = contents(folder)
    assert compact(folder) == index_info(folder)
    assert contents(folder) == before


def test_appending_the_same_again_changes_nothing(folder):
    before = contents(folder)
    done = append(folder, list(START.values()))
    assert (done.new, done.replaced, done.unchanged) == (0, 0, len(START))
    assert contents(folder) == before


def test_removing_nothing_changes_nothing(folder):
    before = contents(folder)
    assert remove(folder, []).removed == 0
    assert contents(folder) == before


def test_removing_what_was_appended_leads_back_to_the_base(folder):
    before = index_info(folder)
    append(folder, [asset(40)])
    assert index_info(folder).snapshot != before.snapshot
    remove(folder, ["P040"])
    head = index_info(folder)
    assert (head.technologies, head.base) == (before.technologies, before.base)
    append(folder, [asset(41)])
    remove(folder, ["P041"])
    assert is_model(folder, START)


def test_base_is_not_written_again_by_a_change(folder):
    base = index_info(folder).base.name
    before = {path.name: path.stat() for path in (folder / base).iterdir()}
    append(folder, [asset(3, 1)])
    remove(folder, ["P004"])
    after = {path.name: path.stat() for path in (folder / base).iterdir()}
    assert {name: (s.st_ino, s.st_mtime_ns) for name, s in after.items()} == {
        name: (s.st_ino, s.st_mtime_ns) for name, s in before.items()
    }


def test_changed_technology_is_found_by_its_new_words_and_no_longer_by_the_old(folder):
    append(folder, [Asset("P003", "磁悬浮压缩机 Zorblax", "磁悬浮轴承的离心压缩机。")])
    engine, _ = load_index(folder)
    for words in ("磁悬浮压缩机", "zorblax compressor"):
        best = next(engine.match([Need("N", words)], 3)).matches[0]
        assert best.asset_id == "P003"
    assert engine.assets[engine.place["P003"]].title == "磁悬浮压缩机 Zorblax"
    texts = {match.asset_id for match in next(engine.match([Need("N", START["P003"].title)], 100)).matches}
    assert texts == START.keys()


def test_removed_technology_is_named_nowhere(folder):
    remove(folder, ["P003"])
    engine, _ = load_index(folder)
    ranking = next(engine.match([Need("N", START["P003"].title)], 100))
    assert "P003" not in {match.asset_id for match in ranking.matches}
    assert ranking.withheld == ()
    assert "P003" not in engine.place
    with pytest.raises(KeyError):
        next(engine.pairs([Need("N", "微藻")], {"N": ["P003"]}))


def test_later_technologies_are_weighed_by_the_statistics_of_the_base(folder):
    base, _ = load_index(folder)
    fresh = [asset(40), asset(3, 2), asset(41, 1)]
    append(folder, fresh[:2])
    append(folder, fresh[2:])
    later, _ = load_index(folder)
    for before, after in zip(base.need_fit.scorers, later.need_fit.scorers, strict=True):
        scores = after.score(queries())
        assert scores.shape[1] == len(later.assets) == len(START) + 3
        if before.name != "lexical":  # whose queries may know further words by now
            assert np.array_equal(scores[:, : len(START)], before.score(queries()))
            for place in range(len(START), len(later.assets)):
                alone = before.of(before.statistics, [before.weigh_documents([later.assets[place]])[1]])
                assert np.array_equal(scores[:, place], alone.score(queries())[:, 0])


def test_small_changes_are_folded_so_that_few_parts_are_left(folder):
    for turn in range(40):
        append(folder, [asset(60 + turn % 30, turn)])
    sizes = [part.records for part in index_info(folder).parts[1:]]
    assert len(sizes) <= 6
    assert sizes == sorted(sizes, reverse=True)
    assert is_model(folder, START | {f"P{60 + n % 30:03}": asset(60 + n % 30, n) for n in range(40)})


def test_unknown_id_is_refused_by_name_and_nothing_is_removed(folder):
    before = contents(folder)
    with pytest.raises(Refused) as refused:
        remove(folder, ["P001", "P099", "Q"], rows={"P099": ("ids.txt", 7)})
    problems = refused.value.problems
    assert [(p.code, p.file, p.row) for p in problems] == [
        ("id-unknown", "ids.txt", 7),
        ("id-unknown", str(folder), None),
    ]
    assert problems[0].reason.zh == "索引中没有技术“P099”，未作任何改动"
    assert contents(folder) == before


def test_two_of_one_id_cannot_be_appended(folder):
    with pytest.raises(ValueError, match="differ"):
        append(folder, [asset(1, 1), asset(1, 2)])


def test_technology_with_half_a_character_is_refused_and_the_index_is_as_it_was(folder):
    before = contents(folder)
    with pytest.raises(Refused, match="half a character"):
        append(folder, [Asset("P099", "\ud800")])
    assert contents(folder) == before


@pytest.mark.parametrize(
    "change", [lambda f: append(f, [asset(1, 1)]), lambda f: remove(f, ["P001"]), compact]
)
def test_what_is_no_index_cannot_be_changed(tmp_path, change):
    with pytest.raises(Refused):
        change(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()
    (tmp_path / "letter.txt").write_text("keep")
    with pytest.raises(Refused):
        change(tmp_path)
    assert (tmp_path / "letter.txt").read_text() == "keep"


def test_index_without_a_scorer_stays_without_it(tmp_path):
    settings = Settings(fusion=Fusion(topics=0.0))
    write_index(Engine(settings).fit(tuple(START.values())), tmp_path / "it")
    append(tmp_path / "it", [asset(40)], settings)
    assert compact(tmp_path / "it", settings).scorers == ("lexical", "subclasses")
    load_index(tmp_path / "it", settings)


def test_fits_are_those_of_an_engine_that_never_left_the_memory(folder):
    need = Need(
        "N", "污水脱氮", business="污水处理", portfolio=(OwnPatent("脱氮", "脱氮装置", ("C02F3/30",)),)
    )
    fresh = [asset(40), Asset("P041", "无分类号的锂电池正极材料"), asset(3, 2)]
    append(folder, fresh[:1])
    append(folder, fresh[1:])
    engine, _ = load_index(folder)
    kept = Engine().fit(tuple(START.values()))
    (before,) = (scores for _, scores in kept.scores([need]))
    kept.business.extend(fresh)
    places = [engine.place[each.id] for each in fresh]
    size = len(START)
    assert np.array_equal(
        engine.business.score(need).values[[*range(size), *places]], kept.business.score(need).values
    )
    assert engine.portfolio.mean == kept.portfolio.mean
    (scores,) = (scores for _, scores in engine.scores([need]))
    assert np.array_equal(scores.portfolio[:size], before.portfolio)


def test_settings_of_another_making_change_the_mean_as_if_built_so(folder):
    settings = Settings(fusion=Fusion(topics=2.0, half=1.5))
    append(folder, [asset(40)])
    engine, _ = load_index(folder, settings)
    assert engine.portfolio.mean == Engine(settings).fit(tuple(START.values())).portfolio.mean
    guessing, _ = load_index(folder, Settings(infer_ipc=True))
    fresh = Engine(Settings(infer_ipc=True)).fit(tuple(START.values()))
    side = Need("N", "污水", industry="C46")
    assert np.array_equal(
        guessing.business.score(side).values[: len(START)], fresh.business.score(side).values
    )


def test_settings_that_shape_what_is_kept_must_be_those_of_the_build(folder):
    append(folder, [asset(40)])
    before = contents(folder)
    for change in (
        lambda other: append(folder, [asset(41)], other),
        lambda other: compact(folder, other),
    ):
        with pytest.raises(Refused, match="--settings"):
            change(Settings(infer_ipc=True))
    assert contents(folder) == before


def test_verify_counts_every_byte(folder):
    append(folder, [asset(40), asset(2, 1)])
    remove(folder, ["P003"])
    head = index_info(folder)
    named = [folder / "index.json", *(folder / p.name / name for p in head.parts for name in p.files)]
    assert verify(folder) == sum(path.stat().st_size for path in named)
