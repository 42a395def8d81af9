"""Lines of the generated files, in blocks that each have a chance of their own."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bench.stress import names
from bench.stress.subjects import chosen, described, letters, subjects

BLOCK = 4096
FIRMS = 400_000
_STATUS = (("有效", "审中", "失效", "无效"), (0.62, 0.18, 0.18, 0.02))
_LICENCE = (("无", "普通许可", "开放许可", "独占许可", "排他许可"), (0.85, 0.08, 0.03, 0.03, 0.01))


def supply(seed: int, block: int, count: int) -> str:
    """Return `count` technologies of a block as JSON lines."""
    rng = np.random.default_rng([seed, 1, block])
    text = described(rng, subjects(rng, count))
    kinds = chosen(rng, names.KINDS, names.KIND_SHARES, count)
    regions = _regions(rng, count)
    holders = (rng.zipf(1.3, count) % FIRMS).tolist()
    days = (np.datetime64("2004-01-05") + rng.integers(0, 7200, count)).astype(str).tolist()
    status, licence = chosen(rng, *_STATUS, count), chosen(rng, *_LICENCE, count)
    family = np.where(rng.random(count // 2 + 1) < 0.03, 1, 0).tolist()
    first = block * BLOCK
    lines = []
    for i in range(count):
        owner = names.applicant(kinds[i], holders[i], regions[i])
        akin = f'"family":"F{(first + i) // 2:07d}",' if family[i // 2] else ""
        lines.append(
            f'{{"id":"P{first + i:07d}","title":"{text.titles[i]}","abstract":"{text.abstracts[i]}",'
            f'"ipc":{text.symbols[i]},"applicant":"{owner}","applicant_kind":"{kinds[i]}",'
            f'"region":"{regions[i]}","legal_status":"{status[i]}","licence":"{licence[i]}",{akin}'
            f'"filing_date":"{days[i]}"}}\n'
        )
    return "".join(lines)


def demand(seed: int, block: int, count: int, portfolio: float) -> str:
    """Return `count` needs of a block as JSON lines; a share `portfolio` of the firms lists own patents."""
    rng = np.random.default_rng([seed, 2, block])
    concepts = subjects(rng, count)
    text = letters(rng, concepts)
    regions = _regions(rng, count)
    budgets = chosen(rng, ("", "20万元", "50万元", "100万元", "300万元", "面议"), (4, 2, 2, 2, 1, 1), count)
    owned = _owned(rng, concepts, portfolio)
    first = block * BLOCK
    lines = []
    for i in range(count):
        firm = names.firm((first + i) % FIRMS, regions[i])
        lines.append(
            f'{{"id":"D{first + i:06d}","title":"{text.titles[i]}","content":"{text.contents[i]}",'
            f'"industry":"{text.industries[i]}","organisation":"{firm}","region":"{regions[i]}",'
            f'"budget":"{budgets[i]}"{owned[i]}}}\n'
        )
    return "".join(lines)


def _owned(rng: np.random.Generator, concepts: NDArray[np.int64], share: float) -> list[str]:
    """Return each firm's patents, one to eight near its subject, as the end of its JSON object."""
    sizes = np.where(rng.random(concepts.size) < share, np.minimum(rng.geometric(0.3, concepts.size), 8), 0)
    from_topic = np.repeat(concepts, sizes)
    text = described(rng, from_topic)
    full = (rng.random(from_topic.size) < 0.6).tolist()
    patents = [
        f'{{"title":"{t}","abstract":"{a}","ipc":{s}}}' if whole else f'{{"title":"{t}","ipc":{s}}}'
        for t, a, s, whole in zip(text.titles, text.abstracts, text.symbols, full, strict=True)
    ]
    bounds = np.concatenate(([0], np.cumsum(sizes))).tolist()
    return [f',"portfolio":[{",".join(patents[a:b])}]' if b > a else "" for a, b in pairwise(bounds)]


def _regions(rng: np.random.Generator, count: int) -> list[str]:
    rank = np.arange(len(names.REGIONS))
    return chosen(rng, names.REGIONS, ((rank + 4.0) ** -0.9).tolist(), count)
