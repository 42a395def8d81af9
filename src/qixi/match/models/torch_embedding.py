"""An embedding model in a local folder, run by sentence-transformers where it has PyTorch weights only."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from qixi.core import Problem, Refused, Text
from qixi.match.models.embedding import Vectors, digest_of_files, unit
from qixi.match.models.failure import ModelUnavailable

_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")


def has_weights(folder: Path) -> bool:
    """Whether `folder` holds a configuration and PyTorch weights."""
    configured = any((folder / name).is_file() for name in ("config.json", "modules.json"))
    return configured and any(True for pattern in _WEIGHTS for _ in folder.rglob(pattern))


class TorchEmbedder:
    """The model of a sentence-transformers folder, from local files only.

    Texts go through it one by one on one CPU thread, so that a vector depends on its text alone.
    Slower than `OnnxEmbedder`, which is to be preferred where an ONNX file can be had.
    """

    def __init__(self, folder: Path) -> None:
        self._model, version = _load(folder)
        self.name = folder.resolve().name
        files = sorted(
            file
            for file in folder.rglob("*")
            if file.suffix in {".json", ".txt", ".safetensors", ".bin", ".model"}
        )
        self.digest = digest_of_files(files, "torch 1", version)
        self.dim = int(self._model.get_embedding_dimension())

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of `texts`; see `Embedder`."""
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        clean = [text.encode("utf-8", "replace").decode() for text in texts]
        with _one_thread():
            rows = self._model.encode(clean, batch_size=1, convert_to_numpy=True, show_progress_bar=False)
        rows = np.asarray(rows, dtype=np.float32)
        if not np.isfinite(rows).all():
            raise ModelUnavailable(
                Text(
                    f"模型 {self.name} 算出了无效数值",
                    f"the model {self.name} computed values that are not numbers",
                )
            )
        return unit(rows)


def _load(folder: Path) -> tuple[Any, str]:
    # Read by the libraries when they are imported; a local folder never needs the network.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        import sentence_transformers
        import torch
    except ImportError as error:
        raise Refused(
            Problem(
                "models.extra",
                Text(
                    "运行 PyTorch 模型所需的组件未安装", "the parts that run PyTorch models are not installed"
                ),
                Text(
                    "请安装 qixi[torch]，或把模型导出为 ONNX 并安装 qixi[onnx]",
                    "install qixi[torch], or export the model to ONNX and install qixi[onnx]",
                ),
            )
        ) from error
    try:
        with _quiet():
            model = sentence_transformers.SentenceTransformer(
                str(folder), device="cpu", local_files_only=True, trust_remote_code=False
            )
    except Exception as error:
        raise Refused(
            Problem(
                "models.folder",
                Text(
                    f"模型文件夹无法使用（{type(error).__name__}）",
                    f"the model folder cannot be used ({type(error).__name__})",
                ),
                Text("请重新取得该模型文件夹", "get the model folder again"),
                file=str(folder),
            )
        ) from error
    return model, f"torch {torch.__version__} sentence-transformers {sentence_transformers.__version__}"


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library's own progress bars off the terminal."""
    from transformers.utils import logging  # noqa: PLC0415  comes with sentence-transformers

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep sums whole: split between threads they differ in the last places."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
