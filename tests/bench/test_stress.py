"""The generator of the stress records: the same by seed, read by the tables' own readers."""

from pathlib import Path

import pytest

from bench.stress.writing import Plan, lines, write
from qixi.tables import read_assets, read_needs

PLAN = Plan(supply=4200, demand=300, portfolio=0.3, seed=3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stress")
    write(PLAN, folder, processes=2)
    return folder


def test_files_are_the_same_with_any_number_of_processes(folder: Path) -> None:
    for name, made in zip(("supply.jsonl", "demand.jsonl"), lines(PLAN), strict=True):
        assert (folder / name).read_text(encoding="utf-8").splitlines() == list(made)


def test_another_seed_gives_other_records() -> None:
    other = Plan(supply=10, demand=10, portfolio=0.3, seed=4)
    same = Plan(supply=10, demand=10, portfolio=0.3, seed=3)
    assert [list(part) for part in lines(other)] != [list(part) for part in lines(same)]


def test_files_are_read_without_a_remark(folder: Path) -> None:
    assets, needs = read_assets([folder / "supply.jsonl"]), read_needs([folder / "demand.jsonl"])
    assert (len(assets.records), len(needs.records)) == (PLAN.supply, PLAN.demand)
    assert [(*read.rejects, *read.warnings) for read in (assets, needs)] == [(), ()]
    assert all(1 <= len(asset.ipc) <= 4 and asset.filing_date for asset in assets.records)
    with_own = [need for need in needs.records if need.portfolio]
    assert 0.2 < len(with_own) / len(needs.records) < 0.4
    assert all(1 <= len(need.portfolio) <= 8 for need in with_own)
