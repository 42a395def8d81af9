"""A newcomer adds a procedure by the how-to alone: its guide, schemas, diagram and walks are there."""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from walking import DIVISION, walk

import qixi.procedures.catalogue as shelf
from qixi.casework.effects import perform_waiting
from qixi.casework.models import Outbox
from qixi.casework.queries import lists
from qixi.policy import default_parameters
from qixi.procedures import Phase, replay
from qixi.procedures.guide import diagram, guide, schemas
from qixi.procedures.lint import faults
from qixi.procedures.lock import changed, lines, published
from qixi.registry.demo import person_called, sample_province

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "write-a-procedure.md"


@pytest.fixture
def fourth(tmp_path, monkeypatch):
    (first, *_) = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (tmp_path / "expert.py").write_text(first, "utf-8")
    monkeypatch.setattr(shelf, "__path__", [*shelf.__path__, str(tmp_path)])
    shelf.catalogue.cache_clear()
    lists._steps_of.cache_clear()
    yield shelf.newest("expert")
    shelf.catalogue.cache_clear()
    lists._steps_of.cache_clear()
    sys.modules.pop("qixi.procedures.catalogue.expert", None)


def test_a_file_is_a_procedure(fourth):
    assert faults(fourth, default_parameters()) == ()
    text = guide(fourth, default_parameters().on(date(2026, 3, 2), DIVISION), "zh")
    assert "# 专家入库" in text
    assert "专业领域（IPC 小类） (必填)" in text
    assert "listed : On the list" in diagram(fourth, "en")
    assert schemas(fourth)["draft/submit"]["properties"]["outside"]["title"] == "是否外聘"
    ends = set()
    for seed in range(40):
        case, _ = walk(fourth, seed)
        assert replay(case.number, case.code, case.version, case.division, case.events) == case
        ends.add(fourth.step(case.step).phase)
    assert Phase.CLOSED in ends


def test_it_is_new_to_the_lock_and_leaves_the_others_alone(fourth):
    now = lines(shelf.catalogue().values())
    assert changed(now, published()) == ()
    assert any(line.startswith("expert@1 ") for line in now)


FORM = {"name": "李某", "organisation": "某大学", "fields": ["C12N"], "outside": True}


def client_of(username: str, language: str = "zh") -> Client:
    client = Client()
    client.cookies["qixi_language"] = language
    client.force_login(person_called(username), "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.django_db
def test_its_pages_and_its_interface_are_there(fourth):
    sample_province(timezone.localdate())
    applicant, officer = client_of("demo-expert-1"), client_of("demo-province")
    for language, title in (("zh", "专家入库"), ("en", "An expert joins the list")):
        public = Client()
        public.cookies["qixi_language"] = language
        assert title in public.get("/procedures/expert").content.decode()
        for page in ("/cases/new", "/cases/new/expert"):
            assert title in client_of("demo-expert-1", language).get(page).content.decode()
    shown = Client().get("/api/procedures/expert").json()
    assert shown["code"] == "expert"

    def asked(path: str, body: object):
        return applicant.post(path, json.dumps(body), content_type="application/json")

    begun = asked("/api/cases", {"procedure": "expert", "division": "330102"})
    assert begun.status_code == 201, begun.content
    number = begun.json()["number"]
    form = applicant.get(f"/cases/{number}/acts/submit").content.decode()
    assert 'name="fields"' in form
    assert "专业领域（IPC 小类）" in form
    done = asked(f"/api/cases/{number}/acts/submit", FORM)
    assert done.status_code == 201, done.content
    assert "李某" in applicant.get(f"/cases/{number}").content.decode()
    for language, step in (("zh", fourth.step("intake").title.zh), ("en", fourth.step("intake").title.en)):
        desk = client_of("demo-province", language).get("/desk").content.decode()
        assert number in desk
        assert step in desk
    assert officer.post(f"/cases/{number}/acts/accept", {"seen": "2"}).status_code == 302
    assert "在库" in applicant.get(f"/cases/{number}").content.decode()
    perform_waiting()
    (certified,) = Outbox.objects.filter(kind="certify")
    assert certified.content == FORM
    assert not certified.failure
