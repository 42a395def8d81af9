"""The shell of pages: it answers, speaks two languages, and lets nothing foreign in."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_front_page_answers_in_two_languages():
    client = Client()
    assert "七夕" in client.get("/").content.decode()
    client.cookies["qixi_language"] = "en"
    answer = client.get("/")
    assert "Qixi" in answer.content.decode()
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_nothing_is_there_without_a_trace():
    assert Client().get("/no-such-page").status_code == 404
    assert Client().get("/healthz").content == b"ok\n"
