"""Accounts: nobody learns whose address is known, and what is asked is asked in the reader's language."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from web_house import PASSWORD, House

from qixi.registry.models import User

pytestmark = pytest.mark.django_db


def said(answer: Any) -> str:
    """Return the words of a page, without what differs from one answer to the next."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())


def signed_up(username: str, email: str) -> tuple[Client, Any]:
    client = Client()
    sent = {"username": username, "email": email, "password1": PASSWORD, "password2": PASSWORD}
    return client, client.post("/account/signup/", sent)


def test_without_mail_sign_up_answers_alike_whether_an_address_is_known(house: House):
    answers = []
    for username, email in (("first", "handler@qixi.example"), ("other", "nobody@qixi.example")):
        client, answer = signed_up(username, email)
        answers.append((answer.status_code, answer.headers["Location"], said(client.get("/privacy"))))
    (status, place, page), (status2, place2, page2) = answers
    assert (status, place) == (status2, place2) == (302, "/")
    assert page.replace("first", "") == page2.replace("other", "")


def test_with_mail_sign_up_answers_alike_and_the_owner_alone_is_told(house: House, settings: Any):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    answers = []
    for username, email in (("first", "handler@qixi.example"), ("other", "nobody@qixi.example")):
        client, answer = signed_up(username, email)
        page = said(client.get("/account/confirm-email/")).replace(email, "")
        answers.append((answer.status_code, answer.headers["Location"], page))
    assert answers[0] == answers[1]
    assert not User.objects.filter(username="first").exists()
    assert {each.to[0] for each in mail.outbox} == {"handler@qixi.example", "nobody@qixi.example"}


def test_whoever_names_anothers_address_signs_in_as_itself_alone(house: House):
    signed_up("first", "handler@qixi.example")
    User.objects.get(username="first").set_password("another river")
    for login in ("handler", "handler@qixi.example"):
        client = Client()
        client.post("/account/login/", {"login": login, "password": PASSWORD})
        assert client.get("/me").status_code == 200


@pytest.mark.parametrize("page", ["/account/password/reset/", "/account/login/"])
def test_no_other_page_tells_whose_address_is_known(house: House, page: str):
    def answer(email: str) -> tuple[int, str]:
        found = Client().post(page, {"email": email, "login": email, "password": "wrong password"})
        return found.status_code, said(found).replace(email, "")

    assert answer("handler@qixi.example") == answer("nobody@qixi.example")


def test_a_second_factor_can_be_set_where_no_mail_is(house: House):
    client = house.client()
    client.post("/account/login/", {"login": "handler", "password": PASSWORD})
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert client.get("/account/2fa/totp/activate/").status_code == 200


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", {"用户名或电子邮箱", "密码", "在这台设备上保持登录", "再输一次密码", "电子邮箱", "用户名"}),
        (
            "en",
            {"User name or e-mail", "Password", "Stay signed in on this device", "The password again"}
            | {"E-mail", "User name"},
        ),
    ],
)
def test_fields_are_called_as_everywhere_in_the_house(house: House, language: str, words: set[str]):
    found = set()
    for page in ("/account/login/", "/account/signup/", "/account/password/reset/"):
        shown = house.client(None, language).get(page).content.decode()
        for label in re.findall(r"<label[^>]*>(.*?)</label>", shown, re.DOTALL):
            found.add(re.sub(r"<[^>]*>", "", label).strip())
    assert words <= found
    assert not {each for each in found if language == "zh" and each.isascii()}
