"""Where something goes wrong: the house's own page, in the reader's language, without a trace."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory, override_settings
from web_house import House

from qixi.core import Problem, Refused, Text
from qixi.web.faults import Refusals, failed, status_of

pytestmark = pytest.mark.django_db


def refused(code: str) -> Refused:
    return Refused(Problem(code, Text("原因", "the reason"), Text("办法", "the remedy")))


@pytest.mark.parametrize(
    ("code", "status"), [("case", 404), ("form", 422), ("act", 409), ("may", 403), ("registry", 409)]
)
def test_a_refusal_has_its_status_and_says_every_reason(code, status):
    request = RequestFactory().get("/")
    answer = Refusals(lambda _: None).process_exception(request, refused(code))
    assert answer.status_code == status == status_of(refused(code))
    assert ("原因。办法。" in answer.content.decode()) == (status != 404)
    assert Refusals(lambda _: None).process_exception(request, ValueError()) is None


def test_pages_of_faults_speak_both_languages(house: House):
    assert "没有这个页面" in house.client().get("/nowhere").content.decode()
    assert "There is no such page" in house.client(language="en").get("/nowhere").content.decode()


def test_a_form_without_the_sign_of_this_service_changes_nothing(house: House):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/language", {"language": "en"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()
    assert "qixi_language" not in client.cookies


def test_a_failure_of_ours_is_said_without_the_database(django_assert_num_queries):
    request = RequestFactory().get("/")
    request.COOKIES["qixi_language"] = "en"
    with django_assert_num_queries(0):
        answer = failed(request)
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.content.decode()


@override_settings(ALLOWED_HOSTS=["right.example"])
def test_a_foreign_host_is_a_bad_request():
    answer = Client().get("/", headers={"host": "wrong.example"})
    assert answer.status_code == 400
