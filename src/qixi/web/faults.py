"""What is shown where something went wrong: never a trace, always what to do."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation

from qixi.core import Refused, Text
from qixi.web.language import COOKIE, spoken

_SAID = {
    400: (
        Text("请求无法识别", "This request could not be read"),
        Text("请返回上一页，重新填写后再提交。", "Go back, fill the page in again and send it."),
    ),
    403: (
        Text("不能这样做", "This is not allowed"),
        Text("请确认您已登录，并有办理此事的权限。", "Make sure that you are signed in and may do this."),
    ),
    404: (
        Text("没有这个页面", "There is no such page"),
        Text(
            "地址可能有误，或者您无权查看。请核对编号，或从首页重新进入。",
            "The address may be wrong, or you may not see it. Check it, or start from the front page.",
        ),
    ),
    409: (
        Text("现在不能办理", "This cannot be done now"),
        Text("原因如下。", "These are the reasons."),
    ),
    422: (
        Text("填写的内容需要改正", "What was filled in needs correcting"),
        Text("请改正以下各项后再提交。", "Correct the following and send it again."),
    ),
    500: (
        Text("系统出错了", "Something went wrong here"),
        Text(
            "不是您的问题。故障已记录，请稍后再试。",
            "It is not your fault. The failure was recorded; please try again later.",
        ),
    ),
}
_DONE = Text("已办理。", "Done.")
_FORGED = Text(
    "页面已过期，或浏览器没有接受 Cookie。请返回上一页，刷新后再提交。",
    "The page has expired, or the browser took no cookie. Go back, reload the page and send it again.",
)
_STATUS = {"asset": 404, "case": 404, "missing": 404, "paper": 404, "form": 422, "may": 403}
"""What a refusal is to HTTP, by the code of its first problem; any other is one of the case's state."""


def status_of(refused: Refused) -> int:
    """Return the HTTP status that says what a refusal says."""
    return _STATUS.get(refused.problems[0].code, 409)


def told(request: HttpRequest, refused: Refused) -> None:
    """Say on the next page why something was not done; of what may not be seen, the refusal goes on."""
    if status_of(refused) == 404:
        raise refused
    for each in refused.problems:
        messages.error(request, each.message().in_language(spoken()))


def tried(request: HttpRequest, way: Callable[[], object], *, done: bool = True) -> bool:
    """Do something, and say what came of it on the next page; returns whether it was done."""
    try:
        way()
    except Refused as refused:
        told(request, refused)
        return False
    if done:
        messages.success(request, _DONE.in_language(spoken()))
    return True


class Refusals:
    """Shows a refusal that a page did not deal with itself, with every reason and what to do about it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request pass."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; of what may not be seen, nothing is said beyond that there is no such page."""
        if not isinstance(exception, Refused):
            return None
        status = status_of(exception)
        reasons = [each.message() for each in exception.problems] if status != 404 else []
        return _shown(request, status, reasons=reasons)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the request could not be read."""
    return _shown(request, 400)


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that this is not allowed."""
    return _shown(request, 403)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form came without the sign that this service gave out."""
    return _shown(request, 403, advice=_FORGED)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page."""
    return _shown(request, 404)


def failed(request: HttpRequest) -> HttpResponse:
    """Say that the fault is on this side. Nothing is asked of the database, which may be what failed."""
    title, advice = _SAID[500]
    language = "en" if request.COOKIES.get(COOKIE) == "en" else "zh"
    words = {"status": 500, "title": title, "advice": advice, "language": language}
    with translation.override("en" if language == "en" else "zh-hans"):
        return HttpResponse(render_to_string("qixi/fault.html", words), status=500)


def _shown(
    request: HttpRequest, status: int, *, advice: Text | None = None, reasons: list[Text] | None = None
) -> HttpResponse:
    title, usual = _SAID[status]
    words = {"status": status, "title": title, "advice": advice or usual, "reasons": reasons or []}
    return render(request, "qixi/fault.html", words, status=status)
