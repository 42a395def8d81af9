"""Invented vectors whose spectrum is that of real texts, and whose neighbours are those of the token lists.

A vector is the real mean's length along one direction, plus places along random orthonormal axes with
the variances below; each place mixes what the record's field, its subject, its narrower subject
and the record alone have, in the shares below. Everything follows from the seed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bench.hybrid.tokens import FIELDS, NARROWER, SUBJECTS, Lists

Vectors = NDArray[np.float32]
DIM = 384
MEAN = 0.28
SPECTRUM = (
    (1, 0.016),
    (2, 0.015),
    (4, 0.014),
    (8, 0.012),
    (16, 0.0098),
    (32, 0.0077),
    (64, 0.0050),
    (96, 0.0034),
    (128, 0.0024),
    (192, 0.0013),
    (256, 0.00065),
    (320, 0.00023),
    (384, 0.00004),
)
"""Rank of an axis and its variance before fields and subjects, few as they are, add to the first ones."""
ABOUT = (0.25, 0.15, 0.15)
"""Shares of a place's variance that are of the field, the subject and the narrower one."""
_ROWS = 8192


def variances() -> NDArray[np.float64]:
    """Return the share of variance of each axis, falling, adding up to 1."""
    rank, share = np.array(SPECTRUM).T
    found = np.exp(np.interp(np.log(np.arange(1, DIM + 1)), np.log(rank), np.log(share)))
    return np.asarray(found / found.sum())


def spectrum(vectors: Vectors) -> tuple[float, NDArray[np.float64]]:
    """Return the length of the mean of unit vectors, and the shares of variance about it, falling."""
    mean = vectors.mean(axis=0, dtype=np.float64)
    square = np.zeros((vectors.shape[1], vectors.shape[1]))
    for at in range(0, vectors.shape[0], _ROWS):
        centred = vectors[at : at + _ROWS] - mean
        square += centred.T @ centred
    found = np.linalg.eigvalsh(square)[::-1]
    return float(np.linalg.norm(mean)), np.asarray(found / found.sum())


def vectors(lists: Lists, seed: int, side: int) -> Vectors:
    """Return one unit vector for each record, float32 (records, DIM)."""
    shared = np.random.default_rng([seed, 3])
    axes = np.linalg.qr(shared.standard_normal((DIM, DIM)))[0]
    scale = np.sqrt(variances())[:, None] * axes
    scale = (scale * np.sqrt(1 - MEAN**2)).astype(np.float32)
    mean = (MEAN * np.linalg.qr(shared.standard_normal((DIM, 1)))[0][:, 0]).astype(np.float32)
    field = shared.standard_normal((FIELDS, DIM), dtype=np.float32)
    subject = shared.standard_normal((SUBJECTS, DIM), dtype=np.float32)
    narrower = shared.standard_normal((SUBJECTS * NARROWER, DIM), dtype=np.float32)
    rng = np.random.default_rng([seed, 4, side])
    out = np.empty((lists.size, DIM), dtype=np.float32)
    own = np.sqrt(np.float32(1 - sum(ABOUT)))
    for at in range(0, lists.size, _ROWS):
        part = slice(at, min(at + _ROWS, lists.size))
        places = own * rng.standard_normal((part.stop - at, DIM), dtype=np.float32)
        for share, of, which in zip(
            ABOUT,
            (field, subject, narrower),
            (lists.subject % FIELDS, lists.subject, lists.narrower),
            strict=True,
        ):
            places += np.sqrt(np.float32(share)) * of[which[part]]
        found = mean + places @ scale
        out[part] = found / np.linalg.norm(found, axis=1, keepdims=True)
    return out
