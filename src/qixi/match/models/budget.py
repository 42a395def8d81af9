"""How much of an endpoint one run may use."""

from __future__ import annotations

import threading
from collections.abc import Callable

from qixi.core import Text
from qixi.match.models.failure import ModelUnavailable
from qixi.match.models.settings import EndpointSettings


class Budget:
    """Requests, characters, tokens and seconds that are left; safe to share between threads.

    `clock` returns seconds that only rise. Time counts from the first request.
    """

    def __init__(self, settings: EndpointSettings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._began: float | None = None
        self._requests = 0
        self._characters = 0
        self._tokens = 0

    def take(self, characters: int) -> None:
        """Count one request of `characters`; raises ModelUnavailable where it is not in the budget."""
        with self._lock:
            if self._began is None:
                self._began = self._clock()
            limits = self._settings
            for spent, limit, name in (
                (self._requests + 1, limits.max_requests, "max_requests"),
                (self._characters + characters, limits.max_characters, "max_characters"),
                # Tokens are known only after an answer, so the last request may overdraw them.
                (self._tokens + 1, limits.max_tokens, "max_tokens"),
                (self._clock() - self._began, limits.max_seconds, "max_seconds"),
            ):
                if spent > limit:
                    raise _spent(name, limit)
            self._requests += 1
            self._characters += characters

    def add_tokens(self, tokens: int) -> None:
        """Count tokens that an answer says it used."""
        with self._lock:
            self._tokens += tokens

    def affords_wait(self, seconds: float) -> bool:
        """Whether a pause of `seconds` still ends within the time allowed."""
        with self._lock:
            began = self._clock() if self._began is None else self._began
            return self._clock() - began + seconds <= self._settings.max_seconds


def _spent(name: str, limit: float) -> ModelUnavailable:
    return ModelUnavailable(
        Text(
            f"模型用量已达上限（{name} = {limit:g}）。已得到的答复留在缓存中；提高上限后再次运行即可接续",
            f"the budget for the model is spent ({name} = {limit:g}). Answers so far are in the cache; "
            "raise the limit and run again to go on from there",
        )
    )
