"""A price is about an asset that the applicant holds; others' assets are as good as none."""

from __future__ import annotations

import pytest
from household import DAY, House

from qixi.casework.services import open_for
from qixi.core import Refused
from qixi.procedures.catalogue import newest
from qixi.registry.services import enter_asset

pytestmark = pytest.mark.django_db


def test_the_subject_is_an_asset_of_the_party(house: House):
    school = str(house.school.number)
    form = {
        "kind": "patent",
        "title": "微藻采收膜",
        "number": "ZL 2020 1 9900173.1",
        "division": "3301",
        "holders": [{"party": school, "part": "1"}],
    }
    asset = str(enter_asset(house.wang, school, form, DAY).number)
    price = newest("price")
    assert open_for(house.wang, price, school, "330106", DAY, asset.upper()).subject == asset
    assert open_for(house.wang, price, school, "330106", DAY).subject == ""
    for actor, party, procedure in (
        (house.li, str(house.firm.number), price),
        (house.wang, house.wang.number, price),
        (house.wang, school, newest("need")),
    ):
        with pytest.raises(Refused, match="nothing of that number"):
            open_for(actor, procedure, party, "330106", DAY, asset)
