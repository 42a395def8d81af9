"""Cases: those one may see, what happened in them, and what one does in them."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Body, Path, Query, Router, Status

from qixi.api.caller import Asked, known
from qixi.api.cases.proposals import ProposalShown, proposal_shown
from qixi.api.cases.shapes import (
    CaseLine,
    CaseShown,
    Done,
    EventShown,
    Number,
    Opened,
    Opening,
    Wanted,
    case_shown,
    events_shown,
    line_of,
)
from qixi.api.keys import Key, answered
from qixi.api.models import Scope
from qixi.api.pages import Cursor, Limit, Page, cut, marked, strange
from qixi.api.problems import missing
from qixi.api.tags import Match, seen, tag
from qixi.casework.queries import view, visible_to
from qixi.casework.queries.chains import look_at
from qixi.casework.services import act_for, open_for, propose_for
from qixi.core import Problem, Refused, Text
from qixi.procedures.catalogue import newest
from qixi.registry.queries import division_of

router = Router(tags=["cases"])
Verb = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="动作 / verb of the act")]
_NOWHERE = Problem(
    "request",
    Text("没有这个行政区划", "there is no such division"),
    Text("请填写六位行政区划代码", "give the code of a division, six digits"),
    column="division",
)


@router.get("/cases", auth=known(Scope.READ), response=Page[CaseLine], summary="案件列表 / Cases")
def cases(request: Asked, response: HttpResponse, wanted: Query[Wanted]) -> Page[CaseLine]:
    """List the cases one may see, the latest first."""
    actor = request.auth.actor
    found = visible_to(actor).order_by("-id")
    if wanted.phase is not None:
        found = found.filter(phase=wanted.phase)
    if wanted.procedure is not None:
        found = found.filter(code=wanted.procedure)
    if wanted.due_before is not None:
        found = found.filter(due_on__lt=wanted.due_before)
    if wanted.cursor:
        last = visible_to(actor).filter(number=marked(wanted.cursor)).first()
        if last is None:
            raise strange()
        found = found.filter(id__lt=last.pk)
    rows, cursor = cut(
        request, response, list(found[: wanted.limit + 1]), wanted.limit, lambda row: row.number
    )
    return Page(items=[line_of(row) for row in rows], next=cursor)


@router.post("/cases", auth=known(Scope.OPEN), response={201: Opened}, summary="发起案件 / Begin a case")
def begin(request: Asked, response: HttpResponse, opening: Opening, key: Key = "") -> Status[dict[str, Any]]:
    """Begin a case of a procedure, as oneself or for an organisation in which one has a post."""
    actor, today = request.auth.actor, request.auth.today

    def perform() -> dict[str, Any]:
        try:
            procedure = newest(opening.procedure)
        except KeyError:
            raise missing() from None
        if division_of(opening.division) is None:
            raise Refused(_NOWHERE)
        party = str(opening.party or actor.number)
        row = open_for(actor, procedure, party, opening.division, today, opening.subject)
        return {"number": row.number}

    content = answered(request, response, key, perform)
    response.headers["Location"] = f"/api/cases/{content['number']}"
    return Status(201, content)


@router.get("/cases/{number}", auth=known(Scope.READ), response=CaseShown, summary="案件 / One case")
def case(request: Asked, response: HttpResponse, number: Number) -> CaseShown:
    """Show a case: where it stands, what happened, what one can do now or why not, and what is due when.

    Its ETag changes with every act, whoever does it.
    """
    found = view(request.auth.actor, number, request.auth.today)
    response.headers["ETag"] = tag(found.row.length)
    return case_shown(found)


@router.get(
    "/cases/{number}/events",
    auth=known(Scope.READ),
    response=Page[EventShown],
    summary="案件经过 / What happened in a case",
)
def events(
    request: Asked, response: HttpResponse, number: Number, limit: Limit = 50, cursor: Cursor = ""
) -> Page[EventShown]:
    """List the events of a case that one may see, the first first."""
    looked_at = view(request.auth.actor, number, request.auth.today)
    found = list(looked_at.events)
    if cursor:
        mark = marked(cursor)
        if not mark.isdecimal() or len(mark) > 9:
            raise strange()
        found = [event for event in found if event.seq > int(mark)]
    some, following = cut(request, response, found[: limit + 1], limit, lambda event: str(event.seq))
    return Page(items=events_shown(looked_at, some), next=following)


@router.post(
    "/cases/{number}/acts/{verb}",
    auth=known(Scope.ACT),
    response={201: Done, 202: ProposalShown},
    summary="办理 / Do an act",
)
def act(
    request: Asked,
    response: HttpResponse,
    number: Number,
    verb: Verb,
    data: Annotated[
        dict[str, Any],
        Body(description="动作表单的内容，见 acts 中的 form / the form of the act, see its schema"),
    ] = {},  # noqa: B006  never changed
    key: Key = "",
    match: Match = "",
) -> Status[dict[str, Any]]:
    """Do an act in a case. The body is its form, as the JSON Schema among the case's acts says.

    Where one's own organisation approves it first, it is proposed: 202 says whose approval it waits for.
    With If-Match, nothing is done where the case has moved on since one looked at it.
    """
    actor, today = request.auth.actor, request.auth.today

    def perform() -> dict[str, Any]:
        choice = view(actor, number, today).choice(verb)
        if choice is not None and choice.chain:
            made = propose_for(actor, number, verb, data, today, seen(match))
            return proposal_shown(look_at(actor, made.number, today)).model_dump(mode="json")
        event = act_for(actor, number, verb, data, today, seen(match))
        return Done(
            case=number, seq=event.seq, verb=event.verb, on=event.on, step=event.step, to=event.to
        ).model_dump(mode="json")

    content = answered(request, response, key, perform)
    if "state" in content:
        return Status(202, content)
    response.headers["ETag"] = tag(content["seq"] + 1)
    return Status(201, content)
