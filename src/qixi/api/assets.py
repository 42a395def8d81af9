"""Assets: those of one's own, what one may see of another, and how one is described."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Path, Router
from pydantic import BaseModel, Field

from qixi.api.caller import Asked, known
from qixi.api.models import Scope
from qixi.api.pages import Cursor, Limit, Page, cut, marked, strange
from qixi.api.tags import Match, seen, tag
from qixi.registry import models
from qixi.registry.domain.asset import AssetChange, AssetKind, Status
from qixi.registry.queries import asset_as_of, assets_of, version_of
from qixi.registry.queries.people import as_number
from qixi.registry.services import edit_asset

router = Router(tags=["assets"])
Number = Annotated[UUID, Path(description="成果编号 / number")]


class AssetLine(BaseModel):
    """An asset in a list."""

    number: UUID
    kind: AssetKind
    title: str
    register_number: str
    division: str
    lead: str
    public: bool
    entered_on: date


class HolderShown(BaseModel):
    """A holder of a part, as a fraction, and what it says of it."""

    party: str
    part: str
    standing: models.Share.Standing
    since: date
    until: date | None


class BurdenShown(BaseModel):
    """A licence, a pledge or a preservation; `territory` is empty where it is everywhere."""

    number: UUID
    kind: str
    party: str
    territory: str
    since: date
    until: date | None
    basis: str


class AssetShown(AssetLine):
    """An asset today. Outside, one sees what it is and where the right stands."""

    summary: str
    confidential: str
    filed_on: date | None
    right: Status | None
    holders: list[HolderShown]
    burdens: list[BurdenShown]
    inside: bool = Field(description="whether one sees all of it")


@router.get("/assets", auth=known(Scope.READ), response=Page[AssetLine], summary="我的成果 / My assets")
def assets(request: Asked, response: HttpResponse, limit: Limit = 50, cursor: Cursor = "") -> Page[AssetLine]:
    """List the assets that one or one of one's organisations leads or holds, the latest first."""
    found = assets_of(request.auth.actor, request.auth.today)
    if cursor:
        last = found.filter(number=as_number(marked(cursor))).first()
        if last is None:
            raise strange()
        found = found.filter(pk__lt=last.pk)
    some, following = cut(request, response, list(found[: limit + 1]), limit, lambda each: str(each.number))
    return Page(items=[AssetLine(**_line(each)) for each in some], next=following)


@router.get("/assets/{number}", auth=known(Scope.READ), response=AssetShown, summary="成果 / One asset")
def asset(request: Asked, response: HttpResponse, number: Number) -> AssetShown:
    """Show an asset as it is today, as far as one may see it. To its holders, its ETag changes with it."""
    return _shown(request, response, number)


@router.put(
    "/assets/{number}", auth=known(Scope.ACT), response=AssetShown, summary="修改说明 / Describe an asset"
)
def describe(
    request: Asked, response: HttpResponse, number: Number, change: AssetChange, match: Match = ""
) -> AssetShown:
    """Change how an asset is described and who sees it, as its lead editor.

    With If-Match, nothing is changed where it has changed since one looked at it.
    """
    caller = request.auth
    asset_as_of(caller.actor, str(number), caller.today, caller.today)
    edit_asset(caller.actor, str(number), change.model_dump(), caller.today, seen(match))
    return _shown(request, response, number)


def _shown(request: Asked, response: HttpResponse, number: UUID) -> AssetShown:
    today = request.auth.today
    picture = asset_as_of(request.auth.actor, str(number), today, today)
    if picture.inside:  # from outside nobody learns how much happened to it
        response.headers["ETag"] = tag(version_of(picture.asset))
    return AssetShown(
        **_line(picture.asset),
        summary=picture.asset.summary,
        confidential=picture.confidential,
        filed_on=picture.asset.filed_on,
        right=Status(picture.right.status) if picture.right is not None else None,
        holders=[
            HolderShown(
                party=each.party,
                part=str(each.part),
                standing=models.Share.Standing(each.standing),
                since=each.since,
                until=each.until,
            )
            for each in picture.shares
        ],
        burdens=[
            BurdenShown(
                number=each.number,
                kind=each.kind,
                party=each.party,
                territory=each.territory,
                since=each.since,
                until=each.until,
                basis=each.basis,
            )
            for each in picture.encumbrances
        ],
        inside=picture.inside,
    )


def _line(asset: models.Asset) -> dict[str, Any]:
    names = ("number", "kind", "title", "register_number", "lead", "public", "entered_on")
    return {name: getattr(asset, name) for name in names} | {"division": asset.division_id}
