"""Guessing IPC subclasses from text, and how often the guess is right on real titles."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qixi.match.ipc_guess import SubclassGuesser, default_guesser
from qixi.match.taxonomy import subclasses

DATA = Path(os.environ.get("QIXI_DATA", "../shared/data")) / "patents" / "titles_ipc.jsonl"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一种锂离子电池隔膜", "H01M"),
        ("膝关节外骨骼康复机器人", "A61H"),
        ("混凝土桥梁的支座", "E01D"),
        ("lithium battery separator coating", "H01M"),
        ("concrete bridge bearing", "E01D"),
        ("一種鋰離子電池隔膜", "H01M"),
    ],
)
def test_guess_names_the_subclass_first(text: str, expected: str) -> None:
    assert next(iter(default_guesser().guess(text))) == expected


def test_guess_of_nothing_is_empty() -> None:
    assert default_guesser().guess("") == {}
    assert default_guesser().guess("\n!!! 12") == {}


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="电池桥梁药机器 abc\n，12", max_size=40))
def test_guess_gives_falling_probabilities_of_known_subclasses(text: str) -> None:
    found = default_guesser().guess(text)
    shares = list(found.values())
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) <= 1.0 + 1e-9
    assert set(found) <= set(subclasses())
    assert found == default_guesser().guess(text)


def test_guesser_learns_the_same_twice() -> None:
    text = "基于机器视觉的果实采摘机械手\n采用深度学习识别果实"
    assert SubclassGuesser().guess(text) == default_guesser().guess(text)


@pytest.mark.data
@pytest.mark.skipif(not DATA.exists(), reason="data: real titles not found through QIXI_DATA")
def test_guess_is_right_within_three_for_six_in_ten_real_titles() -> None:
    with DATA.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][::4]
    hits = {1: 0, 3: 0, 5: 0}
    for row in rows:
        first = list(default_guesser().guess(row["title"]))[:5]
        for depth in hits:
            hits[depth] += bool(set(first[:depth]) & set(row["ipc_subclasses"]))
    accuracy = {depth: count / len(rows) for depth, count in hits.items()}
    assert accuracy[1] >= 0.40
    assert accuracy[3] >= 0.60
    assert accuracy[5] >= 0.69
