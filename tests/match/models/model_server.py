"""A real local server that plays an OpenAI-compatible endpoint, good or bad."""

from __future__ import annotations

import hashlib
import json
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

from qixi.match.models.settings import EndpointSettings

KEY_NAME = "QIXI_TEST_MODEL_KEY"
KEY = "sk-very-Secret-0123456789"


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def texts(self) -> list[str]:
        return self.body["input"]

    @property
    def parts(self) -> dict[str, str]:
        return json.loads(self.body["messages"][1]["content"])


@dataclass
class ModelServer:
    """Answers well unless `script` says otherwise; `always` plays once the script is over."""

    port: int = 0
    dim: int = 8
    script: deque[str] = field(default_factory=deque)
    always: str = "good"
    requests: list[Request] = field(default_factory=list)
    chat: Callable[[dict[str, str]], object] = lambda parts: {"grade": 0, "quotations": []}
    released: threading.Event = field(default_factory=threading.Event)
    elsewhere: str = ""
    most_at_once: int = 0
    at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def sent(self) -> str:
        """Everything that reached the server but the key."""
        return json.dumps([[each.path, each.body] for each in self.requests], ensure_ascii=False)

    def settings(self, **changes: Any) -> EndpointSettings:
        plain = {"url": self.url, "model": "tiny", "timeout_s": 20, "key_env": KEY_NAME}
        return EndpointSettings(**{**plain, **changes})

    def vector(self, text: str) -> list[float]:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
        return np.random.default_rng(seed).normal(size=self.dim).tolist()

    def good(self, request: Request) -> dict[str, Any]:
        if request.path.endswith("/embeddings"):
            data = [{"index": i, "embedding": self.vector(text)} for i, text in enumerate(request.texts)]
            return {"data": data[::-1], "usage": {"total_tokens": 10}}
        answer = self.chat(request.parts)
        content = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
        return {"choices": [{"message": {"role": "assistant", "content": content}}]}


_WAITS = {"busy": "7", "busy_long": "3600"}
_BODIES: dict[str, Any] = {
    "html": (b"<!doctype html><title>Welcome</title>",),
    "garbage": (b'{"data": [{"index": 0, "embed',),
    "list": (b"[1, 2]",),
    "deep": (b"[" * 200_000,),
    "gzip": (b"\x1f\x8b", {"Content-Encoding": "gzip"}),
    "giant": (b" " * 300_000,),
}


def _embedding(change: Callable[[list[float]], object]) -> Callable[[dict[str, Any]], object]:
    return lambda good: change(good["data"][0]["embedding"])


_CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "good": lambda good: None,
    "dims": _embedding(lambda vector: vector.pop()),
    "nan": _embedding(lambda vector: vector.__setitem__(0, float("nan"))),
    "infinite": _embedding(lambda vector: vector.__setitem__(0, 1e300)),
    "zeros": _embedding(lambda vector: vector.__setitem__(slice(None), [0.0] * len(vector))),
    "words": _embedding(lambda vector: vector.__setitem__(0, "much")),
    "fewer": lambda good: good["data"].pop(),
    "twice": lambda good: good["data"][0].update(index=good["data"][-1]["index"]),
    "error_in_200": lambda good: (good.clear(), good.update(error={"message": "no such model"})),
}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    state: ModelServer

    def log_message(self, *_: object) -> None:
        return

    def do_POST(self) -> None:
        state = self.state
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        request = Request(self.path, dict(self.headers), body)
        with state.lock:
            state.requests.append(request)
            act = state.script.popleft() if state.script else state.always
            state.at_once += 1
            state.most_at_once = max(state.most_at_once, state.at_once)
        try:
            self._play(act, request)
        finally:
            with state.lock:
                state.at_once -= 1

    def _play(self, act: str, request: Request) -> None:
        state = self.state
        good = state.good(request)
        if act == "slow":
            state.released.wait(30)
            self.close_connection = True
        elif act == "redirect":
            self._send(307, {}, {"Location": f"{state.elsewhere}/embeddings"})
        elif act == "truncated":
            self._send_raw(200, json.dumps(good).encode(), {"Content-Length": "100000"})
            self.close_connection = True
        elif act in _WAITS:
            self._send(429, {}, {"Retry-After": _WAITS[act]})
        elif act.isdecimal():
            # A careless server repeats what it was sent, the key included.
            self._send(int(act), {"error": [request.headers, request.body]})
        elif act in _BODIES:
            self._send_raw(200, *_BODIES[act])
        else:
            _CHANGES[act](good)
            self._send(200, good)

    def _send(self, status: int, value: object, headers: dict[str, str] | None = None) -> None:
        self._send_raw(status, json.dumps(value).encode(), headers)

    def _send_raw(self, status: int, data: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(data)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client had enough


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a client that had enough is part of the play
            super().handle_error(request, client_address)


def serve() -> Iterator[ModelServer]:
    state = ModelServer()
    handler = type("Handler", (_Handler,), {"state": state})
    with _Server(("127.0.0.1", 0), handler) as server:
        state.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield state
        finally:
            state.released.set()
            server.shutdown()
            thread.join()
