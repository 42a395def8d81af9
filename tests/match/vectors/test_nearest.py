"""The nearest are those of every product."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest

from qixi.match.vectors import nearest as module
from qixi.match.vectors.device import OnDevice
from qixi.match.vectors.nearest import Exact, Multiplied, Quantised, nearest

KINDS = ["multiplied", "exact", pytest.param("device", marks=pytest.mark.torch)]


def expected(vectors, needs, count):
    exact = needs.astype(np.float64) @ vectors.T.astype(np.float64)
    return [set(np.argsort(-row, kind="stable")[:count].tolist()) for row in exact]


def needs_torch(kind, require):
    if kind == "device":
        require("torch", find_spec("torch") is not None, "PyTorch is not installed (extra torch)")


def found(near):
    return [set(row.tolist()) for row in near.places]


def search(kind, vectors, needs, count):
    if kind == "multiplied":
        return Multiplied(vectors).search(needs, count)
    if kind == "exact":
        pytest.importorskip("faiss")
        return Exact(vectors).search(needs, count)
    return OnDevice(vectors, "cpu").search(needs, count)


@pytest.mark.parametrize("kind", KINDS)
def test_exact_ways_find_the_nearest(kind, unit_vectors, monkeypatch, require):
    needs_torch(kind, require)
    monkeypatch.setattr(module, "_ROWS", 150)  # several parts
    vectors, needs = unit_vectors(700, 40, 1), unit_vectors(300, 40, 2)
    near = search(kind, vectors, needs, 15)
    assert found(near) == expected(vectors, needs, 15)
    cosines = np.einsum("ij,ikj->ik", needs, vectors[near.places])
    np.testing.assert_allclose(near.cosines, cosines, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_fewer_than_asked_for_are_all_found(kind, unit_vectors, require):
    needs_torch(kind, require)
    near = search(kind, unit_vectors(6, 16, 1), unit_vectors(2, 16, 2), 10)
    assert found(near) == [set(range(6))] * 2


def test_codes_find_nearly_all_of_the_nearest(unit_vectors):
    pytest.importorskip("faiss")
    vectors, needs = unit_vectors(5000, 94, 1), unit_vectors(50, 94, 2)
    near = Quantised(vectors, deeper=32).search(needs, 20)
    shares = [len(a & b) / 20 for a, b in zip(found(near), expected(vectors, needs, 20), strict=True)]
    assert np.mean(shares) > 0.97
    np.testing.assert_allclose(near.cosines, np.einsum("ij,ikj->ik", needs, vectors[near.places]), atol=1e-5)


def test_codes_deep_enough_are_exact(unit_vectors):
    pytest.importorskip("faiss")
    vectors, needs = unit_vectors(900, 16, 1), unit_vectors(20, 16, 2)
    assert found(Quantised(vectors, deeper=90).search(needs, 10)) == expected(vectors, needs, 10)


def test_mapped_vectors_are_read_where_they_lie(unit_vectors, tmp_path):
    vectors, needs = unit_vectors(300, 16, 1), unit_vectors(5, 16, 2)
    np.save(tmp_path / "vectors.npy", vectors)
    mapped = np.load(tmp_path / "vectors.npy", mmap_mode="r")
    assert found(Multiplied(mapped).search(needs, 7)) == expected(vectors, needs, 7)


def test_large_corpora_are_searched_by_codes(unit_vectors, monkeypatch):
    pytest.importorskip("faiss")
    monkeypatch.setattr(module, "LARGE", 400)
    monkeypatch.setattr("qixi.match.vectors.device.best_device", lambda: None)
    assert type(nearest(unit_vectors(500, 16, 1))) is Quantised
    assert type(nearest(unit_vectors(300, 16, 1))) is Exact


def test_without_libraries_products_are_multiplied_out(unit_vectors, monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    monkeypatch.setattr("qixi.match.vectors.device.find_spec", lambda _: None)
    assert type(nearest(unit_vectors(50, 16, 1))) is Multiplied
