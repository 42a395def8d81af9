"""Kills writers of an index at random points, and looks at what they leave; run as a program.

`python crashes.py FOLDER COUNT SEED` prints one JSON object: what was killed and what was found.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from corpus_model import asset, built, is_fresh, is_model

from qixi.match.index import append, compact, index_info, load_index, remove

CALLS = ("open", "write", "fsync", "replace", "rename", "mkdir", "unlink", "rmdir")
"""What a writer asks of the operating system; between any two of them it may be killed."""

BASE = {f"P{n:03}": asset(n) for n in range(12)}
MODEL = BASE | {f"P{n:03}": asset(n, 1) for n in (3, 20, 21, 22)}
del MODEL["P007"]
FRESH = {"P005": asset(5, 2), "P020": asset(20, 2), "P030": asset(30)}

CHANGES: dict[str, tuple[Callable[[Path], object], dict[str, Any]]] = {
    "append": (lambda folder: append(folder, list(FRESH.values())), MODEL | FRESH),
    "remove": (
        lambda folder: remove(folder, ["P001", "P021"]),
        {id_: each for id_, each in MODEL.items() if id_ not in {"P001", "P021"}},
    ),
    "compact": (compact, MODEL),
}


def prepared(folder: Path) -> None:
    """Build an index that has a base, two deltas and technologies that are gone."""
    built(BASE.values(), folder)
    append(folder, [MODEL[id_] for id_ in ("P003", "P020", "P021")])
    append(folder, [MODEL["P022"]])
    remove(folder, ["P007"])


def watched(at: int | None) -> list[str]:
    """Note every call from now on, and end the process at call `at`, a write after half of it."""
    seen: list[str] = []

    def hooked(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            seen.append(name)
            if len(seen) == at:
                if name == "write":
                    real(given[0], bytes(given[1])[: len(given[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*given, **named)

        return call

    for name in CALLS:
        setattr(os, name, hooked(name, getattr(os, name)))
    return seen


def forked(work: Callable[[], object]) -> tuple[int, str]:
    """Do something in a process of its own; return its status and what it returned."""
    there, here = os.pipe()
    child = os.fork()
    if not child:
        said = ""
        try:
            os.close(there)
            said = str(work())
        finally:
            os.write(here, said.encode())
            os._exit(0 if said else 1)
    os.close(here)
    with os.fdopen(there, "rb") as pipe:
        said = pipe.read().decode()
    return os.waitpid(child, 0)[1], said


def counted(what: str, folder: Path) -> int:
    """Return how many calls a change makes."""

    def work() -> int:
        seen = watched(None)
        CHANGES[what][0](folder)
        return len(seen)

    return int(forked(work)[1])


def killed(what: str, folder: Path, at: int) -> str:
    """Kill a change of the index at a call; return "old", "new", or what is wrong."""

    def work() -> str:
        watched(at)
        CHANGES[what][0](folder)
        return "came to its end"

    status, said = forked(work)
    if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
        return f"not killed: {status} {said}"
    after = CHANGES[what][1]
    found = {"old": is_model(folder, MODEL), "new": is_model(folder, after)}
    if what == "compact":
        found["new"] = found["old"] and len(index_info(folder).parts) == 1
        found["old"] = found["old"] and not found["new"]
        if found["new"] and not is_fresh(folder, MODEL, folder.parent / "fresh"):
            return "compacted, yet no fresh build"
    if sum(found.values()) != 1:
        return f"neither old nor new: {found}"
    return next(name for name, is_so in found.items() if is_so)


def goes_on(folder: Path, model: dict[str, Any]) -> bool:
    """Say whether the index can be changed and scored after a kill, and loses what the killed left."""
    more = asset(90)
    before = {part.name for part in index_info(folder).parts}
    append(folder, [more])
    now = {part.name for part in index_info(folder).parts}
    left = {path.name for path in folder.iterdir()} - {"index.json"}
    engine, _ = load_index(folder)
    return is_model(folder, model | {more.id: more}) and left == before | now and more.id in engine.place


def main(folder: Path, count: int, seed: int) -> dict[str, object]:
    """Kill `count` times; return what was found, by change, and everything that was wrong."""
    dice = random.Random(seed)
    start = folder / "start"
    prepared(start)
    sizes = {}
    for what in CHANGES:
        shutil.copytree(start, folder / what)
        # Once here, so that all is learnt and compiled that a process learns and compiles once.
        CHANGES[what][0](folder / what)
        shutil.rmtree(folder / what)
        shutil.copytree(start, folder / what)
        sizes[what] = counted(what, folder / what)
    found: Counter[str] = Counter()
    wrong: list[str] = []
    for turn in range(count):
        what = ("append", "compact", "append", "compact", "remove")[turn % 5]
        # Of every three, one is after the head was put in place, or shortly before.
        first = 1 if turn % 3 else sizes[what] - 12
        at = dice.randint(first, sizes[what])
        trial = folder / "trial"
        shutil.rmtree(trial, ignore_errors=True)
        shutil.copytree(start, trial)
        outcome = killed(what, trial, at)
        found[f"{what} {outcome}"] += 1
        model = CHANGES[what][1] if outcome == "new" else MODEL
        if outcome not in {"old", "new"} or not goes_on(trial, model):
            wrong.append(f"{what} at {at} of {sizes[what]}: {outcome}")
    return {"calls": sizes, "found": dict(sorted(found.items())), "wrong": wrong}


if __name__ == "__main__":
    told = main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    sys.stdout.write(json.dumps(told))
