"""Who may do a block, and which addresses a cluster can have."""

from __future__ import annotations

import socket

import pytest

from qixi import __version__
from qixi.core import Refused
from qixi.match.cluster import work
from qixi.match.cluster.faults import need_head
from qixi.match.cluster.work import done_by


def added(context: int, block: int) -> int:
    return context + block


def test_block_is_done_by_the_same_version() -> None:
    assert done_by(__version__, added, 40, 2) == 42


def test_block_of_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "here", lambda: "10.0.0.2")
    with pytest.raises(Refused, match=r"node 10\.0\.0\.2 has qixi .*, this machine has 0\.0\.7"):
        done_by("0.0.7", added, 40, 2)


@pytest.mark.parametrize(
    "address", ["", "auto", "host", "host:", "host:99999", "ray://host:10001", "a b:1", "http://h:1"]
)
def test_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(Refused, match="is not understood"):
        need_head(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_head_that_answers_is_taken(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        need_head(f"{host}:{server.getsockname()[1]}")
