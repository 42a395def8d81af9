"""Technologies for tests of changes, and what an index of them must be: a plain dict."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from qixi.core import Asset
from qixi.match.engine import Engine
from qixi.match.index import write_index
from qixi.match.index.disk import files_in
from qixi.match.index.opened import Opened

WORDS = (
    "微藻扩繁",
    "钠离子电池",
    "污水脱氮",
    "步态规划",
    "银包铜浆料",
    "海水淡化膜",
    "茶叶杀青",
    "热误差补偿",
)


def asset(number: int, turn: int = 0) -> Asset:
    """Return technology `number`, with words of its own for each turn."""
    word = WORDS[(number * 7 + turn) % len(WORDS)]
    text = f"{word}装置 variant{turn} 第{number}号"
    return Asset(f"P{number:03}", text, f"{text}，用于{WORDS[turn % 8]}。", ipc=(f"C02F{number % 9 + 1}/00",))


def built(assets: Iterable[Asset], folder: Path) -> None:
    """Build an index as `qixi index build` does."""
    write_index(Engine().fit(tuple(assets)), folder)


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder."""
    return {name: (folder / name).read_bytes() for name in files_in(folder)}


def is_model(folder: Path, model: Mapping[str, Asset]) -> bool:
    """Say whether the index holds just what the dict does, however it is asked; all of it is read."""
    opened = Opened.latest(folder)
    opened.check()
    corpus = opened.corpus
    living = list(corpus.living())
    places = {id_: corpus.find(id_) for id_ in model}
    return (
        living == [model[id_] for id_ in sorted(model)]
        and opened.head.technologies == corpus.technologies == len(model)
        and sorted(corpus.living_ids()) == sorted(model)
        and None not in places.values()
        and all(corpus[place] == model[id_] for id_, place in places.items() if place is not None)
        and all(corpus.find(f"P{n:03}") is None for n in range(100) if f"P{n:03}" not in model)
    )


def is_fresh(folder: Path, model: Mapping[str, Asset], scratch: Path) -> bool:
    """Say whether the index is byte for byte a fresh build, older parts aside."""
    shutil.rmtree(scratch, ignore_errors=True)
    built(model.values(), scratch)
    fresh, found = contents(scratch), contents(folder)
    return all(found.get(name) == content for name, content in fresh.items())
