"""Two Ray nodes with resources of their own, on one machine."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.stage import Stage, stage, stage_lacks


@pytest.fixture(scope="session")
def _staging(require: Callable[[str, bool, str], None]) -> None:
    """Skip where no nodes can be started."""
    require("ray", importlib.util.find_spec("ray") is not None, "Ray is not installed (extra cluster)")
    lacks = stage_lacks()
    require("namespaces", lacks is None, str(lacks))


@contextmanager
def _opened(*nodes: str) -> Iterator[Stage]:
    with stage() as opened:
        opened.path = [str(Path(__file__).parent)]
        for node in nodes:
            opened.add(node)
        yield opened


@pytest.fixture
def empty_stage(_staging: None) -> Iterator[Stage]:
    """Yield a stage without nodes."""
    with _opened() as opened:
        yield opened


@pytest.fixture
def two_nodes(_staging: None) -> Iterator[Stage]:
    """Yield a stage with the nodes `node_a`, the head, and `node_b`, of one processor each."""
    with _opened("node_a", "node_b") as opened:
        yield opened


@pytest.fixture(scope="module")
def lasting_nodes(_staging: None) -> Iterator[Stage]:
    """Yield the same, shared by tests that leave the nodes as they are."""
    with _opened("node_a", "node_b") as opened:
        yield opened
