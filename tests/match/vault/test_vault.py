"""Vault files: what is written comes back, and no byte of it can change unseen."""

from __future__ import annotations

import json
import os
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from qixi.core import Refused
from qixi.match.vault import Vault, VaultWriter, ascending, below, finite, offsets
from qixi.match.vault.layout import BLOCK, HEADER, KINDS, SUM, Header, digest

KIND = {code: kind.type for code, kind in KINDS.items()}


def write(path, arrays):
    with VaultWriter(path) as writer:
        for name, array in arrays.items():
            writer.add(name, array)
    return path


def read_all(path):
    vault = Vault(path)
    vault.check()
    return {name: vault.array(name, np.int32).all().tolist() for name in vault.names}


def flip(path, place, bit=0):
    with path.open("r+b") as file:
        file.seek(place)
        old = file.read(1)[0]
        file.seek(place)
        file.write(bytes([old ^ (1 << bit)]))


@pytest.fixture
def three_blocks(tmp_path):
    """One array of small numbers over three blocks, and a second one that shares the last."""
    numbers = np.arange(2 * BLOCK // 4 + 40, dtype=np.int32)
    return write(tmp_path / "it.vault", {"numbers": numbers, "more": numbers[:5]}), numbers


arrays = st.dictionaries(
    st.text(max_size=8),
    st.sampled_from(sorted(KINDS)).flatmap(
        lambda code: hnp.arrays(
            np.dtype(code), hnp.array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=9)
        )
    ),
    max_size=5,
)


@given(arrays)
def test_arrays_come_back_as_they_were(tmp_path_factory, given_arrays):
    path = write(tmp_path_factory.mktemp("vault") / "it.vault", given_arrays)
    vault = Vault(path)
    assert vault.names == tuple(given_arrays)
    for name, array in given_arrays.items():
        width = array.shape[1] if array.ndim == 2 else None
        back = vault.array(name, array.dtype.type, width=width)
        assert back.shape == array.shape
        assert back.all().tobytes() == array.tobytes()
    vault.check()


@given(st.lists(st.integers(0, 40_000), max_size=6), st.integers(0, 3))
def test_pieces_make_the_same_file_as_the_whole(tmp_path_factory, lengths, seed):
    folder = tmp_path_factory.mktemp("vault")
    whole = np.random.default_rng(seed).integers(0, 99, sum(lengths)).astype(np.int32)
    write(folder / "whole.vault", {"a": whole})
    with VaultWriter(folder / "pieces.vault") as writer, writer.stream("a", np.dtype(np.int32)) as pieces:
        for piece in np.split(whole, np.cumsum(lengths)[:-1]) if lengths else ():
            pieces.append(piece)
    assert (folder / "pieces.vault").read_bytes() == (folder / "whole.vault").read_bytes()


def test_seal_pins_every_byte(tmp_path):
    numbers = np.arange(9, dtype=np.int64)
    writer = VaultWriter(tmp_path / "one.vault")
    writer.add("a", numbers)
    seal = writer.close()
    assert Vault(tmp_path / "one.vault", seal).seal == seal
    write(tmp_path / "two.vault", {"a": numbers[::-1]})
    with pytest.raises(Refused):
        Vault(tmp_path / "two.vault", seal)


def test_what_is_taken_is_a_view_of_the_file_that_cannot_be_written_to(three_blocks):
    stored = Vault(three_blocks[0]).array("numbers", np.int32)
    taken = stored.take(3, 7)
    assert np.shares_memory(taken, stored.unchecked)
    with pytest.raises(ValueError, match="read-only"):
        taken[:] = -1


def test_block_is_checked_by_the_read_that_meets_it_and_by_no_other(three_blocks):
    path, numbers = three_blocks
    flip(path, HEADER + BLOCK + 11)
    middle = BLOCK // 4
    stored = Vault(path).array("numbers", np.int32)
    assert stored.take(0, middle).tolist() == numbers[:middle].tolist()
    assert stored.take(2 * middle, numbers.size).tolist() == numbers[2 * middle :].tolist()
    assert stored.take(middle, middle).size == 0
    stored.touch(np.array([0, 5, 2 * middle]), np.array([middle, 5, 2 * middle + 1]))
    for reading in (
        lambda: stored.take(middle, middle + 1),
        lambda: stored.take(middle - 1, middle + 1),
        lambda: stored.take(2 * middle - 1, 2 * middle + 2),
        lambda: stored.touch(np.array([0, middle + 9]), np.array([2, middle + 10])),
        lambda: stored.touch(np.array([0]), np.array([numbers.size])),
        stored.all,
    ):
        with pytest.raises(Refused) as refused:
            reading()
        problem = refused.value.problems[0]
        assert (problem.code, problem.file) == ("index-damaged", str(path))
        assert problem.reason.en.endswith(
            f"bytes {HEADER + BLOCK} to {HEADER + 2 * BLOCK} do not fit their checksum"
        )
    with pytest.raises(Refused):
        Vault(path).check()


@given(st.lists(st.tuples(st.integers(0, 50_000), st.integers(0, 50_000)), max_size=8))
def test_touching_many_ranges_checks_what_taking_each_does(tmp_path_factory, ranges):
    path = tmp_path_factory.mktemp("vault") / "it.vault"
    write(path, {"first": np.zeros(77, dtype=np.uint8), "a": np.arange(50_000, dtype=np.int32)})
    taken, touched = (Vault(path).array("a", np.int32) for _ in range(2))
    for start, stop in ranges:
        taken.take(start, stop)
    starts, stops = (np.array([pair[i] for pair in ranges], dtype=np.int64) for i in range(2))
    touched.touch(starts, stops)
    assert touched._sound.tolist() == taken._sound.tolist()


def test_flip_of_any_byte_is_found(three_blocks):
    path, _ = three_blocks
    size = path.stat().st_size
    # All of header, tables and tail; a sample of the blocks.
    data_end = HEADER + Header.unpacked(path.read_bytes()[:HEADER]).data
    places = [*range(HEADER), *range(data_end, size)]
    places += random.Random(7).sample(range(HEADER, data_end), 400)
    for place in places:
        flip(path, place, place % 8)
        with pytest.raises(Refused):
            Vault(path).check()
        flip(path, place, place % 8)
    assert read_all(path)["more"] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "change",
    [
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: content + b"\0",
        lambda content: content[: HEADER - 1],
        lambda content: content[:HEADER],
        lambda content: content[: len(content) // 2],
        lambda content: bytes(len(content)),
    ],
)
def test_cut_or_lengthened_file_is_refused_at_opening(three_blocks, change):
    path, _ = three_blocks
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(Refused) as refused:
        Vault(path)
    assert refused.value.problems[0].file == str(path)


def forge(path, directory, lengths=None):
    """Put another directory into a vault, all digests and lengths made to fit it."""
    whole = path.read_bytes()
    old = Header.unpacked(whole[:HEADER])
    content = directory if isinstance(directory, bytes) else json.dumps(directory).encode()
    values = {"data": old.data, "sums": old.sums, "directory": len(content)} | (lengths or {})
    body = whole[HEADER : HEADER + old.data + old.sums]
    header = Header(values["data"], values["sums"], values["directory"], old.sums_digest, digest(content))
    path.write_bytes(header.packed() + body + content)


ENTRY = ["numbers", "<i4", [9], 0]


@pytest.mark.parametrize(
    "directory",
    [
        b"[" * 200_000,
        b"\xff",
        b"",
        {},
        None,
        [None],
        [[]],
        [[*ENTRY, 1]],
        [ENTRY, ENTRY],
        [[1, "<i4", [9], 0]],
        [["numbers", "|O", [9], 0]],
        [["numbers", ["<i4"], [9], 0]],
        [["numbers", "<i4", 9, 0]],
        [["numbers", "<i4", [], 0]],
        [["numbers", "<i4", [1, 1, 1], 0]],
        [["numbers", "<i4", [-1], 0]],
        [["numbers", "<i4", [True], 0]],
        [["numbers", "<i4", [9.0], 0]],
        [["numbers", "<i4", [2**62], 0]],
        [["numbers", "<i4", [2**40, 2**40], 0]],
        [["numbers", "<i4", [0, 2**70], 0]],
        [["numbers", "<i4", [9], -64]],
        [["numbers", "<i4", [9], 4]],
        [["numbers", "<i4", [9], 2**63]],
        [["numbers", "<i4", [9], "0"]],
    ],
)
def test_forged_directory_is_refused_though_its_digests_fit(three_blocks, directory):
    path, _ = three_blocks
    forge(path, directory)
    with pytest.raises(Refused) as refused:
        Vault(path)
    assert refused.value.problems[0].file == str(path)


@pytest.mark.parametrize(
    "lengths",
    [
        {"data": 2**64 - 1},
        {"data": 2**63, "sums": 2**63 // BLOCK * SUM},
        {"sums": 0},
        {"sums": 2**64 - 1},
        {"directory": 2**64 - 1},
    ],
)
def test_forged_lengths_are_refused_though_their_digest_fits(three_blocks, lengths):
    path, _ = three_blocks
    forge(path, [ENTRY], lengths)
    with pytest.raises(Refused):
        Vault(path)


def test_array_of_another_kind_or_shape_or_name_is_refused(three_blocks):
    vault = Vault(three_blocks[0])
    for asked in (("numbers", np.int64), ("numbers", np.float32), ("nothing", np.int32)):
        with pytest.raises(Refused):
            vault.array(*asked)
    with pytest.raises(Refused):
        vault.array("numbers", np.int32, width=1)


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        (below(10), [0, 9, 3], [10, -1]),
        (offsets(10), [0, 0, 9, 10], [11, -1, 6, 2**62, -(2**63)]),
        (ascending(10**6), range(9), [10**6, -1, 0, 2**62, -(2**63)]),
    ],
)
def test_number_that_breaks_a_rule_is_refused_in_whichever_block_it_stands(tmp_path, rule, good, bad):
    path = write(tmp_path / "good.vault", {"a": np.array(good, dtype=np.int64)})
    assert Vault(path).array("a", np.int64, rule).all().tolist() == list(good)
    per_block = BLOCK // 8
    fitting = np.arange(per_block + 2) if rule(np.arange(99), False) else np.full(per_block + 2, 7)
    for number in bad:
        for place in (1, per_block - 1, per_block, per_block + 1):
            numbers = fitting.astype(np.int64)
            numbers[place] = number
            path.unlink()
            write(path, {"a": numbers})
            with pytest.raises(Refused):
                Vault(path).array("a", np.int64, rule).all()


def test_descent_from_one_block_to_the_next_is_found_by_reading_the_latter(tmp_path):
    per_block = BLOCK // 8
    numbers = np.full(2 * per_block, 7, dtype=np.int64)
    numbers[per_block:] = 6
    path = write(tmp_path / "it.vault", {"a": numbers})
    stored = Vault(path).array("a", np.int64, offsets(9))
    stored.take(0, per_block)
    with pytest.raises(Refused):
        stored.take(per_block, per_block + 1)


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_number_that_is_not_finite_is_refused(tmp_path, number):
    path = write(tmp_path / "it.vault", {"a": np.array([0.5, number], dtype=np.float32)})
    with pytest.raises(Refused):
        Vault(path).array("a", np.float32, finite).all()


def test_pipe_is_refused_without_waiting(tmp_path, require):
    require("posix", hasattr(os, "mkfifo"), "no pipes with names here")
    os.mkfifo(tmp_path / "it.vault")
    with pytest.raises(Refused):
        Vault(tmp_path / "it.vault")


def test_link_folder_and_nothing_are_refused(tmp_path, three_blocks):
    (tmp_path / "link").symlink_to(three_blocks[0])
    for name in ("link", ".", "nothing"):
        with pytest.raises(Refused):
            Vault(tmp_path / name)


def test_writer_takes_no_place_that_is_taken_and_no_array_twice(tmp_path, three_blocks):
    with pytest.raises(FileExistsError):
        VaultWriter(three_blocks[0])
    with VaultWriter(tmp_path / "new.vault") as writer:
        writer.add("a", np.zeros(1, dtype=np.int32))
        for name, kind in (("a", np.int32), ("b", np.complex64)):
            with pytest.raises(ValueError, match="a vault holds no array"):
                writer.add(name, np.zeros(1, dtype=kind))


def test_vault_that_was_not_finished_is_none(tmp_path):
    def interrupted():
        with VaultWriter(tmp_path / "it.vault") as writer:
            writer.add("a", np.zeros(BLOCK, dtype=np.int32))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with pytest.raises(Refused):
        Vault(tmp_path / "it.vault")
