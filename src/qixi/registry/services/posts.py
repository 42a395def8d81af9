"""Writing posts: given and ended by those who may, offered by invitations."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date

from django.db import transaction

from qixi.core import Text
from qixi.policy import default_calendar, default_parameters
from qixi.registry.domain.may import Actor, Verb, may
from qixi.registry.models import Invitation, Organisation, Post, User
from qixi.registry.queries.people import (
    actor_of,
    as_number,
    organisation_of,
    organisation_subject,
    person_of,
    posts_in,
    posts_of,
)
from qixi.registry.services.entries import entered, permit, refused

_APPROVING = (Post.Title.APPROVER, Post.Title.LEADER)
_NOT_ONESELF = Text("不能给自己指定岗位", "nobody gives a post to oneself")
_NO_POST = Text("没有这个岗位", "there is no such post")
_OFFICER_ONLY_IN_OFFICES = Text("经办人员岗位只设在主管部门", "only an office has the post of an officer")


def give_post(user: User, organisation: Organisation, title: Post.Title, since: date) -> Post:
    """Give a person a post; returns the one held where it is held already."""
    with transaction.atomic():
        found, _ = Post.objects.get_or_create(
            user=user, organisation=organisation, title=title, until=None, defaults={"since": since}
        )
        return found


def end_post(post: Post, until: date) -> None:
    """End a post with a day, the first on which it is not held."""
    with transaction.atomic():
        held = Post.objects.select_for_update().get(pk=post.pk)
        held.until = max(until, held.since)
        held.save(update_fields=["until"])


def appoint_person(actor: Actor, organisation: str, person: str, title: str, today: date) -> Post:
    """Give another post to somebody who has one in the organisation; others are invited.

    An approver or leader of it does so, or an officer of its division.
    """
    with transaction.atomic():
        body = _governed(actor, organisation)
        _not_over_its_approvers(actor, body, title)
        post = _title(actor, body, title)
        if person == actor.number:
            raise refused(_NOT_ONESELF)
        user = User.objects.filter(number=as_number(person), is_active=True).first()
        if user is None or not posts_in(body).filter(pk__in=posts_of(user, today)).exists():
            raise refused(
                Text("此人在本机构没有岗位，请发出邀请", "that person has no post here: send an invitation")
            )
        given = give_post(user, body, post, today)
        entered("post", body.number, "give", actor.number, today, person=person, title=title)
        return given


def dismiss_person(actor: Actor, organisation: str, person: str, title: str, today: date) -> None:
    """End a person's post with a day; who holds it may always leave it.

    The last who approves for an organisation does not leave while others have posts there.
    """
    with transaction.atomic():
        body = organisation_of(organisation) if person == actor.number else _governed(actor, organisation)
        if body is None:
            raise refused(_NO_POST)
        Organisation.objects.select_for_update().get(pk=body.pk)  # of two who leave, one is the last
        if person != actor.number:
            _not_over_its_approvers(actor, body, "")
        held = posts_in(body)
        ended = held.filter(user__number=as_number(person), title=title)
        if not ended.exists():
            raise refused(_NO_POST)
        approving = held.filter(title__in=_APPROVING, user__is_active=True).exclude(pk__in=ended.values("pk"))
        others = held.exclude(user__number=as_number(person))
        if title in _APPROVING and not approving.exists() and others.exists():
            raise refused(Text("请先指定另一名审批人", "give somebody else the post of an approver first"))
        for post in ended:
            end_post(post, today)
        entered("post", body.number, "end", actor.number, today, person=person, title=title)


def invite(actor: Actor, organisation: str, title: str, today: date) -> tuple[Invitation, str]:
    """Offer a post to whoever is given the token that is returned; it is nowhere else afterwards."""
    with transaction.atomic():
        body = _governed(actor, organisation)
        _not_over_its_approvers(actor, body, title)
        post = _title(actor, body, title)
        days, unit = default_parameters().on(today, body.division_id)["registry.invitation"].days
        token = secrets.token_urlsafe(32)
        made = Invitation.objects.create(
            organisation=body,
            title=post,
            token_hash=_hash(token),
            made_by=actor.number,
            made_on=today,
            expires_on=default_calendar().after(today, days, unit),
        )
        entered("post", body.number, "invite", actor.number, today, title=title, invitation=str(made.number))
        return made, token


def accept_invitation(user: User, token: str, today: date) -> Post:
    """Take the post that an invitation offers; it can be taken once.

    Raises Refused, in the same words, for a token that is wrong, used, withdrawn or too old, or made by who
    could not make it today; nor does anybody take what it offered itself.
    """
    with transaction.atomic():
        found = (
            Invitation.objects.select_for_update(of=("self",))
            .select_related("organisation")
            .filter(
                token_hash=_hash(token),
                accepted_on__isnull=True,
                withdrawn_on__isnull=True,
                expires_on__gte=today,
            )
            .first()
        )
        if found is None or not user.is_active or not _still_offered(found, today):
            raise refused(Text("邀请无效或已过期", "the invitation is not valid, or too old"))
        if found.made_by == str(user.number):
            raise refused(_NOT_ONESELF)
        found.accepted_by, found.accepted_on = user, today
        found.save(update_fields=["accepted_by", "accepted_on"])
        body = organisation_of(str(found.organisation.number)) or found.organisation
        given = give_post(user, body, Post.Title(found.title), today)
        entered(
            "post",
            body.number,
            "accept",
            str(user.number),
            today,
            title=found.title,
            invitation=str(found.number),
        )
        return given


def withdraw_invitation(actor: Actor, number: str, today: date) -> None:
    """Take back an invitation that nobody has accepted."""
    with transaction.atomic():
        found = (
            Invitation.objects.select_for_update(of=("self",))
            .select_related("organisation")
            .filter(number=as_number(number), accepted_on__isnull=True, withdrawn_on__isnull=True)
            .first()
        )
        body = _governed(actor, str(found.organisation.number) if found is not None else "")
        if found is None:
            raise refused(Text("没有这个邀请", "there is no such invitation"))
        found.withdrawn_on = today
        found.save(update_fields=["withdrawn_on"])
        entered("post", body.number, "withdraw", actor.number, today, invitation=str(found.number))


def _governed(actor: Actor, number: str) -> Organisation:
    """Return an organisation in which the actor gives posts; else what is said of one there is not."""
    found = organisation_of(number)
    permit(actor, Verb.GIVE_POSTS, organisation_subject(found))
    if found is None:
        raise refused(Text("没有这个机构", "there is no such organisation"))
    return found


def _still_offered(invitation: Invitation, today: date) -> bool:
    """Say whether who made an invitation could make it today: with a post, what it offered lapses."""
    maker, body = person_of(invitation.made_by), organisation_of(str(invitation.organisation.number))
    if maker is None or body is None:
        return False
    return may(actor_of(maker, today), Verb.GIVE_POSTS, organisation_subject(body)) is None


def _not_over_its_approvers(actor: Actor, body: Organisation, title: str) -> None:
    """Raise Refused where an officer gives posts in a body that does so itself, or others than its first."""
    if actor.titles_in(str(body.number)) & set(_APPROVING) or body.kind == Organisation.Kind.OFFICE:
        return
    approving = posts_in(body).filter(title__in=_APPROVING, user__is_active=True)
    if title != Post.Title.APPROVER or approving.exists():
        raise refused(
            Text(
                "本机构的岗位由其审批人指定；尚无审批人时，经办人员只指定首位审批人",
                "approvers of the organisation give its posts; where there is none, an officer names one",
            )
        )


def _title(actor: Actor, body: Organisation, title: str) -> Post.Title:
    """Return a title that an actor may give; who approves for an office makes nobody an officer by that."""
    if title not in Post.Title.values:
        raise refused(Text("没有这种岗位", "there is no such post"))
    if title == Post.Title.OFFICER and body.kind != Organisation.Kind.OFFICE:
        raise refused(_OFFICER_ONLY_IN_OFFICES)
    if title == Post.Title.OFFICER:
        permit(actor, Verb.APPOINT_OFFICERS, organisation_subject(body))
    return Post.Title(title)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
