from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from qixi.match.models import ModelSettings
from qixi.match.models.settings import EndpointSettings

_FILE = """
cache = "models"

[embedding]
folder = "bge-small-zh"
need_prefix = "为这个句子生成表示以用于检索相关文章："
weight = 0.4

[rerank]
from_score = 0.6

[rerank.endpoint]
url = "https://models.example/v1/"
model = "judge"
key_env = "MODELS_KEY"

[rerank.endpoint.options]
temperature = 0
"""


def test_settings_are_read_from_toml() -> None:
    settings = ModelSettings.model_validate(tomllib.loads(_FILE))
    assert settings.embedding is not None
    assert settings.embedding.folder == Path("bge-small-zh")
    assert settings.rerank is not None
    assert settings.rerank.endpoint.url == "https://models.example/v1"
    assert settings.rerank.endpoint.options == {"temperature": 0}
    assert settings.extract is None


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        ModelSettings().cache = Path("x")


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1"),
        ("https://h.example/v1/chat/completions", "https://h.example/v1"),
        ("https://h.example/v1/embeddings/", "https://h.example/v1"),
    ],
)
def test_address_is_cut_to_its_version_part(given: str, address: str) -> None:
    assert EndpointSettings(url=given, model="m").url == address


_BAD: list[dict[str, Any]] = [
    {"url": "ftp://h.example/v1"},
    {"url": "h.example/v1"},
    {"url": "https://user:secret-word@h.example/v1"},
    {"url": "https://h.example/v1?key=secret-word"},
    {"key_env": "sk-secret-word"},
    {"key_env": "secret"},
    {"model": ""},
    {"timeout_s": 0},
    {"concurrency": 0},
    {"max_requests": 0},
    {"key": "secret-word"},
]


@pytest.mark.parametrize("change", _BAD)
def test_bad_endpoint_settings_are_refused_without_repeating_them(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        EndpointSettings(**{"url": "https://h.example/v1", "model": "m", **change})
    assert caught.value.error_count() == 1
    assert "secret-word" not in str(caught.value)


@pytest.mark.parametrize(
    "value",
    [
        {"embedding": {}},
        {"embedding": {"folder": "x", "endpoint": {"url": "https://h.example/v1", "model": "m"}}},
        {
            "rerank": {
                "endpoint": {"url": "https://h.example/v1", "model": "m"},
                "grade_scores": [0, 0.5, 0.4, 1],
            }
        },
        {
            "rerank": {
                "endpoint": {"url": "https://h.example/v1", "model": "m"},
                "grade_scores": [0, 0.5, 0.6, 2],
            }
        },
        {"rerank": {}},
        {"unknown": 1},
    ],
)
def test_bad_model_settings_are_refused(value: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ModelSettings.model_validate(value)
