"""A client of OpenAI-compatible endpoints that keeps to its budget and gives nothing away."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from pydantic import JsonValue, SecretStr

from qixi.core import Problem, Refused, Text
from qixi.match.models.budget import Budget
from qixi.match.models.failure import ModelUnavailable
from qixi.match.models.fault import Fault, fault_of_error, fault_of_status, nonsense
from qixi.match.models.masking import Masked
from qixi.match.models.report import PartReport
from qixi.match.models.settings import EndpointSettings

if TYPE_CHECKING:
    import httpx

_LOG: Final = logging.getLogger(__name__)
_FAILURES_IN_A_ROW: Final = 3
_LOCAL: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class Endpoint:
    """One endpoint for one part of a run; may be used from several threads.

    Only `Masked` text leaves through it. Redirects are not followed, answers are bounded in size
    and time, and neither texts, answers nor the key enter messages or logs. Once it has failed for
    good, or three requests in a row have been refused, it asks no more.
    """

    def __init__(
        self,
        settings: EndpointSettings,
        report: PartReport,
        *,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self.report = report
        self._pause = pause
        self._clock = clock
        self._budget = Budget(settings, clock)
        self._room = threading.BoundedSemaphore(settings.concurrency)
        self._lock = threading.Lock()
        self._gone: ModelUnavailable | None = None
        self._refused_in_a_row = 0
        self._client = _client(settings, _key(settings))

    def __repr__(self) -> str:
        return f"Endpoint({self.settings.url!r}, {self.settings.model!r})"

    def embeddings(self, texts: Sequence[Masked]) -> Mapping[str, JsonValue]:
        """POST /embeddings for `texts`; returns the body, not yet checked beyond being an object."""
        inputs: list[JsonValue] = [text.text for text in texts]
        body: dict[str, JsonValue] = {
            "model": self.settings.model,
            "input": inputs,
            "encoding_format": "float",
        }
        return self._post("/embeddings", body, sum(len(text.text) for text in texts))

    def chat(self, prompt: str, parts: Mapping[str, Masked]) -> Mapping[str, JsonValue]:
        """POST /chat/completions: `prompt` instructs, `parts` are sent as data in a JSON object."""
        data = json.dumps({name: part.text for name, part in parts.items()}, ensure_ascii=False)
        body: dict[str, JsonValue] = {
            **self.settings.options,
            "model": self.settings.model,
            "messages": [{"role": "system", "content": prompt}, {"role": "user", "content": data}],
        }
        return self._post("/chat/completions", body, len(prompt) + len(data))

    def _post(self, route: str, body: dict[str, JsonValue], characters: int) -> Mapping[str, JsonValue]:
        data = json.dumps(body, ensure_ascii=False).encode()
        for attempt in range(self.settings.attempts):
            self._raise_if_gone()
            try:
                self._budget.take(characters)
            except ModelUnavailable as spent:
                raise self._give_up(spent) from None
            self.report.add(requests=1, retries=int(attempt > 0), characters=characters)
            answer = self._once(route, data)
            if not isinstance(answer, Fault):
                self._count_answer(answer)
                return answer
            self.report.add(failures=1)
            _LOG.info("%s %s: %s (attempt %d)", self.settings.url, route, answer.code, attempt + 1)
            wait = answer.after if answer.after is not None else 0.5 * 2**attempt
            last = attempt + 1 == self.settings.attempts
            if (
                not answer.again
                or last
                or wait > self.settings.max_wait_s
                or not self._budget.affords_wait(wait)
            ):
                raise self._failure(answer)
            self._pause(wait)
        raise AssertionError(attempt)

    def _once(self, route: str, data: bytes) -> Mapping[str, JsonValue] | Fault:
        import httpx

        try:
            with self._room, self._client.stream("POST", self.settings.url + route, content=data) as response:
                if response.status_code != 200:
                    return fault_of_status(response, self.settings)
                return self._read(response)
        except httpx.HTTPError as error:
            return fault_of_error(error, self.settings)

    def _read(self, response: httpx.Response) -> Mapping[str, JsonValue] | Fault:
        """Read a bounded body within a bounded time and take the JSON object out of it."""
        if response.headers.get("content-encoding", "identity") != "identity":
            return nonsense("encoded", self.settings)
        until = self._clock() + self.settings.timeout_s
        body = bytearray()
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > self.settings.max_response_bytes:
                return nonsense("too_large", self.settings)
            if self._clock() > until:
                return nonsense("too_slow", self.settings)
        try:
            answer: Any = json.loads(body)
        except (ValueError, RecursionError):
            web_page = body.lstrip()[:1] == b"<"
            return nonsense("web_page" if web_page else "not_json", self.settings)
        return answer if isinstance(answer, dict) else nonsense("not_an_object", self.settings)

    def _count_answer(self, answer: Mapping[str, JsonValue]) -> None:
        usage = answer.get("usage")
        tokens = usage.get("total_tokens") if isinstance(usage, dict) else None
        if isinstance(tokens, int) and tokens > 0:
            self.report.add(tokens=tokens)
            self._budget.add_tokens(tokens)
        with self._lock:
            self._refused_in_a_row = 0

    def _failure(self, fault: Fault) -> ModelUnavailable:
        """Turn a final fault into what the engine catches; a lasting one ends the endpoint's use."""
        with self._lock:
            self._refused_in_a_row += 1
            lasting = fault.whole_run or self._refused_in_a_row >= _FAILURES_IN_A_ROW
        failure = ModelUnavailable(fault.text, whole_run=lasting)
        return self._give_up(failure) if lasting else failure

    def _give_up(self, failure: ModelUnavailable) -> ModelUnavailable:
        with self._lock:
            self._gone = self._gone or failure
            return ModelUnavailable(self._gone.text)

    def _raise_if_gone(self) -> None:
        if self._gone is not None:
            raise ModelUnavailable(self._gone.text)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _key(settings: EndpointSettings) -> SecretStr | None:
    """Read the key from the environment; its value stays out of every message."""
    if not settings.key_env:
        return None
    key = os.environ.get(settings.key_env, "").strip()
    if key and key.isascii() and key.isprintable() and " " not in key:
        return SecretStr(key)
    name = settings.key_env
    raise Refused(
        Problem(
            "models.key",
            Text(f"环境变量 {name} 中没有可用的密钥", f"the environment variable {name} holds no usable key"),
            Text(
                f"请在运行前设置 {name}，或去掉设置中的 key_env",
                f"set {name} before the run, or remove key_env",
            ),
        )
    )


def _client(settings: EndpointSettings, key: SecretStr | None) -> httpx.Client:
    try:
        import httpx
    except ImportError as error:
        raise Refused(
            Problem(
                "models.extra",
                Text(
                    "连接模型接口所需的组件未安装", "the part that talks to model endpoints is not installed"
                ),
                Text("请安装 qixi[endpoint]", "install qixi[endpoint]"),
            )
        ) from error
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
    }
    if key is not None:
        headers["Authorization"] = f"Bearer {key.get_secret_value()}"
    return httpx.Client(
        headers=headers,
        timeout=settings.timeout_s,
        follow_redirects=False,
        limits=httpx.Limits(max_connections=settings.concurrency),
        # A proxy from the environment is for the world outside, never for this machine.
        trust_env=urlsplit(settings.url).hostname not in _LOCAL,
    )
