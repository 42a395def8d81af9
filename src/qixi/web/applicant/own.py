"""What is the reader's own: messages, what is known of the person, the account."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qixi.api.downloads import download
from qixi.casework.queries.papers import Made
from qixi.core import Refused, Text
from qixi.registry.models import Message, Post, User
from qixi.registry.personal_data import export_file
from qixi.registry.queries import inbox, posts_of
from qixi.registry.services import choose_ways, close_account, describe_person, mark_read
from qixi.web.clock import today
from qixi.web.faults import told
from qixi.web.language import remember
from qixi.web.templatetags.qixi import said
from qixi.web.visitor import signed_in, visitor

_ON_A_PAGE = 20


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def letters(request: HttpRequest) -> HttpResponse:
    """List what the reader and its organisations were told; those of a page are marked as read together."""
    actor = visitor(request)
    if request.method == "POST":
        mark_read(actor, [int(each) for each in request.POST.getlist("message") if _is_key(each)])
        return redirect("inbox")
    page = Paginator(inbox(actor), _ON_A_PAGE).get_page(request.GET.get("page"))
    found = [(each, Text(each.zh, each.en), _place(each)) for each in page]
    return render(request, "qixi/applicant/inbox.html", {"page": page, "letters": found})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """Show what is known of the reader, to be corrected here, and by which ways it is told."""
    user = _person(request)
    if request.method == "POST" and request.POST.get("do") == "ways":
        ways = request.POST.getlist("way")
        choose_ways(user, mail="mail" in ways, sms="sms" in ways)
        messages.success(request, said(Text("已保存。", "Saved.")))
        return redirect("me")
    if request.method == "POST":
        try:
            describe_person(
                user,
                request.POST.get("name", ""),
                request.POST.get("phone", ""),
                request.POST.get("language", ""),
            )
        except Refused as refused:
            told(request, refused)
            return redirect("me")
        messages.success(request, said(Text("已保存。", "Saved.")))
        return remember(redirect("me"), request.POST.get("language", ""), request)
    posts = [(each, _bilingual(Post.Title(each.title).label)) for each in posts_of(user, today())]
    words = {
        "person": user,
        "posts": posts,
        "expert": getattr(user, "expert", None),
        "ways": [
            ("mail", Text("电子邮件", "E-mail"), user.mail_wanted, bool(settings.MAIL)),
            ("sms", Text("短信", "Short message"), user.sms_wanted, bool(settings.SMS_GATEWAY)),
        ],
    }
    return render(request, "qixi/applicant/me.html", words)


@signed_in
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Serve everything that is held of the reader."""
    return download(Made.of("qixi-my-data.zip", export_file(_person(request))))


@signed_in
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Close the account, when the reader has typed its name to say that it is meant."""
    user = _person(request)
    if request.POST.get("username", "") != user.get_username():
        words = Text("用户名不一致，账号未注销。", "That is not your user name: the account was not closed.")
        messages.error(request, said(words))
        return redirect("me")
    close_account(user, today())
    logout(request)
    messages.success(request, said(Text("账号已注销。", "The account is closed.")))
    return redirect("home")


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _bilingual(label: object) -> Text:
    zh, _, en = str(label).partition(" / ")
    return Text(zh, en)


def _place(letter: Message) -> str:
    """Return the page that a message is about, empty for none."""
    if letter.case:
        return reverse("case", args=[letter.case])
    word, _, rest = letter.key.partition(" ")
    if letter.kind == word == "fair":
        return reverse("fair", args=[UUID(rest.split()[0])])
    return reverse("asset", args=[UUID(rest.split()[0])]) if (letter.kind, word) == ("asset", "share") else ""


def _is_key(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) < 18
