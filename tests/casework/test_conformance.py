"""What every procedure passes in this house: its effects are performed, and only the verified hand in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from household import DAY, PROPOSAL, House

from qixi.casework import models
from qixi.casework.services import act_for, open_for
from qixi.core import Refused
from qixi.procedures import Effect, Kind
from qixi.procedures.catalogue import catalogue, newest
from qixi.procedures.effects import unperformed
from qixi.procedures.shapes import nothing
from qixi.registry.models import Organisation
from qixi.registry.services.organisations import set_standing


@pytest.mark.parametrize("procedure", [pytest.param(each, id=each.code) for each in catalogue().values()])
def test_what_a_procedure_causes_is_performed(procedure):
    assert unperformed(procedure) == ()


@pytest.mark.parametrize("record_only", [False, True])
def test_an_effect_that_nobody_performs_is_found_unless_it_is_for_the_record(record_only):
    price = newest("price")
    draft = price.steps[0]
    caused = replace(draft.acts[0], effects=(Effect(Kind.POST, nothing, record_only=record_only),))
    other = replace(price, steps=(replace(draft, acts=(caused, *draft.acts[1:])), *price.steps[1:]))
    assert unperformed(other) == (() if record_only else ("nobody performs 'post' of 'submit'",))


@pytest.mark.django_db
def test_a_price_of_a_person_or_a_suspended_school_stays_a_draft(house: House):
    set_standing(house.school, Organisation.Standing.SUSPENDED)
    for actor, party in ((house.stranger, house.stranger.number), (house.wang, str(house.school.number))):
        number = open_for(actor, newest("price"), party, "330106", DAY).number
        with pytest.raises(Refused, match="may only draft"):
            act_for(actor, number, "submit", PROPOSAL, DAY)
        assert models.Case.objects.get(number=number).step == "draft"
