"""Shards in a vault: the same matrices again, and each block checked by the read that meets it."""

from __future__ import annotations

import numpy as np
import pytest

from qixi.core import Refused
from qixi.match.shards import StoredShards, write_shards
from qixi.match.sparse import Matrix, Rows
from qixi.match.vault import Vault, VaultWriter
from qixi.match.vault.layout import BLOCK, HEADER

TERMS = 300


def matrix(documents: int, seed: int) -> Matrix:
    dice = np.random.default_rng(seed)
    held = [np.flatnonzero(dice.random(TERMS) < 0.2).astype(np.int32) for _ in range(documents)]
    start = np.cumsum([0, *(row.size for row in held)], dtype=np.int64)
    columns = np.concatenate(held)
    return Matrix.of(Rows(start, columns, dice.random(columns.size).astype(np.float32)), TERMS)


SHARDS = (matrix(2000, 1), matrix(700, 2))


@pytest.fixture
def path(tmp_path):
    with VaultWriter(tmp_path / "it.vault") as writer:
        assert write_shards(writer, SHARDS) == 2
    return tmp_path / "it.vault"


def opened(path, documents=2700, terms=TERMS):
    return StoredShards(Vault(path), documents, terms)


def arrays(shard):
    return [getattr(rows, name) for rows in (shard.by_document, shard.by_term) for name in Rows.__slots__]


def flip(path, place):
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def test_shards_come_back_as_they_were(path):
    stored = opened(path)
    stored.check()
    for given, found in zip(SHARDS, stored.matrices, strict=True):
        for one, other in zip(arrays(given), arrays(found), strict=True):
            assert one.dtype == other.dtype
            assert one.tobytes() == other.tobytes()


def test_arrays_are_views_of_the_file_that_cannot_be_written_to(path):
    for array in arrays(opened(path).matrices[0]):
        assert not array.flags.owndata
        assert not array.flags.writeable


@pytest.mark.parametrize("size", [{"documents": 2699}, {"documents": 0}, {"terms": 299}, {"terms": 301}])
def test_shards_of_another_size_are_refused(path, size):
    with pytest.raises(Refused):
        opened(path, **size).check()


def place_of(path, name):
    return HEADER + Vault(path)._entries[name].offset


def test_flip_is_found_by_the_terms_that_read_its_block_and_by_no_others(path):
    by_term = SHARDS[0].by_term
    term = TERMS // 2
    start = int(by_term.start[term])
    flip(path, place_of(path, "0.by_term.worth") + 4 * start)
    stored = opened(path)
    near = BLOCK // 4 + int(np.diff(by_term.start).max())
    for other in range(TERMS):
        if abs(int(by_term.start[other]) - start) > near:
            stored.touch_terms(np.array([other, other], dtype=np.int32))
    with pytest.raises(Refused, match="do not fit their checksum"):
        stored.touch_terms(np.array([0, term], dtype=np.int32))
    with pytest.raises(Refused):
        stored.check()


def test_flip_is_found_by_the_documents_that_read_its_block_and_by_no_others(path):
    rows = SHARDS[1].by_document
    place = 2000 + 350
    flip(path, place_of(path, "1.by_document.columns") + 4 * int(rows.start[350]))
    stored = opened(path)
    stored.touch_documents(np.array([0, 1999, 2000, 2001]))
    stored.touch_terms(np.arange(TERMS, dtype=np.int32))
    with pytest.raises(Refused):
        stored.touch_documents(np.array([5, place]))


def test_terms_of_later_documents_are_no_matter(path):
    opened(path).touch_terms(np.array([TERMS, TERMS + 7], dtype=np.int32))
