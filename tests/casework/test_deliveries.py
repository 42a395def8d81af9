"""Papers that were served: on whom, and opened when; the periods run as the procedure has them."""

from __future__ import annotations

from datetime import date

import pytest
from household import DAY, NEED, House

from qixi.casework import models
from qixi.casework.queries import view
from qixi.casework.queries.deliveries import deliveries_in
from qixi.casework.services import act_for, give_mandate, open_papers
from qixi.core import Refused
from qixi.registry.models import Organisation

pytestmark = pytest.mark.django_db
LATER = date(2026, 3, 9)


@pytest.fixture
def served(house: House) -> str:
    Organisation.objects.update(standing="verified")
    give_mandate(house.li, house.case, str(house.agency.number), None, DAY)
    act_for(house.li, house.case, "submit", NEED, DAY)
    act_for(house.officer, house.case, "correct", {"points": ["请补充指标"]}, DAY)
    return house.case


def test_a_paper_is_available_at_once_and_opened_when_the_party_does(house, served):
    firm, agency = str(house.firm.number), str(house.agency.number)
    assert [d.party for d in deliveries_in(view(house.officer, served, LATER))] == [firm, agency]
    assert [(d.event.verb, d.opened_on) for d in deliveries_in(view(house.li, served, LATER))] == [
        ("correct", None)
    ]
    before = view(house.li, served, DAY).due
    assert open_papers(house.li, served, LATER) == 1
    assert open_papers(house.li, served, date(2026, 3, 20)) == 0
    assert [
        (d.party, d.available_on, d.opened_on, d.opened_by)
        for d in deliveries_in(view(house.officer, served, LATER))
    ] == [
        (firm, DAY, LATER, house.li.number),
        (agency, DAY, None, ""),
    ]
    assert view(house.li, served, DAY).due == before


def test_others_open_nothing_and_see_no_receipts(house, served):
    assert open_papers(house.officer, served, LATER) == 0
    with pytest.raises(Refused, match="no such case"):
        open_papers(house.stranger, served, LATER)
    assert [d.party for d in deliveries_in(view(house.agent, served, LATER))] == [str(house.agency.number)]
    assert not models.Delivery.objects.filter(opened_on__isnull=False).exists()


def test_what_does_not_serve_is_no_paper(house):
    act_for(house.li, house.case, "submit", NEED, DAY)
    assert not models.Delivery.objects.exists()
