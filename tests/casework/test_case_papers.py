"""The papers of a case: whole for those inside, none for others, by an office's own template."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

import docx
import pytest
from pypdf import PdfReader

from qixi.casework.queries import view
from qixi.casework.queries.papers import bundle_for, file_for, paper_for, papers_for
from qixi.casework.services import act, open_case
from qixi.core import Refused
from qixi.procedures import Role, Standing
from qixi.procedures.catalogue import newest
from qixi.registry.domain.may import Actor

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)
SCHOOL, OFFICE = Actor(str(UUID(int=1))), Actor(str(UUID(int=2)), divisions=frozenset({"33"}))
PROPOSAL = {
    "name": "微藻采收膜",
    "summary": "一种低成本的微藻采收膜及其制备方法",
    "way": "transfer",
    "price": "1200000.00",
    "route": "agreement",
    "buyer": "某某公司",
    "related": True,
    "relation": "完成人持股百分之五",
}
DECISION = {"held_on": "2026-03-02", "members": ["甲", "乙", "丙"], "result": "同意按此价格转让"}


@pytest.fixture
def number() -> str:
    made = open_case(newest("price"), Standing(SCHOOL.number, Role.APPLICANT), "330106", DAY).number
    known = {"applicant_verified": True}
    act(made, Standing(SCHOOL.number, Role.APPLICANT), "submit", PROPOSAL, DAY, known)
    act(made, Standing(SCHOOL.number, Role.APPLICANT), "announce", DECISION, DAY, known)
    return made


def test_the_file_tells_the_whole_case(number):
    text = "\n".join(
        p.extract_text() for p in PdfReader(BytesIO(file_for(SCHOOL, number, DAY, "zh").content)).pages
    )
    for said in ("微藻采收膜", "1,200,000.00", "完成人持股百分之五", "同意按此价格转让", "丙", "公示期"):
        assert said in text.replace("\n", "")


def test_the_notice_shows_what_the_law_has_announced_and_no_more(number):
    assert [paper.name for paper in papers_for(view(SCHOOL, number, DAY))] == ["notice", "diligence"]
    made = paper_for(OFFICE, number, "notice", DAY, "en")
    text = "\n".join(p.extract_text() for p in PdfReader(BytesIO(made.content)).pages)
    assert "Notice of a price by agreement" in text
    assert "Who took part" not in text
    diligence = docx.Document(BytesIO(paper_for(OFFICE, number, "diligence", DAY, "zh", "docx").content))
    cells = [cell.text for table in diligence.tables for row in table.rows for cell in row.cells]
    assert "甲\n乙\n丙" in cells


def test_an_office_fills_its_own_template(number, settings, tmp_path):
    settings.HOME = tmp_path
    (tmp_path / "papers" / "price").mkdir(parents=True)
    own = docx.Document()
    own.add_paragraph("关于{{ submit.name }}（{{ case.number }}）的公示，会议日期 {{ announce.held_on }}")
    own.save(str(tmp_path / "papers" / "price" / "notice.docx"))
    made = paper_for(OFFICE, number, "notice", DAY, "zh")
    assert made.name.endswith(".docx")
    said = docx.Document(BytesIO(made.content)).paragraphs[0].text
    assert said == f"关于微藻采收膜（{number}）的公示，会议日期 2026-03-02"


def test_outsiders_and_objectors_have_no_paper(number):
    stranger = Actor(str(UUID(int=3)))
    assert papers_for(view(stranger, number, DAY)) == ()
    with pytest.raises(Refused, match="no such paper"):
        paper_for(stranger, number, "notice", DAY, "zh")
    with ZipFile(BytesIO(bundle_for(stranger, number, DAY, "zh").content)) as archive:
        assert json.loads(archive.read("case.json"))["events"] == []
    with pytest.raises(Refused, match="no such case"):
        file_for(Actor(), number, DAY, "zh")


def test_a_bundle_holds_what_happened(number):
    with ZipFile(BytesIO(bundle_for(SCHOOL, number, DAY, "zh").content)) as archive:
        told = json.loads(archive.read("case.json"))
        assert [event["verb"] for event in told["events"]] == ["open", "submit", "announce"]
        assert told["events"][1]["data"]["price"] == "1200000.00"
        assert archive.read("file.pdf").startswith(b"%PDF")
