"""Signing in: what is asked for, and the second step where no mail is sent."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from qixi.registry.demo import person_called, sample_province

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("language", "label"), [("zh", "用户名或电子邮箱"), ("en", "User name or e-mail")])
def test_the_form_says_who_is_asked_for(language, label):
    client = Client()
    client.cookies["qixi_language"] = language
    assert label in client.get("/account/login/").content.decode()


def test_a_second_step_needs_no_mail_where_none_is_sent():
    sample_province(timezone.localdate())
    client = Client()
    client.force_login(person_called("demo-county"), "django.contrib.auth.backends.ModelBackend")
    page = client.get("/account/2fa/totp/activate/", follow=True).content.decode()
    assert 'name="code"' in page or 'name="password"' in page
    assert "在验证您的" not in page
