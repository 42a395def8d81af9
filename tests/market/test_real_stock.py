"""Real patents and real needs go the way of all: taken in, into the library, matched, found when changed."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from qixi.casework.services import act_for, open_for
from qixi.casework.work import swept
from qixi.core import Need
from qixi.market import index
from qixi.market.models import Ranking
from qixi.market.queries.intakes import progress_of
from qixi.market.services import intakes
from qixi.procedures.catalogue import newest
from qixi.registry.models import Asset
from qixi.registry.queries.people import organisation_of
from qixi.registry.services import edit_asset
from qixi.tables import read_needs
from tests.registry.people import DAY, acting, body, officer, person

DATA = Path(os.environ.get("QIXI_DATA", "/nowhere"))
PATENTS = DATA / "patents" / "patents.jsonl"
NEEDS = DATA / "demand-achievement" / "demands.jsonl"


def sweep(later=timedelta(0)):
    while swept(DAY, timezone.now() + later)["chores"]:
        later += timedelta(seconds=1)


@pytest.mark.slow
def test_what_is_real_is_taken_in_matched_and_found_when_it_changes(db, require, settings, tmp_path):
    require("data", PATENTS.is_file() and NEEDS.is_file(), "no real patents and needs under QIXI_DATA")
    settings.HOME = tmp_path
    office = officer("33")
    place = next(iter(office.posts))
    intake = intakes.hand_in(office, place, PATENTS.name, PATENTS.read_bytes(), DAY)
    sweep()
    intakes.begin(office, intake.number)
    sweep()
    assert dict(progress_of(intake).counts) == {"new": 4097}

    case = open_for(office, newest("library"), place, "33", DAY, str(intake.number)).number
    act_for(office, case, "submit", {"title": "全部", "secrecy": "clear", "export": "clear"}, DAY)
    act_for(office, case, "enter", {}, DAY)
    sweep()
    assert index.index_info(index.folder()).technologies == 4097

    firm = acting(person("firm", body(7, "某某公司", division="330106"), "handler"))
    party = next(iter(firm.posts))
    asked = read_needs([NEEDS]).records
    for need in asked:
        form = {"title": need.title[:200].ljust(4, "。"), "problem": need.content[:8000].ljust(10, "。")}
        number = open_for(firm, newest("need"), party, "330106", DAY).number
        act_for(firm, number, "submit", form | {"way": "open"}, DAY)
        act_for(office, number, "publish", {}, DAY)
    sweep()
    assert Ranking.objects.count() == len(asked) == 222
    assert all(each.matches.count() > 0 for each in Ranking.objects.all())

    lead = organisation_of(place)
    assert lead is not None
    asset = Asset.objects.filter(lead=place).order_by("id")[17]
    words = "夜光鲸鱼形状的可折叠晾衣架"
    edit_asset(office, str(asset.number), {"title": words, "summary": words, "public": True}, DAY)
    sweep()
    assert index.search(Need("q", "", words)).found.ranking.matches[0].asset_id == str(asset.number)
