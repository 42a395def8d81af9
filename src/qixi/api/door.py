"""The interface for programs: what pages do, as JSON."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from qixi.api import assets, documentation, inbox, market, organisations, people, procedures
from qixi.api.caller import ScopeLacking, nobody
from qixi.api.cases import draws, files, papers, parties, proposals
from qixi.api.cases import routes as cases
from qixi.api.documentation import DescribedAPI
from qixi.api.parser import StrictParser
from qixi.api.problems import TooLarge, problem, refusal
from qixi.core import Problem, Refused, Text
from qixi.core.entries import wrong

api = DescribedAPI(
    title="七夕 / Qixi",
    version="1",
    description="技术转移与政务办理接口，文字均有中英文。/ "
    "Technology transfer and its procedures; every text is in Chinese and English.",
    openapi_url=None,
    docs_url=None,
    parser=StrictParser(),
    urls_namespace="api",
)
for room in (
    procedures,
    cases,
    files,
    papers,
    parties,
    draws,
    proposals,
    assets,
    market,
    organisations,
    inbox,
    people,
):
    api.add_router("", room.router)
api.add_router("", documentation.routes(api))


@api.exception_handler(Refused)
def refused(request: HttpRequest, fault: Refused) -> HttpResponse:
    """Tell why something was refused."""
    return refusal(request, fault)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    """Tell what in the request is not as it should be."""
    return problem(request, "invalid", [_problem(each) for each in fault.errors])


@api.exception_handler(AuthenticationError)
def unauthenticated(request: HttpRequest, fault: AuthenticationError) -> HttpResponse:
    """Ask for a token; whoever tries many is told to wait."""
    try:
        nobody(request)
    except Throttled as too_often:
        return throttled(request, too_often)
    return problem(request, "unauthenticated", headers={"WWW-Authenticate": 'Bearer realm="qixi"'})


@api.exception_handler(ScopeLacking)
def scope_lacking(request: HttpRequest, fault: ScopeLacking) -> HttpResponse:
    """Tell which scope a token lacks."""
    needed = f'Bearer realm="qixi", error="insufficient_scope", scope="{fault}"'
    return problem(request, "scope", headers={"WWW-Authenticate": needed})


@api.exception_handler(Throttled)
def throttled(request: HttpRequest, fault: Throttled) -> HttpResponse:
    """Ask to wait; the head lines say how long."""
    return problem(request, "throttled")


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, fault: HttpError) -> HttpResponse:
    """Tell that a body is no JSON, or that the sign against forged requests is missing."""
    return problem(request, "csrf" if fault.status_code == 403 else "malformed")


@api.exception_handler(SuspiciousOperation)
@api.exception_handler(UnreadablePostError)
@api.exception_handler(MultiPartParserError)
def suspicious(request: HttpRequest, fault: Exception) -> HttpResponse:
    """Tell that a request is no good one, or larger than is read."""
    return problem(request, "too-large" if isinstance(fault, RequestDataTooBig) else "malformed")


@api.exception_handler(TooLarge)
def too_large(request: HttpRequest, fault: TooLarge) -> HttpResponse:
    """Tell that a file is larger than what is taken."""
    return problem(request, "too-large")


@api.exception_handler(Http404)
def not_found(request: HttpRequest, fault: Http404) -> HttpResponse:
    """Tell that there is nothing here."""
    return problem(request, "not-found")


def _problem(error: dict[str, object]) -> Problem:
    place = error.get("loc", ())
    parts = [str(part) for part in place] if isinstance(place, list | tuple) else []
    # The first part says whether it is in the path, the query, a head line or the body, the next which body.
    named = parts[2:] if parts[:1] == ["body"] else parts[1:]
    return Problem(
        "request",
        wrong(error),
        Text("请按接口说明改正", "correct it as the documentation of the interface says"),
        column=".".join(named) or None,
    )
