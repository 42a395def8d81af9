"""Reading the packaged tables: tab-separated, a head line, lines that start with # left out."""

from __future__ import annotations

import gzip
from importlib.resources import files

_DATA = files("qixi.match") / "data"


def rows(*path: str) -> list[list[str]]:
    """Return the cells of each row of the packaged table at `path` under match/data, head left out."""
    content = _DATA.joinpath(*path).read_bytes()
    text = (gzip.decompress(content) if path[-1].endswith(".gz") else content).decode()
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [line.split("\t") for line in lines[1:]]
