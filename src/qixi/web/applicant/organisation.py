"""An organisation: its people and their posts, what it approves inside, and under which names it is known."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from qixi.casework.queries.chains import chain_of
from qixi.casework.services import end_chain, set_chain
from qixi.core import Refused, Text
from qixi.registry.domain.may import Actor, Kind, Subject, Verb, may
from qixi.registry.models import Organisation, Post, User
from qixi.registry.queries import history_of, likely_variants, names_of, organisations_visible_to
from qixi.registry.queries.people import offered_in, posts_in
from qixi.registry.services import (
    accept_invitation,
    appoint_person,
    dismiss_person,
    invite,
    merge,
    name_organisation,
    part,
    withdraw_invitation,
)
from qixi.web.clock import today
from qixi.web.faults import told, tried
from qixi.web.public.views import procedures
from qixi.web.templatetags.qixi import said
from qixi.web.visitor import signed_in, visitor

_INVITED = "qixi.invited"
"""Where in a session the link of a new invitation waits to be shown, once."""


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest, number: UUID) -> HttpResponse:
    """Show an organisation to its people and its officers; those who may, change its posts and its chains."""
    actor = visitor(request)
    body = organisations_visible_to(actor).filter(number=number).select_related("division").first()
    if body is None:
        raise Http404
    if request.method == "POST":
        _changed(request, actor, body)
        return redirect("organisation", number)
    subject = Subject(Kind.ORGANISATION, str(number), body.division_id, frozenset({str(number)}))
    is_officer = may(actor, Verb.MERGE, subject) is None
    posts = list(posts_in(body).select_related("user"))
    history = list(history_of(actor, body))[::-1]
    words = {
        "body": body,
        "posts": posts,
        "people": list(dict.fromkeys(post.user for post in posts)),
        "titles": [(title.value, title.label) for title in Post.Title],
        "chains": [(each, chain_of(str(number), each.code)) for each in procedures()],
        "gives_posts": may(actor, Verb.GIVE_POSTS, subject) is None,
        "is_officer": is_officer,
        "variants": likely_variants(actor, body)[:20] if is_officer else [],
        "invited": request.session.pop(_INVITED, ""),
        "offered": list(offered_in(body, today())),
        "history": history,
        "names": names_of(each.person for each in history),
    }
    return render(request, "qixi/applicant/organisation.html", words)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """Let whoever was given a link take up the post that it offers."""
    if request.method == "POST":
        try:
            post = accept_invitation(_person(request), token, today())
        except Refused as refused:
            told(request, refused)
            return redirect("home")
        messages.success(request, said(Text("您已加入该机构。", "You have joined the organisation.")))
        return redirect("organisation", post.organisation.number)
    return render(request, "qixi/applicant/invited.html")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def named(request: HttpRequest) -> HttpResponse:
    """Enter an organisation that is only known by its name, so that others can name it as a party."""
    made = None
    if request.method == "POST":
        sent = request.POST
        try:
            made = name_organisation(
                visitor(request),
                sent.get("name", ""),
                sent.get("kind", ""),
                sent.get("division", ""),
                today(),
            )
        except Refused as refused:
            told(request, refused)
    words = {"made": made, "sent": request.POST, "kinds": Organisation.Kind.choices}
    return render(request, "qixi/applicant/named.html", words)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _changed(request: HttpRequest, actor: Actor, body: Organisation) -> None:
    """Change what the page's button says, and say what came of it."""
    sent, day, number = request.POST, today(), str(body.number)

    def offered() -> None:
        _, token = invite(actor, number, sent.get("title", ""), day)
        request.session[_INVITED] = token

    ways: dict[str, Callable[[], object]] = {
        "appoint": lambda: appoint_person(actor, number, sent.get("person", ""), sent.get("title", ""), day),
        "dismiss": lambda: dismiss_person(actor, number, sent.get("person", ""), sent.get("title", ""), day),
        "invite": offered,
        "chain": lambda: set_chain(
            actor, number, sent.get("code", ""), [each for each in sent.getlist("title") if each], None, day
        ),
        "unchain": lambda: end_chain(actor, number, sent.get("code", ""), day),
        "merge": lambda: merge(actor, sent.get("variant", ""), number, sent.get("reason", ""), day),
        "part": lambda: part(actor, number, sent.get("reason", ""), day),
        "withdraw": lambda: withdraw_invitation(actor, sent.get("invitation", ""), day),
    }
    way = ways.get(sent.get("do", ""))
    if way is None:
        raise Http404
    tried(request, way)
