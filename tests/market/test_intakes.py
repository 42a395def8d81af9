"""Taking stock: a list is read, taken in row by row, brought up to date, and undone; no good row is lost."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from qixi.casework.queries.evidence import place_of
from qixi.casework.work import swept
from qixi.core import Refused
from qixi.market.models import Intake, IntakeRow, Listing
from qixi.market.queries.intakes import intake_of, intakes_of, progress_of
from qixi.market.services import intakes
from qixi.registry.models import Asset, Entry, Post, User
from qixi.registry.queries.people import organisation_of
from qixi.registry.services import edit_asset, encumber
from tests.registry.people import DAY, acting, body, officer, person

LATER = DAY + timedelta(10)
GOOD = {
    "专利名称": "一种低温浆料",
    "申请号": "202119900108.3",
    "公开（公告）号": "CN 199688282 B",
    "申请人": "浙江某大学",
    "发明人": "张若水；戴思源",
    "摘要": "固化后体电阻率低。",
    "IPC分类号": "H01B1/22; C09D11/52",
    "法律状态": "有效",
    "申请日": "2021-05-22",
    "授权日": "2022-03-01",
    "转化意愿": "转让、许可",
    "是否财政资助": "是",
    "下次年费缴纳期限": "2026-05-22",
    "价格意向": "90万元",
}
OTHER = GOOD | {"专利名称": "主轴热误差补偿方法", "申请号": "202019900149.8", "公开（公告）号": ""}


@pytest.fixture
def school(db):
    return body(1, "浙江某大学", "university", "3301")


@pytest.fixture
def office(school):
    return acting(person("transfer", school, "transfer"))


def sheet(*rows):
    out = io.StringIO()
    heads = list(dict.fromkeys(head for row in rows for head in row))
    writer = csv.DictWriter(out, heads)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def taken(actor, party, *rows, day=DAY):
    intake = intakes.hand_in(actor, str(party.number), "清单.csv", sheet(*rows), day)
    intakes.read(intake)
    intakes.begin(actor, intake.number)
    while intakes.go_on(intake, day):
        pass
    return intake


def outcomes(intake):
    return [row.outcome for row in intake.rows.all()]


def said(row):
    return " ".join(problem["reason"]["en"] for problem in row.problems)


def test_good_rows_are_entered_and_bad_ones_say_what_is_wrong(office, school):
    wrong = OTHER | {"申请号": "202119900108.4"}
    strange = OTHER | {"申请号": "202019900173.1", "申请人": "另一所大学"}
    secret = OTHER | {"申请号": "202019900100.2", "是否涉密": "机密"}
    intake = taken(office, school, GOOD, wrong, strange, secret, OTHER)
    assert outcomes(intake) == ["new", "refused", "refused", "refused", "new"]
    rows = list(intake.rows.all())
    assert "not a Chinese application number" in said(rows[1])
    assert rows[1].problems[0]["row"] == 3
    assert "not among the applicants" in said(rows[2])
    assert said(rows[3])
    asset = Asset.objects.get(key="patent:CN202119900108.3")
    assert (asset.lead, asset.public, asset.listing.stage) == (str(school.number), False, "base")
    assert asset.listing.ways == ["assign", "license"]
    assert asset.patent.publication_no == "CN199688282B"
    assert asset.patent.publicly_funded is True
    assert asset.patent.fee_due_on.isoformat() == "2026-05-22"
    assert [each.name for each in asset.inventors.order_by("id")] == ["张若水", "戴思源"]
    assert asset.rights.get().since.isoformat() == "2022-03-01"
    assert asset.shares.get().standing == "confirmed"


def test_the_same_list_again_changes_nothing_and_a_newer_one_brings_up_to_date(office, school):
    taken(office, school, GOOD)
    assert outcomes(taken(office, school, GOOD)) == ["same"]
    newer = {"申请号": "ZL 2021 1 9900108.3", "申请人": "浙江某大学", "专利名称": "一种低温浆料及其制备"}
    newer |= {"法律状态": "无效", "价格意向": ""}
    intake = taken(office, school, newer, day=LATER)
    assert outcomes(intake) == ["changed"]
    asset = Asset.objects.get()
    assert (asset.title, asset.listing.price) == ("一种低温浆料及其制备", "90万元")
    assert asset.rights.get(until=None).status == "invalid"


def test_what_a_list_did_can_be_undone(office, school):
    first = taken(office, school, GOOD, OTHER)
    before = Asset.objects.get(key="patent:CN202119900108.3").title
    newer = GOOD | {"专利名称": "改了名的浆料", "价格意向": "面议", "法律状态": "失效"}
    second = taken(office, school, newer, day=LATER)
    intakes.begin_undoing(office, second.number)
    while intakes.go_on(second, LATER):
        pass
    asset = Asset.objects.get(key="patent:CN202119900108.3")
    assert (asset.title, asset.listing.price) == (before, "90万元")
    assert asset.rights.get().status == "in_force"
    intakes.begin_undoing(office, first.number)
    while intakes.go_on(first, LATER):
        pass
    assert not Asset.objects.exists()
    assert not Listing.objects.exists()
    first.refresh_from_db()
    assert (first.state, outcomes(first)) == ("undone", ["undone", "undone"])


def test_what_was_used_since_is_not_undone(office, school):
    firm = body(2, "某某公司")
    intake = taken(office, school, GOOD, OTHER)
    asset = Asset.objects.get(key="patent:CN202119900108.3")
    encumber(
        office,
        str(asset.number),
        {"kind": "ordinary", "party": str(firm.number), "since": DAY.isoformat(), "basis": "合同 1"},
        DAY,
    )
    intakes.begin_undoing(office, intake.number)
    while intakes.go_on(intake, DAY):
        pass
    assert sorted(outcomes(intake)) == ["kept", "undone"]
    assert Asset.objects.get() == asset


def test_a_row_is_taken_once_however_often_work_begins_again(office, school, monkeypatch):
    monkeypatch.setattr(intakes, "CHUNK", 1)
    intake = intakes.hand_in(office, str(school.number), "清单.csv", sheet(GOOD, OTHER), DAY)
    intakes.read(intake)
    intakes.begin(office, intake.number)
    assert intakes.go_on(intake, DAY)
    assert progress_of(intake).left == 1
    assert progress_of(intake).share == 50
    intakes.read(intake)  # a task that was put back in the queue
    assert progress_of(intake).left == 1
    while intakes.go_on(intake, DAY):
        pass
    assert outcomes(intake) == ["new", "new"]
    assert Asset.objects.count() == 2


def test_columns_are_assigned_by_hand(office, school):
    row = {"申请号": "202119900108.3", "叫法": "一种低温浆料", "东家": "浙江某大学", "愿意": "许可"}
    intake = intakes.hand_in(office, str(school.number), "清单.csv", sheet(row), DAY)
    intakes.read(intake)
    intake.refresh_from_db()
    assert intake.unknown == ["申请号", "叫法", "东家", "愿意"]
    intakes.assign_heads(office, intake.number, {"叫法": "title", "东家": "applicant", "愿意": "ways"})
    intakes.read(intake)
    intakes.begin(office, intake.number)
    while intakes.go_on(intake, DAY):
        pass
    assert outcomes(intake) == ["new"]
    assert Asset.objects.get().listing.ways == ["license"]


def test_a_file_that_is_none_is_refused_with_a_reason(office, school):
    intake = intakes.hand_in(office, str(school.number), "清单.xlsx", b"PK\x03\x04 broken", DAY)
    intakes.read(intake)
    intake.refresh_from_db()
    assert intake.state == "refused"
    assert intake.problems[0]["reason"]["zh"]
    with pytest.raises(Refused):
        intakes.begin(office, intake.number)


def test_others_neither_see_nor_take_in(office, school):
    firm = body(2, "某某公司")
    stranger = acting(person("stranger", firm, "handler"))
    intake = intakes.hand_in(office, str(school.number), "清单.csv", sheet(GOOD), DAY)
    assert not intakes_of(stranger).exists()
    with pytest.raises(Refused, match="no such list"):
        intake_of(stranger, intake.number)
    with pytest.raises(Refused, match="no such list"):
        intakes.begin(stranger, intake.number)
    with pytest.raises(Refused):
        intakes.hand_in(stranger, str(school.number), "清单.csv", sheet(GOOD), DAY)
    taken(office, school, GOOD)
    assert outcomes(taken(stranger, firm, GOOD | {"申请人": "某某公司"})) == ["refused"]


def test_an_office_takes_in_for_those_who_are_registered(school):
    actor = officer("33")
    office = next(iter(actor.posts))
    place = organisation_of(office)
    unknown = OTHER | {"申请人": "无人登记的大学"}
    plain = {"编号": "A-7", "成果名称": "一种算法", "完成单位": "浙江某大学", "成果简介": "会算。"}
    intake = taken(actor, place, GOOD, unknown)
    assert outcomes(intake) == ["new", "new"]
    leads = {each.register_number: each.lead for each in Asset.objects.all()}
    assert leads["CN202119900108.3"] == str(school.number)
    assert leads["CN202019900149.8"] == office
    assert set(Asset.objects.values_list("shares__standing", flat=True)) == {"stated"}
    assert outcomes(taken(actor, place, plain)) == ["new"]
    assert outcomes(taken(actor, place, plain)) == ["same"]
    assert Asset.objects.get(title="一种算法").kind == "achievement"


def test_an_applicant_beside_the_lead_leaves_its_share_to_be_confirmed(office, school):
    intake = taken(office, school, GOOD | {"申请人": "浙江某大学；某某公司"})
    assert outcomes(intake) == ["new"]
    assert "other applicants: 某某公司" in said(intake.rows.get())
    assert Asset.objects.get().shares.get().standing == "stated"


def test_work_in_the_background_takes_a_list_to_its_end(office, school):
    intake = intakes.hand_in(office, str(school.number), "清单.csv", sheet(GOOD, OTHER), DAY)
    swept(DAY, timezone.now())
    intakes.begin(office, intake.number)
    swept(DAY, timezone.now())
    assert Intake.objects.get().state == "taken"
    assert IntakeRow.objects.filter(outcome="new").count() == 2


def undone(actor, intake, day=DAY):
    intakes.begin_undoing(actor, intake.number)
    while intakes.go_on(intake, day):
        pass
    return outcomes(intake)


def test_only_a_verified_body_takes_in(office, school):
    intake = intakes.hand_in(office, str(school.number), "清单.csv", sheet(GOOD), DAY)
    intakes.read(intake)
    standing, school.standing = school.standing, "unverified"
    school.save()
    doubted = acting(User.objects.get(username="transfer"))
    with pytest.raises(Refused, match="not verified"):
        intakes.begin(doubted, intake.number)
    school.standing = standing
    school.save()
    intakes.begin(office, intake.number)
    school.standing = "unverified"  # while it is being taken in
    school.save()
    while intakes.go_on(intake, DAY):
        pass
    assert outcomes(intake) == ["refused"]
    assert not Asset.objects.exists()


def test_what_is_kept_keeps_what_is_said_of_its_transfer(office, school):
    intake = taken(office, school, GOOD)
    asset = Asset.objects.get()
    edit_asset(office, str(asset.number), {"title": "改后名称", "summary": "改后摘要"}, DAY)
    assert undone(office, intake) == ["kept"]
    assert Asset.objects.get().title == "改后名称"
    assert Listing.objects.get().price == "90万元"


def test_what_somebody_else_leads_by_now_is_kept_and_holds_nothing_up(office, school):
    first, second = taken(office, school, GOOD), taken(office, school, OTHER)
    Asset.objects.filter(title=GOOD["专利名称"]).update(lead=str(body(9, "受让公司").number))
    for each in (first, second):
        intakes.begin_undoing(office, each.number)
    swept(DAY, timezone.now())
    assert (outcomes(first), outcomes(second)) == (["kept"], ["undone"])


def test_a_colleague_undoes_what_somebody_took_in_who_has_left(office, school):
    intake = taken(office, school, GOOD)
    colleague = acting(person("colleague", school, "transfer"))
    Post.objects.filter(user__username="transfer").update(until=DAY)
    assert undone(colleague, intake) == ["undone"]
    assert Entry.objects.get(verb="take_back").person == colleague.number


def test_a_list_whose_file_is_lost_or_cut_says_so_and_holds_nothing_up(office, school):
    lost = intakes.hand_in(office, str(school.number), "清单.csv", sheet(GOOD), DAY)
    intakes.hand_in(office, str(school.number), "清单.csv", sheet(OTHER), DAY)
    Path(default_storage.path(place_of(lost.sha256))).write_bytes(sheet(GOOD)[:-40])  # written in part
    swept(DAY, timezone.now())
    assert set(Intake.objects.values_list("state", flat=True)) == {"refused", "looked"}
    again = intakes.hand_in(office, str(school.number), "清单.csv", sheet(GOOD), DAY)
    intakes.read(again)
    assert outcomes(again) == ["waiting"]


def test_a_list_that_fails_holds_those_of_others_not_up(office, school, monkeypatch):
    broken = intakes.hand_in(office, str(school.number), "清单.csv", sheet(GOOD), DAY)
    intakes.hand_in(office, str(school.number), "清单.csv", sheet(OTHER), DAY)

    def read(intake, real=intakes.read):
        if intake == broken:
            raise RuntimeError
        real(intake)

    monkeypatch.setattr("qixi.market.work.read", read)
    with pytest.raises(ExceptionGroup):
        swept(DAY, timezone.now())
    assert set(Intake.objects.values_list("state", flat=True)) == {"reading", "looked"}
