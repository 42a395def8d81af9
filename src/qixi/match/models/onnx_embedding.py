"""An embedding model in a local folder, run by onnxruntime."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from qixi.core import Problem, Refused, Text
from qixi.match.models.embedding import Vectors, digest_of_files, unit
from qixi.match.models.failure import ModelUnavailable
from qixi.match.models.folder import FolderPlan

_OUTPUTS = ("sentence_embedding", "last_hidden_state", "token_embeddings")
_CONFIGS = (
    "config.json",
    "modules.json",
    "sentence_bert_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
)


def onnx_file(folder: Path) -> Path | None:
    """Return the model file of `folder`: model.onnx there or in its folder onnx."""
    if not (folder / "tokenizer.json").is_file():
        return None
    return next(
        (file for file in (folder / "model.onnx", folder / "onnx" / "model.onnx") if file.is_file()), None
    )


class OnnxEmbedder:
    """The model of a sentence-transformers folder with tokenizer.json and model.onnx.

    Each text is one run of the model at its own length, without padding, on one thread; several
    texts run side by side. So a vector cannot depend on companions or on the number of threads.
    Texts past the model's length are cut, as the model's own library does.
    """

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        file = onnx_file(folder)
        if file is None:
            raise _unusable(folder, "tokenizer.json, model.onnx")
        self._plan = FolderPlan.of(folder)
        self._threads = threads or _processors()
        self._session, version = _session(file)
        self._tokenizer = _tokenizer(folder / "tokenizer.json", self._plan.max_tokens)
        self._inputs = {each.name: each for each in self._session.get_inputs()}
        self._output = self._choose_output(file)
        self.name = folder.resolve().name
        files = [*file.parent.glob(f"{file.name}*"), folder / "1_Pooling" / "config.json"]
        files += [folder / name for name in _CONFIGS]
        self.digest = digest_of_files([each for each in files if each.is_file()], "onnx 1", version)
        self.dim = self._vector([0]).size

    def _choose_output(self, file: Path) -> str:
        unknown = set(self._inputs) - {"input_ids", "attention_mask", "token_type_ids", "position_ids"}
        if unknown:
            raise _unusable(file, ", ".join(sorted(unknown)))
        outputs = {each.name: each for each in self._session.get_outputs()}
        for name in _OUTPUTS:
            if name in outputs:
                return name
        return str(next(iter(outputs)))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of `texts`; see `Embedder`."""
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        # The tokenizer takes no lone surrogate, which a broken file can hold.
        clean = [text.encode("utf-8", "replace").decode() for text in texts]
        if self._plan.lower_case:
            clean = [text.lower() for text in clean]
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(clean)]
        with ThreadPoolExecutor(self._threads) as pool:
            rows = np.stack(list(pool.map(self._vector, ids)))
        if not np.isfinite(rows).all():
            raise ModelUnavailable(
                Text(
                    f"模型 {self.name} 算出了无效数值",
                    f"the model {self.name} computed values that are not numbers",
                )
            )
        return unit(rows)

    def _vector(self, ids: Sequence[int]) -> npt.NDArray[np.float32]:
        """Return the pooled vector of one text's tokens, not yet scaled; zeros where it has none."""
        if not ids:
            return np.zeros(self.dim, dtype=np.float32)
        feeds = self._feeds(np.asarray([ids], dtype=np.int64))
        output: npt.NDArray[np.float32] = self._session.run([self._output], feeds)[0][0]
        return self._pool(output[: len(ids)]) if output.ndim == 2 else output

    def _feeds(self, ids: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[np.integer]]:
        length = ids.shape[1]
        values = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
            "position_ids": np.arange(length, dtype=np.int64)[None, :],
        }
        feeds: dict[str, npt.NDArray[np.integer]] = {}
        for name, expected in self._inputs.items():
            fixed = expected.shape[1] if isinstance(expected.shape[1], int) else length
            value = np.zeros((1, fixed), dtype=np.int32 if expected.type == "tensor(int32)" else np.int64)
            value[:, : min(fixed, length)] = values[name][:, :fixed]
            feeds[name] = value
        return feeds

    def _pool(self, tokens: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        match self._plan.pooling:
            case "cls":
                pooled = tokens[0]
            case "lasttoken":
                pooled = tokens[-1]
            case "max":
                pooled = tokens.max(axis=0)
            case _:
                pooled = tokens.mean(axis=0)
        return np.asarray(pooled, dtype=np.float32)


def _processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _session(file: Path) -> tuple[Any, str]:
    try:
        import onnxruntime
    except ImportError as error:
        raise _missing() from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise _unusable(file, type(error).__name__) from error
    return session, f"onnxruntime {onnxruntime.__version__}"


def _tokenizer(file: Path, max_tokens: int) -> Any:
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise _missing() from error
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:
        raise _unusable(file, type(error).__name__) from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def _missing() -> Refused:
    return Refused(
        Problem(
            "models.extra",
            Text("运行 ONNX 模型所需的组件未安装", "the parts that run ONNX models are not installed"),
            Text("请安装 qixi[onnx]", "install qixi[onnx]"),
        )
    )


def _unusable(file: Path, what: str) -> Refused:
    return Refused(
        Problem(
            "models.folder",
            Text(f"模型文件无法使用（{what}）", f"the model's file cannot be used ({what})"),
            Text("请重新导出或取得该模型", "export or get the model again"),
            file=str(file),
        )
    )
