"""A small market for tests that only need some answer, and the sample province matched once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.command import DEMAND, SUPPLY, Outcome, qixi, write_jsonl

SMALL_SUPPLY: list[dict[str, object]] = [
    {
        "id": "S1",
        "title": "微藻高密度培养方法",
        "abstract": "产量达到200 g/L，可连续培养。",
        "ipc": ["C12N1/12"],
    },
    {"id": "S2", "title": "锂电池电解液", "abstract": "低温下循环500次。", "ipc": ["H01M10/0567"]},
    {"id": "S3", "title": "预制混凝土塔筒", "abstract": "干式连接，塔高160米。", "ipc": ["E04H12/12"]},
    {
        "id": "S4",
        "title": "污水脱氮滤池",
        "abstract": "处理量300 t/d，总氮低于10 mg/L。",
        "ipc": ["C02F3/30"],
    },
    {"id": "S5", "title": "Gait planning for exoskeletons", "abstract": "Centre of pressure sets the gait."},
    {"id": "S6", "title": "微藻采收装置", "abstract": "气浮采收，能耗低。", "法律状态": "失效"},
    {"id": "S7", "title": "微藻干燥机", "abstract": "喷雾干燥微藻粉。", "许可类型": "独占许可"},
    {"id": "S8", "title": "机器视觉焊缝跟踪", "abstract": "跟踪精度0.2 mm。", "family": "F1"},
    {"id": "S9", "title": "焊缝跟踪机器视觉系统", "abstract": "实时跟踪多条焊缝。", "family": "F1"},
]
SMALL_DEMAND: list[dict[str, object]] = [
    {
        "id": "D1",
        "title": "提高微藻产量",
        "content": "需要把微藻培养产量提高到150 g/L以上，不得停产。",
        "industry": "0412",
    },
    {"id": "D2", "title": "焊缝自动跟踪", "content": "管屏焊接需要机器视觉跟踪，精度0.1 mm。"},
    {"id": "D3", "title": "废水总氮达标", "content": "处理量不低于200 t/d，总氮小于15 mg/L。"},
]


@dataclass(frozen=True)
class Desk:
    """A folder with the small market's two files in it, and the options that name them."""

    folder: Path

    @property
    def supply(self) -> Path:
        return self.folder / "supply.jsonl"

    @property
    def demand(self) -> Path:
        return self.folder / "demand.jsonl"

    @property
    def files(self) -> tuple[object, ...]:
        return ("--supply", self.supply, "--demand", self.demand)

    def path(self, name: str) -> Path:
        return self.folder / name

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.path(name)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def match(self, *more: object, **environment: str) -> Outcome:
        """Match the small market into out.jsonl."""
        return qixi("match", *self.files, "--out", self.path("out.jsonl"), *more, **environment)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    write_jsonl(tmp_path / "supply.jsonl", SMALL_SUPPLY)
    write_jsonl(tmp_path / "demand.jsonl", SMALL_DEMAND)
    return Desk(tmp_path)


@dataclass(frozen=True)
class Matched:
    folder: Path
    said: Outcome

    def path(self, name: str) -> Path:
        return self.folder / name

    @property
    def index(self) -> Path:
        return self.folder / "index"


@pytest.fixture(scope="session")
def matched(tmp_path_factory: pytest.TempPathFactory) -> Matched:
    """Match the sample province once, with everything the command can write."""
    folder = tmp_path_factory.mktemp("province")
    outputs = ["--report", folder / "report.html", "--withheld", folder / "withheld.jsonl"]
    outputs += ["--rejects", folder / "rejects.jsonl", "--index", folder / "index"]
    files = ["--supply", SUPPLY, "--demand", DEMAND, "--out", folder / "out.jsonl"]
    said = qixi("match", *files, *outputs, "--top", 20, "--explain", 3)
    assert said.code == 0, said
    return Matched(folder, said)


@pytest.fixture(scope="session")
def kinds(matched: Matched) -> Matched:
    """Write the same matches in every other kind of file, out of the index."""
    for suffix in ("csv", "xlsx", "parquet", "run"):
        done = qixi(
            *("match", "--index", matched.index, "--demand", DEMAND),
            *("--out", matched.path(f"out.{suffix}"), "--top", 20, "--explain", 3),
        )
        assert (done.code, done.err) == (0, "")
    return matched
