"""What the interface says of itself: as OpenAPI to programs, as a plain page to people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from ninja import NinjaAPI, Router
from pydantic import TypeAdapter

from qixi.api.caller import Asked, anyone
from qixi.api.problems import KINDS, MEDIA_TYPE, ProblemShown

_ALWAYS = ("malformed", "media-type", "throttled", "failed")
_BODY = ("too-large",)


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of the page: an operation, what it does, and what it may be asked with."""

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[dict[str, Any], ...]
    is_open: bool


class DescribedAPI(NinjaAPI):
    """Says with each operation how it fails, which the framework cannot know."""

    def get_openapi_schema(self, **given: Any) -> Any:
        """Return the OpenAPI document."""
        schema = super().get_openapi_schema(**given)
        ref = "#/components/schemas/{model}"
        shown = TypeAdapter(ProblemShown).json_schema(mode="serialization", ref_template=ref)
        schema["components"]["schemas"] |= {**shown.pop("$defs", {}), "ProblemShown": shown}
        for methods in schema["paths"].values():
            for method, operation in methods.items():
                _describe(method, operation)
        return schema

    def get_openapi_operation_id(self, operation: Any) -> str:
        """Name an operation by its function."""
        return str(operation.view_func.__name__)


def _describe(method: str, operation: dict[str, Any]) -> None:
    names = list(_ALWAYS)
    if "security" in operation:
        names.append("unauthenticated")
        names += ["scope"] if {"Bearer": []} in operation["security"] else []
        names += ["csrf", "denied", "refused"] if method != "get" else []
    if any(each["name"] == "If-Match" for each in operation["parameters"]):
        names.append("stale")
    if operation["parameters"] or "requestBody" in operation:
        names.append("invalid")
    if any(each["in"] == "path" for each in operation["parameters"]) or method == "post":
        names.append("not-found")
    if "requestBody" in operation:
        names += _BODY
    for name in sorted(names, key=lambda each: (KINDS[each].status, each)):
        kind = KINDS[name]
        said = operation["responses"].setdefault(
            kind.status,
            {
                "description": str(kind.title),
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemShown"}}},
            },
        )
        if str(kind.title) not in said["description"]:
            said["description"] += f"; {kind.title}"


def routes(api: DescribedAPI) -> Router:
    """Return the ways to the document and to the page."""
    router = Router(auth=anyone)

    @cache
    def schema() -> dict[str, Any]:
        return dict(api.get_openapi_schema())

    @router.get("/openapi.json", include_in_schema=False)
    def openapi(request: Asked) -> HttpResponse:
        """Show what the interface says of itself to programs."""
        return JsonResponse(schema())

    @router.get("/docs", include_in_schema=False)
    def docs(request: Asked) -> HttpResponse:
        """Show a page of all operations."""
        found = [
            Operation(
                method.upper(),
                path,
                said["summary"],
                said.get("description", ""),
                tuple(said["parameters"]),
                "security" not in said,
            )
            for path, methods in schema()["paths"].items()
            for method, said in methods.items()
        ]
        return render(request, "qixi/api/docs.html", {"operations": found, "kinds": KINDS.values()})

    return router
