"""What a program is told where something is wrong: problem+json (RFC 9457), always in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, JsonResponse
from django.utils.translation.trans_real import parse_accept_lang_header
from pydantic import BaseModel, Field

from qixi.core import Problem, Refused, Text
from qixi.core.text import Language

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its name, its HTTP status, what it is called, and what to do about it."""

    name: str
    status: int
    title: Text
    advice: Text


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "malformed",
            400,
            Text("请求无法读取", "The request cannot be read"),
            Text(
                "请求体须为 UTF-8 编码的 JSON，不含空字符，嵌套不超过 20 层。",
                "The body must be JSON in UTF-8, without NUL characters, nested at most 20 deep.",
            ),
        ),
        Kind(
            "unauthenticated",
            401,
            Text("需要登录或令牌", "Sign in or send a token"),
            Text(
                "请在 Authorization 请求头中附上有效的令牌（Bearer），或先登录。",
                "Send a valid token in the head line Authorization (Bearer), or sign in first.",
            ),
        ),
        Kind(
            "scope",
            403,
            Text("令牌没有此项权限", "The token is not for this"),
            Text("请使用具有所需权限的令牌。", "Use a token that has the scope needed."),
        ),
        Kind(
            "csrf",
            403,
            Text("缺少防伪标记", "The sign against forged requests is missing"),
            Text(
                "以会话登录时，请在 X-CSRFToken 请求头中附上 csrftoken 的值。",
                "With a session, send the value of the cookie csrftoken in the head line X-CSRFToken.",
            ),
        ),
        Kind(
            "denied",
            403,
            Text("不允许", "Not allowed"),
            Text("请由有权办理的人员操作。", "Let somebody do it who may."),
        ),
        Kind(
            "not-found",
            404,
            Text("没有找到", "Not found"),
            Text("没有这个内容，或您无权查看。", "There is no such thing, or you may not see it."),
        ),
        Kind(
            "method",
            405,
            Text("不支持这个方法", "No such method here"),
            Text("请使用 Allow 响应头列出的方法。", "Use a method that the head line Allow names."),
        ),
        Kind(
            "refused",
            409,
            Text("现在不能办理", "This cannot be done now"),
            Text("请先满足所列条件。", "Meet the conditions first."),
        ),
        Kind(
            "stale",
            412,
            Text("内容已有变动", "It has changed meanwhile"),
            Text("请重新查看后再办理。", "Look at it again, and then act."),
        ),
        Kind(
            "too-large",
            413,
            Text("请求体过大", "The body is too large"),
            Text("请缩小后重试。", "Make it smaller and try again."),
        ),
        Kind(
            "media-type",
            415,
            Text("请求体的类型不对", "The body is of another type"),
            Text(
                "请使用 Content-Type: application/json；文件用 multipart/form-data。",
                "Send Content-Type: application/json; files as multipart/form-data.",
            ),
        ),
        Kind(
            "invalid",
            422,
            Text("内容需要改正", "The content needs correcting"),
            Text("请改正所列各项后重试。", "Correct what is listed and try again."),
        ),
        Kind(
            "throttled",
            429,
            Text("请求过于频繁", "Too many requests"),
            Text("请在 Retry-After 所示秒数后重试。", "Try again after the seconds that Retry-After says."),
        ),
        Kind(
            "failed",
            500,
            Text("系统出错", "Something went wrong here"),
            Text(
                "不是您的问题。故障已记录，请稍后重试。",
                "It is not your fault. The failure was recorded; try again later.",
            ),
        ),
    )
}
_OF_CODE = {
    "may": "denied",
    "stale": "stale",
    "file-damaged": "failed",
}
_OF_CODE |= dict.fromkeys(("asset", "case", "missing", "paper"), "not-found")
_OF_CODE |= dict.fromkeys(("form", "key", "cursor", "token", "registry", "request"), "invalid")
"""The kind of a refusal, by the code of its first problem; any other is one of the case's state."""
_OF_STATUS = {400: "malformed", 403: "denied", 404: "not-found", 405: "method", 413: "too-large"}


class TooLarge(Exception):  # noqa: N818  a refusal, as Refused is
    """Raised where a file is larger than what is taken."""


class Fault(BaseModel):
    """One thing that is wrong: which field, why, and what to do about it."""

    code: str
    column: str | None
    reason: Text
    remedy: Text


class ProblemShown(BaseModel):
    """A problem as it is sent (RFC 9457). `detail` is in the language asked for, `messages` in both."""

    type: str = Field(description="Where the kind of problem is described")
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    messages: Text
    problems: list[Fault]


def problem(
    request: HttpRequest,
    name: str,
    problems: Sequence[Problem] = (),
    *,
    status: int = 0,
    headers: Mapping[str, str] | None = None,
) -> JsonResponse:
    """Return the answer to a request that has a problem of that kind; `status` is another than the kind's."""
    kind = KINDS[name]
    messages = [each.message() for each in problems] or [kind.advice]
    both = Text("".join(each.zh for each in messages), " ".join(each.en for each in messages))
    shown = ProblemShown(
        type=f"/api/docs#problem-{kind.name}",
        title=str(kind.title),
        status=status or kind.status,
        detail=both.in_language(language_of(request)),
        messages=both,
        problems=[Fault(code=p.code, column=p.column, reason=p.reason, remedy=p.remedy) for p in problems],
    )
    answer = JsonResponse(shown.model_dump(mode="json"), status=shown.status, content_type=MEDIA_TYPE)
    for head, value in {"Content-Language": language_of(request), **(headers or {})}.items():
        answer.headers[head] = value
    return answer


def refusal(request: HttpRequest, refused: Refused) -> JsonResponse:
    """Return the answer to a request that was refused, with every reason.

    What is wrong with a file that was sent is for its sender to correct, whatever it is.
    """
    first = refused.problems[0]
    usual = "invalid" if first.file is not None else "refused"
    return problem(request, _OF_CODE.get(first.code, usual), refused.problems)


def by_status(request: HttpRequest, status: int, headers: Mapping[str, str]) -> JsonResponse:
    """Return the answer where only a status is known, as of what never reached an operation."""
    name = _OF_STATUS.get(status, "failed" if status >= 500 else "malformed")
    return problem(request, name, status=status, headers=headers)


def language_of(request: HttpRequest) -> Language:
    """Return the language that the program asked for: Chinese unless it prefers English."""
    for asked, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:500]):
        if asked.startswith("en"):
            return "en"
        if asked.startswith("zh"):
            return "zh"
    return "zh"


def missing() -> Refused:
    """Return the refusal for what is not there, or may not be seen: nobody learns which."""
    return Refused(
        Problem(
            "missing", Text("没有这条记录", "there is no such record"), Text("请核对编号", "check the number")
        )
    )
