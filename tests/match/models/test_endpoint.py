from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from model_server import KEY, KEY_NAME, ModelServer

from qixi.core import Refused
from qixi.match.models.endpoint import Endpoint
from qixi.match.models.failure import ModelUnavailable
from qixi.match.models.fault import _retry_after
from qixi.match.models.masking import mask
from qixi.match.models.settings import EndpointSettings

Open = Callable[..., Endpoint]


def _ask(endpoint: Endpoint) -> object:
    return endpoint.embeddings([mask("风电塔筒")])


def test_endpoint_sends_key_model_and_texts(
    server: ModelServer, open_endpoint: Open, pauses: list[float]
) -> None:
    answer = _ask(open_endpoint())
    assert isinstance(answer, dict)
    (request,) = server.requests
    assert request.path == "/v1/embeddings"
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert request.body == {"model": "tiny", "input": ["风电塔筒"], "encoding_format": "float"}
    assert pauses == []


def test_endpoint_sends_chat_parts_as_data(server: ModelServer, open_endpoint: Open) -> None:
    open_endpoint().chat("Judge.", {"need": mask("电话13812345678")})
    (request,) = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.parts == {"need": "电话[PHONE]"}
    assert request.body["messages"][0] == {"role": "system", "content": "Judge."}
    assert request.body["temperature"] == 0


def test_endpoint_replaces_lone_surrogates(server: ModelServer, open_endpoint: Open) -> None:
    open_endpoint().embeddings([mask("a\ud800b")])
    assert server.requests[0].texts == ["a\ufffdb"]


def test_endpoint_waits_as_long_as_a_busy_server_asks(
    server: ModelServer, open_endpoint: Open, pauses: list[float]
) -> None:
    server.script.extend(["busy"])
    endpoint = open_endpoint()
    _ask(endpoint)
    assert pauses == [7.0]
    assert (endpoint.report.requests, endpoint.report.retries, endpoint.report.failures) == (2, 1, 1)


def test_endpoint_gives_up_where_a_busy_server_asks_for_too_long(
    server: ModelServer, open_endpoint: Open, pauses: list[float]
) -> None:
    server.script.extend(["busy_long"])
    with pytest.raises(ModelUnavailable):
        _ask(open_endpoint())
    assert pauses == []


@pytest.mark.parametrize("act", ["500", "503", "garbage", "html", "list", "deep", "truncated"])
def test_endpoint_tries_again_with_growing_pauses(
    server: ModelServer, open_endpoint: Open, pauses: list[float], act: str
) -> None:
    server.script.extend([act, act])
    _ask(open_endpoint())
    assert pauses == [0.5, 1.0]


@pytest.mark.parametrize(
    ("act", "requests", "words"),
    [
        ("500", 4, "500"),
        ("garbage", 4, "JSON"),
        ("html", 4, "web page"),
        ("list", 4, "not an object"),
        ("truncated", 4, "broke the connection"),
        ("401", 1, "key_env"),
        ("403", 1, "403"),
        ("404", 1, "url and model"),
        ("redirect", 1, "not followed"),
        ("giant", 1, "max_response_bytes"),
        ("gzip", 1, "compressed"),
    ],
)
def test_endpoint_gives_up_for_the_run(
    server: ModelServer, other_server: ModelServer, open_endpoint: Open, act: str, requests: int, words: str
) -> None:
    server.always = act
    server.elsewhere = other_server.url
    endpoint = open_endpoint(max_response_bytes=200_000)
    with pytest.raises(ModelUnavailable) as caught:
        _ask(endpoint)
    assert caught.value.whole_run
    assert words in caught.value.text.en
    assert len(server.requests) == requests
    assert other_server.requests == []
    with pytest.raises(ModelUnavailable) as again:
        _ask(endpoint)
    assert again.value.text == caught.value.text
    assert len(server.requests) == requests


def test_endpoint_that_rejects_one_request_stays_in_use(server: ModelServer, open_endpoint: Open) -> None:
    server.script.extend(["400", "good", "400"])
    endpoint = open_endpoint()
    with pytest.raises(ModelUnavailable) as caught:
        _ask(endpoint)
    assert not caught.value.whole_run
    _ask(endpoint)
    with pytest.raises(ModelUnavailable) as caught:
        _ask(endpoint)
    assert not caught.value.whole_run


def test_endpoint_that_rejects_three_requests_in_a_row_is_given_up(
    server: ModelServer, open_endpoint: Open
) -> None:
    server.always = "400"
    endpoint = open_endpoint()
    whole_run = []
    for _ in range(5):
        with pytest.raises(ModelUnavailable) as caught:
            _ask(endpoint)
        whole_run.append(caught.value.whole_run)
    assert whole_run == [False, False, True, True, True]
    assert len(server.requests) == 3


def test_endpoint_gives_up_on_a_slow_server(server: ModelServer, open_endpoint: Open) -> None:
    server.always = "slow"
    with pytest.raises(ModelUnavailable) as caught:
        _ask(open_endpoint(timeout_s=0.2, attempts=2))
    assert "did not answer in time" in caught.value.text.en
    assert len(server.requests) == 2


def test_endpoint_gives_up_where_nothing_listens(open_endpoint: Open, pauses: list[float]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings = EndpointSettings(url=f"http://127.0.0.1:{taken.getsockname()[1]}/v1", model="tiny")
        endpoint = open_endpoint(settings=settings)
        with pytest.raises(ModelUnavailable) as caught:
            _ask(endpoint)
    assert "cannot be reached" in caught.value.text.en
    assert pauses == [0.5, 1.0, 2.0]


@pytest.mark.parametrize(
    ("limits", "good_requests"),
    [({"max_requests": 2}, 2), ({"max_characters": 11}, 2), ({"max_tokens": 15}, 2), ({"max_tokens": 10}, 1)],
)
def test_endpoint_keeps_to_its_budget(
    server: ModelServer, open_endpoint: Open, limits: dict[str, int], good_requests: int
) -> None:
    endpoint = open_endpoint(**limits)
    for _ in range(good_requests):
        _ask(endpoint)
    for _ in range(2):
        with pytest.raises(ModelUnavailable) as caught:
            _ask(endpoint)
        assert caught.value.whole_run
        assert next(iter(limits)) in caught.value.text.en
    assert len(server.requests) == good_requests


def test_endpoint_counts_retries_in_its_budget(server: ModelServer, open_endpoint: Open) -> None:
    server.always = "500"
    with pytest.raises(ModelUnavailable) as caught:
        _ask(open_endpoint(max_requests=2))
    assert "max_requests" in caught.value.text.en
    assert len(server.requests) == 2


def test_endpoint_keeps_to_its_time(server: ModelServer, open_endpoint: Open) -> None:
    now = [100.0]
    endpoint = open_endpoint(max_seconds=60, clock=lambda: now[0])
    _ask(endpoint)
    now[0] = 159.0
    _ask(endpoint)
    now[0] = 161.0
    with pytest.raises(ModelUnavailable) as caught:
        _ask(endpoint)
    assert "max_seconds" in caught.value.text.en


def test_endpoint_does_not_wait_past_its_time(
    server: ModelServer, open_endpoint: Open, pauses: list[float]
) -> None:
    server.always = "busy"
    with pytest.raises(ModelUnavailable):
        _ask(open_endpoint(max_seconds=5))
    assert pauses == []


def test_endpoint_bounds_requests_at_once(server: ModelServer, open_endpoint: Open) -> None:
    server.always = "slow"
    endpoint = open_endpoint(concurrency=2, attempts=1)
    with ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(_ask, endpoint) for _ in range(6)]
        while len(server.requests) < 2:
            threading.Event().wait(0.01)
        server.released.set()
        for each in asked:
            with pytest.raises(ModelUnavailable):
                each.result()
    assert server.most_at_once == 2


@pytest.mark.parametrize("act", ["400", "401", "500", "redirect", "html", "good"])
def test_endpoint_never_shows_key_or_text(
    server: ModelServer, open_endpoint: Open, caplog: pytest.LogCaptureFixture, act: str
) -> None:
    caplog.set_level(logging.DEBUG)
    server.always = act
    endpoint = open_endpoint(attempts=2)
    shown = [repr(endpoint), repr(server.settings())]
    try:
        endpoint.embeddings([mask("混凝土塔筒，联系人：张三13812345678")])
    except ModelUnavailable as failure:
        error: BaseException | None = failure
        while error is not None:
            shown += [str(error), repr(error)]
            error = error.__cause__ or error.__context__
    everything = caplog.text + "".join(shown) + "".join(map(str, endpoint.report.summary()))
    assert KEY not in everything
    assert "塔筒" not in everything
    assert "13812345678" not in everything + server.sent
    assert server.requests[0].headers["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("key", [None, "", "  ", "sk-öffnen", "sk-a b", "sk-a\nX-Other: b"])
def test_endpoint_refuses_an_unusable_key_without_showing_it(
    server: ModelServer, open_endpoint: Open, monkeypatch: pytest.MonkeyPatch, key: str | None
) -> None:
    if key is None:
        monkeypatch.delenv(KEY_NAME)
    else:
        monkeypatch.setenv(KEY_NAME, key)
    with pytest.raises(Refused) as caught:
        open_endpoint()
    assert [problem.code for problem in caught.value.problems] == ["models.key"]
    assert KEY_NAME in str(caught.value)
    assert "sk-" not in str(caught.value)


def test_endpoint_without_a_key_sends_none(server: ModelServer, open_endpoint: Open) -> None:
    _ask(open_endpoint(key_env=""))
    assert "Authorization" not in server.requests[0].headers


def test_retry_after_is_read_in_both_forms() -> None:
    assert _retry_after("12") == 12.0
    assert _retry_after("soon") is None
    assert _retry_after(None) is None
    assert _retry_after(format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)) == 0.0
    later = _retry_after(format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True))
    assert later is not None
    assert 3500 < later <= 3600
