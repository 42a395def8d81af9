"""What is held of a person can be had as a file, and is forgotten when the account is closed."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client
from people import DAY, acting, body, person

from qixi.core import Text
from qixi.registry import personal_data
from qixi.registry.models import Entry, Message, Post
from qixi.registry.privacy import privacy_notice
from qixi.registry.queries import known_of
from qixi.registry.services import close_account, invite, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(db):
    firm = body(1, "某某公司")
    found = person("lixiao", firm, "approver")
    found.phone = "13800000000"
    found.save()
    EmailAddress.objects.create(user=found, email=found.email, verified=True, primary=True)
    Authenticator.objects.create(user=found, type="totp", data={"secret": "sealed-secret"})
    tell(str(found.number), Text("您好", "hello"), "c1", "k")
    invite(acting(found), str(firm.number), "handler", DAY)
    return found


def test_everything_that_is_held_is_in_the_file(user):
    with zipfile.ZipFile(io.BytesIO(personal_data.export_file(user))) as file:
        held = {name: json.loads(file.read(name)) for name in file.namelist()}
    assert held["account.json"]["email_addresses"] == [{"email": "lixiao@demo.invalid", "verified": True}]
    assert held["account.json"]["second_factors"] == ["totp"]
    assert [each["title"] for each in held["posts.json"]] == ["approver"]
    assert [each["en"] for each in held["messages.json"]] == ["hello"]
    assert [each["verb"] for each in held["registers.json"]["done"]] == ["invite"]
    assert "sealed-secret" not in str(held)


def test_a_closed_account_is_forgotten_and_the_record_is_whole(user):
    client = Client()
    client.force_login(user)
    entries = Entry.objects.count()
    close_account(user, date(2026, 4, 1))
    close_account(user, date(2026, 4, 2))
    user.refresh_from_db()
    assert user.closed_on == date(2026, 4, 1)
    assert not EmailAddress.objects.exists()
    assert not Authenticator.objects.exists()
    assert not Message.objects.exists()
    assert Post.objects.get().until == date(2026, 4, 1)
    assert Entry.objects.count() == entries + 1
    assert Entry.objects.filter(person=str(user.number)).count() == 2
    left = json.dumps(personal_data.export_of(user), ensure_ascii=False)
    assert not [word for word in ("lixiao", "13800000000", "demo.invalid") if word in left]
    assert not acting(user).number
    assert "_auth_user_id" in client.session
    assert client.get("/office/").status_code == 302


def test_a_room_says_once_what_it_holds(user, monkeypatch):
    monkeypatch.setattr(personal_data, "_HELD", {})
    monkeypatch.setattr(personal_data, "_FORGOTTEN", {})
    personal_data.holds("tokens")(lambda user: [user.username])
    assert personal_data.export_of(user) == {"tokens": ["lixiao"]}
    with pytest.raises(ValueError, match="held already"):
        personal_data.holds("tokens")(lambda user: [])
    gone = []
    personal_data.forgets("tokens")(lambda user, today: gone.append(today))
    close_account(user, DAY)
    assert gone == [DAY]


def test_the_notice_says_the_same_in_both_languages():
    sections = privacy_notice()
    assert len(sections) >= 5
    for section in sections:
        assert all(text.zh and text.en for text in (section.title, *section.paragraphs))


def test_what_is_known_is_not_asked_again(user):
    firm = user.posts.get().organisation
    known = known_of(str(firm.number))
    assert (known["organisation.name"], known["organisation.division"]) == ("某某公司", "330102")
    assert known_of(str(user.number))["contact.name"] == "lixiao"
    assert known_of("nobody") == {}
