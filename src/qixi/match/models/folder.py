"""What the files of a sentence-transformers folder say about using its model."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qixi.core import Problem, Refused, Text

_POOLINGS = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_lasttoken": "lasttoken",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
}
_KNOWN_POOLINGS = ("cls", "mean", "max", "lasttoken")
_KNOWN_MODULES = ("Transformer", "Pooling", "Normalize")
_DEFAULT_LENGTH = 512


@dataclass(frozen=True, slots=True)
class FolderPlan:
    """`pooling` of token vectors (cls, mean, max, lasttoken), tokens kept, and whether to lower case."""

    pooling: str
    max_tokens: int
    lower_case: bool

    @classmethod
    def of(cls, folder: Path) -> FolderPlan:
        """Read the plan; raises Refused for a step that this program does not know."""
        _check_modules(folder)
        sentence = _read(folder / "sentence_bert_config.json")
        return cls(
            _pooling(folder), _max_tokens(folder, sentence), bool(sentence.get("do_lower_case", False))
        )


def _read(file: Path) -> dict[str, Any]:
    """Return the JSON object in `file`, empty where there is none; raises Refused where it is damaged."""
    if not file.is_file():
        return {}
    try:
        value = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise _damaged(file) from error
    if not isinstance(value, dict):
        raise _damaged(file)
    return value


def _check_modules(folder: Path) -> None:
    file = folder / "modules.json"
    if not file.is_file():
        return
    try:
        kinds = [module["type"].rpartition(".")[2] for module in json.loads(file.read_text("utf-8"))]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _damaged(file) from error
    unknown = [kind for kind in kinds if kind not in _KNOWN_MODULES]
    if unknown:
        raise _unknown(file, ", ".join(unknown))


def _pooling(folder: Path) -> str:
    file = folder / "1_Pooling" / "config.json"
    config = _read(file)
    mode = config.get("pooling_mode")
    chosen = [mode] if isinstance(mode, str) else [name for key, name in _POOLINGS.items() if config.get(key)]
    if isinstance(mode, list):
        chosen = [str(each) for each in mode]
    # As sentence-transformers does where a folder says nothing of pooling.
    pooling = chosen[0] if len(chosen) == 1 else ("mean" if not chosen else "+".join(chosen))
    if pooling not in _KNOWN_POOLINGS:
        raise _unknown(file, f"pooling {pooling}")
    return pooling


def _max_tokens(folder: Path, sentence: dict[str, Any]) -> int:
    tokenizer = _read(folder / "tokenizer_config.json")
    model = _read(folder / "config.json")
    for value in (
        sentence.get("max_seq_length"),
        tokenizer.get("model_max_length"),
        model.get("max_position_embeddings"),
    ):
        # Tokenizers without a limit state one of 10^30.
        if isinstance(value, int) and 0 < value < 1_000_000:
            return value
    return _DEFAULT_LENGTH


def _damaged(file: Path) -> Refused:
    return Refused(
        Problem(
            "models.folder",
            Text("模型配置文件已损坏", "the model's configuration file is damaged"),
            Text("请重新取得该模型文件夹", "get the model folder again"),
            file=str(file),
        )
    )


def _unknown(file: Path, what: str) -> Refused:
    return Refused(
        Problem(
            "models.folder",
            Text(
                f"模型含有 ONNX 方式不支持的步骤：{what}",
                f"the model has a step that is not supported with ONNX: {what}",
            ),
            Text(
                '请在设置中写 runtime = "torch" 并安装 qixi[torch]，或改用其他模型',
                'set runtime = "torch" and install qixi[torch], or use another model',
            ),
            file=str(file),
        )
    )
