"""`python -m bench [PART] [ARGUMENTS]`: without a part, all measurements of `make bench`."""

from __future__ import annotations

import sys
from importlib import import_module

PARTS = {
    "assign": "bench.assign",
    "cluster": "bench.cluster",
    "generate": "bench.stress.command",
    "hybrid": "bench.hybrid.command",
    "index": "bench.index",
    "learning": "bench.learning",
    "market": "bench.market.run",
    "online": "bench.online.command",
    "timetable": "bench.timetable",
}
"""Parts by name: the module whose `main(arguments)` runs each, imported only then."""


def main(arguments: list[str]) -> int:
    """Run one part, or all measurements where none is named."""
    if not arguments:
        from bench.run import main as run  # noqa: PLC0415

        return run()
    part, *rest = arguments
    if part not in PARTS:
        print(f"没有这一部分 / no such part: {part} ({', '.join(PARTS)})")
        return 2
    return int(import_module(PARTS[part]).main(rest))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
