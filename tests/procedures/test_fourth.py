"""A newcomer adds a procedure by the how-to alone: its guide, schemas, diagram and walks are there."""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path

import pytest
from walking import DIVISION, walk

import qixi.procedures.catalogue as shelf
from qixi.policy import default_parameters
from qixi.procedures import Phase, replay
from qixi.procedures.guide import diagram, guide, schemas
from qixi.procedures.lint import faults
from qixi.procedures.lock import changed, lines, published

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "write-a-procedure.md"


@pytest.fixture
def fourth(tmp_path, monkeypatch):
    (first, *_) = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (tmp_path / "expert.py").write_text(first, "utf-8")
    monkeypatch.setattr(shelf, "__path__", [*shelf.__path__, str(tmp_path)])
    shelf.catalogue.cache_clear()
    yield shelf.newest("expert")
    shelf.catalogue.cache_clear()
    sys.modules.pop("qixi.procedures.catalogue.expert", None)


def test_a_file_is_a_procedure(fourth):
    assert faults(fourth, default_parameters()) == ()
    text = guide(fourth, default_parameters().on(date(2026, 3, 2), DIVISION), "zh")
    assert "# 专家入库" in text
    assert "专业领域（IPC 小类） (必填)" in text
    assert "listed : On the list" in diagram(fourth, "en")
    assert schemas(fourth)["draft/submit"]["properties"]["outside"]["title"] == "是否外聘"
    ends = set()
    for seed in range(40):
        case, _ = walk(fourth, seed)
        assert replay(case.number, case.code, case.version, case.division, case.events) == case
        ends.add(fourth.step(case.step).phase)
    assert Phase.CLOSED in ends


def test_it_is_new_to_the_lock_and_leaves_the_others_alone(fourth):
    now = lines(shelf.catalogue().values())
    assert changed(now, published()) == ()
    assert any(line.startswith("expert@1 ") for line in now)
