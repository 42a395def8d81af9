"""A party is told once, in its inbox always, by mail and short message where the service is set up for it."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.core import mail
from django_tasks_db.models import DBTaskResult
from people import DAY, acting, body, person

from qixi.core import Text
from qixi.procedures.effects import Cause, performer_of
from qixi.procedures.values import Kind
from qixi.registry.models import Message
from qixi.registry.queries import inbox, unread
from qixi.registry.services import mark_read, tell
from qixi.registry.tasks import deliver

pytestmark = pytest.mark.django_db
WORDS = Text("请补正材料", "Correct the file")


def test_a_party_is_told_once_and_reads_it():
    firm = body(1, "某某公司")
    boss, clerk = (acting(person(name, firm, "handler")) for name in ("boss", "clerk"))
    stranger = acting(person("stranger"))
    for _ in range(2):
        tell(str(firm.number), WORDS, "c1", "c1#2")
    tell(boss.number, WORDS, "c1", "own")
    assert (unread(boss), unread(clerk), unread(stranger)) == (2, 1, 0)
    message = inbox(clerk).get()
    assert mark_read(stranger, [message.pk]) == 0
    assert mark_read(clerk, [message.pk]) == 1
    assert mark_read(boss, [message.pk]) == 0
    message.refresh_from_db()
    assert message.read_by == clerk.number
    assert unread(boss) == 1


def test_a_case_may_tell_its_applicant_or_another():
    firm = body(1, "某某公司")
    number = str(firm.number)
    notify = performer_of(Kind.NOTIFY, "whatever")
    cause = Cause("c1#2.0", "c1", "whatever", "", "33", number, "", DAY, DAY)
    for _ in range(2):
        notify(cause, {"zh": "您好", "en": "hello"})
    notify(
        Cause("c1#3.0", "c1", "whatever", "", "33", number, "", DAY, DAY), {"zh": "", "en": "", "party": "p"}
    )
    assert [(m.party, m.zh, m.case) for m in Message.objects.order_by("id")] == [
        (number, "您好", "c1"),
        ("p", "", "c1"),
    ]


def test_work_is_only_begun_where_there_is_somewhere_to_send(settings):
    number = str(person("li").number)
    tell(number, WORDS, "c1", "one")
    assert not DBTaskResult.objects.exists()
    settings.MAIL = {"host": "mail.invalid"}
    for _ in range(2):
        tell(number, WORDS, "c1", "two")
    assert DBTaskResult.objects.get().args_kwargs["args"] == [Message.objects.get(key="two").pk]


def test_mail_goes_to_those_who_want_it_in_their_language(settings):
    settings.MAIL = {"host": "mail.invalid"}
    firm = body(1, "某某公司")
    person("zh", firm, "handler")
    for name, change in (("en", {"language": "en"}), ("quiet", {"mail_wanted": False}), ("inventor", {})):
        user = person(name, firm, "inventor" if name == "inventor" else "approver")
        for field, value in change.items():
            setattr(user, field, value)
        user.save()
    deliver.func(tell(str(firm.number), WORDS, "c1", "k").pk)
    assert {(m.to[0], m.body) for m in mail.outbox} == {
        ("zh@demo.invalid", WORDS.zh),
        ("en@demo.invalid", WORDS.en),
    }


def test_short_messages_go_to_the_gateway(settings):
    asked: list[tuple[str | None, dict[str, str]]] = []

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.headers["Authorization"], json.loads(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Gateway)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        settings.SMS_GATEWAY = f"http://127.0.0.1:{server.server_port}/send"
        settings.SMS_TOKEN = "t"
        user = person("li")
        user.phone, user.sms_wanted = "13800000000", True
        user.save()
        deliver.func(tell(str(user.number), WORDS, "c1", "k").pk)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert asked == [("Bearer t", {"to": "13800000000", "text": WORDS.zh})]
