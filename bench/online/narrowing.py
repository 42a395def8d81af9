"""Filters that let a wanted share of the technologies through, found by counting."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from bench.stress.words import counties
from qixi.match.facets import Facets, Filters
from qixi.match.taxonomy import subclasses

SHARES = (1.0, 0.1, 0.01, 0.0001)
EACH = 5
"""Filters for each share; needs take them in turn."""
_NEAR = 1.6


def chosen(facets: Facets, share: float) -> list[Filters]:
    """Return filters that let about `share` through, by region and classification; one for everything."""
    if share >= 1:
        return [Filters()]
    near = sorted(
        (filters for filters, part in _tried(facets, share) if share / _NEAR <= part <= share * _NEAR),
        key=repr,
    )
    step = max(1, len(near) // EACH)
    return list(islice(near[::step], EACH))


def _tried(facets: Facets, share: float) -> Iterator[tuple[Filters, float]]:
    """Yield filters with the share they let through: one value each, for small shares two together."""
    size = facets.size
    symbols = sorted({name[:cut] for name in subclasses() for cut in (1, 3, 4)})
    cities = counties()
    regions = [*cities, *(place for below in cities.values() for place in below)]
    by_symbol = {(symbol,): facets.select(Filters(ipc=(symbol,))) for symbol in symbols}
    by_region = {(region,): facets.select(Filters(region=(region,))) for region in regions}
    singles = [(Filters(ipc=key), mask) for key, mask in by_symbol.items()]
    singles += [(Filters(region=key), mask) for key, mask in by_region.items()]
    shares = [(filters, mask, float(np.mean(mask))) for filters, mask in singles if mask is not None]
    yield from ((filters, part) for filters, _, part in shares)
    if share > 0.005:
        return
    places = [each for each in shares if each[0].region][:40]
    kinds = [each for each in shares if each[0].ipc]
    for one, mask, part in places:
        for other, second, rest in kinds:
            if share / 4 <= part * rest <= share * 4:
                both = Filters(region=one.region, ipc=other.ipc)
                yield both, float(np.count_nonzero(mask & second)) / size
