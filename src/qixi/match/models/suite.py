"""All models of a run, opened by the settings and closed together."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from qixi.core import Problem, Refused, Text
from qixi.match.models.cache import Cache
from qixi.match.models.dense import DenseKind
from qixi.match.models.embedding import CachedEmbedder, Embedder
from qixi.match.models.endpoint import Endpoint
from qixi.match.models.endpoint_embedding import EndpointEmbedder
from qixi.match.models.extract import Extractor
from qixi.match.models.failure import ModelUnavailable
from qixi.match.models.onnx_embedding import OnnxEmbedder, onnx_file
from qixi.match.models.report import ModelReport, Part
from qixi.match.models.rerank import Reranker
from qixi.match.models.settings import EmbeddingSettings, EndpointSettings, ModelSettings
from qixi.match.models.torch_embedding import TorchEmbedder, has_weights

Result = TypeVar("Result")


class ModelSuite:
    """The models that `settings` name; use it in a with statement.

    `embedder`, `reranker` and `extractor` are None where not set. Opening raises Refused for what
    a person must mend (no such folder, a part not installed, no key); whatever fails later raises
    ModelUnavailable, which `attempt` turns into the default engine's turn.
    """

    def __init__(self, settings: ModelSettings) -> None:
        self.settings = settings
        self.report = ModelReport()
        self._open = ExitStack()
        with ExitStack() as undo:
            self._open = undo
            self.cache = undo.enter_context(Cache(settings.cache, settings.cache_mib * 2**20))
            self.embedder = self._embedder(settings.embedding) if settings.embedding else None
            self.reranker: Reranker | None = None
            if settings.rerank is not None:
                endpoint = self._endpoint("rerank", settings.rerank.endpoint)
                self.reranker = Reranker(settings.rerank, endpoint, self.cache, endpoint.report)
            self.extractor: Extractor | None = None
            if settings.extract is not None:
                endpoint = self._endpoint("extract", settings.extract.endpoint)
                self.extractor = Extractor(settings.extract, endpoint, self.cache, endpoint.report)
            self._open = undo.pop_all()

    def dense_kind(self) -> DenseKind | None:
        """Return the kind of scorer over the embedding model, None where none is set."""
        chosen = self.settings.embedding
        if self.embedder is None or chosen is None:
            return None
        return DenseKind(self.embedder, chosen.need_prefix, chosen.asset_prefix)

    def attempt(self, part: Part, call: Callable[[], Result]) -> Result | None:
        """Return what `call` returns, or None where the default engine must stand in.

        This is the one place where ModelUnavailable is caught; the report keeps why. After a part
        is lost for the run its calls are not made any more.
        """
        report = self.report.parts[part]
        if report.lost is not None:
            return None
        try:
            return call()
        except ModelUnavailable as failure:
            report.fell_back(failure)
            return None

    def _endpoint(self, part: Part, settings: EndpointSettings) -> Endpoint:
        endpoint = Endpoint(settings, self.report.part(part, settings.model))
        self._open.callback(endpoint.close)
        return endpoint

    def _embedder(self, settings: EmbeddingSettings) -> CachedEmbedder:
        if settings.endpoint is not None:
            endpoint = self._endpoint("embedding", settings.endpoint)
            return CachedEmbedder(EndpointEmbedder(endpoint), self.cache, endpoint.report)
        assert settings.folder is not None
        inner = load_folder(settings.folder, settings.runtime)
        return CachedEmbedder(inner, self.cache, self.report.part("embedding", inner.name))

    def close(self) -> None:
        """Close connections and cache."""
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def load_folder(folder: Path, runtime: str = "auto") -> Embedder:
    """Open the embedding model in `folder`; raises Refused where it cannot be opened.

    A folder with an ONNX model is run by onnxruntime, one with PyTorch weights only by
    sentence-transformers. Nothing is ever downloaded, and no other runtime is taken than the one
    the folder's content (or `runtime`) says, because vectors would differ.
    """
    if not folder.is_dir():
        raise _refused(folder, Text("没有这个模型文件夹", "there is no such model folder"))
    if runtime != "torch" and onnx_file(folder) is not None:
        return OnnxEmbedder(folder)
    if runtime != "onnx" and has_weights(folder):
        return TorchEmbedder(folder)
    raise _refused(folder, Text("文件夹中没有可用的模型", "the folder holds no model that can be used"))


def _refused(folder: Path, reason: Text) -> Refused:
    remedy = Text(
        "请给出 sentence-transformers 格式的文件夹：tokenizer.json 加 model.onnx 或 onnx/model.onnx，"
        "或 config.json 加 model.safetensors",
        "give a folder of the sentence-transformers form: tokenizer.json with model.onnx or onnx/model.onnx, "
        "or config.json with model.safetensors",
    )
    return Refused(Problem("models.folder", reason, remedy, file=str(folder)))
