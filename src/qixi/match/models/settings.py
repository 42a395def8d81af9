"""What an operator sets about the optional models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, model_validator

_ROUTES = ("/embeddings", "/chat/completions")


def _plain_address(value: str) -> str:
    """Return the address up to and with its version part, e.g. https://host/v1."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        msg = "地址须以 http:// 或 https:// 开头 / the address must begin with http:// or https://"
        raise ValueError(msg)
    if parts.username or parts.password or parts.query or parts.fragment:
        msg = (
            "地址中不得含有密码、参数或锚点；密钥请放入环境变量并用 key_env 指明 / the address must carry no "
            "password, query or fragment; put the key into an environment variable and name it in key_env"
        )
        raise ValueError(msg)
    address = value.rstrip("/")
    for route in _ROUTES:
        address = address.removesuffix(route)
    return address


def _default_options() -> dict[str, JsonValue]:
    return {"temperature": 0, "max_tokens": 1024, "response_format": {"type": "json_object"}}


class _Settings(BaseModel):
    # Inputs stay out of messages: a key pasted into the wrong line must not be shown.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class EndpointSettings(_Settings):
    """An OpenAI-compatible endpoint and how much of it one run may use.

    Sizes are in characters (code points), times in seconds. `key_env` names the environment
    variable that holds the key; the key itself is never a setting. `options` go into the body of a
    chat request as they are; giving them replaces all defaults.
    """

    url: Annotated[str, AfterValidator(_plain_address)]
    model: str = Field(min_length=1, max_length=200)
    key_env: str = Field(default="", pattern=r"^([A-Z][A-Z0-9_]{0,63})?$")
    timeout_s: float = Field(default=60, gt=0, le=600)
    attempts: int = Field(default=4, ge=1, le=10)
    max_wait_s: float = Field(default=60, ge=0, le=600)
    concurrency: int = Field(default=4, ge=1, le=64)
    batch: int = Field(default=16, ge=1, le=2048)
    max_text_characters: int = Field(default=6000, ge=100, le=1_000_000)
    max_requests: int = Field(default=20_000, ge=1)
    max_characters: int = Field(default=50_000_000, ge=1)
    max_tokens: int = Field(default=50_000_000, ge=1)
    max_seconds: float = Field(default=4 * 3600, gt=0)
    max_response_bytes: int = Field(default=16 * 2**20, ge=1024, le=2**30)
    options: dict[str, JsonValue] = Field(default_factory=_default_options)


class EmbeddingSettings(_Settings):
    """An embedding model: a local folder or an endpoint.

    Some models want a phrase before a query or a document ("query: "); it comes from the model's
    card. `weight` is that of the dense scorer in the need fit, beside the weights in `fusion`
    (`lexical` is 1.0); it was not measured, since no model comes with Qixi.
    """

    folder: Path | None = None
    runtime: Literal["auto", "onnx", "torch"] = "auto"
    endpoint: EndpointSettings | None = None
    need_prefix: str = ""
    asset_prefix: str = ""
    weight: float = Field(default=1.0, ge=0, le=100)

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.folder is None) == (self.endpoint is None):
            msg = "须在 folder 与 endpoint 中恰选其一 / give exactly one of folder and endpoint"
            raise ValueError(msg)
        return self


class RerankSettings(_Settings):
    """A chat model that grades pairs.

    Pairs with a default score of at least `from_score` are graded. It is a threshold on the pair's
    own score and not a number of ranks, so that whether a pair is graded never depends on the other
    candidates. `grade_scores` are the signal's values for grades 0 to 3.
    """

    endpoint: EndpointSettings
    weight: float = Field(default=0.3, ge=0, le=1)
    from_score: float = Field(default=0.5, ge=0, le=1)
    grade_scores: tuple[float, float, float, float] = (0.0, 1 / 3, 2 / 3, 1.0)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if list(self.grade_scores) != sorted(self.grade_scores) or not (
            self.grade_scores[0] >= 0 and self.grade_scores[-1] <= 1
        ):
            msg = "grade_scores 须在 0 到 1 之间且不下降 / grade_scores must not fall and lie within 0 to 1"
            raise ValueError(msg)
        return self


class ExtractSettings(_Settings):
    """A chat model that splits needs into requirements instead of the default splitter."""

    endpoint: EndpointSettings


class ModelSettings(_Settings):
    """All optional models; with none of them set nothing is loaded and nothing is sent.

    `cache` is the folder of the cache of answers, without it answers are kept for the run only;
    `cache_mib` bounds its size in MiB.
    """

    embedding: EmbeddingSettings | None = None
    rerank: RerankSettings | None = None
    extract: ExtractSettings | None = None
    cache: Path | None = None
    cache_mib: int = Field(default=2048, ge=1)
