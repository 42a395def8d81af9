"""The first office comes in by whoever runs the service."""

from __future__ import annotations

from datetime import date

import pytest

from qixi.core import Refused
from qixi.procedures.credit_code import check_character
from qixi.registry.models import User
from qixi.registry.queries import actor_of
from qixi.registry.services import enter_organisation, found_office

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)
STEM = "11330100MB0000001"
CODE = STEM + check_character(STEM)


def test_an_officer_sees_its_division_from_then_on():
    found_office("某市科技局", CODE, "330100", "li", "bridge-of-magpies", DAY, operator=True)
    user = User.objects.get(username="li")
    assert user.check_password("bridge-of-magpies")
    actor = actor_of(user, DAY)
    assert actor.is_officer_of("330106")
    assert not actor.is_officer_of("320100")
    assert actor.operator
    found_office("某市科技局", CODE, "330100", "li", "another-password", DAY)
    assert User.objects.get(username="li").check_password("bridge-of-magpies")


def test_what_cannot_be_is_refused_and_leaves_nothing():
    with pytest.raises(Refused, match="will not do"):
        found_office("某市科技局", CODE, "330100", "li", "short", DAY)
    with pytest.raises(Refused, match="no division"):
        found_office("某市科技局", CODE, "999999", "li", "bridge-of-magpies", DAY)
    enter_organisation("某公司", CODE, "enterprise", "330106")
    with pytest.raises(Refused, match="another kind"):
        found_office("某市科技局", CODE, "330100", "li", "bridge-of-magpies", DAY)
    assert not User.objects.filter(username="li").exists()
