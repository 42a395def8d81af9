"""For whom a case is begun: oneself, one's organisation, or, by an officer, one of its own division."""

from __future__ import annotations

import pytest
from household import DAY, body, person, someone

from qixi.casework.services import open_for
from qixi.core import Refused
from qixi.procedures.catalogue import newest

pytestmark = pytest.mark.django_db


def test_an_officer_begins_cases_for_organisations_of_its_division_alone(house):
    county = someone("county", DAY, (body("区科技局", 50, "office", "330102"), "officer"))
    far = body("远方公司", 51, division="330203")
    parties = [str(far.number), str(person("someone").number), "00000000-0000-0000-0000-00000000dead", "x"]
    said = set()
    for party in parties:
        with pytest.raises(Refused) as refusal:
            open_for(county, newest("need"), party, "330102", DAY)
        said.add(str(refusal.value))
    assert len(said) == 1
    with pytest.raises(Refused):
        open_for(county, newest("need"), str(house.firm.number), "330203", DAY)
    assert open_for(county, newest("need"), str(house.firm.number), "330102", DAY).division == "330102"
