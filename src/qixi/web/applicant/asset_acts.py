"""What is filled in about an asset: entering it, its description, its right, what lies on it, its shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from pydantic import BaseModel

from qixi.core import Refused, Text
from qixi.procedures.answers import Answer, corrections
from qixi.registry.domain.asset import (
    AssetChange,
    AssetForm,
    ClaimForm,
    EncumbranceForm,
    RightForm,
    TransferForm,
)
from qixi.registry.domain.may import Actor, Verb, may
from qixi.registry.models import Organisation
from qixi.registry.queries import asset_as_of, names_of, organisation_of
from qixi.registry.queries.assets import Picture, subject_of
from qixi.registry.services import claim_holding, edit_asset, encumber, enter_asset, set_right, transfer_share
from qixi.registry.services.entries import STALE
from qixi.web.clock import today
from qixi.web.components.forms import Field, fields, sent
from qixi.web.faults import status_of
from qixi.web.parties import named_party
from qixi.web.templatetags.qixi import said
from qixi.web.visitor import signed_in, visitor

_NAMED = Text("统一社会信用代码或账号编号", "A credit code, or the number of an account")
_PARTIES = {"party", "receiver", "person"}
"""Fields that name a party: on a page people write its credit code."""
_HINTS: Mapping[str, Text] = {
    "party": _NAMED,
    "receiver": _NAMED,
    "holders": Text(
        f"编号填{_NAMED.zh}；份额写作 1、1/3 或 33.5%，合计为 1",
        f"{_NAMED.en}; a share is written as 1, 1/3 or 33.5%, and they make 1",
    ),
    "inventors": Text("有账号的请填写账号编号", "Give the number of the account where there is one"),
    "number": Text("专利如 202310123456.X，校验位须正确", "A patent's is written as 202310123456.X"),
    "division": Text("如 33、3301 或 330106", "As 33, 3301 or 330106"),
}


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is filled in about an asset: what it is called, its form, who may, and what does it."""

    title: Text
    form: type[BaseModel]
    verbs: tuple[Verb, ...]
    perform: Callable[..., object]


ACTS: Mapping[str, Act] = {
    "edit": Act(Text("修改说明", "Change the description"), AssetChange, (Verb.EDIT,), edit_asset),
    "right": Act(Text("更新权利状态", "Change where the right stands"), RightForm, (Verb.EDIT,), set_right),
    "encumber": Act(
        Text("登记许可、质押或保全", "Enter a licence, pledge or preservation"),
        EncumbranceForm,
        (Verb.DEAL, Verb.PRESERVE),
        encumber,
    ),
    "transfer": Act(Text("转让份额", "Transfer a share"), TransferForm, (Verb.DEAL,), transfer_share),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form on a page: what it is about and where that is, what is known, the version that is looked at."""

    title: Text
    form: type[BaseModel]
    about: str
    place: tuple[str, str]
    known: Mapping[str, Any] = field(default_factory=dict)
    version: int | None = None


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, party: UUID) -> HttpResponse:
    """Enter an asset with a party as its lead editor."""
    actor, own = visitor(request), str(party)
    body = _own(actor, own)
    known = {
        "division": body.division_id if body is not None else "",
        "public": False,
        "holders": [{"party": (body.credit_code if body is not None else None) or own, "part": "1"}],
    }
    sheet = Sheet(Text("登记成果", "Enter an asset"), AssetForm, _name(own), ("holdings", own), known)
    if not _is_sent(request):
        return _shown(request, sheet)
    try:
        made = enter_asset(actor, own, _data(request, AssetForm), today())
    except Refused as refused:
        return _shown(request, sheet, refused)
    messages.success(request, said(Text("已登记。", "Entered.")))
    return redirect("asset", made.number)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, party: UUID) -> HttpResponse:
    """Claim a part in what others have entered; the answer is the same whether anybody has."""
    actor, own = visitor(request), str(party)
    _own(actor, own)
    sheet = Sheet(Text("提出权属主张", "Claim a part"), ClaimForm, _name(own), ("holdings", own))
    if not _is_sent(request):
        return _shown(request, sheet)
    try:
        claim_holding(actor, own, _data(request, ClaimForm), today())
    except Refused as refused:
        return _shown(request, sheet, refused)
    words = Text(
        "已记录。如该号已登记，其牵头编辑方会收到您的主张。",
        "Noted. If the number has been entered, its lead editor is told of your claim.",
    )
    messages.success(request, said(words))
    return redirect("holdings", party)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, number: UUID, act: str) -> HttpResponse:
    """Change something of an asset; who was not the first to send a change is told, and nothing is lost."""
    actor, found = visitor(request), ACTS.get(act)
    picture = asset_as_of(actor, str(number), today(), today())
    subject = subject_of(picture.asset, today())
    if found is None or all(may(actor, verb, subject) is not None for verb in found.verbs):
        raise Http404
    if not _is_sent(request):
        return _shown(request, _sheet(actor, found, picture))
    try:
        found.perform(actor, str(number), _data(request, found.form), today(), seen_in(request))
    except Refused as refused:
        now = asset_as_of(actor, str(number), today(), today())
        return _shown(request, _sheet(actor, found, now), refused)
    messages.success(request, said(Text("已办理。", "Done.")))
    return redirect("asset", number)


def seen_in(request: HttpRequest) -> int:
    """Return the version of an asset that a page showed, one that there never is where it does not say."""
    typed = request.POST.get("seen", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else -1


def _is_sent(request: HttpRequest) -> bool:
    """Say whether a form was sent, and not only more rows asked for."""
    return request.method == "POST" and "more" not in request.POST


def _shown(request: HttpRequest, sheet: Sheet, refused: Refused | None = None) -> HttpResponse:
    problems = refused.problems if refused is not None else ()
    status = status_of(refused) if refused is not None else 200
    if refused is not None and status == 404:
        raise refused
    typed = request.POST if request.method == "POST" else None
    shown = [_helped(each, sheet.known) for each in fields(sheet.form, sheet.known, typed, problems)]
    beside = {each.name for each in shown if each.faults}
    is_stale = any(each.code == STALE for each in problems)
    words = {
        "sheet": sheet,
        "fields": shown,
        "wrong": [each for each in shown if each.faults],
        "reasons": [each.message() for each in problems if (each.column or "").split(".")[0] not in beside],
        "differs": _differs(request, sheet) if is_stale else (),
    }
    return render(request, "qixi/applicant/asset_act.html", words, status=status)


def _differs(request: HttpRequest, sheet: Sheet) -> tuple[Answer, ...]:
    """Return what stands now beside what was typed in, for whoever was not the first."""
    if sheet.form is not AssetChange:
        return ()
    stands = {name: value for name, value in sheet.known.items() if value != ""}
    return corrections(sheet.form, stands, sent(sheet.form, request.POST))


def _sheet(actor: Actor, act: Act, picture: Picture) -> Sheet:
    """Return the form of a change with what it begins with."""
    asset = picture.asset
    if act.form is AssetChange:
        known = {name: getattr(asset, name) for name in AssetChange.model_fields}
    else:
        own = actor.verified | {actor.number}
        givers = names_of(each.party for each in picture.shares if each.party in own)
        known = {"consent": False, "since": today(), "on": today(), "givers": givers}
        known["giver"] = next(iter(givers), "")
    return Sheet(act.title, act.form, asset.title, ("asset", str(asset.number)), known, picture.version)


def _helped(field: Field, known: Mapping[str, Any]) -> Field:
    """Return a field with what helps to fill it in on a page: a hint, one's own parties to choose from."""
    if field.name == "giver":
        givers = tuple((number, Text(name, name)) for number, name in known.get("givers", {}).items())
        return replace(field, kind="choice", choices=givers)
    hint = _HINTS.get(field.name)
    return replace(field, hints=(hint, *field.hints)) if hint is not None else field


def _data(request: HttpRequest, form: type[BaseModel]) -> dict[str, Any]:
    """Return what was sent, with the numbers of parties in place of the credit codes that people write."""
    return _numbered(sent(form, request.POST))


def _numbered(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _number(name, value) for name, value in data.items()}


def _number(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_numbered(each) if isinstance(each, dict) else each for each in value]
    return named_party(value) or value if name in _PARTIES else value


def _own(actor: Actor, party: str) -> Organisation | None:
    """Return the organisation that a party is, None for a person; for whoever it is not, there is no page."""
    if party not in actor.parties():
        raise Http404
    return organisation_of(party)


def _name(party: str) -> str:
    return names_of([party]).get(party, "")
