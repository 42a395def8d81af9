"""What can go wrong with one request to an endpoint, and what it means for the run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from qixi.core import Text
from qixi.match.models.settings import EndpointSettings

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True)
class Fault:
    """One failed request. `again`: worth another try; `after`: seconds the server asks to wait."""

    code: str
    text: Text
    again: bool
    whole_run: bool = True
    after: float | None = None


_NONSENSE = {
    "encoded": Text("返回了无法识别的压缩内容", "sent compressed content that was not asked for"),
    "too_large": Text("返回内容超过 max_response_bytes", "sent more than max_response_bytes"),
    "too_slow": Text("未在 timeout_s 内返回完整内容", "did not finish its answer within timeout_s"),
    "web_page": Text(
        "返回的是网页而不是数据；请检查 url 是否为接口地址（通常以 /v1 结尾）",
        "sent a web page instead of data; check that url is the interface's (it mostly ends in /v1)",
    ),
    "not_json": Text("返回内容不是完整的 JSON", "sent something that is not whole JSON"),
    "not_an_object": Text("返回的 JSON 不是对象", "sent JSON that is not an object"),
}

_STATUS = {
    400: Text(
        "不接受请求（400）；请检查 model、options 与 max_text_characters",
        "rejected the request (400); check model, options and max_text_characters",
    ),
    401: Text(
        "不接受密钥（401）；请检查 key_env 指明的环境变量",
        "does not accept the key (401); check the environment variable named in key_env",
    ),
    403: Text(
        "拒绝访问（403）；请检查密钥的权限", "denies access (403); check what the key is allowed to do"
    ),
    404: Text(
        "没有此接口或模型（404）；请检查 url 与 model",
        "has no such route or model (404); check url and model",
    ),
    429: Text(
        "请求过多（429）；请降低 concurrency 或稍后再试",
        "is over its rate (429); lower concurrency or try later",
    ),
}


def nonsense(code: str, settings: EndpointSettings) -> Fault:
    """Return the fault of a body that is no answer: worth another try, except where size says no."""
    return Fault(code, _say(_NONSENSE[code], settings), again=code not in {"too_large", "encoded"})


def fault_of_status(response: httpx.Response, settings: EndpointSettings) -> Fault:
    """Return the fault of a status other than 200; the body is not read, it may repeat what was sent."""
    status = response.status_code
    code = f"status_{status}"
    if 300 <= status < 400:
        text = Text(
            f"要求转到另一地址（{status}），本程序不跟随；请在 url 中填写最终地址",
            f"redirects elsewhere ({status}), which is not followed; put the final address into url",
        )
        return Fault(code, _say(text, settings), again=False)
    text = _STATUS.get(status, Text(f"返回状态 {status}", f"answered with status {status}"))
    again = status in {408, 425, 429} or status >= 500
    whole_run = again or status in {401, 403, 404}
    return Fault(
        code, _say(text, settings), again, whole_run, _retry_after(response.headers.get("retry-after"))
    )


def fault_of_error(error: httpx.HTTPError, settings: EndpointSettings) -> Fault:
    """Return the fault of a request that got no whole answer; names the kind of error only."""
    import httpx

    if isinstance(error, httpx.TimeoutException):
        return Fault("time_out", _say(Text("超时未答", "did not answer in time"), settings), again=True)
    if isinstance(error, httpx.ConnectError):
        text = Text(
            "无法连接；请检查服务是否已启动、url 是否正确",
            "cannot be reached; check that it runs and that url is right",
        )
        return Fault("connection", _say(text, settings), again=True)
    text = Text(f"连接中断（{type(error).__name__}）", f"broke the connection ({type(error).__name__})")
    return Fault("broken", _say(text, settings), again=True)


def _say(text: Text, settings: EndpointSettings) -> Text:
    host = urlsplit(settings.url).netloc
    return Text(f"模型接口 {host} {text.zh}", f"the model endpoint {host} {text.en}")


def _retry_after(value: str | None) -> float | None:
    """Read Retry-After (RFC 9110 §10.2.3) in seconds; None where absent or unreadable."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
