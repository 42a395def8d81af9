"""Asking a chat model for a JSON answer that can be checked, once per content."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from qixi.core import Text
from qixi.match.models.cache import Cache, content_key
from qixi.match.models.endpoint import Endpoint
from qixi.match.models.failure import ModelUnavailable
from qixi.match.models.masking import Masked

_THOUGHT = re.compile(r"^\s*<think>.*?</think>", re.DOTALL)
_ASKS = 2


Answer = TypeVar("Answer", bound=BaseModel)


class Nonsense(ValueError):  # noqa: N818  like ModelUnavailable, a state and no fault of the run
    """An answer that came, but is not one to the question."""


class Chat(Generic[Answer]):
    """Questions of one kind to one endpoint: `prompt` instructs, `answer` is the form expected.

    Only checked answers are kept, so nothing a server adds reaches the cache.
    """

    def __init__(self, endpoint: Endpoint, cache: Cache, prompt: str, answer: type[Answer]) -> None:
        self.endpoint = endpoint
        self._cache = cache
        self._prompt = prompt
        self._answer = answer
        settings = endpoint.settings
        self.digest = json.dumps(
            ["chat", settings.url, settings.model, settings.options, prompt],
            sort_keys=True,
            ensure_ascii=True,
        )

    def ask(self, parts: Mapping[str, Masked], gate: Callable[[Answer], Answer]) -> Answer:
        """Return the answer about `parts` that passed `gate` (which raises `Nonsense`).

        Raises ModelUnavailable: for the whole run where the endpoint is gone, for this need where
        two answers were nonsense.
        """
        content = json.dumps({name: part.text for name, part in parts.items()}, ensure_ascii=True)
        key = content_key(self.digest, content)
        known = self._known(key, gate)
        if known is not None:
            self.endpoint.report.add(cache_hits=1)
            return known
        for _ in range(_ASKS):
            reply = self.endpoint.chat(self._prompt, parts)
            try:
                answer = gate(self._answer.model_validate(_content(reply)))
            except (ValidationError, Nonsense):
                self.endpoint.report.add(failures=1)
                continue
            self._cache.put({key: answer.model_dump_json().encode()})
            return answer
        raise ModelUnavailable(
            Text(
                f"模型 {self.endpoint.settings.model} 的答复不合要求",
                f"the model {self.endpoint.settings.model} gave answers that are not of the form asked for",
            ),
            whole_run=False,
        )

    def _known(self, key: bytes, gate: Callable[[Answer], Answer]) -> Answer | None:
        kept = self._cache.get([key]).get(key)
        if kept is None:
            return None
        try:
            return gate(self._answer.model_validate_json(kept))
        except (ValidationError, Nonsense):
            self._cache.drop([key])  # written by a laxer version: ask again
            return None


def _content(reply: Mapping[str, Any]) -> object:
    """Take the JSON object out of a chat completion; raises Nonsense."""
    try:
        content = reply["choices"][0]["message"]["content"]
        text = _THOUGHT.sub("", content)
        return json.loads(text[text.index("{") : text.rindex("}") + 1])
    except (LookupError, TypeError, ValueError, RecursionError) as error:
        msg = "no JSON object in the answer"
        raise Nonsense(msg) from error
