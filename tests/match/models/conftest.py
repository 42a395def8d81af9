from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from model_server import KEY, KEY_NAME, ModelServer, serve
from tiny_model import make_onnx_folder

from qixi.match.models.endpoint import Endpoint
from qixi.match.models.report import Part, PartReport


class Pauses(list[float]):
    """Takes the place of sleep and keeps what was asked."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    monkeypatch.setenv(KEY_NAME, KEY)
    yield from serve()


@pytest.fixture
def other_server() -> Iterator[ModelServer]:
    yield from serve()


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def open_endpoint(server: ModelServer, pauses: Pauses) -> Iterator[Callable[..., Endpoint]]:
    """Open endpoints of the server, with changed settings, and close them after the test."""
    opened: list[Endpoint] = []

    def open_one(part: Part = "embedding", **changes: Any) -> Endpoint:
        clock = {"clock": changes.pop("clock")} if "clock" in changes else {}
        settings = changes.pop("settings", None) or server.settings(**changes)
        opened.append(Endpoint(settings, PartReport(part, "tiny"), pause=pauses, **clock))
        return opened[-1]

    yield open_one
    for endpoint in opened:
        endpoint.close()


@pytest.fixture(scope="session")
def onnx_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_onnx_folder(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(scope="session")
def torch_part(require: Callable[[str, bool, str], None]) -> None:
    """Skip where PyTorch is not installed, and fail where QIXI_REQUIRE asks for it."""
    there = importlib.util.find_spec("sentence_transformers") is not None
    require("torch", there, "sentence-transformers is not installed (extra torch)")


@pytest.fixture
def onnx_folder_maker() -> Callable[..., Path]:
    return make_onnx_folder
