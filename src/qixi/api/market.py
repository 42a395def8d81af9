"""What is on offer, what it may answer, how firms grade it, and clocks that cost money."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from qixi.api.caller import Asked, anyone, known
from qixi.api.models import Scope
from qixi.api.pages import Cursor, Limit, Page, cut, marked, strange
from qixi.api.tags import Match, seen, tag
from qixi.core import Text
from qixi.market import models
from qixi.market.domain.clocks import Kind
from qixi.market.domain.grades import GradeForm
from qixi.market.domain.stock import Stage, Way
from qixi.market.queries import offers
from qixi.market.queries.clocks import running
from qixi.market.services import matching
from qixi.registry.models import Asset
from qixi.registry.queries.people import as_number

router = Router(tags=["market"])
Technology = Annotated[UUID, Path(description="技术编号 / number of the technology")]
Case = Annotated[str, Path(max_length=80, description="需求的办件编号 / number of the need's case")]
_IPC = r"^[A-Ha-h]?[0-9A-Za-z/ ]{0,19}$"


class TechnologyLine(BaseModel):
    """Something on offer. `price` and `self_grade` are its holder's own words."""

    number: UUID
    title: str
    register_number: str
    lead: str
    division: str
    stage: Stage
    ways: list[Way]
    price: str
    maturity: int | None
    self_grade: str


class TechnologyShown(TechnologyLine):
    """The same with what is told of it."""

    summary: str
    ipc: list[str]
    applicants: list[str]
    publication_no: str
    filed_on: date | None


class TechnologyFound(TechnologyLine):
    """The same with the reasons why it was found."""

    reasons: list[Text]


class Grades(BaseModel):
    """What the need's firm said, 0 to 3 on each dimension, null where it did not."""

    prospects: int | None
    improvement: int | None
    cooperation: int | None
    why: str
    on: date
    version: int


class MatchShown(BaseModel):
    """A claim that a technology may answer a need; never a decision. Fits and score lie in 0 to 1."""

    technology: TechnologyLine
    rank: int
    score: float
    need: float
    business: float
    portfolio: float
    known: float = Field(description="share of the score's weights that was known")
    reasons: list[Text]
    suggestion: Text | None
    grades: Grades | None


class MatchesShown(BaseModel):
    """The matches of a need that one may see, and from which engine and state of the index they are."""

    engine: str
    snapshot: str
    items: list[MatchShown]


class ClockShown(BaseModel):
    """What must be done by when, what it costs if not, and how the day was counted."""

    technology: UUID
    title: str
    due: date
    kind: Kind
    cost: Text
    working: Text


@router.get(
    "/technologies",
    auth=anyone,
    response=Page[TechnologyLine],
    summary="可转化技术 / What is on offer",
)
def technologies(
    request: Asked,
    response: HttpResponse,
    division: Annotated[str, Query(pattern=r"^[0-9]{0,9}$", description="行政区划代码 / division")] = "",
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[TechnologyLine]:
    """List what is on offer in a division, the latest entered first."""
    found = offers.browsed(offers.Wanted(division=division), request.auth.today).order_by("-id")
    if cursor:
        last = found.filter(number=as_number(marked(cursor))).first()
        if last is None:
            raise strange()
        found = found.filter(pk__lt=last.pk)
    some, following = cut(request, response, list(found[: limit + 1]), limit, lambda each: str(each.number))
    return Page(items=[TechnologyLine(**_line(each)) for each in some], next=following)


@router.get(
    "/technologies/search",
    auth=anyone,
    response=list[TechnologyFound],
    summary="查找技术 / Search what is on offer",
)
def search(
    request: Asked,
    q: Annotated[str, Query(min_length=1, max_length=2_000, description="问题或技术 / in one's own words")],
    ipc: Annotated[str, Query(pattern=_IPC, description="分类号开头 / how IPC symbols begin")] = "",
    division: Annotated[str, Query(pattern=r"^[0-9]{0,9}$", description="行政区划代码 / division")] = "",
) -> list[TechnologyFound]:
    """Return at most a hundred technologies that answer some words, the best first, with reasons."""
    wanted = offers.Wanted(q, ipc.upper(), division)
    return [
        TechnologyFound(**_line(asset), reasons=list(reasons))
        for asset, reasons in offers.found(wanted, request.auth.today)
    ]


@router.get("/technologies/{number}", auth=anyone, response=TechnologyShown, summary="技术 / One technology")
def technology(request: Asked, number: Technology) -> TechnologyShown:
    """Show one technology on offer."""
    asset = offers.offered(number, request.auth.today)
    patent = getattr(asset, "patent", None)
    return TechnologyShown(
        **_line(asset),
        summary=asset.summary,
        ipc=patent.ipc if patent else [],
        applicants=patent.applicants if patent else [],
        publication_no=patent.publication_no if patent else "",
        filed_on=asset.filed_on,
    )


@router.get(
    "/needs/{number}/matches",
    auth=known(Scope.READ),
    response=MatchesShown,
    summary="需求的匹配 / Matches of a need",
)
def matches(request: Asked, number: Case) -> MatchesShown:
    """List what may answer a published need: to its firm and officers all, to a holder its own."""
    actor, today = request.auth.actor, request.auth.today
    need = offers.need_shown(number, today)
    found = list(offers.matches_of_need(actor, need))
    said = offers.opinions_on(actor, need)
    ranking = found[0].ranking if found else None
    return MatchesShown(
        engine=ranking.engine if ranking else "",
        snapshot=ranking.snapshot if ranking else "",
        items=[_match(each, said.get(each.asset_id)) for each in found],
    )


@router.put(
    "/needs/{number}/grades/{technology}",
    auth=known(Scope.ACT),
    response=Grades,
    summary="评价技术 / Grade a technology",
)
def grade(
    request: Asked,
    response: HttpResponse,
    number: Case,
    technology: Technology,
    grades: GradeForm,
    match: Match = "",
) -> Grades:
    """Say for one's firm how a technology is graded that it was shown for its need.

    If-Match says which grades one saw, of those there are already; without them none is needed.
    """
    offers.need_shown(number, request.auth.today)
    caller = request.auth
    made = matching.grade(
        caller.actor, number, str(technology), grades.model_dump(), caller.today, seen(match) or 0
    )
    response.headers["ETag"] = tag(made.version)
    return _grades(made)


@router.get(
    "/clocks",
    auth=known(Scope.READ),
    response=list[ClockShown],
    summary="花钱的期限 / Clocks that cost money",
)
def clocks(request: Asked) -> list[ClockShown]:
    """List what runs out within a year of the patents that one looks after, the next first."""
    return [
        ClockShown(
            technology=each.asset.number,
            title=each.asset.title,
            due=each.clock.due,
            kind=each.clock.kind,
            cost=each.clock.cost,
            working=each.clock.working,
        )
        for each in running(request.auth.actor, request.auth.today)
    ]


def _line(asset: Asset) -> dict[str, Any]:
    listing = asset.listing
    return {name: getattr(asset, name) for name in ("number", "title", "register_number", "lead")} | {
        "division": asset.division_id,
        "stage": listing.stage,
        "ways": listing.ways,
        "price": listing.price,
        "maturity": listing.maturity,
        "self_grade": listing.self_grade,
    }


def _match(found: models.Match, said: models.Opinion | None) -> MatchShown:
    return MatchShown(
        technology=TechnologyLine(**_line(found.asset)),
        rank=found.rank,
        score=found.score,
        need=found.fit,
        business=found.business,
        portfolio=found.portfolio,
        known=found.known,
        reasons=[Text(**each) for each in found.reasons],
        suggestion=Text(**found.suggestion) if found.suggestion else None,
        grades=_grades(said) if said is not None else None,
    )


def _grades(said: models.Opinion) -> Grades:
    names = ("prospects", "improvement", "cooperation", "why", "on", "version")
    return Grades(**{name: getattr(said, name) for name in names})
