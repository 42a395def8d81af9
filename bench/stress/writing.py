"""The generated files, written block by block by as many processes as asked for, the same with any number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from bench.stress.records import BLOCK, demand, supply

_AHEAD = 3
"""Blocks of each process that may wait to be written."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to generate: numbers of technologies and needs, share of firms with own patents, and the seed."""

    supply: int
    demand: int
    portfolio: float = 0.3
    seed: int = 1


def write(plan: Plan, folder: Path, processes: int = 2) -> None:
    """Write supply.jsonl and demand.jsonl into `folder`, each put in place whole."""
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(processes) as pool:
        for name, count, make in (
            ("supply.jsonl", plan.supply, partial(supply, plan.seed)),
            ("demand.jsonl", plan.demand, partial(_demand, plan.seed, plan.portfolio)),
        ):
            draft = folder / f".{name}.part"
            with draft.open("wb") as file:
                for part in _ordered(pool, make, count, _AHEAD * processes):
                    file.write(part)
            draft.replace(folder / name)


def lines(plan: Plan) -> tuple[Iterator[str], Iterator[str]]:
    """Return the same records one by one, made in this process: technologies and needs."""
    technologies = (supply(plan.seed, block, size) for block, size in _blocks(plan.supply))
    needs = (demand(plan.seed, block, size, plan.portfolio) for block, size in _blocks(plan.demand))
    return (
        (line for part in technologies for line in part.splitlines()),
        (line for part in needs for line in part.splitlines()),
    )


def _blocks(count: int) -> list[tuple[int, int]]:
    return [(at // BLOCK, min(BLOCK, count - at)) for at in range(0, count, BLOCK)]


def _demand(seed: int, portfolio: float, block: int, count: int) -> str:
    return demand(seed, block, count, portfolio)


def _encoded(make: Callable[[int, int], str], block: tuple[int, int]) -> bytes:
    return make(*block).encode()


def _ordered(
    pool: ProcessPoolExecutor, make: Callable[[int, int], str], count: int, ahead: int
) -> Iterator[bytes]:
    """Yield the blocks in order, no more than `ahead` of them made before they are asked for."""
    blocks = iter(_blocks(count))
    waiting = [pool.submit(_encoded, make, block) for block in islice(blocks, ahead)]
    while waiting:
        part = waiting.pop(0).result()
        waiting += [pool.submit(_encoded, make, block) for block in islice(blocks, 1)]
        yield part
