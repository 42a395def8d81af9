"""What the models did in a run, for its summary."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Literal

from qixi.core import Text
from qixi.match.models.failure import ModelUnavailable

Part = Literal["embedding", "rerank", "extract"]
_PART_NAMES: dict[Part, Text] = {
    "embedding": Text("向量模型", "embedding model"),
    "rerank": Text("重排模型", "re-ranker"),
    "extract": Text("需求拆解模型", "requirement extractor"),
}


@dataclass(slots=True)
class PartReport:
    """Counts of one part: requests as sent (retries among them), texts or pairs from the cache."""

    part: Part
    model: str
    requests: int = 0
    retries: int = 0
    cache_hits: int = 0
    characters: int = 0
    tokens: int = 0
    failures: int = 0
    dropped_quotations: int = 0
    needs_fallen_back: int = 0
    lost: Text | None = None
    notes: list[Text] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, **counts: int) -> None:
        """Add to the named counts; safe to call from several threads."""
        with self._lock:
            for name, count in counts.items():
                setattr(self, name, getattr(self, name) + count)

    def note(self, text: Text) -> None:
        """Keep `text` for the summary, once."""
        with self._lock:
            if text not in self.notes:
                self.notes.append(text)

    def fell_back(self, failure: ModelUnavailable) -> None:
        """Record that the default engine stands in, for one need or for the whole run."""
        self.note(failure.text)
        with self._lock:
            if failure.whole_run:
                self.lost = self.lost or failure.text
            else:
                self.needs_fallen_back += 1

    def summary(self) -> tuple[Text, ...]:
        """Return what to tell the officer: what was used, how much, and what was not."""
        name = _PART_NAMES[self.part]
        lines = [
            Text(
                f"{name.zh} {self.model}：请求 {self.requests} 次（重试 {self.retries} 次），"
                f"缓存命中 {self.cache_hits}，失败 {self.failures}",
                f"{name.en} {self.model}: {self.requests} requests ({self.retries} retries), "
                f"{self.cache_hits} from the cache, {self.failures} failures",
            )
        ]
        if self.dropped_quotations:
            lines.append(
                Text(
                    f"{name.zh}：{self.dropped_quotations} 处引文与原文不符，已弃用",
                    f"{name.en}: {self.dropped_quotations} quotations not found in the record were dropped",
                )
            )
        if self.lost is not None:
            lines.append(
                Text(
                    f"{name.zh}不可用，本次结果全部由默认引擎得出",
                    f"the {name.en} was not available; the whole result is the default engine's",
                )
            )
        elif self.needs_fallen_back:
            lines.append(
                Text(
                    f"{name.zh}：{self.needs_fallen_back} 条需求改用默认引擎",
                    f"{name.en}: {self.needs_fallen_back} needs fell back to the default engine",
                )
            )
        return (*lines, *self.notes)


@dataclass(slots=True)
class ModelReport:
    """The reports of all parts in use."""

    parts: dict[Part, PartReport] = field(default_factory=dict)

    def part(self, part: Part, model: str) -> PartReport:
        """Open the report of `part`, played by the model called `model`."""
        return self.parts.setdefault(part, PartReport(part, model))

    @property
    def fell_back(self) -> bool:
        """Whether any part left work to the default engine."""
        return any(part.lost is not None or part.needs_fallen_back for part in self.parts.values())

    def summary(self) -> tuple[Text, ...]:
        """Return every part's summary, in the order embedding, rerank, extract."""
        return tuple(
            line for name in _PART_NAMES if name in self.parts for line in self.parts[name].summary()
        )
