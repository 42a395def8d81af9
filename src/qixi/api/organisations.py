"""Organisations as one may see them, and the posts in them: given, offered, taken, ended."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from ninja import Path, Router, Status
from pydantic import BaseModel, ConfigDict, Field

from qixi.api.caller import Asked, Session, known
from qixi.api.models import Scope
from qixi.api.people import Named, person_asking
from qixi.api.problems import missing
from qixi.registry import services
from qixi.registry.domain.may import Kind, Subject, Verb, may
from qixi.registry.models import Organisation, Post
from qixi.registry.queries import organisation_of
from qixi.registry.queries.people import posts_in

router = Router(tags=["organisations"])
Number = Annotated[UUID, Path(description="机构编号 / number")]


class OrganisationShown(BaseModel):
    """An organisation as it is registered."""

    number: str
    name: str
    credit_code: str | None
    kind: str
    division: Named
    standing: str


class PostShown(BaseModel):
    """A post that somebody holds in an organisation."""

    person: UUID
    name: str
    title: Post.Title
    since: date


class PostList(BaseModel):
    """The posts in an organisation that have not ended."""

    items: list[PostShown]


class Appointment(BaseModel):
    """Who is given another post."""

    model_config = ConfigDict(extra="forbid")
    person: UUID
    title: Post.Title


class Offer(BaseModel):
    """Which post is offered to whoever is given the link."""

    model_config = ConfigDict(extra="forbid")
    title: Post.Title


class Offered(BaseModel):
    """An offer of a post. `token` is what takes it up, shown this once."""

    number: UUID
    title: Post.Title
    expires_on: date
    token: str


class Taking(BaseModel):
    """What takes an offer up."""

    model_config = ConfigDict(extra="forbid")
    token: str = Field(min_length=1, max_length=200)


class Taken(BaseModel):
    """The post that was taken."""

    organisation: UUID
    title: Post.Title
    since: date


@router.get(
    "/organisations/{number}",
    auth=known(Scope.READ),
    response=OrganisationShown,
    summary="机构 / One organisation",
)
def organisation(request: Asked, number: Number) -> OrganisationShown:
    """Show an organisation, to its people and the officers of its division.

    One that was merged is shown as what it is now.
    """
    found = _seen(request, number)
    return OrganisationShown(
        number=str(found.number),
        name=found.name,
        credit_code=found.credit_code,
        kind=found.kind,
        division=Named(code=found.division.code, name=found.division.name),
        standing=found.standing,
    )


@router.get(
    "/organisations/{number}/posts",
    auth=known(Scope.READ),
    response=PostList,
    summary="机构岗位 / Posts in an organisation",
)
def posts(request: Asked, number: Number) -> PostList:
    """List who holds which post in an organisation, to its people and the officers of its division."""
    found = posts_in(_seen(request, number)).select_related("user").order_by("id")
    return PostList(items=[_post(each) for each in found])


@router.post(
    "/organisations/{number}/posts",
    auth=known(Scope.ACT),
    response={201: PostShown},
    summary="指定岗位 / Give a post",
)
def appoint(request: Asked, number: Number, appointment: Appointment) -> Status[PostShown]:
    """Give another post to somebody who has one there; others are offered one.

    Giving it again changes nothing.
    """
    body, actor = _seen(request, number), request.auth.actor
    given = services.appoint_person(
        actor, str(body.number), str(appointment.person), appointment.title, request.auth.today
    )
    return Status(201, _post(given))


@router.delete(
    "/organisations/{number}/posts/{person}/{title}",
    auth=known(Scope.ACT),
    response={204: None},
    summary="免去岗位 / End a post",
)
def dismiss(request: Asked, number: Number, person: UUID, title: Post.Title) -> Status[None]:
    """End somebody's post, or leave one's own."""
    body, actor = _seen(request, number), request.auth.actor
    services.dismiss_person(actor, str(body.number), str(person), title, request.auth.today)
    return Status(204, None)


@router.post(
    "/organisations/{number}/offers",
    auth=Session(),
    response={201: Offered},
    summary="邀请加入 / Offer a post",
)
def offer(request: Asked, number: Number, offer: Offer) -> Status[Offered]:
    """Offer a post to whoever is given the token in the answer; by session only. No Idempotency-Key here."""
    body = _seen(request, number)
    made, token = services.invite(request.auth.actor, str(body.number), offer.title, request.auth.today)
    shown = Offered(number=made.number, title=Post.Title(made.title), expires_on=made.expires_on, token=token)
    return Status(201, shown)


@router.delete(
    "/organisations/{number}/offers/{offer}",
    auth=known(Scope.ACT),
    response={204: None},
    summary="撤回邀请 / Take an offer back",
)
def withdraw_offer(request: Asked, number: Number, offer: UUID) -> Status[None]:
    """Take back an offer that nobody has taken up."""
    _seen(request, number)
    services.withdraw_invitation(request.auth.actor, str(offer), request.auth.today)
    return Status(204, None)


@router.post("/offers/take", auth=Session(), response=Taken, summary="接受邀请 / Take an offer up")
def take(request: Asked, taking: Taking) -> Taken:
    """Take up the post that an offer is of; by session only."""
    post = services.accept_invitation(person_asking(request), taking.token, request.auth.today)
    return Taken(organisation=post.organisation.number, title=Post.Title(post.title), since=post.since)


def _seen(request: Asked, number: UUID) -> Organisation:
    """Return an organisation that one may see; raises Refused in the same words whether there is one."""
    found = organisation_of(str(number))
    if found is None:
        raise missing()
    own = str(found.number)
    subject = Subject(Kind.ORGANISATION, own, found.division_id, holders=frozenset({own}))
    if may(request.auth.actor, Verb.SEE, subject) is not None:
        raise missing()
    return found


def _post(post: Post) -> PostShown:
    return PostShown(
        person=post.user.number, name=str(post.user), title=Post.Title(post.title), since=post.since
    )
