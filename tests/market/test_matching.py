"""From a list to a match: what enters the library is found within a sweep, needs are matched, firms grade."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from qixi import __version__
from qixi.casework.services import act_for, open_for
from qixi.casework.work import queue_sweep, swept
from qixi.core import Need, Refused
from qixi.market import index
from qixi.market.models import Listing, Match, Opinion
from qixi.market.services import intakes, matching
from qixi.procedures.catalogue import newest
from qixi.registry.models import Asset, PublishedNeed
from qixi.registry.queries.people import organisation_of
from qixi.registry.services import edit_asset, encumber
from tests.market.test_intakes import GOOD, OTHER, outcomes, sheet
from tests.registry.people import DAY, acting, body, officer, person

PASTE = GOOD | {"摘要": "铜核粒径2 μm，化学镀银，低温固化后体电阻率低，银耗降低约50%，用于异质结电池。"}
SPINDLE = OTHER | {"摘要": "预测主轴热伸长并实时补偿，连续运转8小时轴向误差由42 μm降至4 μm以内。"}
ENTERING = {"title": "第一批", "secrecy": "clear", "export": "clear"}
NEED = {
    "title": "数控机床主轴热误差补偿",
    "problem": "主轴升温后轴向伸长约三十微米，首件合格率不到七成，需要在线补偿方法。",
    "targets": "补偿后轴向误差小于 8 微米",
    "way": "licence",
}


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def school(db):
    return body(1, "浙江某大学", "university", "330106")


@pytest.fixture
def office(school):
    return acting(person("transfer", school, "transfer", "leader"))


@pytest.fixture
def firm(db):
    return body(2, "某某公司", division="330106")


@pytest.fixture
def handler(firm):
    return acting(person("handler", firm, "handler"))


def sweep(day=DAY, later=timedelta(0)):
    return swept(day, timezone.now() + later)


def stocked(office, school, *rows):
    intake = intakes.hand_in(office, str(school.number), "清单.csv", sheet(*rows), DAY)
    sweep()
    intakes.begin(office, intake.number)
    sweep()
    return intake


def entered(office, school, intake):
    case = open_for(office, newest("library"), str(school.number), "330106", DAY, str(intake.number))
    act_for(office, case.number, "submit", ENTERING, DAY)
    act_for(office, case.number, "enter", {}, DAY)
    sweep()
    return case


def published(handler, firm, **more):
    case = open_for(handler, newest("need"), str(firm.number), "330106", DAY)
    act_for(handler, case.number, "submit", NEED | more, DAY)
    act_for(officer("330106", f"o{case.number}"), case.number, "publish", {}, DAY)
    sweep()
    return case.number


def best(text):
    found = index.search(Need("q", "", text)).found.ranking.matches
    return [str(Asset.objects.get(number=each.asset_id).title) for each in found]


def test_what_enters_the_library_is_found_and_what_leaves_is_not(office, school):
    intake = stocked(office, school, PASTE, SPINDLE)
    assert index.search(Need("q", "", "主轴")).found.ranking.matches == ()
    case = entered(office, school, intake)
    assert set(Listing.objects.values_list("stage", "asset__public")) == {("transfer", True)}
    assert best("主轴热误差在线补偿")[0] == "主轴热误差补偿方法"
    asset = Asset.objects.get(title="一种低温浆料")
    edit_asset(office, str(asset.number), {"title": "会飞的扫帚", "summary": "扫帚", "public": True}, DAY)
    sweep()
    assert best("扫帚")[0] == "会飞的扫帚"
    act_for(office, case.number, "take_out", {"reason": "另有安排"}, DAY)
    sweep()
    assert best("扫帚") == []
    assert not Asset.objects.filter(public=True).exists()


def test_nothing_enters_that_was_not_looked_at_for_secrets(office, school):
    intake = stocked(office, school, PASTE)
    case = open_for(office, newest("library"), str(school.number), "330106", DAY, str(intake.number))
    with pytest.raises(Refused, match="looked at"):
        act_for(office, case.number, "submit", ENTERING | {"export": "open"}, DAY)


def test_a_list_of_others_enters_no_library(office, school, handler, firm):
    intake = stocked(office, school, PASTE)
    with pytest.raises(Refused, match="nothing of that number"):
        open_for(handler, newest("library"), str(firm.number), "330106", DAY, str(intake.number))


def test_nobody_brings_into_the_library_what_another_leads(office, school):
    council = officer("3301")
    place = organisation_of(next(iter(council.posts)))
    listed = stocked(council, place, PASTE)  # for the school, which leads it
    entered(council, place, listed)
    assert not Asset.objects.filter(public=True).exists()
    own = stocked(office, school, PASTE, SPINDLE)
    Asset.objects.filter(title=SPINDLE["专利名称"]).update(lead=str(body(9, "受让公司").number))
    entered(office, school, own)
    assert Asset.objects.get(public=True).title == PASTE["专利名称"]


def test_a_list_whose_patents_are_in_the_library_cannot_be_undone(office, school):
    intake = stocked(office, school, PASTE)
    case = entered(office, school, intake)
    with pytest.raises(Refused, match="take it out first"):
        intakes.begin_undoing(office, intake.number)
    act_for(office, case.number, "take_out", {"reason": "另有安排"}, DAY)
    sweep()
    intakes.begin_undoing(office, intake.number)
    sweep()
    assert outcomes(intake) == ["undone"]
    assert not Asset.objects.exists()


def test_a_need_is_matched_when_it_is_published(office, school, handler, firm):
    entered(office, school, stocked(office, school, PASTE, SPINDLE))
    number = published(handler, firm)
    need = PublishedNeed.objects.get(case=number)
    matches = list(need.matches.select_related("asset"))
    assert matches[0].asset.title == "主轴热误差补偿方法"
    assert matches[0].reasons[0]["zh"]
    assert matches[0].reasons[0]["en"]
    assert need.ranking.snapshot == index.newest_snapshot()
    assert sweep()["chores"] == 0


def test_a_need_is_matched_again_when_what_is_on_offer_has_changed(office, school, handler, firm):
    entered(office, school, stocked(office, school, PASTE))
    number = published(handler, firm)
    assert [each.asset.title for each in Match.objects.filter(need__case=number)] == ["一种低温浆料"]
    entered(office, school, stocked(office, school, SPINDLE))
    sweep(later=timedelta(minutes=11))
    best_now = Match.objects.filter(need__case=number).first()
    assert best_now.asset.title == "主轴热误差补偿方法"
    assert Match.objects.filter(need__case=number, asset__title="主轴热误差补偿方法").count() == 1


def test_what_is_exclusively_licensed_is_matched_with_nothing(office, school, handler, firm):
    entered(office, school, stocked(office, school, PASTE, SPINDLE))
    asset = Asset.objects.get(title="主轴热误差补偿方法")
    licence = {"kind": "exclusive", "party": str(firm.number), "since": DAY.isoformat(), "basis": "合同 1"}
    encumber(office, str(asset.number), licence, DAY)
    sweep()
    number = published(handler, firm)
    assert [each.asset.title for each in Match.objects.filter(need__case=number)] == ["一种低温浆料"]


def test_a_firm_grades_what_it_was_shown_and_the_second_of_two_is_told(office, school, handler, firm):
    entered(office, school, stocked(office, school, PASTE, SPINDLE))
    number = published(handler, firm)
    asset = str(Match.objects.filter(need__case=number).first().asset.number)
    said = {"prospects": 3, "cooperation": 2, "why": "指标满足"}
    opinion = matching.grade(handler, number, asset, said, DAY)
    assert (opinion.rank, opinion.version, opinion.prospects) == (1, 1, 3)
    with pytest.raises(Refused, match="just graded"):
        matching.grade(handler, number, asset, said, DAY)
    assert matching.grade(handler, number, asset, said | {"prospects": 1}, DAY, 1).version == 2
    assert Opinion.objects.get().prospects == 1
    with pytest.raises(Refused):
        matching.grade(office, number, asset, said, DAY)
    with pytest.raises(Refused, match="at least one"):
        matching.grade(handler, number, asset, {"why": "?"}, DAY)


@pytest.mark.parametrize("file", ["index.json", "base-*/records.vault", "base-*/lexical.shards.vault"])
def test_an_index_that_is_damaged_is_made_anew_and_no_match_is_lost(
    office, school, handler, firm, client, file
):
    entered(office, school, stocked(office, school, PASTE, SPINDLE))
    number = published(handler, firm)
    (path,) = index.folder().glob(file)
    broken = path.with_suffix(".new")  # others have the file open: it is replaced, not cut
    broken.write_bytes(path.read_bytes()[:50])
    broken.replace(path)
    index._OPEN.clear()  # as a process that starts
    shown = client.get("/technologies", {"q": "主轴"})
    assert shown.status_code == 200
    assert str(index.folder()) not in shown.content.decode()
    sweep(later=timedelta(minutes=11))
    assert best("主轴热误差在线补偿")[0] == "主轴热误差补偿方法"
    assert Match.objects.filter(need__case=number).count() == 2


def test_an_index_of_another_version_is_made_anew(office, school):
    entered(office, school, stocked(office, school, PASTE, SPINDLE))
    head = index.folder() / "index.json"
    head.write_text(head.read_text().replace(f'"engine": "{__version__}"', '"engine": "0.0.1"'))
    assert best("主轴") == []
    assert queue_sweep(DAY, timezone.now())
    sweep()
    assert best("主轴热误差在线补偿")[0] == "主轴热误差补偿方法"
