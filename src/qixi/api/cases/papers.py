"""Papers of a case: those it yields, the whole of it as one, and what was served on whom."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from qixi.api.caller import Asked, known
from qixi.api.cases.shapes import Number
from qixi.api.downloads import BINARY, download
from qixi.api.models import Scope
from qixi.api.problems import language_of
from qixi.casework.queries import view
from qixi.casework.queries.deliveries import deliveries_in
from qixi.casework.queries.papers import bundle_for, file_for, paper_for, papers_for
from qixi.casework.services import open_papers
from qixi.core import Text

router = Router(tags=["papers"])
Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_-]{0,63}$", description="文书代号 / name of the paper")]


class PaperShown(BaseModel):
    """A paper that a case yields by now."""

    name: str
    title: Text


class DeliveryShown(BaseModel):
    """What was served on a party by an event of the case, and when it was opened."""

    event: int
    party: str
    available_on: date
    opened_on: date | None


class PaperList(BaseModel):
    """The papers of a case, and what was served: to officers all of it, to others what was on them."""

    items: list[PaperShown]
    served: list[DeliveryShown]


class Receipt(BaseModel):
    """How many papers were opened by this."""

    opened: int = Field(ge=0)


@router.get(
    "/cases/{number}/papers",
    auth=known(Scope.READ),
    response=PaperList,
    summary="案件文书 / Papers of a case",
)
def papers(request: Asked, number: Number) -> PaperList:
    """List the papers that the case yields by now, and what was served."""
    seen = view(request.auth.actor, number, request.auth.today)
    return PaperList(
        items=[PaperShown(name=each.name, title=each.title) for each in papers_for(seen)],
        served=[
            DeliveryShown(
                event=each.event.seq,
                party=each.party,
                available_on=each.available_on,
                opened_on=each.opened_on,
            )
            for each in deliveries_in(seen)
        ],
    )


@router.get(
    "/cases/{number}/papers/{name}",
    auth=known(Scope.READ),
    summary="下载文书 / Fetch a paper",
    openapi_extra=BINARY,
)
def paper(
    request: Asked,
    number: Number,
    name: Name,
    form: Annotated[Literal["pdf", "docx"], Query(alias="format", description="格式 / format")] = "pdf",
) -> HttpResponse:
    """Fetch a paper, in the language that Accept-Language prefers."""
    caller = request.auth
    return download(paper_for(caller.actor, number, name, caller.today, language_of(request), form))


@router.get(
    "/cases/{number}/file.pdf",
    auth=known(Scope.READ),
    summary="全部案卷 / The whole file as PDF",
    openapi_extra=BINARY,
)
def whole(request: Asked, number: Number) -> HttpResponse:
    """Fetch the whole file of a case as PDF, as far as one may see it."""
    return download(file_for(request.auth.actor, number, request.auth.today, language_of(request)))


@router.get(
    "/cases/{number}/bundle.zip",
    auth=known(Scope.READ),
    summary="案件数据包 / The whole case as ZIP",
    openapi_extra=BINARY,
)
def bundle(request: Asked, number: Number) -> HttpResponse:
    """Fetch the whole of a case as a ZIP file for programs, as far as one may see it."""
    return download(bundle_for(request.auth.actor, number, request.auth.today, language_of(request)))


@router.post(
    "/cases/{number}/receipt",
    auth=known(Scope.ACT),
    response=Receipt,
    summary="签收文书 / Open what was served",
)
def receipt(request: Asked, number: Number) -> Receipt:
    """Keep that one has opened what was served on one; the first opening counts."""
    return Receipt(opened=open_papers(request.auth.actor, number, request.auth.today))
