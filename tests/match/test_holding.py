"""Technologies in an index: whatever they hold, they come back as they were, or are refused."""

from __future__ import annotations

import tempfile
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qixi.core import Asset, LegalStatus, Licence, Refused
from qixi.match.holding import asset_line, read_line
from qixi.match.index.records import FILE, Records, write_records
from qixi.match.vault import Vault, VaultWriter, write_strings

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
@given(st.lists(any_asset, max_size=4, unique_by=lambda asset: asset.id))
def test_any_technology_comes_back_unchanged(assets):
    ordered = sorted(assets, key=lambda asset: asset.id)
    with tempfile.TemporaryDirectory() as name:
        assert write_records(ordered, Path(name)) == len(assets)
        records = Records(Vault(Path(name) / FILE))
        loaded = list(records)
        assert [records[place] for place in range(len(records))] == loaded
        records.check()
    assert loaded == ordered
    assert [list(asset.extra) for asset in loaded] == [list(asset.extra) for asset in ordered]


def test_technology_is_one_line_of_the_fields_that_say_something():
    line = asset_line(Asset("A", "微藻", keywords=("藻",), legal_status=LegalStatus.LAPSED))
    assert line == '{"id":"A","title":"微藻","keywords":["藻"],"legal_status":"lapsed"}'
    assert asset_line(Asset("B")) == '{"id":"B"}'


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[]",
        "{}",
        '{"id":"A","colour":"red"}',
        '{"id":"A","claims":1}',
        '{"id":"A","licence":"free"}',
        '{"id":"A","filing_date":"soon"}',
        '{"id":' * 100_000,
    ],
)
def test_line_that_is_no_technology_is_refused(tmp_path, line):
    with VaultWriter(tmp_path / FILE) as writer:
        write_strings(writer, "lines", [line])
        write_strings(writer, "ids", ["A"])
    with pytest.raises(ValueError):  # noqa: PT011  of whatever reads the line
        read_line(line)
    with pytest.raises(Refused, match=r"records\.vault"):
        Records(Vault(tmp_path / FILE))[0]


def test_line_of_another_technology_is_refused(tmp_path):
    with VaultWriter(tmp_path / FILE) as writer:
        write_strings(writer, "lines", ['{"id":"B"}'])
        write_strings(writer, "ids", ["A"])
    records = Records(Vault(tmp_path / FILE))
    with pytest.raises(Refused):
        records[0]
    with pytest.raises(Refused):
        records.check()


def test_as_many_lines_as_ids_are_wanted(tmp_path):
    with VaultWriter(tmp_path / FILE) as writer:
        write_strings(writer, "lines", ['{"id":"A"}'])
        write_strings(writer, "ids", ["A", "B"])
    with pytest.raises(Refused):
        Records(Vault(tmp_path / FILE))


def test_ids_that_do_not_ascend_cannot_be_written(tmp_path):
    with pytest.raises(ValueError, match="ascend"):
        write_records([Asset("B"), Asset("A")], tmp_path)
