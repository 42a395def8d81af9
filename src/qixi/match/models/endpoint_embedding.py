"""An embedding model behind an OpenAI-compatible /v1/embeddings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from pydantic import BaseModel, Field, ValidationError

from qixi.core import Text
from qixi.match.models.embedding import Vectors, unit
from qixi.match.models.endpoint import Endpoint
from qixi.match.models.failure import ModelUnavailable
from qixi.match.models.masking import Masked, mask

_PROBE = "qixi"


class _Item(BaseModel):
    index: int = Field(ge=0)
    embedding: list[float] = Field(min_length=1, max_length=65_536)


class _Answer(BaseModel):
    data: list[_Item]


class EndpointEmbedder:
    """Masks texts, cuts them to `max_text_characters` and sends them in batches.

    What a server does with companions of a batch is out of reach; the cache keeps the first vector
    of a text for good.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._dim: int | None = None
        settings = endpoint.settings
        self.name = settings.model
        self.digest = json.dumps(["embeddings 1", settings.url, settings.model, settings.max_text_characters])

    @property
    def dim(self) -> int:
        """Number of places of a vector; asks the endpoint with one word where nothing was sent yet."""
        if self._dim is None:
            self.embed([_PROBE])
        assert self._dim is not None
        return self._dim

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of `texts`; see `Embedder`. Empty texts are not sent and get zeros."""
        settings = self._endpoint.settings
        masked = [mask(text).head(settings.max_text_characters) for text in texts]
        filled = sorted(
            (i for i, each in enumerate(masked) if each.text.strip()), key=lambda i: len(masked[i].text)
        )
        batches = [filled[start : start + settings.batch] for start in range(0, len(filled), settings.batch)]
        with ThreadPoolExecutor(settings.concurrency) as pool:
            answers = list(pool.map(lambda batch: self._ask([masked[i] for i in batch]), batches))
        result = np.zeros((len(texts), self._agreed_dim(answers)), dtype=np.float32)
        for batch, answer in zip(batches, answers, strict=True):
            result[batch] = answer
        return result

    def _ask(self, texts: Sequence[Masked]) -> Vectors:
        reply = self._endpoint.embeddings(texts)
        try:
            items = sorted(_Answer.model_validate(reply).data, key=lambda item: item.index)
        except ValidationError:
            raise self._nonsense(Text("不是向量", "holds no vectors")) from None
        if [item.index for item in items] != list(range(len(texts))):
            raise self._nonsense(Text("向量与文本数目不符", "does not hold one vector for each text"))
        if len({len(item.embedding) for item in items}) != 1:
            raise self._nonsense(Text("向量维数不一", "holds vectors of different dimensions"))
        rows = np.array([item.embedding for item in items], dtype=np.float64)
        with np.errstate(over="ignore"):
            length = np.square(rows).sum(axis=1)
        if not (np.isfinite(length) & (length > 0)).all():
            raise self._nonsense(Text("含有无效数值", "holds values that are not numbers"))
        return unit(rows)

    def _agreed_dim(self, answers: Sequence[Vectors]) -> int:
        dims = {answer.shape[1] for answer in answers} | ({self._dim} if self._dim else set())
        if len(dims) > 1:
            raise self._nonsense(Text("向量维数不一", "holds vectors of different dimensions"))
        if dims:
            self._dim = dims.pop()
        return self.dim

    def _nonsense(self, what: Text) -> ModelUnavailable:
        self._endpoint.report.add(failures=1)
        name = self._endpoint.settings.model
        return ModelUnavailable(
            Text(
                f"向量模型 {name} 的答复无法使用：{what.zh}",
                f"the answer of the embedding model {name} {what.en}",
            )
        )
