"""Narrowing technologies down, against a look at every record."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qixi.core import Asset, LegalStatus, Refused
from qixi.match.facets import Facets, Filters
from qixi.match.index.facets import FILE, read_facets, write_facets
from qixi.match.taxonomy import ipc_ancestors
from qixi.match.vault import Vault

REGIONS = ("", "浙江省杭州市西湖区", "浙江省杭州市", "浙江省寧波市慈溪市", "江苏省南京市", "Hangzhou")
SYMBOLS = (
    "H01M10/0525",
    "H01M10/00",
    "H01M 4/58",
    "H01M",
    "H01L31/02",
    "A61K9/00",
    "H01M101/02",
    "not a symbol",
)
KINDS = ("", "university", "高校", "企业", "国有企业")
PREFIXES = ("H", "H01", "H01M", "h01m10", "H01M 10/05", "H01M10/0525", "A61K", "H01M1", "B")

assets = st.lists(
    st.builds(
        Asset,
        id=st.just("a"),
        title=st.just("t"),
        region=st.sampled_from(REGIONS),
        ipc=st.lists(st.sampled_from(SYMBOLS), max_size=3).map(tuple),
        applicant_kind=st.sampled_from(KINDS),
        legal_status=st.sampled_from(LegalStatus),
    ),
    max_size=12,
)
filters = st.builds(
    Filters,
    region=st.lists(st.sampled_from(("杭州", "宁波", "浙江省", "hangzhou")), max_size=2).map(tuple),
    ipc=st.lists(st.sampled_from(PREFIXES), max_size=2).map(tuple),
    legal_status=st.lists(st.sampled_from(LegalStatus), max_size=2).map(tuple),
    applicant_kind=st.lists(st.sampled_from(("企业", "university")), max_size=2).map(tuple),
)
SIMPLE = {"浙江省寧波市慈溪市": "浙江省宁波市慈溪市", "Hangzhou": "hangzhou"}


def passes(asset: Asset, wanted: Filters) -> bool:
    region = SIMPLE.get(asset.region, asset.region)
    return (
        (not wanted.region or any(word in region for word in wanted.region))
        and (not wanted.applicant_kind or any(word in asset.applicant_kind for word in wanted.applicant_kind))
        and (not wanted.legal_status or asset.legal_status in wanted.legal_status)
        and (not wanted.ipc or any(under(symbol, prefix) for symbol in asset.ipc for prefix in wanted.ipc))
    )


def under(symbol: str, prefix: str) -> bool:
    above = ipc_ancestors(symbol)
    wanted = ipc_ancestors(prefix)[:1]
    if wanted and "/" in wanted[0] and not wanted[0].endswith("/00"):
        return bool(above) and above[0].startswith(wanted[0])
    return bool(wanted) and wanted[0] in above


@given(assets, filters)
@settings(max_examples=300, deadline=None)
def test_selection_is_that_of_a_look_at_every_record(some: list[Asset], wanted: Filters) -> None:
    mask = Facets.of(some).select(wanted)
    found = [True] * len(some) if mask is None else mask.tolist()
    assert found == [passes(asset, wanted) for asset in some]


@given(assets, assets, filters)
@settings(max_examples=100, deadline=None)
def test_parts_joined_are_the_whole(one: list[Asset], other: list[Asset], wanted: Filters) -> None:
    joined = Facets.joined([Facets.of(one), Facets.of(other)]).select(wanted)
    whole = Facets.of([*one, *other]).select(wanted)
    assert (joined is None) == (whole is None)
    if joined is not None and whole is not None:
        assert joined.tolist() == whole.tolist()


def test_facets_come_back_from_disk(tmp_path: Path) -> None:
    some = [
        Asset("a", "t", region="浙江省杭州市", ipc=("H01M10/0525", "A61K9/00"), applicant_kind="企业"),
        Asset("b", "t", legal_status=LegalStatus.LAPSED),
    ]
    write_facets(some, tmp_path)
    back, made = read_facets(Vault(tmp_path / FILE), 2), Facets.of(some)
    assert back.region.values == made.region.values
    assert back.symbols.values == made.symbols.values
    for wanted in (
        Filters(ipc=("A61",)),
        Filters(region=("杭州",)),
        Filters(legal_status=(LegalStatus.LAPSED,)),
    ):
        assert np.array_equal(back.select(wanted), made.select(wanted))


def test_facets_of_another_size_are_refused(tmp_path: Path) -> None:
    write_facets([replace(Asset("a", "t"), region="x")], tmp_path)
    with pytest.raises(Refused):
        read_facets(Vault(tmp_path / FILE), 2)
