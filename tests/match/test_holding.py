"""Technologies in an index: whatever they hold, they come back as they were, or are refused."""

from __future__ import annotations

import tempfile
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qixi.core import Asset, LegalStatus, Licence, Refused
from qixi.match.engine import Engine
from qixi.match.holding import load_assets, save_assets
from qixi.match.index import load_index, write_index
from qixi.match.scorers.store import seal

text = st.text(max_size=8) | st.sampled_from(
    ["", " ", "微藻 ", "c12n 1/12", "\x00\x85\u2028\r\n", "=1", "\U0001f600"]
)
several = st.lists(text, max_size=3).map(tuple)
SPECIAL = {
    "claims": several,
    "keywords": several,
    "ipc": several,
    "inventors": several,
    "filing_date": st.none() | st.dates(),
    "legal_status": st.sampled_from(LegalStatus),
    "licence": st.sampled_from(Licence),
    "maturity": st.none() | st.integers(1, 9),
    "extra": st.dictionaries(text | st.sampled_from(["title", "id", "trl", "extra"]), text, max_size=3),
}
any_asset = st.builds(Asset, **{field.name: SPECIAL.get(field.name, text) for field in fields(Asset)})


@settings(max_examples=150)
@given(st.lists(any_asset, max_size=4))
def test_any_technology_comes_back_unchanged(assets):
    with tempfile.TemporaryDirectory() as name:
        save_assets(assets, Path(name))
        loaded = load_assets(Path(name))
    assert loaded == tuple(assets)
    assert [list(asset.extra) for asset in loaded] == [list(asset.extra) for asset in assets]


@settings(max_examples=8, deadline=None)
@given(st.lists(any_asset, min_size=1, max_size=4, unique_by=lambda asset: asset.id))
def test_index_of_any_technologies_opens_again(assets):
    engine = Engine().fit(assets)
    with tempfile.TemporaryDirectory() as name:
        info = write_index(engine, Path(name) / "it")
        loaded, again = load_index(Path(name) / "it")
    assert (loaded.assets, again) == (engine.assets, info)


def test_technology_is_one_line_of_the_fields_that_say_something(tmp_path):
    save_assets([Asset("A", "微藻", keywords=("藻",), legal_status=LegalStatus.LAPSED), Asset("B")], tmp_path)
    assert (tmp_path / "assets.jsonl").read_text("utf-8").splitlines() == [
        '{"id":"A","title":"微藻","keywords":["藻"],"legal_status":"lapsed"}',
        '{"id":"B"}',
    ]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"{}",
        b'{"id":"A","colour":"red"}',
        b'{"id":"A","claims":1}',
        b'{"id":"A","licence":"free"}',
        b'{"id":"A","filing_date":"soon"}',
        b"\xff",
    ],
)
def test_line_that_is_no_technology_is_refused(tmp_path, line):
    (tmp_path / "assets.jsonl").write_bytes(line + b"\n")
    seal(tmp_path)
    with pytest.raises(Refused, match=r"assets\.jsonl"):
        load_assets(tmp_path)
