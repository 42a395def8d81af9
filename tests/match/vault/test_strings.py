"""Texts in a vault: the same again, and found by bisection as a dict would find them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qixi.core import Refused
from qixi.match.vault import (
    SortedStrings,
    Strings,
    Vault,
    VaultWriter,
    write_strings,
)

texts = st.lists(st.text(st.characters(codec="utf-8"), max_size=6), max_size=40)


def vault_of(folder, write):
    path = folder / "it.vault"
    with VaultWriter(path) as writer:
        write(writer)
    return Vault(path)


@given(texts)
def test_texts_come_back_one_by_one_and_all_together(tmp_path_factory, given_texts):
    folder = tmp_path_factory.mktemp("strings")
    strings = Strings(vault_of(folder, lambda w: write_strings(w, "t", given_texts)), "t")
    assert (len(strings), list(strings)) == (len(given_texts), given_texts)
    assert [strings[i] for i in range(len(strings))] == given_texts
    assert strings[-len(given_texts) :] == given_texts
    for beyond in (len(strings), -len(strings) - 1):
        with pytest.raises(IndexError):
            strings[beyond]


@given(texts, texts)
def test_sorted_texts_are_found_like_those_of_a_dict(tmp_path_factory, given_texts, others):
    folder = tmp_path_factory.mktemp("strings")
    ordered = sorted(set(given_texts))
    found = SortedStrings(vault_of(folder, lambda w: write_strings(w, "t", ordered)), "t")
    found.check()
    expected = {text: i for i, text in enumerate(ordered)}
    for text in (*ordered, *others, "\ud800"):
        assert found.find(text) == expected.get(text)


def test_half_a_character_cannot_be_written(tmp_path):
    with pytest.raises(UnicodeEncodeError), VaultWriter(tmp_path / "it.vault") as writer:
        write_strings(writer, "t", ["\ud800"])


@pytest.mark.parametrize("ends", [[], [1, 3], [0, 2], [0, 4], [0, 2, 1, 3], [0, -1, 3]])
def test_ends_that_do_not_fit_are_refused(tmp_path, ends):
    def write(writer):
        writer.add("t", np.frombuffer(b"abc", dtype=np.uint8))
        writer.add("t.at", np.array(ends, dtype=np.int64))

    with pytest.raises(Refused):
        Strings(vault_of(tmp_path, write), "t").check()


def test_bytes_that_are_no_text_are_refused(tmp_path):
    def write(writer):
        writer.add("t", np.frombuffer(b"\xff\xfe", dtype=np.uint8))
        writer.add("t.at", np.array([0, 1, 2], dtype=np.int64))

    strings = Strings(vault_of(tmp_path, write), "t")
    with pytest.raises(Refused):
        strings[1]
    with pytest.raises(Refused):
        strings.check()


@pytest.mark.parametrize("words", [["b", "a"], ["a", "a"]])
def test_order_that_is_none_is_found_by_checking(tmp_path, words):
    strings = SortedStrings(vault_of(tmp_path, lambda w: write_strings(w, "t", words)), "t")
    with pytest.raises(Refused):
        strings.check()
