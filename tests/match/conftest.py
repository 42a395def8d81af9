"""The sample province and the real patents, fitted once for all tests of the room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from qixi.core import Asset, Need
from qixi.match.engine import Engine
from qixi.tables import read_assets, read_needs

PROVINCE = Path(__file__).parents[2] / "examples" / "province"


@dataclass(frozen=True)
class Fitted:
    engine: Engine
    assets: Sequence[Asset]
    needs: Sequence[Need]
    snapshot: str


def fitted(supply: Path, demand: Path) -> Fitted:
    assets, needs = read_assets([supply]), read_needs([demand])
    assert (assets.rejects, needs.rejects) == ((), ())
    return Fitted(Engine().fit(assets.records), assets.records, needs.records, assets.snapshot)


@pytest.fixture(scope="session")
def province() -> Fitted:
    return fitted(PROVINCE / "technologies.jsonl", PROVINCE / "needs.csv")


@pytest.fixture(scope="session")
def real(data: Path) -> Fitted:
    return fitted(data / "patents" / "patents.jsonl", data / "demand-achievement" / "demands.jsonl")


@pytest.fixture(scope="session")
def judged(data: Path) -> Fitted:
    folder = data / "demand-achievement"
    return fitted(folder / "achievements.jsonl", folder / "demands.jsonl")
